// The history of a study: every trial's value, and the best so far.
import { localize } from "torchlet";
import type { PlotFigure } from "../figure.js";
import { isBetter, lastReported, objectiveName, type StudyRecords, withValue } from "./study-records.js";
import { valueLimits } from "./value-limits.js";

/** Values of ended trials by number, with a step line of the best so far; a panel an objective. */
export function historyChart(study: StudyRecords): PlotFigure {
  const panels = study.directions.map((direction, objective) => {
    const ended = withValue(study, objective);
    const pruned = study.trials.flatMap((trial) => {
      const value = trial.state === "pruned" && objective === 0 ? lastReported(trial) : undefined;
      return value === undefined ? [] : [{ trial, value }];
    });
    const best: { x: number[]; y: number[] } = { x: [], y: [] };
    const step = (x: number, y: number) => {
      best.x.push(x);
      best.y.push(y);
    };
    let least: number | undefined;
    for (const { trial, value } of ended) {
      if (least === undefined || isBetter(value, least, direction)) {
        if (least !== undefined) step(trial.number, least);
        least = value;
      }
      step(trial.number, least);
    }
    const last = Math.max(1, ...study.trials.map(({ number }) => number));
    if (least !== undefined) step(last, least);
    const ylim = valueLimits(
      [...ended, ...pruned].map(({ value }) => value),
      direction,
    );
    return {
      xlabel: localize({ en: "trial", zh: "试验" }),
      ylabel: objectiveName(study, objective),
      xlim: [-0.5, last + 0.5] as const,
      ...(ylim === undefined ? {} : { ylim }),
      series: [
        { ...points(ended), label: localize({ en: "complete", zh: "完成" }), format: "C0o" },
        ...(pruned.length === 0
          ? []
          : [{ ...points(pruned), label: localize({ en: "pruned", zh: "剪枝" }), format: "C7o" }]),
        // With several objectives there is no best so far of one alone.
        ...(study.directions.length > 1
          ? []
          : [{ ...best, label: localize({ en: "best so far", zh: "目前最佳" }), format: "C3-" }]),
      ],
    };
  });
  return {
    kind: "plot",
    id: "history",
    caption: localize({ en: "History", zh: "搜索过程" }),
    figsize: [7, 3.5 * panels.length],
    rows: panels.length,
    columns: 1,
    panels,
  };
}

function points(trials: readonly { readonly trial: { readonly number: number }; readonly value: number }[]) {
  return { x: trials.map(({ trial }) => trial.number), y: trials.map(({ value }) => value) };
}
