// A Gaussian process fitted to losses: how they are bent, and the hyperparameters.
import { type Fit, fitHyperparameters, type Hyperparameters, hyperparametersOf } from "./hyperparameters.js";
import type { Points } from "./kernel.js";
import { standardize } from "./values.js";

/** Shifts of the logarithm, as shares of the losses' range, from none on: each bends more than the one before. */
const SHIFTS = [null, 1, 0.1, 1e-2, 1e-3, 1e-4, 1e-5];
/** So many points tell how to bend; with more, each step of a fit costs n^3. */
const ENOUGH = 100;

/** What a process is made of. */
export interface Model {
  readonly values: Float64Array;
  readonly hyperparameters: Hyperparameters;
}

/**
 * Bends losses by a logarithm for as long as that makes them likelier under a Gaussian process, whose most probable hyperparameters are found each time.
 *
 * Source: the likelihood of a warped process, Snelson, Rasmussen and Ghahramani, Warped Gaussian processes, 2004.
 */
export function fitModel(points: Points, losses: readonly number[], isChoice: readonly boolean[]): Model {
  const n = points.length;
  const every = Math.ceil(n / ENOUGH);
  // The best one has to be among them: it is where a logarithm bends most.
  const best = losses.reduce((least, loss, i) => (loss < losses[least]! ? i : least), 0);
  const some = points.map((_, i) => i).filter((i) => i % every === best % every);
  const somePoints = some.map((i) => points[i]!);
  let chosen: { shift: number | null; fit: Fit; cost: number } | null = null;
  for (const shift of SHIFTS) {
    const { values, logSlopes } = standardize(
      some.map((i) => losses[i]!),
      shift,
    );
    const from = chosen?.fit.vector;
    const fit = fitHyperparameters(somePoints, values, isChoice, from === undefined ? {} : { from, maxIterations: 20 });
    const cost = fit.value - logSlopes;
    if (chosen !== null && !(cost < chosen.cost)) break;
    chosen = { shift, fit, cost };
  }
  const { shift, fit } = chosen!;
  const { values } = standardize(losses, shift);
  const { vector } =
    every === 1 ? fit : fitHyperparameters(points, values, isChoice, { from: fit.vector, maxIterations: 8 });
  return { values, hyperparameters: hyperparametersOf(vector) };
}
