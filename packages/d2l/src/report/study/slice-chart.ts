// Slices: each trial's value against each of its parameters.
import { localize } from "torchlet";
import type { PlotFigure } from "../figure.js";
import { formatNumber } from "../text/numbers.js";
import { parameterAxis } from "./parameter-axis.js";
import { objectiveName, parameterNames, type StudyRecords, trialTitle, withValue } from "./study-records.js";
import { valueLimits } from "./value-limits.js";

/** A panel a parameter; the colour tells when: late trials show where a sampler went. */
export function sliceChart(study: StudyRecords, names = parameterNames(study)): PlotFigure {
  const ended = withValue(study);
  const last = Math.max(1, ...ended.map(({ trial }) => trial.number));
  const ylim = valueLimits(
    ended.map(({ value }) => value),
    study.directions[0] ?? "minimize",
  );
  const columns = Math.min(2, Math.max(1, names.length));
  const rows = Math.max(1, Math.ceil(names.length / columns));
  return {
    kind: "plot",
    id: "slice",
    caption: localize({ en: "Value by parameter", zh: "目标值与各超参数" }),
    detail: true,
    figsize: [5 * columns, 3 * rows],
    rows,
    columns,
    panels: names.map((name) => {
      const axis = parameterAxis(study, name);
      const placed = ended.filter(({ trial }) => name in trial.params);
      return {
        xlabel: axis.label,
        ylabel: objectiveName(study),
        xlim: axis.limits,
        xscale: axis.scale,
        ...(axis.ticks === undefined ? {} : { xticks: axis.ticks }),
        ...(ylim === undefined ? {} : { ylim }),
        series: [],
        colorbar: { label: localize({ en: "trial", zh: "试验" }), limits: [0, last] as const },
        marks: [
          {
            kind: "dots" as const,
            x: placed.map(({ trial }) => axis.position(trial.params[name])),
            y: placed.map(({ value }) => value),
            values: placed.map(({ trial }) => trial.number),
            titles: placed.map(({ trial, value }) => trialTitle(trial, value, formatNumber)),
          },
        ],
      };
    }),
  };
}
