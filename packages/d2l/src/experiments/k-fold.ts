// F50 and F51: K-fold cross-validation by hand, and the degree of a polynomial chosen with it.

import type { Tensor } from "torchlet";
import * as torch from "torchlet";
import { getKFoldData } from "../toolkit/k-fold.js";
import { defineExperiment, type ExperimentContext } from "./experiment.js";
import { bounds, claims, labels, trueDegree } from "./k-fold/claims.js";
import { chosenTable, degreeFigure, foldsFigure } from "./k-fold/figures.js";
import { median } from "./measured.js";

const { float64, selection } = torch;
const trueW = [5, 1.2, -3.4, 5.6];
const maxDegree = 19;
const candidates = Array.from({ length: maxDegree + 1 }, (_, degree) => degree);

/** y = 5 + 1.2x - 3.4x²/2! + 5.6x³/3! + noise; columns of X are xⁱ/i!. */
function makePolynomial(n: number, seed: number): [Tensor, Tensor] {
  const options = { dtype: float64, generator: new torch.Generator().manualSeed(seed) };
  const x = torch.randn([n, 1], options);
  const X = new selection.PolynomialFeatures(maxDegree, { factorialScaling: true }).fitTransform(x);
  const w = torch.tensor(trueW, { dtype: float64 }).reshape(4, 1);
  const noise = torch.randn([n, 1], options).mul(0.1);
  return [X, X.narrow(1, 0, 4).matmul(w).add(noise)];
}

const columns = (X: Tensor, degree: number) => X.narrow(1, 0, degree + 1);
const meanSquaredError = (X: Tensor, y: Tensor, w: Tensor) => X.matmul(w).sub(y).square().mean().item();

/** Exact least squares: the same model with the same hyperparameters in every fold. */
function fit(X: Tensor, y: Tensor): Tensor {
  return torch.linalg.lstsq(X, y)[0];
}

/** The algorithm of the notes: block i validates, the others train, the mean over all i is the answer. */
function kFoldByHand(k: number, X: Tensor, y: Tensor): number {
  let sum = 0;
  for (let i = 0; i < k; i++) {
    const [XTrain, yTrain, XValid, yValid] = getKFoldData(k, i, X, y);
    const w = fit(XTrain, yTrain);
    sum += meanSquaredError(XValid, yValid, w);
  }
  return sum / k;
}

type Part = readonly [X: Tensor, y: Tensor];
type Evaluate = (train: Part, validation: Part) => { validation: number; train: number };

/** Learns a degree from the training part, and scores it on both. */
const evaluateDegree =
  (degree: number): Evaluate =>
  ([X, y], [XValid, yValid]) => {
    const w = fit(columns(X, degree), y);
    return {
      validation: meanSquaredError(columns(XValid, degree), yValid, w),
      train: meanSquaredError(columns(X, degree), y, w),
    };
  };

/** `torchlet run k-fold` */
export const kFoldExperiment = defineExperiment({
  id: "k-fold",
  section: "3.2.1.1",
  title: { en: "K-fold cross-validation", zh: "K 折交叉验证" },
  summary: {
    en: "every sample validates once: an estimate from few data, and a degree chosen with it",
    zh: "每个样本恰好验证一次：用少量数据估计误差，并据此选择多项式的阶数",
  },
  explain: {
    shows: {
      en: "Where data are too few for a validation set of their own, they are cut into K blocks: each validates a model that the others trained, and the mean of the K errors is the estimate. Here it chooses the degree of a polynomial among 0 to 19; the data were made with degree 3.",
      zh: "数据太少而无法单独留出验证集时，把数据分成 K 块：每块依次验证由其余各块训练出的模型，K 个误差的平均即为估计。这里用它在 0 至 19 阶中选择多项式的阶数，数据由 3 阶多项式生成。",
    },
    lookFor: [
      {
        en: "The training error only falls with the degree; the validation error has its minimum where the truth is, and explodes beyond.",
        zh: "训练误差随阶数只降不升；验证误差在真实阶数处最小，之后急剧上升。",
      },
      {
        en: "The smallest mean alone now and then picks too high a degree; the simplest model within one standard error of it is right nearly always.",
        zh: "只取平均误差最小者，有时会选到过高的阶数；选取与最小值相差一个标准误以内的最简单模型，则几乎总是正确。",
      },
      {
        en: "Few folds train on fewer samples: their estimate is too high. Many folds cost more trainings.",
        zh: "折数少则训练样本少，估计偏高；折数多则训练次数多。",
      },
    ],
  },
  covers: ["F50"],
  claims,
  labels,
  options: {
    samples: {
      type: "integer",
      default: 100,
      min: 60,
      max: 1000,
      help: { en: "samples to learn from", zh: "用于学习的样本数" },
    },
    k: { type: "integer", default: 5, min: 2, max: 20, help: { en: "folds", zh: "折数" } },
    repeats: {
      type: "integer",
      default: 5,
      min: 1,
      max: 20,
      help: { en: "passes over the folds", zh: "折的重复遍数" },
    },
    seeds: { type: "integer", default: 20, min: 1, max: 1000, help: { en: "data sets", zh: "数据集个数" } },
    seed: { type: "integer", default: 0, help: { en: "seed of the first data set", zh: "第一个数据集的种子" } },
  },
  quick: { seeds: 5, repeats: 2 },
  async run({ report, signal, check }, { samples, k, repeats, seeds, seed }) {
    report.figure(foldsFigure(samples, k));
    partition(check, samples, k);
    await algorithm(check, samples, k, seed);

    // The same choice for every data set: all degrees on the same folds.
    const runs: Choice[] = [];
    for (let s = 0; s < seeds; s++) {
      if (signal.aborted) return {};
      report.progress({
        label: { en: `data set ${s + 1} of ${seeds}`, zh: `第 ${s + 1} 个数据集，共 ${seeds} 个` },
        done: s,
        total: seeds,
      });
      runs.push(await chooseDegree(samples, k, repeats, seed + s));
      await torch.utils.data.breathe();
    }
    const across = (values: (run: Choice) => readonly number[]) =>
      candidates.map((degree) => median(runs.map((run) => values(run)[degree]!)));
    const [validation, train] = [across((run) => run.validation), across((run) => run.train)];
    const chosen = runs.map((run) => run.chosen);
    const smallest = runs.map((run) => run.smallest);
    report.figure(degreeFigure({ train, validation, oneValidation: runs[0]!.validation }));
    report.table(chosenTable(chosen, smallest));

    const estimate = median(runs.map((run) => run.validation[trueDegree]!));
    const fresh = median(runs.map((run) => run.fresh));
    // Fewer folds train on too few samples: that is what the claim about two of them says.
    if (k >= 5) check("estimate", estimate / fresh, bounds.estimate.holds(estimate / fresh));
    const right = chosen.filter((degree) => degree === trueDegree).length;
    const alone = smallest.filter((degree) => degree === trueDegree).length;
    if (k === 5 && repeats >= 2 && samples >= 100) {
      const measured = {
        en: `${right} of ${seeds}; by the smallest mean alone ${alone}`,
        zh: `${seeds} 个中的 ${right} 个；仅按最小平均误差为 ${alone} 个`,
      };
      check("chooses", measured, bounds.share.holds(right / seeds));
    }
    const lowest = validation.indexOf(Math.min(...validation));
    const explosion = validation[maxDegree]! / validation[trueDegree]!;
    const falling = train.every((value, i) => i === 0 || value <= train[i - 1]! * (1 + 1e-9));
    const explodes = `${lowest}; ${explosion.toPrecision(3)}`;
    // Many samples keep high degrees from harm: there the validation error is flat.
    if (samples <= 200) {
      check(
        "ushape",
        falling
          ? { en: `${explodes}; falling`, zh: `${explodes}；下降` }
          : { en: `${explodes}; rising`, zh: `${explodes}；上升` },
        lowest === trueDegree && bounds.explosion.holds(explosion) && falling,
      );
    }

    const bias = biasOfTwoFolds(seed);
    check("bias", bias, bounds.bias.holds(bias));
    return { metrics: { right: right / seeds, estimate, fresh } };
  },
});

