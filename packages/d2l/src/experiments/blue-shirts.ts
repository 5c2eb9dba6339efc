// F47 to F49: five defaulters in blue shirts. What looks like a signal, what a leak hides, what choosing on the test set costs.

import type { Localized, Tensor } from "torchlet";
import * as torch from "torchlet";
import { bounds, chanceOf, claims, expectedBest, labels } from "./blue-shirts/claims.js";
import { chanceFigure, choosingFigure } from "./blue-shirts/figures.js";
import { defineExperiment } from "./experiment.js";
import { mean } from "./measured.js";

const [applicants, defaulters] = [100, 5];

/** Samples with their labels. */
interface Samples {
  readonly X: Tensor;
  readonly y: Tensor;
}

/** Applicants with features that have nothing to do with anything, each true for half of them; the first five default. */
function drawApplicants(features: number): Samples {
  const X = torch.rand(applicants, features).lt(0.5).to(torch.float32);
  const y = torch.zeros(applicants);
  y.narrow(0, 0, defaulters).fill_(1);
  return { X, y };
}

/** The features that every defaulter has: each a rule that catches all of them. */
function sharedByDefaulters({ X, y }: Samples): number[] {
  const among = y.matmul(X).tolist() as number[];
  return among.flatMap((count, feature) => (count === defaulters ? [feature] : []));
}

/** The share of defaulters that the rule "has the feature" catches. */
function caught({ X, y }: Samples, feature: number): number {
  return X.select(1, feature).dot(y).item() / defaulters;
}

/** Samples whose labels are coin tosses: no model can be right in more than half of the cases. */
function drawCoins(count: number): Samples {
  return { X: torch.randn(count, 10), y: torch.rand(count).lt(0.5).to(torch.float32) };
}

/** A model that memorizes: the share of labels that the nearest known sample tells rightly. */
function nearestNeighbour(known: Samples, asked: Samples): number {
  const nearest = torch.cdist(asked.X, known.X).argmin(1);
  return known.y.indexSelect(0, nearest).eq(asked.y).to(torch.float32).mean().item();
}

/** The best of some models that guess, by their accuracies on a test set, and the same model's accuracy on a fresh one. */
function chooseOnTestSet(models: number, tests: number): { chosen: number; fresh: number } {
  // Twice as many questions as the test set has: the winner on the first half answers the second.
  const truth = torch.rand(2 * tests).lt(0.5);
  const guesses = torch.rand(models, 2 * tests).lt(0.5);
  const right = guesses.eq(truth).to(torch.float32);
  const accuracies = right.narrow(1, 0, tests).mean(1);
  const winner = accuracies.argmax().item();
  return {
    chosen: accuracies.select(0, winner).item(),
    fresh: right.select(0, winner).narrow(0, tests, tests).mean().item(),
  };
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
  claims,
  labels,
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

    const { breathe } = torch.utils.data;
    const banks = Math.floor(repeats / 4);

    // The blue shirts: how often is there one, and what is it worth?
    const counts = [1, 3, 10, 30, 100, 300];
    const simulated: number[] = [];
    for (const m of counts) {
      let found = 0;
      for (let i = 0; i < banks && !signal.aborted; i++) {
        if (sharedByDefaulters(drawApplicants(m)).length > 0) found++;
        await breathe();
      }
      simulated.push(found / banks);
    }
    if (signal.aborted) return {};
    report.figure(chanceFigure(counts, simulated));
    const onFresh: number[] = [];
    for (let i = 0; i < repeats && !signal.aborted; i++) {
      const [shirt] = sharedByDefaulters(drawApplicants(features));
      if (shirt !== undefined) onFresh.push(caught(drawApplicants(features), shirt));
      await breathe();
    }
    if (signal.aborted) return {};
    const chance = onFresh.length / repeats;
    if (features === 100) check("chance", chance, bounds.chance.holds(chance));
    // The mean of fewer would say little.
    if (onFresh.length >= 100) check("validation", mean(onFresh), bounds.validation.holds(mean(onFresh)));

    // Training error and generalization error; then the same through a leak: half of the validation samples are known.
    const train = drawCoins(1000);
    const validation = drawCoins(2000);
    const trainError = 1 - nearestNeighbour(train, train);
    const freshError = 1 - nearestNeighbour(train, validation);
    check(
      "generalization",
      `${trainError}; ${freshError.toFixed(3)}`,
      trainError === 0 && bounds.fresh.holds(freshError),
    );
    const more = drawCoins(1000);
    const leaking = nearestNeighbour(train, { X: torch.cat([train.X, more.X]), y: torch.cat([train.y, more.y]) });
    check("leak", leaking, bounds.leak.holds(leaking));

    // Three parts without a sample in common.
    const parts = torch.selection.trainValidationTestSplit(1000, {
      fractions: { train: 0.5, validation: 0.25, test: 0.25 },
      seed,
    });
    const all = [...parts.train, ...parts.validation, ...parts.test];
    const different = new Set(all).size;
    const [twice, lost] = [all.length - different, 1000 - different];
    check("disjoint", `${twice}, ${lost}`, twice === 0 && lost === 0);

    // A hundred models that know nothing, and a test set that chooses among them.
    const best: number[] = [];
    const again: number[] = [];
    for (let i = 0; i < banks && !signal.aborted; i++) {
      const { chosen, fresh } = chooseOnTestSet(100, 100);
      best.push(chosen);
      again.push(fresh);
      await breathe();
    }
    if (signal.aborted) return {};
    check("chosen", mean(best), bounds.chosen.holds(mean(best)));
    check("chosenFresh", mean(again), bounds.chosenFresh.holds(mean(again)));
    report.figure(choosingFigure(best, again));

    // A test set that knows how often it was used.
    const warnings: Localized[] = [];
    const testSet = new torch.selection.TestSet([validation.X, validation.y], {
      onWarning: (warning) => warnings.push(warning.rule),
    });
    const told = [1, 2].map(() => {
      testSet.evaluate(([X, y]) => nearestNeighbour(train, { X: X!, y: y! }));
      return warnings.length;
    });
    check("guard", told.join(", "), told[0] === 0 && told[1] === 1);

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
        [{ en: "training error taken for the truth", zh: "把训练误差当真" }, 1 - trainError, 1 - freshError],
        [{ en: "half of the validation set leaked", zh: "验证集有一半泄漏" }, leaking, 1 - freshError],
        [{ en: "chosen on the test set", zh: "用测试集选择" }, mean(best), mean(again)],
      ],
    });
    return {
      metrics: {
        chance,
        expectedChance: chanceOf(features),
        chosen: mean(best),
        expectedChosen: expectedBest(100, 100),
      },
    };
  },
});
