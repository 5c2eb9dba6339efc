// F51: the degree of a polynomial, chosen by cross-validation.
import * as torch from "torchlet";
import { localize, type selection, type Tensor } from "torchlet";
import type { PlotFigure } from "../report/figure.js";
import { formatNumber } from "../report/text/numbers.js";
import { defineCrossValidation } from "./cross-validation.js";
import { meanText } from "./folds-report.js";

/** The book's polynomial: 5 + 1.2x - 3.4x^2/2! + 5.6x^3/3! */
const weights = [5, 1.2, -3.4, 5.6];

/** Samples of it with noise; the columns of X are the monomials x^i/i!. */
function makeSamples(count: number, noise: number, degrees: number, seed: number): [Tensor, Tensor] {
  const options = { dtype: torch.float64, generator: new torch.Generator().manualSeed(seed) };
  const x = torch.randn([count, 1], options);
  const degree = Math.max(degrees, weights.length - 1);
  const X = new torch.selection.PolynomialFeatures(degree, { factorialScaling: true }).fitTransform(x);
  const w = torch.tensor(
    weights.map((weight) => [weight]),
    { dtype: torch.float64 },
  );
  const y = X.narrow(1, 0, weights.length)
    .matmul(w)
    .add(torch.randn([count, 1], options).mul(noise));
  return [X, y];
}

/** An exact least-squares fit of a degree; the score is the mean squared error. */
function fitDegree(degree: number): selection.FoldFunction<Tensor, Tensor> {
  return ([X, y], [XVal, yVal]) => {
    const [w] = torch.linalg.lstsq(X.narrow(1, 0, degree + 1), y);
    return torch.nn.functional.mseLoss(XVal.narrow(1, 0, degree + 1).matmul(w), yVal).item();
  };
}

/** Errors by degree: every fold, the mean with its standard error, and what was good enough. */
function degreeChart(curve: selection.ValidationCurve<number>): PlotFigure {
  const { candidates, results, choice, chosen } = curve;
  const means = results.map(({ mean }) => mean["score"]!);
  const errors = results.map(({ standardError }) => standardError["score"]!);
  const low = Math.min(...results.flatMap(({ folds }) => folds.map(({ scores }) => scores["score"]!)));
  return {
    kind: "plot",
    id: "degrees",
    caption: localize({ en: "Validation error by degree", zh: "验证误差与次数" }),
    figsize: [7, 4],
    rows: 1,
    columns: 1,
    panels: [
      {
        xlabel: localize({ en: "degree", zh: "次数" }),
        ylabel: localize({ en: "mean squared error", zh: "均方误差" }),
        yscale: "log",
        series: [
          {
            x: [candidates[0]!, candidates.at(-1)!],
            y: [choice.threshold, choice.threshold],
            label: localize({ en: "good enough", zh: "可接受" }),
            format: "C7--",
          },
          { x: candidates, y: means, label: localize({ en: "mean", zh: "均值" }), format: "C0-" },
        ],
        marks: [
          {
            kind: "dots",
            color: "C7",
            size: 1.4,
            x: results.flatMap(({ folds }, i) => folds.map(() => candidates[i]!)),
            y: results.flatMap(({ folds }) => folds.map(({ scores }) => scores["score"]!)),
            label: localize({ en: "fold", zh: "折" }),
          },
          {
            kind: "lines",
            color: "C0",
            width: 1.5,
            lines: means.map((mean, i) => ({
              x: [candidates[i]!, candidates[i]!],
              y: [Math.max(low, mean - errors[i]!), mean + errors[i]!],
            })),
            label: localize({ en: "one standard error", zh: "一个标准误" }),
          },
          {
            kind: "dots",
            color: "C3",
            size: 4.5,
            x: [chosen],
            y: [means[choice.index]!],
            label: localize({ en: "chosen", zh: "选定" }),
          },
        ],
      },
    ],
  };
}

