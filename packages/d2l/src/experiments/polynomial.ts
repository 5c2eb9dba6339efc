// F64 to F73: one polynomial, fitted with too little, enough and too much.

import * as torch from "torchlet";
import { localize } from "torchlet";
import { defineExperiment, type ExperimentContext } from "./experiment.js";
import { median } from "./measured.js";
import { claims, labels, weightTolerance } from "./polynomial/claims.js";
import { factorial, makeData, maxDegree, monomials, trueW } from "./polynomial/data.js";
import { exact, normalEquations, optimum } from "./polynomial/exact.js";
import { dataSize, interpolation, remedies, wrongMix } from "./polynomial/exercises.js";
import { scatter, threeFits } from "./polynomial/figures.js";
import { type Trained, train } from "./polynomial/train.js";

const [nTrain, nTest] = [100, 100];
const list = (values: readonly number[], digits = 4) => `[${values.map((value) => value.toFixed(digits)).join(", ")}]`;

/** The row of monomials that the notes print for the sample x = 0.26584. */
const printed = [
  1, 0.26584, 0.035335, 3.1311e-3, 2.0809e-4, 1.1064e-5, 4.9018e-7, 1.8615e-8, 6.1858e-10, 1.8271e-11, 4.8572e-13,
  1.1738e-14, 2.6004e-16, 5.3176e-18, 1.0097e-19, 1.7895e-21, 2.9732e-23, 4.6493e-25, 6.8664e-27, 9.607e-29,
];

/** The three fits, one a data set. */
type Fits = Readonly<Record<"right" | "under" | "over", Trained[]>>;

