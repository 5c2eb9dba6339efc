// What the parts of the experiment are given.
import type { ExperimentContext } from "../experiment.js";
import type { claims } from "./claims.js";

/** One part: it draws, tells and checks. */
export type Part = (
  context: ExperimentContext<keyof typeof claims>,
  options: { readonly seeds: number; readonly exactSets: number },
) => Promise<void>;
