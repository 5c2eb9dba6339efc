// The methods and attributes of tensors about shapes, places and order.
import { Tensor } from "../tensor/tensor.js";
import {
  adjoint,
  flip,
  fliplr,
  flipud,
  mH,
  moveaxis,
  movedim,
  mT,
  reverseDims,
  roll,
  rot90,
  swapaxes,
  swapdims,
} from "./axes.js";
import { indexPut } from "./index-put.js";
import { argwhere } from "./indexing.js";
import { cholesky } from "./linalg/factor.js";
import { matrixExp, matrixPower, pinv, qrOf, svdOf } from "./linalg/functions.js";
import { det, inv, logdet, slogdet } from "./linalg/solve.js";
import { outer } from "./matmul.js";
import { addbmm, addmv, addr, baddbmm, cross, inner, kron, vdot } from "./products.js";
import { nanquantile, quantile } from "./quantile.js";
import { broadcastTo, repeat, repeatInterleave, sumToSize, tile } from "./repeating.js";
import {
  asStridedScatter,
  diagonalScatter,
  indexCopy,
  indexFill,
  indexReduce,
  maskedScatter,
  scatterReduce,
  selectScatter,
  sliceScatter,
  takeAlongDim,
} from "./scattering.js";
import { bincount, bucketize, type UniqueOptions, unique, uniqueConsecutive } from "./searching.js";
import { type AlongOptions, argsort, kthvalue, median, mode, msort, nanmedian, sort, topk } from "./sorting.js";
import { dsplit, hsplit, splitWithSizes, tensorSplit, vsplit } from "./splitting.js";
import { asStrided, unfold } from "./strided.js";
import { diag, diagEmbed, diagflat, trace, tril, triu } from "./triangles.js";
import { ravel, reshapeAs } from "./views.js";

/** Functions that are methods as they are. */
export const shapeMethods = {
  addbmm,
  addmv,
  addr,
  adjoint,
  argsort,
  argwhere,
  asStrided,
  asStridedScatter,
  baddbmm,
  bincount,
  broadcastTo,
  bucketize,
  cholesky,
  cross,
  det,
  diag,
  diagEmbed,
  diagflat,
  diagonalScatter,
  dsplit,
  flip,
  fliplr,
  flipud,
  ger: outer,
  hsplit,
  indexCopy,
  indexFill,
  indexPut,
  indexReduce,
  inner,
  inverse: inv,
  kron,
  kthvalue,
  logdet,
  maskedScatter,
  matrixExp,
  matrixPower,
  mode,
  moveaxis,
  movedim,
  msort,
  nanquantile,
  pinverse: pinv,
  qr: qrOf,
  svd: svdOf,
  quantile,
  ravel,
  repeat,
  repeatInterleave,
  reshapeAs,
  roll,
  rot90,
  scatterReduce,
  selectScatter,
  sliceScatter,
  slogdet,
  sort,
  splitWithSizes,
  sumToSize,
  swapaxes,
  swapdims,
  takeAlongDim,
  tensorSplit,
  tile,
  topk,
  trace,
  tril,
  triu,
  unfold,
  vdot,
  vsplit,
};

/** Methods that take sizes one by one, or more than three arguments. */
export const variadicMethods: ReadonlySet<string> = new Set([
  "asStridedScatter",
  "diagonalScatter",
  "expand",
  "flip",
  "index",
  "indexAdd",
  "indexAdd_",
  "indexReduce",
  "indexReduce_",
  "nanquantile",
  "permute",
  "quantile",
  "repeat",
  "reshape",
  "scatter",
  "scatter_",
  "scatterReduce",
  "scatterReduce_",
  "sliceScatter",
  "sumToSize",
  "tile",
  "topk",
  "unique",
  "uniqueConsecutive",
  "view",
]);

declare module "../tensor/tensor.js" {
  interface Tensor {
    /** All dimensions in reverse order: the transpose of a matrix. A view. */
    readonly T: Tensor;
    /** Matrices of the last two dimensions transposed. A view. */
    readonly mT: Tensor;
    /** The transpose of matrices, which is the conjugate transpose where numbers are real. A view. */
    readonly mH: Tensor;
    /** The transpose of a matrix, which is the conjugate transpose where numbers are real. A view. */
    readonly H: Tensor;
    /** The median of all elements (the lower of two), or the medians along a dimension with their indices. */
    median(): Tensor;
    median(dim: number, keepdim?: boolean | AlongOptions): [Tensor, Tensor];
    median(options: AlongOptions): Tensor | [Tensor, Tensor];
    /** `median` that leaves NaN out. */
    nanmedian(): Tensor;
    nanmedian(dim: number, keepdim?: boolean | AlongOptions): [Tensor, Tensor];
    nanmedian(options: AlongOptions): Tensor | [Tensor, Tensor];
    /** The distinct elements, sorted; see `torch.unique`. */
    unique(): Tensor;
    unique(options: UniqueOptions): Tensor | [Tensor, ...Tensor[]];
    unique(
      sorted: boolean,
      returnInverse?: boolean,
      returnCounts?: boolean,
      dim?: number | null,
    ): Tensor | [Tensor, ...Tensor[]];
    /** The elements that differ from the one before; see `torch.uniqueConsecutive`. */
    uniqueConsecutive(): Tensor;
    uniqueConsecutive(options: UniqueOptions): Tensor | [Tensor, ...Tensor[]];
    uniqueConsecutive(
      returnInverse: boolean,
      returnCounts?: boolean,
      dim?: number | null,
    ): Tensor | [Tensor, ...Tensor[]];
  }
}

/** Methods with several forms, whose types are declared above. */
export const overloadedShapeMethods = { median, nanmedian, unique, uniqueConsecutive };

for (const [name, of] of Object.entries({ T: reverseDims, mT, mH, H: mH })) {
  Object.defineProperty(Tensor.prototype, name, {
    get(this: Tensor) {
      return of(this);
    },
    configurable: true,
  });
}
