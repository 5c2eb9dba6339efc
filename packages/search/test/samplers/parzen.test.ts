// Parzen estimators: densities that sum to 1, conditionals, samples; and the order in which TPE sees trials.
import { describe, expect, it } from "vitest";
import { categoricalDistribution, floatDistribution, intDistribution } from "../../src/core/distributions.js";
import { randomOf } from "../../src/core/random.js";
import type { TrialRecord } from "../../src/core/trial-record.js";
import { axisOf } from "../../src/samplers/axis.js";
import { ParzenEstimator } from "../../src/samplers/tpe/parzen.js";
import { rankTrials } from "../../src/samplers/tpe/ranking.js";

const float = axisOf(floatDistribution(1e-3, 10, { log: true }));
const integer = axisOf(intDistribution(1, 9, { log: true }));
const choice = axisOf(categoricalDistribution(["a", "b", "c"]));
const integers = Array.from({ length: 9 }, (_, i) => integer.position(i + 1));

function estimator(widths: "scott" | "neighbours") {
  const points = [
    [float.position(0.01), integer.position(2), 0],
    [float.position(0.02), integer.position(9), 2],
    [float.position(10), integer.position(9), 2],
  ];
  return ParzenEstimator.of([float, integer, choice], points, [1, 1, 2], { priorWeight: 0.5, widths });
}

describe("axes", () => {
  it("give back the values that are possible", () => {
    for (let k = 1; k <= 9; k++) expect(integer.value(integer.position(k))).toBe(k);
    const steps = axisOf(floatDistribution(0, 0.8, { step: 0.1 }));
    expect([0, 0.1, 0.3, 0.7, 0.8].map((x) => steps.value(steps.position(x)))).toEqual([0, 0.1, 0.3, 0.7, 0.8]);
    expect(steps.value(-1)).toBe(0);
    expect(steps.value(2)).toBe(0.8);
  });
  it("have cells that cover them without gaps", () => {
    if (integer.kind !== "numeric") throw new Error("not reached");
    const cells = integers.map((u) => integer.cell(u));
    expect(cells[0]![0]).toBe(0);
    expect(cells.at(-1)![1]).toBe(1);
    for (let i = 1; i < cells.length; i++) expect(cells[i]![0]).toBeCloseTo(cells[i - 1]![1], 12);
  });
});

describe.each(["scott", "neighbours"] as const)("an estimator with widths by %s", (widths) => {
  const density = estimator(widths);
  it("sums to 1", () => {
    let sum = 0;
    const steps = 400;
    for (let i = 0; i < steps; i++)
      for (const u of integers)
        for (let c = 0; c < 3; c++) sum += Math.exp(density.logDensity([(i + 0.5) / steps, u, c])) / steps;
    expect(sum).toBeCloseTo(1, 5);
  });
  it("is the product of a part and of the rest given that part", () => {
    const [first, second, third] = [0.31, integers[4]!, 1];
    const joint = density.logDensity([first, second, third]);
    const parts =
      density.logDensity([first]) +
      density.given([first]).logDensity([second]) +
      density.given([first, second]).logDensity([third]);
    expect(parts).toBeCloseTo(joint, 10);
  });
  it("gives samples as often as it says", () => {
    const random = randomOf(5);
    const n = 10000;
    const draws = Array.from({ length: n }, () => density.sample(random) as [number, number, number]);
    expect(draws.every(([x, k]) => x >= 0 && x <= 1 && integers.includes(k))).toBe(true);
    const count = draws.filter(([, , c]) => c === 2).length;
    let share = 0;
    const steps = 100;
    for (let i = 0; i < steps; i++)
      for (const u of integers) share += Math.exp(density.logDensity([(i + 0.5) / steps, u, 2])) / steps;
    // Four deviations of a share of n draws.
    expect(Math.abs(count / n - share)).toBeLessThan(4 * Math.sqrt(0.25 / n) + 1e-3);
  });
});

function trial(number: number, values: readonly number[] | null, reports: [number, number][] | null = null) {
  return {
    number,
    state: reports === null ? "complete" : "pruned",
    params: {},
    distributions: {},
    values,
    intermediate: new Map(reports ?? []),
    userAttributes: {},
    error: null,
    startedAt: 0,
    finishedAt: 0,
    attempts: 1,
    worker: null,
  } satisfies TrialRecord;
}

const numbers = (trials: readonly TrialRecord[]) => trials.map(({ number }) => number);

describe("the order of trials", () => {
  it("is by value, ties by number, infinities in their place", () => {
    const { POSITIVE_INFINITY: top, NEGATIVE_INFINITY: bottom } = Number;
    const trials = [top, 2, bottom, 2, 1, top].map((value, i) => trial(i, [value]));
    expect(numbers(rankTrials(trials, ["minimize"], 1))).toEqual([2, 4, 1, 3, 0, 5]);
    expect(numbers(rankTrials(trials, ["maximize"], 1))).toEqual([0, 5, 1, 3, 4, 2]);
  });
  it("has pruned trials after complete ones: those that came further first, then by value", () => {
    const trials = [
      trial(0, null, [[1, 0.1]]),
      trial(1, null, [
        [1, 9],
        [2, 8],
      ]),
      trial(2, [100]),
      trial(3, null, [[2, 7]]),
      trial(4, null, []),
      trial(5, null, [[2, Number.NaN]]),
    ];
    expect(numbers(rankTrials(trials, ["minimize"], 1))).toEqual([2, 3, 1, 5, 0, 4]);
  });
  it("is by fronts where there are several objectives, and the lonely first", () => {
    const points = [
      [5, 5],
      [0, 10],
      [4.9, 1],
      [5, 0.9],
      [10, 0],
      [5.1, 0.8],
      [20, 20],
    ];
    const order = numbers(
      rankTrials(
        points.map((values, i) => trial(i, values)),
        ["minimize", "minimize"],
        7,
      ),
    );
    expect(order.slice(0, 2).sort()).toEqual([1, 4]);
    expect(order.slice(2, 5).sort()).toEqual([2, 3, 5]);
    expect(order.slice(5)).toEqual([0, 6]);
  });
});
