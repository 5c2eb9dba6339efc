// The experiments that the command and the browser know.
import { headings } from "./chapter/headings.js";
import type { Experiment } from "./experiment.js";
import { initialization } from "./initialization.js";
import { mlp } from "./mlp.js";
import { stabilizers } from "./stabilizers.js";
import { vanishingExploding } from "./vanishing-exploding.js";
import { variance } from "./variance.js";

const known = [mlp, initialization, stabilizers, vanishingExploding, variance] as unknown as readonly Experiment[];
const place = new Map<string, number>(headings.map(({ id }, index) => [id, index]));

/** All experiments, in the order of the notes. */
export const experiments: readonly Experiment[] = [...known].sort(
  (a, b) => place.get(a.section)! - place.get(b.section)!,
);
