// The base of schedules: when the learning rate changes, and what is saved.

import { repeated } from "../../tensor/trace.js";
import type { Optimizer } from "../optimizer.js";
import { settingError } from "./arguments.js";

/** What every schedule takes. */
export interface ScheduleOptions {
  /** The step to continue after; -1 (the default) begins anew. */
  readonly lastEpoch?: number;
}

/** A saved schedule: its settings and where it stands, as plain data. Functions are not saved. */
export type SchedulerStateDict = Record<string, unknown>;

/**
 * The base class of schedules: a subclass is a plain function `rate` of the step.
 *
 * Making a schedule sets the learning rates of step 0; `step()`, after the optimizer's, those of the next step.
 */
export abstract class LRScheduler {
  /** The step that the learning rates belong to. */
  lastEpoch: number;
  /** The learning rates that the schedule begins with, one a parameter group. */
  baseLrs: number[];
  protected lastLr: number[];
  /** True while the rates of the first step are set: a schedule that continues keeps what it finds. */
  protected starting = true;

  constructor(
    readonly optimizer: Optimizer,
    lastEpoch = -1,
  ) {
    const { paramGroups } = optimizer;
    paramGroups.forEach((group, i) => {
      if (lastEpoch === -1) group.initialLr ??= group.lr;
      else if (group.initialLr === undefined) {
        throw settingError(
          new.target.name,
          `parameter group ${i} has no initialLr to continue from`,
          `参数组 ${i} 没有可供继续的 initialLr`,
        );
      }
    });
    this.baseLrs = paramGroups.map((group) => group.initialLr!);
    this.lastLr = paramGroups.map((group) => group.lr);
    this.lastEpoch = lastEpoch;
  }

  /** The learning rate of group i in step t, from the one before and from the one at the beginning. */
  protected abstract rate(t: number, before: number, base: number, i: number): number;

  /** Sets the rates of the first step. Constructors end with it; sequences call it where their turn begins. */
  begin(): void {
    this.starting = true;
    this.step();
    this.starting = false;
  }

  /** Begins again at step 0 from the base rates: a sequence does it where it changes over to this schedule. */
  restart(): void {
    this.starting = true;
    this.setRates(0, this.baseLrs);
    this.starting = false;
  }

  /** Sets the rates of the next step. */
  step(): void {
    repeated(() => {
      this.setRates(this.lastEpoch + 1);
    });
  }

  /** Sets the rates of step t. */
  protected setRates(t: number, before?: readonly number[]): void {
    const { paramGroups } = this.optimizer;
    if (paramGroups.length !== this.baseLrs.length) {
      const [n, m] = [paramGroups.length, this.baseLrs.length];
      const who = this.constructor.name;
      throw settingError(
        who,
        `made for ${m} parameter groups, there are ${n}`,
        `为 ${m} 个参数组创建，现有 ${n} 个`,
        n,
      );
    }
    this.lastEpoch = t;
    paramGroups.forEach((group, i) => {
      group.lr = this.rate(t, before?.[i] ?? group.lr, this.baseLrs[i]!, i);
    });
    this.lastLr = paramGroups.map((group) => group.lr);
  }

  /** The learning rates that were set last, one a parameter group. */
  getLastLr(): number[] {
    return [...this.lastLr];
  }

  /** Forgets the first step, so that a sequence can begin it when its turn comes. */
  undo(): void {
    this.lastEpoch--;
  }

  /** Everything but the optimizer and functions, to be saved. */
  stateDict(): SchedulerStateDict {
    return structuredClone(this.data());
  }

  /** The attributes that are data. */
  private data(): SchedulerStateDict {
    const isData = ([name, value]: [string, unknown]) => {
      const sample = Array.isArray(value) ? value[0] : value;
      return (
        name !== "optimizer" && name !== "starting" && typeof sample !== "function" && !(sample instanceof LRScheduler)
      );
    };
    return Object.fromEntries(Object.entries(this).filter(isData));
  }

  /**
   * Continues from a saved schedule. The optimizer's own state dict brings the learning rates themselves.
   *
   * @throws ValueError for what is missing, unknown or of another type; nothing changes then
   */
  loadStateDict(state: SchedulerStateDict): void {
    const who = `loadStateDict (${this.constructor.name})`;
    const own = this.data();
    for (const name of Object.keys(state)) {
      if (!(name in own)) throw settingError(who, `unexpected ${name}`, `多余的 ${name}`, name);
    }
    for (const [name, now] of Object.entries(own)) {
      const value = state[name];
      const fits = typeof value === typeof now && Array.isArray(value) === Array.isArray(now);
      if (!fits) throw settingError(who, `${name} is missing or of another type`, `${name} 缺失或类型不符`, value);
    }
    Object.assign(this, structuredClone(state));
  }
}
