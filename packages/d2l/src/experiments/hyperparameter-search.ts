// F33 and F35: four ways to search for hyperparameters on one budget, and which of them matter.

import { createStudy, type Sampler, type Study, samplers } from "@torchlet/search";
import type { Localized } from "torchlet";
import * as torch from "torchlet";
import { defineExperiment, type ExperimentContext } from "./experiment.js";
import { bounds, budget, claims, labels } from "./hyperparameter-search/claims.js";
import { bestsTable, historyFigure, type Searched, triedFigure } from "./hyperparameter-search/figures.js";
import { accuracyOn, makeNet, type Parts, partsOf, pooled, trainNet } from "./hyperparameter-search/objective.js";
import {
  type Comparison,
  compareActivations,
  compareFirstLayers,
  compareRates,
  compareShapes,
  compareWidths,
  comparisonsTable,
  type Score,
  shapes,
} from "./hyperparameter-search/one-at-a-time.js";
import { mean, median } from "./measured.js";

/** Trial and error by hand: the book's setting first, then one thing changed at a time, as a person would. */
const guesses = [
  { width: 256, lr: 0.1 },
  { width: 64, lr: 0.1 },
  { width: 256, lr: 0.01 },
  { width: 256, lr: 0.3 },
  { width: 128, lr: 0.3 },
  { width: 256, lr: 0.2 },
  { width: 384, lr: 0.2 },
  { width: 256, lr: 0.5 },
  { width: 512, lr: 0.1 },
  { width: 128, lr: 0.2 },
  { width: 384, lr: 0.3 },
  { width: 512, lr: 0.2 },
] as const satisfies { length: typeof budget };
const gridWidths = [32, 128, 512];
const gridRates = [0.001, 0.01, 0.1, 1];

interface Strategy {
  readonly id: string;
  readonly name: Localized;
  readonly sampler: () => Sampler;
  readonly byHand?: boolean;
}

const strategies: readonly Strategy[] = [
  { id: "manual", name: { en: "by hand", zh: "试错" }, sampler: () => new samplers.RandomSampler(), byHand: true },
  {
    id: "grid",
    name: { en: "grid", zh: "网格" },
    sampler: () => new samplers.GridSampler({ width: gridWidths, lr: gridRates }),
  },
  { id: "random", name: { en: "random", zh: "随机" }, sampler: () => new samplers.RandomSampler() },
  {
    id: "gp",
    name: { en: "Bayesian (GP)", zh: "贝叶斯（高斯过程）" },
    sampler: () => new samplers.GPSampler({ nStartupTrials: 5 }),
  },
  {
    id: "tpe",
    name: { en: "Bayesian (TPE)", zh: "贝叶斯（TPE）" },
    sampler: () => new samplers.TPESampler({ nStartupTrials: 5 }),
  },
];

