// The error of everything that does not fit in this family.
import { type Localized, ValueError } from "../errors/index.js";

/** What else an error carries. */
interface Facts {
  readonly expected?: unknown;
  readonly received?: unknown;
  readonly hint?: Localized;
}

/** A ValueError from its parts. */
export function problem(code: string, path: string, en: string, zh: string, facts: Facts = {}): ValueError {
  return new ValueError(code, { path, rule: { en, zh }, ...facts });
}

/** @throws ValueError unless a number of parts, repeats and the like is an integer of at least `least` */
export function checkCount(path: string, name: string, value: number, least: number): void {
  if (Number.isInteger(value) && value >= least) return;
  throw problem(
    "count",
    path,
    `${name} must be an integer of at least ${least}, got ${value}`,
    `${name} 必须是不小于 ${least} 的整数，得到的是 ${value}`,
    { expected: least, received: value },
  );
}
