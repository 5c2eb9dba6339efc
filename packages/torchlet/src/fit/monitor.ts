// Values by which a training is judged: read from the records of epochs, compared, and early stopping made of them.
import { ValueError } from "../errors/index.js";
import type { EarlyStopping, EpochRecord, FitMetrics } from "./types.js";

/** Whether values should fall or rise. */
export type Mode = "min" | "max";

/**
 * Checks the name of a value.
 *
 * @throws ValueError for a name that no record has
 */
export function checkMonitor(who: string, monitor: string, metrics: FitMetrics, hasValidation: boolean): void {
  const names = ["loss", ...Object.keys(metrics)];
  const known = ["train", ...(hasValidation ? ["validation"] : [])].flatMap((part) => names.map((n) => `${part}.${n}`));
  if (known.includes(monitor)) return;
  const missing = !hasValidation && typeof monitor === "string" && monitor.startsWith("validation.");
  throw new ValueError("fit-monitor", {
    path: `fit (${who})`,
    rule: missing
      ? { en: `${monitor} needs validation data`, zh: `${monitor} 需要验证数据` }
      : { en: `there is no ${JSON.stringify(monitor)}`, zh: `没有 ${JSON.stringify(monitor)}` },
    expected: known,
    received: monitor,
    hint: missing
      ? { en: "pass validation, or monitor train.loss", zh: "请传入 validation，或监测 train.loss" }
      : { en: `the values are ${known.join(", ")}`, zh: `可用的值有 ${known.join("、")}` },
  });
}

/**
 * The value of a record by its name.
 *
 * @throws ValueError for a metric that is no number
 */
export function monitored(record: EpochRecord, monitor: string): number {
  const [part, name] = monitor.split(".") as ["train" | "validation", string];
  const value: unknown = (record[part] as Record<string, unknown> | null)?.[name];
  if (typeof value === "number") return value;
  throw new ValueError("fit-monitor", {
    path: "fit",
    rule: { en: `${monitor} is no number`, zh: `${monitor} 不是一个数` },
    received: typeof value,
  });
}

/** Which way a value should go: as its metric says; losses fall. */
export function modeOf(monitor: string, metrics: FitMetrics): Mode {
  return metrics[monitor.split(".")[1]!]?.higherIsBetter === true ? "max" : "min";
}

/** Early stopping's memory. */
export class Patience {
  readonly monitor: string;
  readonly patience: number;
  readonly restoreBest: boolean;
  private readonly minDelta: number;
  private readonly mode: Mode;
  best: { readonly epoch: number; readonly value: number } | null = null;
  /** Epochs since. */
  since = 0;

  constructor(settings: EarlyStopping, metrics: FitMetrics, hasValidation: boolean) {
    this.monitor = settings.monitor ?? "validation.loss";
    this.patience = settings.patience ?? 5;
    this.minDelta = settings.minDelta ?? 0;
    this.restoreBest = settings.restoreBest ?? true;
    checkMonitor("earlyStopping", this.monitor, metrics, hasValidation);
    this.mode = settings.mode ?? modeOf(this.monitor, metrics);
  }

  /** Takes an epoch in; whether it is the best so far. */
  isBest(record: EpochRecord): boolean {
    const value = monitored(record, this.monitor);
    const gain =
      this.best === null ? Infinity : this.mode === "min" ? this.best.value - value : value - this.best.value;
    // Where everything is NaN nothing is the best.
    const better = !Number.isNaN(value) && gain > this.minDelta;
    if (better) {
      this.best = { epoch: record.epoch, value };
      this.since = 0;
    } else this.since++;
    return better;
  }

  get isOver(): boolean {
    return this.since >= this.patience;
  }
}
