// What one trial may know of its study.
import type { Direction, TrialRecord } from "./trial-record.js";

/**
 * The study as samplers and pruners see it for one trial.
 *
 * In a study with a window w, trial n sees the results of trials up to n - w and of no later one, and of the w - 1 trials before it
 * only what was planned for them: what it is given depends on the seed alone, not on how many run at a time.
 */
export interface StudyView {
  readonly directions: readonly Direction[];
  readonly seed: number;
  /** By number; ended trials, and running ones (with the parameters known of them). Not the trial that asks. */
  readonly trials: readonly TrialRecord[];
}
