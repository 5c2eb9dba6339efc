// The study: optimize, ask and tell, what ends a search, and what a seed repeats.

import { setLocale } from "torchlet";
import { describe, expect, it } from "vitest";
import type { StudyEvent } from "../../src/core/events.js";
import {
  createStudy,
  loadStudy,
  MemoryLog,
  pruneOn,
  pruners,
  runTrial,
  type StudyWarning,
  samplers,
  type Trial,
  TrialPruned,
} from "../../src/index.js";

const parabola = (trial: Trial) => (trial.suggestFloat("x", -10, 10) - 2) ** 2;

describe("optimize", () => {
  it("finds the minimum of a parabola, roughly", async () => {
    const study = await createStudy({ seed: 0 });
    await study.optimize(parabola, { nTrials: 200 });
    expect(study.trials).toHaveLength(200);
    expect(study.trials.map((trial) => trial.number)).toEqual(Array.from({ length: 200 }, (_, i) => i));
    expect(study.bestValue).toBe(Math.min(...study.trials.map((trial) => trial.values![0]!)));
    expect(study.bestValue).toBeLessThan(1);
    expect(study.bestParams["x"]).toBeCloseTo(2, 0);
  });

  it("gives the same trials for the same seed, and others for another", async () => {
    const run = async (seed: number) => {
      const study = await createStudy({ seed });
      await study.optimize(parabola, { nTrials: 20 });
      return study.trials.map((trial) => trial.params["x"]);
    };
    expect(await run(3)).toEqual(await run(3));
    expect(await run(3)).not.toEqual(await run(4));
  });

  it("prunes on TrialPruned, fails on NaN, and goes on", async () => {
    const study = await createStudy({ seed: 0 });
    await study.optimize(
      (trial) => {
        if (trial.number === 1) throw new TrialPruned();
        return trial.number === 2 ? Number.NaN : trial.number;
      },
      { nTrials: 4 },
    );
    expect(study.trials.map((trial) => trial.state)).toEqual(["complete", "pruned", "failed", "complete"]);
    expect(study.trials[2]!.error).toMatch(/NaN/);
  });

  it("ends with the objective's error, which the trial keeps", async () => {
    const study = await createStudy({ seed: 0 });
    const failing = (trial: Trial) => {
      if (trial.number === 2) throw new RangeError("no such width");
      return trial.number;
    };
    await expect(study.optimize(failing, { nTrials: 5 })).rejects.toThrow("no such width");
    expect(study.trials.map((trial) => trial.state)).toEqual(["complete", "complete", "failed"]);
    expect(study.trials[2]!.error).toBe("RangeError: no such width");
    await study.optimize(failing, { nTrials: 2 });
    expect(study.trials).toHaveLength(5);
  });

  it("goes on after errors that catch takes, and only those", async () => {
    const study = await createStudy({ seed: 0 });
    const failing = (trial: Trial) => {
      if (trial.number === 1) throw new RangeError("taken");
      if (trial.number === 3) throw new TypeError("not taken");
      return 0;
    };
    await expect(study.optimize(failing, { nTrials: 9, catch: [RangeError] })).rejects.toThrow("not taken");
    expect(study.trials).toHaveLength(4);
    await study.optimize(
      () => {
        throw new Error("any");
      },
      { nTrials: 3, catch: true },
    );
    expect(study.trials.filter((trial) => trial.state === "failed")).toHaveLength(5);
  });

  it("fails a trial whose objective gives no number, or not one for each direction, and says so", async () => {
    const study = await createStudy({ directions: ["minimize", "maximize"] });
    await expect(study.optimize(() => 1, { nTrials: 1 })).rejects.toThrow(/one value for each direction \(2\), got 1/);
    const nothing = (() => undefined) as unknown as () => number;
    await expect(study.optimize(nothing, { nTrials: 1 })).rejects.toThrow(/2 numbers, got undefined/);
    expect(study.trials.map((trial) => trial.state)).toEqual(["failed", "failed"]);
    await study.optimize(() => [1, Number.NaN], { nTrials: 1 });
    expect(study.trials[2]!.error).toMatch(/NaN/);
  });

  it("tells callbacks each ended trial once, in order, and is stopped by them", async () => {
    const study = await createStudy({ seed: 0 });
    const seen: number[] = [];
    const callback = async (_: unknown, trial: { number: number }) => {
      await new Promise((done) => setTimeout(done, 1));
      seen.push(trial.number);
      if (trial.number === 6) study.stop();
    };
    await study.optimize(parabola, { callbacks: [callback] });
    expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(() => study.stop()).toThrow(/nothing runs/);
  });

  it("ends after its timeout, and lets timers have their turn meanwhile", async () => {
    const study = await createStudy({ seed: 0 });
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    await study.optimize(parabola, { timeout: 0.5 });
    clearInterval(timer);
    expect(study.trials.length).toBeGreaterThan(0);
    expect(turns).toBeGreaterThan(0);
    await study.optimize(parabola, { timeout: 0 });
    expect(study.trials.every((trial) => trial.state === "complete")).toBe(true);
  });

  it("gives back what a signal interrupts, and runs it again with the same values", async () => {
    const study = await createStudy({ seed: 0 });
    const controller = new AbortController();
    const tried: number[] = [];
    const objective = async (trial: Trial) => {
      tried.push(trial.suggestFloat("x", 0, 1));
      if (tried.length === 3) {
        setTimeout(() => controller.abort(), 1);
        await new Promise((_, reject) => trial.signal.addEventListener("abort", () => reject(trial.signal.reason)));
      }
      return 0;
    };
    await study.optimize(objective, { nTrials: 10, signal: controller.signal });
    expect(study.trials.map((trial) => trial.state)).toEqual(["complete", "complete", "waiting"]);
    await study.optimize(objective, { nTrials: 1 });
    expect(study.trials[2]).toMatchObject({ state: "complete", attempts: 2 });
    expect(tried[3]).toBe(tried[2]);
    await study.optimize(objective, { nTrials: 5, signal: AbortSignal.abort() });
    expect(study.trials).toHaveLength(3);
  });

  it("refuses options that mean nothing, in both languages", async () => {
    const study = await createStudy({ seed: 0 });
    await expect(study.optimize(parabola, { nTrials: -1 })).rejects.toThrow(/nTrials must be an integer of at least 0/);
    await expect(study.optimize(parabola, { jobs: 0 })).rejects.toThrow(/jobs/);
    await expect(study.optimize(parabola, { timeout: Number.NaN })).rejects.toThrow(/timeout/);
    await expect(study.optimize(3 as never)).rejects.toThrow(/must be a function/);
    await expect(createStudy({ direction: "down" as never })).rejects.toThrow(/"minimize" or "maximize"/);
    await expect(createStudy({ direction: "minimize", directions: ["maximize"] })).rejects.toThrow(/not both/);
    await expect(createStudy({ seed: 0.5 })).rejects.toThrow(/seed/);
    await expect(createStudy({ window: 0 })).rejects.toThrow(/window/);
    await expect(createStudy({ lease: 0 })).rejects.toThrow(/lease/);
    setLocale("zh");
    await expect(study.optimize(parabola, { jobs: 0 })).rejects.toThrow(/必须是不小于 1 的整数/);
    setLocale(null);
    const running = study.optimize(parabola, { nTrials: 1 });
    await expect(study.optimize(parabola, { nTrials: 1 })).rejects.toThrow(/already/);
    await running;
  });
});

