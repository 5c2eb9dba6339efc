// The public surface of @torchlet/d2l in Node: what browsers have, and what needs files, a terminal or processes.
export * from "./browser.js";
export type { PublishedFiles } from "./datasets/fashion-mnist-files.js";
export {
  type DownloadProgress,
  type FallbackOptions,
  type FashionMnistOptions,
  loadFashionMnist,
  loadFashionMnistOrGarments,
  readImageDataset,
} from "./datasets/fashion-mnist-node.js";
export { readHouses } from "./datasets/house-prices-node.js";
export { type LoadOptions, loadDataFashionMnist } from "./platform/node.js";
export * from "./report/node.js";
export type { ColorDepth } from "./report/terminal/paint.js";
export { searchModels } from "./search/models.js";
export type { PreparedModel, SearchModel } from "./search/search-model.js";
