// The experiment on cross-validation: its claims, its figures.
import { describe, expect, it } from "vitest";
import { defaultOptions } from "../../src/experiments/experiment.js";
import { kFoldExperiment } from "../../src/experiments/k-fold.js";
import { runExperiment } from "../../src/experiments/run-experiment.js";
import { MemoryReport } from "../../src/report/memory-report.js";

describe("k-fold", () => {
  it("holds all its claims", async () => {
    const report = new MemoryReport();
    const context = {
      report,
      signal: new AbortController().signal,
      fashionMnist: () => Promise.reject(new Error("no data")),
    };
    const options = { ...defaultOptions(kFoldExperiment), ...kFoldExperiment.quick };
    const result = await runExperiment(kFoldExperiment as never, context, options);
    expect(result.checks.map(({ id, ok }) => [id, ok])).toEqual(
      Object.keys(kFoldExperiment.claims).map((id) => [id, true]),
    );
    const degree = report.figures.get("degree")!;
    expect(degree.kind === "plot" && degree.panels[0]).toMatchObject({ xlabel: "degree", yscale: "log" });
    const folds = report.figures.get("folds")!;
    const marks = folds.kind === "plot" ? folds.panels[0]!.marks! : [];
    expect(marks.map((mark) => "x" in mark && mark.x.length)).toEqual([8, 5]);
  });
});
