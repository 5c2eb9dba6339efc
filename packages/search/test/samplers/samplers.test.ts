// Random, grid and Sobol: what they cover, and that searches may be resumed and shared.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { contains, type Distribution } from "../../src/core/distributions.js";
import { randomOf } from "../../src/core/random.js";
import { createStudy, loadStudy, MemoryLog, samplers, type Trial } from "../../src/index.js";
import { sobolBits, sobolFraction } from "../../src/samplers/sobol.js";
import { uniformValue, valueAt } from "../../src/samplers/uniform.js";

const recorded = JSON.parse(readFileSync(new URL("../fixtures/analysis.json", import.meta.url), "utf8")) as {
  sobol: [number, number[]][];
};

describe("uniform values", () => {
  const distributions: Distribution[] = [
    { kind: "float", low: -1, high: 3, log: false, step: null },
    { kind: "float", low: 1e-5, high: 10, log: true, step: null },
    { kind: "float", low: 0, high: 0.3, log: false, step: 0.1 },
    { kind: "int", low: -3, high: 9, log: false, step: 4 },
    { kind: "int", low: 1, high: 100, log: true, step: 1 },
    { kind: "categorical", choices: ["a", null, 3, true] },
  ];
  it.each(distributions)("lie in $kind, both ends included", (distribution) => {
    const random = randomOf(1);
    for (let i = 0; i < 500; i++) expect(contains(distribution, uniformValue(distribution, random))).toBe(true);
    expect(contains(distribution, valueAt(distribution, 0))).toBe(true);
    expect(contains(distribution, valueAt(distribution, 1 - 2 ** -53))).toBe(true);
  });
  it("give steps equal shares", () => {
    const counts = new Map<unknown, number>();
    for (let i = 0; i < 400; i++) {
      const value = valueAt(distributions[3]!, (i + 0.5) / 400);
      counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    expect([...counts]).toEqual([
      [-3, 100],
      [1, 100],
      [5, 100],
      [9, 100],
    ]);
  });
});

describe("the grid", () => {
  const grid = { lr: [0.01, 0.1, 1], width: [64, 256], act: ["relu", "tanh"] };
  const objective = (trial: Trial) =>
    trial.suggestFloat("lr", 0.001, 1, { log: true }) *
    trial.suggestInt("width", 1, 512) *
    (trial.suggestCategorical("act", ["relu", "tanh", "gelu"]) === "relu" ? 1 : 2);
  const pointOf = (params: object) => JSON.stringify(params);

  it("is tried once, in an order of the seed, and ends the search", async () => {
    const order = async (seed: number, shuffle: boolean) => {
      const study = await createStudy({ seed, sampler: new samplers.GridSampler(grid, { shuffle }) });
      await study.optimize(objective);
      expect(study.trials).toHaveLength(12);
      return study.trials.map((trial) => pointOf(trial.params));
    };
    const first = await order(1, true);
    expect(new Set(first).size).toBe(12);
    expect(await order(1, true)).toEqual(first);
    expect(await order(2, true)).not.toEqual(first);
    expect((await order(1, false)).slice(0, 2)).toEqual([
      pointOf({ lr: 0.01, width: 64, act: "relu" }),
      pointOf({ lr: 0.01, width: 64, act: "tanh" }),
    ]);
    expect((await order(1, true)).toSorted()).toEqual((await order(1, false)).toSorted());
  });

  it("is gone on with after a stop, by two at once, with trials enqueued in between, and some that fail", async () => {
    const log = new MemoryLog();
    const sampler = new samplers.GridSampler(grid);
    const study = await createStudy({ seed: 3, sampler, log });
    await study.optimize(objective, { nTrials: 3 });
    await study.enqueueTrial({ lr: 0.5, width: 7 });
    const other = await loadStudy({ log: log.reader(), sampler });
    const failing = (trial: Trial) => (trial.number === 6 ? Number.NaN : objective(trial));
    await Promise.all([study.optimize(failing), other.optimize(failing)]);
    await study.refresh();
    expect(study.trials).toHaveLength(13);
    const points = study.trials
      .filter((trial) => trial.number !== 3 && trial.number !== 6)
      .map((it) => pointOf(it.params));
    expect(new Set(points).size).toBe(11);
    expect(study.trials[3]!.params).toMatchObject({ lr: 0.5, width: 7 });
    await expect(study.ask()).rejects.toThrow(/all its trials/);
    await study.optimize(objective, { nTrials: 5 });
    expect(study.trials).toHaveLength(13);
  });

  it("refuses an empty grid, and values outside of what the objective asks for", async () => {
    expect(() => new samplers.GridSampler({})).toThrow(/must have parameters/);
    expect(() => new samplers.GridSampler({ lr: [] })).toThrow(/choices/);
    const study = await createStudy({ sampler: new samplers.GridSampler({ lr: [5] }) });
    await expect(study.optimize((trial) => trial.suggestFloat("lr", 0, 1))).rejects.toThrow(/got 5/);
  });
});

describe("Sobol points", () => {
  it.each(recorded.sobol)("are scipy's in 100 dimensions: point %i", (index, coordinates) => {
    expect(coordinates.map((_, dimension) => sobolBits(index, dimension))).toEqual(coordinates);
  });

  it("fill every cell of a grid once, scrambled too: nets of base 2", () => {
    for (const seed of [0, 1, 99]) {
      // The first two dimensions are a (0, m, 2)-net: all grids of 64 cells.
      for (let a = 0; a <= 6; a++) {
        const cells = Array.from({ length: 64 }, (_, i) => {
          const [x, y] = [sobolFraction(i, 0, seed), sobolFraction(i, 1, seed + 1000)];
          return Math.floor(x * 2 ** a) * 2 ** (6 - a) + Math.floor(y * 2 ** (6 - a));
        });
        expect(new Set(cells).size).toBe(64);
      }
    }
  });

  it("are uniform one by one over seeds", () => {
    const mean = Array.from({ length: 2000 }, (_, seed) => sobolFraction(5, 3, seed)).reduce(
      (sum, it) => sum + it / 2000,
      0,
    );
    // The standard error is 0.0065.
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.03);
  });

  it("are what QMCSampler draws, resumed and shared, while enqueued trials take none", async () => {
    const space = {
      x: { kind: "float", low: 0, high: 1, log: false, step: null },
      y: { kind: "float", low: 0, high: 1, log: false, step: null },
    } as const;
    const objective = (trial: Trial) => trial.suggestFloat("x", 0, 1) + trial.suggestFloat("y", 0, 1);
    const log = new MemoryLog();
    const sampler = new samplers.QMCSampler({ space });
    const study = await createStudy({ seed: 4, log, sampler });
    await study.optimize(objective, { nTrials: 20 });
    await study.enqueueTrial({ x: 0.5 });
    const other = await loadStudy({ log: log.reader(), sampler });
    await other.optimize(objective, { totalTrials: 65 });
    const cells = other.trials
      .filter((trial) => trial.number !== 20)
      .map(({ params }) => Math.floor((params["x"] as number) * 8) * 8 + Math.floor((params["y"] as number) * 8));
    expect(new Set(cells).size).toBe(64);
    expect(other.trials[20]!.params["x"]).toBe(0.5);
  });

  it("learn the space from the first trial where it is not given", async () => {
    const study = await createStudy({ seed: 4, sampler: new samplers.QMCSampler() });
    await study.optimize((trial) => trial.suggestFloat("x", 0, 1), { nTrials: 65 });
    // All but the first: points 1 to 64 of the sequence.
    const cells = study.trials.slice(1, 64).map(({ params }) => Math.floor((params["x"] as number) * 64));
    expect(new Set(cells).size).toBe(63);
  });
});
