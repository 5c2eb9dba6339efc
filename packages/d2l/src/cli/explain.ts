// `torchlet run ID --explain`: what an experiment shows, what to look for, which claims it checks.
import { localize } from "torchlet";
import type { Experiment } from "../experiments/experiment.js";
import { wrap } from "../report/terminal/display-width.js";
import { wordingOf } from "../report/text/wording.js";
import type { Output } from "./output.js";

/** Prints the explanation, wrapped to the terminal. */
export function explainExperiment(experiment: Experiment, out: Output): void {
  const columns = Math.min(96, out.isTTY ? Math.max(40, (out.columns ?? 80) - 1) : 96);
  const lines: string[] = [localize(experiment.title), "", ...wrap(localize(experiment.explain.shows), columns)];
  const list = (title: string, entries: readonly string[]) => {
    if (entries.length === 0) return;
    lines.push("", title);
    for (const entry of entries) {
      lines.push(...wrap(entry, columns - 4).map((line, index) => `${index === 0 ? "  - " : "    "}${line}`));
    }
  };
  list(localize({ en: "Look for", zh: "注意观察" }), experiment.explain.lookFor.map(localize));
  const expected = localize({ en: "expected", zh: "预期" });
  list(
    localize({ en: "Claims that it checks", zh: "检验的论断" }),
    Object.values(experiment.claims).map(
      ({ claim, expected: value, source, items }) =>
        `${localize(claim)} (${[items.join(", "), `${expected} ${wordingOf(value)}`, wordingOf(source)].filter((part) => part !== "").join("; ")})`,
    ),
  );
  out.write(`${lines.join("\n")}\n`);
}
