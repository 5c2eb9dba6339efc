// What the blue shirts show: how likely such a feature is, and what choosing on the test set makes of a coin.
import { localize } from "torchlet";
import type { PlotFigure } from "../../report/figure.js";
import { figureOf, histogram } from "../../visualize/index.js";
import { chanceOf } from "./claims.js";

/** The chance of a feature that all defaulters share: theory as a line, simulated banks as points. */
export function chanceFigure(counts: readonly number[], simulated: readonly number[]): PlotFigure {
  const largest = Math.max(...counts);
  const curve = Array.from({ length: 61 }, (_, i) => largest ** (i / 60));
  return {
    kind: "plot",
    id: "chance",
    caption: localize({
      en: "The chance that some feature without meaning is shared by all 5 defaulters",
      zh: "某个无意义特征为全部 5 位违约者共有的概率",
    }),
    figsize: [4.5, 3],
    rows: 1,
    columns: 1,
    panels: [
      {
        xlabel: localize({ en: "features m", zh: "特征数 m" }),
        ylabel: localize({ en: "probability", zh: "概率" }),
        xscale: "log",
        ylim: [0, 1.05],
        series: [{ x: curve, y: curve.map(chanceOf), label: "1 - (31/32)^m", format: "m--" }],
        marks: [{ kind: "dots", x: counts, y: simulated, size: 4, label: localize({ en: "simulated", zh: "模拟" }) }],
      },
    ],
  };
}

/** Accuracies of the winner among coins: on the test set that chose it, and on fresh samples. */
export function choosingFigure(best: readonly number[], again: readonly number[]): PlotFigure {
  const bins = { range: [0.295, 0.795], bins: 50 } as const;
  const labels = {
    xlabel: localize({ en: "accuracy", zh: "精度" }),
    ylabel: localize({ en: "banks", zh: "银行数" }),
  };
  const panels = [
    histogram(best, {
      ...bins,
      ...labels,
      title: localize({ en: "chosen on the test set", zh: "用测试集选择" }),
      color: "C1",
    }),
    histogram(again, { ...bins, ...labels, title: localize({ en: "fresh samples", zh: "新样本" }) }),
  ];
  // One scale for both, so that their heights can be compared.
  const top = Math.max(...panels.map(({ ylim }) => ylim![1]));
  return figureOf(
    "choosing",
    panels.map((panel) => ({ ...panel, ylim: [0, top] as const })),
    {
      caption: localize({
        en: "The best of 100 coins: on the test set that chose it, and on fresh samples",
        zh: "100 枚硬币中最好的一枚：在用于选择的测试集上，以及在新样本上",
      }),
    },
  );
}
