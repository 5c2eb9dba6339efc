// The experiment on softmax regression: on the embedded pictures, and its answers against known values.
import * as torch from "torchlet";
import { expect, it } from "vitest";
import { makeGarments } from "../../src/datasets/garments.js";
import {
  bitsOfCode,
  derivativeErrors,
  entropy,
  exponentLimits,
  realSoftMaxGaps,
} from "../../src/experiments/softmax-regression/exercises.js";
import { crossEntropy, softmax, softmaxRegression } from "../../src/experiments/softmax-regression.js";
import { failures, plotOf, runQuickly } from "./runs.js";

it("trains from scratch and with layers alike", async () => {
  const dataset = makeGarments({ train: 1500, test: 500 });
  const { report, result } = await runQuickly(softmaxRegression, { epochs: 2, seeds: 2, lr: 0.05 }, dataset);
  expect(failures(result)).toEqual([]);
  const ids = result.checks.map(({ id }) => id);
  expect(ids).toContain("concise");
  expect(ids).toContain("overflow");
  // The book's numbers are those of Fashion-MNIST.
  expect(ids).not.toContain("firstEpoch");
  expect([...report.figures.keys()]).toEqual(["data", "training", "predictions", "weights", "temperature"]);
  expect(plotOf(report, "training").panels[0]!.xlabel).toBe("epoch");
  expect(result.history).toHaveLength(2);
  expect(Number.isFinite(result.metrics.trainLoss)).toBe(true);
});

it("answers the exercises", () => {
  const X = torch
    .tensor([
      [0, 0],
      [Math.log(3), 0],
    ])
    .to(torch.float32);
  expect(softmax(X).tolist()).toEqual([
    [0.5, 0.5],
    [expect.closeTo(0.75, 6), expect.closeTo(0.25, 6)],
  ]);
  expect(crossEntropy(torch.tensor([[0.5, 0.5]]), torch.tensor([1])).item()).toBeCloseTo(Math.LN2, 6);
  expect(entropy(torch.tensor([0.5, 0.5], { dtype: torch.float64 }))).toBeCloseTo(Math.LN2, 12);
  const { max, min } = realSoftMaxGaps(2, 2, [1, 10]);
  for (const gaps of [max, min]) expect(gaps).toEqual([Math.LN2, Math.LN2 / 10].map((gap) => expect.closeTo(gap, 9)));
  const limits = { largest: expect.closeTo(709.7827, 3), smallest: expect.closeTo(-708.3964, 3) };
  expect(exponentLimits("float64")).toEqual(limits);
  expect(bitsOfCode([0.5, 0.25, 0.25])).toBe(1.5);
  expect(Math.max(...Object.values(derivativeErrors(3)))).toBeLessThan(1e-12);
});
