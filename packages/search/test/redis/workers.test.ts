// Studies on worker processes: the same trials as in one process, whatever is killed meanwhile.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { createStudy, loadStudy, type Study, samplers, type TrialRecord } from "../../src/index.js";
import { optimizeOnRedis, RedisLog, type RedisOptimizeOptions, startWorker } from "../../src/redis/index.js";
import { parseJob } from "../../src/redis/jobs.js";
import { createFarm, type Farm, type Note } from "./farm.js";
import { killDuring } from "./killing.js";
import { noRedis, startServer, type TestServer } from "./server.js";

/** Short, so that the lost are noticed soon; long enough for a loaded machine. */
const LEASE = 1;

type Told = Pick<TrialRecord, "number" | "state" | "params" | "values">;

const told = (study: Study): Told[] =>
  study.trials.map(({ number, state, params, values }) => ({ number, state, params, values }));

/** The study of `parabola` in this process, with a window of 3. */
async function alone(totalTrials: number): Promise<Told[]> {
  const { parabola } = await import("./objectives.mjs");
  const study = await createStudy({ seed: 5, window: 3, sampler: new samplers.RandomSampler() });
  await study.optimize((trial) => parabola(trial, { milliseconds: 0 }), { nTrials: totalTrials });
  return told(study);
}

