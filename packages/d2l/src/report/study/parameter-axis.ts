// A parameter as an axis: where its values lie, linear, logarithmic or one place a choice.
import type { Distribution, ParameterValue } from "@torchlet/search";
import type { NamedTick, Scale } from "../figure.js";
import { labelOf } from "../text/labels.js";
import { formatNumber } from "../text/numbers.js";
import type { StudyRecords } from "./study-records.js";

/** One parameter's axis. */
export interface ParameterAxis {
  readonly name: string;
  readonly label: string;
  readonly scale: Scale;
  readonly limits: readonly [number, number];
  /** Whether only whole numbers have a place. */
  readonly whole: boolean;
  /** Names of choices; `undefined` for numbers. */
  readonly ticks?: readonly NamedTick[];
  /** Where a value lies, in the axis's numbers; NaN for one that has no place. */
  position(value: ParameterValue | undefined): number;
}

/** A value as people read it. */
export function parameterText(value: ParameterValue | undefined): string {
  if (value === undefined) return "";
  return typeof value === "number" ? formatNumber(value) : String(value);
}

/** The axis that holds every value that the trials have of a parameter. */
export function parameterAxis(study: StudyRecords, name: string): ParameterAxis {
  const distributions = study.trials.flatMap(({ distributions }) => distributions[name] ?? []);
  const choices = distributions.flatMap((one) => (one.kind === "categorical" ? one.choices : []));
  return choices.length > 0 ? choiceAxis(name, choices) : numberAxis(name, distributions, study);
}

function choiceAxis(name: string, all: readonly ParameterValue[]): ParameterAxis {
  const choices = [...new Set(all)];
  return {
    name,
    label: labelOf(name),
    scale: "linear",
    whole: true,
    limits: [-0.5, choices.length - 0.5],
    ticks: choices.map((choice, at) => ({ at, label: parameterText(choice) })),
    position: (value) => {
      const at = value === undefined ? -1 : choices.indexOf(value);
      return at < 0 ? Number.NaN : at;
    },
  };
}

function numberAxis(name: string, distributions: readonly Distribution[], study: StudyRecords): ParameterAxis {
  const given = study.trials.flatMap(({ params }) => (typeof params[name] === "number" ? [params[name]] : []));
  // What was enqueued by hand may lie outside of what is suggested.
  const ends = distributions.flatMap((one) => (one.kind === "categorical" ? [] : [one.low, one.high]));
  const all = [...ends, ...given];
  const [low, high] = all.length === 0 ? [0, 1] : [Math.min(...all), Math.max(...all)];
  const log = low > 0 && distributions.some((one) => one.kind !== "categorical" && one.log);
  const [from, to] = log ? [Math.log10(low), Math.log10(high)] : [low, high];
  const margin = to > from ? (to - from) * 0.03 : 0.5;
  const back = (at: number) => (log ? 10 ** at : at);
  return {
    name,
    label: labelOf(name),
    scale: log ? "log" : "linear",
    whole: distributions.length > 0 && distributions.every(({ kind }) => kind === "int"),
    limits: [back(from - margin), back(to + margin)],
    position: (value) => (typeof value === "number" ? value : Number.NaN),
  };
}

/** Where a position lies between an axis's limits: 0 to 1. */
export function shareOf(position: number, { scale, limits }: ParameterAxis): number {
  const at = (value: number) => (scale === "log" ? Math.log10(value) : value);
  return (at(position) - at(limits[0])) / (at(limits[1]) - at(limits[0]));
}
