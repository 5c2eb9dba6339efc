// The book's exercises: networks that differ in one thing are trained, drawn, tabulated, and held against claims.
import { type Localized, localize } from "torchlet";
import type { Series } from "../../report/figure.js";
import type { Report } from "../../report/report.js";
import type { EpochMetrics } from "../../toolkit/training.js";
import { figureOf } from "../../visualize/index.js";
import type { ExperimentContext } from "../experiment.js";
import { mean } from "../measured.js";
import { onDisplay, progressOnly } from "../on-display.js";
import type { Repetition, Trained } from "../repeated.js";
import { bounds, type claims } from "./claims.js";
import type { Exercise, Recipe } from "./exercises.js";

/** The last epoch of each network with each seed. */
type Lasts = ReadonlyMap<string, readonly EpochMetrics[]>;

/** Trains every network with every seed; the curves are those of the first one. */
export async function vary(
  { title, recipes }: Exercise,
  trainOnce: (recipe: Recipe, seed: number) => Promise<Trained>,
  { report, signal, seeds, seed }: Repetition,
): Promise<Lasts> {
  const lasts = new Map<string, EpochMetrics[]>();
  const curves: Series[] = [];
  for (const [i, recipe] of recipes.entries()) {
    const own: EpochMetrics[] = [];
    for (let s = 0; s < seeds; s++) {
      const name = nameOf(title, recipe.name, s, seeds);
      const { history } = await onDisplay(progressOnly(report, name), () => trainOnce(recipe, seed + s));
      if (signal.aborted) break;
      own.push(history.at(-1)!);
      if (s > 0) continue;
      const y = history.map(({ trainLoss }) => (Number.isFinite(trainLoss) ? trainLoss : null));
      curves.push({ x: history.map(({ epoch }) => epoch), y, label: recipe.name, format: `C${i}-` });
      drawCurves(report, title, curves);
    }
    if (signal.aborted) break;
    lasts.set(recipe.name, own);
  }
  if (lasts.size > 0) report.table(lastsTable(lasts, seeds));
  return lasts;
}

function nameOf(title: Localized, network: string, s: number, seeds: number): Localized {
  return {
    en: `${title.en} ${network}, training ${s + 1} of ${seeds}`,
    zh: `${title.zh} ${network}，第 ${s + 1} 次训练，共 ${seeds} 次`,
  };
}

function drawCurves(report: Report, title: Localized, series: readonly Series[]): void {
  const panel = { xlabel: "epoch", ylabel: "train loss", series: [...series] };
  report.figure(figureOf("exercise", [panel], { panelSize: [5, 3], caption: localize(title) }));
}

function lastsTable(lasts: Lasts, seeds: number) {
  return {
    caption: {
      en: `The last epoch of each network, mean of ${seeds} ${seeds === 1 ? "seed" : "seeds"}`,
      zh: `每个网络的最后一轮（${seeds} 个种子的平均）`,
    },
    columns: [
      { en: "network", zh: "网络" },
      { en: "train loss", zh: "训练损失" },
      { en: "train acc", zh: "训练精度" },
      { en: "test acc", zh: "测试精度" },
    ],
    rows: [...lasts].map(([name, epochs]) => [
      name,
      ...(["trainLoss", "trainAccuracy", "testAccuracy"] as const).map((key) =>
        mean(epochs.map((epoch) => epoch[key])).toFixed(4),
      ),
    ]),
  };
}

/** The claims about an exercise, each for every seed. */
export function hold(exercise: string, lasts: Lasts, check: ExperimentContext<keyof typeof claims>["check"]): void {
  const seeds = [...lasts.values()][0]!.map((_, s) => s);
  const loss = (network: string, s: number) => lasts.get(network)![s]!.trainLoss;
  const networks = [...lasts.keys()];
  const losses = networks
    .map((network) => mean(seeds.map((s) => loss(network, s))))
    .map((value) => value.toFixed(4))
    .join(", ");
  const falling = seeds.every((s) => networks.every((name, i) => i === 0 || loss(name, s) < loss(networks[i - 1]!, s)));

  if (exercise === "hidden") check("wider", losses, falling);
  if (exercise === "layers") check("deeper", losses, falling);
  if (exercise === "lr") {
    const finite = (s: number) => networks.filter((network) => Number.isFinite(loss(network, s)));
    const bests = seeds.map((s) => finite(s).reduce((a, b) => (loss(b, s) < loss(a, s) ? b : a)));
    const largest = seeds.map((s) => loss("10", s));
    check(
      "learningRate",
      `${[...new Set(bests)].join(", ")}; ${largest.map((value) => value.toFixed(2)).join(", ")}`,
      bests.every((best) => best === "0.1" || best === "0.5") &&
        largest.every((value) => Number.isNaN(value) || bounds.learnsNothing.holds(value)),
    );
  }
  if (exercise === "activation") {
    const slowest = seeds.map((s) => networks.reduce((a, b) => (loss(b, s) > loss(a, s) ? b : a)));
    check(
      "slowest",
      [...new Set(slowest)].join(", "),
      slowest.every((network) => network === "sigmoid"),
    );
  }
  if (exercise === "init") {
    const better = seeds.every((s) => ["xavier", "he"].every((network) => loss(network, s) < loss("book", s)));
    const [xavier, he, book] = ["xavier", "he", "book"].map((name) => mean(seeds.map((s) => loss(name, s))).toFixed(4));
    check("faster", `${xavier}, ${he} < ${book}`, better);
    const zeros = seeds.map((s) => loss("zeros", s));
    check("zeros", zeros.map((value) => value.toFixed(4)).join(", "), zeros.every(bounds.zeros.holds));
  }
  if (exercise === "bottleneck") {
    const accuracy = (network: string, s: number) => lasts.get(network)![s]!.trainAccuracy;
    const gains = seeds.map((s) => accuracy("256", s) - accuracy("1", s));
    check("bottleneck", gains.map((gain) => gain.toFixed(3)).join(", "), gains.every(bounds.bottleneck.holds));
  }
}
