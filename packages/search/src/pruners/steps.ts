// Steps of a trial's reports.
import type { TrialRecord } from "../core/trial-record.js";

/** The latest step that a trial has reported. */
export function lastStepOf(trial: TrialRecord): number | null {
  let last: number | null = null;
  for (const step of trial.intermediate.keys()) last = step;
  return last;
}

/** Whether a step is the first that was reported in its interval of steps, counted from `from`. */
export function isFirstOfInterval(trial: TrialRecord, step: number, from: number, interval: number): boolean {
  const begin = from + Math.floor((step - from) / interval) * interval;
  for (const other of trial.intermediate.keys()) {
    if (other >= begin && other < step) return false;
  }
  return true;
}
