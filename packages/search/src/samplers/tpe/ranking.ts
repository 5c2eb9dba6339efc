// The order of trials from the best to the worst, as TPE sees it.
import { dominates } from "../../analysis/pareto.js";
import type { Direction, TrialRecord } from "../../core/trial-record.js";

const byNumber = (a: TrialRecord, b: TrialRecord) => a.number - b.number;

/** The values with the sign that makes small ones good. */
function losses(trial: TrialRecord, directions: readonly Direction[]): readonly number[] {
  return directions.map((direction, i) => (direction === "maximize" ? -trial.values![i]! : trial.values![i]!));
}

/** As `a - b`, but with NaN last and infinities equal to themselves. */
function ascending(a: number, b: number): number {
  if (a === b) return 0;
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return a < b ? -1 : 1;
}

/** Pruned trials: the further one came, the better it is held to be; then by its last value there. */
function rankPruned(trials: readonly TrialRecord[], direction: Direction): TrialRecord[] {
  const sign = direction === "maximize" ? -1 : 1;
  const keyed = trials.map((trial) => {
    const [step, value] = [...trial.intermediate].at(-1) ?? [Number.NEGATIVE_INFINITY, Number.NaN];
    return { trial, step, loss: sign * value };
  });
  keyed.sort((a, b) => ascending(b.step, a.step) || ascending(a.loss, b.loss) || byNumber(a.trial, b.trial));
  return keyed.map(({ trial }) => trial);
}

/** How lonely each point of a front is: the ends of every objective first (Deb et al., NSGA-II, 2002). */
function crowding(points: readonly (readonly number[])[]): number[] {
  const distance = points.map(() => 0);
  for (let m = 0; m < (points[0]?.length ?? 0); m++) {
    const order = points.map((_, i) => i).sort((a, b) => ascending(points[a]![m]!, points[b]![m]!));
    const range = points[order.at(-1)!]![m]! - points[order[0]!]![m]!;
    for (const [rank, i] of order.entries()) {
      const isEnd = rank === 0 || rank === order.length - 1;
      const gap = isEnd
        ? Number.POSITIVE_INFINITY
        : (points[order[rank + 1]!]![m]! - points[order[rank - 1]!]![m]!) / range;
      // Of a front that is a point or has infinite values, no gap can be told.
      distance[i]! += Number.isNaN(gap) ? 0 : gap;
    }
  }
  return distance;
}

/** Front after front, until `wanted` trials are in order; within a front, the lonelier first. The others follow as they come. */
function rankFronts(trials: readonly TrialRecord[], directions: readonly Direction[], wanted: number): TrialRecord[] {
  const minimize = directions.map(() => "minimize" as const);
  let left = trials.map((trial) => ({ trial, point: losses(trial, directions) }));
  const ordered: TrialRecord[] = [];
  while (left.length > 0 && ordered.length < wanted) {
    const front = left.filter((a) => !left.some((b) => dominates(b.point, a.point, minimize)));
    const lonely = crowding(front.map(({ point }) => point));
    const order = front.map((_, i) => i).sort((a, b) => ascending(lonely[b]!, lonely[a]!) || a - b);
    for (const i of order) ordered.push(front[i]!.trial);
    const taken = new Set(front);
    left = left.filter((it) => !taken.has(it));
  }
  return [...ordered, ...left.map(({ trial }) => trial)];
}

/**
 * Trials that ended with something to learn from, the best first: complete ones by value, then pruned ones by how far they came.
 *
 * With several objectives: by non-domination, then by crowding, at least for the first `wanted`.
 * Source: Ozaki et al., Multiobjective tree-structured Parzen estimator, JAIR 2022 (there with hypervolume instead of crowding).
 */
export function rankTrials(
  trials: readonly TrialRecord[],
  directions: readonly Direction[],
  wanted: number,
): TrialRecord[] {
  const complete = trials.filter(({ state, values }) => state === "complete" && values !== null);
  if (directions.length > 1) return rankFronts(complete, directions, wanted);
  const direction = directions[0]!;
  const keyed = complete.map((trial) => ({ trial, loss: losses(trial, directions)[0]! }));
  keyed.sort((a, b) => ascending(a.loss, b.loss) || byNumber(a.trial, b.trial));
  const pruned = trials.filter(({ state }) => state === "pruned");
  return [...keyed.map(({ trial }) => trial), ...rankPruned(pruned, direction)];
}
