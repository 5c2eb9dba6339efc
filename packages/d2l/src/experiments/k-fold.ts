// F50 and F51: K-fold cross-validation by hand, and the degree of a polynomial chosen with it.

import * as torch from "torchlet";
import { localize, type Tensor } from "torchlet";
import type { Panel } from "../report/figure.js";
import { getKFoldData } from "../toolkit/k-fold.js";
import { figureOf } from "../visualize/index.js";
import { defineExperiment } from "./experiment.js";
import { mean, median } from "./measured.js";

const { float64, selection } = torch;
const trueW = [5, 1.2, -3.4, 5.6];
const maxDegree = 19;

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
function kFoldByHand(k: number, X: Tensor, y: Tensor): { error: number; trainings: number } {
  let sum = 0;
  let trainings = 0;
  for (let i = 0; i < k; i++) {
    const [XTrain, yTrain, XValid, yValid] = getKFoldData(k, i, X, y);
    const w = fit(XTrain, yTrain);
    trainings++;
    sum += meanSquaredError(XValid, yValid, w);
  }
  return { error: sum / k, trainings };
}

/** Learns a degree from the training part, and scores it on both. */
const evaluateDegree =
  (degree: number) =>
  ([X, y]: readonly [Tensor, Tensor], [XValid, yValid]: readonly [Tensor, Tensor]) => {
    const w = fit(columns(X, degree), y);
    return {
      validation: meanSquaredError(columns(XValid, degree), yValid, w),
      train: meanSquaredError(columns(X, degree), y, w),
    };
  };

