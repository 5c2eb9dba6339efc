// What a pruner is: whoever ends trials that promise nothing.
import type { StudyView } from "./study-view.js";
import type { TrialRecord } from "./trial-record.js";

/** Decides from intermediate values whether a trial is worth its time. Keeps no state between calls. */
export interface Pruner {
  readonly name: string;
  /** True to end the trial; asked after each `report`. */
  shouldPrune(study: StudyView, trial: TrialRecord): boolean;
  /** The part of the study that a sampler should learn from for this trial, where that is not all of it (Hyperband's brackets). */
  viewFor?(study: StudyView, trial: TrialRecord): StudyView;
}
