// Schedules that multiply the learning rate: by a function of the step, at fixed steps, or in every step.
import type { Optimizer } from "../optimizer.js";
import { checkInteger, perGroup, readArguments, settingError } from "./arguments.js";
import { LRScheduler, type ScheduleOptions } from "./scheduler.js";

/** A factor for each step. */
export type StepFunction = (step: number) => number;

/** Options of `LambdaLR` and `MultiplicativeLR`. */
export interface LambdaLROptions extends ScheduleOptions {
  /** A factor for each step, or a list with one function for each parameter group. */
  readonly lrLambda: StepFunction | readonly StepFunction[];
}

function readLambdas(who: string, optimizer: Optimizer, args: readonly unknown[]) {
  const { lrLambda, lastEpoch } = readArguments<LambdaLROptions, { lastEpoch: number }>(
    who,
    ["lrLambda"],
    { lastEpoch: -1 },
    args,
  );
  const lrLambdas = perGroup(who, "lrLambda", lrLambda, optimizer.paramGroups.length);
  if (lrLambdas.some((f) => typeof f !== "function")) {
    throw settingError(who, "lrLambda must be a function, or a list of them", "lrLambda 必须是函数或函数列表");
  }
  return { lrLambdas, lastEpoch };
}

/**
 * The initial learning rate times a function of the step: `lr_t = lr_0 * lrLambda(t)`.
 *
 * @throws ValueError unless there is one function, or one for each parameter group
 *
 * @example
 * const scheduler = new optim.lrScheduler.LambdaLR(optimizer, (step) => 0.95 ** step);
 */
export class LambdaLR extends LRScheduler {
  readonly lrLambdas: readonly StepFunction[];

  constructor(optimizer: Optimizer, options: LambdaLROptions);
  constructor(optimizer: Optimizer, lrLambda: LambdaLROptions["lrLambda"], options?: ScheduleOptions);
  constructor(optimizer: Optimizer, ...args: unknown[]) {
    const { lrLambdas, lastEpoch } = readLambdas("LambdaLR", optimizer, args);
    super(optimizer, lastEpoch);
    this.lrLambdas = lrLambdas;
    this.begin();
  }

  protected override rate(t: number, _before: number, base: number, i: number): number {
    return base * this.lrLambdas[i]!(t);
  }
}

/**
 * The learning rate before times a function of the step: `lr_t = lr_t-1 * lrLambda(t)`.
 *
 * @throws ValueError unless there is one function, or one for each parameter group
 *
 * @example
 * const scheduler = new optim.lrScheduler.MultiplicativeLR(optimizer, () => 0.95);
 */
export class MultiplicativeLR extends LRScheduler {
  readonly lrLambdas: readonly StepFunction[];

  constructor(optimizer: Optimizer, options: LambdaLROptions);
  constructor(optimizer: Optimizer, lrLambda: LambdaLROptions["lrLambda"], options?: ScheduleOptions);
  constructor(optimizer: Optimizer, ...args: unknown[]) {
    const { lrLambdas, lastEpoch } = readLambdas("MultiplicativeLR", optimizer, args);
    super(optimizer, lastEpoch);
    this.lrLambdas = lrLambdas;
    this.begin();
  }

  protected override rate(t: number, before: number, _base: number, i: number): number {
    return this.starting ? before : before * this.lrLambdas[i]!(t);
  }

  /** As in PyTorch a sequence hands over the rate that it has reached. */
  override restart(): void {
    this.setRates(0);
  }
}

/** Options of `StepLR`. */
export interface StepLROptions extends ScheduleOptions {
  /** Steps from one decay to the next. */
  readonly stepSize: number;
  /** Default: 0.1. */
  readonly gamma?: number;
}

/**
 * Decay by `gamma` every `stepSize` steps.
 *
 * @throws ValueError unless stepSize is a positive integer
 *
 * @example
 * const scheduler = new optim.lrScheduler.StepLR(optimizer, 30, { gamma: 0.1 });
 */
export class StepLR extends LRScheduler {
  readonly stepSize: number;
  readonly gamma: number;

  constructor(optimizer: Optimizer, options: StepLROptions);
  constructor(optimizer: Optimizer, stepSize: number, gamma?: number | Omit<StepLROptions, "stepSize">);
  constructor(optimizer: Optimizer, ...args: unknown[]) {
    const defaults = { gamma: 0.1, lastEpoch: -1 };
    const o = readArguments<StepLROptions, typeof defaults>("StepLR", ["stepSize", "gamma"], defaults, args);
    checkInteger("StepLR", "stepSize", o.stepSize);
    super(optimizer, o.lastEpoch);
    this.stepSize = o.stepSize;
    this.gamma = o.gamma;
    this.begin();
  }

