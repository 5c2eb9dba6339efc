// The Gaussian process: scikit-learn's numbers, gradients against differences, and data that are no help.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { randomOf } from "../../src/core/random.js";
import { fitModel } from "../../src/samplers/gp/fit.js";
import { negativeLogPosterior } from "../../src/samplers/gp/hyperparameters.js";
import { GaussianProcess } from "../../src/samplers/gp/process.js";
import { standardize } from "../../src/samplers/gp/values.js";

const { process: recorded } = JSON.parse(readFileSync(new URL("../fixtures/bayes.json", import.meta.url), "utf8")) as {
  process: {
    points: number[][];
    values: number[];
    lengths: number[];
    scale: number;
    noise: number;
    logLikelihood: number;
    queries: number[][];
    mean: number[];
    deviation: number[];
  };
};

const points = recorded.points.map((point) => Float64Array.from(point));
const values = Float64Array.from(recorded.values);
const numeric = [false, false, false];
const hyperparameters = {
  logLengths: Float64Array.from(recorded.lengths, Math.log),
  logScale: Math.log(recorded.scale),
  logNoise: Math.log(recorded.noise),
};

describe("a Gaussian process", () => {
  const process = new GaussianProcess(points, values, [], numeric, hyperparameters);
  it("predicts what scikit-learn's does", () => {
    for (const [i, query] of recorded.queries.entries()) {
      const { mean, deviation } = process.predict(Float64Array.from(query), false);
      expect(mean).toBeCloseTo(recorded.mean[i]!, 8);
      expect(deviation).toBeCloseTo(recorded.deviation[i]!, 6);
    }
  });
  it("has the gradients of differences, with pending points and choices too", () => {
    const isChoice = [false, false, true];
    const withChoices = points.map((point, i) => Float64Array.of(point[0]!, point[1]!, i % 3));
    const mixed = new GaussianProcess(
      withChoices.slice(0, 9),
      values.slice(0, 9),
      withChoices.slice(9),
      isChoice,
      hyperparameters,
    );
    const x = Float64Array.of(0.4, 0.7, 1);
    const { meanGradient, deviationGradient } = mixed.predict(x, true);
    for (const j of [0, 1]) {
      const at = (h: number) => {
        const moved = x.slice();
        moved[j]! += h;
        return mixed.predict(moved, false);
      };
      const [above, below] = [at(1e-6), at(-1e-6)];
      expect(meanGradient[j]).toBeCloseTo((above.mean - below.mean) / 2e-6, 5);
      expect(deviationGradient[j]).toBeCloseTo((above.deviation - below.deviation) / 2e-6, 5);
    }
    expect(meanGradient[2]).toBe(0);
  });
  it("is surer near pending points, with the same mean where that is no new best", () => {
    const means = recorded.queries.map((query) => process.predict(Float64Array.from(query), false).mean);
    const x = Float64Array.from(recorded.queries[means.indexOf(Math.max(...means))]!);
    const pending = new GaussianProcess(points, values, [x], numeric, hyperparameters).predict(x, false);
    const without = process.predict(x, false);
    expect(pending.mean).toBeCloseTo(without.mean, 10);
    expect(pending.deviation).toBeLessThan(0.2 * without.deviation);
  });
});

describe("hyperparameters", () => {
  it("have the gradient of differences, and a posterior that differs by scikit-learn's likelihood", () => {
    const f = negativeLogPosterior(points, values, numeric);
    const at = Float64Array.of(...hyperparameters.logLengths, hyperparameters.logScale, hyperparameters.logNoise);
    const gradient = new Float64Array(5);
    const scratch = new Float64Array(5);
    const value = f(at, gradient);
    for (let i = 0; i < 5; i++) {
      const [above, below] = [at.slice(), at.slice()];
      above[i]! += 1e-5;
      below[i]! -= 1e-5;
      expect(gradient[i]).toBeCloseTo((f(above, scratch) - f(below, scratch)) / 2e-5, 4);
    }
    const constant = (points.length / 2) * Math.log(2 * Math.PI);
    const priors = value - (-recorded.logLikelihood - constant);
    const z = (x: number, mean: number, deviation: number) => 0.5 * ((x - mean) / deviation) ** 2;
    const expected =
      hyperparameters.logLengths.reduce((sum, x) => sum + z(x, -0.5, 0.4), 0) +
      z(hyperparameters.logScale, 0, 1) +
      z(hyperparameters.logNoise, Math.log(1e-6), 3);
    expect(priors).toBeCloseTo(expected, 6);
  });

  it("find the noise of noisy losses, and none where there is none", () => {
    const random = randomOf(3);
    const many = Array.from({ length: 60 }, () => Float64Array.of(random.uniform()));
    const noiseOf = (deviation: number) => {
      const losses = many.map(([u]) => Math.sin(6 * u!) + deviation * random.normal());
      const model = fitModel(many, losses, [false]);
      // In units of the losses' own deviation, about 0.8.
      return Math.exp(0.5 * model.hyperparameters.logNoise);
    };
    expect(noiseOf(0.3)).toBeGreaterThan(0.2);
    expect(noiseOf(0.3)).toBeLessThan(0.6);
    expect(noiseOf(0)).toBeLessThan(0.01);
  });

  const predictEverywhere = (somePoints: Float64Array[], losses: number[]) => {
    const model = fitModel(somePoints, losses, [false]);
    const process = new GaussianProcess(somePoints, model.values, [], [false], model.hyperparameters);
    return [0, 0.3, 1].flatMap((u) => {
      const { mean, deviation, meanGradient, deviationGradient } = process.predict(Float64Array.of(u), true);
      return [mean, deviation, meanGradient[0]!, deviationGradient[0]!];
    });
  };
  const line = (n: number) => Array.from({ length: n }, (_, i) => Float64Array.of(i / Math.max(1, n - 1)));
  it.each([
    ["one trial", line(1), [3]],
    ["equal losses", line(5), [2, 2, 2, 2, 2]],
    [
      "the same point again and again",
      Array.from({ length: 30 }, () => Float64Array.of(0.3)),
      line(30).map((_, i) => i),
    ],
    ["infinite losses", line(4), [Number.POSITIVE_INFINITY, 1, 2, Number.NEGATIVE_INFINITY]],
    [
      "nothing but infinite losses",
      line(3),
      [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
    ],
    ["losses near the largest number", line(3), [Number.MAX_VALUE, -Number.MAX_VALUE, 0]],
    ["losses near the smallest number", line(3), [Number.MIN_VALUE, 0, 2 * Number.MIN_VALUE]],
  ])("stay finite with %s", (_, somePoints, losses) => {
    for (const value of predictEverywhere(somePoints, losses)) expect(value).toSatisfy(Number.isFinite);
  });
});

describe("standardize", () => {
  it("gives mean 0 and variance 1, in the order of the losses", () => {
    for (const shift of [null, 1, 1e-4]) {
      const { values: z } = standardize([3, 1e6, 1, 40], shift);
      expect(z.reduce((a, b) => a + b)).toBeCloseTo(0, 10);
      expect(z.reduce((a, b) => a + b * b, 0) / 4).toBeCloseTo(1, 10);
      expect([...z.keys()].sort((a, b) => z[a]! - z[b]!)).toEqual([2, 0, 3, 1]);
    }
  });
});
