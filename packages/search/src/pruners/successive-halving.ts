// Asynchronous successive halving: at each rung, the best share of the trials that came so far goes on.
import type { Pruner } from "../core/pruner.js";
import type { StudyView } from "../core/study-view.js";
import type { TrialRecord } from "../core/trial-record.js";
import { checkCount } from "../study/messages.js";

/** Options of `SuccessiveHalvingPruner`. */
export interface SuccessiveHalvingOptions {
  /** The step of the first rung (r): what every trial gets. Default: 1. */
  readonly minResource?: number;
  /** One in so many trials goes on at each rung (eta). Default: 4. */
  readonly reductionFactor?: number;
  /** The first rung is at `minResource * reductionFactor ** minEarlyStoppingRate` (s). Default: 0. */
  readonly minEarlyStoppingRate?: number;
  /** At each rung, so many trials end before any goes on. Default: 0. */
  readonly bootstrapCount?: number;
}

/** What a trial had at a rung: its first report at that step or later; undefined where it did not come so far. */
function valueAtRung(trial: TrialRecord, rung: number): number | undefined {
  for (const [step, value] of trial.intermediate) {
    // A trial ends at a rung with NaN: it does not compete there.
    if (step >= rung) return Number.isNaN(value) ? undefined : value;
  }
  return undefined;
}

/**
 * ASHA. Rungs are at the steps `minResource * reductionFactor ** (minEarlyStoppingRate + k)`, k = 0, 1, ... A trial that reaches a rung goes on if
 * its value is among the best `floor(n / reductionFactor)` of the n trials that have reached it so far, itself included;
 * while that is 0 of them, if it is the best. So no trial waits for another.
 *
 * Unlike in the paper a trial that was ended is not taken up again later.
 *
 * @throws ValueError for counts that are none
 *
 * @example
 * // An epoch for all, 3 for a third, 9 for a ninth, ...
 * const pruner = new pruners.SuccessiveHalvingPruner({ minResource: 1, reductionFactor: 3 });
 *
 * Source: Li et al., A system for massively parallel hyperparameter tuning, MLSys 2020.
 */
export class SuccessiveHalvingPruner implements Pruner {
  readonly name = "asha";
  readonly minResource: number;
  readonly reductionFactor: number;
  readonly minEarlyStoppingRate: number;
  readonly bootstrapCount: number;

  constructor(options: SuccessiveHalvingOptions = {}) {
    const { minResource = 1, reductionFactor = 4, minEarlyStoppingRate = 0, bootstrapCount = 0 } = options;
    checkCount("SuccessiveHalvingPruner", "minResource", minResource, 1);
    checkCount("SuccessiveHalvingPruner", "reductionFactor", reductionFactor, 2);
    checkCount("SuccessiveHalvingPruner", "minEarlyStoppingRate", minEarlyStoppingRate, 0);
    checkCount("SuccessiveHalvingPruner", "bootstrapCount", bootstrapCount, 0);
    this.minResource = minResource;
    this.reductionFactor = reductionFactor;
    this.minEarlyStoppingRate = minEarlyStoppingRate;
    this.bootstrapCount = bootstrapCount;
  }

  shouldPrune(study: StudyView, trial: TrialRecord): boolean {
    let before = Number.NEGATIVE_INFINITY;
    let last = Number.NEGATIVE_INFINITY;
    for (const step of trial.intermediate.keys()) {
      before = last;
      last = step;
    }
    const { minResource, reductionFactor, minEarlyStoppingRate } = this;
    for (let k = 0; ; k++) {
      const rung = minResource * reductionFactor ** (minEarlyStoppingRate + k);
      if (rung > last) return false;
      // Rungs that earlier reports came to are behind this trial.
      if (rung > before && !this.#goesOn(study, trial, rung, trial.intermediate.get(last)!)) return true;
    }
  }

  #goesOn(study: StudyView, trial: TrialRecord, rung: number, value: number): boolean {
    if (Number.isNaN(value)) return false;
    const sign = study.directions[0] === "maximize" ? -1 : 1;
    const values = [sign * value];
    for (const other of study.trials) {
      if (other.number === trial.number) continue;
      const theirs = valueAtRung(other, rung);
      if (theirs !== undefined) values.push(sign * theirs);
    }
    if (values.length <= this.bootstrapCount) return false;
    const promoted = Math.max(1, Math.floor(values.length / this.reductionFactor));
    const threshold = Float64Array.from(values).sort()[promoted - 1]!;
    return sign * value <= threshold;
  }
}
