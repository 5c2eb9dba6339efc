// Hyperband: several halvings side by side, from eager to patient ones, each for its share of the trials.
import type { Pruner } from "../core/pruner.js";
import type { StudyView } from "../core/study-view.js";
import type { TrialRecord } from "../core/trial-record.js";
import { checkCount, refuse } from "../study/messages.js";
import { SuccessiveHalvingPruner } from "./successive-halving.js";

/** Options of `HyperbandPruner`. */
export interface HyperbandOptions {
  /** The least that a trial gets, in steps (r). Default: 1. */
  readonly minResource?: number;
  /** The most that a trial gets: the last step of an unpruned one (R). */
  readonly maxResource: number;
  /** Default: 3. */
  readonly reductionFactor?: number;
}

/** The fractional parts of multiples of this are spread evenly, however many there are. */
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/**
 * Runs `floor(log(maxResource / minResource) / log(reductionFactor)) + 1` brackets. Bracket s is asynchronous successive halving (`SuccessiveHalvingPruner`) whose first
 * rung is at `minResource * reductionFactor ** s`: s = 0 ends trials early, the last bracket never does. A trial's number chooses its bracket, in the
 * proportions of the paper; pruning, and samplers, compare it with trials of its bracket only.
 *
 * @throws ValueError for counts that are none, or for `maxResource` below `minResource`
 *
 * @example
 * const pruner = new pruners.HyperbandPruner({ maxResource: 27 });
 *
 * Source: Li et al., Hyperband: a novel bandit-based approach to hyperparameter optimization, JMLR 2018.
 */
export class HyperbandPruner implements Pruner {
  readonly name = "hyperband";
  readonly brackets: readonly SuccessiveHalvingPruner[];
  /** The share of trials of each bracket, in whole numbers. */
  readonly budgets: readonly number[];
  readonly #total: number;

  constructor(options: HyperbandOptions) {
    const { minResource = 1, maxResource, reductionFactor = 3 } = options;
    checkCount("HyperbandPruner", "minResource", minResource, 1);
    checkCount("HyperbandPruner", "maxResource", maxResource, 1);
    checkCount("HyperbandPruner", "reductionFactor", reductionFactor, 2);
    if (maxResource < minResource) {
      const en = `maxResource must not be smaller than minResource, got ${maxResource} and ${minResource}`;
      const zh = `maxResource 不能小于 minResource，得到 ${maxResource} 与 ${minResource}`;
      refuse("resources", "HyperbandPruner", en, zh, { received: [minResource, maxResource] });
    }
    let count = 1;
    // By multiplication: logarithms of whole powers are not whole.
    while (minResource * reductionFactor ** count <= maxResource) count++;
    this.brackets = Array.from(
      { length: count },
      (_, s) => new SuccessiveHalvingPruner({ minResource, reductionFactor, minEarlyStoppingRate: s }),
    );
    this.budgets = Array.from({ length: count }, (_, s) => {
      const halvings = count - 1 - s;
      return Math.ceil((count * reductionFactor ** halvings) / (halvings + 1));
    });
    this.#total = this.budgets.reduce((sum, budget) => sum + budget, 0);
  }

  /** The bracket of a trial. */
  bracketOf(number: number): number {
    let place = Math.floor((((number + 0.5) * GOLDEN) % 1) * this.#total);
    let bracket = 0;
    while (place >= this.budgets[bracket]!) place -= this.budgets[bracket++]!;
    return bracket;
  }

  shouldPrune(study: StudyView, trial: TrialRecord): boolean {
    return this.brackets[this.bracketOf(trial.number)]!.shouldPrune(this.viewFor(study, trial), trial);
  }

  viewFor(study: StudyView, trial: TrialRecord): StudyView {
    const bracket = this.bracketOf(trial.number);
    const isMate = ({ number }: TrialRecord) => this.bracketOf(number) === bracket;
    const { directions, seed } = study;
    let trials: readonly TrialRecord[] | null = null;
    return {
      directions,
      seed,
      get trials() {
        trials ??= study.trials.filter(isMate);
        return trials;
      },
    };
  }
}
