// What an experiment is: a name, declared options, and a function that talks to a Report. Neither Node nor DOM in here.
import type { Localized } from "torchlet";
import type { ImageDataset } from "../datasets/image-dataset.js";
import type { Report, RunResult } from "../report/report.js";

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

/** What an experiment is given beside its options. */
export interface ExperimentContext {
  readonly report: Report;
  /** Aborts when the user stops the run; a loop that sees it ends cleanly and still returns what it measured. */
  readonly signal: AbortSignal;
  /** Fashion-MNIST, or the embedded stand-in where there is none. */
  fashionMnist(): Promise<ImageDataset>;
}

/** One experiment of the chapter. */
export interface Experiment<O extends Record<string, OptionSpec> = Record<string, OptionSpec>> {
  /** The name on the command line, such as `"mlp"`. */
  readonly id: string;
  readonly title: Localized;
  /** One line for `torchlet list`. */
  readonly summary: Localized;
  readonly options: O;
  run(context: ExperimentContext, options: OptionValues<O>): Promise<RunResult>;
}

/** Declares an experiment; the options' types follow from their declarations. */
export function defineExperiment<const O extends Record<string, OptionSpec>>(experiment: Experiment<O>): Experiment<O> {
  return experiment;
}
