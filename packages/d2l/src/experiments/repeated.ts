// Trainings that are repeated with other seeds: the first one is shown, all of them count.
import type { Report, Table } from "../report/report.js";
import { predictCh3 } from "../toolkit/prediction.js";
import type { EpochMetrics } from "../toolkit/training.js";
import type { BatchIterable, Net } from "../toolkit/types.js";
import { median, rangeText } from "./measured.js";
import { onDisplay, progressOnly } from "./on-display.js";

/** What one training gave. */
export interface Trained {
  /** The loss before it. */
  readonly start: number;
  readonly history: readonly EpochMetrics[];
  /** How many of the six pictures are named correctly. */
  readonly right: number;
}

/** How often, from which seed on, and who listens. */
export interface Repetition {
  readonly report: Report;
  readonly signal: AbortSignal;
  readonly seeds: number;
  readonly seed: number;
}

/** Trains with one seed after the other; when it is stopped, the first one is returned as far as it came. */
export async function trainSeeds<T>(
  { report, signal, seeds, seed }: Repetition,
  trainOnce: (seed: number, isFirst: boolean) => Promise<T>,
): Promise<[T, ...T[]]> {
  const first = await trainOnce(seed, true);
  const trained: [T, ...T[]] = [first];
  for (let i = 1; i < seeds && !signal.aborted; i++) {
    const name = { en: `training ${i + 1} of ${seeds}`, zh: `第 ${i + 1} 次训练，共 ${seeds} 次` };
    const one = await onDisplay(progressOnly(report, name), () => trainOnce(seed + i, false));
    if (!signal.aborted) trained.push(one);
  }
  return trained;
}

/** Shows the six pictures and counts the right names. */
export async function countRight(net: Net, testIter: BatchIterable): Promise<number> {
  const { labels, predictions } = await predictCh3(net, testIter);
  return labels.filter((label, i) => label === predictions[i]).length;
}

/** The last epoch of each training. */
export function lastEpochs(trained: readonly Trained[], names: readonly string[]): Table {
  return {
    caption: { en: "Last epochs", zh: "最后一轮" },
    columns: [
      { en: "seed", zh: "种子" },
      { en: "train loss", zh: "训练损失" },
      { en: "train acc", zh: "训练精度" },
      { en: "test acc", zh: "测试精度" },
      { en: "right of 6", zh: "六张中正确" },
    ],
    rows: trained.map(({ history, right }, i) => {
      const { trainLoss, trainAccuracy, testAccuracy } = history.at(-1)!;
      const numbers = [trainLoss, trainAccuracy, testAccuracy].map((value) => value.toFixed(4));
      return [names[i]!, ...numbers, String(right)];
    }),
  };
}

/** The numbers that claims about several trainings are held against. */
export function summaryOf(trained: readonly Trained[]) {
  const lasts = trained.map(({ history }) => history.at(-1)!);
  const right = trained.map((one) => one.right);
  return {
    starts: trained.map(({ start }) => start),
    firsts: trained.map(({ history }) => history[0]!),
    losses: lasts.map(({ trainLoss }) => trainLoss),
    trainAccuracies: lasts.map(({ trainAccuracy }) => trainAccuracy),
    /** The test accuracy jumps from epoch to epoch: the best of the last three. */
    testAccuracies: trained.map(({ history }) => Math.max(...history.slice(-3).map((epoch) => epoch.testAccuracy))),
    medianRight: median(right),
    rightText: `${median(right)} (${rangeText(right, 0)})`,
  };
}

/** The metrics of a run: those of the last epoch of its first training. */
export function metricsOf({ history }: Trained): Record<string, number> {
  const last = history.at(-1);
  if (last === undefined) return {};
  const { trainLoss, trainAccuracy, testAccuracy } = last;
  return { trainLoss, trainAccuracy, testAccuracy };
}
