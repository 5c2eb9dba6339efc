// What can be searched: a model with a declared space, and the work of one trial. Neither Node nor DOM in here.
import type { Direction, Distribution, ParameterValue, Trial } from "@torchlet/search";
import type { Localized } from "torchlet";
import type { GarmentsOptions } from "../datasets/garments.js";
import type { ImageDataset } from "../datasets/image-dataset.js";
import type { OptionSpec } from "../experiments/experiment.js";

/** Values of a model's options. */
export type ModelOptions = Readonly<Record<string, number | string | boolean>>;

/** Parameters that are not searched but set. */
export type FixedParameters = Readonly<Record<string, ParameterValue>>;

/** One parameter of a space. */
export interface SpaceEntry {
  readonly distribution: Distribution;
  readonly help: Localized;
  /** The values of a grid; without them a grid leaves the parameter at `usual`. */
  readonly grid?: readonly ParameterValue[];
  /** What it is where it is not searched. */
  readonly usual: ParameterValue;
}

/** What a winner reaches when it is trained again. */
export interface Evaluation {
  /** The objective's value, as in its trial. */
  readonly validation: number;
  /** On the test set, which no trial has seen. */
  readonly test: number;
}

/** What an objective asks of its trial, in whatever thread it runs. */
export type SearchTrial = Pick<
  Trial,
  "number" | "seed" | "signal" | "suggest" | "report" | "shouldPrune" | "setUserAttr"
>;

/** A model with its data, ready for trials. */
export interface PreparedModel {
  objective(trial: SearchTrial): Promise<number>;
  /** Trains with given parameters as the trial of that seed did, and looks at the test set: once, at the end of a search. */
  evaluate(params: FixedParameters, seed: number, signal: AbortSignal): Promise<Evaluation>;
}

/** What a model is prepared from: plain data, so that it can be sent to a thread. */
export interface ModelSetup {
  readonly options: ModelOptions;
  readonly fixed: FixedParameters;
  /** Decides which samples validate: the same in every trial. */
  readonly splitSeed: number;
}

/** A model that `torchlet search` knows. */
export interface SearchModel {
  readonly id: string;
  readonly title: Localized;
  readonly summary: Localized;
  readonly direction: Direction;
  /** What the objective's value is called in records, and how people read it. */
  readonly objective: string;
  readonly objectiveName: Localized;
  readonly options: Readonly<Record<string, OptionSpec>>;
  readonly space: Readonly<Record<string, SpaceEntry>>;
  /** So many pictures are enough, where the program draws them itself. */
  garments(options: ModelOptions): GarmentsOptions;
  prepare(setup: ModelSetup, dataset: ImageDataset): PreparedModel;
}

/** Takes values from a trial, or from what is fixed. */
export type Suggest = (name: string) => ParameterValue;

/** Asks a trial for the parameters of a space, but for those that are fixed. */
export function suggestFrom(space: SearchModel["space"], fixed: FixedParameters, trial: SearchTrial): Suggest {
  return (name) => (Object.hasOwn(fixed, name) ? fixed[name]! : trial.suggest(name, space[name]!.distribution));
}
