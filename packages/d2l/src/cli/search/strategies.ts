// Samplers and pruners by their names on the command line.

import type { ParameterValue } from "@torchlet/search";
import { type Pruner, pruners, type Sampler, samplers } from "@torchlet/search";
import type { FixedParameters, SearchModel } from "../../search/search-model.js";

/** Who chooses: `manual` leaves it to `--enqueue`. */
export const samplerNames = ["tpe", "gp", "random", "grid", "qmc", "manual"] as const;
export type SamplerName = (typeof samplerNames)[number];

export const prunerNames = ["none", "asha", "hyperband", "median"] as const;
export type PrunerName = (typeof prunerNames)[number];

/** A grid's values by parameter. */
export type Grid = Readonly<Record<string, readonly ParameterValue[]>>;

/** One in so many trials goes on at each rung. */
const reductionFactor = 3;

export function makeSampler(name: SamplerName, grid: Grid | undefined): Sampler {
  switch (name) {
    case "tpe":
      return new samplers.TPESampler();
    case "gp":
      return new samplers.GPSampler();
    case "random":
    case "manual":
      return new samplers.RandomSampler();
    case "grid":
      return new samplers.GridSampler(grid ?? {});
    case "qmc":
      return new samplers.QMCSampler();
    default:
      return name satisfies never;
  }
}

/** @param steps reports of a whole trial */
export function makePruner(name: PrunerName, steps: number): Pruner {
  switch (name) {
    case "none":
      return new pruners.NopPruner();
    case "asha":
      return new pruners.SuccessiveHalvingPruner({ minResource: 1, reductionFactor });
    case "hyperband":
      return new pruners.HyperbandPruner({ minResource: 1, maxResource: steps, reductionFactor });
    case "median":
      return new pruners.MedianPruner();
    default:
      return name satisfies never;
  }
}

/** The values that a grid tries where the user names none. */
export function usualGrid(model: SearchModel, fixed: FixedParameters): Grid {
  return Object.fromEntries(
    Object.entries(model.space).flatMap(([name, { grid }]) =>
      grid === undefined || Object.hasOwn(fixed, name) ? [] : [[name, grid]],
    ),
  );
}

/** Usual values for what is neither searched nor fixed: where only some parameters are tried, by a grid or by hand. */
export function fixedOthers(model: SearchModel, fixed: FixedParameters, searched: Iterable<string>): FixedParameters {
  const names = new Set(searched);
  const others = Object.entries(model.space).filter(([name]) => !names.has(name));
  return { ...Object.fromEntries(others.map(([name, { usual }]) => [name, usual])), ...fixed };
}