describe("a trial", () => {
  it("follows any path of a conditional space, each value the same whatever was asked before", async () => {
    const objective = (order: boolean) => (trial: Trial) => {
      const names = order ? ["a", "b"] : ["b", "a"];
      const values = Object.fromEntries(names.map((name) => [name, trial.suggestFloat(name, 0, 1)]));
      if (values["a"]! > 0.5) trial.suggestInt("only then", 1, 100);
      return values["b"]!;
    };
    const one = await createStudy({ seed: 1 });
    await one.optimize(objective(true), { nTrials: 20 });
    const other = await createStudy({ seed: 1 });
    await other.optimize(objective(false), { nTrials: 20 });
    expect(other.trials.map((trial) => trial.params)).toEqual(one.trials.map((trial) => trial.params));
    expect(new Set(one.trials.map(({ params }) => Object.keys(params).length))).toEqual(new Set([2, 3]));
  });

  it("gives one value a name, lets ranges move, and refuses another kind", async () => {
    const warnings: StudyWarning[] = [];
    const study = await createStudy({ seed: 0, onWarning: (it) => warnings.push(it) });
    const trial = await study.ask();
    const x = trial.suggestFloat("x", 0, 1);
    expect(trial.suggestFloat("x", 0, 1)).toBe(x);
    expect(warnings).toEqual([]);
    expect(trial.suggestFloat("x", 5, 6)).toBe(x);
    expect(warnings.map(({ code }) => code)).toEqual(["suggested-twice"]);
    expect(() => trial.suggestInt("x", 0, 1)).toThrow(/must stay what it was in this study \(float\), got int/);
    trial.suggestCategorical("c", ["a", "b"]);
    await study.tell(trial, 1);
    const next = await study.ask();
    expect(next.suggestFloat("x", 5, 6)).toBeGreaterThanOrEqual(5);
    expect(() => next.suggestFloat("y", 1, 0)).toThrow(/suggestFloat\("y"\): low must not exceed high/);
    expect(() => next.suggestCategorical("c", ["a"])).toThrow(/categorical/);
    expect(() => trial.suggestFloat("z", 0, 1)).toThrow(/trial 0 has ended/);
  });

  it("has a seed and attributes of its own", async () => {
    const study = await createStudy({ seed: 0 });
    const seeds = new Set<number>();
    await study.optimize(
      (trial) => {
        seeds.add(trial.seed);
        trial.setUserAttr("size", { layers: [1, trial.number] });
        return 0;
      },
      { nTrials: 5 },
    );
    expect(seeds.size).toBe(5);
    expect(study.trials[3]!.userAttributes).toEqual({ size: { layers: [1, 3] } });
    await study.setUserAttr("why", "a test");
    expect(study.userAttributes).toEqual({ why: "a test" });
  });

  it("reports in any order, once a step, integers only, and for one objective", async () => {
    const warnings: StudyWarning[] = [];
    const study = await createStudy({ onWarning: (it) => warnings.push(it) });
    const trial = await study.ask();
    trial.report(1, 4);
    trial.report(2, 2);
    trial.report(3, 4);
    expect(warnings.map(({ code }) => code)).toEqual(["reported-twice"]);
    expect(() => trial.report(1, -1)).toThrow(/step must be an integer/);
    expect(() => trial.report("1" as never, 5)).toThrow(/must be a number/);
    const record = await study.tell(trial, 0);
    expect([...record.intermediate]).toEqual([
      [2, 2],
      [4, 1],
    ]);
    const two = await createStudy({ directions: ["minimize", "minimize"] });
    const other = await two.ask();
    expect(() => other.report(0, 0)).toThrow(/several/);
  });
});

