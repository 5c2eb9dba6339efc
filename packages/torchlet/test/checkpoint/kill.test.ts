// Runs that are killed with SIGKILL, 50 times in all, and resumed: they end with the bytes of runs that nobody stopped.
import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Bundled, bundled } from "../support/bundled.js";
import type { Config } from "./run.js";
import { temporaryFolder } from "./support.js";

let program: Bundled;
beforeAll(async () => {
  program = await bundled(import.meta.url, "./run.ts");
});
afterAll(() => program.remove());

interface Ending {
  readonly signal: NodeJS.Signals | null;
  readonly from: number;
  /** The last line: how it ended, the step, the hash. */
  readonly last: string;
}

/** Runs the program; kills it a while after it began to train, or when something else has happened, where told to. */
function run(
  config: Config,
  killAfterMs?: number,
  env: Record<string, string> = {},
  meanwhile?: () => Promise<unknown>,
): Promise<Ending> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program.path, JSON.stringify(config)], {
      env: { ...process.env, TORCHLET_NUM_THREADS: "1", TORCHLET_BLAS: "off", ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let [out, errors, isArmed] = ["", "", false];
    child.stdout.on("data", (data) => {
      out += data;
      if (isArmed) return;
      isArmed = true;
      if (killAfterMs !== undefined) setTimeout(() => child.kill("SIGKILL"), killAfterMs);
      void meanwhile?.().then(() => child.kill("SIGKILL"));
    });
    child.stderr.on("data", (data) => {
      errors += data;
    });
    child.on("close", (code, signal) => {
      if (code !== 0 && signal === null) reject(new Error(errors));
      const lines = out.trim().split("\n");
      resolve({ signal, from: Number(/^from ([0-9]+)/.exec(out)?.[1]), last: lines.at(-1)! });
    });
  });
}

/** Numbers that look random, and are the same each time. */
function draws(seed: number): () => number {
  return () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return seed / 2 ** 32;
  };
}

const hashOf = (ending: Ending) => {
  expect(ending.last).toMatch(/^done [0-9]+ [0-9a-f]{64}$/);
  return ending.last;
};

/** What is left in a folder when a run is done: whole checkpoints, no more of them than are kept. */
function expectTidy(folder: string): void {
  const names = readdirSync(folder);
  expect(names.filter((name) => !/^step-[0-9]{9}[.]safetensors$/.test(name))).toEqual([]);
  expect(names).toHaveLength(3);
}

// Many processes are started: a loaded machine may take its time.
describe.concurrent("a killed run", { timeout: 300_000 }, () => {
  it("ends with the same bytes: 25 kills inside of saving, at every kind of operation", async () => {
    const common = { epochs: 20, everySteps: 3, optimizer: "adam" } as const;
    const want = hashOf(await run({ ...common, folder: temporaryFolder() }));
    const random = draws(1);
    const folder = temporaryFolder();
    const from: number[] = [];
    for (let i = 0; i < 25; i++) {
      // The first operations take the folder, and a save takes eight: hardly more than one is done before the next kill.
      const killAt = 1 + Math.floor(random() * 14);
      const ending = await run({ ...common, folder, killAt, compiled: i % 2 === 1 });
      expect(ending.signal).toBe("SIGKILL");
      if (!Number.isNaN(ending.from)) from.push(ending.from);
    }
    expect(from).toEqual([...from].sort((x, y) => x - y));
    expect(from.at(-1)).toBeGreaterThan(0);
    expect(hashOf(await run({ ...common, folder }))).toBe(want);
    expectTidy(folder);
  });

  it("ends with the same bytes: 25 kills from outside at random moments, many of them while it writes", async () => {
    const common = { epochs: 12, everySteps: 2, optimizer: "sgd", slow: true, compiled: true } as const;
    const want = hashOf(await run({ ...common, slow: false, compiled: false, folder: temporaryFolder() }));
    const random = draws(2);
    let folder = temporaryFolder();
    for (let kills = 0; kills < 25; ) {
      const ending = await run({ ...common, folder, pause: random() < 0.5 ? 1 : undefined }, random() * 80);
      if (ending.signal === "SIGKILL") kills++;
      else {
        // It was quicker: another run is killed.
        expect(hashOf(ending)).toBe(want);
        expectTidy(folder);
        folder = temporaryFolder();
      }
    }
    expect(hashOf(await run({ ...common, folder }))).toBe(want);
    expectTidy(folder);
  });

  it("ends with the same bytes with torch.fit, killed inside of saving", async () => {
    const common = { epochs: 8, everySteps: 1, optimizer: "adam", fit: true } as const;
    const want = hashOf(await run({ ...common, folder: temporaryFolder() }));
    const folder = temporaryFolder();
    for (const killAt of [9, 12, 14, 19, 22]) {
      expect((await run({ ...common, folder, killAt })).signal).toBe("SIGKILL");
    }
    const ending = await run({ ...common, folder });
    expect(ending.from).toBeGreaterThan(4);
    expect(hashOf(ending)).toBe(want);
    expectTidy(folder);
  });

  it("ends with the same bytes on one thread and on two", async () => {
    const common = { epochs: 3, everySteps: 4, optimizer: "adam", hidden: 256, pause: 1 } as const;
    const threads = (n: number) => ({ TORCHLET_NUM_THREADS: `${n}` });
    const want = hashOf(await run({ ...common, folder: temporaryFolder() }));
    for (const n of [1, 2]) {
      const folder = temporaryFolder();
      expect((await run({ ...common, folder, killAfter: 9 }, undefined, threads(2))).signal).toBe("SIGKILL");
      const ending = await run({ ...common, folder }, undefined, threads(n));
      expect([ending.from, hashOf(ending)]).toEqual([8, want]);
    }
  });

  it("saves once more on Ctrl-C, and goes on from there", async () => {
    const common = { epochs: 3, everySteps: 100, optimizer: "sgd" } as const;
    const want = hashOf(await run({ ...common, folder: temporaryFolder() }));
    const folder = temporaryFolder();
    const { last } = await run({ ...common, folder, interruptAfter: 8 });
    expect(last).toMatch(/^interrupted (8|9|1[0-7]) /);
    const ending = await run({ ...common, folder });
    expect([ending.from, hashOf(ending)]).toEqual([Number(last.split(" ")[1]), want]);
  });

  it("leaves its folder to the next one, which a run that lives does not", async () => {
    const folder = temporaryFolder();
    const common = { folder, epochs: 2, everySteps: 1, optimizer: "sgd" } as const;
    let refused: Promise<unknown> | null = null;
    const second = () => {
      refused = run(common).then(
        () => "not refused",
        (error: Error) => error.message,
      );
      return refused;
    };
    const first = await run({ ...common, epochs: 1e6, pause: 1 }, undefined, {}, second);
    expect(first.signal).toBe("SIGKILL");
    expect(await refused).toContain("keeps its checkpoints in this folder");
    expect(hashOf(await run({ ...common, epochs: 0 }))).toMatch(/^done/);
    expectTidy(folder);
  });
});
