// The training loop: epochs of steps, validation, and everything that happens between them.

import { noGrad } from "../autograd/index.js";
import { CheckpointManager } from "../checkpoint/manager.js";
import { isBuiltin } from "../compile/own.js";
import { breathe } from "../data/breathe.js";
import { IndexError, type TorchletError, ValueError } from "../errors/index.js";
import { Mean } from "../metrics/mean.js";
import { Module } from "../nn/module.js";
import { tensor } from "../ops/creation.js";
import { forkRng, manualSeed } from "../ops/random.js";
import { ReduceLROnPlateau } from "../optim/lr-scheduler/plateau.js";
import { LRScheduler } from "../optim/lr-scheduler/scheduler.js";
import type { Optimizer } from "../optim/optimizer.js";
import type { Tensor } from "../tensor/tensor.js";
import { checkOptions, classWeightOf, listOf, optimizerOf, optionError } from "./check-options.js";
import { type EpochSums, FitCheckpoints, type Resumable } from "./checkpoints.js";
import { type BatchIterator, emptyData, readBatch, type Source, sourceOf, splitOff } from "./data.js";
import {
  diagnoseDivergence,
  diagnoseFlat,
  diagnoseLabels,
  diagnoseNegative,
  diagnoseNoGradient,
  diagnoseNonFinite,
  isBinary,
  type Scene,
  type Verdict,
} from "./diagnose.js";
import { TrainingError } from "./diagnosis.js";
import type { SuspectBatch } from "./evidence.js";
import { checkMonitor, monitored, Patience } from "./monitor.js";
import { isSum, type Objective, objectiveOf, refuseBroadcast } from "./objective.js";
import { TrainingSnapshot, WeightSnapshot } from "./snapshot.js";
import { type Evaluation, evaluationOf, Stepper } from "./step.js";
import type {
  EpochRecord,
  FitCallbacks,
  FitContext,
  FitEvent,
  FitHistory,
  FitMetrics,
  FitModel,
  FitOptions,
  FitProgress,
  Measured,
  ScheduleSettings,
  StopReason,
} from "./types.js";
import { type Alarm, isFlat, Watch } from "./watch.js";

/** Steps whose loss is no number that are looked into, where training goes on all the same. */
const MOST_DIAGNOSED = 10;

/** A schedule and when it steps. */
interface Schedule {
  readonly scheduler: LRScheduler;
  readonly perStep: boolean;
  readonly monitor: string;
}

