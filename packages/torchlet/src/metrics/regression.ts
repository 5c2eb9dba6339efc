// Metrics of numbers: squared, absolute and logarithmic errors, and R2.
import type { Tensor } from "../tensor/tensor.js";
import { numberPairs } from "./inputs.js";
import { Metric, SumMetric } from "./metric.js";

/** A mean over all elements; of several columns the mean of all. */
abstract class MeanError extends SumMetric {
  override readonly higherIsBetter = false;

  constructor() {
    super(2);
  }

  protected abstract error(predicted: number, actual: number): number;

  override update(preds: Tensor, target: Tensor, weight?: Tensor | null): void {
    const pairs = numberPairs(this.constructor.name, preds, target, weight);
    const { samples, columns, weights } = pairs;
    let [sum, total] = [0, 0];
    for (let i = 0, at = 0; i < samples; i++) {
      const w = weights?.[i] ?? 1;
      for (let c = 0; c < columns; c++, at++) sum += w * this.error(pairs.preds[at]!, pairs.target[at]!);
      total += w * columns;
    }
    this.sums[0]! += sum;
    this.sums[1]! += total;
  }

  override compute(): number {
    return this.sums[0]! / this.sums[1]!;
  }
}

/** Options of `MeanSquaredError`. */
export interface MeanSquaredErrorOptions {
  /** Whether the mean is left squared; false gives its root (RMSE). Default: true. */
  readonly squared?: boolean;
}

/**
 * The mean of (prediction - target)^2, or its root.
 *
 * @throws ShapeError unless both have the same shape, (n) and (n, 1) being the same
 *
 * @example
 * const rmse = new torch.metrics.MeanSquaredError({ squared: false });
 */
export class MeanSquaredError extends MeanError {
  constructor(readonly options: MeanSquaredErrorOptions = {}) {
    super();
  }

  protected override error(predicted: number, actual: number): number {
    return (predicted - actual) ** 2;
  }

  override compute(): number {
    const mean = super.compute();
    return this.options.squared === false ? Math.sqrt(mean) : mean;
  }
}

/** The mean of |prediction - target|. */
export class MeanAbsoluteError extends MeanError {
  protected override error(predicted: number, actual: number): number {
    return Math.abs(predicted - actual);
  }
}

/**
 * The root of the mean squared difference of logarithms, predictions below 1 counting as 1: the book's `log_rmse`, in which
 * dear and cheap houses weigh the same.
 *
 * @example
 * const metric = new torch.metrics.LogRmse();
 * metric.update(net(features), labels);
 */
export class LogRmse extends MeanError {
  protected override error(predicted: number, actual: number): number {
    return (Math.log(Math.max(predicted, 1)) - Math.log(actual)) ** 2;
  }

  override compute(): number {
    return Math.sqrt(super.compute());
  }
}

/** Sums of one column. */
const SUMS = 5;

/**
 * The share of the targets' variance that predictions explain: 1 - sum (y - p)^2 / sum (y - mean y)^2; of several columns the
 * mean. Where the targets are constant it is 1 for perfect predictions and 0 for others, as in scikit-learn.
 */
export class R2Score extends Metric {
  override readonly higherIsBetter = true;
  /** A column's shift (its first target), weight, sums of shifted targets and of their squares, and squared errors. */
  private sums: Float64Array = new Float64Array(0);

  override update(preds: Tensor, target: Tensor, weight?: Tensor | null): void {
    const pairs = numberPairs("R2Score", preds, target, weight);
    const { samples, columns, weights } = pairs;
    if (samples === 0) return;
    if (this.sums.length === 0) {
      this.sums = new Float64Array(columns * SUMS);
      for (let c = 0; c < columns; c++) this.sums[c * SUMS] = pairs.target[c]!;
    }
    for (let i = 0, at = 0; i < samples; i++) {
      const w = weights?.[i] ?? 1;
      for (let c = 0; c < columns; c++, at++) {
        const s = c * SUMS;
        // Shifted sums: squares of targets around 1e6 would cancel.
        const y = pairs.target[at]! - this.sums[s]!;
        this.sums[s + 1]! += w;
        this.sums[s + 2]! += w * y;
        this.sums[s + 3]! += w * y * y;
        this.sums[s + 4]! += w * (pairs.target[at]! - pairs.preds[at]!) ** 2;
      }
    }
  }

  override compute(): number {
    const columns = this.sums.length / SUMS;
    let sum = 0;
    for (let c = 0; c < columns; c++) {
      const [, total, ys, squares, errors] = this.sums.subarray(c * SUMS, (c + 1) * SUMS) as unknown as number[];
      const variation = squares! - ys! ** 2 / total!;
      if (variation > 0) sum += 1 - errors! / variation;
      else sum += errors === 0 ? 1 : Number.isNaN(errors) ? NaN : 0;
    }
    return sum / columns;
  }

  override reset(): void {
    this.sums = new Float64Array(0);
  }

  protected override numbers(): Record<string, Float64Array> {
    return { sums: this.sums };
  }

  protected override takeNumbers({ sums }: Record<string, Float64Array>): void {
    this.sums = sums!.slice();
  }
}
