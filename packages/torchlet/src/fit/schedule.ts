// The schedule of a training: whose it is, when it steps, and by which value.
import { ReduceLROnPlateau } from "../optim/lr-scheduler/plateau.js";
import { LRScheduler } from "../optim/lr-scheduler/scheduler.js";
import type { Optimizer } from "../optim/optimizer.js";
import { optionError } from "./check-options.js";
import { checkMonitor } from "./monitor.js";
import type { FitMetrics, FitOptions, ScheduleSettings } from "./types.js";

/** A learning-rate schedule and when it steps. */
export class Schedule {
  constructor(
    readonly scheduler: LRScheduler,
    readonly perStep: boolean,
    /** What a schedule that looks at values is shown. */
    readonly monitor: string,
  ) {}

  /** One step; `value` is the monitored one. */
  step(value: number): void {
    const { scheduler } = this;
    if (scheduler instanceof ReduceLROnPlateau) scheduler.step(value);
    else scheduler.step();
  }
}

/** @throws ValueError for what is no schedule, or one of another optimizer, or a value that is not measured */
export function scheduleOf<M extends FitMetrics>(
  given: FitOptions<M>["scheduler"],
  optimizer: Optimizer,
  metrics: M,
  hasValidation: boolean,
): Schedule | null {
  if (given == null) return null;
  const settings: ScheduleSettings =
    given instanceof LRScheduler || typeof given === "function" ? { scheduler: given } : given;
  const scheduler = typeof settings.scheduler === "function" ? settings.scheduler(optimizer) : settings.scheduler;
  if (!(scheduler instanceof LRScheduler)) {
    throw optionError("scheduler", "as a function must return a schedule", "作为函数时必须返回调度器", scheduler);
  }
  if (scheduler.optimizer !== optimizer) {
    throw optionError("scheduler", "must belong to the optimizer", "必须属于该优化器", scheduler);
  }
  const monitor = settings.monitor ?? (hasValidation ? "validation.loss" : "train.loss");
  checkMonitor("scheduler", monitor, metrics, hasValidation);
  return new Schedule(scheduler, settings.interval === "step", monitor);
}
