// F33 and F35: four ways to search for hyperparameters on one budget, and which of them matter.

import { createStudy, type Sampler, type Study, samplers } from "@torchlet/search";
import * as torch from "torchlet";
import { type Localized, localize } from "torchlet";
import type { Wording } from "../report/text/wording.js";
import { defineExperiment } from "./experiment.js";
import { bounds, budget, claims } from "./hyperparameter-search/claims.js";
import {
  type Activation,
  accuracyOn,
  activationNames,
  makeNet,
  partsOf,
  trainNet,
} from "./hyperparameter-search/objective.js";
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

const spread = (values: readonly number[]) => Math.max(...values) - Math.min(...values);

/** The best value so far after each trial. */
function bestSoFar(study: Study): number[] {
  let best = Number.NEGATIVE_INFINITY;
  return study.trials.map(({ values }) => {
    best = Math.max(best, values?.[0] ?? best);
    return best;
  });
}

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
        en: "Bayesian search spends its later trials near good settings: its curve ends highest, or close to it.",
        zh: "贝叶斯搜索把后面的试验用在好的设置附近：其曲线最终最高或接近最高。",
      },
      {
        en: "The learning rate moves the accuracy by tens of percent, the activation by a few.",
        zh: "学习率使精度相差百分之几十，激活函数只有百分之几。",
      },
    ],
  },
  covers: ["F33", "F35"],
  claims,
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
    const total = seeds * strategies.length;

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

    const studies = new Map<string, Study[]>(strategies.map(({ id }) => [id, []]));
    let done = 0;
    for (let s = 0; s < seeds; s++) {
      for (const strategy of strategies) {
        if (signal.aborted) return { dataset: dataset.name };
        report.progress({ label: strategy.name, done: done++, total });
        studies.get(strategy.id)!.push(await search(strategy, seed + s));
      }
    }
    if (signal.aborted) return { dataset: dataset.name };
    const of = (id: string) => studies.get(id)!;
    const bests = (id: string) => of(id).map((study) => study.bestValue);

    report.table({
      caption: {
        en: `Best validation accuracy of ${budget} trials, and the settings of the first search`,
        zh: `${budget} 次试验中最好的验证精度，以及第一次搜索所得的设置`,
      },
      columns: [
        { en: "strategy", zh: "策略" },
        { en: "median", zh: "中位数" },
        { en: "best", zh: "最好" },
        { en: "width", zh: "宽度" },
        { en: "learning rate", zh: "学习率" },
      ],
      rows: strategies.map(({ id, name }) => {
        const params = of(id)[0]!.bestParams;
        return [name, median(bests(id)), Math.max(...bests(id)), params["width"] as number, params["lr"] as number];
      }),
    });
    const formats = ["C7:", "g-.", "m--", "-", "r-"];
    report.figure({
      kind: "plot",
      id: "history",
      caption: localize({
        en: "Best validation accuracy so far, median of the searches",
        zh: "目前最好的验证精度（各次搜索的中位数）",
      }),
      figsize: [5, 3.25],
      rows: 1,
      columns: 1,
      panels: [
        {
          xlabel: localize({ en: "trials", zh: "试验次数" }),
          ylabel: localize({ en: "validation accuracy", zh: "验证精度" }),
          series: strategies.map(({ id, name }, i) => {
            const curves = of(id).map(bestSoFar);
            return {
              x: Array.from({ length: budget }, (_, trial) => trial + 1),
              y: Array.from({ length: budget }, (_, trial) => median(curves.map((curve) => curve[trial]!))),
              label: localize(name),
              format: formats[i]!,
            };
          }),
        },
      ],
    });
    report.figure({
      kind: "plot",
      id: "tried",
      caption: localize({ en: "What the first search of each kind tried", zh: "各种方法第一次搜索所尝试的设置" }),
      figsize: [3 * strategies.length, 2.75],
      rows: 1,
      columns: strategies.length,
      panels: strategies.map(({ id, name }) => ({
        title: localize(name),
        xlabel: localize({ en: "learning rate", zh: "学习率" }),
        ylabel: localize({ en: "width", zh: "宽度" }),
        xscale: "log" as const,
        yscale: "log" as const,
        xlim: [8e-4, 1.25] as const,
        ylim: [14, 600] as const,
        series: [
          {
            x: of(id)[0]!.trials.map(({ params }) => params["lr"] as number),
            y: of(id)[0]!.trials.map(({ params }) => params["width"] as number),
            format: "o",
          },
        ],
      })),
    });

    const counts = strategies.map(({ id }) => of(id).map((study) => study.trials.length));
    check(
      "budget",
      counts.map((list) => [...new Set(list)].join("/")).join(", "),
      counts.flat().every((n) => n === budget),
    );
    const rates = (id: string) => new Set(of(id)[0]!.trials.map(({ params }) => params["lr"])).size;
    check(
      "rates",
      `${rates("random")} > ${rates("grid")}`,
      rates("random") === budget && rates("grid") === gridRates.length,
    );
    const medianTrial = median(
      [...studies.values()].flat().flatMap((study) => study.trials.map(({ values }) => values![0]!)),
    );
    check(
      "found",
      `${strategies.map(({ id }) => Math.min(...bests(id)).toFixed(3)).join(", ")} > ${medianTrial.toFixed(3)}`,
      strategies.every(({ id }) => Math.min(...bests(id)) > medianTrial),
    );
    if (seeds >= 5) {
      const gain = Math.max(median(bests("gp")), median(bests("tpe"))) - median(bests("random"));
      check("bayes", gain, bounds.bayes.holds(gain));
    }

    // One thing at a time, from a good setting.
    const repeated = Math.max(2, Math.min(3, seeds));
    const score = async (settings: { widths: number[]; lr: number; activation?: Activation }) => {
      const values: number[] = [];
      for (let s = 0; s < repeated && !signal.aborted; s++) {
        values.push(accuracyOn(trainNet(parts, settings, epochs, seed + s), parts.validation));
        await torch.utils.data.breathe();
      }
      return mean(values);
    };
    const rows: [Localized, Wording, number][] = [];
    const vary = async (name: Localized, cases: readonly (readonly [Wording, Parameters<typeof score>[0]])[]) => {
      const values: number[] = [];
      for (const [label, settings] of cases) {
        const value = await score(settings);
        values.push(value);
        rows.push([name, label, value]);
      }
      return spread(values);
    };
    const [shallow, deep, narrowing] = [[64], [60, 60], [61, 31]];
    const byRate = await vary(
      { en: "learning rate", zh: "学习率" },
      [0.001, 0.01, 0.1, 0.5].map((lr) => [String(lr), { widths: [128], lr }]),
    );
    const byWidth = await vary(
      { en: "width", zh: "宽度" },
      [16, 64, 256].map((width) => [String(width), { widths: [width], lr: 0.1 }]),
    );
    const byActivation = await vary(
      { en: "activation", zh: "激活函数" },
      // Each at the best of three rates: an activation is not to blame for a rate that does not suit it.
      await Promise.all(
        activationNames.map(async (activation) => {
          const candidates = [0.1, 0.3, 1].map((lr) => ({ widths: [128], lr, activation }));
          const scores: number[] = [];
          for (const settings of candidates) scores.push(await score(settings));
          return [activation, candidates[scores.indexOf(Math.max(...scores))]!] as const;
        }),
      ),
    );
    const byShape = await vary({ en: "shape", zh: "形状" }, [
      [
        { en: `wide: ${shallow.join("-")}`, zh: `宽：${shallow.join("-")}` },
        { widths: shallow, lr: 0.1 },
      ],
      [
        { en: `deep: ${deep.join("-")}`, zh: `深：${deep.join("-")}` },
        { widths: deep, lr: 0.1 },
      ],
      [
        { en: `narrowing: ${narrowing.join("-")}`, zh: `逐层变窄：${narrowing.join("-")}` },
        { widths: narrowing, lr: 0.1 },
      ],
    ]);
    if (signal.aborted) return { dataset: dataset.name };
    report.table({
      caption: { en: "One hyperparameter at a time: validation accuracy", zh: "每次只改变一个超参数：验证精度" },
      columns: [
        { en: "hyperparameter", zh: "超参数" },
        { en: "value", zh: "取值" },
        { en: "accuracy", zh: "精度" },
      ],
      rows: rows,
    });
    check("activation", `${byActivation.toFixed(3)} < ${byRate.toFixed(3)}`, byActivation < byRate);
    check("shape", `${byShape.toFixed(3)} < ${byRate.toFixed(3)}`, byShape < byRate);
    const parameters = (widths: number[]) => torch.nn.utils.countParameters(makeNet({ widths }));
    const ratio = parameters(deep) / parameters(shallow);
    check("parameters", ratio, bounds.parameters.holds(ratio));

    // The winner of all, tested once.
    const all = [...studies.values()].flat();
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
      metrics: { validationAccuracy: validated, testAccuracy: tested, byRate, byWidth, byActivation, byShape },
    };
  },
});
