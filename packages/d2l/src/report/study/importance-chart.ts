// How much each parameter matters, as bars.
import { localize } from "torchlet";
import type { PlotFigure } from "../figure.js";
import { labelOf } from "../text/labels.js";

/** The most important on top; shares of one. */
export function importanceChart(importance: Readonly<Record<string, number>>): PlotFigure {
  const sorted = Object.entries(importance).sort(([, a], [, b]) => a - b);
  const most = Math.max(0.01, ...sorted.map(([, share]) => share));
  return {
    kind: "plot",
    id: "importance",
    caption: localize({ en: "Importance of the parameters", zh: "超参数重要性" }),
    figsize: [7, Math.max(2, 0.9 + sorted.length * 0.34)],
    rows: 1,
    columns: 1,
    panels: [
      {
        xlabel: localize({ en: "share of the variance", zh: "方差占比" }),
        xlim: [0, most * 1.15],
        ylim: [-0.6, Math.max(1, sorted.length) - 0.4],
        yticks: sorted.map(([name], at) => ({ at, label: labelOf(name) })),
        series: [],
        marks: [
          {
            kind: "rectangles",
            x: sorted.map(([, share]) => [0, share] as const),
            y: sorted.map((_, at) => [at - 0.33, at + 0.33] as const),
            titles: sorted.map(([name, share]) => `${labelOf(name)}: ${share.toFixed(3)}`),
          },
          {
            kind: "texts",
            x: sorted.map(([, share]) => share + most * 0.015),
            y: sorted.map((_, at) => at),
            texts: sorted.map(([, share]) => share.toFixed(2)),
            anchor: "start",
          },
        ],
      },
    ],
  };
}
