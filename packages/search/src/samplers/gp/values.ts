// What a Gaussian process is fitted to: one loss a trial, made as normal as can be.
import type { Random } from "../../core/random.js";
import type { Direction, TrialRecord } from "../../core/trial-record.js";

/** Shifts of the logarithm that are tried, in units of the distance from the best value to the median. */
const SHIFTS = [1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1, 3, 10];

const smallest = (values: readonly number[]) => values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
const largest = (values: readonly number[]) => values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

function variance(values: readonly number[]): number {
  const center = mean(values);
  return values.reduce((sum, value) => sum + (value - center) ** 2, 0) / values.length;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Infinities become the largest and the smallest finite value. */
function clipInfinite(values: readonly number[]): number[] {
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0) return values.map(() => 0);
  const [low, high] = [smallest(finite), largest(finite)];
  return values.map((value) => Math.min(Math.max(value, low), high));
}

function standardize(values: readonly number[]): Float64Array {
  const center = mean(values);
  const spread = variance(values);
  const scale = spread > 0 ? 1 / Math.sqrt(spread) : 0;
  return Float64Array.from(values, (value) => (value - center) * scale);
}

/**
 * Losses with mean 0 and variance 1, through `log(1 + (y - best) / shift)` where that makes them more like a normal distribution: the shift is
 * the likeliest of some, infinite (no logarithm) among them. So a few huge losses do not squeeze all others together.
 *
 * Source: the likelihood of a transform as in Box and Cox, An analysis of transformations, 1964.
 */
export function normalizeLosses(losses: readonly number[]): Float64Array {
  const clipped = clipInfinite(losses);
  const n = clipped.length;
  const best = smallest(clipped);
  // Halves, so that the range of huge values does not overflow.
  const range = largest(clipped) / 2 - best / 2;
  const scale = median(clipped) / 2 - best / 2 || range;
  if (!(scale > 0)) return new Float64Array(n);
  const t = clipped.map((value) => (value / 2 - best / 2) / scale);
  const likelihood = (values: readonly number[], logSlopes: number) =>
    (-n / 2) * Math.log(variance(values) + Number.MIN_VALUE) + logSlopes;
  let chosen = t;
  let most = likelihood(t, 0);
  for (const shift of SHIFTS) {
    const z = t.map((value) => Math.log1p(value / shift));
    const own = likelihood(z, -t.reduce((sum, value) => sum + Math.log(shift + value), 0));
    if (own > most) [chosen, most] = [z, own];
  }
  return standardize(chosen);
}

/**
 * One loss for each completed trial; for several objectives, a sum and maximum with weights drawn anew for every trial.
 *
 * Source: Knowles, ParEGO, IEEE Transactions on Evolutionary Computation 2006.
 */
export function lossesOf(
  complete: readonly TrialRecord[],
  directions: readonly Direction[],
  random: Random,
): readonly number[] {
  const objectives = directions.map((direction, m) =>
    clipInfinite(complete.map(({ values }) => (direction === "maximize" ? -values![m]! : values![m]!))),
  );
  if (objectives.length === 1) return objectives[0]!;
  // Uniform over all weights that sum to 1.
  const draws = directions.map(() => -Math.log(1 - random.uniform()));
  const total = draws.reduce((a, b) => a + b, 0);
  const weighted = objectives.map((values, m) => {
    const low = smallest(values);
    const range = largest(values) - low || 1;
    return values.map((value) => (draws[m]! / total) * ((value - low) / range));
  });
  return complete.map((_, i) => {
    const parts = weighted.map((values) => values[i]!);
    return largest(parts) + 0.05 * parts.reduce((a, b) => a + b, 0);
  });
}

/** The losses with those of pruned trials after them: their last report, but no better than the median of the complete ones. */
export function withPruned(
  losses: readonly number[],
  pruned: readonly TrialRecord[],
  direction: Direction,
): readonly number[] {
  const least = median(losses);
  const sign = direction === "maximize" ? -1 : 1;
  return [
    ...losses,
    ...pruned.map(({ intermediate }) => {
      const last = sign * ([...intermediate.values()].at(-1) ?? Number.NaN);
      return Number.isNaN(last) ? least : Math.max(last, least);
    }),
  ];
}
