// F35: one hyperparameter is varied while the others stay, to see how much it matters.
import type { Localized } from "torchlet";
import type { Table } from "../../report/report.js";
import type { Wording } from "../../report/text/wording.js";
import { activationNames, type Settings } from "./objective.js";

/** The mean validation accuracy of some trainings with the same settings. */
export type Score = (settings: Settings) => Promise<number>;

/** What became of each value of a hyperparameter. */
export interface Comparison {
  readonly name: Localized;
  readonly rows: readonly (readonly [value: Wording, accuracy: number])[];
  /** The best accuracy less the worst. */
  readonly spread: number;
}

/** Widths of hidden layers that make as many parameters within 2 %: one wide layer, two narrow ones, one after the other narrower. */
export const shapes = { wide: [64], deep: [60, 60], narrowing: [61, 31] } as const;

async function compare(
  name: Localized,
  cases: readonly (readonly [value: Wording, settings: Settings])[],
  score: Score,
): Promise<Comparison> {
  const rows: (readonly [Wording, number])[] = [];
  for (const [value, settings] of cases) rows.push([value, await score(settings)]);
  const accuracies = rows.map(([, accuracy]) => accuracy);
  return { name, rows, spread: Math.max(...accuracies) - Math.min(...accuracies) };
}

/** Learning rates over three orders of magnitude. */
export function compareRates(score: Score): Promise<Comparison> {
  const cases = [0.001, 0.01, 0.1, 0.5].map((lr) => [String(lr), { widths: [128], lr }] as const);
  return compare({ en: "learning rate", zh: "学习率" }, cases, score);
}

/** Widths of a single hidden layer. */
export function compareWidths(score: Score): Promise<Comparison> {
  const cases = [4, 16, 64, 256].map((width) => [String(width), { widths: [width], lr: 0.1 }] as const);
  return compare({ en: "width", zh: "宽度" }, cases, score);
}

/** Activations, each at the best of three rates: it is not to blame for a rate that does not suit it. */
export async function compareActivations(score: Score): Promise<Comparison> {
  const rows: (readonly [Wording, number])[] = [];
  for (const activation of activationNames) {
    const cases = [0.1, 0.3, 1].map((lr) => [String(lr), { widths: [128], lr, activation }] as const);
    const { rows: tried } = await compare({ en: activation, zh: activation }, cases, score);
    rows.push([activation, Math.max(...tried.map(([, accuracy]) => accuracy))]);
  }
  const accuracies = rows.map(([, accuracy]) => accuracy);
  const spread = Math.max(...accuracies) - Math.min(...accuracies);
  return { name: { en: "activation", zh: "激活函数" }, rows, spread };
}

/** The same number of parameters in one layer and in two. */
export function compareShapes(score: Score): Promise<Comparison> {
  const { wide, deep, narrowing } = shapes;
  const named = (en: string, zh: string, widths: readonly number[]) =>
    [
      { en: `${en}: ${widths.join("-")}`, zh: `${zh}：${widths.join("-")}` },
      { widths, lr: 0.1 },
    ] as const;
  const cases = [named("wide", "宽", wide), named("deep", "深", deep), named("narrowing", "逐层变窄", narrowing)];
  return compare({ en: "shape", zh: "形状" }, cases, score);
}

/** On 49 inputs: a first layer that is wider than they are, then a narrower one; both narrow; the wide one last. */
export function compareFirstLayers(score: Score): Promise<Comparison> {
  const cases = [
    [256, 32],
    [32, 32],
    [32, 256],
  ].map((widths) => [`49-${widths.join("-")}-10`, { widths, lr: 0.3 }] as const);
  return compare({ en: "first layer", zh: "第一层" }, cases, score);
}

/** All comparisons, a line each value. */
export function comparisonsTable(comparisons: readonly Comparison[]): Table {
  return {
    caption: { en: "One hyperparameter at a time: validation accuracy", zh: "每次只改变一个超参数：验证精度" },
    columns: [
      { en: "hyperparameter", zh: "超参数" },
      { en: "value", zh: "取值" },
      { en: "accuracy", zh: "精度" },
    ],
    rows: comparisons.flatMap(({ name, rows }) => rows.map(([value, accuracy]) => [name, value, accuracy])),
  };
}