/** `torchlet run hyperparameter-search` */
export const hyperparameterSearch = defineExperiment({
  id: "hyperparameter-search",
  section: "3.1.2.6",
  title: { en: "Searching for hyperparameters", zh: "超参数搜索" },
  summary: {
    en: "by hand, grid, random, Bayesian: four strategies on one budget, and what matters most",
    zh: "试错、网格、随机、贝叶斯：四种策略、同一预算，以及哪个超参数最重要",
  },
  explain: {
    shows: {
      en: "The width of a hidden layer and the learning rate are searched in four ways, each with 12 trainings on a part of Fashion-MNIST. The winner is chosen by validation pictures and tested once. Then one hyperparameter at a time is varied, to see how much it matters.",
      zh: "用四种方法搜索隐藏层宽度与学习率，每种方法各在 Fashion-MNIST 的一部分上训练 12 次。按验证图片选出优胜者，只测试一次。然后每次只改变一个超参数，观察其影响大小。",
    },
    lookFor: [
      {
        en: "A grid of 3 by 4 tries only 4 learning rates; random search tries 12.",
        zh: "3 x 4 的网格只试了 4 个学习率，随机搜索试了 12 个。",
      },
      {
        en: "Bayesian search spends its later trials near good settings: its curve ends near the highest. By hand does well, too: whoever guesses knows the book's setting.",
        zh: "贝叶斯搜索把后面的试验用在好的设置附近，其曲线最终接近最高。试错的表现也不差：猜测者知道书中的设置。",
      },
      {
        en: "Learning rate and width move the accuracy by tens of percent, the activation by about ten.",
        zh: "学习率与宽度使精度相差百分之几十，激活函数约百分之十。",
      },
    ],
  },
  covers: ["F33", "F35"],
  claims,
  labels,
  options: {
    samples: {
      type: "integer",
      default: 1000,
      min: 200,
      max: 30_000,
      help: { en: "pictures to learn from", zh: "用于学习的图片数" },
    },
    epochs: { type: "integer", default: 3, min: 1, max: 1000, help: { en: "passes over them", zh: "遍历的轮数" } },
    seeds: {
      type: "integer",
      default: 5,
      min: 1,
      max: 100,
      help: { en: "searches of each kind", zh: "每种搜索的次数" },
    },
    seed: { type: "integer", default: 0, help: { en: "seed of all random numbers", zh: "随机数种子" } },
  },
  quick: { seeds: 1, samples: 800, epochs: 2 },
  async run({ report, signal, fashionMnist, check }, { samples, epochs, seeds, seed }) {
    const dataset = await fashionMnist();
    const parts = partsOf(dataset, samples);
    async function search({ sampler, byHand }: Strategy, searchSeed: number): Promise<Study> {
      const study = await createStudy({ direction: "maximize", sampler: sampler(), seed: searchSeed });
      if (byHand) for (const guess of guesses) await study.enqueueTrial(guess);
      await study.optimize(
        async (trial) => {
          const width = trial.suggestInt("width", 16, 512, { log: true });
          const lr = trial.suggestFloat("lr", 1e-3, 1, { log: true });
          await torch.utils.data.breathe();
          return accuracyOn(trainNet(parts, { widths: [width], lr }, epochs, trial.seed), parts.validation);
        },
        { nTrials: budget, signal },
      );
      return study;
    }

    const searched = strategies.map(({ name }) => ({ name, studies: [] as Study[] }));
    const total = seeds * strategies.length;
    for (let done = 0; done < total; done++) {
      if (signal.aborted) return { dataset: dataset.name };
      const i = done % strategies.length;
      report.progress({ label: strategies[i]!.name, done, total });
      searched[i]!.studies.push(await search(strategies[i]!, seed + Math.floor(done / strategies.length)));
    }
    if (signal.aborted) return { dataset: dataset.name };
    report.table(bestsTable(searched));
    report.figure(historyFigure(searched));
    report.figure(triedFigure(searched));
    holdSearches(check, searched, seeds);

    // One thing at a time, from a good setting.
    const repeated = Math.max(2, Math.min(5, seeds));
    const scoreOn =
      (data: Parts, passes: number): Score =>
      async (settings) => {
        const values: number[] = [];
        for (let s = 0; s < repeated && !signal.aborted; s++) {
          values.push(accuracyOn(trainNet(data, settings, passes, seed + s), data.validation));
          await torch.utils.data.breathe();
        }
        return mean(values);
      };
    const score = scoreOn(parts, epochs);
    const rates = await compareRates(score);
    const widths = await compareWidths(score);
    const activations = await compareActivations(score);
    const arranged = await compareShapes(score);
    // Small pictures and more passes over them: two layers take longer to learn.
    const firstLayers = await compareFirstLayers(scoreOn(pooled(parts), 7 * epochs));
    if (signal.aborted) return { dataset: dataset.name };
    report.table(comparisonsTable([rates, widths, activations, arranged, firstLayers]));
    const spreads = (...all: readonly Comparison[]) => all.map(({ spread }) => spread.toFixed(3)).join(", ");
    // Of the real pictures: on those that the program draws, tanh and sigmoid differ more than widths do.
    if (dataset.name === "fashion-mnist") {
      check(
        "activation",
        `${spreads(activations)} < ${spreads(rates, widths)}`,
        activations.spread < Math.min(rates.spread, widths.spread),
      );
    }
    check("shape", `${spreads(arranged)} < ${spreads(rates)}`, arranged.spread < rates.spread);
    const parameters = (hidden: readonly number[]) => torch.nn.utils.countParameters(makeNet({ widths: hidden }));
    const ratios = [shapes.deep, shapes.narrowing].map((hidden) => parameters(hidden) / parameters(shapes.wide));
    check("parameters", ratios.map((ratio) => ratio.toFixed(4)).join(", "), ratios.every(bounds.parameters.holds));
    if (seeds >= 5) {
      const [wideFirst, narrow] = firstLayers.rows.map(([, accuracy]) => accuracy);
      const gain = wideFirst! - narrow!;
      check("wideFirst", gain, bounds.wideFirst.holds(gain));
    }

    // The winner of all, tested once.
    const all = searched.flatMap(({ studies }) => studies);
    const winner = all.reduce((a, b) => (b.bestValue > a.bestValue ? b : a)).bestTrial;
    const settings = { widths: [winner.params["width"] as number], lr: winner.params["lr"] as number };
    const testSet = new torch.selection.TestSet(parts.test, { onReuse: "throw" });
    const validated = await score(settings);
    const tested = testSet.evaluate((part) =>
      mean(Array.from({ length: repeated }, (_, s) => accuracyOn(trainNet(parts, settings, epochs, seed + s), part))),
    );
    check(
      "tested",
      {
        en: `test ${tested.toFixed(3)}, validation ${validated.toFixed(3)}`,
        zh: `测试 ${tested.toFixed(3)}，验证 ${validated.toFixed(3)}`,
      },
      bounds.tested.holds(Math.abs(tested - validated)),
    );
    return {
      dataset: dataset.name,
      metrics: {
        validationAccuracy: validated,
        testAccuracy: tested,
        byRate: rates.spread,
        byWidth: widths.spread,
        byActivation: activations.spread,
        byShape: arranged.spread,
      },
    };
  },
});

