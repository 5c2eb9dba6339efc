// Functions of a million float32 elements: elementwise, reductions, rows. `bytes` counts what must be read and written.

const COUNT = 1e6;
const BYTES = 4 * COUNT;

const elementary = (fn, text, passes, more = {}) => ({
  name: `${fn}-1e6`,
  group: "elementwise",
  text: `${text}, 1e6 elements`,
  kind: "elementwise",
  args: { fn, rows: 1000, columns: 1000 },
  unit: "ms",
  bytes: passes * BYTES,
  ...more,
});

const notPeers = { families: ["torchlet", "pytorch"] };

export const elementwise = [
  elementary("exp", "exp", 2),
  elementary("softmax", "softmax of 1000 rows", 2),
  elementary("layerNorm", "layer norm of 1000 rows", 2),
  elementary("add", "x + y", 3),
  elementary("sum", "sum of all", 1),
  // Into memory that is there already: what the kernel costs, without a place for the result.
  elementary("exp_", "copy, then exp in place", 4, notPeers),
  elementary("add_", "x += y in place", 3, notPeers),
  elementary("mul_", "x *= 1 in place", 2, notPeers),
  elementary("relu_", "relu in place", 2, notPeers),
  elementary("sumRows", "sums over the first dimension", 1, notPeers),
  elementary("sumColumns", "sums over the last dimension", 1, notPeers),
  elementary("max", "maximum of all", 1, notPeers),
];
