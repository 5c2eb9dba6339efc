// The experiment on spurious signals: its claims, its figures.
import { describe, expect, it } from "vitest";
import { blueShirts } from "../../src/experiments/blue-shirts.js";
import { defaultOptions } from "../../src/experiments/experiment.js";
import { runExperiment } from "../../src/experiments/run-experiment.js";
import { MemoryReport } from "../../src/report/memory-report.js";

const context = (report: MemoryReport) => ({
  report,
  signal: new AbortController().signal,
  fashionMnist: () => Promise.reject(new Error("no data")),
});

describe("blue-shirts", () => {
  it("holds all its claims", async () => {
    const report = new MemoryReport();
    const options = { ...defaultOptions(blueShirts), ...blueShirts.quick };
    const result = await runExperiment(blueShirts as never, context(report), options);
    expect(result.checks.map(({ id, ok }) => [id, ok])).toEqual(Object.keys(blueShirts.claims).map((id) => [id, true]));
    expect([...report.figures.keys()]).toEqual(["chance", "choosing"]);
    // The mean of the best of 100 binomials (100, 1/2), from scipy 1.17: sum over k of 1 - binom.cdf(k, 100, .5)**100, over 100.
    expect(result.metrics["expectedChosen"]).toBeCloseTo(0.6247619672913268, 6);
  });

  it("checks the chance only where it was computed for as many features", async () => {
    const report = new MemoryReport();
    const result = await runExperiment(blueShirts as never, context(report), { features: 10, repeats: 200, seed: 1 });
    expect(result.checks.map(({ id }) => id)).not.toContain("chance");
  });
});
