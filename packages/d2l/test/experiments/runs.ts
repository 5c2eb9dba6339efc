// Experiments run in the process, with a report that remembers.
import type { ImageDataset } from "../../src/datasets/image-dataset.js";
import { defaultOptions, type Experiment } from "../../src/experiments/experiment.js";
import { runExperiment } from "../../src/experiments/run-experiment.js";
import type { PlotFigure } from "../../src/report/figure.js";
import { MemoryReport } from "../../src/report/memory-report.js";
import type { RunResult } from "../../src/report/report.js";
import { valueText } from "../../src/report/text/wording.js";

/** Runs an experiment with its quick options and some of one's own; reading data is an error unless there is a data set. */
export async function runQuickly(
  experiment: unknown,
  options: Readonly<Record<string, unknown>> = {},
  dataset?: ImageDataset,
  signal = new AbortController().signal,
): Promise<{ report: MemoryReport; result: RunResult }> {
  const one = experiment as Experiment;
  const report = new MemoryReport();
  const fashionMnist = async () => {
    if (dataset === undefined) throw new Error(`${one.id} reads Fashion-MNIST`);
    return dataset;
  };
  const values = { ...defaultOptions(one), ...one.quick, ...options };
  const result = await runExperiment(one, { report, signal, fashionMnist }, values);
  return { report, result };
}

/** A figure of lines. */
export function plotOf(report: MemoryReport, id: string): PlotFigure {
  const figure = report.figures.get(id);
  if (figure?.kind !== "plot") throw new Error(`no plot ${id}: ${[...report.figures.keys()].join(", ")}`);
  return figure;
}

/** The claims that did not hold, with what was measured. */
export function failures({ checks }: RunResult): string[] {
  return checks.filter(({ ok }) => !ok).map(({ id, actual }) => `${id}: ${valueText(actual)}`);
}
