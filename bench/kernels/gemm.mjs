// Measures the matrix product's kernels on one core: `node bench/kernels/gemm.mjs [SECTION ...] [--only REGEXP] [--json FILE]`.
//
// Sections: ceiling, products (default); float64, placement, blocks, tiles, unrolling, threads; all. Numbers are GFLOP/s of
// the shortest of many timings, and the share of the ceiling measured in the same run.
// UNSHARED=1 measures on memory of one thread.
import { writeFileSync } from "node:fs";
import { compile } from "./compile.mjs";
import { fastest } from "./measure.mjs";
import { measureCeiling, measureTiles, measureUnrolling } from "./tiles.mjs";

/** The products of a training step of 784-256-10, as [name, m, n, k, A transposed, B transposed, bias and relu]. */
const step = (batch) => [
  [`X W1^T, batch ${batch}`, batch, 256, 784, 0, 1, 1],
  [`H W2^T, batch ${batch}`, batch, 10, 256, 0, 1, 0],
  [`g2^T H, batch ${batch}`, 10, 256, batch, 1, 0, 0],
  [`g2 W2, batch ${batch}`, batch, 256, 10, 0, 0, 0],
  [`g1^T X, batch ${batch}`, 256, 784, batch, 1, 0, 0],
];
const PRODUCTS = [
  ...[64, 256, 1024].flatMap(step),
  ["H W^T, 256 to 256, batch 64", 64, 256, 256, 0, 1, 1],
  ["g W, 256 to 256, batch 64", 64, 256, 256, 0, 0, 0],
  ["g^T H, 256 to 256, batch 64", 256, 256, 64, 1, 0, 0],
  ["256x784x256", 256, 256, 784, 0, 0, 0],
  ...[64, 128, 256, 512, 1024, 2048].map((n) => [`${n} square`, n, n, n, 0, 0, 0]),
  ...[128, 512, 1024].flatMap((n) => [
    [`${n} square, A B^T`, n, n, n, 0, 1, 0],
    [`${n} square, A^T B`, n, n, n, 1, 0, 0],
    [`${n} square, A^T B^T`, n, n, n, 1, 1, 0],
  ]),
  ...[4, 8, 10, 16, 32].map((n) => [`${n} square`, n, n, n, 0, 0, 0]),
  ["5x200 by a column", 5, 1, 200, 0, 0, 0],
  ["10x20 by a column", 10, 1, 20, 0, 0, 0],
  ["a row by 784x256", 1, 256, 784, 0, 0, 0],
  ["a row by the transpose of 256x784", 1, 256, 784, 0, 1, 0],
  ...[2, 3, 4].map((n) => [`512x512 by ${n} columns`, 512, n, 512, 0, 0, 0]),
  ...[2, 3, 4].map((n) => [`${n} rows by 512x512`, n, 512, 512, 0, 0, 0]),
];
/** Those on which block sizes and places in memory tell. */
const LARGE = PRODUCTS.filter(([, m, n, k]) => m * n * k >= 4e6 && m * n * k < 3e9);

const entry = (type) => `import { gemm, gemmScratchFloats } from "./gemm";
export { gemmScratchFloats };
export function run(
  times: i32, m: i32, n: i32, k: i32, a: usize, rsA: i32, csA: i32, b: usize, rsB: i32, csB: i32, c: usize, bias: usize, act: i32, scratch: usize,
): void {
  for (; times > 0; --times) gemm<${type}>(m, n, k, a, rsA, csA, b, rsB, csB, c, n, 1, 0, bias, act, scratch);
}`;

/** A product's body; operands stand one behind the other, `gap` bytes apart after rounding up to `align`. */
function body({ exports }, [, m, n, k, transA, transB, epilogue], { size = 4, align = 64, gap = 576 } = {}) {
  const scratch = 1 << 17;
  let at = scratch + Math.ceil((exports.gemmScratchFloats() * 4) / 4096) * 4096;
  const reserve = (elements) => {
    const here = at;
    at += Math.ceil((elements * size) / align) * align + gap;
    return here;
  };
  const [a, b, c, bias] = [m * k, k * n, m * n, n].map(reserve);
  const strides = (rows, columns, transposed) => (transposed ? [1, rows] : [columns, 1]);
  const args = [m, n, k, a, ...strides(m, k, transA), b, ...strides(k, n, transB), c, epilogue ? bias : 0, epilogue];
  return { flops: 2 * m * n * k, run: (times) => exports.run(times, ...args, scratch) };
}

async function products(section, list, type, layout = {}) {
  const module = await compile(entry(type));
  const rates = fastest(list.map((p) => body(module, p, { size: type === "f32" ? 4 : 8, ...layout })));
  return list.map(([name], i) => ({ section, name, gflops: rates[i] }));
}