describe.skipIf(noRedis !== null)(`workers on Redis${noRedis === null ? "" : ` (${noRedis})`}`, () => {
  let server: TestServer;
  let farm: Farm;
  /** One worker for all tests that let it live; their studies have a prefix of their own. */
  let steady: Farm;
  beforeAll(async () => {
    server = await startServer();
    steady = createFarm(server.url, { lease: LEASE, prefix: "steady" });
    await steady.start();
  });
  // What one test leaves on the queue is nothing to the next.
  let prefix = "";
  let tests = 0;
  beforeEach(() => {
    prefix = `test${tests++}`;
    farm = createFarm(server.url, { lease: LEASE, prefix });
  });
  afterEach(() => farm.remove());
  afterAll(async () => {
    await steady.remove();
    await server.remove();
  });

  const optimize = (study: string, options: Partial<RedisOptimizeOptions> = {}) =>
    optimizeOnRedis({
      url: server.url,
      study,
      objective: "parabola",
      totalTrials: 20,
      seed: 5,
      window: 3,
      sampler: { name: "RandomSampler" },
      lease: LEASE,
      prefix,
      ...options,
    });

  /** Resolves when an objective has begun (has ended) a trial. */
  const noted = async (what: Note["what"], number: number, pid?: number) => {
    const isIt = (it: Note) => it.what === what && it.number === number && (pid === undefined || it.pid === pid);
    while (!farm.notes().some(isIt)) await new Promise((resolve) => setTimeout(resolve, 20));
  };
  const begun = (number: number, pid?: number) => noted("begin", number, pid);
  const ended = (number: number) => noted("end", number);

  it("gives the trials of a single process, each run once", async () => {
    const expected = await alone(20);
    const seen: number[] = [];
    const study = await optimize("one", { prefix: "steady", onTrial: (trial) => seen.push(trial.number) });
    expect(told(study)).toEqual(expected);
    expect(seen).toEqual(expected.map((trial) => trial.number));
    expect(steady.notes().map(({ what, number }) => `${what} ${number}`)).toEqual(
      expected.flatMap(({ number }) => [`begin ${number}`, `end ${number}`]),
    );
    await study.close();
  });

  it("adds no trials when called again, and shows the study to others while it runs", async () => {
    const prefix = "steady";
    let shown = 0;
    const looking = (async () => {
      const log = await RedisLog.open({ url: server.url, study: "again", prefix });
      while (shown < 5) {
        await log.wait(1000);
        shown = await loadStudy({ log: await RedisLog.open({ url: server.url, study: "again", prefix }) }).then(
          async (study) => {
            const ended = study.trials.filter((trial) => trial.state === "complete").length;
            await study.close();
            return ended;
          },
          () => 0,
        );
        await log.read();
      }
      await log.close();
    })();
    const first = await optimize("again", { prefix, totalTrials: 8, enqueue: [{ x: 2, kind: "a" }] });
    await looking;
    expect(first.trials.length).toBe(8);
    expect(first.bestValue).toBe(0);
    await first.close();
    const second = await optimize("again", { prefix, totalTrials: 8, enqueue: [{ x: 2, kind: "a" }] });
    expect(told(second)).toEqual(told(first));
    await second.close();
    const more = await optimize("again", { prefix, totalTrials: 12 });
    expect(told(more).slice(0, 8)).toEqual(told(first));
    expect(more.trials.length).toBe(12);
    await more.close();
  });

  it("gives back on SIGTERM what does not end in time, and finishes what does", async () => {
    const running = optimize("term", { totalTrials: 3, window: null, options: { milliseconds: 5, held: 2 } });
    const first = await farm.start({ grace: 0.1 });
    await first.said(/trial 1 complete/);
    await begun(2);
    first.signal("SIGTERM");
    expect(await first.exited).toBe(0);
    expect(first.lines).toContain("returned term: trial 2 is given back");
    const second = await farm.start({ grace: 60 });
    await begun(2, second.pid);
    second.signal("SIGTERM");
    farm.open();
    expect(await second.exited).toBe(0);
    const study = await running;
    expect(study.trials.map((trial) => [trial.state, trial.attempts])).toEqual([
      ["complete", 1],
      ["complete", 1],
      ["complete", 2],
    ]);
    await study.close();
  });

  it("takes a trial from a worker that is silent, and ignores its late result", async () => {
    const running = optimize("late", { totalTrials: 1, options: { held: 0 } });
    const first = await farm.start();
    await begun(0);
    first.signal("SIGSTOP");
    const second = await farm.start();
    await begun(0, second.pid);
    first.signal("SIGCONT");
    farm.open();
    const study = await running;
    await first.said(/late: nothing left to do/);
    await study.refresh();
    expect(study.trials.map((trial) => [trial.state, trial.attempts])).toEqual([["complete", 2]]);
    expect(study.trials[0]!.worker).toContain(`:${second.pid}:`);
    await study.close();
  });

  it("lets objectives compute on while Redis is away, and keeps what they reported", async () => {
    const own = await startServer();
    onTestFinished(own.remove);
    const said: string[] = [];
    const worker = await farm.start({ url: own.url });
    const running = optimize("away", {
      url: own.url,
      totalTrials: 2,
      options: { held: 1 },
      onMessage: (text) => said.push(text.en),
    });
    await begun(1);
    await own.kill();
    await worker.said(/does not answer/);
    // Longer than the lease: nobody was silent, nobody could be heard.
    await new Promise((resolve) => setTimeout(resolve, 1500 * LEASE));
    farm.open();
    await ended(1);
    await own.start();
    const study = await running;
    expect(study.trials.map((trial) => [trial.state, trial.attempts, trial.intermediate.size])).toEqual([
      ["complete", 1, 3],
      ["complete", 1, 3],
    ]);
    expect(said).toEqual([expect.stringMatching(/does not answer/), expect.stringMatching(/answers again/)]);
    await study.close();
  });

  it("keeps a trial that computes without a pause, replaces a thread that dies, records what an objective throws", async () => {
    const prefix = "steady";
    const busy = await optimize("busy", {
      prefix,
      objective: "busy",
      totalTrials: 1,
      options: { milliseconds: 3000 * LEASE },
    });
    expect(busy.trials.map((trial) => [trial.state, trial.attempts])).toEqual([["complete", 1]]);
    const deadly = await optimize("deadly", { prefix, objective: "deadly", totalTrials: 4 });
    expect(deadly.trials.map((trial) => [trial.state, trial.attempts, trial.error])).toEqual([
      ["complete", 1, null],
      ["complete", 2, null],
      ["failed", 1, "Error: no luck"],
      ["complete", 1, null],
    ]);
    await busy.close();
    await deadly.close();
  });

  it("leaves a job that no worker offers, says so, and takes it back on a signal", async () => {
    const controller = new AbortController();
    const said: string[] = [];
    const study = await optimize("unknown", {
      prefix: "steady",
      objective: "elsewhere",
      signal: controller.signal,
      onMessage: ({ en }) => {
        said.push(en);
        controller.abort();
      },
    });
    expect(said).toEqual([expect.stringMatching(/no worker offers the objective elsewhere yet/)]);
    expect(study.trials).toEqual([]);
    await study.close();
  });

  it("refuses what cannot be asked for", async () => {
    await expect(optimize("refused", { sampler: { name: "Function" } })).rejects.toMatchObject({ code: "class-spec" });
    await expect(optimize("refused", { objective: "a:b" })).rejects.toMatchObject({ code: "objective-id" });
    await expect(optimize("refused", { totalTrials: -1 })).rejects.toMatchObject({ code: "count" });
    await expect(startWorker({ url: server.url, modules: [], jobs: 0 })).rejects.toMatchObject({
      code: "worker-option",
    });
    expect(() => parseJob({ version: 1, study: "s", code: "process.exit()" })).toThrow(/none of ours/);
  });

  it("loses nothing and counts nothing twice while workers are killed, and Redis too", async () => {
    // At length: TORCHLET_KILLS=50 npx vitest run packages/search/test/redis/workers.test.ts -t "loses nothing"
    const kills = Number(process.env["TORCHLET_KILLS"] ?? 10);
    const expected = await alone(40);
    const study = await killDuring({
      server,
      farm,
      kills,
      redisKills: Math.round(kills / 5),
      seed: 1,
      optimize: () =>
        optimize("killed", { totalTrials: 40, maxAttempts: 100, options: { milliseconds: kills, held: 35 } }),
    });
    expect(told(study)).toEqual(expected);
    expect(study.trials.reduce((sum, trial) => sum + trial.attempts, 0)).toBeGreaterThan(40);
    expect(farm.workers.length).toBe(3 + kills);
    await study.close();
  }, 600_000);
});
