// The values that trials reported on their way: where pruned ones ended.
import { localize } from "torchlet";
import type { PlotFigure } from "../figure.js";
import { formatNumber } from "../text/numbers.js";
import { isBetter, lastReported, objectiveName, type StudyRecords, trialTitle } from "./study-records.js";
import { valueBar, valueLimits } from "./value-limits.js";

/** A line a trial, coloured by its last value; a ring marks where a trial was pruned. */
export function learningCurvesChart(study: StudyRecords): PlotFigure {
  const direction = study.directions[0] ?? "minimize";
  const reported = study.trials
    .flatMap((trial) => {
      const value = lastReported(trial);
      return value === undefined ? [] : [{ trial, value }];
    })
    .sort((a, b) => (isBetter(a.value, b.value, direction) ? 1 : -1));
  const pruned = reported.filter(({ trial }) => trial.state === "pruned");
  const all = reported.flatMap(({ trial }) => [...trial.intermediate.values()]);
  const ylim = valueLimits(all, direction);
  return {
    kind: "plot",
    id: "learning-curves",
    caption: localize({ en: "Learning curves", zh: "学习曲线" }),
    detail: true,
    figsize: [7, 3.75],
    rows: 1,
    columns: 1,
    panels: [
      {
        xlabel: localize({ en: "step", zh: "步" }),
        ylabel: objectiveName(study),
        ...(ylim === undefined ? {} : { ylim }),
        series: [],
        colorbar: valueBar(
          reported.map(({ value }) => value),
          direction,
          localize({ en: "last value", zh: "最后的值" }),
        ),
        marks: [
          {
            kind: "lines",
            lines: reported.map(({ trial }) => ({
              x: [...trial.intermediate.keys()],
              y: [...trial.intermediate.values()],
            })),
            values: reported.map(({ value }) => value),
            titles: reported.map(({ trial, value }) => trialTitle(trial, value, formatNumber)),
          },
          {
            kind: "dots",
            hollow: true,
            color: "C3",
            size: 2.5,
            x: pruned.map(({ trial }) => [...trial.intermediate.keys()].at(-1)!),
            y: pruned.map(({ value }) => value),
            ...(pruned.length === 0 ? {} : { label: localize({ en: "pruned here", zh: "在此剪枝" }) }),
          },
        ],
      },
    ],
  };
}
