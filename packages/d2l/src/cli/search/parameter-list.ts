// Parameters on the command line: `lr=0.1,width=256`, and lists of values for a grid: `lr=0.01|0.1`.
import type { Distribution, ParameterValue } from "@torchlet/search";
import type { FixedParameters, SearchModel } from "../../search/search-model.js";
import { UsageError, unknownName } from "../usage-error.js";

type Space = SearchModel["space"];

/**
 * Reads `name=value` pairs with commas between.
 *
 * @throws UsageError for an unknown name, a name given twice, a value that is not possible
 */
export function readParameters(flag: string, text: string, model: SearchModel): FixedParameters {
  return Object.fromEntries(
    pairsOf(flag, text, model).map(([name, value]) => [name, readValue(flag, name, value, model.space)]),
  );
}

/** Reads `name=value|value` pairs with commas between. */
export function readGrid(
  flag: string,
  text: string,
  model: SearchModel,
): Readonly<Record<string, readonly ParameterValue[]>> {
  return Object.fromEntries(
    pairsOf(flag, text, model).map(([name, list]) => [
      name,
      [...new Set(list.split("|").map((value) => readValue(flag, name, value, model.space)))],
    ]),
  );
}

function pairsOf(flag: string, text: string, model: SearchModel): readonly (readonly [string, string])[] {
  const names = Object.keys(model.space);
  const seen = new Set<string>();
  return text.split(",").map((pair) => {
    const at = pair.indexOf("=");
    const name = pair.slice(0, Math.max(0, at)).trim();
    if (at < 1) {
      throw new UsageError("parameter-list", {
        path: flag,
        rule: {
          en: `must be name=value pairs with commas between, got ${JSON.stringify(text)}`,
          zh: `必须是以逗号分隔的“名称=值”，得到的是 ${JSON.stringify(text)}`,
        },
        received: text,
        hint: { en: `for example ${flag} 'lr=0.1,width=256'`, zh: `例如 ${flag} 'lr=0.1,width=256'` },
      });
    }
    if (!names.includes(name)) throw unknownName("parameter", name, names, `torchlet search ${model.id} --help`);
    if (seen.has(name)) {
      throw new UsageError("parameter-twice", {
        path: flag,
        rule: { en: `${name} is given twice`, zh: `${name} 给出了两次` },
        received: text,
      });
    }
    seen.add(name);
    return [name, pair.slice(at + 1).trim()];
  });
}

function readValue(flag: string, name: string, text: string, space: Space): ParameterValue {
  const { distribution } = space[name]!;
  const value =
    distribution.kind === "categorical"
      ? distribution.choices.find((choice) => String(choice) === text)
      : text !== "" && Number.isFinite(Number(text)) && isPossible(Number(text), distribution)
        ? Number(text)
        : undefined;
  if (value !== undefined) return value;
  const allowed = rangeText(distribution);
  throw new UsageError("parameter-value", {
    path: flag,
    rule: {
      en: `${name} must be ${allowed.en}, got ${JSON.stringify(text)}`,
      zh: `${name} 必须是${allowed.zh}，得到的是 ${JSON.stringify(text)}`,
    },
    expected: distribution,
    received: text,
  });
}

function isPossible(value: number, distribution: Exclude<Distribution, { kind: "categorical" }>): boolean {
  const within = value >= distribution.low && value <= distribution.high;
  return within && (distribution.kind === "float" || Number.isInteger(value));
}

/** What values a parameter may have, in words. */
export function rangeText(distribution: Distribution): { readonly en: string; readonly zh: string } {
  if (distribution.kind === "categorical") {
    const choices = distribution.choices.map(String);
    return { en: `one of ${choices.join(", ")}`, zh: ` ${choices.join("、")} 之一` };
  }
  const { kind, low, high, log } = distribution;
  const [number, zahl] = kind === "int" ? ["a whole number", "整数"] : ["a number", "数"];
  return {
    en: `${number} from ${low} to ${high}${log ? ", logarithmic" : ""}`,
    zh: ` ${low} 到 ${high} 之间的${zahl}${log ? "（对数）" : ""}`,
  };
}
