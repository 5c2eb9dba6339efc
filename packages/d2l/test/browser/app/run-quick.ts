// Any experiment with its quick options on the embedded pictures; the same in a page and in Node.
import type { Check, Report } from "../../../src/browser.js";
import type { Toolkit } from "./run-mlp.js";

/** What a run says that does not depend on how fast it was. */
export interface QuickRun {
  readonly checks: readonly Pick<Check, "id" | "ok" | "actual">[];
  readonly figures: readonly string[];
  /** Characters of the figures as SVG and of the page: that they could be drawn. */
  readonly drawn: readonly number[];
}

/** The parts of the toolkit that draw a report, as far as they are used here. */
type Drawing<F, R> = { figureToSvg(figure: F): string; reportHtml(report: R): string };

export async function runQuick<F, R extends Report & { readonly figures: ReadonlyMap<string, F> }>(
  toolkit: Toolkit<R> & Drawing<F, R>,
  id: string,
): Promise<QuickRun> {
  const experiment = toolkit.experiments.find((candidate) => candidate.id === id)!;
  const report = new toolkit.MemoryReport();
  const defaults = Object.entries(experiment.options).map(([name, option]) => [name, option.default]);
  const { checks } = await toolkit.runExperiment(
    experiment,
    {
      report,
      signal: new AbortController().signal,
      fashionMnist: async () => toolkit.makeGarments({ train: 2000, test: 500 }),
    },
    { ...Object.fromEntries(defaults), ...experiment.quick },
  );
  return {
    checks: checks.map(({ id: name, ok, actual }) => ({ id: name!, ok, actual })),
    figures: [...report.figures.keys()],
    drawn: [
      ...[...report.figures.values()].map((figure) => toolkit.figureToSvg(figure).length),
      toolkit.reportHtml(report).length,
    ],
  };
}
