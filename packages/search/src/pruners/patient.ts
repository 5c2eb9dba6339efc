// Patience around another pruner.
import type { Pruner } from "../core/pruner.js";
import type { StudyView } from "../core/study-view.js";
import type { TrialRecord } from "../core/trial-record.js";
import { checkCount, refuse } from "../study/messages.js";

/** Options of `PatientPruner`. */
export interface PatientOptions {
  /** An improvement by no more than this is none. Default: 0. */
  readonly minDelta?: number;
}

/**
 * Asks another pruner only about trials that have not improved for more than `patience` reports: their best value before is better, by more than
 * `minDelta`, than all of the last `patience + 1`.
 *
 * @param pruner null: prunes all such trials
 * @throws ValueError for a patience that is no count, or a negative `minDelta`
 *
 * @example
 * const pruner = new pruners.PatientPruner(new pruners.MedianPruner(), 3);
 */
export class PatientPruner implements Pruner {
  readonly name = "patient";
  readonly #pruner: Pruner | null;
  readonly #patience: number;
  readonly #minDelta: number;
  /** As the pruner inside has it. */
  readonly viewFor?: (study: StudyView, trial: TrialRecord) => StudyView;

  constructor(pruner: Pruner | null, patience: number, options: PatientOptions = {}) {
    const { minDelta = 0 } = options;
    checkCount("PatientPruner", "patience", patience, 0);
    if (!(minDelta >= 0)) {
      const en = `minDelta must not be negative, got ${minDelta}`;
      refuse("min-delta", "PatientPruner", en, `minDelta 不能为负，得到 ${minDelta}`, { received: minDelta });
    }
    this.#pruner = pruner;
    this.#patience = patience;
    this.#minDelta = minDelta;
    if (pruner?.viewFor !== undefined) this.viewFor = (study, trial) => pruner.viewFor!(study, trial);
  }

  shouldPrune(study: StudyView, trial: TrialRecord): boolean {
    const sign = study.directions[0] === "maximize" ? -1 : 1;
    const values = [...trial.intermediate.values()].map((value) => sign * value);
    const recent = this.#patience + 1;
    if (values.length <= recent) return false;
    const best = (some: readonly number[]) => {
      const numbers = some.filter((value) => !Number.isNaN(value));
      return numbers.length === 0 ? Number.NaN : Math.min(...numbers);
    };
    // NaN on either side: cannot be said to be worse.
    if (!(best(values.slice(0, -recent)) + this.#minDelta < best(values.slice(-recent)))) return false;
    return this.#pruner?.shouldPrune(study, trial) ?? true;
  }
}
