// What the parts of the experiment are given.
import type { ExperimentContext } from "../experiment.js";
import type { claims } from "./claims.js";

/** The names of the claims. */
export type ClaimId = keyof typeof claims;

/** The options that parts read. */
export interface PartOptions {
  readonly seed: number;
  readonly seeds: number;
  readonly lambd: number;
  readonly epochs: number;
  readonly lr: number;
  readonly nTrain: number;
  readonly numInputs: number;
  readonly deepEpochs: number;
}

/** One part: it draws, tells and checks. */
export type Part = (context: ExperimentContext<ClaimId>, options: PartOptions) => Promise<void>;
