// The base of all metrics: values that are accumulated batch by batch.
import { ValueError } from "../errors/index.js";
import { tensor } from "../ops/creation.js";
import type { Tensor } from "../tensor/tensor.js";

/** What a metric has accumulated, as tensors: saved in a checkpoint, and continued from. */
export type MetricState = Record<string, Tensor>;

/**
 * A value over a whole data set, from batches of any sizes: `update` with each batch, `compute` at the end.
 *
 * Sums are kept in float64, and batches count by their samples, so that a short last batch changes nothing.
 */
export abstract class Metric<Value = number> {
  /** Whether more is better; null where that has no meaning. */
  abstract readonly higherIsBetter: boolean | null;
  /**
   * Adds a batch.
   *
   * @param weight a number for each sample. Default: all count the same
   */
  abstract update(preds: Tensor, target: Tensor, weight?: Tensor | null): void;
  /** The value over everything since the last `reset`; NaN where nothing came. */
  abstract compute(): Value;
  /** Forgets everything. */
  abstract reset(): void;
  /** What was accumulated, as numbers by name. */
  protected abstract numbers(): Record<string, Float64Array>;
  /** Takes over what `numbers` gave. */
  protected abstract takeNumbers(numbers: Record<string, Float64Array>): void;

  /** What was accumulated so far. */
  stateDict(): MetricState {
    return Object.fromEntries(Object.entries(this.numbers()).map(([name, values]) => [name, tensor(values.slice())]));
  }

  /**
   * Continues from a saved state.
   *
   * @throws ValueError where a part of it is missing
   */
  loadStateDict(state: MetricState): void {
    const names = Object.keys(this.numbers());
    const missing = names.filter((name) => !(name in state));
    if (missing.length > 0) {
      throw new ValueError("metric-state", {
        path: `loadStateDict (${this.constructor.name})`,
        rule: { en: `${missing.join(", ")} is missing`, zh: `缺少 ${missing.join("、")}` },
        expected: names,
        received: Object.keys(state),
      });
    }
    this.takeNumbers(Object.fromEntries(names.map((name) => [name, Float64Array.from(state[name]!.toTypedArray())])));
  }
}

/** A metric whose whole state is a fixed number of sums. */
export abstract class SumMetric<Value = number> extends Metric<Value> {
  protected sums: Float64Array;

  constructor(count: number) {
    super();
    this.sums = new Float64Array(count);
  }

  override reset(): void {
    this.sums.fill(0);
  }

  protected override numbers(): Record<string, Float64Array> {
    return { sums: this.sums };
  }

  protected override takeNumbers({ sums }: Record<string, Float64Array>): void {
    this.sums = sums!.slice();
  }
}
