// The experiments that the command and the browser know.
import { headings } from "./chapter/headings.js";
import type { Experiment } from "./experiment.js";
import { housePrices } from "./house-prices.js";
import { hyperparameterSearch } from "./hyperparameter-search.js";
import { kFoldExperiment } from "./k-fold.js";
import { mlp } from "./mlp.js";
import { polynomial } from "./polynomial.js";

const known = [mlp, kFoldExperiment, polynomial, hyperparameterSearch, housePrices] as unknown as readonly Experiment[];
const place = new Map<string, number>(headings.map(({ id }, index) => [id, index]));

/** All experiments, in the order of the notes. */
export const experiments: readonly Experiment[] = [...known].sort(
  (a, b) => place.get(a.section)! - place.get(b.section)!,
);
