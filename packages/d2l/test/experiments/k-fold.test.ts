// The experiment on cross-validation: its claims, its figures.
import { describe, expect, it } from "vitest";
import { kFoldExperiment } from "../../src/experiments/k-fold.js";
import { runQuickly } from "./runs.js";

describe("k-fold", () => {
  it("holds all its claims", async () => {
    const { report, result } = await runQuickly(kFoldExperiment);
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
