// Schedules made of schedules: one after another (SequentialLR), or all at once (ChainedScheduler).

import { repeated } from "../../tensor/trace.js";
import type { Optimizer } from "../optimizer.js";
import { readArguments, settingError } from "./arguments.js";
import { ReduceLROnPlateau } from "./plateau.js";
import { LRScheduler, type ScheduleOptions, type SchedulerStateDict } from "./scheduler.js";

/** Refuses an empty list, schedules of another optimizer, and one that waits for a metric. */
function checkSchedulers(who: string, optimizer: Optimizer, schedulers: readonly LRScheduler[]): void {
  if (schedulers.length === 0) throw settingError(who, "at least one schedule is needed", "至少需要一个调度器");
  schedulers.forEach((scheduler, i) => {
    if (scheduler instanceof ReduceLROnPlateau) {
      const en = `schedule ${i} is a ReduceLROnPlateau, whose step needs a metric`;
      throw settingError(who, en, `第 ${i} 个调度器是 ReduceLROnPlateau，其 step 需要监测指标`);
    }
    if (scheduler.optimizer !== optimizer) {
      throw settingError(who, `schedule ${i} belongs to another optimizer`, `第 ${i} 个调度器属于另一个优化器`);
    }
  });
}

/** The common part: what is saved is the composed schedules' own state. */
abstract class ComposedScheduler extends LRScheduler {
  protected abstract readonly schedulers: readonly LRScheduler[];

  protected override rate(_t: number, before: number): number {
    return before;
  }

  override undo(): void {
    for (const scheduler of this.schedulers) scheduler.undo();
  }

  override stateDict(): SchedulerStateDict {
    return { ...super.stateDict(), schedulers: this.schedulers.map((scheduler) => scheduler.stateDict()) };
  }

  override loadStateDict(state: SchedulerStateDict): void {
    const { schedulers, ...own } = state;
    const who = `loadStateDict (${this.constructor.name})`;
    if (!Array.isArray(schedulers) || schedulers.length !== this.schedulers.length) {
      const n = this.schedulers.length;
      throw settingError(who, `the states of ${n} schedules are needed`, `需要 ${n} 个调度器的状态`, schedulers);
    }
    const before = this.schedulers.map((scheduler) => scheduler.stateDict());
    try {
      this.schedulers.forEach((scheduler, i) => {
        scheduler.loadStateDict(schedulers[i] as SchedulerStateDict);
      });
      super.loadStateDict(own);
    } catch (error) {
      this.schedulers.forEach((scheduler, i) => {
        scheduler.loadStateDict(before[i]!);
      });
      throw error;
    }
  }
}

/** Options of `SequentialLR`. */
export interface SequentialLROptions extends ScheduleOptions {
  readonly schedulers: readonly LRScheduler[];
  /** The steps at which the next schedule takes over: one less than there are schedules. */
  readonly milestones: readonly number[];
}

/**
 * Schedules one after another; each begins at its own step 0 when its milestone comes.
 *
 * @throws ValueError for schedules of another optimizer, and unless there is one milestone less than schedules
 *
 * @example
 * const warmUp = new optim.lrScheduler.LinearLR(optimizer, { startFactor: 0.1, totalIters: 5 });
 * const cosine = new optim.lrScheduler.CosineAnnealingLR(optimizer, 95);
 * const scheduler = new optim.lrScheduler.SequentialLR(optimizer, [warmUp, cosine], [5]);
 */
export class SequentialLR extends ComposedScheduler {
  protected override readonly schedulers: readonly LRScheduler[];
  readonly milestones: readonly number[];

  constructor(optimizer: Optimizer, options: SequentialLROptions);
  constructor(
    optimizer: Optimizer,
    schedulers: readonly LRScheduler[],
    milestones: readonly number[],
    options?: ScheduleOptions,
  );
  constructor(optimizer: Optimizer, ...args: unknown[]) {
    const who = "SequentialLR";
    const names = ["schedulers", "milestones"] as const;
    const o = readArguments<SequentialLROptions, { lastEpoch: number }>(who, names, { lastEpoch: -1 }, args);
    checkSchedulers(who, optimizer, o.schedulers);
    if (o.milestones.length !== o.schedulers.length - 1) {
      const [n, m] = [o.schedulers.length, o.milestones.length];
      throw settingError(
        who,
        `${n} schedules need ${n - 1} milestones, got ${m}`,
        `${n} 个调度器需要 ${n - 1} 个 milestones，得到 ${m} 个`,
        m,
      );
    }
    super(optimizer, o.lastEpoch);
    this.schedulers = [...o.schedulers];
    this.milestones = [...o.milestones];
    this.begin();
  }

  /** Which schedule a step belongs to. */
  private turn(t: number): number {
    return this.milestones.filter((m) => m <= t).length;
  }

  override begin(): void {
    for (const group of this.optimizer.paramGroups) group.lr = group.initialLr!;
    this.lastEpoch++;
    this.undo();
    this.schedulers[this.turn(0)]!.begin();
    this.lastLr = this.optimizer.paramGroups.map((group) => group.lr);
    this.starting = false;
  }

  override step(): void {
    repeated(() => {
      const t = ++this.lastEpoch;
      const turn = this.turn(t);
      const scheduler = this.schedulers[turn]!;
      if (turn > 0 && this.milestones[turn - 1] === t) scheduler.restart();
      else scheduler.step();
      this.lastLr = scheduler.getLastLr();
    });
  }
}

/**
 * Schedules that all act in every step, each on the rate that the one before left.
 *
 * @throws ValueError for an empty list, and for schedules of different optimizers
 *
 * @example
 * const scheduler = new optim.lrScheduler.ChainedScheduler([
 *   new optim.lrScheduler.ConstantLR(optimizer, { factor: 0.1, totalIters: 20 }),
 *   new optim.lrScheduler.ExponentialLR(optimizer, 0.9),
 * ]);
 */
export class ChainedScheduler extends ComposedScheduler {
  protected override readonly schedulers: readonly LRScheduler[];

  constructor(schedulers: readonly LRScheduler[], optimizer?: Optimizer | { readonly optimizer?: Optimizer }) {
    const given = optimizer !== undefined && "paramGroups" in optimizer ? optimizer : optimizer?.optimizer;
    const used = given ?? schedulers[0]?.optimizer;
    checkSchedulers("ChainedScheduler", used!, schedulers);
    super(used!);
    this.schedulers = [...schedulers];
    this.lastEpoch = 0;
    this.starting = false;
  }

  override step(): void {
    repeated(() => {
      this.lastEpoch++;
      for (const scheduler of this.schedulers) scheduler.step();
      this.lastLr = this.optimizer.paramGroups.map((group) => group.lr);
    });
  }
}
