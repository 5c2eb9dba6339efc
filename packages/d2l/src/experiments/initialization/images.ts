// Networks on a part of Fashion-MNIST, from several beginnings.
import * as torch from "torchlet";
import { nn, type Tensor } from "torchlet";
import type { ImageDataset, ImageSplit } from "../../datasets/image-dataset.js";
import { ImageTensorDataset } from "../../toolkit/fashion-mnist.js";
import { loadArray } from "../../toolkit/linear-regression.js";
import { accuracy } from "../../toolkit/training.js";

/** Images as rows, and their classes. */
export interface Images {
  readonly X: Tensor;
  readonly y: Tensor;
}

/** The first images of a part. */
export function firstImages(dataset: ImageDataset, split: ImageSplit, count: number): Images {
  const images = new ImageTensorDataset(split, dataset.height, dataset.width);
  const [X, y] = images.getBatch(torch.arange(Math.min(count, images.length)));
  return { X: X!.reshape(X!.shape[0]!, -1), y: y! };
}

/** Weights of every linear layer by a rule, biases 0. */
export function initialized(net: nn.Sequential, init: (W: Tensor) => Tensor): nn.Sequential {
  net.apply((module) => {
    if (!(module instanceof nn.Linear)) return;
    init(module.weight);
    nn.init.zeros_(module.bias!);
  });
  return net;
}

/** Widths to a ReLU network. */
export function mlp(widths: readonly number[]): nn.Sequential {
  const layers = widths.slice(1).flatMap((out, i) => {
    const linear = new nn.Linear(widths[i]!, out);
    return i === widths.length - 2 ? [linear] : [linear, new nn.ReLU()];
  });
  return new nn.Sequential(...layers);
}

/** The training loss of every epoch, and the share of test images that are named rightly. */
export interface Course {
  readonly losses: readonly number[];
  readonly accuracy: number;
}

/** Trains by SGD with a learning rate of 0.1 in batches of 100. */
export async function train(net: nn.Sequential, { X, y }: Images, test: Images, epochs: number): Promise<Course> {
  const loss = new nn.CrossEntropyLoss();
  const updater = new torch.optim.SGD(net.parameters(), { lr: 0.1 });
  const step = torch.compile((X: Tensor, y: Tensor) => {
    updater.zeroGrad();
    const l = loss(net(X), y);
    l.backward();
    updater.step();
    return l;
  });
  const trainIter = loadArray([X, y], 100);
  const losses: number[] = [];
  for (let epoch = 0; epoch < epochs; epoch++) {
    let sum = 0;
    for (const [X, y] of trainIter) sum += step(X!, y!).item() * y!.numel();
    losses.push(sum / y.numel());
    await torch.utils.data.breathe();
  }
  step.dispose();
  const right = torch.noGrad(() => accuracy(net(test.X), test.y));
  return { losses, accuracy: right / test.y.numel() };
}

/** A layer that has learned, without labels, to code images so that they can be restored from it. */
export async function pretrain(X: Tensor, unseen: Tensor, hidden: number, epochs: number) {
  const encoder = new nn.Linear(X.shape[1]!, hidden);
  const autoencoder = new nn.Sequential(encoder, new nn.ReLU(), new nn.Linear(hidden, X.shape[1]!));
  const loss = new nn.MSELoss();
  const updater = new torch.optim.Adam(autoencoder.parameters(), { lr: 0.001 });
  const step = torch.compile((X: Tensor) => {
    updater.zeroGrad();
    const l = loss(autoencoder(X), X);
    l.backward();
    updater.step();
    return l;
  });
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (const [X_] of loadArray([X], 100)) step(X_!);
    await torch.utils.data.breathe();
  }
  step.dispose();
  return torch.noGrad(() => {
    const restored = autoencoder(unseen);
    const error = loss(restored, unseen).item();
    // What the mean picture, the best without looking, would leave.
    const variance = unseen.sub(unseen.mean(0)).square().mean().item();
    return { encoder, restored, error: error / variance };
  });
}
