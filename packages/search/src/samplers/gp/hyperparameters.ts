// Lengths, scale and noise of a Gaussian process: the most probable ones given the data.
import { cholesky, inverseOf, solveLower, solveUpper } from "../../math/cholesky.js";
import { minimizeInBox, type SmoothFunction } from "../../math/lbfgs.js";
import { matern, maternSlope, type Points, squaredDifference } from "./kernel.js";

/** All in the logarithm: lengths of the axes, variance of the function, variance of the noise. */
export interface Hyperparameters {
  readonly logLengths: Float64Array;
  readonly logScale: number;
  readonly logNoise: number;
}

/** Normal in the logarithm. Lengths near 0.6 of the range: where they may grow, what was not tried is held to be known (see docs/search.md). */
const priors = {
  length: { mean: -0.5, deviation: 0.4 },
  scale: { mean: 0, deviation: 1 },
  noise: { mean: Math.log(1e-6), deviation: 3 },
} as const;

const limits = {
  length: [Math.log(0.02), Math.log(50)],
  scale: [Math.log(0.02), Math.log(50)],
  noise: [Math.log(1e-8), 0],
} as const;

/** Minus the logarithm of likelihood times priors, and its gradient, by the vector (lengths, scale, noise). */
export function negativeLogPosterior(
  points: Points,
  values: Float64Array,
  isChoice: readonly boolean[],
): SmoothFunction {
  const n = points.length;
  const d = isChoice.length;
  const count = (n * (n - 1)) / 2;
  // Of each axis, for all pairs (a, b) with b < a.
  const squares = isChoice.map((choice, j) => {
    const square = new Float64Array(count);
    for (let a = 1, p = 0; a < n; a++) {
      for (let b = 0; b < a; b++, p++) square[p] = squaredDifference(points[a]![j]!, points[b]![j]!, choice);
    }
    return square;
  });
  const distance = new Float64Array(count);
  const slope = new Float64Array(count);
  const k = new Float64Array(n * n);
  return (x, gradient) => {
    const scale = Math.exp(x[d]!);
    const noise = Math.exp(x[d + 1]!);
    distance.fill(0);
    for (let j = 0; j < d; j++) {
      const weight = Math.exp(-2 * x[j]!);
      const square = squares[j]!;
      for (let p = 0; p < count; p++) distance[p]! += weight * square[p]!;
    }
    for (let a = 0, p = 0; a < n; a++) {
      for (let b = 0; b < a; b++, p++) {
        k[a * n + b] = scale * matern(distance[p]!);
        slope[p] = scale * maternSlope(distance[p]!);
      }
      k[a * n + a] = scale + noise;
    }
    const l = cholesky(k, n);
    if (l === null) return Number.POSITIVE_INFINITY;
    const alpha = solveUpper(l, n, solveLower(l, n, values.slice()));
    const inverse = inverseOf(l, n);
    let value = 0;
    let trace = 0;
    for (let i = 0; i < n; i++) {
      value += 0.5 * values[i]! * alpha[i]! + Math.log(l[i * n + i]!);
      trace += inverse[i * n + i]! - alpha[i]! * alpha[i]!;
    }
    // By K: (K^-1 - alpha alpha^T) / 2. Off the diagonal every pair is there twice.
    let byScale = 0.5 * trace * scale;
    for (let a = 0, p = 0; a < n; a++) {
      for (let b = 0; b < a; b++, p++) {
        const byK = inverse[a * n + b]! - alpha[a]! * alpha[b]!;
        byScale += byK * k[a * n + b]!;
        slope[p]! *= byK;
      }
    }
    for (let j = 0; j < d; j++) {
      const square = squares[j]!;
      let sum = 0;
      for (let p = 0; p < count; p++) sum += slope[p]! * square[p]!;
      gradient[j] = -2 * Math.exp(-2 * x[j]!) * sum;
    }
    gradient[d] = byScale;
    gradient[d + 1] = 0.5 * trace * noise;
    const addPrior = (i: number, mean: number, deviation: number) => {
      const z = (x[i]! - mean) / deviation;
      value += 0.5 * z * z;
      gradient[i]! += z / deviation;
    };
    for (let j = 0; j < d; j++) addPrior(j, priors.length.mean, priors.length.deviation);
    addPrior(d, priors.scale.mean, priors.scale.deviation);
    addPrior(d + 1, priors.noise.mean, priors.noise.deviation);
    return value;
  };
}

/** Where a search for hyperparameters starts, and ends. */
export interface Fit {
  readonly vector: Float64Array;
  /** Minus the logarithm of the posterior. */
  readonly value: number;
}

/** The most probable hyperparameters that local searches find, from long lengths and from short ones, or from a given vector. */
export function fitHyperparameters(
  points: Points,
  values: Float64Array,
  isChoice: readonly boolean[],
  { from, maxIterations = 40 }: { from?: Float64Array; maxIterations?: number } = {},
): Fit {
  const f = negativeLogPosterior(points, values, isChoice);
  const all = (length: number, scale: number, noise: number) =>
    Float64Array.from([...isChoice.map(() => length), scale, noise]);
  const low = all(limits.length[0], limits.scale[0], limits.noise[0]);
  const high = all(limits.length[1], limits.scale[1], limits.noise[1]);
  const middle = priors.length.mean;
  const starts = from ? [from] : [all(middle, 0, priors.noise.mean), all(middle - 1, 0, Math.log(1e-2))];
  const found = starts.map((start) => minimizeInBox(f, start, low, high, { maxIterations, tolerance: 1e-3 }));
  const { x, value } = found.reduce((a, b) => (b.value < a.value ? b : a));
  return { vector: x, value };
}

/** A vector of `fitHyperparameters` by its parts. */
export function hyperparametersOf(vector: Float64Array): Hyperparameters {
  const d = vector.length - 2;
  return { logLengths: vector.slice(0, d), logScale: vector[d]!, logNoise: vector[d + 1]! };
}
