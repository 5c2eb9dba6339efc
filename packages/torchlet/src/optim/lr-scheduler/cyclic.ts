// Schedules that swing between two learning rates: CyclicLR.
import type { Optimizer } from "../optimizer.js";
import { perGroup, readArguments, settingError } from "./arguments.js";
import { checkMomentum, setMomentum } from "./momentum.js";
import { LRScheduler, type ScheduleOptions } from "./scheduler.js";

/** How the swings of `CyclicLR` change. */
export type CyclicMode = "triangular" | "triangular2" | "exp_range";

/** Options of `CyclicLR`. */
export interface CyclicLROptions extends ScheduleOptions {
  /** The lower bound, for all groups or one for each. */
  readonly baseLr: number | readonly number[];
  /** The upper bound, for all groups or one for each. */
  readonly maxLr: number | readonly number[];
  /** Steps up. Default: 2000. */
  readonly stepSizeUp?: number;
  /** Steps down. Default: stepSizeUp. */
  readonly stepSizeDown?: number | null;
  /** Swings of the same height, halved each time, or times gamma^step. Default: "triangular". */
  readonly mode?: CyclicMode;
  /** Default: 1. */
  readonly gamma?: number;
  /** The height of the swings by cycle or by step, in place of `mode`. */
  readonly scaleFn?: ((x: number) => number) | null;
  /** What `scaleFn` is a function of. Default: "cycle". */
  readonly scaleMode?: "cycle" | "iterations";
  /** Whether the momentum swings the other way. Default: true. */
  readonly cycleMomentum?: boolean;
  /** Default: 0.8. */
  readonly baseMomentum?: number | readonly number[];
  /** Default: 0.9. */
  readonly maxMomentum?: number | readonly number[];
}

const DEFAULTS = {
  stepSizeUp: 2000,
  stepSizeDown: null as number | null,
  mode: "triangular" as CyclicMode,
  gamma: 1,
  scaleFn: null as ((x: number) => number) | null,
  scaleMode: "cycle" as "cycle" | "iterations",
  cycleMomentum: true,
  baseMomentum: 0.8 as number | readonly number[],
  maxMomentum: 0.9 as number | readonly number[],
  lastEpoch: -1,
};

/**
 * Up and down between two learning rates on straight lines, the momentum the other way (Smith, Cyclical Learning Rates
 * for Training Neural Networks, 2017). To be stepped after every batch.
 *
 * @throws ValueError for an unknown mode, and with cycleMomentum for an optimizer without momentum or betas
 *
 * @example
 * const scheduler = new optim.lrScheduler.CyclicLR(optimizer, 0.01, 0.1, { stepSizeUp: 500 });
 */
export class CyclicLR extends LRScheduler {
  readonly maxLrs: readonly number[];
  readonly totalSize: number;
  readonly stepRatio: number;
  readonly mode: CyclicMode;
  readonly gamma: number;
  readonly scaleMode: "cycle" | "iterations";
  readonly cycleMomentum: boolean;
  readonly baseMomentums: readonly number[];
  readonly maxMomentums: readonly number[];
  private readonly scaleFn: (x: number) => number;

  constructor(optimizer: Optimizer, options: CyclicLROptions);
  constructor(
    optimizer: Optimizer,
    baseLr: CyclicLROptions["baseLr"],
    maxLr: CyclicLROptions["maxLr"],
    options?: Omit<CyclicLROptions, "baseLr" | "maxLr">,
  );
  constructor(optimizer: Optimizer, ...args: unknown[]) {
    const who = "CyclicLR";
    const names = ["baseLr", "maxLr", ...(Object.keys(DEFAULTS) as (keyof typeof DEFAULTS)[])] as const;
    const o = readArguments<CyclicLROptions, typeof DEFAULTS>(who, names, DEFAULTS, args);
    const n = optimizer.paramGroups.length;
    const baseLrs = perGroup(who, "baseLr", o.baseLr, n);
    if (!["triangular", "triangular2", "exp_range"].includes(o.mode) && o.scaleFn === null) {
      const en = `unknown mode ${JSON.stringify(o.mode)}: triangular, triangular2 or exp_range, or a scaleFn`;
      throw settingError(
        who,
        en,
        `未知的 mode ${JSON.stringify(o.mode)}：可用 triangular、triangular2、exp_range 或 scaleFn`,
        o.mode,
      );
    }
    if (o.cycleMomentum) checkMomentum(who, optimizer);
    if (o.lastEpoch === -1) {
      optimizer.paramGroups.forEach((group, i) => {
        group.lr = baseLrs[i]!;
      });
    }
    super(optimizer, o.lastEpoch);
    this.baseLrs = baseLrs;
    this.maxLrs = perGroup(who, "maxLr", o.maxLr, n);
    this.totalSize = o.stepSizeUp + (o.stepSizeDown ?? o.stepSizeUp);
    this.stepRatio = o.stepSizeUp / this.totalSize;
    this.mode = o.mode;
    this.gamma = o.gamma;
    this.scaleMode = o.scaleFn !== null ? o.scaleMode : o.mode === "exp_range" ? "iterations" : "cycle";
    this.scaleFn = o.scaleFn ?? ((x) => this.scale(x));
    this.cycleMomentum = o.cycleMomentum;
    this.baseMomentums = perGroup(who, "baseMomentum", o.baseMomentum, n);
    this.maxMomentums = perGroup(who, "maxMomentum", o.maxMomentum, n);
    this.begin();
  }

  private scale(x: number): number {
    if (this.mode === "triangular2") return 1 / 2 ** (x - 1);
    return this.mode === "exp_range" ? this.gamma ** x : 1;
  }

  protected override rate(t: number, _before: number, base: number, i: number): number {
    const cycle = Math.floor(1 + t / this.totalSize);
    const x = 1 + t / this.totalSize - cycle;
    const height = x <= this.stepRatio ? x / this.stepRatio : (x - 1) / (this.stepRatio - 1);
    const scale = height * this.scaleFn(this.scaleMode === "cycle" ? cycle : t);
    if (this.cycleMomentum) {
      const high = this.maxMomentums[i]!;
      setMomentum(this.optimizer, i, high - (high - this.baseMomentums[i]!) * scale);
    }
    return base + (this.maxLrs[i]! - base) * scale;
  }
}
