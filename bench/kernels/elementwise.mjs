// Measures elementwise, reducing, drawing and updating kernels by themselves, against a plain copy of as many bytes.
//
//   node bench/kernels/elementwise.mjs [--only REGEX] [--threads 1,2] [--rounds 15] [--build FILE.wasm] [--base OTHER.wasm]
//     [--save FILE.wasm]
//
// Instructions are written into a memory of its own, so that neither allocation nor the graph is part of a number. The
// yardstick is memory.copy in the same memory, of as many bytes read and written as the kernel must, shared likewise.
// `--base` runs another build of the kernels in the same rounds; `--save` writes today's build for that. V8's baseline
// compiler is off, so that no number depends on when a function was compiled again.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { setFlagsFromString } from "node:v8";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";

const { values: options } = parseArgs({
  options: {
    only: { type: "string", default: "" },
    threads: { type: "string", default: "1,2" },
    rounds: { type: "string", default: "15" },
    build: { type: "string" },
    base: { type: "string" },
    save: { type: "string" },
  },
});

try {
  setFlagsFromString("--experimental-wasm-relaxed-simd");
} catch {
  // Newer runtimes have it on and do not know the flag.
}
setFlagsFromString("--no-liftoff");
const built = new URL("../../packages/torchlet/src/engine/wasm/binary/relaxed.ts", import.meta.url);
const current = Buffer.from(/"([^"]+)"/.exec(readFileSync(fileURLToPath(built), "utf8"))[1], "base64");
if (options.save !== undefined) {
  writeFileSync(options.save, current);
  process.exit(0);
}

const F32 = 0;
const F64 = 1;
const I32 = 2;
const U8 = 3;
const BOOL = 4;
const N = 1_000_000;
const CONTROL = 1 << 20;
const INSTRUCTION = CONTROL + 4096;
const SCRATCH = INSTRUCTION + (1 << 16);
/** Operands of at most 14 MB each; their addresses are staggered so that they do not agree modulo 4 KiB. */
const operand = (i) => (16 << 20) + i * (15 << 20) + i * 1088;
const [A, B, C, OUT, STATE] = [0, 1, 2, 3, 4].map(operand);
const GENERATOR = CONTROL + 1024;
const INDICES = operand(5);

/** A build of the kernels with a memory of its own and one more thread. */
class Machine {
  constructor(binary) {
    this.memory = new WebAssembly.Memory({ initial: 2048, maximum: 65536, shared: true });
    const module = new WebAssembly.Module(binary);
    this.exports = new WebAssembly.Instance(module, { env: { memory: this.memory } }).exports;
    this.i32 = new Int32Array(this.memory.buffer);
    this.f32 = new Float32Array(this.memory.buffer);
    this.f64 = new Float64Array(this.memory.buffer);
    this.u8 = new Uint8Array(this.memory.buffer);
    const serve = `
      require("node:v8").setFlagsFromString("--experimental-wasm-relaxed-simd");
      const { module, memory } = require("node:worker_threads").workerData;
      new WebAssembly.Instance(module, { env: { memory } }).exports.serve(${CONTROL}, 1, 2);`;
    this.worker = new Worker(serve, { eval: true, workerData: { module, memory: this.memory } });
    this.worker.unref();
  }

