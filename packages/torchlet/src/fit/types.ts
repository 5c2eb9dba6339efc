// What `fit` takes and gives: options, records of epochs, events, history.
import type { Dataset } from "../data/dataset.js";
import type { Metric } from "../metrics/metric.js";
import type { Module } from "../nn/module.js";
import type { LRScheduler } from "../optim/lr-scheduler/scheduler.js";
import type { Optimizer } from "../optim/optimizer.js";
import type { Tensor } from "../tensor/tensor.js";
import type { TrainingDiagnosis } from "./diagnosis.js";

/** A model: a module, or any function of a batch's inputs. */
export type FitModel = Module | ((X: Tensor) => Tensor);

/** A loss of predictions and targets: one number for the batch, or one for each sample. */
export type FitLoss = Module | ((preds: Tensor, target: Tensor) => Tensor);

/** Inputs and targets of some samples, and where there is a third tensor their weights. */
export type FitBatch = readonly Tensor[];

/** Batches, iterated anew in each epoch. */
export type FitBatches = Iterable<FitBatch> | AsyncIterable<FitBatch>;

/**
 * What to learn from: a `DataLoader` or any iterable of batches, a function that makes one for each epoch, a data set, or whole
 * tensors `[X, y]` (`[X, y, weights]`), which are cut into batches.
 */
export type FitData =
  | FitBatches
  | Dataset
  | readonly [X: Tensor, y: Tensor]
  | readonly [X: Tensor, y: Tensor, weights: Tensor]
  | (() => FitBatches);

/** Metrics by the names that the history gives them. */
// biome-ignore lint/suspicious/noExplicitAny: a metric of any value; unknown would refuse all of them
export type FitMetrics = Readonly<Record<string, Metric<any>>>;

/** The loss of a part of the data, and the values of all metrics on it. */
export type Measured<M extends FitMetrics = FitMetrics> = { readonly loss: number } & {
  readonly [K in keyof M]: M[K] extends Metric<infer V> ? V : never;
};

/** A value to watch. */
export type Monitor<M extends FitMetrics = FitMetrics> = `${"train" | "validation"}.${"loss" | (keyof M & string)}`;

/** What an epoch measured. */
export interface EpochRecord<M extends FitMetrics = FitMetrics> {
  /** From 1 on. */
  readonly epoch: number;
  /** Optimizer steps since the beginning. */
  readonly step: number;
  /** Batches of this epoch. */
  readonly batches: number;
  /** Measured in training, each batch before the update that it caused. */
  readonly train: Measured<M>;
  /** Measured after the epoch; null without validation data. */
  readonly validation: Measured<M> | null;
  /** The learning rate of the first parameter group in the epoch's last step. */
  readonly lr: number;
  /** The mean norm of the gradients, before clipping. */
  readonly gradNorm: number;
}

/** What iterating a run gives: each epoch, and with `everySteps` every so many steps. */
export type FitEvent<M extends FitMetrics = FitMetrics> =
  | ({ readonly kind: "epoch" } & EpochRecord<M>)
  | {
      readonly kind: "step";
      readonly epoch: number;
      readonly step: number;
      readonly loss: number;
      readonly gradNorm: number;
      readonly lr: number;
    };

/** Why a training ended. */
export type StopReason = "epochs" | "maxSteps" | "earlyStopping" | "callback" | "signal" | "break" | "diagnosis";

/** What a training measured, from the beginning to its end. */
export interface FitHistory<M extends FitMetrics = FitMetrics> {
  /** A record an epoch. */
  readonly epochs: EpochRecord<M>[];
  /** The loss of every optimizer step, before its update. */
  readonly stepLosses: number[];
  /** The norm of all gradients in every step, before clipping. */
  readonly gradNorms: number[];
  /** Seconds of each epoch, validation included. */
  readonly seconds: number[];
  /** Why it ended; null while it runs. */
  stopped: StopReason | null;
  /** Whether it ended before its time, by a signal or by leaving the loop. */
  interrupted: boolean;
  /** What had been measured of an epoch that was interrupted. */
  partial: { readonly epoch: number; readonly batches: number; readonly train: Measured<M> } | null;
  /** The best epoch by `earlyStopping.monitor`. */
  best: { readonly epoch: number; readonly value: number } | null;
  /** Whether the model has the weights of the best epoch now. */
  restoredBest: boolean;
  /** What stopped it, where something was wrong. */
  diagnosis: TrainingDiagnosis | null;
  /** What looked wrong but did not stop it, such as a loss that does not move. */
  readonly warnings: TrainingDiagnosis[];
}

/** Ends a training that no longer improves. */
export interface EarlyStopping<M extends FitMetrics = FitMetrics> {
  /** Default: "validation.loss". */
  readonly monitor?: Monitor<M>;
  /** Epochs without improvement that are tolerated. Default: 5. */
  readonly patience?: number;
  /** Smaller changes are no improvement. Default: 0. */
  readonly minDelta?: number;
  /** Whether the value should fall or rise. Default: as the metric says; losses fall. */
  readonly mode?: "min" | "max";
  /** Whether the model ends with the weights and buffers of the best epoch. Default: true. */
  readonly restoreBest?: boolean;
}

