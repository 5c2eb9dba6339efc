// The book's functions for the house prices, cell by cell.
import * as torch from "torchlet";
import { nn, type Tensor } from "torchlet";
import { getKFoldData } from "../../toolkit/k-fold.js";
import { loadArray } from "../../toolkit/linear-regression.js";

/** What the exercises change. */
export interface Settings {
  /** The book's linear model, or one with a hidden layer of 64 units. */
  readonly model: "linear" | "hidden";
  /** Of the hidden layer. Default: 0, no layer for it. */
  readonly dropout?: number;
  /** What the model predicts: the price, or its logarithm. */
  readonly target: "price" | "log";
  readonly numEpochs: number;
  readonly learningRate: number;
  readonly weightDecay: number;
  readonly batchSize: number;
  readonly signal: AbortSignal;
}

/** A function from features to prices, or to their logarithms. */
export type Predict = (features: Tensor) => Tensor;

const loss = new nn.MSELoss();

export function getNet(inFeatures: number, model: Settings["model"] = "linear", dropout = 0): nn.Sequential {
  if (model === "linear") return new nn.Sequential(new nn.Linear(inFeatures, 1));
  const drop = dropout > 0 ? [new nn.Dropout(dropout)] : [];
  return new nn.Sequential(new nn.Linear(inFeatures, 64), new nn.ReLU(), ...drop, new nn.Linear(64, 1));
}

/** The error of the logarithms: what Kaggle measures. */
export function logRmse(net: Predict, features: Tensor, labels: Tensor): number {
  return torch.noGrad(() => {
    // A price below 1 has no logarithm that would help.
    const clippedPreds = torch.clamp(net(features), 1, Number.POSITIVE_INFINITY);
    const rmse = torch.sqrt(loss(torch.log(clippedPreds), torch.log(labels)));
    return rmse.item();
  });
}

/** Prices, whatever the model predicts. */
export function pricesOf(net: nn.Sequential, target: Settings["target"]): Predict {
  return target === "log" ? (features) => net(features).exp() : net;
}

/** Trains, and measures both parts after each epoch. */
export async function train(
  net: nn.Sequential,
  trainFeatures: Tensor,
  trainLabels: Tensor,
  testFeatures: Tensor | null,
  testLabels: Tensor | null,
  { target, numEpochs, learningRate, weightDecay, batchSize, signal }: Settings,
): Promise<[trainLs: number[], testLs: number[]]> {
  const trainLs: number[] = [];
  const testLs: number[] = [];
  const targets = target === "log" ? torch.log(trainLabels) : trainLabels;
  const trainIter = loadArray([trainFeatures, targets], batchSize);
  const optimizer = new torch.optim.Adam(net.parameters(), { lr: learningRate, weightDecay });
  const step = torch.compile((X: Tensor, y: Tensor) => {
    optimizer.zeroGrad();
    const l = loss(net(X), y);
    l.backward();
    optimizer.step();
    return l;
  });
  const prices = pricesOf(net, target);
  for (let epoch = 0; epoch < numEpochs && !signal.aborted; epoch++) {
    net.train();
    for (const [X, y] of trainIter) step(X!, y!);
    net.eval();
    trainLs.push(logRmse(prices, trainFeatures, trainLabels));
    if (testFeatures !== null && testLabels !== null) testLs.push(logRmse(prices, testFeatures, testLabels));
    await torch.utils.data.breathe();
  }
  return [trainLs, testLs];
}

/** What a fold gave. */
export interface Fold {
  readonly net: nn.Sequential;
  readonly trainLs: readonly number[];
  readonly validLs: readonly number[];
}

/** Means of the last epoch, and all folds. */
export interface FoldsResult {
  readonly train: number;
  readonly valid: number;
  readonly folds: readonly Fold[];
}

/** Trains k models, each on all blocks but one. */
export async function kFold(
  k: number,
  XTrain: Tensor,
  yTrain: Tensor,
  settings: Settings,
  onFold?: (i: number, fold: Fold) => void,
): Promise<FoldsResult> {
  let [trainLSum, validLSum] = [0, 0];
  const folds: Fold[] = [];
  for (let i = 0; i < k && !settings.signal.aborted; i++) {
    const data = getKFoldData(k, i, XTrain, yTrain);
    const net = getNet(XTrain.shape[1]!, settings.model, settings.dropout);
    const [trainLs, validLs] = await train(net, ...data, settings);
    if (settings.signal.aborted) break;
    trainLSum += trainLs.at(-1)!;
    validLSum += validLs.at(-1)!;
    folds.push({ net, trainLs, validLs });
    onFold?.(i, folds[i]!);
  }
  return { train: trainLSum / k, valid: validLSum / k, folds };
}

/** Trains on all houses, and predicts the prices of the others. */
export async function trainAndPred(
  trainFeatures: Tensor,
  testFeatures: Tensor,
  trainLabels: Tensor,
  settings: Settings,
): Promise<{ trainLs: number[]; preds: Tensor }> {
  const net = getNet(trainFeatures.shape[1]!, settings.model, settings.dropout);
  const [trainLs] = await train(net, trainFeatures, trainLabels, null, null, settings);
  return { trainLs, preds: torch.noGrad(() => pricesOf(net, settings.target)(testFeatures)) };
}

/** The English edition's prediction: the mean of the prices that the models of all folds give. */
export function ensemble(folds: readonly Fold[], features: Tensor, target: Settings["target"]): Tensor {
  return torch.noGrad(() => torch.stack(folds.map(({ net }) => pricesOf(net, target)(features))).mean(0));
}

/** Predicted prices as Kaggle wants them. */
export function submissionOf(testIds: readonly string[], preds: Tensor): string {
  const prices = preds.reshape(-1).tolist() as number[];
  const rows = prices.map((price, i) => `${testIds[i]},${price}`);
  return `${["Id,SalePrice", ...rows].join("\n")}\n`;
}
