// The training loop: epochs of steps, validation, and everything that happens between them.

import { CheckpointManager } from "../checkpoint/manager.js";
import { breathe } from "../data/breathe.js";
import { IndexError, type TorchletError } from "../errors/index.js";
import { Mean } from "../metrics/mean.js";
import { Module } from "../nn/module.js";
import { manualSeed } from "../ops/random.js";
import type { Optimizer } from "../optim/optimizer.js";
import type { Tensor } from "../tensor/tensor.js";
import { checkOptions, listOf, optimizerOf } from "./check-options.js";
import { type EpochSums, FitCheckpoints, type Resumable } from "./checkpoints.js";
import { type BatchIterator, emptyData, noWeight, readBatch, type Source, sourceOf, splitOff } from "./data.js";
import { diagnoseLabels, diagnoseNegative, isBinary } from "./diagnose-data.js";
import { diagnoseFlat } from "./diagnose-standstill.js";
import type { SuspectBatch } from "./evidence.js";
import { emptyHistory, progressOf } from "./history.js";
import { monitored, Patience } from "./monitor.js";
import { type Prepared, prepare } from "./prepare.js";
import { type Schedule, scheduleOf } from "./schedule.js";
import { TrainingSnapshot, WeightSnapshot } from "./snapshot.js";
import type { Stepper } from "./step.js";
import { type NumberedBatch, Trouble } from "./trouble.js";
import type {
  EpochRecord,
  FitCallbacks,
  FitContext,
  FitEvent,
  FitHistory,
  FitMetrics,
  FitModel,
  FitOptions,
  Measured,
  StopReason,
} from "./types.js";
import { isFlat, Watch } from "./watch.js";

/** One training from its options to its history; runs once. */
export class Trainer<M extends FitMetrics> {
  readonly history: FitHistory<M> = emptyHistory();
  private readonly optimizer: Optimizer;
  private readonly callbacks: readonly FitCallbacks<M>[];
  private readonly metrics: M;
  private readonly patience: Patience | null;
  private readonly schedule: Schedule | null;
  private source!: Source;
  private validation: Source | null = null;
  private prepared: Prepared | null = null;
  readonly snapshot: TrainingSnapshot;
  private readonly best: WeightSnapshot;
  private readonly watch = new Watch();
  private readonly trouble: Trouble;
  epoch = 0;
  step = 0;
  private loss = NaN;
  /** The learning rate of the last step; a schedule has set the next one by now. */
  private stepLr: number | null = null;
  /** The last batch and its number, to be looked at where something is wrong. */
  private lastBatch: NumberedBatch | null = null;
  private stopRequested = false;
  private begun = 0;
  /** The step that this process began with. */
  private firstStep = 0;
  /** The sums of the epoch under way; null between two epochs. */
  private sums: EpochSums | null = null;
  /** When that epoch began. */
  private started = 0;
  private readonly checkpoints: FitCheckpoints | null;
  private readonly context: FitContext<M>;

  /** @throws ValueError for options without meaning */
  constructor(
    readonly model: FitModel,
    readonly options: FitOptions<M>,
  ) {
    checkOptions(model, options as unknown as FitOptions);
    this.optimizer = optimizerOf(model, options.optimizer);
    this.callbacks = listOf(options.callbacks);
    this.metrics = options.metrics ?? ({} as M);
    const hasValidation = options.validation != null;
    const { earlyStopping } = options;
    this.patience = earlyStopping == null ? null : new Patience(earlyStopping, this.metrics, hasValidation);
    this.snapshot = new TrainingSnapshot(model, this.optimizer);
    this.best = new WeightSnapshot(model, this.optimizer);
    this.trouble = new Trouble(this);
    this.schedule = scheduleOf(options.scheduler, this.optimizer, this.metrics, hasValidation);
    this.context = this.contextOf();
    this.checkpoints = this.checkpointsOf();
    // Data is looked at now as well: what has no batches is an error of this call, not of a later one.
    if (typeof options.validation !== "number") this.openSources();
  }

  /** Where a batch has been seen. */
  get stepper(): Stepper {
    return this.prepared!.stepper;
  }

  private contextOf(): FitContext<M> {
    const trainer = this;
    return {
      model: this.model,
      optimizer: this.optimizer,
      history: this.history,
      get scheduler() {
        return trainer.schedule?.scheduler ?? null;
      },
      get epoch() {
        return trainer.epoch;
      },
      get step() {
        return trainer.step;
      },
      get loss() {
        return trainer.loss;
      },
      stop() {
        trainer.stopRequested = true;
      },
    };
  }

  private checkpointsOf(): FitCheckpoints | null {
    const { checkpoint } = this.options;
    if (checkpoint == null) return null;
    const { folder, store, resume = true, state = {}, ...settings } = checkpoint;
    return new FitCheckpoints(
      new CheckpointManager({ store: folder ?? store!, ...settings }),
      this.resumable(),
      resume,
      state,
    );
  }

