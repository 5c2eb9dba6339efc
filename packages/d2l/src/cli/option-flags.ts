// An experiment's declared options as flags of the command: names, help, values read and checked.
import { Option } from "commander";
import { type Localized, localize } from "torchlet";
import type { OptionSpec } from "../experiments/experiment.js";
import { missingValue, UsageError } from "./usage-error.js";

/** `batchSize` as `--batch-size`. */
export function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`)}`;
}

/** The flags of an option; one that is on by default is turned off with `--no-...`. */
export function flagsFor(name: string, spec: OptionSpec): Option[] {
  const flag = flagOf(name);
  const help = localize(spec.help);
  switch (spec.type) {
    case "boolean":
      if (!spec.default) return [new Option(flag, help).default(false)];
      return [
        new Option(flag, help).default(true).hideHelp(),
        new Option(flag.replace("--", "--no-"), localize({ en: `without: ${help}`, zh: `关闭：${help}` })),
      ];
    case "choice":
      return [
        new Option(`${flag} <${localize({ en: "name", zh: "名称" })}>`, help)
          .default(spec.default)
          .choices([...spec.choices])
          .argParser((text) => readChoice(flag, text, spec.choices)),
      ];
    case "integer":
    case "number":
      return [
        new Option(`${flag} <${spec.type === "integer" ? "n" : "x"}>`, help)
          .default(spec.default)
          .argParser((text) => readNumber(flag, text, spec)),
      ];
    default:
      return spec satisfies never;
  }
}

function readChoice(flag: string, text: string, choices: readonly string[]): string {
  if (choices.includes(text)) return text;
  throw new UsageError("option-choice", {
    path: flag,
    rule: {
      en: `must be one of ${choices.join(", ")}, got ${JSON.stringify(text)}`,
      zh: `必须是 ${choices.join("、")} 之一，得到的是 ${JSON.stringify(text)}`,
    },
    expected: choices,
    received: text,
  });
}

/** Numbers as people write them: no hexadecimal, no `Infinity`. */
const decimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

function readNumber(flag: string, text: string, spec: Extract<OptionSpec, { min?: number }>): number {
  const value = decimal.test(text) ? Number(text) : Number.NaN;
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = spec;
  const whole = spec.type === "number" || Number.isSafeInteger(value);
  if (Number.isFinite(value) && whole && value >= min && value <= max) return value;
  if (text.startsWith("--")) throw missingValue(flag);
  const allowed = allowedRange(spec);
  throw new UsageError("option-range", {
    path: flag,
    rule: {
      en: `must be ${allowed.en}, got ${JSON.stringify(text)}`,
      zh: `必须是${allowed.zh}，得到的是 ${JSON.stringify(text)}`,
    },
    expected: allowed.en,
    received: text,
  });
}

function allowedRange({ type, min, max }: Extract<OptionSpec, { min?: number }>): Localized {
  const kind = type === "integer" ? { en: "a whole number", zh: "整数" } : { en: "a number", zh: "数" };
  if (min !== undefined && max !== undefined) {
    return { en: `${kind.en} from ${min} to ${max}`, zh: ` ${min} 到 ${max} 之间的${kind.zh}` };
  }
  if (min !== undefined) return { en: `${kind.en} of at least ${min}`, zh: `不小于 ${min} 的${kind.zh}` };
  if (max !== undefined) return { en: `${kind.en} of at most ${max}`, zh: `不大于 ${max} 的${kind.zh}` };
  return kind;
}
