// What can be cross-validated on the command line: declared options, and a function that talks to a Report. Neither Node nor DOM in here.
import type { Localized } from "torchlet";
import type { GarmentsOptions } from "../datasets/garments.js";
import type { ExperimentContext, OptionSpec, OptionValues } from "../experiments/experiment.js";
import type { RunResult } from "../report/report.js";

/** One way of cross-validating. */
export interface CrossValidation<O extends Record<string, OptionSpec> = Record<string, OptionSpec>> {
  /** The name on the command line, such as `"mlp"`. */
  readonly id: string;
  readonly title: Localized;
  readonly summary: Localized;
  readonly options: O;
  /** So many pictures are enough, where the program draws them itself. */
  garments?(options: OptionValues<O>): GarmentsOptions;
  run(
    context: Omit<ExperimentContext, "check">,
    options: OptionValues<O>,
  ): Promise<Pick<RunResult, "dataset" | "metrics" | "history" | "seconds">>;
}

/** Declares one; the options' types follow from their declarations. */
export function defineCrossValidation<const O extends Record<string, OptionSpec>>(
  one: CrossValidation<O>,
): CrossValidation<O> {
  return one;
}
