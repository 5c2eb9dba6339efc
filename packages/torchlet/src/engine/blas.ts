// The machine's BLAS, where it has one: matrix products at full vector width, directly on the engine's memory.
//
// It is looked for when the first product is large enough for it, through the optional package koffi, and tried on a small
// product before it is trusted. It runs on one thread: ours call it side by side, each on slices of its own (kernels/blas.ts).
import { type Localized, localize } from "../errors/index.js";

/** A library that products can go to. */
interface Blas {
  readonly name: string;
  readonly sgemm: Gemm;
  readonly dgemm: Gemm;
  /** Whether it could be told to use one thread: else it divides each product itself, and only one of ours calls it. */
  readonly quiet: boolean;
}

/** cblas_sgemm and cblas_dgemm: order, transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc. */
type Gemm = (...args: number[]) => void;

/** What became of the search. */
export type BlasStatus =
  | { readonly state: "off"; readonly reason: Localized }
  | { readonly state: "found"; readonly library: string }
  | { readonly state: "missing"; readonly reason: Localized };

/** The part of koffi that is used here. */
interface Koffi {
  load(path: string): { func(definition: string): (...args: number[]) => unknown };
  address(view: ArrayBufferView): bigint;
}

const ROW_MAJOR = 101;
const NO_TRANSPOSE = 111;
const TRANSPOSE = 112;

/** Libraries by platform, the fastest first; the reference BLAS is not among them, it is slower than our kernels. */
const CANDIDATES: Record<string, readonly string[]> = {
  linux: ["libmkl_rt.so.2", "libmkl_rt.so", "libopenblas.so.0", "libopenblas.so", "libblis.so.4", "libblis.so"],
  darwin: ["/System/Library/Frameworks/Accelerate.framework/Accelerate", "libopenblas.dylib"],
  win32: ["mkl_rt.2.dll", "mkl_rt.dll", "libopenblas.dll", "openblas.dll"],
};

/** How each library is told its number of threads; what a library lacks is left alone. */
const THREAD_SETTERS = ["openblas_set_num_threads", "MKL_Set_Num_Threads", "bli_thread_set_num_threads"];

const gemmDefinition = (name: string, real: string) =>
  `void ${name}(int, int, int, int, int, int, ${real}, uintptr_t, int, uintptr_t, int, ${real}, uintptr_t, int)`;
const SGEMM = gemmDefinition("cblas_sgemm", "float");
const DGEMM = gemmDefinition("cblas_dgemm", "double");

function loadLibrary(koffi: Koffi, path: string): Blas {
  const library = koffi.load(path);
  const sgemm = library.func(SGEMM) as Gemm;
  const dgemm = library.func(DGEMM) as Gemm;
  let quiet = false;
  for (const name of THREAD_SETTERS) {
    try {
      library.func(`void ${name}(int)`)(1);
      quiet = true;
    } catch {
      // Another library's name.
    }
  }
  return { name: path, sgemm, dgemm, quiet };
}

/** A 2 x 3 by 3 x 2 product with a transposed operand, in both types: a library with another interface gives something else. */
function isSound(koffi: Koffi, blas: Blas): boolean {
  for (const [gemm, Real] of [
    [blas.sgemm, Float32Array],
    [blas.dgemm, Float64Array],
  ] as const) {
    const a = Real.of(1, 2, 3, 4, 5, 6);
    const b = Real.of(7, 9, 11, 8, 10, 12);
    const c = new Real(4);
    const [pa, pb, pc] = [a, b, c].map((x) => Number(koffi.address(x))) as [number, number, number];
    gemm(ROW_MAJOR, NO_TRANSPOSE, TRANSPOSE, 2, 2, 3, 1, pa, 3, pb, 3, 0, pc, 2);
    if (String(c) !== "58,64,139,154") return false;
  }
  return true;
}

let searched = false;
let blas: Blas | null = null;
let status: BlasStatus = { state: "missing", reason: { en: "not looked for yet", zh: "尚未查找" } };
let koffi: Koffi | null = null;
let koffiPath = "";

