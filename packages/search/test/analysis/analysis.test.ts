// Fronts, volumes and importances: small cases by hand, larger ones as Optuna has them.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { SearchSpace } from "../../src/core/distributions.js";
import {
  createStudy,
  type Direction,
  getParamImportances,
  hypervolume,
  paretoFront,
  samplers,
  type TrialRecord,
} from "../../src/index.js";

const recorded = JSON.parse(readFileSync(new URL("../fixtures/analysis.json", import.meta.url), "utf8")) as {
  importance: { trials: { params: Record<string, number | string>; value: number }[]; fanova: Record<string, number> };
  hypervolume: { points: number[][]; volume: number }[];
};

function completed(number: number, values: readonly number[], more: Partial<TrialRecord> = {}): TrialRecord {
  return {
    number,
    state: "complete",
    params: {},
    distributions: {},
    values,
    intermediate: new Map(),
    userAttributes: {},
    error: null,
    startedAt: 0,
    finishedAt: 1,
    attempts: 1,
    worker: null,
    ...more,
  };
}

describe("the Pareto front", () => {
  it("holds what no other trial beats, equals too, and neither NaN nor unfinished trials", () => {
    const points = [
      [1, 5],
      [2, 2],
      [3, 3],
      [2, 2],
      [Number.NaN, 0],
      [5, 9],
      [Number.NEGATIVE_INFINITY, 9],
    ];
    const trials = points.map((values, i) => completed(i, values));
    trials.push(completed(7, [0, 0], { state: "failed", values: null }));
    const numbers = (directions: readonly Direction[]) => paretoFront(trials, directions).map(({ number }) => number);
    expect(numbers(["minimize", "minimize"])).toEqual([0, 1, 3, 6]);
    expect(numbers(["minimize", "maximize"])).toEqual([6]);
    expect(numbers(["maximize", "minimize"])).toEqual([1, 2, 3, 5]);
  });

  it("is the same in one, two and more objectives as by comparing all with all", () => {
    for (const dimension of [1, 2, 3, 4]) {
      let seed = dimension;
      const next = () => (seed = (seed * 16807) % 2147483647) % 6;
      const trials = Array.from({ length: 60 }, (_, i) => completed(i, Array.from({ length: dimension }, next)));
      const beats = (a: TrialRecord, b: TrialRecord) =>
        a.values!.every((it, i) => it <= b.values![i]!) && a.values!.some((it, i) => it < b.values![i]!);
      const expected = trials.filter((it) => !trials.some((other) => beats(other, it)));
      expect(paretoFront(trials, Array<Direction>(dimension).fill("minimize"))).toEqual(expected);
    }
  });
});

describe("the hypervolume", () => {
  it.each(recorded.hypervolume)("of points as Optuna has it, $volume", ({ points, volume }) => {
    expect(
      hypervolume(
        points,
        points[0]!.map(() => 1),
      ),
    ).toBeCloseTo(volume, 12);
  });
  it("mirrors objectives that are maximized, and refuses what it does not know", () => {
    expect(hypervolume([[1, -2]], [3, -3], ["minimize", "maximize"])).toBe(2);
    expect(hypervolume([], [0, 0])).toBe(0);
    expect(hypervolume([[2], [3]], [4])).toBe(2);
    expect(() => hypervolume([[1, 2, 3, 4]], [1, 1, 1, 1])).toThrow(/1 to 3/);
    expect(() => hypervolume([[Number.NaN, 1]], [1, 1])).toThrow(/NaN/);
  });
});

const space: SearchSpace = {
  lr: { kind: "float", low: 1e-4, high: 1, log: true, step: null },
  width: { kind: "int", low: 1, high: 64, log: false, step: 1 },
  act: { kind: "categorical", choices: ["relu", "tanh", "gelu"] },
  noise: { kind: "float", low: 0, high: 1, log: false, step: null },
};

describe("importances", () => {
  it("are Optuna's, up to the chance of the forests", () => {
    const trials = recorded.importance.trials.map(({ params, value }, i) =>
      completed(i, [value], { params, distributions: space }),
    );
    const found = getParamImportances({ trials, directions: ["minimize"] });
    const { fanova } = recorded.importance;
    expect(Object.keys(found)).toEqual(Object.keys(fanova).sort((a, b) => fanova[b]! - fanova[a]!));
    for (const [name, share] of Object.entries(fanova)) expect(Math.abs(found[name]! - share)).toBeLessThan(0.01);
  });

  it("are those of a sum of terms with known variances", async () => {
    // Var(x) = 1/12 each: x1 weighs 4, x2 weighs 1 (after squares of 2 and 1); x3 nothing.
    const study = await createStudy({ sampler: new samplers.RandomSampler(), seed: 2 });
    const objective = (trial: { suggestFloat(name: string, low: number, high: number): number }) =>
      2 * trial.suggestFloat("x1", 0, 1) + trial.suggestFloat("x2", 0, 1) + 0 * trial.suggestFloat("x3", 0, 1);
    await study.optimize(objective, { nTrials: 300 });
    const found = getParamImportances(study);
    expect(found["x1"]).toBeGreaterThan(0.75);
    expect(found["x1"]).toBeLessThan(0.85);
    expect(found["x3"]).toBeLessThan(0.01);
    expect(Object.values(found).reduce((sum, it) => sum + it, 0)).toBeCloseTo(1, 12);
    expect(getParamImportances(study)).toEqual(found);
  });

  it("leave out what only some trials have, unless they are asked for it", async () => {
    const study = await createStudy({ seed: 0 });
    await study.optimize(
      (trial) => {
        const kind = trial.suggestCategorical("kind", ["a", "b"]);
        return kind === "a" ? trial.suggestFloat("only a", 0, 1) : 5;
      },
      { nTrials: 60 },
    );
    expect(getParamImportances(study)).toEqual({ kind: 1 });
    expect(getParamImportances(study, { params: ["only a"] })).toEqual({ "only a": 1 });
    expect(() => getParamImportances(study, { params: ["width"] })).toThrow(/at least 2/);
    const two = await createStudy({ directions: ["minimize", "minimize"] });
    expect(() => getParamImportances(two)).toThrow(/target/);
  });
});