describe("enqueued trials", () => {
  it("come first, with their values where those are allowed, the rest drawn", async () => {
    const warnings: StudyWarning[] = [];
    const study = await createStudy({ seed: 0, onWarning: (it) => warnings.push(it) });
    await study.enqueueTrial({ x: 2 }, { userAttributes: { by: "hand" } });
    await study.enqueueTrial({ x: 99 });
    await study.enqueueTrial({ x: 2 }, { skipIfExists: true });
    expect(study.trials.map((trial) => trial.state)).toEqual(["waiting", "waiting"]);
    await study.optimize((trial) => parabola(trial) + trial.suggestFloat("y", 0, 1), { nTrials: 3 });
    expect(study.trials[0]!.params["x"]).toBe(2);
    expect(study.trials[0]!.userAttributes).toEqual({ by: "hand" });
    expect(study.trials[1]!.params["x"]).toBeLessThanOrEqual(10);
    expect(warnings.map(({ code }) => code)).toEqual(["enqueued-value"]);
    await expect(study.enqueueTrial({ x: Number.NaN })).rejects.toThrow(/x must be a finite number/);
  });
});

describe("ask and tell", () => {
  it("run trials by hand, once each", async () => {
    const study = await createStudy({ seed: 0, direction: "maximize" });
    const a = await study.ask({ x: { kind: "float", low: 0, high: 1, log: false, step: null } });
    const b = await study.ask();
    expect(Object.keys(a.params)).toEqual(["x"]);
    expect((await study.tell(b, 5)).values).toEqual([5]);
    expect((await study.tell(a.number, null, { state: "pruned" })).state).toBe("pruned");
    await expect(study.tell(a, 1)).rejects.toThrow(/trial 0 must be one that ask of this study began.*it is pruned/);
    await expect(study.tell(17, 1)).rejects.toThrow(/does not exist/);
    const c = await study.ask();
    await expect(study.tell(c, [1, 2])).rejects.toThrow(/got 2/);
    await expect(study.tell(c, 3, { state: "failed" })).rejects.toThrow(/has no values/);
    await study.tell(c, 7);
    expect(study.bestTrial.number).toBe(2);
  });

  it("leave trials that were not told to whoever comes next", async () => {
    const log = new MemoryLog();
    const study = await createStudy({ seed: 0, log });
    const x = (await study.ask()).suggestFloat("x", 0, 1);
    await study.close();
    const other = await loadStudy({ log: log.reader() });
    expect((await other.ask()).suggestFloat("x", 0, 1)).toBe(x);
    expect(other.trials).toHaveLength(1);
  });
});

