// TPE and Gaussian processes in a study: better than chance, the same for the same seed, at home in every kind of space.
import { describe, expect, it } from "vitest";
import {
  createStudy,
  type Direction,
  loadStudy,
  MemoryLog,
  type Objective,
  samplers,
  type Trial,
  TrialPruned,
} from "../../src/index.js";

const make = {
  tpe: () => new samplers.TPESampler(),
  gp: () => new samplers.GPSampler(),
};
const both = ["tpe", "gp"] as const;

function branin(trial: Trial): number {
  const x = trial.suggestFloat("x", -5, 10);
  const y = trial.suggestFloat("y", 0, 15);
  const a = y - (5.1 / (4 * Math.PI ** 2)) * x * x + (5 / Math.PI) * x - 6;
  return a * a + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x) + 10;
}

function network(trial: Trial): number {
  const rate = Math.log10(trial.suggestFloat("rate", 1e-5, 1, { log: true }));
  const units = Math.log2(trial.suggestInt("units", 8, 512, { log: true }));
  const layers = trial.suggestInt("layers", 1, 8);
  const dropout = trial.suggestFloat("dropout", 0, 0.8, { step: 0.1 });
  const activation = trial.suggestCategorical("activation", ["relu", "tanh", "sigmoid"]);
  const ofActivation = { relu: 0, tanh: 0.5, sigmoid: 1.5 }[activation];
  return (rate + 2) ** 2 + 0.3 * (units - 7) ** 2 + 0.2 * (layers - 3) ** 2 + 8 * (dropout - 0.3) ** 2 + ofActivation;
}

function branching(trial: Trial): number {
  if (trial.suggestCategorical("model", ["linear", "deep"]) === "linear")
    return 1 + trial.suggestFloat("penalty", 0, 1);
  const layers = trial.suggestInt("layers", 1, 3);
  let value = 0.2 * Math.abs(layers - 2);
  for (let i = 0; i < layers; i++)
    value += Math.abs(Math.log2(trial.suggestInt(`units${i}`, 4, 256, { log: true })) - 5) / 5;
  return value;
}

async function run(
  kind: keyof typeof make,
  objective: Objective,
  nTrials: number,
  options: { seed?: number; window?: number; directions?: readonly Direction[]; concurrency?: number } = {},
) {
  const { concurrency, ...rest } = options;
  const study = await createStudy({ sampler: make[kind](), seed: 0, ...rest });
  await study.optimize(objective, { nTrials, ...(concurrency === undefined ? {} : { concurrency }) });
  return study;
}

const params = (study: { trials: readonly { params: unknown }[] }) => study.trials.map((trial) => trial.params);
const medianOfThree = (values: number[]) => values.sort((a, b) => a - b)[1]!;

