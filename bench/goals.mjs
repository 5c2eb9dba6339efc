// The goals of speed and memory, each with what it needs and how it is computed from a run's results.

/** Reads a report: the best value of the implementations whose names match, in the case's unit. */
class Reader {
  constructor(report) {
    this.report = report;
    this.rows = new Map(report.results.map((row) => [row.case, row]));
  }

  /** The best of the matching implementations, or undefined where none was measured. */
  best(name, pattern) {
    const row = this.rows.get(name);
    if (row === undefined) return undefined;
    const found = Object.entries(row.measured)
      .filter(([implementation]) => pattern.test(implementation))
      .map(([, { best }]) => best);
    if (found.length === 0) return undefined;
    return row.unit === "GFLOP/s" ? Math.max(...found) : Math.min(...found);
  }

  /** Bytes that a case must read and write, as a share of the memory copy's. */
  bandwidthShare(name, threads) {
    const time = this.best(name, new RegExp(`^torchlet (wasm|blas) ${threads}$`));
    const copy = this.report.machine[`copy${threads}`];
    return time === undefined || copy === 0 ? undefined : this.rows.get(name).bytes / time / 1e6 / copy;
  }

  /** The largest of the matching implementations. */
  worst(name, pattern) {
    const found = Object.entries(this.rows.get(name)?.measured ?? {}).filter(([who]) => pattern.test(who));
    return found.length === 0 ? undefined : Math.max(...found.map(([, { best }]) => best));
  }
}

const BLAS_2 = /^torchlet blas 2/;
const WASM_2 = /^torchlet wasm 2/;
const WASM_1 = /^torchlet wasm 1$/;
const PYTORCH = /^pytorch/;

const ratio = (over, under) => (over === undefined || under === undefined ? undefined : over / under);

/** One goal for each of several cases. */
const forCases = (cases, make) => cases.map((name) => ({ needs: [name], ...make(name) }));

const batchOf = (name) => `784-256-10, batch ${name.split("-").at(-1)}`;

