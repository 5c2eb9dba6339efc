// Precision, recall and F1: of one class, of all samples, or averaged over classes.
import type { Tensor } from "../tensor/tensor.js";
import { ClassCounts } from "./confusion-matrix.js";
import { type ClassOptions, checkChoice, classPairs } from "./inputs.js";
import { Metric } from "./metric.js";

/**
 * How the values of classes become one: class 1 alone, all samples together, the mean over the classes that appear, or that
 * mean by the number of their samples.
 */
export type ClassAverage = "binary" | "micro" | "macro" | "weighted";

/** Options of `Precision`, `Recall` and `F1Score`. */
export interface ClassScoreOptions extends ClassOptions {
  /** Default: "macro". */
  readonly average?: ClassAverage;
}

/** a / b, 0 where there is nothing to divide by: scikit-learn's `zero_division=0`. */
const ratio = (a: number, b: number) => (b === 0 ? 0 : a / b);

/** The common part: counts by class, and how scores of classes become one. */
abstract class ClassScore extends Metric {
  override readonly higherIsBetter = true;
  readonly average: ClassAverage;
  private readonly counts = new ClassCounts();

  constructor(readonly options: ClassScoreOptions = {}) {
    super();
    this.average = options.average ?? "macro";
    checkChoice(this.constructor.name, "average", this.average, ["binary", "micro", "macro", "weighted"]);
  }

  /** The score of true positives, predicted and actual members of a class. */
  protected abstract score(truePositives: number, predicted: number, actual: number): number;

  override update(preds: Tensor, target: Tensor, weight?: Tensor | null): void {
    const pairs = classPairs(this.constructor.name, preds, target, weight, this.options);
    for (let i = 0; i < pairs.samples; i++) {
      if (pairs.target[i] === this.options.ignoreIndex) continue;
      this.counts.add(pairs.target[i]!, pairs.predicted[i]!, pairs.weights?.[i] ?? 1);
    }
  }

  override compute(): number {
    const { truePositives: tp, predicted, actual } = this.counts;
    const total = (values: Float64Array) => values.reduce((a, b) => a + b, 0);
    if (actual.length === 0) return NaN;
    switch (this.average) {
      case "binary":
        return this.score(tp[1] ?? 0, predicted[1] ?? 0, actual[1] ?? 0);
      case "micro":
        return this.score(total(tp), total(predicted), total(actual));
      case "macro":
      case "weighted": {
        let [sum, weights] = [0, 0];
        for (let c = 0; c < actual.length; c++) {
          if (actual[c] === 0 && predicted[c] === 0) continue;
          const weight = this.average === "macro" ? 1 : actual[c]!;
          sum += weight * this.score(tp[c]!, predicted[c]!, actual[c]!);
          weights += weight;
        }
        return sum / weights;
      }
      default:
        return this.average satisfies never;
    }
  }

  override reset(): void {
    this.counts.reset();
  }

  protected override numbers(): Record<string, Float64Array> {
    const { truePositives, predicted, actual } = this.counts;
    return { truePositives, predicted, actual };
  }

  protected override takeNumbers(numbers: Record<string, Float64Array>): void {
    this.counts.take(numbers["truePositives"]!, numbers["predicted"]!, numbers["actual"]!);
  }
}

/**
 * Of the samples predicted as a class, the share that belongs to it: TP / (TP + FP); 0 where none was predicted.
 *
 * @example
 * const precision = new torch.metrics.Precision({ average: "binary", threshold: 0 });
 * precision.update(logits, labels);
 */
export class Precision extends ClassScore {
  protected override score(truePositives: number, predicted: number): number {
    return ratio(truePositives, predicted);
  }
}

/** Of the samples of a class, the share that was predicted as it: TP / (TP + FN); 0 where there are none. */
export class Recall extends ClassScore {
  protected override score(truePositives: number, _predicted: number, actual: number): number {
    return ratio(truePositives, actual);
  }
}

/** The harmonic mean of precision and recall: 2 TP / (2 TP + FP + FN); 0 where there is nothing to divide by. */
export class F1Score extends ClassScore {
  protected override score(truePositives: number, predicted: number, actual: number): number {
    return ratio(2 * truePositives, predicted + actual);
  }
}