type Check = ExperimentContext<keyof typeof claims>["check"];

/** Every sample validates once, and is not among those that it validates. */
function partition(check: Check, samples: number, k: number): void {
  const folds = [...new selection.KFold(k).split(samples)];
  const validated = folds.flatMap(({ test }) => [...test]);
  const both = folds.flatMap(({ train, test }) => {
    const training = new Set(train);
    return test.filter((i) => training.has(i));
  });
  const once = new Set(validated).size;
  check(
    "partition",
    `${once} / ${samples}, ${both.length}`,
    once === samples && validated.length === samples && both.length === 0,
  );
}

/** The algorithm by hand beside the library's, and how often that one trains. */
async function algorithm(check: Check, samples: number, k: number, seed: number): Promise<void> {
  // The book's blocks leave the last samples out where k does not divide their number.
  const [X, y] = makePolynomial(samples - (samples % k), seed);
  const byHand = kFoldByHand(k, columns(X, trueDegree), y);
  const library = await selection.crossValidate(evaluateDegree(trueDegree), X, y, { cv: k });
  const difference = Math.abs(byHand - library.mean["validation"]!);
  check("byHand", difference, bounds.byHand.holds(difference));

  const trainings: number[] = [];
  for (const cv of [2, 5, 10]) {
    let count = 0;
    const counting: Evaluate = (train, valid) => {
      count++;
      return evaluateDegree(trueDegree)(train, valid);
    };
    await selection.crossValidate(counting, X, y, { cv });
    trainings.push(count);
  }
  check("cost", trainings.join(", "), trainings.join(", ") === claims.cost.expected);
}

/** What cross-validation of all degrees says about one data set. */
interface Choice {
  /** The simplest degree within one standard error of the best, and the one of the smallest mean. */
  readonly chosen: number;
  readonly smallest: number;
  /** Mean errors over the folds, by degree. */
  readonly validation: readonly number[];
  readonly train: readonly number[];
  /** The true degree's error on 2000 fresh samples, learned from the whole data set. */
  readonly fresh: number;
}

/** Chooses among all degrees for one data set. */
async function chooseDegree(samples: number, k: number, repeats: number, seed: number): Promise<Choice> {
  const [X, y] = makePolynomial(samples, seed);
  const { chosen, choice, results } = await selection.validationCurve(evaluateDegree, X, y, {
    candidates,
    cv: new selection.RepeatedKFold({ nSplits: k, nRepeats: repeats, seed }),
    seed,
    score: "validation",
    rule: "oneStandardError",
  });
  const [XFresh, yFresh] = makePolynomial(2000, 100_000 + seed);
  return {
    chosen,
    smallest: candidates[choice.best]!,
    validation: results.map((result) => result.mean["validation"]!),
    train: results.map((result) => result.mean["train"]!),
    fresh: meanSquaredError(columns(XFresh, trueDegree), yFresh, fit(columns(X, trueDegree), y)),
  };
}

/** Few folds train on few samples, and say that the model is worse than it is: degree 5 on 60 samples shows it. */
function biasOfTwoFolds(seed: number): number {
  const many = Array.from({ length: 60 }, (_, s) => makePolynomial(60, 7000 + seed + s));
  const errorWith = (folds: number) => median(many.map(([X, y]) => kFoldByHand(folds, columns(X, 5), y)));
  return errorWith(2) / errorWith(10);
}