  protected override rate(t: number, before: number): number {
    return t > 0 && t % this.stepSize === 0 ? before * this.gamma : before;
  }
}

/** Options of `MultiStepLR`. */
export interface MultiStepLROptions extends ScheduleOptions {
  /** The steps of the decays; one that is named twice decays twice. */
  readonly milestones: readonly number[];
  /** Default: 0.1. */
  readonly gamma?: number;
}

/**
 * Decay by `gamma` at each milestone.
 *
 * @example
 * const scheduler = new optim.lrScheduler.MultiStepLR(optimizer, [30, 80], { gamma: 0.1 });
 */
export class MultiStepLR extends LRScheduler {
  readonly milestones: readonly number[];
  readonly gamma: number;

  constructor(optimizer: Optimizer, options: MultiStepLROptions);
  constructor(
    optimizer: Optimizer,
    milestones: readonly number[],
    gamma?: number | Omit<MultiStepLROptions, "milestones">,
  );
  constructor(optimizer: Optimizer, ...args: unknown[]) {
    const defaults = { gamma: 0.1, lastEpoch: -1 };
    const names = ["milestones", "gamma"] as const;
    const o = readArguments<MultiStepLROptions, typeof defaults>("MultiStepLR", names, defaults, args);
    super(optimizer, o.lastEpoch);
    this.milestones = [...o.milestones];
    this.gamma = o.gamma;
    this.begin();
  }

  protected override rate(t: number, before: number): number {
    const times = this.milestones.filter((m) => m === t).length;
    return times === 0 ? before : before * this.gamma ** times;
  }
}

/** Options of `ExponentialLR`. */
export interface ExponentialLROptions extends ScheduleOptions {
  readonly gamma: number;
}

/**
 * Decay by `gamma` in every step: `lr_t = lr_0 * gamma^t`.
 *
 * @example
 * const scheduler = new optim.lrScheduler.ExponentialLR(optimizer, 0.9);
 */
export class ExponentialLR extends LRScheduler {
  readonly gamma: number;

  constructor(optimizer: Optimizer, options: ExponentialLROptions);
  constructor(optimizer: Optimizer, gamma: number, options?: ScheduleOptions);
  constructor(optimizer: Optimizer, ...args: unknown[]) {
    const defaults = { lastEpoch: -1 };
    const o = readArguments<ExponentialLROptions, typeof defaults>("ExponentialLR", ["gamma"], defaults, args);
    super(optimizer, o.lastEpoch);
    this.gamma = o.gamma;
    this.begin();
  }

  protected override rate(_t: number, before: number): number {
    return this.starting ? before : before * this.gamma;
  }
}

/** Options of `PolynomialLR`. */
export interface PolynomialLROptions extends ScheduleOptions {
  /** The step that reaches 0. Default: 5. */
  readonly totalIters?: number;
  /** Default: 1. */
  readonly power?: number;
}

/**
 * Decay to 0 as a power of what is left: `lr_t = lr_0 * (1 - t / totalIters)^power`.
 *
 * @example
 * const scheduler = new optim.lrScheduler.PolynomialLR(optimizer, { totalIters: 10, power: 2 });
 */
export class PolynomialLR extends LRScheduler {
  readonly totalIters: number;
  readonly power: number;

  constructor(optimizer: Optimizer, options?: PolynomialLROptions);
  constructor(optimizer: Optimizer, totalIters: number, power?: number | Omit<PolynomialLROptions, "totalIters">);
  constructor(optimizer: Optimizer, ...args: unknown[]) {
    const defaults = { totalIters: 5, power: 1, lastEpoch: -1 };
    const names = ["totalIters", "power"] as const;
    const o = readArguments<PolynomialLROptions, typeof defaults>("PolynomialLR", names, defaults, args);
    super(optimizer, o.lastEpoch);
    this.totalIters = o.totalIters;
    this.power = o.power;
    this.begin();
  }

  protected override rate(t: number, before: number): number {
    if (this.starting || t > this.totalIters) return before;
    return before * ((1 - t / this.totalIters) / (1 - (t - 1) / this.totalIters)) ** this.power;
  }
}
