// Parallel coordinates: a line a trial, through its value and all of its parameters.
import { localize } from "torchlet";
import { linearTicks, logTicks } from "../drawing/scale.js";
import type { PlotFigure } from "../figure.js";
import { formatNumber } from "../text/numbers.js";
import { type ParameterAxis, parameterAxis, shareOf } from "./parameter-axis.js";
import { isBetter, objectiveName, parameterNames, type StudyRecords, trialTitle, withValue } from "./study-records.js";
import { valueBar, valueLimits } from "./value-limits.js";

/** An upright axis: its numbers and where they stand, from 0 to 1. */
function ticksOf(axis: ParameterAxis): { readonly at: number; readonly label: string }[] {
  if (axis.ticks !== undefined) return axis.ticks.map(({ at, label }) => ({ at: shareOf(at, axis), label }));
  const [low, high] = axis.limits;
  const ticks =
    axis.scale === "log"
      ? logTicks(Math.log10(low), Math.log10(high), 5).map(({ at, label }) => ({ at: 10 ** at, label }))
      : linearTicks(low, high, 5, axis.whole);
  return ticks.map(({ at, label }) => ({ at: shareOf(at, axis), label }));
}

/** Colours go from bad to good, and the good lie on top. A parameter that a trial has not leaves a gap in its line. */
export function parallelChart(study: StudyRecords, names = parameterNames(study)): PlotFigure {
  const direction = study.directions[0] ?? "minimize";
  const ended = withValue(study).sort((a, b) => (isBetter(a.value, b.value, direction) ? 1 : -1));
  const values = ended.map(({ value }) => value);
  const limits = valueLimits(values, direction) ?? ([0, 1] as const);
  const value: ParameterAxis = {
    name: "value",
    label: objectiveName(study),
    scale: "linear",
    whole: false,
    limits,
    position: (at) => (typeof at === "number" ? at : Number.NaN),
  };
  const axes = [value, ...names.map((name) => parameterAxis(study, name))];
  const crowded = axes.length > 5;
  const lines = ended.map(({ trial, value: reached }) => ({
    x: axes.map((_, index) => index),
    y: axes.map((axis, index) => {
      const share = shareOf(axis.position(index === 0 ? reached : trial.params[axis.name]), axis);
      return Math.max(0, Math.min(1, share));
    }),
  }));
  const ticks = axes.flatMap((axis, x) => ticksOf(axis).map((tick) => ({ x, ...tick })));
  return {
    kind: "plot",
    id: "parallel",
    caption: localize({ en: "All parameters, a line a trial", zh: "所有超参数（每条线是一次试验）" }),
    detail: true,
    figsize: [Math.max(7, axes.length * 1.2), 4],
    rows: 1,
    columns: 1,
    panels: [
      {
        frame: false,
        xlim: [-0.75, axes.length - 1 + 0.4],
        ylim: [crowded ? -0.16 : -0.1, 1.02],
        xticks: [],
        yticks: [],
        series: [],
        colorbar: valueBar(values, direction, objectiveName(study)),
        marks: [
          {
            kind: "lines",
            lines,
            values,
            width: 1.2,
            titles: ended.map(({ trial, value: reached }) => trialTitle(trial, reached, formatNumber)),
          },
          { kind: "lines", color: "k", width: 1, lines: axes.map((_, x) => ({ x: [x, x], y: [0, 1] })) },
          {
            kind: "lines",
            color: "k",
            width: 0.8,
            lines: ticks.map(({ x, at }) => ({ x: [x - 0.03, x], y: [at, at] })),
          },
          {
            kind: "texts",
            x: ticks.map(({ x }) => x - 0.06),
            y: ticks.map(({ at }) => at),
            texts: ticks.map(({ label }) => label),
            anchor: "end",
          },
          {
            kind: "texts",
            x: axes.map((_, x) => x),
            // Many names stand in two rows, so that each has room.
            y: axes.map((_, x) => (crowded && x % 2 === 1 ? -0.13 : -0.06)),
            texts: axes.map(({ label }) => label),
          },
        ],
      },
    ],
  };
}