/** When a schedule steps. */
export interface ScheduleSettings<M extends FitMetrics = FitMetrics> {
  readonly scheduler: LRScheduler | ((optimizer: Optimizer) => LRScheduler);
  /** After every optimizer step, or after every epoch. Default: "epoch". */
  readonly interval?: "epoch" | "step";
  /** What a `ReduceLROnPlateau` is given. Default: "validation.loss" with validation data, else "train.loss". */
  readonly monitor?: Monitor<M>;
}

/** How far a training is, for a progress bar. */
export interface FitProgress {
  readonly epoch: number;
  readonly epochs: number | null;
  readonly step: number;
  /** Steps in all, where the number of batches is known. */
  readonly steps: number | null;
  /** Mean loss of the epoch so far. */
  readonly loss: number;
  /** Seconds until the end at the pace so far, validation included; null where the number of steps is not known. */
  readonly secondsLeft: number | null;
}

/** What callbacks see, and how they stop a training. */
export interface FitContext<M extends FitMetrics = FitMetrics> {
  readonly model: FitModel;
  readonly optimizer: Optimizer;
  readonly scheduler: LRScheduler | null;
  /** From 1 on; 0 before the first. */
  readonly epoch: number;
  /** Optimizer steps so far. */
  readonly step: number;
  /** The loss of the last step. */
  readonly loss: number;
  readonly history: FitHistory<M>;
  /** Ends the training after this step; the epoch is still measured. */
  stop(): void;
}

/** Functions that are called on the way; a promise that one returns is waited for. */
export interface FitCallbacks<M extends FitMetrics = FitMetrics> {
  readonly onStart?: (context: FitContext<M>) => void | Promise<void>;
  readonly onEpochStart?: (context: FitContext<M>) => void | Promise<void>;
  /** After every optimizer step. */
  readonly onStep?: (context: FitContext<M>) => void | Promise<void>;
  readonly onEpochEnd?: (context: FitContext<M>, record: EpochRecord<M>) => void | Promise<void>;
  /** When something is wrong or looks wrong, before what `onDiagnosis` says happens. */
  readonly onDiagnosis?: (context: FitContext<M>, diagnosis: TrainingDiagnosis) => void | Promise<void>;
  /** At the end, however it came. */
  readonly onStop?: (context: FitContext<M>) => void | Promise<void>;
}

/** Options of `fit`. */
export interface FitOptions<M extends FitMetrics = FitMetrics> {
  readonly data: FitData;
  /** A loss of one number a batch is taken as the mean over its samples (`reduction: "sum"` of torchlet's own as the sum). */
  readonly loss: FitLoss;
  /** An optimizer, or a function that makes one of the model's parameters. */
  readonly optimizer: Optimizer | ((parameters: Tensor[]) => Optimizer);
  /** Default: until `maxSteps`. */
  readonly epochs?: number;
  /** Optimizer steps after which it ends. Default: no limit. */
  readonly maxSteps?: number;
  /** Samples a batch where `data` or `validation` are tensors or a data set. Default: 32. */
  readonly batchSize?: number;
  /** Whether these are visited in a new order in each epoch. Default: true. */
  readonly shuffle?: boolean;
  /** Data to measure on after every epoch, or the share of `data` (tensors, a TensorDataset) that is set apart at random. */
  readonly validation?: FitData | number | null;
  readonly scheduler?: LRScheduler | ((optimizer: Optimizer) => LRScheduler) | ScheduleSettings<NoInfer<M>> | null;
  readonly metrics?: M;
  readonly callbacks?: FitCallbacks<NoInfer<M>> | readonly FitCallbacks<NoInfer<M>>[];
  readonly earlyStopping?: EarlyStopping<NoInfer<M>> | null;
  /** The largest norm of all gradients together (`nn.utils.clipGradNorm_`). */
  readonly clipGradNorm?: number | null;
  /** The largest size of every element of the gradients (`nn.utils.clipGradValue_`). */
  readonly clipGradValue?: number | null;
  /** Batches whose gradients make one step, as those of one large batch would. Default: 1. */
  readonly accumulateSteps?: number;
  /** A weight for each sample, in place of a third tensor of the batch; losses become weighted means. */
  readonly sampleWeight?: (X: Tensor, y: Tensor) => Tensor;
  /** A weight for each class, as in `nn.CrossEntropyLoss({ weight })`. */
  readonly classWeight?: Tensor | readonly number[];
  /** Called after every step. */
  readonly progress?: (progress: FitProgress) => void;
  /** Ends the training at the next step; what was measured is returned, with `interrupted`. */
  readonly signal?: AbortSignal;
  /** Seeds the default generator at the start: order of samples, dropout, the validation share. */
  readonly seed?: number;
  /** Iterating gives an event every so many steps beside those of epochs. */
  readonly everySteps?: number;
  /**
   * Whether steps run compiled (`torch.compile`); results are the same bit for bit. Default: where model, loss and optimizer are
   * torchlet's own.
   */
  readonly compile?: boolean;
  /** What happens when training goes wrong: an error after the last good weights are restored, an end, or nothing. Default: "throw". */
  readonly onDiagnosis?: "throw" | "stop" | "warn";
  /** Steps between copies of good weights, to return to after a divergence; 0 keeps none. Default: 64. */
  readonly snapshotEvery?: number;
}
