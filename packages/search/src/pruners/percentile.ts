// Pruning against what completed trials had at the same step.
import type { Pruner } from "../core/pruner.js";
import type { StudyView } from "../core/study-view.js";
import type { TrialRecord } from "../core/trial-record.js";
import { checkCount, refuse } from "../study/messages.js";
import { isFirstOfInterval, lastStepOf } from "./steps.js";

/** Options of `PercentilePruner` and `MedianPruner`. */
export interface PercentileOptions {
  /** So many trials must have completed before any is pruned. Default: 5. */
  readonly nStartupTrials?: number;
  /** No trial is pruned before this step. Default: 0. */
  readonly nWarmupSteps?: number;
  /** Only the first report in each interval of so many steps is judged. Default: 1. */
  readonly intervalSteps?: number;
  /** So many completed trials must have reported the step. Default: 1. */
  readonly nMinTrials?: number;
}

/** The percentile of values without NaN, interpolated between neighbours; NaN where there are none. */
function percentileOf(values: readonly number[], percentile: number): number {
  const sorted = Float64Array.from(values.filter((value) => !Number.isNaN(value))).sort();
  if (sorted.length === 0) return Number.NaN;
  const place = (percentile / 100) * (sorted.length - 1);
  const below = sorted[Math.floor(place)]!;
  const above = sorted[Math.ceil(place)]!;
  return below === above ? below : below + (place - Math.floor(place)) * (above - below);
}

/**
 * Keeps the best `percentile` percent: prunes a trial whose best value so far is worse than that percentile of the values that completed trials
 * reported at the same step.
 *
 * A trial that has reported nothing but NaN is pruned.
 *
 * @throws ValueError for a percentile outside of [0, 100], and for counts that are none
 *
 * @example
 * const pruner = new pruners.PercentilePruner(25, { nStartupTrials: 5, nWarmupSteps: 3 });
 */
export class PercentilePruner implements Pruner {
  readonly name: string = "percentile";
  readonly #percentile: number;
  readonly #options: Required<PercentileOptions>;

  constructor(percentile: number, options: PercentileOptions = {}) {
    const { nStartupTrials = 5, nWarmupSteps = 0, intervalSteps = 1, nMinTrials = 1 } = options;
    const path = new.target.name;
    if (!(percentile >= 0 && percentile <= 100)) {
      const en = `the percentile must be between 0 and 100, got ${percentile}`;
      refuse("percentile", path, en, `百分位必须在 0 与 100 之间，得到 ${percentile}`, { received: percentile });
    }
    checkCount(path, "nStartupTrials", nStartupTrials, 0);
    checkCount(path, "nWarmupSteps", nWarmupSteps, 0);
    checkCount(path, "intervalSteps", intervalSteps, 1);
    checkCount(path, "nMinTrials", nMinTrials, 1);
    this.#percentile = percentile;
    this.#options = { nStartupTrials, nWarmupSteps, intervalSteps, nMinTrials };
  }

  shouldPrune(study: StudyView, trial: TrialRecord): boolean {
    const { nStartupTrials, nWarmupSteps, intervalSteps, nMinTrials } = this.#options;
    const step = lastStepOf(trial);
    if (step === null || step < nWarmupSteps || !isFirstOfInterval(trial, step, nWarmupSteps, intervalSteps))
      return false;
    let completed = 0;
    const others: number[] = [];
    for (const { state, intermediate } of study.trials) {
      if (state !== "complete") continue;
      completed++;
      const value = intermediate.get(step);
      if (value !== undefined) others.push(value);
    }
    if (completed === 0 || completed < nStartupTrials) return false;
    const maximize = study.directions[0] === "maximize";
    const own = [...trial.intermediate.values()].filter((value) => !Number.isNaN(value));
    if (own.length === 0) return true;
    const best = maximize ? Math.max(...own) : Math.min(...own);
    if (others.length < nMinTrials) return false;
    const threshold = percentileOf(others, maximize ? 100 - this.#percentile : this.#percentile);
    // Nothing is worse than NaN, by the rule of comparisons.
    return maximize ? best < threshold : best > threshold;
  }
}

/**
 * Prunes a trial whose best value so far is worse than the median of what completed trials reported at the same step.
 *
 * Source: Golovin et al., Google Vizier, KDD 2017 (the median stopping rule; there with running averages).
 */
export class MedianPruner extends PercentilePruner {
  override readonly name = "median";

  constructor(options: PercentileOptions = {}) {
    super(50, options);
  }
}
