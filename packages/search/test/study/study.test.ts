// The study: optimize, ask and tell, what ends a search, and what a seed repeats.
import { describe, expect, it } from "vitest";
import { createStudy, loadStudy, MemoryLog, type Trial, TrialPruned } from "../../src/index.js";

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
});