function missing(en: string, zh: string): null {
  status = { state: "missing", reason: { en, zh } };
  return null;
}

function search(): Blas | null {
  if (typeof process === "undefined" || typeof process.getBuiltinModule !== "function") {
    return missing("a page has none", "网页中没有 BLAS");
  }
  const asked = process.env["TORCHLET_BLAS"];
  if (asked === "off") {
    status = { state: "off", reason: { en: "TORCHLET_BLAS=off", zh: "TORCHLET_BLAS=off" } };
    return null;
  }
  try {
    const require = process.getBuiltinModule("node:module").createRequire(import.meta.url);
    koffiPath = require.resolve("koffi");
    koffi = require(koffiPath) as Koffi;
  } catch {
    return missing("the optional package koffi is not installed", "未安装可选包 koffi");
  }
  const paths = asked === undefined || asked === "" ? (CANDIDATES[process.platform] ?? []) : [asked];
  const reasons: string[] = [];
  for (const path of paths) {
    try {
      const found = loadLibrary(koffi, path);
      if (isSound(koffi, found)) {
        status = { state: "found", library: path };
        return found;
      }
      reasons.push(`${path}: ${localize({ en: "a test product came out wrong", zh: "测试乘积的结果不正确" })}`);
    } catch (error) {
      reasons.push(`${path}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  if (asked === undefined || asked === "") {
    return missing("no OpenBLAS, MKL, BLIS or Accelerate was found", "未找到 OpenBLAS、MKL、BLIS 或 Accelerate");
  }
  return missing(`TORCHLET_BLAS: ${reasons.join("; ")}`, `TORCHLET_BLAS：${reasons.join("；")}`);
}

/** The library that products go to, looked for at the first call; null where there is none. */
function findBlas(): Blas | null {
  if (!searched) {
    searched = true;
    blas = search();
  }
  return blas;
}

/** What became of the search for a library; looks for one where nothing has yet. */
export function blasStatus(): BlasStatus {
  findBlas();
  return status;
}

/** What a thread needs to call the library by itself. */
export interface BlasBinding {
  readonly koffi: string;
  readonly library: string;
  readonly sgemm: string;
  readonly dgemm: string;
}

/** The library as other threads find it; null where there is none, or where one thread alone calls it. */
export function blasBinding(): BlasBinding | null {
  const library = findBlas();
  return library?.quiet ? { koffi: koffiPath, library: library.name, sgemm: SGEMM, dgemm: DGEMM } : null;
}

/**
 * How many slices of a product go to the library: one a thread. 0 where there is no library, or where an operand has no
 * contiguous rows or columns (strides in elements).
 */
export function blasSlices(
  threads: number,
  m: number,
  n: number,
  k: number,
  rowA: number,
  columnA: number,
  rowB: number,
  columnB: number,
): number {
  const library = findBlas();
  if (library === null) return 0;
  const fitsA = (columnA === 1 && rowA >= k) || (rowA === 1 && columnA >= m);
  const fitsB = (columnB === 1 && rowB >= n) || (rowB === 1 && columnB >= k);
  return fitsA && fitsB ? (library.quiet ? threads : 1) : 0;
}

/** Real address of engine address 0; memory grows in place, so it stays. */
let base = 0;

/** The function that the kernels import as `blas`: engine addresses (as signed numbers, like all that wasm hands over) and strides in, cblas out. */
export function makeBlasImport(memory: WebAssembly.Memory): (...operands: number[]) => void {
  return (double, transposeA, transposeB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc) => {
    const library = findBlas()!;
    if (base === 0) base = Number(koffi!.address(new Uint8Array(memory.buffer)));
    (double === 1 ? library.dgemm : library.sgemm)(
      ROW_MAJOR,
      transposeA === 1 ? TRANSPOSE : NO_TRANSPOSE,
      transposeB === 1 ? TRANSPOSE : NO_TRANSPOSE,
      m!,
      n!,
      k!,
      alpha!,
      base + (a! >>> 0),
      lda!,
      base + (b! >>> 0),
      ldb!,
      beta!,
      base + (c! >>> 0),
      ldc!,
    );
  };
}
