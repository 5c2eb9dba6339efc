// All operations, as functions; importing this also gives tensors their methods.
import "./methods.js";

export * from "./aliases.js";
export * from "./arithmetic.js";
export { type CdistOptions, cdist } from "./cdist.js";
export * from "./comparison.js";
export * from "./creation.js";
export * from "./cumulative.js";
export { einsum } from "./einsum.js";
export { type HalfFormat, roundToHalf } from "./half.js";
export { cumulativeTrapezoid, type HistcOptions, histc, type TrapezoidOptions, trapezoid } from "./histogram.js";
export { indexPut, indexPut_, put } from "./index-put.js";
export { type Index, Slice, slice } from "./index-terms.js";
export { argwhere, gather, index, indexSelect, maskedSelect, nonzero, take } from "./indexing.js";
export * from "./joining.js";
export { cholesky } from "./linalg/factor.js";
export { matrixExp, matrixPower, pinv as pinverse, qrOf as qr, svdOf as svd } from "./linalg/functions.js";
export * as linalg from "./linalg/index.js";
export { det, inv as inverse, logdet, slogdet } from "./linalg/solve.js";
export * from "./losses.js";
export * from "./matmul.js";
export * from "./pointwise.js";
export {
  addbmm,
  addmv,
  addr,
  baddbmm,
  type ContractedDims,
  type CrossOptions,
  chainMatmul,
  cross,
  inner,
  kron,
  tensordot,
  vdot,
} from "./products.js";
export * from "./random.js";
export {
  all,
  amax,
  amin,
  any,
  argmax,
  argmin,
  countNonzero,
  max,
  mean,
  min,
  prod,
  type ReduceOptions,
  sum,
} from "./reduction.js";
export { indexAdd, scatter, scatterAdd } from "./scatter.js";
export * from "./shape.js";
export * from "./softmax.js";
export {
  digamma,
  erf,
  erfc,
  erfinv,
  lgamma,
  logaddexp,
  logaddexp2,
  logit,
  mvlgamma,
  polygamma,
  sinc,
  xlogy,
} from "./special.js";
export {
  dist,
  logsumexp,
  type NormOptions,
  nanmean,
  nansum,
  norm,
  renorm,
  std,
  stdMean,
  type VarianceOptions,
  variance,
  varMean,
} from "./statistics.js";
export * from "./statistics-joint.js";
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
  ravel,
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
export { zero_ } from "./zero-function.js";