describe.each(both)("%s", (kind) => {
  it("finds Branin's minimum in 35 trials better than random search in 200", async () => {
    const regrets: number[] = [];
    for (const seed of [0, 1, 2]) regrets.push((await run(kind, branin, 35, { seed })).bestValue! - 0.397887);
    const random: number[] = [];
    for (const seed of [0, 1, 2]) {
      const study = await createStudy({ sampler: new samplers.RandomSampler(), seed });
      await study.optimize(branin, { nTrials: 200 });
      random.push(study.bestValue! - 0.397887);
    }
    expect(medianOfThree(regrets)).toBeLessThan(medianOfThree(random));
  });

  it("finds good integers, steps, logarithms and choices, all of them possible", async () => {
    const studies = [];
    for (const seed of [0, 1, 2]) studies.push(await run(kind, network, 30, { seed }));
    expect(medianOfThree(studies.map((study) => study.bestValue!))).toBeLessThan(1);
    for (const { params: it } of studies.flatMap((study) => study.trials)) {
      expect(Number.isInteger(it["units"]) && Number.isInteger(it["layers"])).toBe(true);
      expect((it["dropout"] as number) * 10).toBeCloseTo(Math.round((it["dropout"] as number) * 10), 9);
    }
  });

  it("takes the better branch of a conditional space", async () => {
    const study = await run(kind, branching, 40);
    expect(study.bestParams["model"]).toBe("deep");
    const late = study.trials.slice(20).filter((trial) => trial.params["model"] === "deep");
    expect(late.length).toBeGreaterThan(10);
  });

  it("gives the same trials for the same seed, whether the study is resumed or run at once", async () => {
    const log = new MemoryLog();
    const first = await createStudy({ sampler: make[kind](), seed: 4, log });
    await first.optimize(network, { nTrials: 15 });
    const resumed = await loadStudy({ log: log.reader(), sampler: make[kind]() });
    await resumed.optimize(network, { nTrials: 3 });
    expect(params(resumed)).toEqual(params(await run(kind, network, 18, { seed: 4 })));
    expect(params(resumed)).not.toEqual(params(await run(kind, network, 18, { seed: 5 })));
  });

  it("gives the same trials in a window, however many run at a time", async () => {
    const slowly = async (trial: Trial) => {
      const value = network(trial);
      // The later end first.
      await new Promise((resolve) => setTimeout(resolve, 3 - (trial.number % 4)));
      return value;
    };
    const one = await run(kind, slowly, 16, { window: 4, concurrency: 1 });
    const four = await run(kind, slowly, 16, { window: 4, concurrency: 4 });
    expect(params(four)).toEqual(params(one));
  });

  it("does not try twice what is still running", async () => {
    const study = await run(kind, branin, 14);
    const asked: number[][] = [];
    for (let i = 0; i < 4; i++) {
      const trial = await study.ask();
      asked.push([trial.suggestFloat("x", -5, 10), trial.suggestFloat("y", 0, 15)]);
    }
    const distance = (a: number[], b: number[]) => Math.hypot(a[0]! - b[0]!, a[1]! - b[1]!);
    for (const [i, a] of asked.entries())
      for (const b of asked.slice(0, i)) expect(distance(a, b)).toBeGreaterThan(0.05);
  });

  it("goes on with infinities, NaN, equal values and pruned trials", async () => {
    const odd = (trial: Trial) => {
      const x = trial.suggestFloat("x", 0, 1);
      const c = trial.suggestCategorical("c", [1, 2, 3]);
      const { number } = trial;
      if (number % 4 === 1) {
        trial.report(x, 1);
        throw new TrialPruned();
      }
      return [1, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN, 1, c][number % 6]!;
    };
    const study = await run(kind, odd, 30);
    expect(study.trials).toHaveLength(30);
    for (const { params: it } of study.trials) expect(it["x"]).toSatisfy(Number.isFinite);
  });

  it("works on several objectives, one of them maximized", async () => {
    // Along the front x is in [0, 1] and y is 0.
    const two = (trial: Trial) => {
      const x = trial.suggestFloat("x", -2, 3);
      const y = trial.suggestFloat("y", -2, 2);
      return [x * x + y * y, -((x - 1) ** 2) - y * y];
    };
    const study = await run(kind, two, 40, { directions: ["minimize", "maximize"] });
    const late = study.trials.slice(20).map(({ params: it }) => Math.abs(it["y"] as number));
    // Uniform values would have a mean of 1.
    expect(late.reduce((a, b) => a + b) / late.length).toBeLessThan(0.6);
  });

  it("takes names that are numbers, and parameters with a single value", async () => {
    const study = await run(
      kind,
      (trial) =>
        trial.suggestInt("10", 0, 5) +
        trial.suggestFloat("2", 3, 3) +
        trial.suggestCategorical("1", [0, 1]) +
        (trial.number % 2 ? trial.suggestFloat("0", -9, -8) : 0),
      16,
    );
    for (const { params: it } of study.trials) {
      expect(it["10"]).toSatisfy((x: number) => x >= 0 && x <= 5);
      expect(it["2"]).toBe(3);
      if ("0" in it) expect(it["0"]).toSatisfy((x: number) => x >= -9 && x <= -8);
    }
  });
});

describe("options", () => {
  it("are checked", () => {
    expect(() => new samplers.TPESampler({ nStartupTrials: 0 })).toThrow(/nStartupTrials/);
    expect(() => new samplers.TPESampler({ nEiCandidates: 1.5 })).toThrow(/nEiCandidates/);
    expect(() => new samplers.TPESampler({ priorWeight: 0 })).toThrow(/priorWeight/);
    expect(() => new samplers.GPSampler({ nStartupTrials: -1 })).toThrow(/nStartupTrials/);
  });
  it("include weights, whose number has to be right", async () => {
    const sampler = new samplers.TPESampler({ weights: () => [1] });
    const study = await createStudy({ sampler, seed: 0 });
    await expect(study.optimize(branin, { nTrials: 20 })).rejects.toThrow(/weights/);
  });
  it("multivariate: false still learns", async () => {
    const study = await createStudy({ sampler: new samplers.TPESampler({ multivariate: false }), seed: 0 });
    await study.optimize(branin, { nTrials: 40 });
    expect(study.bestValue).toBeLessThan(2);
  });
});

describe("the first trials", () => {
  it("use each tenth of a range once", async () => {
    const study = await run("tpe", branin, 10);
    const cells = study.trials.map(({ params: it }) => Math.floor(((it["x"] as number) + 5) / 1.5));
    expect(cells.sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
});
