// What an experiment is: a name, declared options and claims, and a function that talks to a Report. Neither Node nor DOM in here.
import type { Localized } from "torchlet";
import type { HousePriceFiles } from "../datasets/house-prices.js";
import type { ImageDataset } from "../datasets/image-dataset.js";
import type { Report } from "../report/report.js";
import type { Labels } from "../report/text/labels.js";
import type { Wording } from "../report/text/wording.js";
import type { HeadingId } from "./chapter/headings.js";

/** An option that the command and the browser make their controls from. */
export type OptionSpec =
  | {
      readonly type: "integer";
      readonly default: number;
      readonly min?: number;
      readonly max?: number;
      readonly help: Localized;
    }
  | {
      readonly type: "number";
      readonly default: number;
      readonly min?: number;
      readonly max?: number;
      readonly help: Localized;
    }
  | { readonly type: "boolean"; readonly default: boolean; readonly help: Localized }
  | {
      readonly type: "choice";
      readonly default: string;
      readonly choices: readonly string[];
      readonly help: Localized;
    };

/** The value that an option of this kind has. */
export type OptionValue<S extends OptionSpec> = S["type"] extends "boolean"
  ? boolean
  : S["type"] extends "choice"
    ? string
    : number;

/** The options' values, as `run` receives them. */
export type OptionValues<O extends Record<string, OptionSpec>> = { readonly [K in keyof O]: OptionValue<O[K]> };

/** A claim of the notes or of the book that a run holds against a measurement. */
export interface Claim {
  /** The items of the notes that it is about, such as `["F7", "P1"]`; `[]` for what only the book's exercises ask. */
  readonly items: readonly string[];
  /** One sentence. */
  readonly claim: Localized;
  /** What is expected, as a reader would write it: `"0.3845 ± 0.02"`, `"<= (r² + 1) / ρ²"`. */
  readonly expected: Wording;
  /** Where that comes from: a section of the notes or of the book, a reference run, a proof. */
  readonly source: Wording;
}

/** What an experiment is given beside its options. */
export interface ExperimentContext<C extends string = string> {
  readonly report: Report;
  /** Aborts when the user stops the run; a loop that sees it ends cleanly and still returns what it measured. */
  readonly signal: AbortSignal;
  /** Fashion-MNIST, or the embedded stand-in where there is none. */
  fashionMnist(): Promise<ImageDataset>;
  /** Kaggle's house prices, or the made-up ones where there are none. Without it an experiment makes them up itself. */
  houses?(): Promise<HousePriceFiles>;
  /**
   * Holds a declared claim against what was measured. A claim that says nothing about this run (other options than it was
   * made for, another data set, a run that was stopped) is simply not checked.
   */
  check(id: C, actual: number | Wording, ok: boolean): void;
}

/** What a run measured, beside its checks. */
export interface Outcome {
  readonly dataset?: string;
  readonly metrics?: Readonly<Record<string, number>>;
  readonly history?: readonly Readonly<Record<string, number>>[];
  readonly seconds?: Readonly<Record<string, number>>;
}

/** One experiment of the chapter. */
export interface Experiment<
  O extends Record<string, OptionSpec> = Record<string, OptionSpec>,
  C extends string = string,
> {
  /** The name on the command line, such as `"mlp"`. */
  readonly id: string;
  /** The heading of the notes that it belongs to. */
  readonly section: HeadingId;
  readonly title: Localized;
  /** One line for `torchlet list`. */
  readonly summary: Localized;
  /** What it shows, and what to look for in its figures and numbers: a few sentences each, for `--explain`. */
  readonly explain: { readonly shows: Localized; readonly lookFor: readonly Localized[] };
  /** Items of the notes that it demonstrates (a figure, a table, a step of the program) beside those that its claims name. */
  readonly covers: readonly string[];
  readonly claims: Readonly<Record<C, Claim>>;
  /** What people call its own measurements, options and parts; names that many experiments use are known. */
  readonly labels?: Labels;
  /** Corrections that its report states, such as `["P1"]`. */
  readonly corrections?: readonly string[];
  readonly options: O;
  /** Options of a quick run: some seconds instead of the whole thing, with checks that still hold. */
  readonly quick: Partial<OptionValues<O>>;
  run(context: ExperimentContext<C>, options: OptionValues<O>): Promise<Outcome>;
}

/** Declares an experiment; the types of options and claims follow from their declarations. */
export function defineExperiment<const O extends Record<string, OptionSpec>, const C extends string>(
  experiment: Experiment<O, C>,
): Experiment<O, C> {
  return experiment;
}

/** The value of every option that nobody set. */
export function defaultOptions<O extends Record<string, OptionSpec>>(
  experiment: Pick<Experiment<O>, "options">,
): OptionValues<O> {
  const entries = Object.entries(experiment.options).map(([name, spec]) => [name, spec.default]);
  return Object.fromEntries(entries) as OptionValues<O>;
}