describe("the best", () => {
  it("is the earliest of equals, and nothing before a trial completed", async () => {
    const study = await createStudy();
    expect(() => study.bestTrial).toThrow(/no trial has completed/);
    await study.optimize((trial) => [3, 1, 1][trial.number]!, { nTrials: 3 });
    expect(study.bestTrial.number).toBe(1);
    const two = await createStudy({ directions: ["minimize", "maximize"] });
    expect(() => two.bestTrial).toThrow(/bestTrials/);
    await two.optimize((trial) => [trial.number, [0, 5, 4, 9][trial.number]!], { nTrials: 4 });
    expect(two.bestTrials.map((trial) => trial.number)).toEqual([0, 1, 3]);
  });
});

describe("pruning", () => {
  it("happens by the study's pruner, also from the epochs of a training", async () => {
    const study = await createStudy({ seed: 0, pruner: new pruners.ThresholdPruner({ upper: 5 }) });
    await study.optimize(
      (trial) => {
        const { onEpochEnd, onStop } = pruneOn(trial, "validation.loss");
        for (let epoch = 1; epoch <= 4; epoch++) {
          onEpochEnd(null, { epoch, train: { loss: 0 }, validation: { loss: trial.number * epoch } });
        }
        onStop();
        return trial.number;
      },
      { nTrials: 4 },
    );
    expect(study.trials.map((trial) => [trial.state, trial.intermediate.size])).toEqual([
      ["complete", 4],
      ["complete", 4],
      ["pruned", 3],
      ["pruned", 2],
    ]);
    const trial = await study.ask();
    const { onEpochEnd } = pruneOn(trial, "validation.accuracy");
    expect(() => onEpochEnd(null, { epoch: 1, train: { loss: 1 }, validation: { loss: 1 } })).toThrow(
      /validation.accuracy/,
    );
  });

  it("of Hyperband compares trials of one bracket, in the paper's proportions", () => {
    const pruner = new pruners.HyperbandPruner({ maxResource: 27 });
    // ceil(4 * 3^s / (s + 1)) for s = 3, 2, 1, 0; Li et al. 2018.
    expect(pruner.budgets).toEqual([27, 12, 6, 4]);
    const counts = [0, 0, 0, 0];
    for (let number = 0; number < 490; number++) counts[pruner.bracketOf(number)]!++;
    for (const [s, count] of counts.entries()) expect(Math.abs(count - pruner.budgets[s]! * 10)).toBeLessThanOrEqual(3);
  });

  it("refuses options that mean nothing", () => {
    expect(() => new pruners.PercentilePruner(101)).toThrow(/between 0 and 100/);
    expect(() => new pruners.MedianPruner({ intervalSteps: 0 })).toThrow(/MedianPruner: intervalSteps/);
    expect(() => new pruners.SuccessiveHalvingPruner({ reductionFactor: 1 })).toThrow(/reductionFactor/);
    expect(() => new pruners.HyperbandPruner({ minResource: 9, maxResource: 3 })).toThrow(/maxResource/);
    expect(() => new pruners.ThresholdPruner({})).toThrow(/lower or upper/);
    expect(() => new pruners.PatientPruner(null, 1, { minDelta: -1 })).toThrow(/minDelta/);
  });
});

