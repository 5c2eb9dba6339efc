// What charts need to know of a study: its trials as data, and what its values are called.
import type { Direction, TrialRecord } from "@torchlet/search";
import { type Localized, localize } from "torchlet";

/** A study as charts see it: whole or still running, from memory or from a journal. */
export interface StudyRecords {
  readonly trials: readonly TrialRecord[];
  readonly directions: readonly Direction[];
  /** What the objectives' values are called, such as `{ en: "validation accuracy", zh: "验证精度" }`. */
  readonly objectives?: readonly Localized[];
  /** The share of each parameter in how the values differ, by name. */
  readonly importance?: Readonly<Record<string, number>>;
}

/** The name of an objective, in the language in use. */
export function objectiveName({ objectives, directions }: StudyRecords, index = 0): string {
  const given = objectives?.[index];
  if (given !== undefined) return localize(given);
  const number = directions.length > 1 ? ` ${index + 1}` : "";
  return localize({ en: `value${number}`, zh: `目标值${number}` });
}

/** Trials that ended with a value, and that value of theirs. NaN and infinity are none. */
export function withValue(
  study: StudyRecords,
  objective = 0,
): { readonly trial: TrialRecord; readonly value: number }[] {
  return study.trials.flatMap((trial) => {
    const value = trial.state === "complete" ? trial.values?.[objective] : undefined;
    return value !== undefined && Number.isFinite(value) ? [{ trial, value }] : [];
  });
}

/** The last value that a pruned trial reported: what is known of it. */
export function lastReported(trial: TrialRecord): number | undefined {
  const value = [...trial.intermediate.values()].at(-1);
  return value !== undefined && Number.isFinite(value) ? value : undefined;
}

/** Whether `a` is better than `b`. */
export function isBetter(a: number, b: number, direction: Direction): boolean {
  return direction === "minimize" ? a < b : a > b;
}

/** The best trial of a study with one objective. */
export function bestOf(study: StudyRecords): { readonly trial: TrialRecord; readonly value: number } | undefined {
  const direction = study.directions[0] ?? "minimize";
  let best: { readonly trial: TrialRecord; readonly value: number } | undefined;
  for (const one of withValue(study)) {
    if (best === undefined || isBetter(one.value, best.value, direction)) best = one;
  }
  return best;
}

/** Names of parameters, in the order in which trials have them. */
export function parameterNames({ trials }: StudyRecords): string[] {
  return [...new Set(trials.flatMap(({ params }) => Object.keys(params)))];
}

/** `trial 12: 0.8731` and its parameters, a line each: what a point says when it is pointed at. */
export function trialTitle(trial: TrialRecord, value: number | undefined, format: (value: number) => string): string {
  const head = localize({ en: `trial ${trial.number}`, zh: `试验 ${trial.number}` });
  const params = Object.entries(trial.params).map(
    ([name, param]) => `${name} = ${typeof param === "number" ? format(param) : String(param)}`,
  );
  return [value === undefined ? head : `${head}: ${format(value)}`, ...params].join("\n");
}
