// Colours and short names of implementations: torchlet in blues and greens, PyTorch in orange, the others in greys and violet.

const COLORS = {
  "torchlet wasm 1": "#9ecae1",
  "torchlet wasm 1 compiled": "#6baed6",
  "torchlet wasm 2": "#4292c6",
  "torchlet wasm 2 compiled": "#2171b5",
  "torchlet blas 1": "#a1d99b",
  "torchlet blas 1 compiled": "#74c476",
  "torchlet blas 2": "#41ab5d",
  "torchlet blas 2 compiled": "#238b45",
  "pytorch 1": "#fdbe85",
  "pytorch 1 compiled": "#fd8d3c",
  "pytorch 2": "#e6550d",
  "pytorch 2 compiled": "#a63603",
  "jax-js wasm": "#756bb1",
  "tensorflow.js wasm": "#737373",
};

export const colorOf = (name) => COLORS[name] ?? "#000000";

/** "torchlet wasm 2 compiled" as "torchlet wasm, 2 threads, compiled". */
export const labelOf = (name) =>
  name.replace(/ ([12])\b/, (_, n) => `, ${n} thread${n === "1" ? "" : "s"}`).replace(" compiled", ", compiled");

/** The order in which implementations appear. */
export const inOrder = (names) => {
  const order = Object.keys(COLORS);
  return [...names].sort((a, b) => order.indexOf(a) - order.indexOf(b));
};
