// What is measured: names that every implementation understands, their unit, and how often a round repeats them.

/** Each case is run by `torchlet.mjs CASE` and, where there is a Python, by `pytorch.py CASE`; both print one JSON object. */
export const cases = [
  { name: "regression-step", unit: "us", text: "SGD step, linear regression, 20 features, batch 10" },
  { name: "mlp-step-64", unit: "ms", text: "SGD step, 784-256-10, batch 64" },
  { name: "mlp-step-256", unit: "ms", text: "SGD step, 784-256-10, batch 256" },
  { name: "mlp-step-1024", unit: "ms", text: "SGD step, 784-256-10, batch 1024" },
  { name: "gemm-256x784x256", unit: "GFLOP/s", better: "higher", text: "matrix product 256x784x256" },
  { name: "gemm-256x256x10", unit: "GFLOP/s", better: "higher", text: "matrix product 256x256x10" },
  { name: "gemm-1024", unit: "GFLOP/s", better: "higher", text: "matrix product 1024 square" },
  { name: "exp-1e6", unit: "ms", text: "exp over 1e6 float32 elements" },
  { name: "sum-1e6", unit: "ms", text: "sum over 1e6 float32 elements" },
  { name: "epoch", unit: "s", text: "one epoch of Fashion-MNIST, batch 256, with evaluation", needsData: true },
  {
    name: "memory",
    unit: "MB",
    text: "growth of resident memory over 200,000 eager steps after the first 10,000",
    torchletOnly: true,
  },
  { name: "first-step", unit: "ms", text: "import to first finished training step, cold process" },
];
