// The index of a chapter: contents with how each experiment ended, then all claims.
import { setLocale } from "torchlet";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { bookHtml } from "../../src/cli/book-page.js";
import { defaultOptions, type Experiment } from "../../src/experiments/experiment.js";
import { experiments } from "../../src/index.js";
import type { RunResult } from "../../src/report/report.js";

beforeEach(() => setLocale("en"));
afterEach(() => setLocale(null));

const [backprop, activations, xor] = ["backprop", "activations", "xor"].map(
  (id) => experiments.find((experiment) => experiment.id === id) as Experiment,
) as [Experiment, Experiment, Experiment];

/** A result with one check a claim; the first of them as told. */
function result(experiment: Experiment, first: boolean): RunResult {
  const checks = Object.values(experiment.claims).map((claim, i) => ({ ...claim, actual: 1, ok: i > 0 || first }));
  const options = defaultOptions(experiment);
  return { experiment: experiment.id, options, metrics: {}, history: [], checks, seconds: { total: 1 } };
}

describe("the index of a chapter", () => {
  const page = () =>
    bookHtml(
      [
        { experiment: backprop, result: result(backprop, true), page: "a/report.html" },
        { experiment: activations, result: result(activations, false), page: undefined },
        { experiment: xor, error: "no <data>", page: undefined },
      ],
      { time: new Date(0), quick: true },
    );

  it("has contents that lead to every experiment and say how it ended", () => {
    const html = page();
    for (const { id } of [backprop, activations, xor]) {
      expect(html).toContain(`href="#${id}"`);
      expect(html).toContain(`<h3 id="${id}">`);
    }
    const all = (experiment: Experiment) => Object.keys(experiment.claims).length;
    expect(html).toContain(`✓ ${all(backprop)} of ${all(backprop)}`);
    expect(html).toContain(`✗ ${all(activations) - 1} of ${all(activations)}`);
    expect(html).toContain("✗ failed");
    expect(html).toContain("no &lt;data&gt;");
    expect(html).toContain('<a href="./a/report.html">');
    // In the order of the notes, whatever the order of the runs.
    expect(html.indexOf("#xor")).toBeLessThan(html.indexOf("#activations"));
    expect(html.indexOf("#activations")).toBeLessThan(html.indexOf("#backprop"));
  });

  it("is written in Chinese too", () => {
    setLocale("zh");
    expect(page()).toContain("目录");
  });
});
