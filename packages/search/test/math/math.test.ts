// The mathematics of samplers, against mpmath and against definitions.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { randomOf } from "../../src/core/random.js";
import { cholesky, inverseOf, solveLower, solveUpper } from "../../src/math/cholesky.js";
import { minimizeInBox } from "../../src/math/lbfgs.js";
import { normalCdf, normalMass } from "../../src/math/normal.js";
import { logExpectedImprovement } from "../../src/samplers/gp/log-ei.js";

const recorded = JSON.parse(readFileSync(new URL("../fixtures/bayes.json", import.meta.url), "utf8")) as {
  normal: { x: number; cdf: number }[];
  logImprovement: { z: number; value: number }[];
};

const expectClose = (actual: number, expected: number, relative: number) =>
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(relative * Math.abs(expected));

describe("the normal distribution", () => {
  it("is mpmath's, to twelve digits, also in the tails", () => {
    for (const { x, cdf } of recorded.normal) expectClose(normalCdf(x), cdf, 1e-12);
  });
  it("has the same mass on both sides, also where the cdf is 1", () => {
    expectClose(normalMass(9, 10), normalMass(-10, -9), 1e-12);
    expect(normalMass(9, 10)).toBeGreaterThan(0);
  });
});

describe("log expected improvement", () => {
  it("is mpmath's, also where the improvement is no number any more", () => {
    for (const { z, value } of recorded.logImprovement)
      expectClose(logExpectedImprovement(-z, 1, 0).value, value, 1e-10);
  });
  it("has the derivatives of differences", () => {
    for (const [mean, deviation] of [
      [0.3, 0.5],
      [4, 0.7],
      [30, 1],
      [-0.2, 0.1],
    ] as const) {
      const { byMean, byDeviation } = logExpectedImprovement(mean, deviation, 0);
      const at = (m: number, s: number) => logExpectedImprovement(m, s, 0).value;
      const h = 1e-5;
      expectClose(byMean, (at(mean + h, deviation) - at(mean - h, deviation)) / (2 * h), 1e-5);
      expectClose(byDeviation, (at(mean, deviation + h) - at(mean, deviation - h)) / (2 * h), 1e-5);
    }
  });
});

describe("cholesky", () => {
  const n = 6;
  const random = randomOf(1);
  const b = Float64Array.from({ length: n * n }, () => random.normal());
  const a = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) for (let k = 0; k < n; k++) a[i * n + j]! += b[i * n + k]! * b[j * n + k]!;

  it("solves, and inverts", () => {
    const l = cholesky(a, n)!;
    const right = Float64Array.from({ length: n }, (_, i) => i - 2);
    const x = solveUpper(l, n, solveLower(l, n, right.slice()));
    const inverse = inverseOf(l, n);
    for (let i = 0; i < n; i++) {
      let product = 0;
      let viaInverse = 0;
      for (let j = 0; j < n; j++) {
        product += a[i * n + j]! * x[j]!;
        viaInverse += inverse[i * n + j]! * right[j]!;
      }
      expect(product).toBeCloseTo(right[i]!, 9);
      expect(viaInverse).toBeCloseTo(x[i]!, 9);
    }
  });
  it("refuses what is not positive definite, NaN included", () => {
    expect(cholesky(Float64Array.of(1, 0, 2, 1), 2)).toBeNull();
    expect(cholesky(Float64Array.of(Number.NaN), 1)).toBeNull();
  });
});

describe("minimizeInBox", () => {
  const rosenbrock = (x: Float64Array, gradient: Float64Array) => {
    const [a, b] = x as unknown as [number, number];
    gradient[0] = -400 * a * (b - a * a) - 2 * (1 - a);
    gradient[1] = 200 * (b - a * a);
    return 100 * (b - a * a) ** 2 + (1 - a) ** 2;
  };
  it("finds Rosenbrock's minimum", () => {
    const { x, value } = minimizeInBox(rosenbrock, [-1.2, 1], [-5, -5], [5, 5], { maxIterations: 200 });
    expect(value).toBeLessThan(1e-8);
    expect(x[0]).toBeCloseTo(1, 3);
  });
  it("stays in the box, and moves along its sides", () => {
    // With a <= 0.5 the best b is a^2.
    const { x } = minimizeInBox(rosenbrock, [-1.2, 1], [-5, -5], [0.5, 5], { maxIterations: 200 });
    expect(x[0]).toBe(0.5);
    expect(x[1]).toBeCloseTo(0.25, 4);
  });
  it("gives the start where there is nothing better, or nothing at all", () => {
    expect(minimizeInBox(() => Number.NaN, [1], [0], [2]).x).toEqual(Float64Array.of(1));
    const steep = (x: Float64Array, gradient: Float64Array) => {
      gradient[0] = 1;
      return x[0] === 1 ? 0 : Number.POSITIVE_INFINITY;
    };
    expect(minimizeInBox(steep, [1], [0], [2])).toEqual({ x: Float64Array.of(1), value: 0 });
  });
});
