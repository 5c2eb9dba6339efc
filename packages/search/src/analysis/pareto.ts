// Several objectives: which trials no other one beats.
import type { Direction, TrialRecord } from "../core/trial-record.js";

/**
 * Whether `a` dominates `b`: no worse in any objective and better in one.
 *
 * @param a values, one for each direction, without NaN
 */
export function dominates(a: readonly number[], b: readonly number[], directions: readonly Direction[]): boolean {
  let better = false;
  for (const [i, direction] of directions.entries()) {
    const difference = direction === "minimize" ? a[i]! - b[i]! : b[i]! - a[i]!;
    if (difference > 0) return false;
    // Infinities of one sign differ by NaN: they are equal.
    if (difference < 0) better = true;
  }
  return better;
}

/** Completed trials with a value for each direction, none of them NaN. */
export function completeTrials(trials: readonly TrialRecord[]): readonly TrialRecord[] {
  return trials.filter(({ state, values }) => state === "complete" && values !== null && !values.some(Number.isNaN));
}

/**
 * The completed trials that no other one dominates, by number. Trials with equal values are all in it.
 *
 * O(n log n) for one and two objectives, else O(n * front).
 */
export function paretoFront(trials: readonly TrialRecord[], directions: readonly Direction[]): readonly TrialRecord[] {
  const signs = directions.map((direction) => (direction === "minimize" ? 1 : -1));
  const points = completeTrials(trials).map((trial) => ({
    trial,
    values: trial.values!.map((value, i) => value * signs[i]!),
  }));
  // After this order, a point can only be dominated by one before it.
  points.sort((a, b) => {
    const i = a.values.findIndex((value, k) => value !== b.values[k]);
    return i === -1 ? a.trial.number - b.trial.number : a.values[i]! < b.values[i]! ? -1 : 1;
  });
  const all = directions.map(() => "minimize" as const);
  const front: typeof points = [];
  for (const point of points) {
    const last = front.at(-1);
    const beaten =
      directions.length <= 2
        ? // With two objectives the last of the front has the smallest second value so far.
          last !== undefined && dominates(last.values, point.values, all)
        : front.some((other) => dominates(other.values, point.values, all));
    if (!beaten) front.push(point);
  }
  return front.map(({ trial }) => trial).sort((a, b) => a.number - b.number);
}

/**
 * The best completed trial of one objective: the earliest of equals.
 *
 * @returns null where none has completed
 */
export function bestOf(trials: readonly TrialRecord[], direction: Direction): TrialRecord | null {
  const sign = direction === "minimize" ? 1 : -1;
  let best: TrialRecord | null = null;
  let least = Number.NaN;
  for (const trial of trials) {
    if (trial.state !== "complete" || trial.values === null) continue;
    const value = sign * trial.values[0]!;
    // NaN is no value; the first one is the best so far, infinite or not.
    if (!(value < least) && (best !== null || Number.isNaN(value))) continue;
    best = trial;
    least = value;
  }
  return best;
}
