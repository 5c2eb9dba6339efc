// The replay: whatever workers do in whatever order, every reader comes to the same consistent study.
import { describe, expect, it } from "vitest";
import type { StudyEvent } from "../../src/core/events.js";
import { type Random, randomOf } from "../../src/core/random.js";
import { isFinished, type TrialRecord } from "../../src/core/trial-record.js";
import { StudyState } from "../../src/index.js";

const created = (maxAttempts = 3): StudyEvent => ({
  type: "created",
  version: 1,
  name: "replay",
  directions: ["minimize"],
  seed: 0,
  window: null,
  maxAttempts,
  at: 0,
});
const claimed = (claim: string, limit: number | null = null): StudyEvent => ({
  type: "claimed",
  claim,
  worker: `worker of ${claim}`,
  at: 1,
  limit,
});
const finished = (claim: string, value: number): StudyEvent => ({
  type: "finished",
  claim,
  state: "complete",
  values: [value],
  at: 2,
});
const abandoned = (claim: string, returned = false): StudyEvent => ({
  type: "abandoned",
  claim,
  by: "another",
  reason: "gone",
  returned,
  at: 3,
});
const suggested = (claim: string, name: string, value: number): StudyEvent => ({
  type: "suggested",
  claim,
  name,
  distribution: { kind: "float", low: 0, high: 1, log: false, step: null },
  value,
});

function replay(...events: readonly StudyEvent[]): StudyState {
  const state = new StudyState();
  state.apply(events);
  return state;
}

describe("the replay", () => {
  it("numbers trials in the order of their claims, and voids claims beyond the limit", () => {
    const state = replay(created(), claimed("a", 2), claimed("b", 2), claimed("c", 2), finished("c", 1));
    expect(["a", "b", "c"].map((claim) => state.claimOf(claim))).toMatchObject([
      { number: 0, status: "active" },
      { number: 1, status: "active" },
      { number: null, status: "void" },
    ]);
    expect(state.trials).toHaveLength(2);
  });

  it("gives an abandoned trial to the next claim, with its values and without its course, and ignores the late result", () => {
    const state = replay(
      created(),
      claimed("a"),
      suggested("a", "x", 0.25),
      { type: "reported", claim: "a", step: 0, value: 9 },
      claimed("b"),
      abandoned("a"),
      finished("a", 1),
      claimed("c"),
      suggested("c", "x", 0.25),
      finished("c", 2),
      finished("c", 3),
    );
    expect(state.trials).toHaveLength(2);
    expect(state.trials[0]).toMatchObject({ state: "complete", values: [2], params: { x: 0.25 }, attempts: 2 });
    expect(state.trials[0]!.intermediate.size).toBe(0);
    expect(state.claimOf("a")!.status).toBe("abandoned");
  });

  it("fails a trial that lost too many workers, but not one that was given back", () => {
    const events = [created(2), claimed("a"), abandoned("a"), claimed("b"), abandoned("b")];
    expect(replay(...events).trials[0]).toMatchObject({ state: "failed", error: "gone", attempts: 2 });
    const back = [created(2), claimed("a"), abandoned("a", true), claimed("b"), abandoned("b", true)];
    expect(replay(...back).trials[0]).toMatchObject({ state: "waiting", error: null });
  });

  it("keeps of the parameters what the last claim asked for, and of a step the first report", () => {
    const state = replay(
      created(),
      claimed("a"),
      { type: "planned", claim: "a", params: { x: 0.5, y: 0.5 }, distributions: {} },
      suggested("a", "y", 0.5),
      { type: "reported", claim: "a", step: 2, value: 1 },
      { type: "reported", claim: "a", step: 1, value: 3 },
      { type: "reported", claim: "a", step: 2, value: 7 },
    );
    expect(state.trials[0]!.params).toEqual({ x: 0.5, y: 0.5 });
    state.apply([finished("a", 0)]);
    expect(state.trials[0]!.params).toEqual({ y: 0.5 });
    expect([...state.trials[0]!.intermediate]).toEqual([
      [1, 3],
      [2, 1],
    ]);
  });

  it("takes enqueued trials first, in line", () => {
    const state = replay(
      created(),
      { type: "enqueued", params: { x: 1 } },
      { type: "enqueued", params: { x: 2 } },
      claimed("a"),
      claimed("b"),
      claimed("c"),
    );
    expect(state.entries.map(({ claim, enqueued, draw }) => ({ claim, enqueued, draw }))).toEqual([
      { claim: "a", enqueued: { x: 1 }, draw: null },
      { claim: "b", enqueued: { x: 2 }, draw: null },
      { claim: "c", enqueued: null, draw: 0 },
    ]);
  });

  it("refuses a log of a newer version, and one without a study", () => {
    expect(() => replay({ ...created(), version: 2 } as unknown as StudyEvent)).toThrow(/version 2/);
    expect(() => replay().header).toThrow(/no study/);
  });
});

