// The first images of a data set as float tensors: small training sets, on which networks overfit within seconds.

import type { Tensor } from "torchlet";
import * as torch from "torchlet";
import type { ImageDataset, ImageSplit } from "../datasets/image-dataset.js";

function first(split: ImageSplit, count: number, pixels: number): [X: Tensor, y: Tensor] {
  const n = Math.min(count, split.count);
  const bytes = split.tensor?.narrow(0, 0, n) ?? torch.tensor(split.images.subarray(0, n * pixels));
  return [
    bytes.reshape(n, pixels).to(torch.float32).div(255),
    torch.tensor(split.labels.subarray(0, n)).to(torch.int32),
  ];
}

/** The first images of both parts, flat (n, pixels), with their labels. */
export function firstImages(dataset: ImageDataset, nTrain: number, nTest: number) {
  const pixels = dataset.height * dataset.width;
  const [X, y] = first(dataset.train, nTrain, pixels);
  const [testX, testY] = first(dataset.test, nTest, pixels);
  return { X, y, testX, testY };
}
