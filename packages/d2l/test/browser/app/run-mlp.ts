// The experiment on the embedded pictures, one short epoch: the same in a page and in Node.
import type { Experiment, makeGarments, Report, RunResult, runExperiment } from "../../../src/browser.js";

/** The part of the toolkit that is used here; a page has it from the bundle, Node from the sources. */
export interface Toolkit<R extends Report> {
  readonly experiments: readonly Experiment[];
  readonly makeGarments: typeof makeGarments;
  readonly runExperiment: typeof runExperiment;
  readonly MemoryReport: new () => R;
}

export async function runMlp<R extends Report>(
  toolkit: Toolkit<R>,
): Promise<{ report: R; result: Omit<RunResult, "seconds"> }> {
  const { experiments, makeGarments, MemoryReport, runExperiment } = toolkit;
  const mlp = experiments.find(({ id }) => id === "mlp")!;
  const report = new MemoryReport();
  const defaults = Object.entries(mlp.options).map(([name, option]) => [name, option.default]);
  const { seconds: _, ...result } = await runExperiment(
    mlp,
    {
      report,
      signal: new AbortController().signal,
      fashionMnist: async () => makeGarments({ train: 2000, test: 500 }),
    },
    { ...Object.fromEntries(defaults), epochs: 1, hidden: 64, seeds: 1 },
  );
  return { report, result };
}
