// All operations, as functions; importing this also gives tensors their methods.
import "./methods.js";

export * from "./arithmetic.js";
export * from "./comparison.js";
export * from "./creation.js";
export {
  gather,
  type Index,
  index,
  indexAdd,
  indexPut_,
  indexSelect,
  maskedSelect,
  nonzero,
  Slice,
  scatter,
  scatterAdd,
  slice,
  take,
} from "./indexing.js";
export * from "./joining.js";
export * from "./losses.js";
export * from "./matmul.js";
export * from "./random.js";
export {
  all,
  amax,
  amin,
  any,
  argmax,
  argmin,
  countNonzero,
  logsumexp,
  max,
  mean,
  min,
  type NormOptions,
  norm,
  prod,
  type ReduceOptions,
  std,
  sum,
  type VarianceOptions,
  variance,
} from "./reduction.js";
export * from "./softmax.js";
export * from "./unary.js";
export {
  chunk,
  clone,
  contiguous,
  detach,
  diagonal,
  expand,
  flatten,
  narrow,
  permute,
  reshape,
  select,
  split,
  squeeze,
  t,
  transpose,
  unbind,
  unflatten,
  unsqueeze,
} from "./views.js";
