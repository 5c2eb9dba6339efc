// `torchlet list`: what there is to run.
import { localize } from "torchlet";
import { headings } from "../experiments/chapter/headings.js";
import type { Experiment } from "../experiments/experiment.js";
import { pad, wrap } from "../report/terminal/display-width.js";
import type { Output } from "./output.js";

/** One line an experiment, under the headings of the notes in a terminal; or JSON with everything that is declared about them. */
export function listCommand(experiments: readonly Experiment[], json: boolean, out: Output): void {
  if (json) {
    const described = experiments.map(({ id, section, title, summary, options }) => ({
      id,
      section,
      title: localize(title),
      summary: localize(summary),
      options: Object.fromEntries(
        Object.entries(options).map(([name, spec]) => [name, { ...spec, help: localize(spec.help) }]),
      ),
    }));
    out.write(`${JSON.stringify(described, null, 2)}\n`);
    return;
  }
  const width = Math.max(4, ...experiments.map(({ id }) => id.length));
  // In a pipe, one line is one experiment.
  const columns = out.isTTY ? Math.max(30, (out.columns ?? 80) - 1) : Number.POSITIVE_INFINITY;
  let section: string | undefined;
  for (const experiment of experiments) {
    if (out.isTTY && experiment.section !== section) {
      out.write(`${section === undefined ? "" : "\n"}${headingOf(experiment.section)}\n`);
      section = experiment.section;
    }
    const { id, summary } = experiment;
    const [first = "", ...rest] = wrap(localize(summary), columns - width - 2);
    out.write(`${pad(id, width)}  ${first}\n${rest.map((line) => `${" ".repeat(width + 2)}${line}\n`).join("")}`);
  }
}

function headingOf(id: string): string {
  const title = localize(headings.find((heading) => heading.id === id)!.title);
  return id.startsWith("book") ? title : `${id} ${title}`;
}
