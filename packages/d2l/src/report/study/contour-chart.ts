// Contours: the value over two parameters at a time.
import { localize } from "torchlet";
import type { Panel, PlotFigure } from "../figure.js";
import { formatNumber } from "../text/numbers.js";
import { type ParameterAxis, parameterAxis, shareOf } from "./parameter-axis.js";
import { fieldSize, smoothField } from "./smooth-field.js";
import { objectiveName, parameterNames, type StudyRecords, trialTitle, withValue } from "./study-records.js";
import { valueBar } from "./value-limits.js";

/** The numbers among the parameters, the most important first; at most three make three pairs. */
export function contourNames(study: StudyRecords): string[] {
  const weight = (name: string) => study.importance?.[name] ?? 0;
  return parameterNames(study)
    .filter((name) => parameterAxis(study, name).ticks === undefined)
    .sort((a, b) => weight(b) - weight(a))
    .slice(0, 3);
}

/** A panel a pair: the trials as points, and between them what a smooth average makes of their values. */
export function contourChart(study: StudyRecords, names = contourNames(study)): PlotFigure {
  const axes = names.map((name) => parameterAxis(study, name));
  const pairs = axes.flatMap((x, first) => axes.slice(first + 1).map((y) => [x, y] as const));
  const columns = Math.min(2, Math.max(1, pairs.length));
  const rows = Math.max(1, Math.ceil(pairs.length / columns));
  return {
    kind: "plot",
    id: "contour",
    caption: localize({
      en: "Value over two parameters (smoothed between the trials)",
      zh: "目标值与两个超参数（试验之间为平滑估计）",
    }),
    detail: true,
    figsize: [5 * columns, 3.75 * rows],
    rows,
    columns,
    panels: pairs.map(([x, y]) => contourPanel(study, x, y)),
  };
}

function contourPanel(study: StudyRecords, x: ParameterAxis, y: ParameterAxis): Panel {
  const direction = study.directions[0] ?? "minimize";
  const placed = withValue(study).filter(({ trial }) => x.name in trial.params && y.name in trial.params);
  const across = placed.map(({ trial }) => x.position(trial.params[x.name]));
  const up = placed.map(({ trial }) => y.position(trial.params[y.name]));
  const values = placed.map(({ value }) => value);
  const bar = valueBar(values, direction, objectiveName(study));
  // A diverged trial counts as a bad one, not as one a thousand times as bad: it would drown its neighbours.
  const held = values.map((value) => Math.max(bar.limits[0], Math.min(bar.limits[1], value)));
  const field = smoothField(
    across.map((at) => shareOf(at, x)),
    up.map((at) => shareOf(at, y)),
    held,
  );
  return {
    xlabel: x.label,
    ylabel: y.label,
    xlim: x.limits,
    ylim: y.limits,
    xscale: x.scale,
    yscale: y.scale,
    series: [],
    colorbar: bar,
    marks: [
      ...(placed.length < 3
        ? []
        : [
            {
              kind: "field" as const,
              style: "contours" as const,
              x: x.limits,
              y: y.limits,
              columns: fieldSize,
              rows: fieldSize,
              values: field,
            },
          ]),
      {
        kind: "dots",
        x: across,
        y: up,
        values,
        titles: placed.map(({ trial, value }) => trialTitle(trial, value, formatNumber)),
      },
    ],
  };
}
