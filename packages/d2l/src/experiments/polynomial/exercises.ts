// The book's exercises on this data: how many monomials make the training loss 0, more data, and what helps in place of the factorials.
import * as torch from "torchlet";
import { type Localized, localize, type Tensor } from "torchlet";
import { figureOf } from "../../visualize/index.js";
import { median } from "../measured.js";
import { exactErrors, makeData, maxDegree, monomials } from "./data.js";
import type { Part } from "./part.js";
import { split, type Trained, train } from "./train.js";

/** Exercise 2: as many monomials as samples go through all of them. */
export const interpolation: Part = async ({ check }) => {
  const n = 10;
  const runs = Array.from({ length: 5 }, () => {
    const data = makeData(2 * n, torch.float64);
    return [n - 1, n].map((columns) => exactErrors(data, columns).train);
  });
  const [least, most] = [Math.min(...runs.map(([a]) => a!)), Math.max(...runs.map(([, b]) => b!))];
  check("interpolation", `${least.toExponential(1)}; ${most.toExponential(1)}`, least > 1e-9 && most < 1e-12);
};

/** Exercise 2: the losses as a function of the amount of data. */
export const dataSize: Part = async ({ report, check, signal }) => {
  const sizes = [25, 50, 100, 200, 500, 1000];
  const kinds = [
    { columns: 4, name: { en: "degree 3", zh: "3 阶" } },
    { columns: 12, name: { en: "degree 11", zh: "11 阶" } },
  ];
  const sets = 40;
  const runs: { train: number; test: number }[][][] = [];
  for (let s = 0; s < sets && !signal.aborted; s++) {
    const data = sizes.map((n) => makeData(2 * n, torch.float64));
    runs.push(kinds.map(({ columns }) => data.map((each) => exactErrors(each, columns))));
    await torch.utils.data.breathe();
  }
  if (signal.aborted) return;
  const medians = (k: number, key: "train" | "test") =>
    sizes.map((_, i) => median(runs.map((run) => run[k]![i]![key])));
  const panels = kinds.map(({ name }, k) => ({
    title: localize(name),
    xlabel: localize({ en: "training samples", zh: "训练样本数" }),
    ylabel: localize({ en: "mean squared error, median", zh: "均方误差的中位数" }),
    xscale: "log" as const,
    yscale: "log" as const,
    ylim: [1e-3, 1e3] as const,
    series: [
      { x: sizes, y: medians(k, "train"), label: localize({ en: "training", zh: "训练" }), format: "-" },
      { x: sizes, y: medians(k, "test"), label: localize({ en: "test", zh: "测试" }), format: "m--" },
      {
        x: sizes,
        y: sizes.map(() => 0.01),
        label: localize({ en: "variance of the noise", zh: "噪声方差" }),
        format: "r:",
      },
    ],
  }));
  report.figure(
    figureOf("data-size", panels, {
      caption: localize({
        en: `More data: exact fits, medians of ${sets} data sets. Both errors go to that of the noise, from below and from above.`,
        zh: `更多数据：精确拟合，${sets} 个数据集的中位数。两种误差分别从下方和上方趋于噪声方差。`,
      }),
      panelSize: [4.2, 2.9],
    }),
  );
  const [trains, tests] = [medians(1, "train"), medians(1, "test")];
  const closes = tests.every((test, i) => i === 0 || test < tests[i - 1]!);
  const ends = [trains.at(-1)!, tests.at(-1)!];
  check(
    "moreData",
    [tests[0]!, ...ends].map((error) => error.toPrecision(3)).join("; "),
    closes && ends.every((error) => Math.abs(error / 0.01 - 1) <= 0.2),
  );
};

