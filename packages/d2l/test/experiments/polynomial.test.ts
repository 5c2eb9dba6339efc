// The experiment on polynomials: its claims, its figures.
import { describe, expect, it } from "vitest";
import { exactErrors, factorial, makeData } from "../../src/experiments/polynomial/data.js";
import { polynomial } from "../../src/experiments/polynomial.js";
import { runQuickly } from "./runs.js";

describe("polynomial", () => {
  it("holds every claim that one data set can show", async () => {
    const { report, result } = await runQuickly(polynomial);
    const made = Object.keys(polynomial.claims).filter((id) => id !== "gap");
    expect(result.checks.map(({ id, ok }) => [id, ok])).toEqual(made.map((id) => [id, true]));
    const curves = ["degree-3", "degree-1", "degree-19"].map((id) => report.figures.get(id)!);
    for (const figure of curves) {
      expect(figure.kind === "plot" && figure.panels[0]).toMatchObject({
        xlabel: "epoch",
        ylabel: "loss",
        yscale: "log",
        ylim: [1e-3, 1e2],
      });
    }
    expect([...report.figures.keys()]).toEqual(expect.arrayContaining(["data", "fits", "exact"]));
    expect(report.texts[0]!.en).toContain("poly_features[:2, :] tensor([[");
  });

  it("ends when it is stopped, and checks nothing that it did not finish", async () => {
    const stop = new AbortController();
    stop.abort();
    const { result } = await runQuickly(polynomial, {}, undefined, stop.signal);
    expect(result.interrupted).toBe(true);
    expect(result.checks.map(({ id }) => id)).toEqual(["monomials", "noiseFree"]);
  });

  it("computes factorials, and exact fits that fall to the noise", () => {
    expect([0, 1, 5, 19].map(factorial)).toEqual([1, 1, 120, 121645100408832000]);
    const { train, test } = exactErrors(makeData(2000), 4);
    expect(train).toBeLessThan(0.012);
    expect(test).toBeGreaterThan(0.008);
  });
});
