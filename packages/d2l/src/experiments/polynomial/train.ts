// The book's training function, cell by cell.
import * as torch from "torchlet";
import { nn, type Tensor } from "torchlet";
import { Animator } from "../../toolkit/animator.js";
import { loadArray } from "../../toolkit/linear-regression.js";
import { evaluateLoss, trainEpochCh3 } from "../../toolkit/training.js";

/** What differs from the book's settings. */
export interface TrainSettings {
  readonly lr?: number;
  /** Draws the curves under this name. */
  readonly figure?: string;
  readonly caption?: string;
  readonly signal?: AbortSignal;
}

/** Weights and losses in the end. */
export interface Trained {
  readonly weight: number[];
  readonly trainLoss: number;
  readonly testLoss: number;
  /** The training loss after 20 epochs. */
  readonly earlyLoss: number;
}

/** The first half of the samples to learn from, the other to test with, as `train` takes them. */
export function split(features: Tensor, labels: Tensor): [Tensor, Tensor, Tensor, Tensor] {
  const n = labels.shape[0]! / 2;
  return [features.narrow(0, 0, n), features.narrow(0, n, n), labels.narrow(0, 0, n), labels.narrow(0, n, n)];
}

/** F68: a linear layer on polynomial features, trained by minibatch SGD. */
export async function train(
  trainFeatures: Tensor,
  testFeatures: Tensor,
  trainLabels: Tensor,
  testLabels: Tensor,
  numEpochs = 400,
  { lr = 0.01, figure, caption, signal }: TrainSettings = {},
): Promise<Trained> {
  const loss = new nn.MSELoss({ reduction: "none" });
  const inputShape = trainFeatures.shape[1]!;
  // No bias: the column of x⁰ is one.
  const net = new nn.Sequential(new nn.Linear(inputShape, 1, { bias: false }));
  const batchSize = Math.min(10, trainLabels.shape[0]!);
  const trainIter = loadArray([trainFeatures, trainLabels.reshape(-1, 1)], batchSize);
  const testIter = loadArray([testFeatures, testLabels.reshape(-1, 1)], batchSize, false);
  const trainer = new torch.optim.SGD(net.parameters(), { lr });
  const animator =
    figure === undefined
      ? null
      : new Animator({
          id: figure,
          caption,
          xlabel: "epoch",
          ylabel: "loss",
          yscale: "log",
          xlim: [1, numEpochs],
          ylim: [1e-3, 1e2],
          legend: ["train", "test"],
        });
  let losses: [number, number] = [Number.NaN, Number.NaN];
  let earlyLoss = Number.NaN;
  for (let epoch = 0; epoch < numEpochs && signal?.aborted !== true; epoch++) {
    trainEpochCh3(net, trainIter, loss, trainer);
    if (epoch === 0 || (epoch + 1) % 20 === 0) {
      losses = [evaluateLoss(net, trainIter, loss), evaluateLoss(net, testIter, loss)];
      if (epoch === 19) earlyLoss = losses[0];
      animator?.add(epoch + 1, losses);
      await torch.utils.data.breathe();
    }
  }
  const weight = (net[0] as nn.Linear).weight.reshape(-1).tolist() as number[];
  return { weight, trainLoss: losses[0], testLoss: losses[1], earlyLoss };
}
