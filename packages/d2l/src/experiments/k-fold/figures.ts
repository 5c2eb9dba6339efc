// What cross-validation shows: who validates when, errors against the degree, which degrees were chosen.
import { localize, selection } from "torchlet";
import type { Panel, PlotFigure } from "../../report/figure.js";
import type { Table } from "../../report/report.js";
import { figureOf } from "../../visualize/index.js";
import { trueDegree } from "./claims.js";

/** Which samples validate in which fold. */
export function foldsFigure(n: number, k: number): PlotFigure {
  const bars = (validating: boolean) => {
    const parts = [...new selection.KFold(k).split(n)].flatMap(({ test }, fold) => {
      const [first, last] = [test[0]!, test[test.length - 1]! + 1];
      const y = [k - fold - 0.9, k - fold - 0.1] as const;
      if (validating) return [{ x: [first, last] as const, y }];
      return [
        { x: [0, first] as const, y },
        { x: [last, n] as const, y },
      ].filter(({ x }) => x[0] < x[1]);
    });
    return { x: parts.map(({ x }) => x), y: parts.map(({ y }) => y) };
  };
  const panel: Panel = {
    xlabel: localize({ en: "sample", zh: "样本" }),
    xlim: [0, n],
    ylim: [0, k],
    yticks: Array.from({ length: k }, (_, fold) => ({
      at: k - fold - 0.5,
      label: localize({ en: `fold ${fold + 1}`, zh: `第 ${fold + 1} 折` }),
    })),
    series: [],
    marks: [
      { kind: "rectangles", ...bars(false), color: "C0", label: localize({ en: "train", zh: "训练" }) },
      { kind: "rectangles", ...bars(true), color: "C1", label: localize({ en: "validate", zh: "验证" }) },
    ],
  };
  return figureOf("folds", [panel], {
    panelSize: [5, Math.max(2.5, 0.25 * k)],
    caption: localize({ en: "Which samples validate in which fold", zh: "各折中用于验证的样本" }),
  });
}

/** Errors of each degree: medians over the data sets, and one of them. */
export interface DegreeErrors {
  readonly train: readonly number[];
  readonly validation: readonly number[];
  readonly oneValidation: readonly number[];
}

/** Errors against the degree, the true one marked. */
export function degreeFigure({ train, validation, oneValidation }: DegreeErrors): PlotFigure {
  const x = train.map((_, degree) => degree);
  const panel: Panel = {
    xlabel: localize({ en: "degree", zh: "阶数" }),
    ylabel: localize({ en: "mean squared error", zh: "均方误差" }),
    xlim: [0, x.length - 1],
    yscale: "log",
    series: [
      { x, y: train, label: localize({ en: "train, median", zh: "训练，中位数" }) },
      { x, y: validation, label: localize({ en: "validation, median", zh: "验证，中位数" }), format: "m--" },
      {
        x,
        y: oneValidation,
        label: localize({ en: "validation, one data set", zh: "验证，单个数据集" }),
        format: "g-.",
      },
    ],
    marks: [
      {
        kind: "dots",
        x: [trueDegree],
        y: [validation[trueDegree]!],
        size: 6,
        hollow: true,
        color: "r",
        label: localize({ en: "true degree", zh: "真实阶数" }),
      },
    ],
  };
  return figureOf("degree", [panel], {
    panelSize: [5, 3.25],
    caption: localize({
      en: "Error against degree, mean over the folds: only validation shows where the truth is",
      zh: "误差与阶数（各折的平均）：只有验证误差能显示真实阶数",
    }),
  });
}

/** How often each degree was chosen, by both rules. */
export function chosenTable(byRule: readonly number[], bySmallest: readonly number[]): Table {
  const degrees = [...new Set([...byRule, ...bySmallest])].sort((a, b) => a - b);
  const timesOf = (chosen: readonly number[], degree: number) => chosen.filter((each) => each === degree).length;
  return {
    caption: { en: "How often a degree was chosen", zh: "各阶数被选中的次数" },
    columns: [
      { en: "degree", zh: "阶数" },
      { en: "one standard error", zh: "一个标准误" },
      { en: "smallest mean", zh: "平均误差最小" },
    ],
    rows: degrees.map((degree) => [degree, timesOf(byRule, degree), timesOf(bySmallest, degree)]),
  };
}
