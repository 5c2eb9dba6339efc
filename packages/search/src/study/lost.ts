// How whoever runs an objective elsewhere says that the place it ran at is gone.

/**
 * Thrown instead of a result where the thread or process that ran the objective ended before it was through: the trial is given to
 * another one, up to the study's `maxAttempts`.
 */
export class TrialLost extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "TrialLost";
  }
}
