// The folds of a cross-validation as a table and as a chart.

import type { Localized } from "torchlet";
import { localize, type selection } from "torchlet";
import type { PlotFigure, Table } from "../report/index.js";
import { formatDuration, formatNumber } from "../report/text/numbers.js";

/** `0.8512 ± 0.0043` */
export function meanText(mean: number, deviation: number): string {
  return `${formatNumber(mean)} ± ${formatNumber(deviation)}`;
}

/** One row a fold, then the mean with the standard deviation over the folds. */
export function foldsTable(result: selection.CrossValidation, scores: Readonly<Record<string, Localized>>): Table {
  const names = Object.keys(scores);
  return {
    caption: { en: "Folds", zh: "各折" },
    columns: [
      { en: "fold", zh: "折" },
      { en: "training samples", zh: "训练样本" },
      { en: "validation samples", zh: "验证样本" },
      ...names.map((name) => scores[name]!),
      { en: "time", zh: "用时" },
    ],
    rows: [
      ...result.folds.map((fold) => [
        String(fold.fold + 1),
        String(fold.trainSize),
        String(fold.validationSize),
        ...names.map((name) => formatNumber(fold.scores[name]!)),
        formatDuration(fold.seconds),
      ]),
      [
        localize({ en: "mean ± deviation", zh: "均值 ± 标准差" }),
        "",
        "",
        ...names.map((name) => meanText(result.mean[name]!, result.std[name]!)),
        formatDuration(result.seconds),
      ],
    ],
  };
}

/** A score by fold, its mean, and one standard error to either side. */
export function foldsChart(result: selection.CrossValidation, name: string, label: Localized): PlotFigure {
  const folds = result.folds.map(({ fold }) => fold + 1);
  const [mean, error] = [result.mean[name]!, result.standardError[name]!];
  const ends = [0.5, folds.length + 0.5];
  const level = (at: number) => ({ x: ends, y: [at, at] });
  return {
    kind: "plot",
    id: "folds",
    caption: localize({ en: "Folds", zh: "各折" }),
    figsize: [6, 3],
    rows: 1,
    columns: 1,
    panels: [
      {
        xlabel: localize({ en: "fold", zh: "折" }),
        ylabel: localize(label),
        xlim: [0.5, folds.length + 0.5],
        series: [
          {
            x: folds,
            y: result.folds.map(({ scores }) => scores[name]!),
            label: localize({ en: "fold", zh: "折" }),
            format: "C0o",
          },
          { ...level(mean), label: localize({ en: "mean", zh: "均值" }), format: "C3-" },
          { ...level(mean - error), label: localize({ en: "one standard error", zh: "一个标准误" }), format: "C3:" },
          { ...level(mean + error), format: "C3:" },
        ],
      },
    ],
  };
}
