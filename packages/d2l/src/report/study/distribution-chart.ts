// The empirical distribution of values: which share of the trials is at least this good.
import { localize } from "torchlet";
import type { PlotFigure } from "../figure.js";
import { objectiveName, type StudyRecords, withValue } from "./study-records.js";
import { valueLimits } from "./value-limits.js";

/** A step line from 0 to 1; several studies can be compared by theirs. */
export function distributionChart(
  studies: readonly { readonly label?: string; readonly study: StudyRecords }[],
): PlotFigure {
  const all = studies.map(({ study }) =>
    withValue(study)
      .map(({ value }) => value)
      .sort((a, b) => a - b),
  );
  const first = studies[0]?.study ?? { trials: [], directions: ["minimize" as const] };
  const xlim = valueLimits(all.flat(), first.directions[0] ?? "minimize");
  const end = xlim?.[1] ?? Number.NaN;
  return {
    kind: "plot",
    id: "distribution",
    caption: localize({ en: "Distribution of the values", zh: "目标值的分布" }),
    detail: true,
    figsize: [7, 3.5],
    rows: 1,
    columns: 1,
    panels: [
      {
        xlabel: objectiveName(first),
        ylabel: localize({ en: "share of trials up to here", zh: "不超过该值的试验占比" }),
        ylim: [0, 1.02],
        ...(xlim === undefined ? {} : { xlim }),
        series: studies.map(({ label }, index) => {
          const values = all[index]!;
          const x: number[] = [];
          const y: number[] = [];
          values.forEach((value, i) => {
            x.push(value, value);
            y.push(i / values.length, (i + 1) / values.length);
          });
          if (x.length > 0 && Number.isFinite(end)) {
            x.push(end);
            y.push(1);
          }
          return { x, y, ...(label === undefined ? {} : { label }) };
        }),
      },
    ],
  };
}