export const goals = [
  ...Object.entries({ "mlp-step-64": 0.65, "mlp-step-256": 0.9, "mlp-step-1024": 0.95 }).map(([name, atMost]) => ({
    needs: [name],
    text: `step of ${batchOf(name)}, BLAS, 2 threads: time over PyTorch's best`,
    atMost,
    value: (r) => ratio(r.best(name, BLAS_2), r.best(name, PYTORCH)),
  })),
  ...Object.entries({ "mlp-step-64": 1, "mlp-step-256": 1.5 }).map(([name, atMost]) => ({
    needs: [name],
    text: `step of ${batchOf(name)}, wasm only, 2 threads: time over PyTorch's best`,
    atMost,
    value: (r) => ratio(r.best(name, WASM_2), r.best(name, PYTORCH)),
  })),
  ...forCases(["mlp-step-64", "mlp-step-256"], (name) => ({
    text: `step of ${batchOf(name)}: jax-js's time over torchlet's on wasm, 2 threads`,
    atLeast: 4,
    value: (r) => ratio(r.best(name, /^jax-js/), r.best(name, WASM_2)),
  })),
  ...forCases(["mlp-step-64", "mlp-step-256"], (name) => ({
    text: `step of ${batchOf(name)}: TensorFlow.js's time over torchlet's on wasm, 2 threads`,
    atLeast: 25,
    value: (r) => ratio(r.best(name, /^tensorflow/), r.best(name, WASM_2)),
  })),
  {
    needs: ["epoch"],
    text: "one epoch with evaluation, BLAS, 2 threads",
    atMost: 0.45,
    unit: "s",
    value: (r) => r.best("epoch", BLAS_2),
  },
  {
    needs: ["epoch"],
    text: "one epoch with evaluation, wasm only, 2 threads",
    atMost: 0.8,
    unit: "s",
    value: (r) => r.best("epoch", WASM_2),
  },
  {
    needs: ["regression-step"],
    text: "regression step (20 features, batch 10), eager",
    atMost: 6,
    unit: "us",
    value: (r) => r.best("regression-step", /^torchlet \w+ \d$/),
  },
  {
    needs: ["regression-step"],
    text: "regression step (20 features, batch 10), compiled",
    atMost: 1.5,
    unit: "us",
    value: (r) => r.best("regression-step", /^torchlet .* compiled$/),
  },
  {
    needs: ["product-hidden"],
    text: "product 256x784x256, wasm, 1 thread",
    atLeast: 40,
    unit: "GFLOP/s",
    value: (r) => r.best("product-hidden", WASM_1),
  },
  ...forCases(["product-head-64", "product-head-256", "product-head-1024"], (name) => ({
    text: `product with 10 columns, batch ${name.split("-").at(-1)}, wasm, 1 thread`,
    atLeast: 20,
    unit: "GFLOP/s",
    value: (r) => r.best(name, WASM_1),
  })),
  ...forCases(["product-ta", "product-tb", "product-tab"], (name) => ({
    needs: [name, "product-hidden"],
    text: `${{ ta: "first operand", tb: "second operand", tab: "both operands" }[name.split("-")[1]]} transposed: speed over plain, wasm, 1 thread`,
    atLeast: 0.9,
    value: (r) => ratio(r.best(name, WASM_1), r.best("product-hidden", WASM_1)),
  })),
  ...forCases(["square-512", "square-1024", "square-2048"], (name) => ({
    text: `product ${name.split("-")[1]} square, wasm: 2 threads' speed over 1 thread's`,
    atLeast: 1.85,
    value: (r) => ratio(r.best(name, /^torchlet wasm 2$/), r.best(name, WASM_1)),
  })),
  {
    needs: ["cold-step"],
    text: "import to first finished step, cold process",
    atMost: 120,
    unit: "ms",
    value: (r) => r.best("cold-step", /^torchlet/),
  },
  ...[1, 2].flatMap((threads) =>
    forCases(["add_-1e6", "mul_-1e6", "relu_-1e6", "sum-1e6", "sumRows-1e6", "sumColumns-1e6", "max-1e6"], (name) => ({
      text: `${name.replace("-1e6", "")} over 1e6: bandwidth over a plain copy's, ${threads} thread${threads === 1 ? "" : "s"}`,
      atLeast: 0.8,
      value: (r) => r.bandwidthShare(name, threads),
    })),
  ),
  {
    needs: ["memory-growth"],
    wholeOnly: true,
    text: "growth of memory over a million eager steps",
    // Flat: the heap of JavaScript breathes by some megabytes; a leak of 100 bytes a step would be 100.
    atMost: 20,
    unit: "MB",
    value: (r) => r.worst("memory-growth", /^torchlet/),
  },
  {
    needs: ["memory-peak"],
    wholeOnly: true,
    text: "peak of memory of a 10-epoch run, worst of 1 and 2 threads, wasm and BLAS",
    atMost: 300,
    unit: "MB",
    value: (r) => r.worst("memory-peak", /^torchlet/),
  },
];

/** The names of the cases that goals need. */
export const goalCases = new Set(goals.flatMap(({ needs }) => needs));

/**
 * Each goal with what was measured, and whether it is met; null where something it needs was not measured, or where a quick run
 * does less than the goal says.
 */
export function judge(report) {
  const reader = new Reader(report);
  return goals.map(({ text, unit = "", atMost, atLeast, value, wholeOnly = false }) => {
    const measured = wholeOnly && report.quick ? undefined : value(reader);
    if (measured === undefined) return { text, unit, atMost, atLeast, measured: null, met: null };
    return {
      text,
      unit,
      atMost,
      atLeast,
      measured,
      met: atMost === undefined ? measured >= atLeast : measured <= atMost,
    };
  });
}
