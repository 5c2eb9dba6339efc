// The functions behind the layers.
export {
  celu,
  elu,
  type GeluOptions,
  gelu,
  glu,
  logsigmoid,
  mish,
  type SoftplusOptions,
  selu,
  silu,
  softmin,
  softplus,
  softsign,
  tanhshrink,
} from "../ops/activations.js";
export {
  type HardtanhOptions,
  hardshrink,
  hardsigmoid,
  hardswish,
  hardtanh,
  type LambdOption,
  type LeakyReluOptions,
  leakyRelu,
  prelu,
  type RreluOptions,
  relu6,
  rrelu,
  softshrink,
  type ThresholdOptions,
  threshold,
} from "../ops/activations-piecewise.js";
export { type ConvOptions, conv1d, conv2d } from "../ops/convolution.js";
export {
  type CosineOptions,
  cosineEmbeddingLoss,
  cosineSimilarity,
  type NormalizeOptions,
  normalize,
  type PairwiseOptions,
  pairwiseDistance,
  type TripletDistanceOptions,
  type TripletOptions,
  tripletMarginLoss,
  tripletMarginWithDistanceLoss,
} from "../ops/distance.js";
export { type DropoutOptions, dropout } from "../ops/dropout.js";
export { bilinear, type EmbeddingOptions, embedding } from "../ops/embedding.js";
export { type LossOptions, l1Loss, mseLoss } from "../ops/losses.js";
export {
  type MultilabelSoftOptions,
  type MultiMarginOptions,
  multilabelMarginLoss,
  multilabelSoftMarginLoss,
  multiMarginLoss,
} from "../ops/losses-classes.js";
export {
  type BinaryCrossEntropyOptions,
  binaryCrossEntropy,
  binaryCrossEntropyWithLogits,
  type GaussianOptions,
  gaussianNllLoss,
  type HuberOptions,
  hingeEmbeddingLoss,
  huberLoss,
  type KlDivOptions,
  klDiv,
  type LogitsOptions,
  type MarginOptions,
  marginRankingLoss,
  type PoissonOptions,
  poissonNllLoss,
  type SmoothL1Options,
  smoothL1Loss,
  softMarginLoss,
} from "../ops/losses-pointwise.js";
export { linear } from "../ops/matmul.js";
export {
  type BatchNormOptions,
  batchNorm,
  type GroupNormOptions,
  groupNorm,
  type InstanceNormOptions,
  instanceNorm,
  type LayerNormOptions,
  layerNorm,
  type RmsNormOptions,
  rmsNorm,
} from "../ops/normalization.js";
export { oneHot } from "../ops/one-hot.js";
export { type PadMode, type PadOptions, pad } from "../ops/padding.js";
export {
  type AvgPoolOptions,
  avgPool1d,
  avgPool2d,
  type MaxPoolOptions,
  maxPool1d,
  maxPool2d,
} from "../ops/pooling.js";
export { type CrossEntropyOptions, crossEntropy, logSoftmax, nllLoss, softmax } from "../ops/softmax.js";
export { relu, sigmoid, tanh } from "../ops/unary.js";
export {
  foldWindows as fold,
  type PerDim,
  type UnfoldOptions,
  unfoldWindows as unfold,
} from "../ops/windows.js";
