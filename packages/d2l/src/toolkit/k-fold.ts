// The book's k-fold cross-validation: equal blocks in order, the remainder left out.

import * as torch from "torchlet";
import { type Tensor, ValueError } from "torchlet";

/**
 * Fold i of k: block i of `floor(n / k)` samples to validate on, the others to train on; the last `n % k` samples are
 * left out, as in the book. `torch.selection.KFold` keeps them.
 *
 * @returns XTrain, yTrain, XValid, yValid
 * @throws ValueError for k below 2 or above the number of samples, and for i outside 0..k-1
 *
 * @example
 * const [XTrain, yTrain, XValid, yValid] = d2l.getKFoldData(5, 0, X, y);
 */
export function getKFoldData(k: number, i: number, X: Tensor, y: Tensor): [Tensor, Tensor, Tensor, Tensor] {
  const n = X.shape[0] ?? 0;
  if (!Number.isInteger(k) || k < 2 || k > n) {
    throw new ValueError("k-fold", {
      path: "getKFoldData",
      rule: {
        en: `k must be an integer from 2 to the number of samples ${n}, got ${k}`,
        zh: `k 必须是 2 到样本数 ${n} 之间的整数，得到的是 ${k}`,
      },
      received: k,
    });
  }
  if (!Number.isInteger(i) || i < 0 || i >= k) {
    throw new ValueError("k-fold-index", {
      path: "getKFoldData",
      rule: { en: `the fold must be from 0 to ${k - 1}, got ${i}`, zh: `折号必须在 0 到 ${k - 1} 之间，得到的是 ${i}` },
      received: i,
    });
  }
  const size = Math.floor(n / k);
  const block = (t: Tensor, j: number) => t.narrow(0, j * size, size);
  const others = Array.from({ length: k }, (_, j) => j).filter((j) => j !== i);
  const train = (t: Tensor) =>
    torch.cat(
      others.map((j) => block(t, j)),
      0,
    );
  return [train(X), train(y), block(X, i), block(y, i)];
}

/** Trains on one part; the losses of both parts, epoch by epoch. */
export type TrainFold = (
  XTrain: Tensor,
  yTrain: Tensor,
  XValid: Tensor,
  yValid: Tensor,
  numEpochs: number,
  learningRate: number,
  weightDecay: number,
  batchSize: number,
) => readonly [trainLs: readonly number[], validLs: readonly number[]];

/** Options of `kFold`. */
export interface KFoldOptions {
  /** Makes a new net and trains it: the book's `get_net` and `train`. */
  readonly train: TrainFold;
  /** Told about each fold: the losses of all epochs. The book plots the first fold and prints the last losses. */
  readonly onFold?: (fold: number, trainLs: readonly number[], validLs: readonly number[]) => void;
}

/**
 * Trains k times with the same settings, each time validating on another block.
 *
 * @returns the last epoch's loss on the training parts and on the validation parts, each the mean over the folds
 *
 * @example
 * const [trainL, validL] = d2l.kFold(5, trainFeatures, trainLabels, 100, 5, 0, 64, { train });
 */
export function kFold(
  k: number,
  XTrain: Tensor,
  yTrain: Tensor,
  numEpochs: number,
  learningRate: number,
  weightDecay: number,
  batchSize: number,
  options: KFoldOptions,
): [trainL: number, validL: number] {
  let [trainSum, validSum] = [0, 0];
  for (let i = 0; i < k; i++) {
    const data = getKFoldData(k, i, XTrain, yTrain);
    const [trainLs, validLs] = options.train(...data, numEpochs, learningRate, weightDecay, batchSize);
    trainSum += trainLs.at(-1) ?? Number.NaN;
    validSum += validLs.at(-1) ?? Number.NaN;
    options.onFold?.(i, trainLs, validLs);
  }
  return [trainSum / k, validSum / k];
}
