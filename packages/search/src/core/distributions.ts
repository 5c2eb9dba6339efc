// What a parameter may be: an interval of numbers, of integers, or a list of choices.
import { ValueError } from "torchlet";

/** A value that a parameter can have. */
export type ParameterValue = number | string | boolean | null;

/** Numbers between `low` and `high`, both included; in steps, or uniform in the logarithm. */
export interface FloatDistribution {
  readonly kind: "float";
  readonly low: number;
  readonly high: number;
  readonly log: boolean;
  readonly step: number | null;
}

/** Integers between `low` and `high`, both included. */
export interface IntDistribution {
  readonly kind: "int";
  readonly low: number;
  readonly high: number;
  readonly log: boolean;
  readonly step: number;
}

/** One of some values that have no order. */
export interface CategoricalDistribution {
  readonly kind: "categorical";
  readonly choices: readonly ParameterValue[];
}

export type Distribution = FloatDistribution | IntDistribution | CategoricalDistribution;

/** Parameters that are drawn together, by name. */
export type SearchSpace = Readonly<Record<string, Distribution>>;

/** Options of `suggestFloat`. */
export interface FloatOptions {
  /** Uniform in the logarithm: for learning rates, penalties and the like. Default: false. */
  readonly log?: boolean;
  /** Only `low`, `low + step`, ... Default: null, any number. */
  readonly step?: number | null;
}

/** Options of `suggestInt`. */
export interface IntOptions {
  readonly log?: boolean;
  /** Default: 1. */
  readonly step?: number;
}

function refuse(code: string, path: string, en: string, zh: string, received: unknown): never {
  throw new ValueError(code, { path, rule: { en, zh }, received });
}

function checkRange(path: string, low: number, high: number, log: boolean): void {
  if (!Number.isFinite(low) || !Number.isFinite(high)) {
    refuse(
      "range",
      path,
      `low and high must be finite, got ${low} and ${high}`,
      `low 与 high 必须有限，得到 ${low} 与 ${high}`,
      [low, high],
    );
  }
  if (low > high)
    refuse(
      "range",
      path,
      `low must not exceed high, got ${low} and ${high}`,
      `low 不能大于 high，得到 ${low} 与 ${high}`,
      [low, high],
    );
  if (log && low <= 0)
    refuse(
      "log-range",
      path,
      `with log, low must be positive, got ${low}`,
      `使用 log 时 low 必须为正，得到 ${low}`,
      low,
    );
}

/** The largest value on the grid `low + k * step` that does not exceed `high`, against rounding of decimals (0.1 * 3). */
function lastOnGrid(low: number, high: number, step: number): number {
  return low + Math.floor((high - low) / step + 1e-9) * step;
}

/** @throws ValueError for limits that are no range, or for `step` together with `log` */
export function floatDistribution(
  low: number,
  high: number,
  options: FloatOptions = {},
  path = "suggestFloat",
): FloatDistribution {
  const { log = false, step = null } = options;
  checkRange(path, low, high, log);
  if (step !== null && log)
    refuse("log-step", path, "step and log exclude each other", "step 与 log 不能同时使用", { step, log });
  if (step !== null && !(step > 0))
    refuse("step", path, `step must be positive, got ${step}`, `step 必须为正，得到 ${step}`, step);
  return { kind: "float", low, high: step === null ? high : lastOnGrid(low, high, step), log, step };
}

/** @throws ValueError for limits that are no integers or no range, or for a `step` other than 1 together with `log` */
export function intDistribution(
  low: number,
  high: number,
  options: IntOptions = {},
  path = "suggestInt",
): IntDistribution {
  const { log = false, step = 1 } = options;
  if (!Number.isSafeInteger(low) || !Number.isSafeInteger(high)) {
    refuse(
      "range",
      path,
      `low and high must be integers, got ${low} and ${high}`,
      `low 与 high 必须是整数，得到 ${low} 与 ${high}`,
      [low, high],
    );
  }
  checkRange(path, low, high, log);
  if (!Number.isSafeInteger(step) || step < 1)
    refuse("step", path, `step must be a positive integer, got ${step}`, `step 必须是正整数，得到 ${step}`, step);
  if (log && step !== 1)
    refuse("log-step", path, "step and log exclude each other", "step 与 log 不能同时使用", { step, log });
  return { kind: "int", low, high: lastOnGrid(low, high, step), log, step };
}

/** @throws ValueError for an empty list, or a choice that is no number, string, boolean or null */
export function categoricalDistribution(
  choices: readonly ParameterValue[],
  path = "suggestCategorical",
): CategoricalDistribution {
  if (choices.length === 0) refuse("choices", path, "choices must not be empty", "choices 不能为空", choices);
  for (const choice of choices) {
    const plain = choice === null || ["string", "boolean"].includes(typeof choice) || Number.isFinite(choice);
    if (!plain)
      refuse(
        "choices",
        path,
        `a choice must be a string, a finite number, a boolean or null, got ${String(choice)}`,
        `选项必须是字符串、有限数、布尔值或 null，得到 ${String(choice)}`,
        choice,
      );
  }
  return { kind: "categorical", choices: [...choices] };
}

/** Whether a value is possible under a distribution. */
export function contains(distribution: Distribution, value: ParameterValue): boolean {
  if (distribution.kind === "categorical") return distribution.choices.includes(value);
  if (typeof value !== "number" || !(value >= distribution.low && value <= distribution.high)) return false;
  if (distribution.kind === "int")
    return Number.isInteger(value) && (value - distribution.low) % distribution.step === 0;
  if (distribution.step === null) return true;
  const k = (value - distribution.low) / distribution.step;
  return Math.abs(k - Math.round(k)) < 1e-8;
}

/** Whether nothing is to be chosen. */
export function isSingle(distribution: Distribution): boolean {
  return distribution.kind === "categorical"
    ? distribution.choices.length === 1
    : distribution.low === distribution.high;
}

/** Whether two distributions are the same, so that values drawn from them can be compared. */
export function sameDistribution(a: Distribution, b: Distribution): boolean {
  if (a.kind === "categorical") {
    const { choices } = a;
    return (
      b.kind === "categorical" && choices.length === b.choices.length && choices.every((c, i) => c === b.choices[i])
    );
  }
  return a.kind === b.kind && a.low === b.low && a.high === b.high && a.log === b.log && a.step === b.step;
}
