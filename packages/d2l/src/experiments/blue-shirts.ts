// F47 to F49: five defaulters in blue shirts. What looks like a signal, what a leak hides, what choosing on the test set costs.

import * as torch from "torchlet";
import { type Localized, localize, type Tensor } from "torchlet";
import { figureOf, histogram } from "../visualize/index.js";
import { defineExperiment } from "./experiment.js";
import { mean } from "./measured.js";

const [applicants, defaulters] = [100, 5];

/** Applicants with features that have nothing to do with anything, each true for half of them. */
function drawApplicants(features: number): { X: Tensor; y: Tensor } {
  const X = torch.rand(applicants, features).lt(0.5).to(torch.float32);
  const y = torch.zeros(applicants);
  for (let i = 0; i < defaulters; i++) y.select(0, i).fill_(1);
  return { X, y };
}

/** The features that every defaulter has: each a rule that catches all of them. */
function sharedByDefaulters({ X, y }: { X: Tensor; y: Tensor }): number[] {
  const among = y.matmul(X).tolist() as number[];
  return among.flatMap((count, feature) => (count === defaulters ? [feature] : []));
}

/** The share of defaulters that the rule "has the feature" catches. */
function caught({ X, y }: { X: Tensor; y: Tensor }, feature: number): number {
  return X.select(1, feature).dot(y).item() / defaulters;
}

/** The share of labels that the nearest known sample tells rightly. */
function nearestNeighbour(known: { X: Tensor; y: Tensor }, asked: { X: Tensor; y: Tensor }): number {
  const nearest = torch.cdist(asked.X, known.X).argmin(1);
  return known.y.indexSelect(0, nearest).eq(asked.y).to(torch.float32).mean().item();
}

/** The mean of the largest of m independent shares of n fair coins: sum over k of P(largest > k / n) / n. */
function expectedBest(m: number, n: number): number {
  let logChoose = 0;
  let below = 0;
  let expected = 0;
  for (let k = 0; k < n; k++) {
    below += Math.exp(logChoose - n * Math.LN2);
    logChoose += Math.log((n - k) / (k + 1));
    expected += (1 - Math.min(1, below) ** m) / n;
  }
  return expected;
}