/** Events of workers that claim, work, give up, are taken for lost, and come back late, in an order left to chance. */
function chaos(random: Random, length: number): StudyEvent[] {
  const events: StudyEvent[] = [created(1 + random.integer(3))];
  const claims: string[] = [];
  const limit = 1 + random.integer(12);
  const any = () => claims[random.integer(claims.length)]!;
  for (let i = 0; i < length; i++) {
    const dice = random.integer(12);
    if (claims.length === 0 || dice < 3) {
      claims.push(`claim ${claims.length}`);
      events.push(claimed(claims.at(-1)!, random.integer(4) === 0 ? null : limit));
    } else if (dice < 5) events.push(suggested(any(), "xyz"[random.integer(3)]!, random.uniform()));
    else if (dice < 7)
      events.push({ type: "reported", claim: any(), step: random.integer(5), value: random.uniform() });
    else if (dice < 8)
      events.push({ type: "planned", claim: any(), params: { w: random.uniform() }, distributions: {} });
    else if (dice < 9) events.push(finished(any(), random.uniform()));
    else if (dice < 11) events.push(abandoned(any(), random.integer(3) === 0));
    else if (random.integer(3) === 0) events.push({ type: "enqueued", params: { x: 0.5 } });
    else events.push({ type: "attribute", claim: any(), key: "k", value: i });
  }
  return events;
}

describe("the replay of random events", () => {
  const snapshot = (trials: readonly TrialRecord[]) => structuredClone(trials);

  it("keeps ended trials as they are, numbers dense, and at most one claim a trial", () => {
    for (let seed = 0; seed < 40; seed++) {
      const events = chaos(randomOf(seed), 120);
      const state = new StudyState();
      let ended = new Map<number, TrialRecord>();
      for (const event of events) {
        state.apply([event]);
        for (const [number, record] of ended) expect(state.trials[number]).toEqual(record);
        ended = new Map(snapshot(state.trials.filter(isFinished)).map((record) => [record.number, record]));
        expect(state.trials.map(({ number }) => number)).toEqual(state.trials.map((_, i) => i));
        const running = state.entries.filter(({ record }) => record.state === "running");
        expect(new Set(running.map(({ claim }) => claim)).size).toBe(running.length);
        expect([...state.active.values()].map(({ number }) => number).sort()).toEqual(
          running.map(({ record }) => record.number).sort(),
        );
        const waiting = state.trials.filter((trial) => trial.state === "waiting");
        expect(state.firstWaiting).toBe(waiting[0]?.number ?? null);
        expect(state.ended).toHaveLength(ended.size);
        const prefix = state.trials.findIndex((trial) => !isFinished(trial));
        expect(state.endedPrefix).toBe(prefix === -1 ? state.trials.length : prefix);
      }
    }
  }, 30_000);

  it("does not depend on how the events came", () => {
    for (let seed = 0; seed < 60; seed++) {
      const random = randomOf(seed, 1);
      const events = chaos(random, 80);
      const pieces = new StudyState();
      for (let i = 0; i < events.length; ) {
        const size = 1 + random.integer(7);
        pieces.apply(events.slice(i, i + size));
        i += size;
      }
      expect(pieces.trials).toEqual(replay(...events).trials);
    }
  });
});
