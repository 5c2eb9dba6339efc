// Checkpoints of `fit`: everything that a training is made of, saved between two steps or two epochs and put back.
import type { CheckpointManager } from "../checkpoint/manager.js";
import { assign } from "../checkpoint/restore.js";
import type { DataLoaderState } from "../data/loader.js";
import type { Mean, MeanState } from "../metrics/mean.js";
import type { MetricState } from "../metrics/metric.js";
import { Module } from "../nn/module.js";
import { forkRng, getRngState, setRngState } from "../ops/random.js";
import type { LRScheduler } from "../optim/lr-scheduler/scheduler.js";
import type { Optimizer } from "../optim/optimizer.js";
import type { Tensor } from "../tensor/tensor.js";
import { optionError } from "./check-options.js";
import type { BatchIterator, Source } from "./data.js";
import type { TrainingDiagnosis } from "./diagnosis.js";
import type { Patience } from "./monitor.js";
import type { WeightSnapshot } from "./snapshot.js";
import { parametersOf } from "./step.js";
import type { EpochRecord, FitHistory, FitMetrics, FitModel } from "./types.js";
import type { Watch, WatchState } from "./watch.js";

/** Sums of an epoch under way. */
export interface EpochSums {
  readonly loss: Mean;
  readonly norms: Mean;
  batches: number;
}

/** Where a training stands, in plain values. */
export interface Standing {
  epoch: number;
  step: number;
  loss: number;
  stepLr: number | null;
  /** Seconds that the epoch under way has taken. */
  elapsed: number;
}

/** A training as its checkpoints see it. */
export interface Resumable {
  readonly model: FitModel;
  readonly loss: unknown;
  readonly optimizer: Optimizer;
  readonly scheduler: LRScheduler | null;
  readonly metrics: FitMetrics;
  readonly history: FitHistory;
  readonly patience: Patience | null;
  readonly best: WeightSnapshot;
  readonly watch: Watch;
  readonly alarms: Map<string, number>;
  readonly warned: Set<string>;
  readonly source: Source;
  readonly validation: Source | null;
  /** The sums of the epoch under way; null between two epochs. */
  readonly sums: EpochSums | null;
  standing: Standing;
  /** Begins the epoch under way with these sums, or none. */
  resumeEpoch(saved: { readonly loss: MeanState; readonly norms: MeanState; readonly batches: number } | null): void;
  /** Cuts the data anew where a share of it is set apart at random. */
  reopen(): void;
  /** The state is now one to come back to after a divergence. */
  keep(): void;
}

/** What is saved of the training itself. */
interface TrainingState {
  readonly standing: Standing;
  readonly sums: { loss: MeanState; norms: MeanState; batches: number } | null;
  readonly metricNames: readonly string[];
  /** Of an epoch under way. */
  readonly metrics: Readonly<Record<string, MetricState>> | null;
  readonly watch: WatchState;
  readonly alarms: readonly [string, number][];
  readonly warned: readonly string[];
  readonly patience: { readonly best: Patience["best"]; readonly since: number } | null;
  readonly best: { readonly step: number; readonly copies: Record<string, Tensor> };
  readonly epochs: readonly EpochRecord[];
  readonly stepLosses: Float64Array;
  readonly gradNorms: Float64Array;
  readonly seconds: readonly number[];
  readonly warnings: readonly TrainingDiagnosis[];
}

/** What is saved of the data. */
interface DataState {
  /** The default generator's state before the data were cut. */
  readonly beginning: Uint8Array;
  /** The same at the beginning of the epoch under way. */
  readonly epochBeginning: Uint8Array;
  readonly batches: number;
  /** Whether the loader has given all of its batches, in an epoch that is not over yet. */
  readonly exhausted: boolean;
  readonly loader: DataLoaderState | null;
  readonly validation: DataLoaderState | null;
}

/** Long lists are emptied and filled in place: the user may hold them. */
function refill<T>(list: T[], values: Iterable<T>): void {
  list.length = 0;
  for (const value of values) list.push(value);
}

/** Saves a training when it is time, and continues one that was saved. */
export class FitCheckpoints {
  private readonly state: Record<string, unknown>;
  private beginning: Uint8Array = new Uint8Array(0);
  private epochBeginning: Uint8Array = new Uint8Array(0);
  private exhausted = false;
  private saving: Promise<void> | null = null;
  private failure: { readonly error: unknown } | null = null;

  constructor(
    private readonly manager: CheckpointManager,
    private readonly training: Resumable,
    private readonly resume: boolean,
    private readonly user: Record<string, unknown>,
  ) {
    const { model, loss, optimizer, scheduler } = training;
    const modules = [model, loss].filter((part): part is Module => part instanceof Module);
    const own = new Set<Tensor>(modules.flatMap((module) => module.parameters()));
    this.state = {
      model: model instanceof Module ? model : null,
      loss: loss instanceof Module ? loss : null,
      // Of a model that is a function, all that is known of it.
      parameters: parametersOf(optimizer).filter((p) => !own.has(p)),
      optimizer,
      scheduler,
      training: { stateDict: () => this.trainingState(), loadStateDict: (s: TrainingState) => this.takeTraining(s) },
      data: { stateDict: () => this.dataState(), loadStateDict: (s: DataState) => this.takeData(s) },
      user,
    };
  }

  /** Notes the generator's state before the data are cut. */
  noteBeginning(): void {
    this.beginning = getRngState();
  }