/** Operands at addresses that agree modulo 4 KiB, and staggered ones. */
async function placement(list) {
  const module = await compile(entry("f32"));
  const layouts = { staggered: {}, "equal modulo 4 KiB": { align: 4096, gap: 0 } };
  const bodies = Object.values(layouts).flatMap((layout) => list.map((p) => body(module, p, layout)));
  const rates = fastest(bodies);
  return Object.keys(layouts).flatMap((layout, q) =>
    list.map(([name], i) => ({ section: "placement", name: `${name}, ${layout}`, gflops: rates[q * list.length + i] })),
  );
}

/** Other block sizes than those of the sources. */
async function blocks(list) {
  const gemm = (from, to) => ["gemm.ts", from, to];
  const variants = {
    "as it is": [],
    "depth 256": [gemm("DEPTH: i32 = 2048", "DEPTH: i32 = 1024")],
    "depth 384": [gemm("DEPTH: i32 = 2048", "DEPTH: i32 = 1536")],
    "depth 800": [gemm("DEPTH: i32 = 2048", "DEPTH: i32 = 3200")],
    "48 rows": [gemm("MC: i32 = 96", "MC: i32 = 48")],
    "192 rows": [gemm("MC: i32 = 96", "MC: i32 = 192")],
    "256 columns": [gemm("NC: i32 = 512", "NC: i32 = 256")],
    "1024 columns": [gemm("NC: i32 = 512", "NC: i32 = 1024")],
  };
  const bodies = [];
  for (const edits of Object.values(variants)) {
    const module = await compile(entry("f32"), edits);
    bodies.push(...list.map((p) => body(module, p)));
  }
  const rates = fastest(bodies, { rounds: 6 });
  return Object.keys(variants).flatMap((variant, q) =>
    list.map(([name], i) => ({ section: "blocks", name: `${name}, ${variant}`, gflops: rates[q * list.length + i] })),
  );
}

/** The library's own products on one and two threads, without BLAS. */
async function threads() {
  process.env.TORCHLET_BLAS = "off";
  const torch = await import("torchlet");
  const results = [];
  for (const [m, n, k] of [
    [64, 256, 784],
    [256, 256, 784],
    [512, 512, 512],
    [1024, 1024, 1024],
    [2048, 2048, 2048],
  ]) {
    const [a, b] = [torch.randn(m, k), torch.randn(k, n)];
    for (const count of [1, 2]) {
      torch.setNumThreads(count);
      const multiply = () => torch.noGrad(() => a.matmul(b));
      // The pool starts with the first large product and needs the event loop for it.
      for (let i = 0; i < 10; i++) {
        multiply();
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      const run = (times) => {
        for (let i = 0; i < times; i++) multiply();
      };
      const [rate] = fastest([{ flops: 2 * m * n * k, run }], { milliseconds: 10 });
      results.push({
        section: "threads",
        name: `${m}x${k}x${n}, ${count} thread${count > 1 ? "s" : ""}`,
        gflops: rate,
      });
    }
  }
  torch.setNumThreads(1);
  return results;
}

const asked = process.argv.slice(2);
const option = (name) => {
  const at = asked.indexOf(name);
  return at < 0 ? undefined : asked.splice(at, 2)[1];
};
const only = new RegExp(option("--only") ?? "");
const json = option("--json");
const chosen = (list) => list.filter(([name]) => only.test(name));
const sections = {
  products: () => products("float32", chosen(PRODUCTS), "f32"),
  float64: () => products("float64", chosen(PRODUCTS.filter(([, m, n, k]) => m * n * k < 3e9)), "f64"),
  placement: () => placement(chosen(LARGE)),
  blocks: () => blocks(chosen(LARGE)),
  tiles: () => measureTiles(),
  unrolling: measureUnrolling,
  threads,
};
const named = asked.length === 0 ? ["products"] : asked.includes("all") ? Object.keys(sections) : asked;
const unknown = named.find((name) => name !== "ceiling" && !(name in sections));
if (unknown) throw new Error(`no section ${unknown}; there are ceiling, ${Object.keys(sections).join(", ")}, all`);

const results = await measureCeiling();
const ceiling = results[0].gflops;
for (const name of named) if (name in sections) results.push(...(await sections[name]()));
for (const { section, name, gflops } of results) {
  const peak = section === "float64" ? ceiling / 2 : ceiling;
  console.log(
    `${section.padEnd(10)} ${name.padEnd(52)} ${gflops.toFixed(1).padStart(6)} GFLOP/s ${((100 * gflops) / peak).toFixed(0).padStart(4)} %`,
  );
}
if (json) {
  writeFileSync(json, `${JSON.stringify({ node: process.version, v8: process.versions.v8, results }, null, 1)}\n`);
}
