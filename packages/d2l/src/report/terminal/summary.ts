// The first and the last lines of a run, and one line a record of measurements.
import { localize } from "torchlet";
import type { RunInfo, RunResult } from "../report.js";
import { datasetLabel, type Labels, labelOf, valueLabel } from "../text/labels.js";
import { formatDuration, formatNumber } from "../text/numbers.js";
import { wrap } from "./display-width.js";
import type { Paint } from "./paint.js";

/** The title and the options. */
export function headLines(run: RunInfo, columns: number, paint: Paint): string[] {
  const options = Object.entries(run.options).map(
    ([name, value]) => `${labelOf(name, run.labels)} ${valueLabel(value)}`,
  );
  return [
    ...wrap(localize(run.title), columns).map((line) => paint.style("bold", line)),
    ...(options.length === 0 ? [] : wrap(options.join(" · "), columns).map((line) => paint.style("dim", line))),
  ];
}

/** `epoch 3  train loss 0.5189  train accuracy 0.8183`. */
export function metricsLine(record: Readonly<Record<string, number>>, labels?: Labels): string {
  return Object.entries(record)
    .map(([name, value]) => `${labelOf(name, labels)} ${formatNumber(value)}`)
    .join("  ");
}

/** What came out, on which data, how long it took. */
export function resultLines(result: RunResult, columns: number, paint: Paint, labels?: Labels): string[] {
  const lines: string[] = [];
  if (result.interrupted) {
    const text = localize({
      en: "Stopped before the end; this is what was measured so far.",
      zh: "运行在结束前被停止；以下是目前为止测得的结果。",
    });
    lines.push(...wrap(text, columns).map((line) => paint.style("warning", line)));
  }
  const metrics = Object.entries(result.metrics);
  if (metrics.length > 0) {
    const values = metrics.map(([name, value]) => `${labelOf(name, labels)} ${formatNumber(value)}`).join(" · ");
    lines.push(...wrap(values, columns).map((line) => paint.style("bold", line)));
  }
  const facts = Object.entries(result.seconds).map(
    ([name, value]) => `${labelOf(name, labels)} ${formatDuration(value)}`,
  );
  if (result.dataset !== undefined) facts.unshift(`${labelOf("dataset")} ${datasetLabel(result.dataset)}`);
  if (facts.length > 0) lines.push(...wrap(facts.join(" · "), columns).map((line) => paint.style("dim", line)));
  return lines;
}
