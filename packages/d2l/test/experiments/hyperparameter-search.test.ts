// The experiment on searches, on the embedded pictures: every strategy ends, its trials are counted, figures are complete.
import { describe, expect, it } from "vitest";
import { makeGarments } from "../../src/datasets/garments.js";
import { hyperparameterSearch } from "../../src/experiments/hyperparameter-search.js";
import { runQuickly } from "./runs.js";

describe("hyperparameter-search", () => {
  it("searches in five ways on one budget", async () => {
    const pictures = makeGarments({ train: 600, test: 200 });
    const small = { samples: 300, epochs: 1, seeds: 1 };
    const { report, result } = await runQuickly(hyperparameterSearch, small, pictures);
    const ok = Object.fromEntries(result.checks.map((check) => [check.id, check.ok]));
    expect(ok).toMatchObject({ budget: true, rates: true, parameters: true });
    expect(report.tables[0]!.rows.map((row) => row.length)).toEqual([5, 5, 5, 5, 5]);
    const history = report.figures.get("history")!;
    const curves = history.kind === "plot" ? history.panels[0]!.series : [];
    for (const { y } of curves) {
      expect(y).toHaveLength(12);
      expect(y.every((value, i) => i === 0 || value! >= y[i - 1]!)).toBe(true);
    }
  });
});
