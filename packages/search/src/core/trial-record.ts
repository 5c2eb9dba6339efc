// A trial as data: what samplers, pruners, charts and journals see.
import type { Distribution, ParameterValue } from "./distributions.js";

/** Whether a value is to become small or large. */
export type Direction = "minimize" | "maximize";

/**
 * Where a trial stands. `waiting`: enqueued by hand, or taken back from a lost worker; `running`: claimed;
 * `complete`, `pruned`, `failed`: ended, for good.
 */
export type TrialState = "waiting" | "running" | "complete" | "pruned" | "failed";

/** JSON that a user keeps with a trial or a study. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** One trial of a study. */
export interface TrialRecord {
  /** 0, 1, 2, ... in the order in which trials were claimed. */
  readonly number: number;
  readonly state: TrialState;
  /** What was suggested so far, in the order in which it was asked for. */
  readonly params: Readonly<Record<string, ParameterValue>>;
  readonly distributions: Readonly<Record<string, Distribution>>;
  /** The objectives' values; null before the end, and for trials that failed or were pruned. */
  readonly values: readonly number[] | null;
  /** What `report(value, step)` said, by step, in the order of steps. */
  readonly intermediate: ReadonlyMap<number, number>;
  readonly userAttributes: Readonly<Record<string, Json>>;
  /** What made it fail. */
  readonly error: string | null;
  /** Milliseconds since 1970; null before the first claim, before the end. */
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  /** Claims so far: above 1, workers were lost. */
  readonly attempts: number;
  readonly worker: string | null;
}

/** Whether a trial has ended. */
export function isFinished(trial: TrialRecord): boolean {
  return trial.state === "complete" || trial.state === "pruned" || trial.state === "failed";
}