describe("a log", () => {
  it("is the whole study", async () => {
    const log = new MemoryLog();
    const study = await createStudy({ seed: 7, log, name: "whole" });
    await study.optimize(parabola, { nTrials: 5 });
    const other = await loadStudy({ log: log.reader() });
    expect(other.name).toBe("whole");
    expect(other.trials).toEqual(study.trials);
    await other.optimize(parabola, { totalTrials: 8 });
    await study.refresh();
    expect(study.trials).toEqual(other.trials);
    expect(study.trials).toHaveLength(8);
  });

  it("refuses a second study, a study that is not there, and other directions", async () => {
    const log = new MemoryLog();
    await expect(loadStudy({ log: new MemoryLog() })).rejects.toThrow(/holds no study/);
    const study = await createStudy({ log, seed: 9, name: "first" });
    await expect(createStudy({ log: log.reader() })).rejects.toThrow(/a study already \("first"\)/);
    const again = await createStudy({ log: log.reader(), loadIfExists: true, seed: 10 });
    expect(again.seed).toBe(study.seed);
    await expect(createStudy({ log: log.reader(), loadIfExists: true, direction: "maximize" })).rejects.toThrow(
      /directions minimize, not maximize/,
    );
  });

  it("that fails ends the search with its error", async () => {
    class FullLog extends MemoryLog {
      override append(events: readonly StudyEvent[]): Promise<void> {
        if (events.some((event) => event.type === "reported")) return Promise.reject(new Error("disk full"));
        return super.append(events);
      }
    }
    const study = await createStudy({ log: new FullLog(), seed: 0 });
    await expect(
      study.optimize((trial) => {
        trial.report(1, 0);
        return 1;
      }),
    ).rejects.toThrow("disk full");
  });

  it("shared by workers, gives the total number of trials, each once; a late result counts nowhere", async () => {
    const log = new MemoryLog();
    const study = await createStudy({ log, seed: 0 });
    const asked = await study.ask();
    const gone = ({ worker }: { worker: string }) => (worker === study.session.worker ? "its process is gone" : null);
    const others = await Promise.all([1, 2].map(() => loadStudy({ log: log.reader(), lost: gone })));
    await Promise.all(others.map((it) => it.optimize(parabola, { totalTrials: 30, jobs: 2 })));
    await expect(study.tell(asked, -1)).rejects.toThrow(/taken for lost/);
    expect(study.trials).toHaveLength(30);
    expect(study.trials.every((trial) => trial.state === "complete" && trial.values![0]! >= 0)).toBe(true);
    expect(study.trials.filter((trial) => trial.attempts === 2).map((trial) => trial.number)).toEqual([0]);
    expect(await runTrial(study, parabola, { limit: 30 })).toEqual({ kind: "full" });
  });

  it("holds thousands of trials", async () => {
    const study = await createStudy({ seed: 0, sampler: new samplers.RandomSampler() });
    await study.optimize(parabola, { nTrials: 3000 });
    expect(study.trials).toHaveLength(3000);
  });
});
