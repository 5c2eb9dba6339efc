// Everything about shapes, places and order, as functions of `torch`.
export {
  adjoint,
  flip,
  fliplr,
  flipud,
  moveaxis,
  movedim,
  type RollOptions,
  type Rot90Options,
  roll,
  rot90,
  swapaxes,
  swapdims,
} from "./axes.js";
export type { PadMode, PadOptions } from "./padding.js";
export { type Interpolation, nanquantile, type QuantileOptions, quantile } from "./quantile.js";
export {
  broadcastShapesOf as broadcastShapes,
  broadcastTensors,
  broadcastTo,
  type RepeatInterleaveOptions,
  repeatInterleave,
  tile,
} from "./repeating.js";
export {
  asStridedScatter,
  diagonalScatter,
  indexCopy,
  indexFill,
  indexReduce,
  maskedScatter,
  type ScatterReduceOptions,
  type ScatterReduction,
  type SliceScatterOptions,
  scatterReduce,
  selectScatter,
  sliceScatter,
  type TakeAlongDimOptions,
  takeAlongDim,
} from "./scattering.js";
export {
  type BincountOptions,
  bincount,
  bucketize,
  type IsinOptions,
  isin,
  type SearchOptions,
  searchsorted,
  type UniqueOptions,
  unique,
  uniqueConsecutive,
  unravelIndex,
} from "./searching.js";
export {
  type AlongOptions,
  argsort,
  type KthvalueOptions,
  kthvalue,
  median,
  mode,
  msort,
  nanmedian,
  type SortOptions,
  sort,
  type TopkOptions,
  topk,
} from "./sorting.js";
export { dsplit, hsplit, splitWithSizes, type TensorSplitOptions, tensorSplit, vsplit } from "./splitting.js";
export {
  atleast1d,
  atleast2d,
  atleast3d,
  blockDiag,
  type CombinationsOptions,
  cartesianProd,
  columnStack,
  combinations,
  dstack,
  hstack,
  rowStack,
  vstack,
} from "./stacking.js";
export { asStrided } from "./strided.js";
export {
  type DiagEmbedOptions,
  type DiagonalOption,
  diag,
  diagEmbed,
  diagflat,
  type TriangleIndicesOptions,
  trace,
  tril,
  trilIndices,
  triu,
  triuIndices,
} from "./triangles.js";