  /** Continues with the latest good checkpoint, or begins where there is none. */
  async begin(): Promise<void> {
    const { manager, state, user, training } = this;
    if (!this.resume) {
      await manager.begin();
      return;
    }
    const found = await manager.restore(state);
    if (found === null) return;
    // The user's own object is filled, not replaced.
    assign(user, state["user"] as object);
    state["user"] = user;
    training.keep();
  }

  /** The batches of an epoch, from the one on that has not been seen. */
  async open(): Promise<BatchIterator> {
    const { source, sums } = this.training;
    const seen = sums?.batches ?? 0;
    if (seen === 0) this.epochBeginning = getRngState();
    if (this.exhausted) {
      this.exhausted = false;
      return [][Symbol.iterator]();
    }
    if (source.loader !== null || seen === 0) return source.open();
    // Of batches that are no loader's, those before have to be made again, with the random numbers that they had.
    const now = getRngState();
    setRngState(this.epochBeginning);
    const iterator = source.open();
    for (let i = 0; i < seen; i++) await iterator.next();
    setRngState(now);
    return iterator;
  }

  /** After a step: saves where it is time, but after the last batch waits for the end of the epoch. */
  async afterStep(): Promise<void> {
    const { sums, source } = this.training;
    if (sums !== null && sums.batches !== source.length) await this.saveIfDue();
  }

  async saveIfDue(): Promise<void> {
    if (this.manager.isDue(this.training.standing.step)) await this.save();
  }

  /** Copies the state, and lets it be written while training goes on; waits for the one before. */
  private async save(): Promise<void> {
    await this.settle();
    this.training.keep();
    this.saving = this.manager.save(this.training.standing.step, this.state);
    this.saving.catch((error) => {
      this.failure ??= { error };
    });
  }

  private async settle(): Promise<void> {
    await this.saving?.catch(() => {});
    this.saving = null;
    if (this.failure !== null) throw this.failure.error;
  }

  /** Saves the end where it is one to continue from, and leaves the folder to others. */
  async close(save: boolean): Promise<void> {
    try {
      if (save) {
        await this.save();
        await this.settle();
      } else await this.saving?.catch(() => {});
    } finally {
      await this.manager.close();
    }
  }

  private trainingState(): TrainingState {
    const { standing, sums, metrics, watch, alarms, warned, patience, best, history } = this.training;
    const partial = () => Object.fromEntries(Object.entries(metrics).map(([name, m]) => [name, m.stateDict()]));
    return {
      standing,
      sums: sums && { loss: sums.loss.stateDict(), norms: sums.norms.stateDict(), batches: sums.batches },
      metricNames: Object.keys(metrics),
      metrics: sums && partial(),
      watch: watch.stateDict(),
      alarms: [...alarms],
      warned: [...warned],
      patience: patience && { best: patience.best, since: patience.since },
      best: { step: best.step, copies: best.stateDict() },
      epochs: history.epochs,
      stepLosses: Float64Array.from(history.stepLosses),
      gradNorms: Float64Array.from(history.gradNorms),
      seconds: history.seconds,
      warnings: history.warnings,
    };
  }

  private takeTraining(saved: TrainingState): void {
    const { training } = this;
    const { metrics, patience, history } = training;
    const names = saved.metricNames;
    const own = Object.keys(metrics);
    if (own.length !== names.length || own.some((name) => !names.includes(name))) {
      throw optionError(
        "metrics",
        `must be those that were saved (${names})`,
        `必须与保存时相同（${names}）`,
        `${own}`,
      );
    }
    for (const [name, state] of Object.entries(saved.metrics ?? {})) metrics[name]!.loadStateDict(state);
    training.standing = saved.standing;
    training.resumeEpoch(saved.sums);
    training.watch.loadStateDict(saved.watch);
    training.alarms.clear();
    for (const [name, times] of saved.alarms) training.alarms.set(name, times);
    training.warned.clear();
    for (const name of saved.warned) training.warned.add(name);
    if (patience !== null && saved.patience !== null) {
      patience.best = saved.patience.best;
      patience.since = saved.patience.since;
      history.best = patience.best;
    }
    training.best.loadStateDict(saved.best.copies, saved.best.step);
    refill(history.epochs, saved.epochs);
    refill(history.stepLosses, saved.stepLosses);
    refill(history.gradNorms, saved.gradNorms);
    refill(history.seconds, saved.seconds);
    refill(history.warnings, saved.warnings);
  }

  private dataState(): DataState {
    const { source, validation, sums } = this.training;
    const between = (state: DataLoaderState) => ({ ...state, batch: null, start: null });
    const position = source.loader?.stateDict() ?? null;
    const held = validation?.loader?.stateDict() ?? null;
    return {
      beginning: this.beginning,
      epochBeginning: this.epochBeginning,
      batches: sums?.batches ?? 0,
      exhausted: sums !== null && sums.batches > 0 && position?.batch === null,
      // An epoch that was left early is over all the same.
      loader: position !== null && sums === null ? between(position) : position,
      validation: held && between(held),
    };
  }

  private takeData(saved: DataState): void {
    const { training } = this;
    forkRng(() => {
      setRngState(saved.beginning);
      training.reopen();
    });
    this.exhausted = saved.exhausted;
    this.beginning = saved.beginning;
    this.epochBeginning = saved.epochBeginning;
    const { source, validation } = training;
    const has = [source.loader !== null, validation?.loader != null];
    if (has[0] !== (saved.loader !== null) || has[1] !== (saved.validation !== null)) {
      throw optionError("data", "and validation must be of the saved kind", "与 validation 必须与保存时种类相同", has);
    }
    if (saved.loader !== null) source.loader?.loadStateDict(saved.loader);
    if (saved.validation !== null) validation?.loader?.loadStateDict(saved.validation);
  }
}