/** `torchlet run polynomial` */
export const polynomial = defineExperiment({
  id: "polynomial",
  section: "3.3",
  title: { en: "Polynomial regression: three fits", zh: "多项式回归：三种拟合" },
  summary: {
    en: "a cubic with noise, fitted with degree 1, 3 and 19: underfitting, right, overfitting",
    zh: "带噪声的三次多项式，用 1、3、19 阶拟合：欠拟合、正常、过拟合",
  },
  explain: {
    shows: {
      en: "100 samples of a cubic polynomial with a little noise are fitted by stochastic gradient descent with 2, 4 and 20 monomials. The loss cannot fall below the noise's variance, 0.01; beside it stands what exact least squares gives.",
      zh: "对带少量噪声的三次多项式的 100 个样本，分别用 2、4、20 个单项式以随机梯度下降拟合。损失不可能低于噪声方差 0.01；同时给出精确最小二乘的结果。",
    },
    lookFor: [
      {
        en: "With 4 monomials both curves fall to 0.01, and the weights are the true ones.",
        zh: "用 4 个单项式时两条曲线都降到 0.01，权重接近真值。",
      },
      {
        en: "With 2 the training loss stays where it was after 20 epochs.",
        zh: "用 2 个时训练损失在 20 轮后不再下降。",
      },
      {
        en: "With 20 the training loss is small, and weights appear that should be 0. Gradient descent overfits mildly; exact least squares, on the same data, wildly.",
        zh: "用 20 个时训练损失很小，却出现了本应为 0 的权重。梯度下降的过拟合较轻；对同样的数据，精确最小二乘的过拟合则非常严重。",
      },
    ],
  },
  covers: ["F64", "F66", "F67", "F68", "F72", "F73", "F54"],
  corrections: ["P5", "P14", "P29", "P30"],
  claims,
  labels,
  options: {
    epochs: {
      type: "integer",
      default: 400,
      min: 40,
      max: 100_000,
      help: { en: "epochs of the fits with degree 1 and 3", zh: "1 阶与 3 阶拟合的轮数" },
    },
    longEpochs: {
      type: "integer",
      default: 1500,
      min: 40,
      max: 100_000,
      help: { en: "epochs of the fit with degree 19", zh: "19 阶拟合的轮数" },
    },
    seeds: { type: "integer", default: 5, min: 1, max: 100, help: { en: "data sets", zh: "数据集个数" } },
    exactSets: {
      type: "integer",
      default: 200,
      min: 10,
      max: 10_000,
      help: { en: "data sets of the exact fits", zh: "精确拟合的数据集个数" },
    },
    seed: { type: "integer", default: 0, help: { en: "seed of all random numbers", zh: "随机数种子" } },
  },
  quick: { seeds: 1 },
  async run(context, options) {
    const { report, signal, check } = context;
    const { epochs, longEpochs, seeds, seed } = options;
    // The notes print five digits of x, which the last monomial knows better: its 19th root is x.
    const x = (printed[19]! * factorial(19)) ** (1 / 19);
    const row = monomials(torch.tensor([[x]]))
      .reshape(-1)
      .tolist() as number[];
    const asPrinted = row.every((value, i) => Math.abs(value / printed[i]! - 1) < 6e-5);
    check("monomials", row.map((value) => value.toPrecision(5)).join(", "), asPrinted);
    const clean = trueW.reduce((sum, w, i) => sum + w * row[i]!, 0);
    check("noiseFree", clean, Math.abs(clean - 5.2164) < 1e-4);

    const fits: Fits = { right: [], under: [], over: [] };
    for (let s = 0; s < seeds; s++) {
      torch.manualSeed(seed + s);
      const { features, polyFeatures, labels } = makeData(nTrain + nTest);
      const first = s === 0;
      if (first) {
        report.text({
          en: `features[:2] ${features.narrow(0, 0, 2)}\npoly_features[:2, :] ${polyFeatures.narrow(0, 0, 2)}\nlabels[:2] ${labels.narrow(0, 0, 2)}`,
          zh: `features[:2] ${features.narrow(0, 0, 2)}\npoly_features[:2, :] ${polyFeatures.narrow(0, 0, 2)}\nlabels[:2] ${labels.narrow(0, 0, 2)}`,
        });
        scatter(report, features, labels);
      }
      const fit = (columns: number, numEpochs: number, figure: string, caption: string) =>
        train(
          polyFeatures.narrow(0, 0, nTrain).narrow(1, 0, columns),
          polyFeatures.narrow(0, nTrain, nTest).narrow(1, 0, columns),
          labels.narrow(0, 0, nTrain),
          labels.narrow(0, nTrain, nTest),
          numEpochs,
          { signal, ...(first ? { figure, caption } : {}) },
        );
      const progress = (done: number) =>
        report.progress({
          label: { en: `data set ${s + 1} of ${seeds}`, zh: `第 ${s + 1} 个数据集，共 ${seeds} 个` },
          done: 3 * s + done,
          total: 3 * seeds,
        });
      fits.right.push(await fit(4, epochs, "degree-3", localize({ en: "Degree 3", zh: "3 阶" })));
      progress(1);
      fits.under.push(await fit(2, epochs, "degree-1", localize({ en: "Degree 1: underfitting", zh: "1 阶：欠拟合" })));
      progress(2);
      fits.over.push(
        await fit(maxDegree, longEpochs, "degree-19", localize({ en: "Degree 19: overfitting", zh: "19 阶：过拟合" })),
      );
      progress(3);
      if (signal.aborted) return {};
      if (first) threeFits(report, features, labels, [fits.under[0]!, fits.right[0]!, fits.over[0]!]);
    }
    report.table({
      caption: { en: "Weights and losses of the first data set", zh: "第一个数据集的权重与损失" },
      columns: [
        { en: "degree", zh: "阶数" },
        { en: "weights", zh: "权重" },
        { en: "train", zh: "训练" },
        { en: "test", zh: "测试" },
      ],
      rows: [
        ["1", list(fits.under[0]!.weight), fits.under[0]!.trainLoss, fits.under[0]!.testLoss],
        ["3", list(fits.right[0]!.weight), fits.right[0]!.trainLoss, fits.right[0]!.testLoss],
        ["19", list(fits.over[0]!.weight, 2), fits.over[0]!.trainLoss, fits.over[0]!.testLoss],
      ],
    });
    if (epochs === 400 && longEpochs === 1500) holdBook(fits, check);

    for (const part of [optimum, exact, interpolation, dataSize, normalEquations, remedies, wrongMix]) {
      torch.manualSeed(seed);
      if (!signal.aborted) await part(context, options);
    }
    return { metrics: { trainLoss: fits.right[0]!.trainLoss, testLoss: fits.right[0]!.testLoss } };
  },
});

/** The claims about the three fits. */
function holdBook({ right, under, over }: Fits, check: ExperimentContext<keyof typeof claims>["check"]): void {
  const worst = weightTolerance.map((_, i) => Math.max(...right.map(({ weight }) => Math.abs(weight[i]! - trueW[i]!))));
  check(
    "right",
    worst.map((value) => value.toFixed(3)).join(", "),
    worst.every((value, i) => value < weightTolerance[i]!),
  );
  const rightLoss = Math.max(...right.map(({ trainLoss }) => trainLoss));
  check("rightLoss", rightLoss, rightLoss < 0.05);
  check(
    "under",
    under.map(({ earlyLoss, trainLoss }) => `${earlyLoss.toFixed(2)} → ${trainLoss.toFixed(2)}`).join(", "),
    under.every(({ trainLoss, earlyLoss }) => trainLoss > 1 && earlyLoss <= 1.1 * trainLoss),
  );
  const spurious = over.map(({ weight }) => weight.slice(4).reduce((sum, w) => sum + Math.abs(w), 0));
  const fitted = Math.max(...over.map(({ trainLoss }) => trainLoss));
  check(
    "over",
    `${fitted.toFixed(4)}; ${spurious.map((value) => value.toFixed(2)).join(", ")}`,
    fitted < 0.05 && spurious.every((value) => value > 1),
  );
  const ratio = median(over.map(({ testLoss, trainLoss }) => testLoss / trainLoss));
  if (over.length >= 5) check("gap", ratio, ratio > 1);
}