/** Monomials of one size, in several ways. */
const scalings: Readonly<Record<string, { readonly name: Localized; readonly scale: (features: Tensor) => Tensor }>> = {
  raw: { name: { en: "xⁱ", zh: "xⁱ" }, scale: (x) => monomials(x, false) },
  factorials: { name: { en: "xⁱ / i!", zh: "xⁱ / i!" }, scale: (x) => monomials(x) },
  standardized: {
    name: { en: "xⁱ standardized", zh: "xⁱ 标准化" },
    scale: (x) => {
      const X = monomials(x, false);
      // All but the column of ones.
      const rest = X.narrow(1, 1, maxDegree - 1);
      return torch.cat([X.narrow(1, 0, 1), rest.sub(rest.mean(0)).div(rest.std(0))], 1);
    },
  },
  interval: {
    name: { en: "xⁱ with x mapped to [-1, 1]", zh: "xⁱ，x 映射到 [-1, 1]" },
    scale: (x) => {
      const [low, high] = [x.min().item(), x.max().item()];
      return monomials(
        x
          .sub(low)
          .mul(2 / (high - low))
          .sub(1),
        false,
      );
    },
  },
  orthogonal: {
    name: { en: "orthogonal polynomials (QR)", zh: "正交多项式（QR）" },
    scale: (x) => torch.linalg.qr(monomials(x, false))[0].mul(Math.sqrt(x.shape[0]!)),
  },
};

/** Exercise 3: monomials without the factorials, and other ways of making them of one size. */
export const remedies: Part = async ({ report, check, signal }) => {
  const epochs = 100;
  const sets = Array.from({ length: 5 }, () => makeData(200, torch.float64));
  /** Training losses over the variance of the labels, a data set each. */
  const sharesOf = async (scale: (features: Tensor) => Tensor, numEpochs: number, count: number) => {
    const shares: number[] = [];
    for (const { features, labels } of sets.slice(0, count)) {
      const data = split(scale(features).to(torch.float32), labels.to(torch.float32));
      const { trainLoss } = await train(...data, numEpochs, { signal });
      shares.push(trainLoss / labels.var().item());
    }
    return shares;
  };
  const shares: Record<string, number[]> = {};
  for (const [id, { scale }] of Object.entries(scalings)) {
    const short = id === "raw";
    shares[id] = await sharesOf(scale, short ? 1 : epochs, id === "interval" || id === "orthogonal" || short ? 5 : 1);
    if (signal.aborted) return;
  }
  report.table({
    caption: {
      en: `20 monomials for gradient descent with learning rate 0.01, ${epochs} epochs (1 for xⁱ): an outlier is still one when columns are standardized`,
      zh: `20 个单项式，学习率 0.01 的梯度下降，${epochs} 轮（xⁱ 为 1 轮）：各列标准化后离群点仍是离群点`,
    },
    columns: [
      { en: "columns", zh: "各列" },
      { en: "largest element", zh: "最大元素" },
      { en: "training loss / variance of the labels", zh: "训练损失 / 标签方差" },
    ],
    rows: Object.entries(scalings).map(([id, { name, scale }]) => {
      return [name, scale(sets[0]!.features).abs().max().item(), shares[id]![0]!];
    }),
  });
  const diverged = shares["raw"]!.filter((share) => !Number.isFinite(share)).length;
  check("unscaled", `${diverged} / 5`, diverged === 5);
  const worst = [shares["interval"]!, shares["orthogonal"]!].map((each) => Math.max(...each));
  check(
    "remedies",
    worst.map((share) => share.toPrecision(2)).join(", "),
    worst.every((share) => share < 0.3),
  );
};

/** P5: the notes' mean loss with the learning rate of the sum. */
export const wrongMix: Part = async ({ check, signal }) => {
  const runs: Trained[] = [];
  for (let s = 0; s < 5; s++) {
    const { polyFeatures, labels } = makeData(200);
    runs.push(await train(...split(polyFeatures.narrow(1, 0, 4), labels), 400, { lr: 0.001, signal }));
    if (signal.aborted) return;
  }
  const [loss, w3] = [median(runs.map(({ trainLoss }) => trainLoss)), median(runs.map(({ weight }) => weight[3]!))];
  check("wrongMix", `${loss.toFixed(3)}; ${w3.toFixed(2)}`, loss > 0.1 && w3 < 5);
};
