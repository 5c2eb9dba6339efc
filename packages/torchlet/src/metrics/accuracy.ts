// Accuracy: the share of right predictions, of all samples or averaged over classes, also among the k best.
import { ValueError } from "../errors/index.js";
import { countCorrect } from "../ops/accuracy.js";
import type { Tensor } from "../tensor/tensor.js";
import { ClassCounts } from "./confusion-matrix.js";
import { type ClassOptions, checkChoice, classPairs, readWeights, targetClasses } from "./inputs.js";
import { Metric } from "./metric.js";

/** Options of `Accuracy`. */
export interface AccuracyOptions extends ClassOptions {
  /** The share of all samples ("micro", the default), or the mean of the classes' shares ("macro": balanced accuracy). */
  readonly average?: "micro" | "macro";
  /** Right is a sample whose class is among so many best scores. Default: 1. */
  readonly topK?: number;
}

/**
 * The share of right predictions.
 *
 * Predictions are scores (n, classes) whose largest counts, single scores (n) or (n, 1) against `threshold`, or classes as
 * integers; targets are classes (n), or rows in the scores' shape whose largest counts. The first of equal scores counts;
 * among the k best a sample is right when fewer than k scores are larger than its class's, or equal and before it.
 *
 * With `average: "macro"` it is the mean over the classes that have samples, as scikit-learn's `balanced_accuracy_score`.
 *
 * @throws ShapeError where shapes do not fit, ValueError for what is no class
 *
 * @example
 * const accuracy = new torch.metrics.Accuracy();
 * for (const [X, y] of loader) accuracy.update(net(X), y);
 * accuracy.compute(); // 0.87
 */
export class Accuracy extends Metric {
  override readonly higherIsBetter = true;
  private readonly counts = new ClassCounts();
  /** Weight of right samples and of all, where no classes are told apart. */
  private right = 0;
  private total = 0;
  readonly average: "micro" | "macro";
  readonly topK: number;

  constructor(readonly options: AccuracyOptions = {}) {
    super();
    this.average = options.average ?? "micro";
    this.topK = options.topK ?? 1;
    checkChoice(this.constructor.name, "average", this.average, ["micro", "macro"]);
    if (!Number.isInteger(this.topK) || this.topK < 1) {
      throw new ValueError("metric-top-k", {
        path: this.constructor.name,
        rule: {
          en: `topK must be a positive integer, got ${this.topK}`,
          zh: `topK 必须是正整数，得到的是 ${this.topK}`,
        },
        received: this.topK,
      });
    }
  }

  override update(preds: Tensor, target: Tensor, weight?: Tensor | null): void {
    const who = this.constructor.name;
    const { ignoreIndex } = this.options;
    const scored = preds.ndim === 2 && preds.shape[1]! > 1;
    const simple = this.topK === 1 && this.average === "micro" && weight == null && ignoreIndex == null;
    if (simple && scored && target.ndim === 1 && target.shape[0] === preds.shape[0] && !target.dtype.isFloatingPoint) {
      this.right += countCorrect(preds, target).item();
      this.total += target.shape[0]!;
      return;
    }
    if (this.topK > 1) {
      this.updateTopK(who, preds, target, weight);
      return;
    }
    const { predicted, target: truth, weights, samples } = classPairs(who, preds, target, weight, this.options);
    for (let i = 0; i < samples; i++) {
      if (truth[i] === ignoreIndex) continue;
      this.add(truth[i]!, predicted[i] === truth[i], weights?.[i] ?? 1);
    }
  }

  private updateTopK(who: string, preds: Tensor, target: Tensor, weight?: Tensor | null): void {
    const classes = preds.shape[1] ?? 0;
    if (preds.ndim !== 2 || classes < this.topK) {
      throw new ValueError("metric-top-k", {
        path: who,
        rule: {
          en: `topK of ${this.topK} needs scores of shape (n, ${this.topK} or more), got [${preds.shape.join(", ")}]`,
          zh: `topK 为 ${this.topK} 时需要形状为 (n, 不少于 ${this.topK}) 的得分，得到的是 [${preds.shape.join(", ")}]`,
        },
        received: [...preds.shape],
      });
    }
    const truth = targetClasses(who, preds, target);
    // Of classes in range, and weights: the same checks as for the best score.
    classPairs(who, preds, truth, weight, this.options);
    const labels = truth.toTypedArray();
    const scores = preds.toTypedArray();
    const weights = readWeights(who, weight, labels.length);
    for (let i = 0; i < labels.length; i++) {
      const label = labels[i]!;
      if (label === this.options.ignoreIndex) continue;
      const own = scores[i * classes + label]!;
      let before = 0;
      for (let c = 0; c < classes; c++) {
        const score = scores[i * classes + c]!;
        if (score > own || (score === own && c < label) || (Number.isNaN(score) && c !== label)) before++;
      }
      this.add(label, before < this.topK && !Number.isNaN(own), weights?.[i] ?? 1);
    }
  }

  private add(label: number, right: boolean, weight: number): void {
    if (this.average === "macro") this.counts.add(label, right ? label : -1, weight);
    else {
      if (right) this.right += weight;
      this.total += weight;
    }
  }

  override compute(): number {
    if (this.average === "micro") return this.right / this.total;
    const { truePositives, actual } = this.counts;
    let [sum, classes] = [0, 0];
    for (let c = 0; c < actual.length; c++) {
      if (actual[c] === 0) continue;
      sum += truePositives[c]! / actual[c]!;
      classes++;
    }
    return sum / classes;
  }

  override reset(): void {
    this.right = this.total = 0;
    this.counts.reset();
  }

  protected override numbers(): Record<string, Float64Array> {
    const { truePositives, predicted, actual } = this.counts;
    return { sums: Float64Array.of(this.right, this.total), truePositives, predicted, actual };
  }

  protected override takeNumbers(numbers: Record<string, Float64Array>): void {
    [this.right, this.total] = numbers["sums"] as unknown as [number, number];
    this.counts.take(numbers["truePositives"]!, numbers["predicted"]!, numbers["actual"]!);
  }
}

/**
 * The share of samples whose class is among the k best scores: `Accuracy` with `topK`.
 *
 * @example
 * new torch.metrics.TopKAccuracy(5).update(logits, classes);
 */
export class TopKAccuracy extends Accuracy {
  constructor(k: number, options: Omit<AccuracyOptions, "topK"> = {}) {
    super({ ...options, topK: k });
  }
}
