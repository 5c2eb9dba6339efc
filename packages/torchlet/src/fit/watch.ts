// A look at the loss and the norm of every step: what costs nothing, so that the rest is gathered only when something is wrong.

/** Steps whose median is what a divergence is measured against, and whose all have to be far above it. */
const FIRST = 5;
const LAST = 5;
/** How many times larger: nothing that recovers goes so far for so long. */
const DIVERGED = 1e4;
/** Losses below this are not told apart from it. */
const SMALL = 1e-3;
/** Steps in a row without any gradient. */
const WITHOUT_GRADIENT = 10;

/** What the numbers of a step say. */
export type Alarm = "finite" | "non-finite" | "diverged" | "no-gradient";

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1]!;

/** Watches a training; it keeps no more than the first and the last few numbers. */
export class Watch {
  private readonly first: number[] = [];
  private far = 0;
  private still = 0;
  /** The running mean of the loss, and the lowest that it has been. */
  private mean = NaN;
  private lowest = Infinity;

  /** Judges a step by its loss and the norm of its gradients, before the update. */
  step(loss: number, norm: number): Alarm {
    if (!Number.isFinite(loss) || !Number.isFinite(norm)) return "non-finite";
    const size = Math.abs(loss);
    if (this.first.length < FIRST) this.first.push(size);
    else {
      this.far = size > DIVERGED * Math.max(median(this.first), SMALL) ? this.far + 1 : 0;
      if (this.far >= LAST) return "diverged";
    }
    this.still = norm === 0 && loss !== 0 ? this.still + 1 : 0;
    if (this.still >= WITHOUT_GRADIENT) return "no-gradient";
    this.mean = Number.isNaN(this.mean) ? loss : 0.9 * this.mean + 0.1 * loss;
    this.lowest = Math.min(this.lowest, this.mean);
    return "finite";
  }

  /** Whether the weights are worth keeping: the loss is not far above what it has been. */
  get isHealthy(): boolean {
    return this.mean <= this.lowest + Math.abs(this.lowest) + SMALL;
  }
}

/** Whether a loss has not moved since the beginning, by the first and the last quarter of its steps. */
export function isFlat(losses: readonly number[]): { readonly first: number; readonly last: number } | null {
  if (losses.length < 100) return null;
  const window = Math.min(50, losses.length >> 2);
  const statistics = (values: readonly number[]) => {
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    const variance = values.reduce((a, b) => a + (b - mean) ** 2, 0) / (values.length - 1);
    return { mean, error: variance / values.length };
  };
  const first = statistics(losses.slice(0, window));
  const last = statistics(losses.slice(-window));
  // Two standard errors of the difference: less than that is no movement that anybody could see.
  const visible = Math.max(2 * Math.sqrt(first.error + last.error), 0.002 * Math.abs(first.mean));
  return Math.abs(first.mean - last.mean) < visible ? { first: first.mean, last: last.mean } : null;
}
