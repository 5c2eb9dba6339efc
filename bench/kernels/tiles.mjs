// What the registers take: tiles of every shape as they are, and with several steps of k in the loop.
import { compile } from "./compile.mjs";
import { fastest } from "./measure.mjs";

const SHAPES = [
  ...[6, 5, 4, 3, 2, 1].map((rows) => [rows, 2]),
  ...[3, 2, 1].map((rows) => [rows, 3]),
  ...[2, 1].map((rows) => [rows, 4]),
  ...[6, 5, 4, 3, 2, 1].map((rows) => [rows, 1]),
];
const PARAMETERS =
  "rows: i32, vectors: i32, count: i32, k: i32, a: usize, stepA: usize, rowA: usize, columnA: usize, b: usize";

/** Twice, since a function with one caller is inlined into it, which the library's tiles are not. */
const ENTRY = `import { runTiles } from "./gemm-tile";
export function run(times: i32, ${PARAMETERS}, start: usize, c: usize): void {
  for (; times > 0; --times) runTiles<f32>(rows, vectors, count, k, a, stepA, rowA, columnA, b, <usize>vectors << 4, start, c, 1088, 0);
}
export function once(${PARAMETERS}, start: usize, c: usize): void {
  runTiles<f32>(rows, vectors, count, k, a, stepA, rowA, columnA, b, <usize>vectors << 4, start, c, 1088, 0);
}`;

const ZEROS = 1 << 16;
const [A, B, C] = [(1 << 20) + 192, (2 << 20) + 1088, (3 << 20) + 2176];

/** GFLOP/s of each tile, by depth; A in place, by rows. */
export async function measureTiles(depths = [10, 64, 256]) {
  const { exports, memory } = await compile(ENTRY);
  new Float32Array(memory.buffer, ZEROS, 16).fill(0);
  const cases = SHAPES.flatMap(([rows, vectors]) => depths.map((k) => ({ rows, vectors, k })));
  const rates = fastest(
    cases.map(({ rows, vectors, k }) => {
      const row = 4 * k + 64;
      return {
        flops: 4 * rows * vectors * 4 * k * 2,
        run: (times) => exports.run(times, rows, vectors, 4, k, A, rows * row, row, 4, B, ZEROS, C),
      };
    }),
    { milliseconds: 1 },
  );
  return cases.map((c, i) => ({ section: "tile", name: `${c.rows}x${4 * c.vectors}, k ${c.k}`, gflops: rates[i] }));
}

/** A tile written out, with `steps` steps of k in the loop; A packed, so that one pointer serves all rows. */
function unrolled(rows, vectors, steps) {
  const each = (count, text) => Array.from({ length: count }, (_, i) => text(i)).join("");
  const sums = each(rows, (i) => each(vectors, (j) => `  let c${i}${j} = f32x4.splat(0);\n`));
  const body = each(
    steps,
    (s) =>
      each(vectors, (j) => `    const b${s}${j} = v128.load(b, ${16 * (s * vectors + j)});\n`) +
      each(
        rows,
        (i) =>
          `    const x${s}${i} = v128.load32_splat(a, ${4 * (s * rows + i)});\n` +
          each(vectors, (j) => `    c${i}${j} = f32x4.relaxed_madd(x${s}${i}, b${s}${j}, c${i}${j});\n`),
      ),
  );
  const ends = each(rows, (i) => each(vectors, (j) => `  v128.store(c, c${i}${j}, ${16 * (i * vectors + j)});\n`));
  return `function tile(k: i32, a: usize, b: usize, c: usize): void {
${sums}  for (; k > 0; k -= ${steps}) {
${body}    a += ${4 * rows * steps};
    b += ${16 * vectors * steps};
  }
${ends}}
export function run(times: i32, k: i32, a: usize, b: usize, c: usize): void {
  for (; times > 0; --times) tile(k, a, b, c);
}
export function once(k: i32, a: usize, b: usize, c: usize): void {
  tile(k, a, b, c);
}`;
}

/** GFLOP/s of tiles with 1, 2, 4 and 8 steps in the loop: why the library's have one. */
export async function measureUnrolling() {
  const cases = [
    [4, 2],
    [5, 2],
    [6, 2],
    [3, 3],
    [4, 3],
    [2, 4],
  ].flatMap(([rows, vectors]) => [1, 2, 4, 8].map((steps) => ({ rows, vectors, steps })));
  const bodies = [];
  for (const { rows, vectors, steps } of cases) {
    const { exports } = await compile(unrolled(rows, vectors, steps));
    bodies.push({ flops: 2 * rows * vectors * 4 * 256, run: (times) => exports.run(times, 256, A, B, C) });
  }
  const rates = fastest(bodies, { milliseconds: 1 });
  return cases.map((c, i) => ({
    section: "unrolling",
    name: `${c.rows}x${4 * c.vectors}, ${c.steps} step${c.steps > 1 ? "s" : ""} in the loop`,
    gflops: rates[i],
  }));
}

/** GFLOP/s that the machine's multiply-add units give in 128-bit vectors: what everything is compared with. */
export async function measureCeiling() {
  const names = Array.from({ length: 10 }, (_, i) => `c${i}`);
  const { exports } = await compile(`export function run(times: i32, at: usize): void {
  const x = v128.load(at), y = v128.load(at, 16);
${names.map((c, i) => `  let ${c} = v128.load(at, ${32 + 16 * i});`).join("\n")}
  for (let n = times * 1000; n > 0; --n) {
${names.map((c) => `    ${c} = f32x4.relaxed_madd(x, y, ${c});`).join("\n")}
  }
${names.map((c, i) => `  v128.store(at, ${c}, ${32 + 16 * i});`).join("\n")}
}`);
  const [rate] = fastest([{ flops: 80_000, run: (times) => exports.run(times, A) }], { rounds: 100 });
  return [{ section: "ceiling", name: "float32, 10 independent multiply-adds", gflops: rate }];
}