/** The claims about what the strategies tried and found. */
function holdSearches(
  check: ExperimentContext<keyof typeof claims>["check"],
  searched: readonly Searched[],
  seeds: number,
): void {
  const of = (id: string) => searched[strategies.findIndex((strategy) => strategy.id === id)]!.studies;
  const bests = (id: string) => of(id).map((study) => study.bestValue);

  const counts = strategies.map(({ id }) => of(id).map((study) => study.trials.length));
  check(
    "budget",
    counts.map((each) => [...new Set(each)].join("/")).join(", "),
    counts.flat().every((count) => count === budget),
  );
  const rates = (id: string) => of(id).map((study) => new Set(study.trials.map(({ params }) => params["lr"])).size);
  const [random, grid] = [Math.min(...rates("random")), Math.max(...rates("grid"))];
  check("rates", `${random} > ${grid}`, random === budget && grid === gridRates.length);
  const values = searched.flatMap(({ studies }) =>
    studies.flatMap(({ trials }) => trials.map((one) => one.values![0]!)),
  );
  const worst = strategies.map(({ id }) => Math.min(...bests(id)));
  check(
    "found",
    `${worst.map((value) => value.toFixed(3)).join(", ")} > ${median(values).toFixed(3)}`,
    worst.every((value) => value > median(values)),
  );
  if (seeds >= 5) {
    const gain = Math.max(median(bests("gp")), median(bests("tpe"))) - median(bests("random"));
    check("bayes", gain, bounds.bayes.holds(gain));
  }
}
