// What is searched: a small network on a part of Fashion-MNIST, and how well it does on pictures it has not seen.
import * as torch from "torchlet";
import { nn, type Tensor } from "torchlet";
import type { ImageDataset } from "../../datasets/image-dataset.js";
import { loadArray } from "../../toolkit/linear-regression.js";
import { accuracy, trainEpochCh3 } from "../../toolkit/training.js";
import { firstImages } from "../subset.js";

/** Pictures (n, 784) in 0..1 with their classes. */
export type Part = readonly [X: Tensor, y: Tensor];

/** The parts of the data: to learn from, to choose by, and to test on once. */
export interface Parts {
  readonly train: Part;
  readonly validation: Part;
  readonly test: Part;
}

const activations = { relu: nn.ReLU, tanh: nn.Tanh, sigmoid: nn.Sigmoid } as const;
export type Activation = keyof typeof activations;
export const activationNames = Object.keys(activations) as Activation[];

/** Hyperparameters of one training. */
export interface Settings {
  readonly widths: readonly number[];
  readonly lr: number;
  readonly activation?: Activation;
}

/** The first pictures of the training set to learn from, as many after them to choose by, and some of the test set. */
export function partsOf(dataset: ImageDataset, samples: number): Parts {
  const { X, y, testX, testY } = firstImages(dataset, 2 * samples, 2000);
  // A small data set is halved.
  const n = Math.floor(X.shape[0]! / 2);
  return {
    train: [X.narrow(0, 0, n), y.narrow(0, 0, n)],
    validation: [X.narrow(0, n, n), y.narrow(0, n, n)],
    test: [testX, testY],
  };
}

/** The same pictures with a pixel for every 4 x 4: 49 in place of 784. */
export function pooled({ train, validation, test }: Parts): Parts {
  const pool = ([X, y]: Part): Part => [X.reshape(-1, 7, 4, 7, 4).mean([2, 4]).reshape(-1, 49), y];
  return { train: pool(train), validation: pool(validation), test: pool(test) };
}

/** A net of Linear layers with an activation after each but the last. */
export function makeNet({ widths, activation = "relu" }: Omit<Settings, "lr">, inputs = 784): nn.Sequential {
  const sizes = [inputs, ...widths, 10];
  const layers = sizes.slice(1).flatMap((size, i) => {
    const linear = new nn.Linear(sizes[i]!, size);
    return i < widths.length ? [linear, new activations[activation]()] : [linear];
  });
  return new nn.Sequential(...layers);
}

/** Trains with plain SGD; the net, in evaluation mode. */
export function trainNet(parts: Parts, settings: Settings, epochs: number, seed: number): nn.Sequential {
  torch.manualSeed(seed);
  const net = makeNet(settings, parts.train[0].shape[1]);
  const loss = new nn.CrossEntropyLoss({ reduction: "none" });
  const updater = new torch.optim.SGD(net.parameters(), { lr: settings.lr });
  const trainIter = loadArray(parts.train, 64);
  for (let epoch = 0; epoch < epochs; epoch++) trainEpochCh3(net, trainIter, loss, updater);
  return net.eval() as nn.Sequential;
}

/** The share of pictures that are named rightly. */
export function accuracyOn(net: nn.Module, [X, y]: Part): number {
  return torch.noGrad(() => accuracy((net as (X: Tensor) => Tensor)(X), y)) / y.numel();
}
