// Windows: the same seed gives the same trials for any number of jobs and readers, whoever is faster, also after interruptions.
import { describe, expect, it } from "vitest";
import type { ParameterValue, SearchSpace } from "../../src/core/distributions.js";
import { randomOf } from "../../src/core/random.js";
import type { Sampler, SamplingContext } from "../../src/core/sampler.js";
import {
  createStudy,
  intersectionSearchSpace,
  loadStudy,
  MemoryLog,
  type Objective,
  pruners,
  type Trial,
  TrialPruned,
  type TrialRecord,
} from "../../src/index.js";
import { uniformValue } from "../../src/samplers/uniform.js";

/** Mixes all that it sees into what it draws: any difference in a view is a difference in the trials. */
class NosySampler implements Sampler {
  readonly name = "nosy";
  relativeSpace({ study }: SamplingContext): SearchSpace {
    return intersectionSearchSpace(study);
  }
  sampleRelative(context: SamplingContext, space: SearchSpace): Readonly<Record<string, ParameterValue>> {
    return Object.fromEntries(
      Object.entries(space).map(([name, distribution]) => [name, this.sampleIndependent(context, name, distribution)]),
    );
  }
  sampleIndependent(context: SamplingContext, _name: string, distribution: SearchSpace[string]): ParameterValue {
    const seen = context.study.trials.flatMap((trial) => [
      trial.number,
      trial.state.length,
      ...Object.values(trial.params).filter((it) => typeof it === "number"),
      ...(trial.values ?? []),
      ...trial.intermediate.values(),
    ]);
    let mixed = context.random.uniform();
    for (const it of seen) mixed = (mixed * 1.37 + it) % 1;
    return uniformValue(distribution, { ...context.random, uniform: () => Math.abs(mixed) });
  }
}

/** Takes its time by chance, so that the order of ends differs from run to run. */
function slow(chance: () => number): Objective {
  return async (trial: Trial) => {
    const x = trial.suggestFloat("x", 0, 1);
    const y = x > 0.5 ? trial.suggestInt("y", 1, 9) : trial.suggestFloat("z", 0.1, 1, { log: true });
    for (let step = 0; step < 4; step++) {
      for (let turns = Math.floor(chance() * 6); turns > 0; turns--) await new Promise((done) => setImmediate(done));
      trial.report(x + y / (step + 1), step);
      if (trial.shouldPrune()) throw new TrialPruned();
    }
    return x + y;
  };
}

const facts = (trials: readonly TrialRecord[]) =>
  trials.map(({ number, state, params, values, intermediate }) => ({ number, state, params, values, intermediate }));

const options = { seed: 5, window: 4, sampler: new NosySampler(), pruner: new pruners.MedianPruner() };

async function run(jobs: number): Promise<ReturnType<typeof facts>> {
  const study = await createStudy(options);
  await study.optimize(slow(Math.random), { nTrials: 40, jobs });
  return facts(study.trials);
}

describe("a window of 4", () => {
  it("gives the same trials for 1, 2 and 4 jobs, and for 6", async () => {
    const one = await run(1);
    expect(one).toHaveLength(40);
    expect(new Set(one.map((trial) => trial.state))).toEqual(new Set(["complete", "pruned"]));
    for (const jobs of [2, 4, 6]) expect(await run(jobs)).toEqual(one);
  });

  it("gives them to several readers of a log, each with some jobs, and to searches that are interrupted", async () => {
    const one = await run(1);
    const random = randomOf(11);
    const log = new MemoryLog();
    const study = await createStudy({ ...options, log });
    const others = [study, await loadStudy({ ...options, log: log.reader() })];
    for (let round = 0; round < 200 && study.trials.filter((trial) => trial.state !== "waiting").length < 40; round++) {
      const controller = new AbortController();
      const interrupted: Objective = async (trial) => {
        const result = slow(random.uniform)(trial);
        if (random.uniform() < 0.1) controller.abort();
        if (trial.signal.aborted) {
          await Promise.resolve(result).catch(() => {});
          throw new Error("interrupted");
        }
        return result;
      };
      await Promise.all(
        others.map((it) => it.optimize(interrupted, { totalTrials: 40, jobs: 2, signal: controller.signal })),
      );
      await study.refresh();
    }
    await study.optimize(slow(random.uniform), { totalTrials: 40 });
    expect(facts(study.trials)).toEqual(one);
    expect(study.trials.some((trial) => trial.attempts > 1)).toBe(true);
  }, 30_000);

  it("takes up a trial of a lost worker before those that wait for it", async () => {
    const one = await run(1);
    const log = new MemoryLog();
    const study = await createStudy({ ...options, log });
    // A worker that claims three trials and is never heard of again.
    await log.append(
      ["a", "b", "c"].map((claim) => ({ type: "claimed" as const, claim, worker: "lost", at: 0, limit: null })),
    );
    const survivor = await loadStudy({ ...options, log: log.reader(), lease: 0.05 });
    await survivor.optimize(slow(Math.random), { totalTrials: 40, jobs: 2 });
    await study.refresh();
    expect(facts(study.trials)).toEqual(one);
    expect(study.trials.slice(0, 4).map((trial) => trial.attempts)).toEqual([2, 2, 2, 1]);
  });

  it("makes ask refuse what would wait for ever", async () => {
    const study = await createStudy({ seed: 0, window: 2 });
    const first = await study.ask();
    await study.ask();
    await expect(study.ask()).rejects.toThrow(/window of 2/);
    await study.tell(first, 1);
    expect((await study.ask()).number).toBe(2);
  });
});
