// The experiments that the command and the browser know.
import { activations } from "./activations.js";
import { headings } from "./chapter/headings.js";
import type { Experiment } from "./experiment.js";
import { linearRegression } from "./linear-regression.js";
import { mlp } from "./mlp.js";
import { mlpConcise } from "./mlp-concise.js";
import { piecewiseLinear } from "./piecewise-linear.js";
import { softmaxRegression } from "./softmax-regression.js";

const known = [
  activations,
  linearRegression,
  mlp,
  mlpConcise,
  piecewiseLinear,
  softmaxRegression,
] as unknown as readonly Experiment[];
const place = new Map<string, number>(headings.map(({ id }, index) => [id, index]));

/** All experiments, in the order of the notes. */
export const experiments: readonly Experiment[] = [...known].sort(
  (a, b) => place.get(a.section)! - place.get(b.section)!,
);
