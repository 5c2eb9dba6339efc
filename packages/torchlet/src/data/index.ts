// Data sets and loaders: what PyTorch calls torch.utils.data.
export { breathe } from "./breathe.js";
export { ByteWriter } from "./byte-writer.js";
export { Dataset, gatherRows, type RowConversion, randomSplit, Subset, TensorDataset } from "./dataset.js";
export { DataLoader, type DataLoaderOptions, type DataLoaderState, defaultCollate } from "./loader.js";
