// The experiments that the command and the browser know.
import type { Experiment } from "./experiment.js";
import { mlp } from "./mlp.js";

/** All experiments, in the order in which they are listed. */
export const experiments: readonly Experiment[] = [mlp as unknown as Experiment];
