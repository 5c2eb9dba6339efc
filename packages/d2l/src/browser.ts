// The public surface of @torchlet/d2l in a browser: everything that needs neither files nor a terminal.
export { fashionMnistLabels, type GarmentsOptions, makeGarments } from "./datasets/garments.js";
export {
  type HouseFeatures,
  type HousePriceFiles,
  type PrepareOptions,
  prepareHouses,
} from "./datasets/house-prices.js";
export { makeHouses } from "./datasets/house-prices-stand-in.js";
export { joinIdx, parseIdxImages, parseIdxLabels } from "./datasets/idx.js";
export type { ImageDataset, ImageSplit } from "./datasets/image-dataset.js";
export { type Correction, chapter, type Heading, type HeadingId, type Item } from "./experiments/chapter/index.js";
export {
  type Claim,
  defaultOptions,
  defineExperiment,
  type Experiment,
  type ExperimentContext,
  type OptionSpec,
  type OptionValues,
} from "./experiments/experiment.js";
export { experiments } from "./experiments/registry.js";
export { runExperiment, runInfo } from "./experiments/run-experiment.js";
export * from "./report/index.js";
export * from "./toolkit/index.js";
export * as visualize from "./visualize/index.js";
