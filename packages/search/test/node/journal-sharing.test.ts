// Several processes append to one journal and are killed in the middle of it: no line is mixed with another, none that was acknowledged is lost.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { randomOf } from "../../src/core/random.js";
import { JournalFile } from "../../src/node/journal-file.js";

const program = fileURLToPath(new URL("./support/append-until-killed.mjs", import.meta.url));
const KILLS = 12;

test("processes that are killed while they append", async () => {
  const folder = mkdtempSync(join(tmpdir(), "torchlet-sharing-"));
  const path = join(folder, "study.jsonl");
  const notes = (name: string) => join(folder, `${name}.notes`);
  const random = randomOf(1);
  const running: { name: string; child: ChildProcess }[] = [];
  const names: string[] = [];
  try {
    const log = JournalFile.open(path);
    const batches = new Map<string, number[]>();
    /** Each batch is `value` 0, 1, 2, ... of one step: whole, and nothing of another between. */
    const take = async () => {
      for (const event of await log.read()) {
        if (event.type !== "reported") throw new Error("unexpected event");
        const of = batches.get(event.claim) ?? [];
        batches.set(event.claim, of);
        if (event.value === 0) {
          if (event.step !== of.length) throw new Error(`batch ${event.step} of ${event.claim} after ${of.length}`);
          of.push(1);
        } else if (event.value === of.at(-1) && event.step === of.length - 1) {
          of[of.length - 1]!++;
        } else {
          throw new Error(`event ${event.value} of batch ${event.step} after ${of.at(-1)} of ${of.length - 1}`);
        }
      }
    };
    const start = () => {
      const name = `w${names.length}`;
      names.push(name);
      const child = spawn(process.execPath, [program, path, notes(name), name], {
        stdio: ["ignore", "ignore", "inherit"],
      });
      running.push({ name, child });
    };
    for (let i = 0; i < 3; i++) start();
    for (let kill = 0; kill < KILLS; kill++) {
      const victim = running.splice(random.integer(running.length), 1)[0]!;
      while (!existsSync(notes(victim.name))) await sleep(5);
      await sleep(random.uniform() * 30);
      const gone = once(victim.child, "exit");
      victim.child.kill("SIGKILL");
      await gone;
      start();
      await take();
    }
    for (const { child } of running.splice(0)) {
      const gone = once(child, "exit");
      child.kill("SIGKILL");
      await gone;
    }
    await take();
    for (const name of names) {
      const acknowledged = existsSync(notes(name)) ? readFileSync(notes(name), "utf8").split("\n").length - 1 : 0;
      const kept = batches.get(name) ?? [];
      expect(kept.length).toBeGreaterThanOrEqual(acknowledged);
      expect(kept.length).toBeLessThanOrEqual(acknowledged + 1);
      expect(kept).toEqual(kept.map((_, batch) => (batch % 7 === 6 ? 400 : 1 + (batch % 5) * 20)));
    }
    expect(names.filter((name) => batches.has(name)).length).toBeGreaterThanOrEqual(KILLS);
    await log.close();
  } finally {
    for (const { child } of running) child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  }
});
