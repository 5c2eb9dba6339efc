// The book's section on environment and distribution shift: three shifts with their remedies, a detector, a feedback loop.

import * as torch from "torchlet";
import { claims, labels, limits } from "./distribution-shift/claims.js";
import { conceptShift } from "./distribution-shift/concept.js";
import { covariateShift } from "./distribution-shift/covariate.js";
import { patrol } from "./distribution-shift/feedback.js";
import {
  covariateFigure,
  environmentFigure,
  errorCurve,
  frequenciesTable,
  riskTable,
  waysOfLearning,
} from "./distribution-shift/figures.js";
import { labelShift } from "./distribution-shift/label.js";
import { twoSampleTest } from "./distribution-shift/logistic.js";
import { defineExperiment } from "./experiment.js";
import { median, rangeText, within } from "./measured.js";
import { eachSeed } from "./seeds.js";

/** The 95th percentile of the normal distribution. */
const ALARM = 1.645;

/** `torchlet run distribution-shift` */
export const distributionShift = defineExperiment({
  id: "distribution-shift",
  section: "book.environment",
  title: { en: "Distribution shift", zh: "分布偏移" },
  summary: {
    en: "covariate, label and concept shift with their remedies, a detector, and a feedback loop",
    zh: "协变量、标签与概念偏移及其纠正，偏移检测，以及反馈循环",
  },
  explain: {
    shows: {
      en: "Training data and the world may differ: in the inputs, in the frequencies of the classes, in what the labels mean. The first two are corrected by weights that need no labels of the target: a classifier that tells both sets apart gives them, or the confusion matrix does. The third needs new labels, time and again. A classifier also notices that something has shifted; and a model that decides where data come from may shift the world by itself.",
      zh: "训练数据与现实可能不同：输入不同、类别频率不同，或标签含义不同。前两种可用权重纠正，且不需要目标域的标签：权重来自区分两组数据的分类器，或来自混淆矩阵。第三种则需要不断获得新标签。分类器还能发现偏移；而决定数据来自何处的模型，可能自己造成偏移。",
    },
    lookFor: [
      {
        en: "The unweighted line fits where most training data lie; the weighted one fits where it will be asked.",
        zh: "未加权的直线拟合训练数据最多的地方；加权的直线拟合将要预测的地方。",
      },
      {
        en: "Counting predictions overrates rare classes: the classifier confuses. Solving with the confusion matrix takes that out.",
        zh: "直接统计预测会高估稀有类别，因为分类器会混淆；用混淆矩阵求解可消除这一影响。",
      },
      {
        en: "Two districts are alike. Patrols that prefer the one with more records all end up in one of them; in proportion to the records they keep what chance has made; only records per patrol keep them even.",
        zh: "两个街区完全相同。若巡逻偏向记录较多的街区，最终会全部集中于其中之一；若按记录的比例分配，则保留偶然造成的差异；只有按每次巡逻的记录分配才保持均衡。",
      },
    ],
  },
  covers: [],
  claims,
  labels,
  options: {
    samples: {
      type: "integer",
      default: 2000,
      min: 100,
      max: 100_000,
      help: { en: "samples of source and of target", zh: "源域与目标域各自的样本数" },
    },
    clip: {
      type: "number",
      default: 20,
      min: 0.1,
      max: 1e6,
      help: { en: "the largest weight c in min(exp(h(x)), c)", zh: "min(exp(h(x)), c) 中的最大权重 c" },
    },
    shift: {
      type: "number",
      default: 0.5,
      min: 0,
      max: 10,
      help: { en: "the shift to detect, in standard deviations", zh: "待检测的偏移量（标准差）" },
    },
    tests: {
      type: "integer",
      default: 400,
      min: 20,
      max: 10_000,
      help: { en: "two-sample tests, with and without a shift", zh: "有偏移与无偏移时的双样本检验次数" },
    },
    seeds: { type: "integer", default: 5, min: 1, max: 100, help: { en: "runs of each kind", zh: "每种运行次数" } },
    seed: { type: "integer", default: 0, help: { en: "the first seed", zh: "第一个种子" } },
  },
  quick: {},
  async run({ report, signal, check }, { samples, clip, shift, tests, seeds, seed }) {
    const everySeed = <T>(en: string, zh: string, once: () => T): Promise<T[]> =>
      eachSeed({ report, signal, seed, seeds }, { en, zh }, once);
    // With few samples, and with weights that are cut, the estimates are another question.
    const enough = samples >= 1000;

    // Covariate shift: other inputs, the same law.
    const covariate = await everySeed("covariate shift", "协变量偏移", () => covariateShift(samples, clip));
    if (signal.aborted) return {};
    report.figure(covariateFigure(covariate[0]!));
    report.table(riskTable(covariate));
    const [plain, weighted, informed, logError] = (["plain", "weighted", "informed", "logError"] as const).map((key) =>
      median(covariate.map((run) => run[key])),
    ) as [number, number, number, number];
    check("misled", plain / informed, plain >= limits.misled * informed);
    if (enough) check("ratio", logError, logError <= limits.logRatio);
    if (enough && clip >= 5) {
      const worst = Math.max(...covariate.map((run) => run.weighted / run.plain));
      const beside = weighted / informed;
      check(
        "covariate",
        `${worst.toFixed(3)}; ${beside.toFixed(3)}`,
        worst <= limits.weighted && beside <= limits.beside,
      );
    }

    // Label shift: other frequencies of the classes, the same p(x | y).
    const label = await everySeed("label shift", "标签偏移", () => labelShift(samples));
    if (signal.aborted) return {};
    report.table(frequenciesTable(label[0]!));
    const gains = label.map((run) => run.weighted - run.plain);
    if (enough) {
      const estimateError = median(label.map((run) => run.estimateError));
      const countError = median(label.map((run) => run.countError));
      check(
        "frequencies",
        `${estimateError.toFixed(3)}; ${countError.toFixed(3)}`,
        estimateError <= limits.frequency && countError >= limits.counting * estimateError,
      );
      check("label", Math.min(...gains), Math.min(...gains) > limits.gain);
    }

    // Concept shift: what the labels mean changes; and a model that changes the world that it learns from.
    const [steps, piece, days] = [1000, 50, 1000];
    const concept = await everySeed("concept shift", "概念偏移", () => conceptShift(steps));
    const patrols = {
      squares: await everySeed("feedback", "反馈", () => patrol(days, "squares")),
      records: await everySeed("feedback", "反馈", () => patrol(days, "records")),
      perPatrol: await everySeed("feedback", "反馈", () => patrol(days, "perPatrol")),
    };
    if (signal.aborted) return {};
    const errors = { frozen: errorCurve(concept, "frozen", piece), online: errorCurve(concept, "online", piece) };
    report.figure(environmentFigure(errors, piece, patrols));
    const [frozen, online] = [errors.frozen.at(-1)!, errors.online.at(-1)!];
    check("concept", `${frozen.toFixed(3)}, ${online.toFixed(3)}`, frozen >= limits.frozen && online <= limits.online);
    const ends = (shares: readonly (readonly number[])[]) => shares.map((share) => share.at(-1)!);
    const concentrated = Math.min(...ends(patrols.squares).map((share) => Math.max(share, 1 - share)));
    check("feedback", concentrated, concentrated >= limits.concentrated);
    const even = ends(patrols.perPatrol);
    check(
      "corrected",
      rangeText(even, 3),
      even.every((share) => within(share, 0.5, limits.even)),
    );

    // The detector: does a classifier tell old samples from new ones better than guessing would?
    torch.manualSeed(seed);
    const draw = (by: number) => torch.randn(400, 5).add(torch.tensor([by, 0, 0, 0, 0]));
    const alarms = { without: 0, with: 0 };
    for (let i = 0; i < tests; i++) {
      if (twoSampleTest(draw(0), draw(0)) > ALARM) alarms.without++;
      if (twoSampleTest(draw(0), draw(shift)) > ALARM) alarms.with++;
      if (i % 10 === 0) {
        report.progress({ label: { en: "two-sample tests", zh: "双样本检验" }, done: i, total: tests });
        await torch.utils.data.breathe();
        if (signal.aborted) return {};
      }
    }
    const falseAlarms = alarms.without / tests;
    const detected = alarms.with / tests;
    if (tests >= 400) check("alarm", falseAlarms, within(falseAlarms, limits.alarms.rate, limits.alarms.tolerance));
    if (shift >= 0.5) check("detected", detected, detected >= limits.detected);

    report.table(waysOfLearning);
    report.text({
      en: "A search engine is such an environment: what it ranks first is clicked and linked, which makes it rank first; it needs weights for position, as the patrols need weights for presence. Other influences than distribution: what an error costs and whom, automation bias, and what is counted because it is easy to count.",
      zh: "搜索引擎就是这样的环境：排在前面的会被点击和链接，于是继续排在前面；它需要按位置加权，正如巡逻需要按到场次数加权。分布之外的影响还有：错误的代价由谁承担、对自动化的过度信任，以及只统计容易统计的东西。",
    });
    return {
      metrics: {
        covariateRisk: weighted,
        unweightedRisk: plain,
        labelGain: median(gains),
        detected,
        falseAlarms,
      },
    };
  },
});
