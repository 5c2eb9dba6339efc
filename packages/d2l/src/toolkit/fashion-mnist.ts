// Fashion-MNIST as loaders of float batches; bytes are kept until the engine makes a batch of them.

import type { Tensor } from "torchlet";
import * as torch from "torchlet";
import type { ImageDataset, ImageSplit } from "../datasets/image-dataset.js";
import { resizeImages } from "./resize.js";

/** Images (1, height, width) as float32 in 0..1, labels as int32. */
export class ImageTensorDataset extends torch.utils.data.Dataset {
  readonly images: Tensor;
  readonly labels: Tensor;

  constructor(
    split: ImageSplit,
    height: number,
    width: number,
    /** Side length that images are resized to; null leaves them. */
    readonly resize: number | readonly [number, number] | null = null,
  ) {
    super();
    // As a data set of tensors they are known to be long-lived.
    const { TensorDataset } = torch.utils.data;
    const [labels, images] = new TensorDataset(
      torch.tensor(split.labels),
      (split.tensor ?? torch.tensor(split.images)).reshape(split.count, 1, height, width),
    ).tensors;
    this.labels = labels!;
    this.images = images!;
  }

  override get length(): number {
    return this.images.shape[0]!;
  }

  override getItem(index: number): readonly Tensor[] {
    const [X, y] = this.getBatch(torch.tensor([index]));
    return [X!.index(0), y!.index(0)];
  }

  override getBatch(indices: Tensor): readonly Tensor[] {
    const y = torch.utils.data.gatherRows(this.labels, indices, { dtype: torch.int32 });
    if (this.resize === null)
      return [torch.utils.data.gatherRows(this.images, indices, { dtype: torch.float32, scale: 1 / 255 }), y];
    const [height, width] = typeof this.resize === "number" ? [this.resize, this.resize] : this.resize;
    const bytes = torch.utils.data.gatherRows(this.images, indices, { dtype: torch.float32 });
    return [resizeImages(bytes, height, width).div(255), y];
  }
}

/** A loader of images and labels. */
export type ImageLoader = torch.utils.data.DataLoader;

/** Loaders of a data set's training part (shuffled) and test part (in order). */
export function makeLoaders(
  dataset: ImageDataset,
  batchSize: number,
  resize: number | null = null,
): [ImageLoader, ImageLoader] {
  const { height, width } = dataset;
  const train = new ImageTensorDataset(dataset.train, height, width, resize);
  const test = new ImageTensorDataset(dataset.test, height, width, resize);
  return [
    new torch.utils.data.DataLoader(train, { batchSize, shuffle: true }),
    new torch.utils.data.DataLoader(test, { batchSize, shuffle: false }),
  ];
}

/** How many processes the book's loaders use; batches are made by the engine here, so the number has no effect. */
export function getDataloaderWorkers(): number {
  return 4;
}
