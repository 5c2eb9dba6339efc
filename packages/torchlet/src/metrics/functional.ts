// Metrics of one batch: each is its class's value after a single update.
import type { Tensor } from "../tensor/tensor.js";
import { Accuracy, type AccuracyOptions, TopKAccuracy } from "./accuracy.js";
import { AUROC } from "./auroc.js";
import { ConfusionMatrix, type ConfusionMatrixOptions } from "./confusion-matrix.js";
import type { Metric } from "./metric.js";
import { type ClassScoreOptions, F1Score, Precision, Recall } from "./precision-recall.js";
import { LogRmse, MeanAbsoluteError, MeanSquaredError, type MeanSquaredErrorOptions, R2Score } from "./regression.js";

/** What every functional metric takes beside the options of its class. */
export interface WeightOption {
  /** A number for each sample. Default: all count the same. */
  readonly weight?: Tensor | null;
}

function once<V>(metric: Metric<V>, preds: Tensor, target: Tensor, options: WeightOption): V {
  metric.update(preds, target, options.weight);
  return metric.compute();
}

/**
 * The share of right predictions; see `Accuracy`.
 *
 * @example
 * torch.metrics.functional.accuracy(net(X), y);
 */
export function accuracy(preds: Tensor, target: Tensor, options: AccuracyOptions & WeightOption = {}): number {
  return once(new Accuracy(options), preds, target, options);
}

/** The share of samples whose class is among the k best scores; see `TopKAccuracy`. */
export function topKAccuracy(
  preds: Tensor,
  target: Tensor,
  k: number,
  options: Omit<AccuracyOptions, "topK"> & WeightOption = {},
): number {
  return once(new TopKAccuracy(k, options), preds, target, options);
}

/** How often each true class was predicted as each class; see `ConfusionMatrix`. */
export function confusionMatrix(
  preds: Tensor,
  target: Tensor,
  options: ConfusionMatrixOptions & WeightOption = {},
): Tensor {
  return once(new ConfusionMatrix(options), preds, target, options);
}

/** TP / (TP + FP); see `Precision`. */
export function precision(preds: Tensor, target: Tensor, options: ClassScoreOptions & WeightOption = {}): number {
  return once(new Precision(options), preds, target, options);
}

/** TP / (TP + FN); see `Recall`. */
export function recall(preds: Tensor, target: Tensor, options: ClassScoreOptions & WeightOption = {}): number {
  return once(new Recall(options), preds, target, options);
}

/** The harmonic mean of precision and recall; see `F1Score`. */
export function f1Score(preds: Tensor, target: Tensor, options: ClassScoreOptions & WeightOption = {}): number {
  return once(new F1Score(options), preds, target, options);
}

/** The mean squared error; see `MeanSquaredError`. */
export function meanSquaredError(
  preds: Tensor,
  target: Tensor,
  options: MeanSquaredErrorOptions & WeightOption = {},
): number {
  return once(new MeanSquaredError(options), preds, target, options);
}

/** The mean absolute error; see `MeanAbsoluteError`. */
export function meanAbsoluteError(preds: Tensor, target: Tensor, options: WeightOption = {}): number {
  return once(new MeanAbsoluteError(), preds, target, options);
}

/** The share of variance explained; see `R2Score`. */
export function r2Score(preds: Tensor, target: Tensor, options: WeightOption = {}): number {
  return once(new R2Score(), preds, target, options);
}

/** The book's log_rmse; see `LogRmse`. */
export function logRmse(preds: Tensor, target: Tensor, options: WeightOption = {}): number {
  return once(new LogRmse(), preds, target, options);
}

/** The area under the ROC curve; see `AUROC`. */
export function auroc(preds: Tensor, target: Tensor, options: WeightOption = {}): number {
  return once(new AUROC(), preds, target, options);
}
