// What the machine can do, measured in the same run: float32 multiply-adds by its best BLAS, and a plain memory copy.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { measureCase } from "./measure.mjs";

const SIZE = 2048;
const product = {
  name: "machine-peak",
  group: "machine",
  text: `matrix product ${SIZE} square`,
  kind: "product",
  args: { m: SIZE, k: SIZE, n: SIZE, transposeA: false, transposeB: false },
  unit: "GFLOP/s",
  flops: 2 * SIZE ** 3,
};

/**
 * The machine's peak with one and two threads: the fastest product of 2048 square matrices, by whom, in GFLOP/s; and a memory
 * copy's GB/s. Where there is neither a BLAS nor PyTorch, wasm is the fastest.
 */
export async function machinePeak(implementations, sessions, options) {
  const machine = { gflops1: 0, gflops2: 0, by1: null, by2: null, copy1: 0, copy2: 0 };
  measureCopy(machine);
  const native = implementations.filter(({ family, engine }) => family === "pytorch" || engine === "blas");
  const eager = (native.length > 0 ? native : implementations).filter(
    ({ mode, family }) => mode === "eager" && (family === "torchlet" || family === "pytorch"),
  );
  const { measured } = await measureCase(product, eager, sessions, { ...options, rounds: options.quick ? 1 : 3 });
  raisePeak(machine, { unit: product.unit, measured }, eager);
  return machine;
}

/** Takes note of a faster product: the peak is the best of the whole run. */
export function raisePeak(machine, { unit, measured }, implementations) {
  if (unit !== "GFLOP/s") return;
  for (const { name, threads } of implementations) {
    if (!(measured[name]?.best > machine[`gflops${threads}`])) continue;
    machine[`gflops${threads}`] = measured[name].best;
    machine[`by${threads}`] = name;
  }
}

/** Measures the copy once more; the best counts. */
export function measureCopy(machine) {
  const script = fileURLToPath(new URL("yardstick.mjs", import.meta.url));
  const { status, stdout } = spawnSync(process.execPath, [script], { encoding: "utf8", timeout: 20_000 });
  if (status !== 0) return;
  const { copy1, copy2 } = JSON.parse(stdout);
  machine.copy1 = Math.max(machine.copy1, copy1);
  machine.copy2 = Math.max(machine.copy2, copy2);
}

export const machineText = ({ gflops1, gflops2, by1, by2, copy1, copy2 }) =>
  `machine: ${gflops1.toFixed(0)} GFLOP/s with one thread (${by1}), ${gflops2.toFixed(0)} with two (${by2}); ` +
  `a copy of 4 MB ${copy1.toFixed(0)} GB/s with one, ${copy2.toFixed(0)} with two`;
