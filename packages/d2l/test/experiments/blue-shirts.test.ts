// The experiment on spurious signals: its claims, its figures.
import { describe, expect, it } from "vitest";
import { blueShirts } from "../../src/experiments/blue-shirts.js";
import { runQuickly } from "./runs.js";

describe("blue-shirts", () => {
  it("holds all its claims", async () => {
    const { report, result } = await runQuickly(blueShirts);
    expect(result.checks.map(({ id, ok }) => [id, ok])).toEqual(Object.keys(blueShirts.claims).map((id) => [id, true]));
    expect([...report.figures.keys()]).toEqual(["chance", "choosing"]);
    // The mean of the best of 100 binomials (100, 1/2), from scipy 1.17: sum over k of 1 - binom.cdf(k, 100, .5)**100, over 100.
    expect(result.metrics["expectedChosen"]).toBeCloseTo(0.6247619672913268, 6);
  });

  it("checks the chance only where it was computed for as many features", async () => {
    const { result } = await runQuickly(blueShirts, { features: 10, repeats: 200, seed: 1 });
    expect(result.checks.map(({ id }) => id)).not.toContain("chance");
  });
});
