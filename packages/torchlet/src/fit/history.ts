// What is known of a training: nothing yet, and how far it is.
import type { Source } from "./data.js";
import type { FitHistory, FitMetrics, FitOptions, FitProgress } from "./types.js";

/** The history of a training that has not begun. */
export function emptyHistory<M extends FitMetrics>(): FitHistory<M> {
  return {
    epochs: [],
    stepLosses: [],
    gradNorms: [],
    seconds: [],
    stopped: null,
    interrupted: false,
    partial: null,
    best: null,
    restoredBest: false,
    diagnosis: null,
    warnings: [],
  };
}

/** Where a training stands: `perStep` are the seconds that a step of this process took on average. */
interface Standing {
  readonly epoch: number;
  readonly step: number;
  readonly loss: number;
  readonly perStep: number;
}

/** How far it is, of as much as options and data say that there will be. */
export function progressOf<M extends FitMetrics>(
  { epochs, maxSteps, accumulateSteps = 1 }: FitOptions<M>,
  { length }: Source,
  { epoch, step, loss, perStep }: Standing,
): FitProgress {
  const perEpoch = length === null ? null : Math.ceil(length / accumulateSteps);
  const all = perEpoch === null || epochs === undefined ? null : perEpoch * epochs;
  const steps = maxSteps === undefined ? all : all === null ? maxSteps : Math.min(all, maxSteps);
  const secondsLeft = steps === null ? null : perStep * Math.max(steps - step, 0);
  return { epoch, epochs: epochs ?? null, step, steps, loss, secondsLeft };
}
