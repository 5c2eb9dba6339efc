// The one-cycle policy: OneCycleLR.

import { repeated } from "../../tensor/trace.js";
import type { Optimizer } from "../optimizer.js";
import { checkBetween, checkInteger, perGroup, readArguments, settingError } from "./arguments.js";
import { checkMomentum, setMomentum } from "./momentum.js";
import { LRScheduler, type ScheduleOptions } from "./scheduler.js";

/** Options of `OneCycleLR`. */
export interface OneCycleLROptions extends ScheduleOptions {
  /** The highest rate, for all groups or one for each. */
  readonly maxLr: number | readonly number[];
  /** The length of the cycle; or `epochs` and `stepsPerEpoch`. */
  readonly totalSteps?: number | null;
  readonly epochs?: number | null;
  readonly stepsPerEpoch?: number | null;
  /** The share of the steps that goes up. Default: 0.3. */
  readonly pctStart?: number;
  /** Default: "cos". */
  readonly annealStrategy?: "cos" | "linear";
  /** Whether the momentum goes the other way. Default: true. */
  readonly cycleMomentum?: boolean;
  /** Default: 0.85. */
  readonly baseMomentum?: number | readonly number[];
  /** Default: 0.95. */
  readonly maxMomentum?: number | readonly number[];
  /** The first rate is maxLr divided by this. Default: 25. */
  readonly divFactor?: number;
  /** The last rate is the first divided by this. Default: 1e4. */
  readonly finalDivFactor?: number;
  /** Whether the way down first ends at the first rate. Default: false. */
  readonly threePhase?: boolean;
}

const DEFAULTS = {
  totalSteps: null as number | null,
  epochs: null as number | null,
  stepsPerEpoch: null as number | null,
  pctStart: 0.3,
  annealStrategy: "cos" as "cos" | "linear",
  cycleMomentum: true,
  baseMomentum: 0.85 as number | readonly number[],
  maxMomentum: 0.95 as number | readonly number[],
  divFactor: 25,
  finalDivFactor: 1e4,
  threePhase: false,
  lastEpoch: -1,
};

/** A stretch of the cycle: where it ends, and between which of the rates and momenta it goes. */
interface Phase {
  readonly end: number;
  readonly rates: readonly [Rate, Rate];
  /** Whether the momentum falls, rises or stays at its maximum. */
  readonly momentum: "falls" | "rises" | "high";
}
type Rate = "initial" | "max" | "min";

function phasesOf(total: number, share: number, threePhase: boolean): Phase[] {
  const up: Phase = { end: share * total - 1, rates: ["initial", "max"], momentum: "falls" };
  if (!threePhase) return [up, { end: total - 1, rates: ["max", "min"], momentum: "rises" }];
  return [
    up,
    { end: 2 * share * total - 2, rates: ["max", "initial"], momentum: "rises" },
    { end: total - 1, rates: ["initial", "min"], momentum: "high" },
  ];
}

/**
 * One cycle: from `maxLr / divFactor` up to `maxLr`, then down far below the start, the momentum the other way (Smith and
 * Topin, Super-Convergence, 2018). To be stepped after every batch.
 *
 * @throws ValueError without the number of steps, for settings outside their ranges, for a step past the end, and with
 *   cycleMomentum for an optimizer without momentum or betas
 *
 * @example
 * const scheduler = new optim.lrScheduler.OneCycleLR(optimizer, 0.01, { epochs: 10, stepsPerEpoch: loader.length });
 */
export class OneCycleLR extends LRScheduler {
  readonly totalSteps: number;
  readonly maxLrs: readonly number[];
  readonly minLrs: readonly number[];
  readonly annealStrategy: "cos" | "linear";
  readonly cycleMomentum: boolean;
  readonly baseMomentums: readonly number[];
  readonly maxMomentums: readonly number[];
  private readonly phases: readonly Phase[];

