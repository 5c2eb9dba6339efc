// What a Gaussian process is fitted to: one loss a trial, made as normal as can be.
import type { Random } from "../../core/random.js";
import type { Direction, TrialRecord } from "../../core/trial-record.js";

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

/** Losses as a model sees them. */
export interface Standardized {
  /** Mean 0 and variance 1; all 0 where there is no difference. */
  readonly values: Float64Array;
  /** The sum of the logarithms of the derivatives, by losses on a scale that does not depend on the shift: what likelihoods are compared with. */
  readonly logSlopes: number;
}

/**
 * `log(1 + (y - best) / (shift * range))`, standardized: nearly linear for large shifts, and for small ones a few huge losses do not squeeze
 * all others together.
 *
 * @param shift null for no logarithm
 */
export function standardize(losses: readonly number[], shift: number | null): Standardized {
  const clipped = clipInfinite(losses);
  const best = smallest(clipped);
  // Halves, so that differences of huge losses do not overflow.
  const range = largest(clipped) / 2 - best / 2;
  if (!(range > 0)) return { values: new Float64Array(losses.length), logSlopes: 0 };
  const t = clipped.map((value) => (value / 2 - best / 2) / range);
  const z = shift === null ? t : t.map((value) => Math.log1p(value / shift));
  const center = mean(z);
  const scale = 1 / Math.sqrt(variance(z));
  const values = Float64Array.from(z, (value) => (value - center) * scale);
  const bends = shift === null ? 0 : t.reduce((sum, value) => sum - Math.log(shift + value), 0);
  return { values, logSlopes: bends + losses.length * Math.log(scale) };
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
