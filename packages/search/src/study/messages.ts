// How the study speaks: refusals, and warnings that stop nothing.
import { type Localized, localize, ValueError } from "torchlet";

/** Something that the user should know although the study goes on. */
export interface StudyWarning {
  /** A stable identifier, such as `"enqueued-value"`. */
  readonly code: string;
  readonly message: string;
  readonly text: Localized;
}

/** Takes warnings; the default writes them to the console. */
export type WarningListener = (warning: StudyWarning) => void;

export function createWarning(code: string, text: Localized): StudyWarning {
  return { code, text, message: localize(text) };
}

export const warnOnConsole: WarningListener = (warning) => console.warn(`torchlet: ${warning.message}`);

/** @throws ValueError always */
export function refuse(
  code: string,
  path: string,
  en: string,
  zh: string,
  details: { expected?: unknown; received?: unknown; hint?: Localized } = {},
): never {
  throw new ValueError(code, { path, rule: { en, zh }, ...details });
}

/** @throws ValueError unless the value is an integer of at least `least` */
export function checkCount(path: string, name: string, value: unknown, least: number): void {
  if (!Number.isSafeInteger(value) || (value as number) < least) {
    refuse(
      "count",
      path,
      `${name} must be an integer of at least ${least}, got ${String(value)}`,
      `${name} 必须是不小于 ${least} 的整数，得到 ${String(value)}`,
      { expected: `>= ${least}`, received: value },
    );
  }
}
