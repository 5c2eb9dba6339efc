// Trials on threads: the same as without, whatever the number of threads, and whatever happens to them.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createStudy, JournalFile, ObjectiveThreads, optimizeParallel, type Study } from "@torchlet/search/node";
import { ValueError } from "torchlet";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import objective from "./support/objectives.mjs";

const module = new URL("./support/objectives.mjs", import.meta.url);
const quiet = { onWarning: () => {} };
let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "torchlet-threads-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What must not depend on the number of threads. */
function resultsOf(study: Study) {
  return study.trials.map(({ number, state, params, values, intermediate }) => ({
    number,
    state,
    params,
    values,
    intermediate: [...intermediate],
  }));
}

describe("trials on threads", () => {
  test("are the same for 1, 2 and 4 threads and for none, bit for bit, pruning included", async () => {
    const plain = await createStudy({ seed: 5, window: 4, ...quiet });
    await plain.optimize(objective, { nTrials: 30 });
    const expected = resultsOf(plain);
    // Some are pruned: how many is the sampler's affair.
    expect(expected.filter(({ state }) => state === "pruned").length).toBeGreaterThan(1);
    for (const jobs of [1, 2, 4]) {
      const study = await createStudy({ seed: 5, window: 4, ...quiet });
      await optimizeParallel(study, { module }, { nTrials: 30, jobs });
      expect(resultsOf(study)).toEqual(expected);
    }
  });

  test("run beside each other, on one thread of torchlet each, with their options; callbacks come in order", async () => {
    const study = await createStudy({ seed: 0 });
    const told: number[] = [];
    const options = { lr: 0.1, names: ["a"] };
    await optimizeParallel(
      study,
      { module, export: "where", options },
      { nTrials: 8, jobs: 2, callbacks: [(_study, trial) => void told.push(trial.number)] },
    );
    const { trials } = study;
    expect(new Set(trials.map((trial) => trial.userAttributes["thread"])).size).toBe(2);
    for (const { userAttributes } of trials) {
      expect(userAttributes).toMatchObject({ main: false, threads: "1", options });
    }
    expect([...told].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  test("may give infinities; NaN fails a trial", async () => {
    const study = await createStudy({ seed: 0 });
    await optimizeParallel(study, { module, export: "notFinite" }, { nTrials: 3, jobs: 1 });
    expect(study.trials.map(({ values }) => values)).toEqual([[Infinity], [-Infinity], null]);
  });
});

describe("errors on threads", () => {
  test("come with their class and the stack of the thread, and fail the trial", async () => {
    const study = await createStudy({ seed: 0 });
    const search = optimizeParallel(study, { module, export: "throwsTypeError" }, { nTrials: 3, jobs: 1 });
    const error = await search.then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(TypeError);
    expect((error as Error).stack).toContain("objectives.mjs");
    expect(study.trials).toMatchObject([{ state: "failed", error: "TypeError: no such thing" }]);
    await optimizeParallel(study, { module, export: "throwsTypeError" }, { nTrials: 3, jobs: 2, catch: [TypeError] });
    expect(study.trials.length).toBe(4);
  });

  test("of torchlet are torchlet's", async () => {
    const study = await createStudy({ seed: 0 });
    await expect(optimizeParallel(study, { module, export: "throwsValueError" }, { nTrials: 1 })).rejects.toThrow(
      ValueError,
    );
    await expect(optimizeParallel(study, { module, export: "badReport" }, { nTrials: 1 })).rejects.toMatchObject({
      code: "report-step",
      received: -1,
    });
  });

  test("are what an objective gets that goes on after its trial's end", async () => {
    const study = await createStudy({ seed: 0 });
    await optimizeParallel(study, { module, export: "strays" }, { nTrials: 2, jobs: 1 });
    expect(study.trials[1]!.userAttributes["error"]).toContain("trial 0 has ended");
    expect(study.trials[1]!.intermediate.size).toBe(0);
  });

  test("are told for bad options", async () => {
    const study = await createStudy({ seed: 0 });
    for (const bad of [{ jobs: 0 }, { jobs: 1.5 }, { threadsPerJob: 0 }, { grace: -1 }, { nTrials: -1 }]) {
      await expect(optimizeParallel(study, { module }, { nTrials: 1, ...bad })).rejects.toThrow(ValueError);
    }
    expect(study.trials).toEqual([]);
  });

  test("of modules are told before any trial begins", async () => {
    const study = await createStudy({ seed: 0 });
    const { href } = module;
    for (const [bad, text] of [
      [{ module: new URL("./nowhere.mjs", import.meta.url) }, "could not be loaded"],
      [{ module, export: "nothing" }, `${href} exports no function of the name nothing`],
      [{ module: "data:text/javascript,export default (" }, "could not be loaded"],
      [objective as unknown as { module: string }, "got a function"],
    ] as const) {
      await expect(optimizeParallel(study, bad, { nTrials: 2, jobs: 2 })).rejects.toThrow(text);
    }
    expect(study.trials).toEqual([]);
  });
});

describe("threads that die", () => {
  test.each(["exit", "uncaught", "memory"] as const)("are replaced and their trials run again: %s", async (how) => {
    const marks = mkdtempSync(join(folder, "marks-"));
    const expected = await createStudy({ seed: 3, window: 2 });
    await expected.optimize((trial) => trial.suggestFloat("x", 0, 1), { nTrials: 8 });
    const warnings: string[] = [];
    const study = await createStudy({ seed: 3, window: 2, onWarning: ({ message }) => warnings.push(message) });
    await optimizeParallel(
      study,
      { module, export: "dies", options: { folder: marks, trials: [1, 4], how } },
      { nTrials: 8, jobs: 2, resourceLimits: { maxOldGenerationSizeMb: 24 } },
    );
    expect(resultsOf(study)).toEqual(resultsOf(expected));
    expect(study.trials.map(({ attempts }) => attempts)).toEqual([1, 2, 1, 1, 2, 1, 1, 1]);
    expect(warnings.length).toBe(2);
    const reason = { exit: "process.exit(3)", uncaught: "nobody catches this", memory: "memory" }[how];
    for (const warning of warnings) expect(warning).toContain(reason);
  });

  test("again and again fail the trial, and the search says so", async () => {
    const study = await createStudy({ seed: 0, maxAttempts: 2, ...quiet });
    await expect(optimizeParallel(study, { module, export: "alwaysDies" }, { nTrials: 3, jobs: 1 })).rejects.toThrow(
      "the thread that ran it ended (process.exit(7))",
    );
    expect(study.trials).toMatchObject([{ state: "failed", attempts: 2 }]);
  });
});

describe("a signal", () => {
  test.each([false, true])(
    "lets running trials go back to waiting (deaf to it: %s), and the search goes on later",
    async (deaf) => {
      const path = join(folder, `signal-${deaf}.jsonl`);
      const notes = `${path}.notes`;
      const study = await createStudy({ seed: 0, log: JournalFile.open(path) });
      const controller = new AbortController();
      const search = optimizeParallel(
        study,
        { module, export: "slow", options: { notes, deaf } },
        { nTrials: 10, jobs: 2, signal: controller.signal, grace: 0.05 },
      );
      while (!existsSync(notes) || readFileSync(notes, "utf8").split("\n").length < 3) await sleep(5);
      controller.abort();
      await search;
      expect(study.trials.map(({ state }) => state)).toEqual(["complete", "complete", "waiting", "waiting"]);
      await optimizeParallel(study, { module, export: "where" }, { totalTrials: 5, jobs: 2 });
      expect(study.trials.map(({ state }) => state)).toEqual(Array(5).fill("complete"));
      await study.close();
    },
  );

  test("that came before lets nothing begin", async () => {
    const study = await createStudy({ seed: 0 });
    await optimizeParallel(study, { module }, { nTrials: 3, signal: AbortSignal.abort() });
    expect(study.trials).toEqual([]);
  });
});

test("threads can be kept for several searches", async () => {
  const threads = await ObjectiveThreads.start({ module, export: "where" }, 2);
  const seen = new Set<unknown>();
  for (const seed of [1, 2]) {
    const study = await createStudy({ seed });
    await study.optimize(threads.objective, { nTrials: 4, jobs: 2 });
    for (const { userAttributes } of study.trials) seen.add(userAttributes["thread"]);
  }
  expect(seen.size).toBe(2);
  await threads.close();
});
