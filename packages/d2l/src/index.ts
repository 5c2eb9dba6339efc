// The public surface of @torchlet/d2l in Node: the book's toolkit, data sets and reports.

export type { PublishedFiles } from "./datasets/fashion-mnist-files.js";
export {
  type DownloadProgress,
  type FallbackOptions,
  type FashionMnistOptions,
  loadFashionMnist,
  loadFashionMnistOrGarments,
  readImageDataset,
} from "./datasets/fashion-mnist-node.js";
export { fashionMnistLabels, type GarmentsOptions, makeGarments } from "./datasets/garments.js";
export {
  type HouseFeatures,
  type HousePriceFiles,
  type PrepareOptions,
  prepareHouses,
} from "./datasets/house-prices.js";
export { readHouses } from "./datasets/house-prices-node.js";
export { makeHouses } from "./datasets/house-prices-stand-in.js";
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
export { runExperiment } from "./experiments/run-experiment.js";
export { type LoadOptions, loadDataFashionMnist } from "./platform/node.js";
export * from "./report/index.js";
export * from "./report/node.js";
export type { ColorDepth } from "./report/terminal/paint.js";
export { searchModels } from "./search/models.js";
export type { PreparedModel, SearchModel } from "./search/search-model.js";
export * from "./toolkit/index.js";
export * as visualize from "./visualize/index.js";