  /** This training as its checkpoints see it. */
  private resumable(): Resumable {
    const trainer = this;
    const { model, optimizer, metrics, patience, best, watch, schedule } = this;
    const { alarms, warned } = this.trouble;
    return {
      model,
      loss: this.options.loss,
      optimizer,
      scheduler: schedule?.scheduler ?? null,
      metrics,
      history: this.history as unknown as FitHistory,
      patience,
      best,
      watch,
      alarms,
      warned,
      get source() {
        return trainer.source;
      },
      get validation() {
        return trainer.validation;
      },
      get sums() {
        return trainer.sums;
      },
      get standing() {
        const { epoch, step, loss, stepLr, started } = trainer;
        return { epoch, step, loss, stepLr, elapsed: (performance.now() - started) / 1000 };
      },
      set standing({ elapsed, ...numbers }) {
        Object.assign(trainer, numbers);
        trainer.firstStep = trainer.step;
        trainer.started = performance.now() - elapsed * 1000;
      },
      resumeEpoch(saved) {
        trainer.sums = saved === null ? null : { loss: new Mean(), norms: new Mean(), batches: saved.batches };
        if (saved !== null) trainer.sums!.loss.loadStateDict(saved.loss);
        if (saved !== null) trainer.sums!.norms.loadStateDict(saved.norms);
      },
      reopen() {
        if (typeof trainer.options.validation === "number") trainer.openSources();
      },
      keep() {
        if (trainer.options.snapshotEvery !== 0 && watch.isHealthy) trainer.snapshot.take(trainer.step);
      },
    };
  }

  private openSources(): void {
    const { data, validation, batchSize = 32, shuffle = true } = this.options;
    const [train, held] =
      typeof validation === "number" ? splitOff(data, validation) : ([data, validation ?? null] as const);
    this.source = sourceOf("data", train, { batchSize, shuffle });
    this.validation = held === null ? null : sourceOf("validation", held, { batchSize, shuffle: false });
  }

  /** Runs a callback of everybody who has it; waits only where there is something to wait for. */
  async call(name: keyof FitCallbacks, ...rest: readonly unknown[]): Promise<void> {
    for (const each of this.callbacks) {
      const body = each[name] as ((...args: unknown[]) => unknown) | undefined;
      const result = body?.call(each, this.context, ...rest);
      if (result instanceof Promise) await result;
    }
  }

  private hasCallback(name: keyof FitCallbacks): boolean {
    return this.callbacks.some((each) => each[name] !== undefined);
  }

  /** The training itself. Leaving the loop early ends it as it should. */
  async *run(): AsyncGenerator<FitEvent<M>, void, undefined> {
    const { seed } = this.options;
    if (seed !== undefined) manualSeed(seed);
    this.checkpoints?.noteBeginning();
    if (typeof this.options.validation === "number") this.openSources();
    this.begun = performance.now();
    let completed = false;
    let failed = false;
    try {
      await this.checkpoints?.begin();
      await this.call("onStart");
      yield* this.epochs();
      completed = true;
    } catch (error) {
      completed = failed = true;
      throw error;
    } finally {
      if (!completed) this.end("break");
      try {
        // What is saved is where it would go on, not the best weights.
        await this.checkpoints?.close(!failed && this.history.diagnosis === null);
      } finally {
        this.finish();
        await this.call("onStop");
      }
    }
  }

  end(reason: StopReason): void {
    this.history.stopped ??= reason;
    if (reason === "break" || reason === "signal") this.history.interrupted = true;
  }

  /** Puts the model into the state that it is left in. */
  private finish(): void {
    this.prepared?.stepper.dispose();
    this.prepared?.evaluate.dispose();
    if (this.patience?.restoreBest && this.patience.best !== null && this.history.diagnosis === null) {
      this.best.restore();
      this.history.restoredBest = true;
    }
    if (this.model instanceof Module) this.model.eval();
  }

  private async *epochs(): AsyncGenerator<FitEvent<M>, void, undefined> {
    const { epochs = Infinity } = this.options;
    // A training that goes on may have been over, or in the middle of an epoch.
    if (this.epoch > 0 && this.sums === null) this.endIfOver();
    while (this.history.stopped === null && (this.epoch < epochs || this.sums !== null)) {
      if (this.options.signal?.aborted) {
        this.end("signal");
        return;
      }
      yield* this.oneEpoch();
      if (this.history.stopped === null) this.endIfOver();
    }
    this.end("epochs");
  }

  private endIfOver(): void {
    if (this.stopRequested) this.end("callback");
    else if (this.step >= (this.options.maxSteps ?? Infinity)) this.end("maxSteps");
    else if (this.patience?.isOver) this.end("earlyStopping");
  }

