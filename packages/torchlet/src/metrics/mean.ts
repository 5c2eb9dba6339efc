// The mean of values that are known already, such as losses.
import { Tensor } from "../tensor/tensor.js";

/**
 * A weighted mean of numbers, in float64.
 *
 * @example
 * const mean = new torch.metrics.Mean();
 * mean.update(loss, X.shape[0]); // the loss of a batch counts by its samples
 * mean.compute();
 */
export class Mean {
  private sum = 0;
  private total = 0;

  /**
   * Adds a value.
   *
   * @param value a number, or a tensor whose elements all count
   * @param weight how much each of them counts. Default: 1
   */
  update(value: number | Tensor, weight = 1): void {
    const values = value instanceof Tensor ? value.toTypedArray() : [value];
    for (const v of values) this.sum += v * weight;
    this.total += values.length * weight;
  }

  /** The mean since the last `reset`; NaN where nothing came. */
  compute(): number {
    return this.sum / this.total;
  }

  /** Forgets everything. */
  reset(): void {
    this.sum = this.total = 0;
  }
}
