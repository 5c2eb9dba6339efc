// What the parts of the experiment are given.
import type { ExperimentContext } from "../experiment.js";
import type { claims } from "./claims.js";

/** The names of the claims. */
export type ClaimId = keyof typeof claims;

/** The options that parts read. */
export interface PartOptions {
  readonly epochs: number;
  readonly lr: number;
  readonly hidden: number;
  readonly dropout1: number;
  readonly dropout2: number;
  readonly seed: number;
  readonly smallEpochs: number;
  readonly exercise: string;
}

/** One part: it draws, tells and checks. */
export type Part = (context: ExperimentContext<ClaimId>, options: PartOptions) => Promise<void>;
