// Metrics of predictions, in the shape of torchmetrics: torch.metrics.
export { Accuracy, type AccuracyOptions, TopKAccuracy } from "./accuracy.js";
export { AUROC } from "./auroc.js";
export { ConfusionMatrix, type ConfusionMatrixOptions } from "./confusion-matrix.js";
export * as functional from "./functional.js";
export type { ClassOptions } from "./inputs.js";
export { Mean } from "./mean.js";
export { Metric, type MetricState } from "./metric.js";
export {
  type ClassAverage,
  type ClassScoreOptions,
  F1Score,
  Precision,
  Recall,
} from "./precision-recall.js";
export {
  LogRmse,
  MeanAbsoluteError,
  MeanSquaredError,
  type MeanSquaredErrorOptions,
  R2Score,
} from "./regression.js";
