// What a sampler is: whoever chooses the values of parameters.
import type { Distribution, ParameterValue, SearchSpace } from "./distributions.js";
import type { Random } from "./random.js";
import type { StudyView } from "./study-view.js";
import type { TrialRecord } from "./trial-record.js";

/** What a sampler is given for one trial. */
export interface SamplingContext {
  readonly study: StudyView;
  /** The trial as it stands: its number, and the parameters it has so far. */
  readonly trial: TrialRecord;
  /** A stream that belongs to this trial alone: a sampler draws from nothing else. */
  readonly random: Random;
  /** 0, 1, 2, ... among the trials that were not enqueued by hand; null for one that was. */
  readonly draw: number | null;
}

/**
 * Chooses the values of parameters, in two ways, as in Optuna: those of the relative space together, before the objective runs;
 * all others one at a time, when the objective asks for them.
 *
 * Samplers keep no state between trials: everything follows from the study's records and the trial's random stream,
 * so that a study may be resumed, shared and repeated.
 */
export interface Sampler {
  readonly name: string;
  /** The parameters to be chosen together; empty for samplers that know no relations. */
  relativeSpace(context: SamplingContext): SearchSpace;
  sampleRelative(context: SamplingContext, space: SearchSpace): Readonly<Record<string, ParameterValue>>;
  sampleIndependent(context: SamplingContext, name: string, distribution: Distribution): ParameterValue;
  /** How many trials there are in all, where that is known beforehand (a grid). */
  readonly trialLimit?: number;
}
