// The book's toolkit.
export { Accumulator } from "./accumulator.js";
export { Animator, type AnimatorOptions } from "./animator.js";
export { cpu, type Device, numGpus, tryAllGpus, tryGpu } from "./devices.js";
export { type Display, getDisplay, setDisplay } from "./display.js";
export { dropoutLayer } from "./dropout.js";
export { getDataloaderWorkers, type ImageLoader, ImageTensorDataset, makeLoaders } from "./fashion-mnist.js";
export { getFashionMnistLabels, type ShowImagesOptions, showImages } from "./images.js";
export { getKFoldData, type KFoldOptions, kFold, type TrainFold } from "./k-fold.js";
export { linreg, loadArray, sgd, squaredLoss, syntheticData } from "./linear-regression.js";
export { type AxesOptions, type PlotOptions, plot, setAxes, setFigsize, useSvgDisplay, type Values } from "./plot.js";
export { type Prediction, predictCh3 } from "./prediction.js";
export { Timer } from "./timer.js";
export {
  accuracy,
  type EpochMetrics,
  evaluateAccuracy,
  evaluateLoss,
  type TrainOptions,
  trainCh3,
  trainEpochCh3,
} from "./training.js";
export type { BatchIterable, Loss, Net, Updater } from "./types.js";
