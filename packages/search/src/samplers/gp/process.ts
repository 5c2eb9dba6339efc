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

/** The solution of L L^T x = b. */
function solve(l: Float64Array, b: Float64Array): Float64Array {
  return solveUpper(l, b.length, solveLower(l, b.length, b.slice()));
}

/**
 * What observed values say, and that some more are pending: these are taken to turn out as expected, but no better than the best so far.
 *
 * Source: Ginsbourger, Le Riche and Carraro, Kriging is well-suited to parallelize optimization, 2010 ("believer" and "constant liar").
 */
export class GaussianProcess {
  /** The smallest mean at an observed point: of noisy values, the luckiest one is no guide. */
  readonly best: number;
  private readonly isChoice: readonly boolean[];
  private readonly weights: Float64Array;
  private readonly scale: number;
  private readonly noise: number;
  private points: Points;
  private factor: Float64Array;
  /** The inverse of the points' matrix times their values. */
  private alpha: Float64Array;

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
    this.points = observed;
    this.factor = this.factorOf(observed, observed.length);
    this.alpha = solve(this.factor, values);
    // K alpha = y - noise * alpha.
    this.best = values.reduce(
      (least, y, i) => Math.min(least, y - this.noise * this.alpha[i]!),
      Number.POSITIVE_INFINITY,
    );
    if (pending.length === 0) return;
    const expected = pending.map((point) => Math.max(this.predict(point, false).mean, this.best));
    this.points = [...observed, ...pending];
    // As if they were known without noise: the very same point is then no improvement at all.
    this.factor = this.factorOf(this.points, observed.length);
    this.alpha = solve(this.factor, Float64Array.of(...values, ...expected));
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

  private factorOf(points: Points, noisy: number): Float64Array {
    const n = points.length;
    const k = new Float64Array(n * n);
    for (let a = 0; a < n; a++) {
      for (let b = 0; b < a; b++) k[a * n + b] = this.scale * matern(this.distance(points[a]!, points[b]!));
      k[a * n + a] = this.scale + (a < noisy ? this.noise : 0);
    }
    return stableFactor(k, n);
  }

  private distance(a: Float64Array, b: Float64Array): number {
    let sum = 0;
    for (let j = 0; j < a.length; j++) sum += this.weights[j]! * squaredDifference(a[j]!, b[j]!, this.isChoice[j]!);
    return sum;
  }
}
