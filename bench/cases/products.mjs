// Matrix products: squares, the shapes of training 784-256-10, few columns, transposed operands, many small ones.

const product = (name, text, m, k, n, more = {}) => ({
  name,
  group: "products",
  text: `matrix product ${text}`,
  kind: "product",
  args: { m, k, n, transposeA: false, transposeB: false, ...more },
  unit: "GFLOP/s",
  flops: 2 * m * k * n,
});

const square = (size) => product(`square-${size}`, `${size} square`, size, size, size);

export const products = [
  {
    name: "products-4x4",
    group: "products",
    text: "100 matrix products of 4x4, one after the other",
    kind: "small-products",
    args: { count: 100, size: 4 },
    unit: "us",
  },
  ...[64, 128, 256, 512, 1024, 2048].map(square),
  product("product-hidden", "256x784x256", 256, 784, 256),
  product("product-head-64", "64x256x10 (head of 10 columns)", 64, 256, 10),
  product("product-head-256", "256x256x10 (head of 10 columns)", 256, 256, 10),
  product("product-head-1024", "1024x256x10 (head of 10 columns)", 1024, 256, 10),
  product("product-ta", "256x784x256, first operand transposed", 256, 784, 256, { transposeA: true }),
  product("product-tb", "256x784x256, second operand transposed", 256, 784, 256, { transposeB: true }),
  product("product-tab", "256x784x256, both operands transposed", 256, 784, 256, {
    transposeA: true,
    transposeB: true,
  }),
];
