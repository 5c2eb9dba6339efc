// The figures of the experiment beside the curves of losses.
import * as torch from "torchlet";
import { localize, type Tensor } from "torchlet";
import type { Report } from "../../report/report.js";
import { monomials } from "./data.js";
import type { Trained } from "./train.js";

/** The data. */
export function scatter(report: Report, features: Tensor, labels: Tensor): void {
  report.figure({
    kind: "plot",
    id: "data",
    caption: localize({ en: "The data", zh: "数据" }),
    figsize: [3.5, 2.5],
    rows: 1,
    columns: 1,
    panels: [
      {
        xlabel: "x",
        ylabel: "y",
        series: [{ x: features.reshape(-1).tolist() as number[], y: labels.tolist() as number[], format: "o" }],
      },
    ],
  });
}

const names = [
  { en: "underfitting", zh: "欠拟合" },
  { en: "right", zh: "正常" },
  { en: "overfitting", zh: "过拟合" },
];

/** The three fits over the data they were made from. */
export function threeFits(report: Report, features: Tensor, labels: Tensor, trained: readonly Trained[]): void {
  const grid = torch.linspace(-2.5, 2.5, 101).reshape(-1, 1);
  const rows = monomials(grid);
  const points = {
    x: features.reshape(-1).tolist() as number[],
    y: labels.tolist() as number[],
    format: "o",
    label: localize({ en: "data", zh: "数据" }),
  };
  report.figure({
    kind: "plot",
    id: "fits",
    caption: localize({
      en: "Three fits to the 200 samples, the first 100 of which were learned from",
      zh: "对 200 个样本的三种拟合，其中前 100 个用于训练",
    }),
    figsize: [10.5, 2.75],
    rows: 1,
    columns: 3,
    panels: trained.map(({ weight }, i) => ({
      title: localize({
        en: `degree ${weight.length - 1}: ${names[i]!.en}`,
        zh: `${weight.length - 1} 阶：${names[i]!.zh}`,
      }),
      xlabel: "x",
      ylabel: "y",
      xlim: [-2.5, 2.5],
      ylim: [-40, 30],
      series: [
        points,
        {
          x: grid.reshape(-1).tolist() as number[],
          y: rows.narrow(1, 0, weight.length).matmul(torch.tensor(weight)).tolist() as number[],
          format: "r-",
          label: localize({ en: "fit", zh: "拟合" }),
        },
      ],
    })),
  });
}

/** Errors of exact fits along the degree. */
export function capacityFigure(
  report: Report,
  measured: readonly { columns: number; train: number; test: number }[],
): void {
  const x = measured.map(({ columns }) => columns - 1);
  report.figure({
    kind: "plot",
    id: "exact",
    caption: localize({ en: "Exact least squares: error against degree", zh: "精确最小二乘：误差与阶数" }),
    figsize: [4.5, 3],
    rows: 1,
    columns: 1,
    panels: [
      {
        xlabel: localize({ en: "degree", zh: "阶数" }),
        ylabel: localize({ en: "mean squared error, median", zh: "均方误差的中位数" }),
        yscale: "log",
        series: [
          { x, y: measured.map(({ train }) => train), label: localize({ en: "training", zh: "训练" }) },
          { x, y: measured.map(({ test }) => test), label: localize({ en: "test", zh: "测试" }), format: "m--" },
          { x, y: x.map(() => 0.01), label: localize({ en: "variance of the noise", zh: "噪声方差" }), format: "r:" },
        ],
      },
    ],
  });
}
