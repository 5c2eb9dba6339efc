// A Gaussian process that has seen some points: mean and deviation of the values elsewhere.
import { cholesky, solveLower, solveUpper } from "../../math/cholesky.js";
import type { Hyperparameters } from "./hyperparameters.js";
import { matern, maternSlope, type Points, squaredDifference } from "./kernel.js";

/** What is known of the value at a point, noise not included; gradients along the axes, 0 for choices and where not asked for. */
export interface Prediction {
  readonly mean: number;
  readonly deviation: number;
  readonly meanGradient: Float64Array;
  readonly deviationGradient: Float64Array;
}

/** The factor of k with as much more on the diagonal as it takes: points may repeat. */
function stableFactor(k: Float64Array, n: number): Float64Array {
  for (let jitter = 0; ; jitter = jitter === 0 ? 1e-10 : jitter * 10) {
    const a = k.slice();
    for (let i = 0; i < n; i++) a[i * n + i]! *= 1 + jitter;
    const l = cholesky(a, n);
    if (l !== null) return l;
  }
}

/** Values at observed points, and that some more are pending: what they will turn out to be changes no mean, that they are known soon lessens the deviation. */
export class GaussianProcess {
  /** The smallest mean at an observed point: of noisy values, the luckiest one is no guide. */
  readonly best: number;
  private readonly isChoice: readonly boolean[];
  private readonly weights: Float64Array;
  private readonly scale: number;
  private readonly noise: number;
  private readonly points: Points;
  private readonly factor: Float64Array;
  /** The inverse of the observed points' matrix times their values; 0 for pending points. */
  private readonly alpha: Float64Array;

  constructor(
    observed: Points,
    values: Float64Array,
    pending: Points,
    isChoice: readonly boolean[],
    { logLengths, logScale, logNoise }: Hyperparameters,
  ) {
    this.isChoice = isChoice;
    this.weights = logLengths.map((log) => Math.exp(-2 * log));
    this.scale = Math.exp(logScale);
    this.noise = Math.exp(logNoise);
    this.points = [...observed, ...pending];
    const n = observed.length;
    const own = this.factorOf(observed);
    const alpha = solveUpper(own, n, solveLower(own, n, values.slice()));
    this.factor = pending.length === 0 ? own : this.factorOf(this.points);
    this.alpha = new Float64Array(this.points.length);
    this.alpha.set(alpha);
    // K alpha = y - noise * alpha.
    this.best = values.reduce((least, y, i) => Math.min(least, y - this.noise * alpha[i]!), Number.POSITIVE_INFINITY);
  }

  predict(x: Float64Array, withGradient: boolean): Prediction {
    const n = this.points.length;
    const d = this.isChoice.length;
    const distance = new Float64Array(n);
    const k = new Float64Array(n);
    let mean = 0;
    for (let i = 0; i < n; i++) {
      distance[i] = this.distance(x, this.points[i]!);
      k[i] = this.scale * matern(distance[i]!);
      mean += k[i]! * this.alpha[i]!;
    }
    const v = solveLower(this.factor, n, k);
    let explained = 0;
    for (let i = 0; i < n; i++) explained += v[i]! * v[i]!;
    const deviation = Math.sqrt(Math.max(this.scale - explained, 1e-12 * this.scale));
    const meanGradient = new Float64Array(d);
    const deviationGradient = new Float64Array(d);
    if (withGradient) {
      const w = solveUpper(this.factor, n, v);
      for (let i = 0; i < n; i++) {
        const slope = 2 * this.scale * maternSlope(distance[i]!);
        const point = this.points[i]!;
        for (let j = 0; j < d; j++) {
          if (this.isChoice[j]) continue;
          const byAxis = slope * this.weights[j]! * (x[j]! - point[j]!);
          meanGradient[j]! += this.alpha[i]! * byAxis;
          deviationGradient[j]! -= (w[i]! * byAxis) / deviation;
        }
      }
    }
    return { mean, deviation, meanGradient, deviationGradient };
  }

  private factorOf(points: Points): Float64Array {
    const n = points.length;
    const k = new Float64Array(n * n);
    for (let a = 0; a < n; a++) {
      for (let b = 0; b < a; b++) k[a * n + b] = this.scale * matern(this.distance(points[a]!, points[b]!));
      k[a * n + a] = this.scale + this.noise;
    }
    return stableFactor(k, n);
  }

  private distance(a: Float64Array, b: Float64Array): number {
    let sum = 0;
    for (let j = 0; j < a.length; j++) sum += this.weights[j]! * squaredDifference(a[j]!, b[j]!, this.isChoice[j]!);
    return sum;
  }
}