  async ready() {
    while (Atomics.load(this.i32, (CONTROL >> 2) + 6) === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  run(threads) {
    if (threads === 1) this.exports.execute(INSTRUCTION, 1);
    else if (!this.exports.executeShared(CONTROL, INSTRUCTION, threads - 1)) throw new Error("a thread failed");
  }

  /** Writes an instruction of integers; doubles come as [value] and take an even word and the next. */
  write(opcode, words) {
    const { i32, f64 } = this;
    const p = INSTRUCTION >> 2;
    i32[p] = opcode;
    let at = p + 2;
    for (const word of words) {
      if (Array.isArray(word)) {
        at += at & 1;
        f64[at >> 1] = word[0];
        at += 2;
      } else i32[at++] = word;
    }
    i32[p + 1] = ((at + 1) & ~1) - p;
  }

  /** An elementwise program of one step: inputs are {address, dtype, strides} or {value}. */
  map(fn, type, shape, inputs, output) {
    const padded = (list) => (list.length & 1 ? [...list, 0] : list);
    const kind = (x) => {
      if (x.value !== undefined) return 2;
      let expected = 1;
      let contiguous = true;
      for (let d = shape.length - 1; d >= 0; expected *= shape[d--]) contiguous &&= x.strides[d] === expected;
      return contiguous ? 1 : x.strides.every((s) => s === 0) ? 2 : 0;
    };
    const rows = inputs.flatMap((x) => [
      ...[x.address ?? 0, x.dtype ?? 0, kind(x), 0],
      ...[[x.value ?? 0], ...padded(x.strides ?? shape.map(() => 0))],
    ]);
    const step = [fn, inputs.length, 0, inputs.length > 1 ? 1 : 0, inputs.length > 2 ? 2 : 0, 0];
    const out = [output.address, output.dtype, kind(output), inputs.length, ...padded(output.strides)];
    this.write(3, [shape.length, inputs.length, 1, 1, type, SCRATCH, ...padded(shape), ...rows, ...step, ...out]);
  }

  reduce(fn, dtype, kept, reduced, { out = OUT, indices = 0, input = A } = {}) {
    const list = [...kept.map((k) => k[0]), ...kept.map((k) => k[1]), ...reduced.map((r) => r[0]), ...reduced.map((r) => r[1])];
    this.write(4, [fn, dtype, out, indices, input, kept.length, reduced.length, 0, [1], ...list, SCRATCH]);
  }

  /** Rows that are copied whole: memory.copy, as many as there are threads. */
  copy(bytes, threads) {
    for (let t = 0; t < threads; t++) this.i32[(STATE >> 2) + t] = t;
    const row = Math.floor(bytes / 4 / threads);
    this.write(10, [B, F32, row, STATE, threads, OUT, F32, 0, [1]]);
  }
}

/** Numbers that no kernel finds special. */
function prepare(m) {
  for (let i = 0; i < 2 * N; i++) m.f32[(A >> 2) + i] = Math.sin(i * 1.37) * 3 + (i % 7) * 0.01;
  for (let i = 0; i < 2 * N; i++) m.f32[(B >> 2) + i] = Math.cos(i * 0.73) * 2 + 2.5;
  for (let i = 0; i < 2 * N; i++) m.f32[(C >> 2) + i] = i % 3 === 0 ? 1 : 0;
  for (let i = 0; i < 8 * N; i++) m.u8[OUT + i] = 0;
}
const doubles = (m) => {
  for (let i = 0; i < N; i++) m.f64[(A >> 3) + i] = Math.sin(i * 1.37) * 3;
  for (let i = 0; i < N; i++) m.f64[(B >> 3) + i] = Math.cos(i * 0.73) * 2 + 2.5;
};
const integers = (m) => {
  for (let i = 0; i < N; i++) m.i32[(A >> 2) + i] = Math.imul(i, 2654435761) >> 8;
};
const bytesIn = (m) => {
  for (let i = 0; i < N; i++) m.u8[A + i] = (i * 7) & 255;
};
const masks = (m) => {
  for (let i = 0; i < N; i++) m.u8[C + i] = i % 3 === 0 ? 1 : 0;
};
const seeded = (m) => {
  m.write(16, [GENERATOR, 1]);
  m.run(1);
};

const a = { address: A, dtype: F32, strides: [1] };
const b = { address: B, dtype: F32, strides: [1] };
const c = { address: C, dtype: F32, strides: [1] };
const out = { address: OUT, dtype: F32, strides: [1] };
const flat = [N];
const unary = (fn, input = a) => ({ bytes: 8, write: (m) => m.map(fn, F32, flat, [input], out) });
const binary = (fn) => ({ bytes: 12, write: (m) => m.map(fn, F32, flat, [a, b], out) });
const wide = (x) => ({ ...x, dtype: F64 });
const unary64 = (fn, input = a) => ({
  bytes: 16,
  prepare: doubles,
  write: (m) => m.map(fn, F64, flat, [wide(input)], wide(out)),
});
const reduction = (fn, kept, reduced, more = {}, dtype = F32) => ({
  bytes: dtype === F64 ? 8 : 4,
  prepare: dtype === F64 ? doubles : dtype === I32 ? integers : undefined,
  write: (m) => m.reduce(fn, dtype, kept, reduced, more),
});
const rows = [[1000, 1000]];
const columns = [[1000, 1]];
const update = (rule, states, settings, own) => ({
  bytes: 4 * (3 + 2 * states),
  write: (m) => {
    const addresses = [C, STATE, 0].map((x, i) => (i < states ? x : 0));
    m.write(24, [rule, 1, 0, 0, ...settings.map((s) => [s]), OUT, A, ...addresses, N, F32, 0, ...own.map((o) => [o])]);
  },
});
const tiny = (write) => ({ bytes: 0, tiny: true, write });
const small = [200];

/** Bytes an element that a kernel must read and write, and how to write its instruction. */
const cases = {
  "copy (map)": unary(0),
  neg: unary(1),
  relu: unary(6),
  sign: unary(11),
  sqrt: unary(4, b),
  "add, out of place": binary(32),
  "add_": { bytes: 12, write: (m) => m.map(32, F32, flat, [out, b], out) },
  "mul_ scalar": { bytes: 8, write: (m) => m.map(34, F32, flat, [out, { value: 1 }], out) },
  div: binary(35),
  maximum: binary(36),
  reluGrad: binary(47),
  fma: { bytes: 16, write: (m) => m.map(65, F32, flat, [a, b, c], out) },
  "ge, to bool": { bytes: 9, write: (m) => m.map(42, F32, flat, [a, b], { ...out, dtype: BOOL }) },
  "gt 0, to bool": { bytes: 5, write: (m) => m.map(41, F32, flat, [a, { value: 0 }], { ...out, dtype: BOOL }) },
  "where, bool condition": {
    bytes: 13,
    prepare: masks,
    write: (m) => m.map(64, F32, flat, [a, b, { ...c, dtype: BOOL }], out),
  },
  "uint8 to float32": { bytes: 5, prepare: bytesIn, write: (m) => m.map(0, F32, flat, [{ ...a, dtype: U8 }], out) },
  "float32 to uint8": { bytes: 5, write: (m) => m.map(0, F32, flat, [b], { ...out, dtype: U8 }) },
  "float32 to float64": { bytes: 12, write: (m) => m.map(0, F64, flat, [a], wide(out)) },
  "float64 to float32": { bytes: 12, prepare: doubles, write: (m) => m.map(0, F32, flat, [wide(a)], out) },
  "transposed copy": {
    bytes: 8,
    write: (m) =>
      m.map(0, F32, [1000, 1000], [{ ...a, strides: [1, 1000] }], { ...out, strides: [1000, 1] }),
  },
  "bias add 256": {
    bytes: 8,
    write: (m) =>
      m.map(32, F32, [3906, 256], [{ ...a, strides: [256, 1] }, { ...b, strides: [0, 1] }], { ...out, strides: [256, 1] }),
  },
  "bias add 1000": {
    bytes: 8,
    write: (m) =>
      m.map(32, F32, [1000, 1000], [{ ...a, strides: [1000, 1] }, { ...b, strides: [0, 1] }], { ...out, strides: [1000, 1] }),
  },
  "bias add 10": {
    bytes: 8,
    write: (m) =>
      m.map(32, F32, [100000, 10], [{ ...a, strides: [10, 1] }, { ...b, strides: [0, 1] }], { ...out, strides: [10, 1] }),
  },
  "minus column 10": {
    bytes: 8,
    write: (m) =>
      m.map(33, F32, [100000, 10], [{ ...a, strides: [10, 1] }, { ...b, strides: [1, 0] }], { ...out, strides: [10, 1] }),
  },
  "minus column 1000": {
    bytes: 8,
    write: (m) =>
      m.map(33, F32, [1000, 1000], [{ ...a, strides: [1000, 1] }, { ...b, strides: [1, 0] }], { ...out, strides: [1000, 1] }),
  },
  exp: unary(13),
  log: unary(14, b),
  tanh: unary(15),
  sigmoid: unary(16),
  expm1: unary(17),
  log1p: unary(98, b),
  "normal cdf": unary(21),
  erf: unary(111),
  erfc: unary(112),
  sin: unary(100),
  cos: unary(101),
  tan: unary(102),
  exp2: unary(99),
  log2: unary(96, b),
  log10: unary(97, b),
  atan: unary(105),
  pow: { bytes: 12, write: (m) => m.map(128, F32, flat, [b, a], out) },
  "pow 2.5": { bytes: 8, write: (m) => m.map(128, F32, flat, [b, { value: 2.5 }], out) },
  hypot: binary(133),
  "exp float64": unary64(13),
  "log float64": unary64(14, b),
  "tanh float64": unary64(15),
  "sigmoid float64": unary64(16),
  "sin float64": unary64(100),
  "erf float64": unary64(111),
  "sqrt float64": unary64(4, b),
  "relu float64": unary64(6),
  "add float64": { bytes: 24, prepare: doubles, write: (m) => m.map(32, F64, flat, [wide(a), wide(b)], wide(out)) },
  "add int32": {
    bytes: 12,
    prepare: integers,
    write: (m) => m.map(32, I32, flat, [{ ...a, dtype: I32 }, { ...b, dtype: I32 }], { ...out, dtype: I32 }),
  },
  sum: reduction(0, [], [[N, 1]]),
  "sum(0)": reduction(0, columns, rows),
  "sum(1)": reduction(0, rows, columns),
  "sum(1), rows of 10": reduction(0, [[100000, 10]], [[10, 1]]),
  "sum(0), 10 columns": reduction(0, [[10, 1]], [[100000, 10]]),
  "sum(1) of 100x100x100": reduction(0, [[100, 10000], [100, 1]], [[100, 100]]),
  "sum((0, 2)) of 100x100x100": reduction(0, [[100, 100]], [[100, 10000], [100, 1]]),
  "sum of a transposed": reduction(0, [], [[1000, 1], [1000, 1000]]),
  prod: reduction(1, [], [[N, 1]]),
  "prod(0)": reduction(1, columns, rows),
  max: reduction(2, [], [[N, 1]]),
  "max(0)": reduction(2, columns, rows, { indices: INDICES }),
  "max(1)": reduction(2, rows, columns, { indices: INDICES }),
  "amax(0)": reduction(2, columns, rows),
  "amax(1)": reduction(2, rows, columns),
  argmax: reduction(2, [], [[N, 1]], { indices: INDICES }),
  "max(1), rows of 10": reduction(2, [[100000, 10]], [[10, 1]], { indices: INDICES }),
  "sum float64": reduction(0, [], [[N, 1]], {}, F64),
  "sum(0) float64": reduction(0, columns, rows, {}, F64),
  "max float64": reduction(2, [], [[N, 1]], {}, F64),
  "sum int32": reduction(0, [], [[N, 1]], {}, I32),
  "sum(0) int32": reduction(0, columns, rows, {}, I32),
  "max int32": reduction(2, [], [[N, 1]], {}, I32),
  squareSum: { bytes: 4, write: (m) => m.write(26, [1, STATE, A, N, F32, 0]) },
  allFinite: { bytes: 4, write: (m) => m.write(60, [F32, N, A, STATE]) },
  cumsum: { bytes: 8, write: (m) => m.write(40, [0, F32, A, OUT, 0, 1, N, 1, 0]) },
  uniform: { bytes: 4, alone: true, prepare: seeded, write: (m) => m.write(18, [GENERATOR, F32, N, OUT, [0], [1]]) },
  normal: { bytes: 4, alone: true, prepare: seeded, write: (m) => m.write(19, [GENERATOR, F32, N, OUT, [0], [1]]) },
  "bernoulli, one p": {
    bytes: 4,
    alone: true,
    prepare: seeded,
    write: (m) => m.write(22, [GENERATOR, F32, N, OUT, 0, 0, [0.5]]),
  },
  "uniform float64": {
    bytes: 8,
    alone: true,
    prepare: seeded,
    write: (m) => m.write(18, [GENERATOR, F64, N, OUT, [0], [1]]),
  },
  randperm: { bytes: 4, alone: true, prepare: seeded, write: (m) => m.write(20, [GENERATOR, N, OUT]) },
  randint: { bytes: 4, alone: true, prepare: seeded, write: (m) => m.write(21, [GENERATOR, I32, N, OUT, [0], [10]]) },
  sgd: update(0, 0, [0, 0, 0, 0, 0, 0], [-1e-3, 1, 0, 0]),
  "sgd, momentum": update(0, 1, [0, 0.9, 0, 0, 0, 0], [-1e-3, 1, 0, 0]),
  adam: update(1, 2, [0, 0.1, 0.999, 0.001, 1e-8, 1], [-1e-3, 0.5, 0, 0]),
  "add 10x20": tiny((m) => m.map(32, F32, small, [a, b], out)),
  "mul 10x20 by a number": tiny((m) => m.map(34, F32, small, [a, { value: 2 }], out)),
  "neg 10x20": tiny((m) => m.map(1, F32, small, [a], out)),
  "add 10x1": tiny((m) => m.map(32, F32, [10], [a, b], out)),
  "bias add 10x20": tiny((m) =>
    m.map(32, F32, [10, 20], [{ ...a, strides: [20, 1] }, { ...b, strides: [0, 1] }], { ...out, strides: [20, 1] }),
  ),
  "sum 10x20": tiny((m) => m.reduce(0, F32, [], [[200, 1]])),
  "sum(0) 10x20": tiny((m) => m.reduce(0, F32, [[20, 1]], [[10, 20]])),
};

const machines = [["now", new Machine(options.build === undefined ? current : readFileSync(options.build))]];
if (options.base !== undefined) machines.unshift(["base", new Machine(readFileSync(options.base))]);
for (const [, m] of machines) await m.ready();

/** Milliseconds a run; tiny ones are repeated. */
function time(m, threads, repeats) {
  const start = performance.now();
  for (let i = 0; i < repeats; i++) m.run(threads);
  return (performance.now() - start) / repeats;
}

const chosen = new RegExp(options.only);
const rounds = Number(options.rounds);
const columnsShown = ["us", "GB/s", "of copy"];
console.log(["kernel".padEnd(28), "threads", ...machines.flatMap(([name]) => columnsShown.map((c) => `${name} ${c}`.padStart(12)))].join("  "));
for (const [name, test] of Object.entries(cases)) {
  if (!chosen.test(name)) continue;
  for (const threads of test.alone || test.tiny ? [1] : options.threads.split(",").map(Number)) {
    const best = machines.map(() => ({ kernel: Infinity, copy: Infinity }));
    for (const [, m] of machines) {
      prepare(m);
      test.prepare?.(m);
    }
    const repeats = test.tiny ? 2000 : 3;
    for (let round = 0; round < rounds; round++) {
      machines.forEach(([, m], i) => {
        if (!test.tiny) {
          m.copy((test.bytes * N) / 2, threads);
          best[i].copy = Math.min(best[i].copy, time(m, threads, 2));
        }
        test.write(m);
        m.run(threads);
        best[i].kernel = Math.min(best[i].kernel, time(m, threads, repeats));
      });
    }
    const cells = best.flatMap(({ kernel, copy }) => {
      const bandwidth = test.tiny ? "" : ((test.bytes * N) / kernel / 1e6).toFixed(1);
      const ratio = test.tiny ? "" : (copy / kernel).toFixed(2);
      return [(kernel * 1000).toFixed(test.tiny ? 3 : 0), bandwidth, ratio].map((cell) => cell.padStart(12));
    });
    console.log([name.padEnd(28), String(threads).padStart(7), ...cells].join("  "));
  }
}
process.exit(0);
