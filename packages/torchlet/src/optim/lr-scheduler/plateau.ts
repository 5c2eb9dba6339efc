// The schedule that watches a metric: ReduceLROnPlateau.
import { Tensor } from "../../tensor/tensor.js";
import { repeated } from "../../tensor/trace.js";
import type { Optimizer } from "../optimizer.js";
import { perGroup, readArguments, settingError } from "./arguments.js";
import { LRScheduler } from "./scheduler.js";

/** Options of `ReduceLROnPlateau`. */
export interface ReduceLROnPlateauOptions {
  /** Whether the metric should fall or rise. Default: "min". */
  readonly mode?: "min" | "max";
  /** Below 1. Default: 0.1. */
  readonly factor?: number;
  /** Steps without improvement that are tolerated. Default: 10. */
  readonly patience?: number;
  /** What counts as an improvement. Default: 1e-4. */
  readonly threshold?: number;
  /** Whether the threshold is a share of the best value or a difference. Default: "rel". */
  readonly thresholdMode?: "rel" | "abs";
  /** Steps after a reduction in which nothing is counted. Default: 0. */
  readonly cooldown?: number;
  /** The lowest rate, for all groups or one for each. Default: 0. */
  readonly minLr?: number | readonly number[];
  /** Smaller reductions are left out. Default: 1e-8. */
  readonly eps?: number;
}

const DEFAULTS = {
  mode: "min" as "min" | "max",
  factor: 0.1,
  patience: 10,
  threshold: 1e-4,
  thresholdMode: "rel" as "rel" | "abs",
  cooldown: 0,
  minLr: 0 as number | readonly number[],
  eps: 1e-8,
};

/**
 * Multiplies the learning rate by `factor` when a metric has not improved for more than `patience` steps.
 *
 * @throws ValueError for a factor of 1 or more, and for unknown modes
 *
 * @example
 * const scheduler = new optim.lrScheduler.ReduceLROnPlateau(optimizer, "min", { patience: 5 });
 * scheduler.step(validationLoss);
 */
export class ReduceLROnPlateau extends LRScheduler {
  readonly mode: "min" | "max";
  readonly factor: number;
  readonly patience: number;
  readonly threshold: number;
  readonly thresholdMode: "rel" | "abs";
  readonly cooldown: number;
  readonly minLrs: readonly number[];
  readonly eps: number;
  /** The best value so far. */
  best: number;
  /** Steps since. */
  numBadEpochs = 0;
  cooldownCounter = 0;

  constructor(optimizer: Optimizer, options?: ReduceLROnPlateauOptions);
  constructor(optimizer: Optimizer, mode: "min" | "max", options?: Omit<ReduceLROnPlateauOptions, "mode">);
  constructor(optimizer: Optimizer, ...args: unknown[]) {
    const who = "ReduceLROnPlateau";
    const names = Object.keys(DEFAULTS) as (keyof typeof DEFAULTS)[];
    const o = readArguments<ReduceLROnPlateauOptions, typeof DEFAULTS>(who, names, DEFAULTS, args);
    if (!(o.factor < 1))
      throw settingError(
        who,
        `factor must be below 1, got ${o.factor}`,
        `factor 必须小于 1，得到的是 ${o.factor}`,
        o.factor,
      );
    if (o.mode !== "min" && o.mode !== "max")
      throw settingError(who, `unknown mode ${o.mode}`, `未知的 mode ${o.mode}`, o.mode);
    if (o.thresholdMode !== "rel" && o.thresholdMode !== "abs") {
      throw settingError(
        who,
        `unknown thresholdMode ${o.thresholdMode}`,
        `未知的 thresholdMode ${o.thresholdMode}`,
        o.thresholdMode,
      );
    }
    super(optimizer);
    this.lastEpoch = 0;
    this.mode = o.mode;
    this.factor = o.factor;
    this.patience = o.patience;
    this.threshold = o.threshold;
    this.thresholdMode = o.thresholdMode;
    this.cooldown = o.cooldown;
    this.minLrs = perGroup(who, "minLr", o.minLr, optimizer.paramGroups.length);
    this.eps = o.eps;
    this.best = o.mode === "min" ? Infinity : -Infinity;
    this.starting = false;
  }

  /** Counts a value of the metric, and reduces the rates where it is time to. */
  override step(metric?: number | Tensor): void {
    repeated(() => {
      const value = metric instanceof Tensor ? metric.item() : metric;
      if (typeof value !== "number") {
        throw settingError("ReduceLROnPlateau.step", "the metric must be given", "必须给出监测指标的值", metric);
      }
      if (this.isBetter(value)) {
        this.best = value;
        this.numBadEpochs = 0;
      } else {
        this.numBadEpochs++;
      }
      if (this.cooldownCounter > 0) {
        this.cooldownCounter--;
        this.numBadEpochs = 0;
      }
      this.lastEpoch++;
      if (this.numBadEpochs > this.patience) {
        this.reduce();
        this.cooldownCounter = this.cooldown;
        this.numBadEpochs = 0;
      }
      this.lastLr = this.optimizer.paramGroups.map((group) => group.lr);
    });
  }

  private isBetter(value: number): boolean {
    const { best, threshold } = this;
    if (this.mode === "min") return value < (this.thresholdMode === "rel" ? best * (1 - threshold) : best - threshold);
    return value > (this.thresholdMode === "rel" ? best * (1 + threshold) : best + threshold);
  }

  private reduce(): void {
    this.optimizer.paramGroups.forEach((group, i) => {
      group.lr = this.rate(this.lastEpoch, group.lr, 0, i);
    });
  }

  protected override rate(_t: number, before: number, _base: number, i: number): number {
    const lower = Math.max(before * this.factor, this.minLrs[i] ?? this.minLrs[0]!);
    return before - lower > this.eps ? lower : before;
  }
}
