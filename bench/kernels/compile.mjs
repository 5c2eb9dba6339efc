// Compiles the kernels' sources (or variants of them) for measurements, with the flags of the build and relaxed multiply-add.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import v8 from "node:v8";
import asc from "assemblyscript/asc";

const KERNELS = fileURLToPath(new URL("../../packages/torchlet/kernels/", import.meta.url));
const FLAGS = ["-O3", "--runtime", "stub", "--noAssert", "--converge", "--importMemory", "--noExportMemory"];
const FEATURES = ["--enable", "simd", "--enable", "threads", "--enable", "relaxed-simd", "--use", "abort="];
/** 64 MiB now; the maximum of 4 GiB is that of the library, whose memory grows. */
const INITIAL_PAGES = 1024;
const MAXIMUM_PAGES = 65536;

/**
 * Compiles `entry` beside the kernels. UNSHARED=1: on memory of one thread, as in pages that are not isolated; V8 compiles some
 * loops otherwise then.
 *
 * @param edits replacements in the sources, as [file, from, to]; each must occur
 * @returns the exports, with the memory that they work on (64 MiB, filled with numbers from -0.5 to 0.5)
 */
export async function compile(entry, edits = []) {
  const shared = !process.env.UNSHARED;
  const sources = new Map(
    readdirSync(KERNELS)
      .filter((name) => name.endsWith(".ts"))
      .map((name) => [name, readFileSync(KERNELS + name, "utf8")]),
  );
  for (const [file, from, to] of edits) {
    if (!sources.get(file)?.includes(from)) throw new Error(`${file} has no ${from}`);
    sources.set(file, sources.get(file).replace(from, to));
  }
  sources.set("measured.ts", entry);
  let binary = null;
  const limits = [
    "--initialMemory",
    "1",
    "--maximumMemory",
    String(MAXIMUM_PAGES),
    ...(shared ? ["--sharedMemory"] : []),
  ];
  const options = ["measured.ts", "--outFile", "measured.wasm", ...FLAGS, ...FEATURES, ...limits];
  const { error, stderr } = await asc.main(options, {
    readFile: (name) => sources.get(name) ?? null,
    writeFile: (name, contents) => {
      if (name.endsWith(".wasm")) binary = contents;
    },
    listFiles: () => [],
  });
  if (error) throw new Error(`${error.message}\n${stderr}`);
  try {
    v8.setFlagsFromString("--experimental-wasm-relaxed-simd");
  } catch {
    // Newer runtimes have it on and do not know the flag.
  }
  const memory = new WebAssembly.Memory({ initial: INITIAL_PAGES, maximum: MAXIMUM_PAGES, shared });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(binary), { env: { memory } });
  const values = new Float32Array(memory.buffer);
  for (let i = 1 << 14; i < values.length; i++) values[i] = (Math.imul(i, 0x9e3779b1) >>> 8) / 2 ** 24 - 0.5;
  return { exports, memory };
}
