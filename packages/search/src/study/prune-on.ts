// Pruning a training: the callbacks that `torch.fit` takes.
import { refuse } from "./messages.js";
import { TrialPruned } from "./pruned.js";
import type { Trial } from "./trial.js";

/** What is read of the record of an epoch. */
export interface EpochValues {
  /** From 1 on. */
  readonly epoch: number;
  readonly train: object;
  readonly validation: object | null;
}

/** Callbacks in the shape of `torch.fit`. */
export interface PruningCallbacks {
  readonly onEpochEnd: (context: unknown, record: EpochValues) => void;
  readonly onStop: () => void;
}

/**
 * Callbacks for `torch.fit` that report a value of each epoch to the trial and end it when the pruner says so (by throwing `TrialPruned`). They also
 * see to it that a training which `trial.signal` stopped is run again, instead of counting with what it had reached.
 *
 * @param monitor "train." or "validation." and "loss" or a metric's name, as in `earlyStopping`
 * @throws ValueError, in the first epoch, where there is no such value
 *
 * @example
 * const history = await torch.fit(model, { ..., signal: trial.signal, callbacks: [pruneOn(trial, "validation.loss")] });
 */
export function pruneOn(trial: Trial, monitor: `${"train" | "validation"}.${string}`): PruningCallbacks {
  const [part, name] = monitor.split(".") as ["train" | "validation", string];
  return {
    onEpochEnd(_, record) {
      const values = (record[part] ?? {}) as Readonly<Record<string, unknown>>;
      const value = values[name];
      if (typeof value !== "number") {
        refuse(
          "prune-on",
          "pruneOn",
          `${monitor} must be a number that the training measures, got ${String(value)}`,
          `${monitor} 必须是训练所测量的数，得到 ${String(value)}`,
          { expected: Object.keys(values).map((it) => `${part}.${it}`), received: monitor },
        );
      }
      trial.report(value, record.epoch);
      if (trial.shouldPrune()) throw new TrialPruned();
    },
    onStop() {
      trial.signal.throwIfAborted();
    },
  };
}
