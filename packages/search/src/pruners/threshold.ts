// Pruning by limits that are known beforehand.
import type { Pruner } from "../core/pruner.js";
import type { StudyView } from "../core/study-view.js";
import type { TrialRecord } from "../core/trial-record.js";
import { checkCount, refuse } from "../study/messages.js";
import { isFirstOfInterval, lastStepOf } from "./steps.js";

/** Options of `ThresholdPruner`: one limit at least. */
export interface ThresholdOptions {
  /** Below it a trial is pruned. Default: -Infinity. */
  readonly lower?: number;
  /** Above it a trial is pruned. Default: Infinity. */
  readonly upper?: number;
  /** No trial is pruned before this step. Default: 0. */
  readonly nWarmupSteps?: number;
  /** Only the first report in each interval of so many steps is judged. Default: 1. */
  readonly intervalSteps?: number;
}

/**
 * Prunes a trial whose latest value is NaN, below `lower` or above `upper`.
 *
 * @throws ValueError where neither limit is given, or `lower` is above `upper`
 *
 * @example
 * const pruner = new pruners.ThresholdPruner({ upper: 1e3 });
 */
export class ThresholdPruner implements Pruner {
  readonly name = "threshold";
  readonly #options: Required<ThresholdOptions>;

  constructor(options: ThresholdOptions) {
    const { lower = Number.NEGATIVE_INFINITY, upper = Number.POSITIVE_INFINITY } = options;
    const { nWarmupSteps = 0, intervalSteps = 1 } = options;
    if ((options.lower === undefined && options.upper === undefined) || !(lower <= upper)) {
      const en = `lower or upper must be given, and lower must not exceed upper, got ${options.lower} and ${options.upper}`;
      const zh = `必须给出 lower 或 upper，且 lower 不能大于 upper，得到 ${options.lower} 与 ${options.upper}`;
      refuse("threshold", "ThresholdPruner", en, zh, { received: options });
    }
    checkCount("ThresholdPruner", "nWarmupSteps", nWarmupSteps, 0);
    checkCount("ThresholdPruner", "intervalSteps", intervalSteps, 1);
    this.#options = { lower, upper, nWarmupSteps, intervalSteps };
  }

  shouldPrune(_study: StudyView, trial: TrialRecord): boolean {
    const { lower, upper, nWarmupSteps, intervalSteps } = this.#options;
    const step = lastStepOf(trial);
    if (step === null || step < nWarmupSteps || !isFirstOfInterval(trial, step, nWarmupSteps, intervalSteps))
      return false;
    const value = trial.intermediate.get(step)!;
    // Written so that NaN is outside.
    return !(value >= lower && value <= upper);
  }
}