  /** The sums of the epoch that goes on, or of a new one. */
  private async beginEpoch(): Promise<EpochSums> {
    if (this.sums !== null) return this.sums;
    this.epoch++;
    this.started = performance.now();
    await this.call("onEpochStart");
    for (const metric of Object.values(this.metrics)) metric.reset();
    return { loss: new Mean(), norms: new Mean(), batches: 0 };
  }

  private async *oneEpoch(): AsyncGenerator<FitEvent<M>, void, undefined> {
    const sums = await this.beginEpoch();
    this.sums = sums;
    if (this.model instanceof Module) this.model.train();
    yield* this.batches(sums);
    if (this.history.stopped !== null) {
      if (sums.batches > 0) {
        const { epoch } = this;
        this.history.partial = { epoch, batches: sums.batches, train: this.measured(sums.loss) };
      }
      return;
    }
    const train = this.measured(sums.loss);
    const lr = this.optimizer.paramGroups[0]!.lr;
    const validation = this.validation === null ? null : await this.validate(this.validation);
    if (this.history.stopped !== null) {
      this.history.partial = { epoch: this.epoch, batches: sums.batches, train };
      return;
    }
    const record: EpochRecord<M> = {
      epoch: this.epoch,
      step: this.step,
      batches: sums.batches,
      train,
      validation,
      lr: this.stepLr ?? lr,
      gradNorm: sums.norms.compute(),
    };
    this.history.epochs.push(record);
    await this.judge(record);
    this.history.seconds.push((performance.now() - this.started) / 1000);
    this.sums = null;
    if (this.history.stopped !== null) return;
    await this.call("onEpochEnd", record);
    await this.checkpoints?.saveIfDue();
    yield { kind: "epoch", ...record };
  }

  /** What follows from an epoch's values: schedule, best weights, a loss that does not move. */
  private async judge(record: EpochRecord<M>): Promise<void> {
    const { schedule, patience, trouble } = this;
    if (schedule !== null && !schedule.perStep) schedule.step(monitored(record, schedule.monitor));
    if (patience?.isBest(record)) {
      this.history.best = patience.best;
      if (patience.restoreBest) this.best.take(this.step);
    }
    const moved = trouble.warned.size === 0 ? isFlat(this.history.stepLosses) : null;
    if (moved !== null && this.lastBatch !== null)
      await trouble.report(diagnoseFlat(trouble.scene(this.lastBatch, undefined, undefined, true), moved));
  }

  private async *batches(sums: EpochSums): AsyncGenerator<FitEvent<M>, void, undefined> {
    const { accumulateSteps = 1, maxSteps = Infinity, signal } = this.options;
    const iterator = await (this.checkpoints?.open() ?? this.source.open());
    const losses = new Mean();
    let pending = 0;
    try {
      for (;;) {
        // Half a step cannot be saved: it is finished first.
        if (signal?.aborted && (pending === 0 || this.checkpoints === null)) {
          this.end("signal");
          if (pending > 0) this.stepper.abandon();
          return;
        }
        const next = await nextOf(iterator);
        if (next.done) break;
        const batch = this.weighted("data", readBatch("data", next.value));
        this.lastBatch = { ...batch, number: sums.batches + 1 };
        if (this.prepared === null) this.prepare(batch);
        if (this.model instanceof Module && !this.model.training) this.model.train();
        const refused = await this.takeBatch(batch, sums, losses, pending === 0);
        sums.batches++;
        pending = refused ? 0 : pending + 1;
        if (this.history.stopped !== null) return;
        if (pending === accumulateSteps) {
          pending = 0;
          const event = await this.takeStep(losses, sums);
          if (event !== null) yield event;
          if (this.history.stopped !== null || this.stopRequested || this.step >= maxSteps) return;
          if (this.checkpoints !== null) await this.checkpoints.afterStep();
        }
        await breathe();
      }
      if (sums.batches === 0) throw emptyData("data", this.epoch);
      const event = pending > 0 ? await this.takeStep(losses, sums) : null;
      if (event !== null) yield event;
    } finally {
      await iterator.return?.();
    }
  }

