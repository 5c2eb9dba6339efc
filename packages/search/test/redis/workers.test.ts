// Studies on worker processes: the same trials as in one process, whatever is killed meanwhile.
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createStudy, loadStudy, type Study, samplers, type TrialRecord } from "../../src/index.js";
import { optimizeOnRedis, RedisLog, type RedisOptimizeOptions } from "../../src/redis/index.js";
import { createFarm, type Farm } from "./farm.js";
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
  beforeAll(async () => {
    server = await startServer();
    farm = createFarm(server.url, { lease: LEASE });
  });
  afterEach(() => farm.remove().then(() => (farm = createFarm(server.url, { lease: LEASE }))));
  afterAll(() => server.remove());

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
      ...options,
    });

  it("gives the trials of a single process, with one worker and with three", async () => {
    const expected = await alone(20);
    await farm.start();
    const one = await optimize("one");
    expect(told(one)).toEqual(expected);
    await Promise.all([farm.start(), farm.start()]);
    const seen: number[] = [];
    const three = await optimize("three", {
      onTrial: (trial) => seen.push(trial.number),
      options: { milliseconds: 4 },
    });
    expect(told(three)).toEqual(expected);
    expect(seen.sort((a, b) => a - b)).toEqual(expected.map((trial) => trial.number));
    expect(new Set(three.trials.map((trial) => trial.worker)).size).toBeGreaterThan(1);
    // Each trial ran once, in each of the two studies.
    for (const { number } of expected) {
      expect(farm.notes().filter((it) => it.what === "begin" && it.number === number).length).toBe(2);
    }
    await one.close();
    await three.close();
  });

  it("adds no trials when called again, and shows the study to others while it runs", async () => {
    await farm.start();
    let shown = 0;
    const looking = (async () => {
      const log = await RedisLog.open({ url: server.url, study: "again" });
      while (shown < 5) {
        await log.wait(1000);
        shown = await loadStudy({ log: await RedisLog.open({ url: server.url, study: "again" }) }).then(
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
    const first = await optimize("again", { totalTrials: 8, enqueue: [{ x: 2, kind: "a" }] });
    await looking;
    expect(first.trials.length).toBe(8);
    expect(first.bestValue).toBe(0);
    await first.close();
    const second = await optimize("again", { totalTrials: 8, enqueue: [{ x: 2, kind: "a" }] });
    expect(told(second)).toEqual(told(first));
    await second.close();
    const more = await optimize("again", { totalTrials: 12 });
    expect(told(more).slice(0, 8)).toEqual(told(first));
    expect(more.trials.length).toBe(12);
    await more.close();
  });

  it("loses nothing and counts nothing twice while workers are killed, and Redis too", async () => {
    const expected = await alone(40);
    const study = await killDuring({
      server,
      farm,
      kills: 10,
      redisKills: 2,
      seed: 1,
      optimize: () =>
        optimize("killed", { totalTrials: 40, maxAttempts: 100, options: { milliseconds: 10, held: 35 } }),
    });
    expect(told(study)).toEqual(expected);
    expect(study.trials.reduce((sum, trial) => sum + trial.attempts, 0)).toBeGreaterThan(40);
    expect(farm.workers.length).toBe(13);
    await study.close();
  });
});