  constructor(optimizer: Optimizer, options: OneCycleLROptions);
  constructor(optimizer: Optimizer, maxLr: OneCycleLROptions["maxLr"], options?: Omit<OneCycleLROptions, "maxLr">);
  constructor(optimizer: Optimizer, ...args: unknown[]) {
    const who = "OneCycleLR";
    const names = ["maxLr", ...(Object.keys(DEFAULTS) as (keyof typeof DEFAULTS)[])] as const;
    const o = readArguments<OneCycleLROptions, typeof DEFAULTS>(who, names, DEFAULTS, args);
    const totalSteps = readTotal(who, o);
    checkBetween(who, "pctStart", o.pctStart, 0, 1);
    if (o.annealStrategy !== "cos" && o.annealStrategy !== "linear") {
      const got = JSON.stringify(o.annealStrategy);
      throw settingError(
        who,
        `annealStrategy must be "cos" or "linear", got ${got}`,
        `annealStrategy 必须是 "cos" 或 "linear"，得到的是 ${got}`,
      );
    }
    if (o.cycleMomentum) checkMomentum(who, optimizer);
    const n = optimizer.paramGroups.length;
    const maxLrs = perGroup(who, "maxLr", o.maxLr, n);
    if (o.lastEpoch === -1) {
      optimizer.paramGroups.forEach((group, i) => {
        group.initialLr = maxLrs[i]! / o.divFactor;
      });
    }
    super(optimizer, o.lastEpoch);
    this.totalSteps = totalSteps;
    this.maxLrs = maxLrs;
    this.minLrs = this.baseLrs.map((lr) => lr / o.finalDivFactor);
    this.annealStrategy = o.annealStrategy;
    this.cycleMomentum = o.cycleMomentum;
    this.baseMomentums = perGroup(who, "baseMomentum", o.baseMomentum, n);
    this.maxMomentums = perGroup(who, "maxMomentum", o.maxMomentum, n);
    this.phases = phasesOf(totalSteps, o.pctStart, o.threePhase);
    this.begin();
  }

  private anneal(start: number, end: number, share: number): number {
    if (this.annealStrategy === "linear") return (end - start) * share + start;
    return end + ((start - end) / 2) * (Math.cos(Math.PI * share) + 1);
  }

  override step(): void {
    repeated(() => {
      if (this.lastEpoch + 1 > this.totalSteps) {
        const [t, total] = [this.lastEpoch + 1, this.totalSteps];
        throw settingError(
          "OneCycleLR",
          `step ${t} is past the end, the cycle has ${total} steps`,
          `第 ${t} 步超出范围，周期共 ${total} 步`,
          t,
        );
      }
      super.step();
    });
  }

  protected override rate(t: number, _before: number, base: number, i: number): number {
    const { phases } = this;
    const found = phases.findIndex((phase) => t <= phase.end);
    const k = found < 0 ? phases.length - 1 : found;
    const { end, rates, momentum } = phases[k]!;
    const start = k === 0 ? 0 : phases[k - 1]!.end;
    const share = end === start ? 1 : (t - start) / (end - start);
    if (this.cycleMomentum) {
      const low = this.baseMomentums[i]!;
      const high = this.maxMomentums[i]!;
      const from = momentum === "rises" ? low : high;
      const to = momentum === "falls" ? low : high;
      setMomentum(this.optimizer, i, this.anneal(from, to, share));
    }
    const named = { initial: base, max: this.maxLrs[i]!, min: this.minLrs[i]! };
    return this.anneal(named[rates[0]], named[rates[1]], share);
  }
}

function readTotal(who: string, o: Pick<typeof DEFAULTS, "totalSteps" | "epochs" | "stepsPerEpoch">): number {
  if (o.totalSteps !== null) {
    checkInteger(who, "totalSteps", o.totalSteps);
    return o.totalSteps;
  }
  if (o.epochs === null || o.stepsPerEpoch === null) {
    const en = "totalSteps, or epochs and stepsPerEpoch, must be given";
    throw settingError(who, en, "必须给出 totalSteps，或者同时给出 epochs 与 stepsPerEpoch");
  }
  checkInteger(who, "epochs", o.epochs);
  checkInteger(who, "stepsPerEpoch", o.stepsPerEpoch);
  return o.epochs * o.stepsPerEpoch;
}