  /** Adds a batch to the step; whether it was refused and the step begins anew. */
  private async takeBatch(batch: SuspectBatch, sums: EpochSums, losses: Mean, begins: boolean): Promise<boolean> {
    const { X, y, weight } = batch;
    const { trouble } = this;
    let result: ReturnType<Stepper["accumulate"]>;
    try {
      result = this.stepper.needsClosure
        ? this.stepper.stepWithClosure(X, y, weight)
        : this.stepper.accumulate(X, y, weight, begins);
    } catch (error) {
      this.stepper.abandon();
      losses.reset();
      if (!(error instanceof IndexError) || error.code !== "class-range") throw error;
      await trouble.report(diagnoseLabels(trouble.scene(this.lastBatch!), error as TorchletError));
      return true;
    }
    const { loss, divisor, norm, preds } = result;
    if (divisor === 0) throw noWeight(sums.batches + 1);
    const sound = Number.isFinite(loss) && (norm === null || Number.isFinite(norm));
    if (!sound) {
      await trouble.takeAlarm(this.lastBatch!, loss, norm ?? NaN);
      losses.reset();
      return true;
    }
    if (loss < 0 && isBinary(this.options.loss)) {
      const verdict = trouble.warned.has("label-range")
        ? null
        : diagnoseNegative(trouble.scene(this.lastBatch!, loss, norm ?? NaN));
      if (verdict !== null) await trouble.report({ ...verdict, keepsGoing: true });
      if (this.history.stopped !== null) return true;
    }
    losses.update(loss, divisor);
    sums.loss.update(loss, divisor);
    if (preds !== null) for (const metric of Object.values(this.metrics)) metric.update(preds, y, weight);
    return false;
  }

  /** Ends a step: looks at its numbers, changes the parameters, and tells everybody; the event, where one was asked for. */
  private async takeStep(losses: Mean, sums: EpochSums): Promise<FitEvent<M> | null> {
    const { stepper, schedule, watch, options } = this;
    const loss = losses.compute();
    losses.reset();
    const norm = stepper.combine();
    const alarm = watch.step(loss, norm);
    if (alarm !== "finite" && (await this.trouble.takeAlarm(this.lastBatch!, loss, norm, alarm))) return null;
    this.history.stepLosses.push(loss);
    this.history.gradNorms.push(norm);
    sums.norms.update(norm);
    if (!stepper.needsClosure) stepper.update();
    this.loss = loss;
    this.step++;
    this.stepLr = this.optimizer.paramGroups[0]!.lr;
    if (schedule?.perStep) schedule.step(loss);
    const every = stepper.needsClosure ? 1 : (options.snapshotEvery ?? 64);
    if (every > 0 && this.step % every === 0 && watch.isHealthy) this.snapshot.take(this.step);
    if (this.hasCallback("onStep")) await this.call("onStep");
    if (options.progress !== undefined) {
      const seconds = (performance.now() - this.begun) / 1000;
      const { epoch, step, firstStep, source } = this;
      const standing = { epoch, step, loss: sums.loss.compute(), perStep: seconds / (step - firstStep) };
      options.progress(progressOf(options, source, standing));
    }
    const { epoch, step } = this;
    if (options.everySteps === undefined || step % options.everySteps !== 0) return null;
    return { kind: "step", epoch, step, loss, gradNorm: norm, lr: this.stepLr };
  }

  private prepare(batch: SuspectBatch, training = true): void {
    this.prepared = prepare(this.model, this.options, this.optimizer, batch);
    if (this.model instanceof Module) this.model.train(training);
    if (this.options.snapshotEvery !== 0) this.snapshot.take(this.step);
  }

  /** A batch with the weights of its samples. */
  private weighted(name: string, [X, y, given]: [Tensor, Tensor, Tensor | null]): SuspectBatch {
    const { sampleWeight } = this.options;
    const weight = sampleWeight === undefined ? given : sampleWeight(X, y);
    if (sampleWeight !== undefined) readBatch(`${name}, sampleWeight`, [X, y, weight!]);
    return { X, y, weight };
  }

  private measured(loss: Mean): Measured<M> {
    const values = Object.entries(this.metrics).map(([name, metric]) => [name, metric.compute()]);
    return { loss: loss.compute(), ...Object.fromEntries(values) } as Measured<M>;
  }

  private async validate(source: Source): Promise<Measured<M>> {
    const { signal } = this.options;
    if (this.model instanceof Module) this.model.eval();
    for (const metric of Object.values(this.metrics)) metric.reset();
    const losses = new Mean();
    const iterator = source.open();
    let batches = 0;
    try {
      for (;;) {
        // Half an epoch's values cannot be saved either.
        if (signal?.aborted && this.checkpoints === null) {
          this.end("signal");
          break;
        }
        const next = await nextOf(iterator);
        if (next.done) break;
        const batch = this.weighted("validation", readBatch("validation", next.value));
        if (this.prepared === null) this.prepare(batch, false);
        const { X, y, weight } = batch;
        const { loss, divisor, preds } = this.prepared!.evaluate(X, y, weight);
        if (divisor > 0) losses.update(loss, divisor);
        if (preds !== null) for (const metric of Object.values(this.metrics)) metric.update(preds, y, weight);
        batches++;
        await breathe();
      }
    } finally {
      await iterator.return?.();
    }
    if (batches === 0 && this.history.stopped === null) throw emptyData("validation", this.epoch);
    return this.measured(losses);
  }
}

function nextOf(iterator: BatchIterator): ReturnType<BatchIterator["next"]> {
  return iterator.next();
}
