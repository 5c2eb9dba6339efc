// Compiles the embedded kernels: the relaxed build where the runtime has relaxed SIMD, else the plain one.
import { EngineError } from "../../errors/index.js";
import plainBinary from "./binary/plain.js";
import relaxedBinary from "./binary/relaxed.js";

/** Which of the two builds runs. */
export type SimdTier = "relaxed" | "plain";

/** The functions that a kernel module exports. */
export interface KernelExports {
  execute(pc: number, count: number): void;
  executeShared(control: number, pc: number, others: number): number;
  executePlan(control: number, pc: number, count: number, others: number): number;
  join(control: number, others: number): number;
  heapBase(): number;
  gemmScratchFloats(): number;
  mapScratchBytes(): number;
  generatorBytes(): number;
}

/** The running kernels and the memory that they share with us. */
export interface Kernels {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly exports: KernelExports;
  readonly tier: SimdTier;
  readonly shared: boolean;
}

/** (module (func (result v128) v128.const 0 v128.const 0 v128.const 0 f32x4.relaxed_madd)) */
const RELAXED_PROBE = probe([0xfd, 0x85, 0x02], 3);
/** (module (func (result v128) v128.const 0)) */
const SIMD_PROBE = probe([], 1);

/** The bytes of a module with one function: `constants` vectors of zeros, then the instruction. */
function probe(instruction: number[], constants: number): Uint8Array<ArrayBuffer> {
  const zero = [0xfd, 0x0c, ...new Array(16).fill(0)];
  const body = [0x00, ...new Array(constants).fill(zero).flat(), ...instruction, 0x0b];
  const code = [0x01, body.length, ...body];
  return new Uint8Array([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...[0x01, 0x05, 0x01, 0x60, 0x00, 0x01, 0x7b],
    ...[0x03, 0x02, 0x01, 0x00],
    ...[0x0a, code.length, ...code],
  ]);
}

/** Node 20 (V8 11.3) has relaxed SIMD behind a flag, which takes effect for modules compiled after it is set. */
function unlockRelaxedSimd(): void {
  if (typeof process === "undefined" || typeof process.getBuiltinModule !== "function") return;
  try {
    process.getBuiltinModule("node:v8").setFlagsFromString("--experimental-wasm-relaxed-simd");
  } catch {
    // Newer runtimes have it on and do not know the flag; others (Deno, Bun) have no flags: the probe decides.
  }
}

/** Picks the build: `TORCHLET_SIMD=plain` forces the one without relaxed multiply-add. */
function chooseTier(): SimdTier {
  if (typeof WebAssembly === "undefined" || !WebAssembly.validate(SIMD_PROBE)) {
    throw new EngineError("simd-missing", {
      path: "torchlet",
      rule: {
        en: "this runtime has no 128-bit WebAssembly SIMD",
        zh: "当前运行环境不支持 128 位 WebAssembly SIMD",
      },
      expected: "WebAssembly SIMD",
      hint: {
        en: "use Node 20.19 or later, or a browser of 2023 or later",
        zh: "请使用 Node 20.19 或更新版本，或 2023 年以后的浏览器",
      },
    });
  }
  if (typeof process !== "undefined" && process.env?.["TORCHLET_SIMD"] === "plain") return "plain";
  if (!WebAssembly.validate(RELAXED_PROBE)) unlockRelaxedSimd();
  return WebAssembly.validate(RELAXED_PROBE) ? "relaxed" : "plain";
}

/** Browsers of 2025 and later decode base64 themselves. */
type Decoder = { fromBase64?(text: string): Uint8Array<ArrayBuffer> };

function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  if (typeof Buffer !== "undefined") return new Uint8Array(Buffer.from(text, "base64"));
  const { fromBase64 } = Uint8Array as Decoder;
  if (fromBase64 !== undefined) return fromBase64.call(Uint8Array, text);
  // A loop: `Uint8Array.from` with a function walks the text's iterator, which took 20 ms here (Chromium 156).
  const characters = atob(text);
  const bytes = new Uint8Array(characters.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = characters.charCodeAt(i);
  return bytes;
}

/**
 * Turns the import of a shared memory into that of a plain one, for pages that are not cross-origin isolated:
 * the flags byte of the memory's limits goes from 3 (shared, with maximum) to 1 (with maximum).
 */
function withoutSharedMemory(binary: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const name = [3, 0x65, 0x6e, 0x76, 6, 0x6d, 0x65, 0x6d, 0x6f, 0x72, 0x79, 0x02, 0x03];
  for (let at = 8; at < binary.length - name.length; at++) {
    if (name.every((byte, i) => binary[at + i] === byte)) {
      binary[at + name.length - 1] = 0x01;
      return binary;
    }
  }
  throw new Error("the kernels import no shared memory");
}

const PAGE = 65536;
/** 64 KiB pages: 32 MiB to begin with, 4 GiB at most; pages cost nothing until they are touched. */
const INITIAL_PAGES = 512;
const MAXIMUM_PAGES = 65536;

/** The largest memory that may be reserved: not every device has 4 GiB of addresses to give (iOS refuses them). */
function reserveMemory(shared: boolean): WebAssembly.Memory {
  for (let maximum = MAXIMUM_PAGES; ; maximum /= 2) {
    try {
      return new WebAssembly.Memory({ initial: INITIAL_PAGES, maximum, shared });
    } catch (cause) {
      if (maximum > INITIAL_PAGES) continue;
      throw new EngineError("out-of-memory", {
        path: "torchlet",
        rule: {
          en: "the engine's first 32 MiB of memory are refused",
          zh: "引擎最初的 32 MiB 内存申请被拒绝",
        },
        cause,
      });
    }
  }
}

function compile(binary: Uint8Array<ArrayBuffer>): WebAssembly.Module {
  try {
    return new WebAssembly.Module(binary);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new EngineError("wasm-refused", {
      path: "torchlet",
      rule: {
        en: `the WebAssembly kernels cannot be compiled here: ${reason}`,
        zh: `此处无法编译 WebAssembly 内核：${reason}`,
      },
      hint: {
        en: "a page with a Content-Security-Policy must allow 'wasm-unsafe-eval' in its script-src",
        zh: "使用 Content-Security-Policy 的页面须在 script-src 中允许 'wasm-unsafe-eval'",
      },
      cause,
    });
  }
}

/**
 * Compiles and starts the kernels; takes a few milliseconds.
 *
 * @param makeBlas the function that matrix products are handed to where the machine has a BLAS
 */
export function loadKernels(makeBlas: (memory: WebAssembly.Memory) => (...operands: number[]) => void): Kernels {
  const tier = chooseTier();
  const binary = decodeBase64(tier === "relaxed" ? relaxedBinary : plainBinary);
  const shared = typeof SharedArrayBuffer !== "undefined";
  const memory = reserveMemory(shared);
  const module = compile(shared ? binary : withoutSharedMemory(binary));
  const instance = new WebAssembly.Instance(module, { env: { memory, blas: makeBlas(memory) } });
  return { module, memory, exports: instance.exports as unknown as KernelExports, tier, shared };
}

export { PAGE };
