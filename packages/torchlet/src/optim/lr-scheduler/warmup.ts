// Schedules that begin with a part of the learning rate: ConstantLR and LinearLR.
import type { Optimizer } from "../optimizer.js";
import { checkBetween, checkInteger, readArguments, settingError } from "./arguments.js";
import { LRScheduler, type ScheduleOptions } from "./scheduler.js";

/** Options of `ConstantLR`. */
export interface ConstantLROptions extends ScheduleOptions {
  /** Between 0 and 1. Default: 1/3. */
  readonly factor?: number;
  /** The step from which on the whole rate holds. Default: 5. */
  readonly totalIters?: number;
}

/**
 * A part of the learning rate, `lr_0 * factor`, until step `totalIters`.
 *
 * @throws ValueError for a factor outside 0..1
 *
 * @example
 * const scheduler = new optim.lrScheduler.ConstantLR(optimizer, { factor: 0.5, totalIters: 4 });
 */
export class ConstantLR extends LRScheduler {
  readonly factor: number;
  readonly totalIters: number;

  constructor(optimizer: Optimizer, options?: ConstantLROptions);
  constructor(optimizer: Optimizer, factor: number, totalIters?: number | Omit<ConstantLROptions, "factor">);
  constructor(optimizer: Optimizer, ...args: unknown[]) {
    const defaults = { factor: 1 / 3, totalIters: 5, lastEpoch: -1 };
    const names = ["factor", "totalIters"] as const;
    const o = readArguments<ConstantLROptions, typeof defaults>("ConstantLR", names, defaults, args);
    checkBetween("ConstantLR", "factor", o.factor, 0, 1);
    super(optimizer, o.lastEpoch);
    this.factor = o.factor;
    this.totalIters = o.totalIters;
    this.begin();
  }

  protected override rate(t: number, before: number, base: number): number {
    if (t === 0) return before * this.factor;
    if (t !== this.totalIters) return before;
    // Nothing is left to divide by a factor of 0.
    return this.factor === 0 ? base : before * (1 / this.factor);
  }
}

/** Options of `LinearLR`. */
export interface LinearLROptions extends ScheduleOptions {
  /** Above 0, at most 1. Default: 1/3. */
  readonly startFactor?: number;
  /** Between 0 and 1. Default: 1. */
  readonly endFactor?: number;
  /** The step that reaches the end. Default: 5. */
  readonly totalIters?: number;
}

/**
 * From `lr_0 * startFactor` to `lr_0 * endFactor` on a line, in `totalIters` steps.
 *
 * @throws ValueError for factors outside their ranges
 *
 * @example
 * const warmUp = new optim.lrScheduler.LinearLR(optimizer, { startFactor: 0.1, totalIters: 5 });
 */
export class LinearLR extends LRScheduler {
  readonly startFactor: number;
  readonly endFactor: number;
  readonly totalIters: number;

  constructor(optimizer: Optimizer, options?: LinearLROptions);
  constructor(optimizer: Optimizer, startFactor: number, endFactor?: number | Omit<LinearLROptions, "startFactor">);
  constructor(optimizer: Optimizer, ...args: unknown[]) {
    const defaults = { startFactor: 1 / 3, endFactor: 1, totalIters: 5, lastEpoch: -1 };
    const names = ["startFactor", "endFactor", "totalIters"] as const;
    const o = readArguments<LinearLROptions, typeof defaults>("LinearLR", names, defaults, args);
    const { startFactor } = o;
    if (!(startFactor > 0 && startFactor <= 1)) {
      const en = `startFactor must be above 0 and at most 1, got ${startFactor}`;
      throw settingError("LinearLR", en, `startFactor 必须大于 0 且不超过 1，得到的是 ${startFactor}`, startFactor);
    }
    checkBetween("LinearLR", "endFactor", o.endFactor, 0, 1);
    checkInteger("LinearLR", "totalIters", o.totalIters);
    super(optimizer, o.lastEpoch);
    this.startFactor = startFactor;
    this.endFactor = o.endFactor;
    this.totalIters = o.totalIters;
    this.begin();
  }

  protected override rate(t: number, before: number): number {
    const { startFactor, endFactor, totalIters } = this;
    if (t === 0) return before * startFactor;
    if (this.starting || t > totalIters) return before;
    const rise = endFactor - startFactor;
    return before * (1 + rise / (totalIters * startFactor + (t - 1) * rise));
  }
}
