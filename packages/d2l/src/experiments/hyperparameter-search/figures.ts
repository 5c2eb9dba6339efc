// What the searches found, how fast, and where they looked.
import type { Study } from "@torchlet/search";
import { type Localized, localize } from "torchlet";
import type { PlotFigure } from "../../report/figure.js";
import type { Table } from "../../report/report.js";
import { figureOf } from "../../visualize/index.js";
import { median } from "../measured.js";
import { budget } from "./claims.js";

/** A strategy with its searches. */
export interface Searched {
  readonly name: Localized;
  readonly studies: readonly Study[];
}

/** The best value so far after each trial. */
function bestSoFar(study: Study): number[] {
  let best = Number.NEGATIVE_INFINITY;
  return study.trials.map(({ values }) => {
    best = Math.max(best, values?.[0] ?? best);
    return best;
  });
}

/** The best of each strategy, over its searches and in the first of them. */
export function bestsTable(searched: readonly Searched[]): Table {
  return {
    caption: {
      en: `Best validation accuracy of ${budget} trials, and the settings of the first search`,
      zh: `${budget} 次试验中最好的验证精度，以及第一次搜索所得的设置`,
    },
    columns: [
      { en: "strategy", zh: "策略" },
      { en: "median", zh: "中位数" },
      { en: "best", zh: "最好" },
      { en: "width", zh: "宽度" },
      { en: "learning rate", zh: "学习率" },
    ],
    rows: searched.map(({ name, studies }) => {
      const bests = studies.map((study) => study.bestValue);
      const { width, lr } = studies[0]!.bestParams;
      return [name, median(bests), Math.max(...bests), width as number, lr as number];
    }),
  };
}

/** The best so far against the number of trials, the median of the searches of each strategy. */
export function historyFigure(searched: readonly Searched[]): PlotFigure {
  const formats = ["C7:", "g-.", "m--", "-", "r-"];
  const trials = Array.from({ length: budget }, (_, i) => i);
  const series = searched.map(({ name, studies }, i) => {
    const curves = studies.map(bestSoFar);
    return {
      x: trials.map((trial) => trial + 1),
      y: trials.map((trial) => median(curves.map((curve) => curve[trial]!))),
      label: localize(name),
      format: formats[i]!,
    };
  });
  const labels = {
    xlabel: localize({ en: "trials", zh: "试验次数" }),
    ylabel: localize({ en: "validation accuracy", zh: "验证精度" }),
  };
  return figureOf("history", [{ ...labels, series }], {
    panelSize: [5, 3.25],
    caption: localize({
      en: "Best validation accuracy so far, median of the searches",
      zh: "目前最好的验证精度（各次搜索的中位数）",
    }),
  });
}

/** The settings that the first search of each strategy tried. */
export function triedFigure(searched: readonly Searched[]): PlotFigure {
  const limits = [0, Math.max(...searched.map(({ studies }) => studies[0]!.bestValue))] as const;
  const panels = searched.map(({ name, studies }) => {
    const { trials } = studies[0]!;
    return {
      title: localize(name),
      xlabel: localize({ en: "learning rate", zh: "学习率" }),
      ylabel: localize({ en: "width", zh: "宽度" }),
      xscale: "log",
      yscale: "log",
      xlim: [8e-4, 1.25],
      ylim: [14, 600],
      series: [],
      marks: [
        {
          kind: "dots",
          x: trials.map(({ params }) => params["lr"] as number),
          y: trials.map(({ params }) => params["width"] as number),
          size: 4,
          values: trials.map(({ values }) => values![0]!),
        },
      ],
      colorbar: { label: localize({ en: "accuracy", zh: "精度" }), limits },
    } as const;
  });
  return figureOf("tried", panels, {
    columns: 3,
    panelSize: [3, 2.75],
    caption: localize({
      en: "What the first search of each kind tried, and the accuracy it found there",
      zh: "各种方法第一次搜索所尝试的设置及其精度",
    }),
  });
}