/** `torchlet run blue-shirts` */
export const blueShirts = defineExperiment({
  id: "blue-shirts",
  section: "3.2.1",
  title: { en: "Blue shirts: signals that are none", zh: "蓝衬衫：虚假的信号" },
  summary: {
    en: "spurious signals among few samples, leaks, and what choosing on the test set costs",
    zh: "小样本中的虚假信号、数据泄漏，以及用测试集做选择的代价",
  },
  explain: {
    shows: {
      en: "A bank has 100 applicants, 5 of whom did not pay back, and all five wore blue shirts. With enough features that mean nothing, some feature is nearly always shared by all five. Fresh applicants show that it means nothing; a validation set that leaks, or a test set that is looked at a hundred times, does not.",
      zh: "银行有 100 位申请人，其中 5 人违约，而这 5 人都穿蓝衬衫。只要无意义的特征足够多，几乎总有某个特征为 5 人所共有。新的申请人能揭示它毫无意义；而泄漏的验证集，或看过一百次的测试集，则不能。",
    },
    lookFor: [
      {
        en: "The chance of such a feature grows from 3 % with one feature to 96 % with a hundred.",
        zh: "出现这种特征的概率从 1 个特征时的 3 % 升至 100 个特征时的 96 %。",
      },
      {
        en: "All accuracies should be one half: the labels are coin tosses. Whatever is above shows the size of the mistake.",
        zh: "所有精度本应为二分之一，因为标签是抛硬币得来的；高出的部分就是错误的大小。",
      },
    ],
  },
  covers: ["F48"],
  claims: {
    chance: {
      items: ["F47"],
      claim: {
        en: "Among 100 features without meaning, one is shared by all defaulters as often as theory says.",
        zh: "在 100 个无意义的特征中，出现为全部违约者共有者的频率与理论一致。",
      },
      expected: "1 - (31/32)^100 = 0.958 ± 0.03",
      source: "notes 3.2.1; binomial",
    },
    validation: {
      items: ["F47", "F49"],
      claim: {
        en: "On fresh applicants the same feature catches half of the defaulters, as any coin does.",
        zh: "对新的申请人，该特征只能找出一半的违约者，与抛硬币无异。",
      },
      expected: "0.5 ± 0.05",
      source: "notes 3.2.1",
    },
    generalization: {
      items: ["F48"],
      claim: {
        en: "A model that memorizes has training error 0, and on fresh samples that of a coin.",
        zh: "死记硬背的模型训练误差为 0，而在新样本上与抛硬币无异。",
      },
      expected: "0 and 0.5 ± 0.05",
      source: "notes 3.2.1.1",
    },
    leak: {
      items: ["F49"],
      claim: {
        en: "Where half of the validation samples are training samples too, the accuracy seems to be three quarters.",
        zh: "若验证样本有一半同时在训练集中，精度看上去有四分之三。",
      },
      expected: "0.75 ± 0.05",
      source: "notes 3.2.1.1",
    },
    disjoint: {
      items: ["F49"],
      claim: {
        en: "A split into three parts has no sample twice, and loses none.",
        zh: "划分为三部分时样本不重复也不遗漏。",
      },
      expected: "0 twice, 0 lost",
      source: "notes 3.2.1.1",
    },
    chosen: {
      items: ["F49"],
      claim: {
        en: "The best of 100 coins on a test set of 100 samples looks as good as theory says the best of them is.",
        zh: "在 100 个样本的测试集上，100 枚硬币中最好的一枚看上去与理论的最大值一样好。",
      },
      expected: "mean of the maximum of 100 binomials ± 0.01",
      source: "order statistics",
    },
    chosenFresh: {
      items: ["F49"],
      claim: { en: "On fresh samples it is a coin again.", zh: "在新样本上它仍只是一枚硬币。" },
      expected: "0.5 ± 0.02",
      source: "notes 3.2.1.1",
    },
    guard: {
      items: ["F49"],
      claim: { en: "A guarded test set warns from its second use on.", zh: "受保护的测试集从第二次使用起发出警告。" },
      expected: "0 warnings, then 1",
      source: "notes 3.2.1.1: a test set is used once",
    },
  },
  options: {
    features: {
      type: "integer",
      default: 100,
      min: 1,
      max: 10_000,
      help: { en: "features without meaning", zh: "无意义特征的个数" },
    },
    repeats: {
      type: "integer",
      default: 2000,
      min: 200,
      max: 100_000,
      help: { en: "simulated banks", zh: "模拟的银行数" },
    },
    seed: { type: "integer", default: 0, help: { en: "seed of all random numbers", zh: "随机数种子" } },
  },
  quick: { repeats: 500 },
  async run({ report, signal, check }, { features, repeats, seed }) {
    torch.manualSeed(seed);

    // The blue shirts: how often is there one, and what is it worth?
    const counts = [1, 3, 10, 30, 100, 300];
    const exact = counts.map((m) => 1 - (31 / 32) ** m);
    const simulated: number[] = [];
    for (const m of counts) {
      const found = Array.from({ length: repeats / 4 }, () => sharedByDefaulters(drawApplicants(m)).length > 0);
      simulated.push(mean(found.map(Number)));
      await torch.utils.data.breathe();
      if (signal.aborted) return {};
    }
    report.figure({
      kind: "plot",
      id: "chance",
      caption: localize({
        en: "The chance that some feature without meaning is shared by all 5 defaulters",
        zh: "某个无意义特征为全部 5 位违约者共有的概率",
      }),
      figsize: [4.5, 3],
      rows: 1,
      columns: 1,
      panels: [
        {
          xlabel: "features",
          ylabel: "probability",
          xscale: "log",
          ylim: [0, 1.05],
          series: [
            { x: counts, y: exact, label: "1 - (31/32)^m", format: "m--" },
            { x: counts, y: simulated, label: "simulated", format: "o" },
          ],
        },
      ],
    });
    let withShirt = 0;
    const onFresh: number[] = [];
    for (let i = 0; i < repeats && !signal.aborted; i++) {
      const [shirt] = sharedByDefaulters(drawApplicants(features));
      if (shirt === undefined) continue;
      withShirt++;
      onFresh.push(caught(drawApplicants(features), shirt));
    }
    const expectedChance = 1 - (31 / 32) ** features;
    if (features === 100) check("chance", withShirt / repeats, Math.abs(withShirt / repeats - expectedChance) < 0.03);
    if (onFresh.length >= 100) check("validation", mean(onFresh), Math.abs(mean(onFresh) - 0.5) < 0.05);

    // Training error and generalization error, with labels that nobody can know; then the same through a leak.
    const draw = (n: number) => ({ X: torch.randn(n, 10), y: torch.rand(n).lt(0.5).to(torch.float32) });
    const train = draw(1000);
    const validation = draw(2000);
    const trainError = 1 - nearestNeighbour(train, train);
    const freshError = 1 - nearestNeighbour(train, validation);
    check(
      "generalization",
      `${trainError} and ${freshError.toFixed(3)}`,
      trainError === 0 && Math.abs(freshError - 0.5) < 0.05,
    );
    const more = draw(1000);
    const mixed = { X: torch.cat([train.X, more.X]), y: torch.cat([train.y, more.y]) };
    const leaking = nearestNeighbour(train, mixed);
    check("leak", leaking, Math.abs(leaking - 0.75) < 0.05);

    // Three parts without a sample in common.
    const parts = torch.selection.trainValidationTestSplit(1000, {
      fractions: { train: 0.5, validation: 0.25, test: 0.25 },
      seed,
    });
    const all = [...parts.train, ...parts.validation, ...parts.test];
    const twice = all.length - new Set(all).size;
    const lost = 1000 - new Set(all).size;
    check("disjoint", `${twice} twice, ${lost} lost`, twice === 0 && lost === 0);

    // A hundred models that know nothing, and a test set that chooses among them.
    const tests = 100;
    const best: number[] = [];
    const again: number[] = [];
    for (let i = 0; i < repeats / 4 && !signal.aborted; i++) {
      // Twice as many questions as the test set has: the winner on the first half answers the second.
      const truth = torch.rand(2 * tests).lt(0.5);
      const right = torch
        .rand(100, 2 * tests)
        .lt(0.5)
        .eq(truth)
        .to(torch.float32);
      const accuracies = right.narrow(1, 0, tests).mean(1);
      const winner = accuracies.argmax().item();
      best.push(accuracies.select(0, winner).item());
      again.push(right.select(0, winner).narrow(0, tests, tests).mean().item());
    }
    if (signal.aborted) return {};
    const predicted = expectedBest(100, tests);
    check("chosen", mean(best), Math.abs(mean(best) - predicted) < 0.01);
    check("chosenFresh", mean(again), Math.abs(mean(again) - 0.5) < 0.02);
    report.figure(
      figureOf(
        "choosing",
        [
          histogram(again, {
            range: [0.295, 0.795],
            bins: 50,
            title: "fresh samples",
            xlabel: "accuracy",
            ylabel: "banks",
          }),
          histogram(best, {
            range: [0.295, 0.795],
            bins: 50,
            title: "chosen on the test set",
            xlabel: "accuracy",
            ylabel: "banks",
            color: "C1",
          }),
        ],
        {
          caption: localize({
            en: "The best of 100 coins: on the test set that chose it, and on fresh samples",
            zh: "100 枚硬币中最好的一枚：在用于选择的测试集上，以及在新样本上",
          }),
        },
      ),
    );

    const warnings: Localized[] = [];
    const testSet = new torch.selection.TestSet([validation.X, validation.y], {
      onWarning: (warning) => warnings.push(warning.rule),
    });
    const told = [0, 1].map(() => {
      testSet.evaluate(([X, y]) => nearestNeighbour(train, { X: X!, y: y! }));
      return warnings.length;
    });
    check("guard", `${told[0]} warnings, then ${told[1]}`, told[0] === 0 && told[1] === 1);
    report.table({
      caption: {
        en: "What seems to be, and what is: all labels are coin tosses",
        zh: "表象与实际：所有标签都是抛硬币得来的",
      },
      columns: [
        { en: "mistake", zh: "错误" },
        { en: "accuracy that it shows", zh: "表面精度" },
        { en: "accuracy on fresh samples", zh: "新样本上的精度" },
      ],
      rows: [
        [localize({ en: "training error taken for the truth", zh: "把训练误差当真" }), 1 - trainError, 1 - freshError],
        [localize({ en: "half of the validation set leaked", zh: "验证集有一半泄漏" }), leaking, 1 - freshError],
        [localize({ en: "chosen on the test set", zh: "用测试集选择" }), mean(best), mean(again)],
      ],
    });
    return { metrics: { chance: withShirt / repeats, chosen: mean(best), expectedChosen: predicted } };
  },
});
