// Distributions: limits, steps, and what is refused.
import { describe, expect, it } from "vitest";
import {
  categoricalDistribution,
  contains,
  floatDistribution,
  intDistribution,
  isSingle,
} from "../../src/core/distributions.js";
import { deriveSeed, randomOf } from "../../src/core/random.js";

describe("distributions", () => {
  it("end at the last value of the grid", () => {
    expect(intDistribution(1, 10, { step: 4 }).high).toBe(9);
    expect(floatDistribution(0, 0.3, { step: 0.1 }).high).toBeCloseTo(0.3, 12);
    expect(floatDistribution(0, 0.35, { step: 0.1 }).high).toBeCloseTo(0.3, 12);
  });
  it("know what they contain", () => {
    expect(contains(floatDistribution(0, 1, { step: 0.1 }), 0.7)).toBe(true);
    expect(contains(floatDistribution(0, 1, { step: 0.1 }), 0.75)).toBe(false);
    expect(contains(intDistribution(1, 9, { step: 4 }), 5)).toBe(true);
    expect(contains(intDistribution(1, 9, { step: 4 }), 6)).toBe(false);
    expect(contains(categoricalDistribution(["a", null]), null)).toBe(true);
    expect(isSingle(intDistribution(3, 3))).toBe(true);
  });
  it.each([
    ["range", () => floatDistribution(2, 1)],
    ["range", () => floatDistribution(0, Number.POSITIVE_INFINITY)],
    ["range", () => intDistribution(0.5, 3)],
    ["log-range", () => floatDistribution(0, 1, { log: true })],
    ["log-step", () => intDistribution(1, 8, { log: true, step: 2 })],
    ["step", () => floatDistribution(0, 1, { step: 0 })],
    ["choices", () => categoricalDistribution([])],
    ["choices", () => categoricalDistribution([Number.NaN])],
  ])("refuse with %s", (code, make) => {
    expect(make).toThrow(expect.objectContaining({ code }));
  });
});

describe("random streams", () => {
  it("repeat for the same numbers, and differ for neighbours", () => {
    const first = (n: number) => randomOf(7, n).uniform();
    expect(first(3)).toBe(first(3));
    const values = Array.from({ length: 2000 }, (_, n) => first(n));
    const mean = values.reduce((a, b) => a + b) / values.length;
    // Standard error of the mean of 2000 uniform numbers: 0.0065.
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.03);
    expect(new Set(values).size).toBe(2000);
    const products = values.slice(1).map((v, i) => (v - 0.5) * (values[i]! - 0.5));
    expect(Math.abs(products.reduce((a, b) => a + b) / products.length)).toBeLessThan(0.01);
  });
  it("know seeds beyond 32 bits", () => {
    expect(deriveSeed(2 ** 40, 1)).not.toBe(deriveSeed(2 ** 41, 1));
  });
});
