// Schedules on a cosine: CosineAnnealingLR, and CosineAnnealingWarmRestarts.

import { repeated } from "../../tensor/trace.js";
import type { Optimizer } from "../optimizer.js";
import { checkInteger, readArguments, settingError } from "./arguments.js";
import { LRScheduler, type ScheduleOptions } from "./scheduler.js";

/** Options of `CosineAnnealingLR`. */
export interface CosineAnnealingLROptions extends ScheduleOptions {
  /** Steps from the highest rate to the lowest. */
  readonly TMax: number;
  /** The lowest rate. Default: 0. */
  readonly etaMin?: number;
}

/**
 * Half a cosine down in `TMax` steps, and up again (Loshchilov and Hutter, SGDR, 2017, without its restarts):
 *
 *     lr_t = etaMin + (lr_0 - etaMin) * (1 + cos(pi t / TMax)) / 2
 *
 * It is computed from the rate before, so that it goes together with other schedules.
 *
 * @throws ValueError unless TMax is a positive integer
 *
 * @example
 * const scheduler = new optim.lrScheduler.CosineAnnealingLR(optimizer, 10);
 */
export class CosineAnnealingLR extends LRScheduler {
  readonly TMax: number;
  readonly etaMin: number;

  constructor(optimizer: Optimizer, options: CosineAnnealingLROptions);
  constructor(optimizer: Optimizer, TMax: number, etaMin?: number | Omit<CosineAnnealingLROptions, "TMax">);
  constructor(optimizer: Optimizer, ...args: unknown[]) {
    const defaults = { etaMin: 0, lastEpoch: -1 };
    const names = ["TMax", "etaMin"] as const;
    const o = readArguments<CosineAnnealingLROptions, typeof defaults>("CosineAnnealingLR", names, defaults, args);
    checkInteger("CosineAnnealingLR", "TMax", o.TMax);
    super(optimizer, o.lastEpoch);
    this.TMax = o.TMax;
    this.etaMin = o.etaMin;
    this.begin();
  }

  protected override rate(t: number, before: number, base: number): number {
    const { TMax, etaMin } = this;
    if (this.starting) return before;
    // Out of the valley the quotient below would be 0 / 0.
    if ((t - 1 - TMax) % (2 * TMax) === 0) return before + ((base - etaMin) * (1 - Math.cos(Math.PI / TMax))) / 2;
    const height = (step: number) => 1 + Math.cos((Math.PI * step) / TMax);
    return (height(t) / height(t - 1)) * (before - etaMin) + etaMin;
  }
}

/** Options of `CosineAnnealingWarmRestarts`. */
export interface CosineAnnealingWarmRestartsOptions extends ScheduleOptions {
  /** Steps until the first restart. */
  readonly T0: number;
  /** How many times longer each period is than the one before. Default: 1. */
  readonly TMult?: number;
  /** The lowest rate. Default: 0. */
  readonly etaMin?: number;
}

/**
 * Half a cosine down, then back to the top, again and again (Loshchilov and Hutter, SGDR, 2017):
 *
 *     lr_t = etaMin + (lr_0 - etaMin) * (1 + cos(pi c / T)) / 2
 *
 * c being the steps since the last restart and T the steps from that one to the next.
 *
 * @throws ValueError unless T0 and TMult are positive integers
 *
 * @example
 * const scheduler = new optim.lrScheduler.CosineAnnealingWarmRestarts(optimizer, 10, { TMult: 2 });
 * scheduler.step(epoch + batch / batches); // fractions are allowed
 */
export class CosineAnnealingWarmRestarts extends LRScheduler {
  readonly T0: number;
  readonly TMult: number;
  readonly etaMin: number;

  constructor(optimizer: Optimizer, options: CosineAnnealingWarmRestartsOptions);
  constructor(optimizer: Optimizer, T0: number, TMult?: number | Omit<CosineAnnealingWarmRestartsOptions, "T0">);
  constructor(optimizer: Optimizer, ...args: unknown[]) {
    const who = "CosineAnnealingWarmRestarts";
    const defaults = { TMult: 1, etaMin: 0, lastEpoch: -1 };
    const names = ["T0", "TMult", "etaMin"] as const;
    const o = readArguments<CosineAnnealingWarmRestartsOptions, typeof defaults>(who, names, defaults, args);
    checkInteger(who, "T0", o.T0);
    checkInteger(who, "TMult", o.TMult);
    super(optimizer, o.lastEpoch);
    this.T0 = o.T0;
    this.TMult = o.TMult;
    this.etaMin = o.etaMin;
    this.begin();
  }

  /**
   * Sets the rates of the next step, or of any point in time.
   *
   * @param epoch the point in time, fractions allowed
   * @throws ValueError for a negative one
   */
  override step(epoch?: number): void {
    repeated(() => {
      if (epoch === undefined) {
        super.step();
        return;
      }
      if (!(epoch >= 0)) {
        const who = "CosineAnnealingWarmRestarts.step";
        throw settingError(
          who,
          `the epoch must not be negative, got ${epoch}`,
          `epoch 不能为负，得到的是 ${epoch}`,
          epoch,
        );
      }
      this.setRates(epoch);
      this.lastEpoch = Math.floor(epoch);
    });
  }

  protected override rate(t: number, _before: number, base: number): number {
    let period = this.T0;
    let since = t;
    if (this.TMult === 1) since = t % period;
    else for (; since >= period; period *= this.TMult) since -= period;
    return this.etaMin + ((base - this.etaMin) * (1 + Math.cos((Math.PI * since) / period))) / 2;
  }
}
