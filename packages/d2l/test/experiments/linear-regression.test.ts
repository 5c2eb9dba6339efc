// The experiment on linear regression, and its answers against known values.
import * as torch from "torchlet";
import { expect, it } from "vitest";
import { closedForm, minimisers, normal, shortBatchRatio } from "../../src/experiments/linear-regression/exercises.js";
import { linearRegression } from "../../src/experiments/linear-regression.js";
import { failures, plotOf, runQuickly } from "./runs.js";

it("finds the true line from scratch, with layers and in closed form", async () => {
  const { report, result } = await runQuickly(linearRegression);
  expect(failures(result)).toEqual([]);
  expect(result.checks.map(({ id }) => id).sort()).toEqual(Object.keys(linearRegression.claims).sort());
  expect([...report.figures.keys()]).toEqual(["scatter", "losses", "contours", "normal", "rates"]);
  expect(plotOf(report, "losses").panels[0]!.yscale).toBe("log");
  expect(plotOf(report, "scatter").panels[0]).toMatchObject({ xlabel: "features[:, 1]", ylabel: "labels" });
  expect(result.metrics.w1).toBeCloseTo(2, 2);
});

it("holds no claim against settings that it was not made for", async () => {
  const { result } = await runQuickly(linearRegression, { batchSize: 64, epochs: 20, seeds: 1 });
  const ids = result.checks.map(({ id }) => id);
  expect(ids).not.toContain("lossScratch");
  expect(ids).toContain("shortBatch");
  expect(result.metrics.w2).toBeCloseTo(-3.4, 1);
});

it("answers the exercises", () => {
  // 1 / sqrt(2 pi)
  expect(normal(torch.tensor([3]), 3, 1).item()).toBeCloseTo(0.3989423, 6);
  const [X, y] = [torch.tensor([[0], [1], [2]]).to(torch.float32), torch.tensor([[1], [3], [5]]).to(torch.float32)];
  expect(closedForm(X, y)).toEqual([expect.closeTo(2, 9), expect.closeTo(1, 9)]);
  const { squared, absolute } = minimisers(torch.tensor([0, 1, 5], { dtype: torch.float64 }));
  expect([squared, absolute]).toEqual([expect.closeTo(2, 3), expect.closeTo(1, 3)]);
  expect(shortBatchRatio()).toBeCloseTo(40 / 64, 6);
});