/** One training from its options to its history; runs once. */
export class Trainer<M extends FitMetrics> {
  readonly history: FitHistory<M> = {
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
  private readonly optimizer: Optimizer;
  private readonly callbacks: readonly FitCallbacks<M>[];
  private readonly metrics: M;
  private readonly patience: Patience | null;
  private schedule: Schedule | null = null;
  private source!: Source;
  private validation: Source | null = null;
  private stepper!: Stepper;
  private evaluate!: Evaluation;
  private objective!: Objective;
  private readonly snapshot: TrainingSnapshot;
  private readonly best: WeightSnapshot;
  private readonly watch = new Watch();
  private readonly alarms = new Map<Alarm, number>();
  private readonly warned = new Set<string>();
  private epoch = 0;
  private step = 0;
  private loss = NaN;
  private stopRequested = false;
  private isPrepared = false;
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
    this.schedule = this.scheduleOf(hasValidation);
    this.context = this.contextOf();
    this.checkpoints = this.checkpointsOf();
    // Data is looked at now as well: what has no batches is an error of this call, not of a later one.
    if (typeof options.validation !== "number") this.openSources();
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

  private scheduleOf(hasValidation: boolean): Schedule | null {
    const given = this.options.scheduler;
    if (given == null) return null;
    const settings: ScheduleSettings =
      given instanceof LRScheduler || typeof given === "function" ? { scheduler: given } : given;
    const scheduler =
      typeof settings.scheduler === "function" ? settings.scheduler(this.optimizer) : settings.scheduler;
    if (!(scheduler instanceof LRScheduler)) {
      throw optionError("scheduler", "as a function must return a schedule", "作为函数时必须返回调度器", scheduler);
    }
    if (scheduler.optimizer !== this.optimizer) {
      throw optionError("scheduler", "must belong to the optimizer", "必须属于该优化器", scheduler);
    }
    const monitor = settings.monitor ?? (hasValidation ? "validation.loss" : "train.loss");
    checkMonitor("scheduler", monitor, this.metrics, hasValidation);
    return { scheduler, perStep: settings.interval === "step", monitor };
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
    const { model, optimizer, metrics, patience, best, watch, alarms, warned, schedule } = this;
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
  private async call(name: keyof FitCallbacks, ...rest: readonly unknown[]): Promise<void> {
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

  private end(reason: StopReason): void {
    this.history.stopped ??= reason;
    if (reason === "break" || reason === "signal") this.history.interrupted = true;
  }

  /** Puts the model into the state that it is left in. */
  private finish(): void {
    // A training that failed before its first batch has none of them.
    (this.stepper as Stepper | undefined)?.dispose();
    (this.evaluate as Evaluation | undefined)?.dispose();
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

  /** The learning rate of the last step; a schedule has set the next one by now. */
  private stepLr: number | null = null;

  /** What follows from an epoch's values: schedule, best weights, a loss that does not move. */
  private async judge(record: EpochRecord<M>): Promise<void> {
    const { schedule, patience } = this;
    if (schedule !== null && !schedule.perStep) this.stepSchedule(monitored(record, schedule.monitor));
    if (patience?.isBest(record)) {
      this.history.best = patience.best;
      if (patience.restoreBest) this.best.take(this.step);
    }
    const moved = this.warned.size === 0 ? isFlat(this.history.stepLosses) : null;
    if (moved !== null && this.lastBatch !== null)
      await this.report(diagnoseFlat(this.scene(this.lastBatch, undefined, undefined, true), moved));
  }

  private stepSchedule(value: number): void {
    const { scheduler } = this.schedule!;
    if (scheduler instanceof ReduceLROnPlateau) scheduler.step(value);
    else scheduler.step();
  }

  /** The last batch and its number, to be looked at where something is wrong. */
  private lastBatch: (SuspectBatch & { readonly number: number }) | null = null;

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
        if (!this.isPrepared) this.prepare(batch);
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
    let result: ReturnType<Stepper["accumulate"]>;
    try {
      result = this.stepper.needsClosure
        ? this.stepper.stepWithClosure(X, y, weight)
        : this.stepper.accumulate(X, y, weight, begins);
    } catch (error) {
      this.stepper.abandon();
      losses.reset();
      if (!(error instanceof IndexError) || error.code !== "class-range") throw error;
      await this.report(diagnoseLabels(this.scene(this.lastBatch!), error as TorchletError));
      return true;
    }
    const { loss, divisor, norm, preds } = result;
    if (divisor === 0) throw noWeight(sums.batches + 1);
    const sound = Number.isFinite(loss) && (norm === null || Number.isFinite(norm));
    if (!sound) {
      await this.takeAlarm(loss, norm ?? NaN);
      losses.reset();
      return true;
    }
    if (loss < 0 && isBinary(this.options.loss)) {
      const verdict = this.warned.has("label-range")
        ? null
        : diagnoseNegative(this.scene(this.lastBatch!, loss, norm ?? NaN));
      if (verdict !== null) await this.report({ ...verdict, keepsGoing: true });
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
    if (alarm !== "finite" && (await this.takeAlarm(loss, norm, alarm))) return null;
    this.history.stepLosses.push(loss);
    this.history.gradNorms.push(norm);
    sums.norms.update(norm);
    if (!stepper.needsClosure) stepper.update();
    this.loss = loss;
    this.step++;
    this.stepLr = this.optimizer.paramGroups[0]!.lr;
    if (schedule?.perStep) this.stepSchedule(loss);
    const every = stepper.needsClosure ? 1 : (options.snapshotEvery ?? 64);
    if (every > 0 && this.step % every === 0 && watch.isHealthy) this.snapshot.take(this.step);
    if (this.hasCallback("onStep")) await this.call("onStep");
    options.progress?.(this.progress(sums));
    const { epoch, step } = this;
    if (options.everySteps === undefined || step % options.everySteps !== 0) return null;
    return { kind: "step", epoch, step, loss, gradNorm: norm, lr: this.stepLr };
  }

  /** Something is wrong with a step: says what. Whether the step must not be made. */
  private async takeAlarm(loss: number, norm: number, alarm: Alarm = "non-finite"): Promise<boolean> {
    const scene = this.scene(this.lastBatch!, loss, norm);
    // Where training goes on all the same, the same is not looked into again and again.
    const times = (this.alarms.get(alarm) ?? 0) + 1;
    this.alarms.set(alarm, times);
    switch (alarm) {
      case "non-finite":
        this.stepper.abandon();
        if (times <= MOST_DIAGNOSED) await this.report(diagnoseNonFinite(scene));
        return true;
      case "diverged":
        if (times === 1) await this.report({ ...diagnoseDivergence(scene), keepsGoing: true });
        return this.history.stopped !== null;
      case "no-gradient":
        if (times === 1) await this.report(diagnoseNoGradient(scene));
        return this.history.stopped !== null;
      case "finite":
        return false;
      default:
        return alarm satisfies never;
    }
  }

  private scene(
    batch: SuspectBatch & { readonly number: number },
    loss?: number,
    norm?: number,
    finished = false,
  ): Scene {
    const { stepLosses, gradNorms } = this.history;
    return {
      epoch: this.epoch,
      step: this.step + (finished ? 0 : 1),
      batch: batch.number,
      stepper: this.stepper,
      loss: this.options.loss,
      suspect: batch,
      losses: loss === undefined ? stepLosses : [...stepLosses.slice(-20), loss],
      norms: norm === undefined ? gradNorms : [...gradNorms.slice(-20), norm],
      snapshot: this.snapshot,
    };
  }

  /** Notes a diagnosis, and does what `onDiagnosis` says. */
  private async report({
    diagnosis,
    weightsAreBad,
    cause,
    keepsGoing = false,
  }: Verdict & { keepsGoing?: boolean }): Promise<void> {
    const mode = diagnosis.severity === "warning" ? "warn" : (this.options.onDiagnosis ?? "throw");
    if (mode === "warn") {
      // A loss that is large but a number may still come down.
      if (weightsAreBad && !keepsGoing) this.snapshot.restore();
      if (this.warned.has(diagnosis.code)) return;
      this.warned.add(diagnosis.code);
      this.history.warnings.push(diagnosis);
      await this.call("onDiagnosis", diagnosis);
      return;
    }
    this.stepper.abandon();
    if (weightsAreBad) this.snapshot.restore();
    this.history.diagnosis = diagnosis;
    this.end("diagnosis");
    await this.call("onDiagnosis", diagnosis);
    if (mode === "throw") throw new TrainingError(diagnosis, this.history as unknown as FitHistory, cause);
  }

  /** What needs a first batch: layers that learn their sizes from it, the check of shapes, the compiled steps. */
  private prepare({ X, y }: SuspectBatch, training = true): void {
    this.isPrepared = true;
    const { model, options, optimizer } = this;
    const { loss, accumulateSteps = 1, clipGradNorm = null, clipGradValue = null } = options;
    const isModule = model instanceof Module;
    const lazy = isModule && model.modules().some((m) => "hasUninitializedParams" in m);
    const preds = this.firstPredictions(X, y, lazy);
    const classWeight = classWeightOf(options.classWeight, (values) => tensor([...values], { dtype: preds?.dtype }));
    this.objective = objectiveOf({
      loss,
      classWeight,
      accumulates: accumulateSteps > 1,
      sampleWeights: options.sampleWeight !== undefined,
    });
    const safe = isBuiltin(model, loss);
    const withPredictions = Object.keys(this.metrics).length > 0;
    this.stepper = new Stepper({
      model,
      objective: this.objective,
      optimizer,
      single: accumulateSteps === 1,
      sums: isSum(loss),
      clipGradNorm,
      clipGradValue,
      compiled: options.compile ?? (safe && isBuiltin(optimizer)),
      withPredictions,
    });
    if (this.stepper.needsClosure && accumulateSteps > 1) {
      throw optionError("accumulateSteps", "must be 1 with LBFGS", "在使用 LBFGS 时必须为 1", accumulateSteps);
    }
    this.evaluate = evaluationOf(model, this.objective, options.compile ?? safe, withPredictions);
    if (isModule) model.train(training);
    if (options.snapshotEvery !== 0) this.snapshot.take(this.step);
  }

  /** Predictions where shapes or sizes have to be known beforehand: without random numbers, and without a trace in buffers. */
  private firstPredictions(X: Tensor, y: Tensor, lazy: boolean): Tensor | null {
    const { model } = this;
    const { loss } = this.options;
    if (!lazy && isBuiltin(loss) && loss instanceof Module) return null;
    if (model instanceof Module) model.eval();
    const predict = () => {
      const preds = model(X);
      refuseBroadcast(loss, preds, y);
      return preds;
    };
    // A function may draw in spite of that, and layers that learn their sizes draw their weights: those draws are to stay.
    return noGrad(() => (lazy ? predict() : forkRng(predict)));
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
        if (!this.isPrepared) this.prepare(batch, false);
        const { X, y, weight } = batch;
        const { loss, divisor, preds } = this.evaluate(X, y, weight);
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

  private progress(sums: EpochSums): FitProgress {
    const { epochs, maxSteps, accumulateSteps = 1 } = this.options;
    const perEpoch = this.source.length === null ? null : Math.ceil(this.source.length / accumulateSteps);
    const all = perEpoch === null || epochs === undefined ? null : perEpoch * epochs;
    const steps = maxSteps === undefined ? all : all === null ? maxSteps : Math.min(all, maxSteps);
    const perStep = (performance.now() - this.begun) / 1000 / (this.step - this.firstStep);
    const { epoch, step } = this;
    const secondsLeft = steps === null ? null : perStep * Math.max(steps - step, 0);
    return { epoch, epochs: epochs ?? null, step, steps, loss: sums.loss.compute(), secondsLeft };
  }
}

function nextOf(iterator: BatchIterator): ReturnType<BatchIterator["next"]> {
  return iterator.next();
}

function noWeight(batch: number): ValueError {
  return new ValueError("fit-no-weight", {
    path: "fit",
    rule: {
      en: `the weights of the samples of batch ${batch} add up to 0`,
      zh: `第 ${batch} 批样本的权重之和为 0`,
    },
    hint: { en: "leave such samples out, or make batches larger", zh: "请略去这些样本，或增大批量" },
  });
}
