// The experiments that the command and the browser know.
import { blueShirts } from "./blue-shirts.js";
import { capacity } from "./capacity.js";
import { headings } from "./chapter/headings.js";
import { distributionShift } from "./distribution-shift.js";
import type { Experiment } from "./experiment.js";
import { mlp } from "./mlp.js";
import { vcDimension } from "./vc-dimension.js";

const known = [mlp, blueShirts, capacity, distributionShift, vcDimension] as unknown as readonly Experiment[];
const place = new Map<string, number>(headings.map(({ id }, index) => [id, index]));

/** All experiments, in the order of the notes. */
export const experiments: readonly Experiment[] = [...known].sort(
  (a, b) => place.get(a.section)! - place.get(b.section)!,
);
