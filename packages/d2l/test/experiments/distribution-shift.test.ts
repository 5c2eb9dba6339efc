// The experiment on distribution shift: its parts against known values, its claims, its figures.
import * as torch from "torchlet";
import { describe, expect, it } from "vitest";
import { patrol } from "../../src/experiments/distribution-shift/feedback.js";
import {
  confusionMatrix,
  fitWeighted,
  importanceWeights,
  tellApart,
  twoSampleTest,
} from "../../src/experiments/distribution-shift/logistic.js";
import { logRatio } from "../../src/experiments/distribution-shift/worlds.js";
import { distributionShift } from "../../src/experiments/distribution-shift.js";
import { runQuickly } from "./runs.js";

const { nn } = torch;

const run = (options: Record<string, unknown>, signal?: AbortSignal) =>
  runQuickly(distributionShift, options, undefined, signal);

describe("the parts", () => {
  it("count confusions: columns are true classes, and sum to 1", () => {
    const C = confusionMatrix(torch.tensor([0, 0, 1, 2, 2]), torch.tensor([0, 1, 1, 1, 2]), 3);
    const third = Math.fround(1 / 3);
    expect(C.tolist()).toEqual([
      [1, third, 0],
      [0, third, 0],
      [0, third, 1],
    ]);
  });

  it("fit a line with weights as numpy.polyfit does", () => {
    const X = torch.tensor([0, 1, 2, 3], { dtype: torch.float32 }).reshape(-1, 1);
    const y = torch.tensor([0, 1, 4, 9], { dtype: torch.float32 }).reshape(-1, 1);
    const beta = torch.tensor([4, 2, 1, 0.5]);
    const net = fitWeighted(new nn.Linear(1, 1), (yHat, y) => yHat.sub(y).square(), X, y, beta);
    // numpy 2: polyfit([0, 1, 2, 3], [0, 1, 4, 9], 1, w=sqrt([4, 2, 1, .5]))
    expect(net.weight.item()).toBeCloseTo(2.4432989690721656, 4);
    expect(net.bias!.item()).toBeCloseTo(-0.3917525773195873, 4);
  });

  it("know the ratio of two normal densities", () => {
    // scipy: norm(0, .3).logpdf(x) - norm(.5, .5).logpdf(x) at -0.3, 0, 0.5
    const ratios = logRatio(torch.tensor([-0.3, 0, 0.5])).tolist() as number[];
    for (const [i, value] of [1.290825623765991, 1.010825623765991, -0.878063265122898].entries())
      expect(ratios[i]).toBeCloseTo(value, 5);
  });

  it("cut weights at c, and tell apart what differs", () => {
    torch.manualSeed(0);
    const [source, target] = [torch.randn(200, 1), torch.randn(200, 1).add(3)];
    const weights = importanceWeights(tellApart(source, target), source, 2).tolist() as number[];
    expect(Math.max(...weights)).toBeLessThanOrEqual(2);
    expect(twoSampleTest(source, target)).toBeGreaterThan(5);
    expect(Math.abs(twoSampleTest(source, torch.randn(200, 1)))).toBeLessThan(3);
  });

  it("patrol from an even start", () => {
    torch.manualSeed(0);
    expect(patrol(1, "perPatrol")[0]).toBeCloseTo(11 / 21, 12);
    expect(patrol(1, "records")[0]).toBeCloseTo(11 / 21, 12);
    expect(patrol(1, "squares")[0]).toBeCloseTo(121 / 221, 12);
  });
});

describe("distribution-shift", () => {
  it("holds all its claims", async () => {
    const { report, result } = await run({});
    expect(result.checks.filter(({ ok }) => !ok)).toEqual([]);
    expect(result.checks.map(({ id }) => id).sort()).toEqual(Object.keys(distributionShift.claims).sort());
    expect([...report.figures.keys()]).toEqual(["covariate-shift", "environment"]);
    for (const figure of report.figures.values()) {
      if (figure.kind !== "plot") continue;
      for (const { xlabel, ylabel, series } of figure.panels) {
        expect([xlabel, ylabel].every((label) => label !== undefined && label !== "")).toBe(true);
        expect(series.every(({ y }) => y.every(Number.isFinite))).toBe(true);
      }
    }
  });

  it("checks nothing when it is stopped at once", async () => {
    const { result } = await run({}, AbortSignal.abort());
    expect(result.checks).toEqual([]);
  });
});