/** `torchlet cv polynomial` */
export const polynomialCv = defineCrossValidation({
  id: "polynomial",
  title: { en: "Cross-validation: the degree of a polynomial", zh: "交叉验证：多项式的次数" },
  summary: {
    en: "chooses the degree of the book's noisy polynomial by k-fold cross-validation",
    zh: "用 K 折交叉验证选择书中带噪声多项式的次数",
  },
  options: {
    k: { type: "integer", default: 5, min: 2, max: 1000, help: { en: "folds", zh: "折数" } },
    repeat: {
      type: "integer",
      default: 5,
      min: 1,
      max: 1000,
      help: { en: "passes over the data, each with folds of its own", zh: "重复次数，每次重新分折" },
    },
    degrees: {
      type: "integer",
      default: 19,
      min: 0,
      max: 30,
      help: { en: "highest degree that is tried", zh: "尝试的最高次数" },
    },
    rule: {
      type: "choice",
      default: "oneStandardError",
      choices: ["oneStandardError", "best"],
      help: {
        en: "the simplest within one standard error of the best, or the best itself",
        zh: "在最佳值一个标准误之内取最简单者，或取最佳者",
      },
    },
    samples: { type: "integer", default: 100, min: 10, max: 100_000, help: { en: "samples", zh: "样本数" } },
    noise: { type: "number", default: 0.1, min: 0, help: { en: "standard deviation of the noise", zh: "噪声标准差" } },
    seed: { type: "integer", default: 0, min: 0, help: { en: "seed of all random numbers", zh: "随机数种子" } },
  },
  async run({ report, signal }, options) {
    const { k, repeat, degrees, rule, samples, noise, seed } = options;
    const begun = performance.now();
    const [X, y] = makeSamples(samples, noise, degrees, seed);
    const candidates = Array.from({ length: degrees + 1 }, (_, degree) => degree);
    const curve = await torch.selection.validationCurve(fitDegree, X, y, {
      candidates,
      cv: new torch.selection.RepeatedKFold({ nSplits: k, nRepeats: repeat, seed }),
      rule: rule as selection.ChoiceRule,
      seed,
      signal,
      onCandidate: (degree, { mean, standardError }) => {
        const done = degree + 1;
        report.progress({ label: { en: `degree ${degree}`, zh: `${degree} 次` }, done, total: candidates.length });
        report.metrics({ degree, meanSquaredError: mean["score"]!, standardError: standardError["score"]! });
      },
    });
    const { results, choice, chosen } = curve;
    report.table({
      caption: { en: "Degrees", zh: "各次数" },
      columns: [
        { en: "degree", zh: "次数" },
        { en: "mean squared error ± standard error", zh: "均方误差 ± 标准误" },
        { en: "", zh: "" },
      ],
      rows: candidates.map((degree, i) => [
        String(degree),
        meanText(results[i]!.mean["score"]!, results[i]!.standardError["score"]!),
        degree === chosen
          ? localize({ en: "chosen", zh: "选定" })
          : i === choice.best
            ? localize({ en: "lowest", zh: "最低" })
            : "",
      ]),
    });
    report.figure(degreeChart(curve));
    report.text(
      rule === "oneStandardError"
        ? {
            en: `The lowest mean is at degree ${choice.best}; degree ${chosen} is the simplest whose mean is not above ${formatNumber(choice.threshold)}, one standard error more.`,
            zh: `均值最低的是 ${choice.best} 次；均值不超过其加一个标准误（${formatNumber(choice.threshold)}）的最简单者是 ${chosen} 次。`,
          }
        : { en: `The lowest mean is at degree ${chosen}.`, zh: `均值最低的是 ${chosen} 次。` },
    );
    return {
      metrics: {
        degree: chosen,
        meanSquaredError: results[choice.index]!.mean["score"]!,
        standardError: results[choice.index]!.standardError["score"]!,
      },
      history: results.map(({ mean, standardError }, i) => ({
        degree: candidates[i]!,
        meanSquaredError: mean["score"]!,
        standardError: standardError["score"]!,
      })),
      seconds: { total: (performance.now() - begun) / 1000 },
    };
  },
});
