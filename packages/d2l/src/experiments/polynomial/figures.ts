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

/** The three fits over the data they were made from. */
export function threeFits(report: Report, features: Tensor, labels: Tensor, trained: readonly Trained[]): void {
  const grid = torch.linspace(-2.5, 2.5, 101).reshape(-1, 1);
  const rows = monomials(grid);
  const points = {
    x: features.reshape(-1).tolist() as number[],
    y: labels.tolist() as number[],
    format: "o",
    label: "data",
  };
  report.figure({
    kind: "plot",
    id: "fits",
    caption: localize({ en: "Underfitting, right, overfitting", zh: "欠拟合、正常、过拟合" }),
    figsize: [10.5, 2.75],
    rows: 1,
    columns: 3,
    panels: trained.map(({ weight }, i) => ({
      title: ["degree 1", "degree 3", "degree 19"][i]!,
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
          label: "fit",
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
        xlabel: "degree",
        ylabel: "mean squared error, median",
        yscale: "log",
        series: [
          { x, y: measured.map(({ train }) => train), label: "train" },
          { x, y: measured.map(({ test }) => test), label: "test", format: "m--" },
          { x, y: x.map(() => 0.01), label: "noise", format: "r:" },
        ],
      },
    ],
  });
}
