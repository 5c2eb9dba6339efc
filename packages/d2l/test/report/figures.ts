// Figures for the tests: those of the chapter, in small.
import type { ImageFigure, PlotFigure } from "../../src/report/figure.js";

const epochs = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

/** The curves of the multilayer perceptron, as far as some epoch. */
export function trainingCurve(until = 10): PlotFigure {
  const line = (y: readonly number[], label: string, format: string) => ({
    x: epochs.slice(0, until),
    y: y.slice(0, until),
    label,
    format,
  });
  return {
    kind: "plot",
    id: "training",
    figsize: [3.5, 2.5],
    rows: 1,
    columns: 1,
    panels: [
      {
        xlabel: "epoch",
        xlim: [1, 10],
        ylim: [0.3, 0.9],
        series: [
          line([1.05, 0.6, 0.52, 0.48, 0.46, 0.44, 0.425, 0.41, 0.4, 0.385], "train loss", "-"),
          line([0.64, 0.79, 0.82, 0.83, 0.84, 0.845, 0.85, 0.853, 0.858, 0.863], "train acc", "m--"),
          line([0.685, 0.75, 0.81, 0.82, 0.822, 0.83, 0.835, 0.84, 0.84, 0.845], "test acc", "g-."),
        ],
      },
    ],
  };
}

/** Three panels with losses on a logarithmic scale. */
export const losses: PlotFigure = {
  kind: "plot",
  id: "losses",
  figsize: [10.5, 2.5],
  rows: 1,
  columns: 3,
  panels: [1, 3, 20].map((degree) => ({
    title: `degree ${degree}`,
    xlabel: "epoch",
    ylabel: "loss",
    yscale: "log",
    ylim: [1e-3, 1e2],
    series: [{ x: [1, 100, 200, 300, 400], y: [20, 1, 0.1, null, 0.01], label: "train" }],
  })),
};

/** Six pictures with two lines of title each. */
export const predictions: ImageFigure = {
  kind: "images",
  id: "predictions",
  rows: 1,
  columns: 6,
  scale: 1.5,
  colormap: "viridis",
  pictures: ["ankle boot", "pullover", "trouser", "trouser", "shirt", "trouser"].map((name, index) => ({
    width: 28,
    height: 28,
    pixels: Array.from({ length: 784 }, (_, pixel) => (pixel % 28) * (index + 1)),
    title: `${name}\n${name}`,
  })),
};

/** Text that breaks out of every kind of quotes, if it can. */
export const hostile = `</script><script>alert(1)</script><!-- <script> \u2028\u2029 ]]> "'& <img src=x onerror=alert(1)> \u0000\ud800 损失`;
