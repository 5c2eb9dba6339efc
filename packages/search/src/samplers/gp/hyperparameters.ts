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

/** Normal in the logarithm; lengths grow with the number of axes as distances do (Hvarfner et al., ICML 2024). */
export const priors = {
  length: { mean: -0.5, deviation: 1 },
  scale: { mean: 0, deviation: 1 },
  noise: { mean: Math.log(1e-4), deviation: 2 },
};

const limits = {
  length: [Math.log(0.02), Math.log(50)],
  scale: [Math.log(0.02), Math.log(50)],
  noise: [Math.log(1e-7), 0],
} as const;

const lengthMean = (dimensions: number) => priors.length.mean + 0.5 * Math.log(dimensions);

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
    for (let j = 0; j < d; j++) addPrior(j, lengthMean(d), priors.length.deviation);
    addPrior(d, priors.scale.mean, priors.scale.deviation);
    addPrior(d + 1, priors.noise.mean, priors.noise.deviation);
    return value;
  };
}

/** Above this, points say so much that one start finds what there is, and each step costs n^3. */
const MANY = 100;

/** The most probable hyperparameters: the best of local searches from long and from short lengths. */
export function fitHyperparameters(
  points: Points,
  values: Float64Array,
  isChoice: readonly boolean[],
): Hyperparameters {
  const d = isChoice.length;
  const f = negativeLogPosterior(points, values, isChoice);
  const vector = (length: number, scale: number, noise: number) => [...isChoice.map(() => length), scale, noise];
  const low = vector(limits.length[0], limits.scale[0], limits.noise[0]);
  const high = vector(limits.length[1], limits.scale[1], limits.noise[1]);
  const middle = lengthMean(d);
  const starts = [vector(middle, 0, priors.noise.mean), vector(middle - 1, 0, Math.log(1e-2))];
  const many = points.length > MANY;
  const found = (many ? starts.slice(0, 1) : starts).map((start) =>
    minimizeInBox(f, start, low, high, { maxIterations: many ? 20 : 40, tolerance: 1e-3 }),
  );
  const { x } = found.reduce((a, b) => (b.value < a.value ? b : a));
  return { logLengths: x.slice(0, d), logScale: x[d]!, logNoise: x[d + 1]! };
}
