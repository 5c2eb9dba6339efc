// Samplers and pruners by their names on the command line.

import type { ParameterValue } from "@torchlet/search";
import { type Pruner, pruners, type Sampler, samplers } from "@torchlet/search";
import type { FixedParameters, SearchModel } from "../../search/search-model.js";

/** Who chooses: `manual` leaves it to `--enqueue`. */
export const samplerNames = ["random", "manual"] as const;
export type SamplerName = (typeof samplerNames)[number];

export const prunerNames = ["none", "median"] as const;
export type PrunerName = (typeof prunerNames)[number];

/** A grid's values by parameter. */
export type Grid = Readonly<Record<string, readonly ParameterValue[]>>;

export function makeSampler(name: SamplerName): Sampler {
  switch (name) {
    case "random":
    case "manual":
      return new samplers.RandomSampler();
    default:
      return name satisfies never;
  }
}

export function makePruner(name: PrunerName): Pruner {
  switch (name) {
    case "none":
      return new pruners.NopPruner();
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