/** Which samples validate in which fold. */
function foldDiagram(n: number, k: number): Panel {
  const bars = (validating: boolean) => {
    const parts = [...new selection.KFold(k).split(n)].flatMap(({ test }, fold) => {
      const [first, last] = [test[0]!, test[test.length - 1]! + 1];
      const y = [k - fold - 0.9, k - fold - 0.1] as const;
      if (validating) return [{ x: [first, last] as const, y }];
      return [
        { x: [0, first] as const, y },
        { x: [last, n] as const, y },
      ].filter(({ x }) => x[0] < x[1]);
    });
    return { x: parts.map(({ x }) => x), y: parts.map(({ y }) => y) };
  };
  return {
    xlabel: "sample",
    xlim: [0, n],
    ylim: [0, k],
    yticks: Array.from({ length: k }, (_, fold) => ({ at: k - fold - 0.5, label: `fold ${fold + 1}` })),
    series: [],
    marks: [
      { kind: "rectangles", ...bars(false), color: "C0", label: "train" },
      { kind: "rectangles", ...bars(true), color: "C1", label: "validate" },
    ],
  };
}

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
        en: "The smallest mean alone picks too high a degree in every fourth case; the simplest model within one standard error of it is right nearly always.",
        zh: "只取平均误差最小者，约四分之一的情况会选到过高的阶数；选取与最小值相差一个标准误以内的最简单模型，则几乎总是正确。",
      },
      {
        en: "Few folds train on fewer samples: their estimate is too high. Many folds cost more trainings.",
        zh: "折数少则训练样本少，估计偏高；折数多则训练次数多。",
      },
    ],
  },
  covers: ["F50"],
  claims: {
    partition: {
      items: ["F50"],
      claim: {
        en: "Every sample validates exactly once, and never in the fold that it trains.",
        zh: "每个样本恰好验证一次，且不会同时用于同一折的训练。",
      },
      expected: "100 of 100, 0 in both",
      source: "notes 3.2.1.1",
    },
    byHand: {
      items: ["F50"],
      claim: {
        en: "The algorithm by hand and the library give the same mean.",
        zh: "手写算法与库函数给出相同的平均误差。",
      },
      expected: "difference < 1e-12",
      source: "notes 3.2.1.1",
    },
    cost: {
      items: ["F50"],
      claim: { en: "K folds cost K trainings.", zh: "K 折需要训练 K 次。" },
      expected: "2, 5, 10",
      source: "d2l-en, underfit-overfit, exercise on K-fold",
    },
    estimate: {
      items: ["F50", "F48"],
      claim: {
        en: "Its mean is an honest estimate: over all seeds near the error on fresh samples.",
        zh: "其平均误差是诚实的估计：对所有种子平均后接近新样本上的误差。",
      },
      expected: "ratio of medians 0.8 to 1.25",
      source: "notes 3.2.1.1",
    },
    chooses: {
      items: ["F51"],
      claim: {
        en: "5 folds, passed through five times, choose degree 3 by the rule of one standard error.",
        zh: "5 折交叉验证重复五遍，按一个标准误规则选出 3 阶。",
      },
      expected: "at least 95 % of the seeds",
      source: "notes 3.2.1.2: the data were made with degree 3",
    },
    ushape: {
      items: ["F51", "F55"],
      claim: {
        en: "The validation error is smallest at degree 3, and at degree 19 more than 100 times as large; the training error never rises.",
        zh: "验证误差在 3 阶最小，19 阶时大 100 倍以上；训练误差从不上升。",
      },
      expected: "3, > 100, falling",
      source: "exact least squares: notes 3.2.2.1",
    },
    bias: {
      items: ["F50"],
      claim: {
        en: "Two folds train on half of the data, so their estimate is above that of ten.",
        zh: "两折只用一半数据训练，因此估计高于十折。",
      },
      expected: "> 1",
      source: "d2l-en, underfit-overfit, exercise on K-fold",
    },
  },
  options: {
    samples: {
      type: "integer",
      default: 100,
      min: 60,
      max: 10_000,
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
    report.figure(
      figureOf("folds", [foldDiagram(samples, k)], {
        panelSize: [5, 2.5],
        caption: localize({ en: "Which samples validate in which fold", zh: "各折中用于验证的样本" }),
      }),
    );
    const folds = [...new selection.KFold(k).split(samples)];
    const validated = folds.flatMap(({ test }) => [...test]);
    const both = folds.flatMap(({ train, test }) => test.filter((i) => train.includes(i)));
    const once = new Set(validated).size;
    if (samples === 100) {
      check(
        "partition",
        `${once} of ${validated.length}, ${both.length} in both`,
        once === 100 && validated.length === 100 && both.length === 0,
      );
    }

    const [X0, y0] = makePolynomial(samples - (samples % k), seed);
    const byHand = kFoldByHand(k, columns(X0, 3), y0);
    const library = await selection.crossValidate(evaluateDegree(3), X0, y0, { cv: k });
    const difference = Math.abs(byHand.error - library.mean["validation"]!);
    check("byHand", difference, difference < 1e-12);
    const [Xc, yc] = makePolynomial(60, seed);
    const trainings = [2, 5, 10].map((folds) => kFoldByHand(folds, columns(Xc, 3), yc).trainings);
    check("cost", trainings.join(", "), trainings.join() === "2,5,10");

    // The same choice for every data set: all degrees on the same folds.
    const candidates = Array.from({ length: maxDegree + 1 }, (_, degree) => degree);
    const chosen: number[] = [];
    const smallest: number[] = [];
    const curves: { validation: number[]; train: number[]; error: number[] }[] = [];
    const [estimates, fresh]: [number[], number[]] = [[], []];
    for (let s = 0; s < seeds; s++) {
      if (signal.aborted) return {};
      report.progress({
        label: { en: `data set ${s + 1} of ${seeds}`, zh: `第 ${s + 1} 个数据集，共 ${seeds} 个` },
        done: s,
        total: seeds,
      });
      const [X, y] = makePolynomial(samples, seed + s);
      const cv = new selection.RepeatedKFold({ nSplits: k, nRepeats: repeats, seed: seed + s });
      const curve = await selection.validationCurve(evaluateDegree, X, y, {
        candidates,
        cv,
        seed: seed + s,
        score: "validation",
        rule: "oneStandardError",
      });
      chosen.push(curve.chosen);
      smallest.push(candidates[curve.choice.best]!);
      curves.push({
        validation: curve.results.map((result) => result.mean["validation"]!),
        train: curve.results.map((result) => result.mean["train"]!),
        error: curve.results.map((result) => result.standardError["validation"]!),
      });
      const [XTest, yTest] = makePolynomial(2000, 100_000 + seed + s);
      estimates.push(curve.results[3]!.mean["validation"]!);
      fresh.push(meanSquaredError(columns(XTest, 3), yTest, fit(columns(X, 3), y)));
    }
    const ratio = median(estimates) / median(fresh);
    check("estimate", ratio, ratio > 0.8 && ratio < 1.25);
    const right = chosen.filter((degree) => degree === 3).length;
    if (k === 5 && repeats >= 2 && samples >= 100) {
      check(
        "chooses",
        `${right} of ${seeds} (the smallest mean alone: ${smallest.filter((degree) => degree === 3).length})`,
        right >= 0.95 * seeds,
      );
    }
    const across = (name: "validation" | "train" | "error") =>
      candidates.map((degree) => median(curves.map((curve) => curve[name][degree]!)));
    const [validation, train] = [across("validation"), across("train")];
    const lowest = validation.indexOf(Math.min(...validation));
    const explosion = validation[maxDegree]! / validation[3]!;
    const falling = train.every((value, i) => i === 0 || value <= train[i - 1]! * (1 + 1e-9));
    check(
      "ushape",
      `${lowest}, ${explosion.toPrecision(3)}, ${falling ? "falling" : "rising"}`,
      lowest === 3 && explosion > 100 && falling,
    );
    const first = curves[0]!;
    report.figure({
      kind: "plot",
      id: "degree",
      caption: localize({
        en: "Error against degree: mean over the folds, one data set and the median of all",
        zh: "误差与阶数：各折的平均，单个数据集与所有数据集的中位数",
      }),
      figsize: [5, 3.25],
      rows: 1,
      columns: 1,
      panels: [
        {
          xlabel: "degree",
          ylabel: "mean squared error",
          yscale: "log",
          series: [
            { x: candidates, y: train, label: "train, median" },
            { x: candidates, y: validation, label: "validation, median", format: "m--" },
            { x: candidates, y: first.validation, label: "validation, one data set", format: "g-." },
            { x: [3], y: [validation[3]!], label: "truth", format: "ro" },
          ],
        },
      ],
    });
    const counts = candidates.filter((degree) => chosen.includes(degree) || smallest.includes(degree));
    report.table({
      caption: { en: "How often a degree was chosen", zh: "各阶数被选中的次数" },
      columns: [
        { en: "degree", zh: "阶数" },
        { en: "one standard error", zh: "一个标准误" },
        { en: "smallest mean", zh: "最小平均" },
      ],
      rows: counts.map((degree) => [
        degree,
        ...[chosen, smallest].map((list) => list.filter((d) => d === degree).length),
      ]),
    });

    // Few folds train on few samples, and say that the model is worse than it is: degree 5 on 60 samples shows it.
    const many = Array.from({ length: 60 }, (_, s) => makePolynomial(60, 7000 + seed + s));
    const errorWith = (folds: number) => median(many.map(([X, y]) => kFoldByHand(folds, columns(X, 5), y).error));
    const bias = errorWith(2) / errorWith(10);
    check("bias", bias, bias > 1);
    return { metrics: { right: right / seeds, estimate: mean(estimates), fresh: mean(fresh) } };
  },
});
