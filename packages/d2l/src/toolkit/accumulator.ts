// Running sums.

/**
 * Sums over n quantities.
 *
 * @example
 * const metric = new d2l.Accumulator(2);
 * metric.add(correct, count);
 * metric.get(0) / metric.get(1);
 */
export class Accumulator {
  /** The sums. */
  data: number[];
  [index: number]: number;

  constructor(n: number) {
    this.data = new Array<number>(n).fill(0);
    for (let i = 0; i < n; i++) {
      Object.defineProperty(this, i, { get: () => this.data[i], enumerable: true });
    }
  }

  /** Adds to each sum; surplus values and sums are left alone. */
  add(...values: readonly number[]): void {
    for (let i = 0; i < Math.min(values.length, this.data.length); i++) this.data[i]! += values[i]!;
  }

  /** Back to zero. */
  reset(): void {
    this.data.fill(0);
  }

  /** One of the sums; the same as `metric[index]`. */
  get(index: number): number {
    return this.data[index]!;
  }
}
