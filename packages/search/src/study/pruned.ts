// How an objective says that it gives up.

/**
 * Thrown by an objective to end its trial as pruned. Such a trial has no value (in Optuna it has the last one reported): what it reported stays
 * in `intermediate`.
 *
 * @example
 * trial.report(loss, epoch);
 * if (trial.shouldPrune()) throw new TrialPruned();
 */
export class TrialPruned extends Error {
  constructor(message = "pruned") {
    super(message);
    this.name = "TrialPruned";
  }
}

/** By name too: an objective may have its own copy of this package. */
export function isPruned(error: unknown): boolean {
  return error instanceof TrialPruned || (error instanceof Error && error.name === "TrialPruned");
}
