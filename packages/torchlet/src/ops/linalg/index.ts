// Linear algebra: what PyTorch calls torch.linalg.
export { matmul } from "../matmul.js";
export { multiDot } from "../products.js";
export {
  type CholeskyOptions,
  cholesky,
  eigh,
  eigvalsh,
  type QrMode,
  qr,
  type SvdOptions,
  svd,
  svdvals,
} from "./factor.js";
export {
  cond,
  cross,
  diagonal,
  lstsq,
  matrixExp,
  matrixPower,
  matrixRank,
  pinv,
  type RankOptions,
  vecdot,
} from "./functions.js";
export { type LinalgNormOptions, type MatrixOrder, matrixNorm, norm, vectorNorm } from "./norms.js";
export {
  det,
  inv,
  type SolveOptions,
  type SolveTriangularOptions,
  slogdet,
  solve,
  solveTriangular,
} from "./solve.js";
