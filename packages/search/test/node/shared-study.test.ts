// A study that several processes share survives kills at random moments: nothing lost, nothing run twice, the same trials.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findFaults, killStudy, runAlone } from "./support/kill-study.mjs";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "torchlet-shared-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("three processes on one journal run every trial once, and together the same as one alone", async () => {
  const settings = { seed: 11, window: 4, totalTrials: 40 };
  const expected = await runAlone(settings);
  const paths = { path: join(folder, "calm.jsonl"), notes: join(folder, "calm.notes") };
  const study = await killStudy({ ...settings, ...paths, processes: 3, kills: 0, milliseconds: 4 });
  expect(findFaults(study, expected)).toEqual({ faults: [], lost: 0 });
});

test("50 kills at random moments lose nothing and run nothing twice", { timeout: 180_000 }, async () => {
  const settings = { seed: 12, window: 4, totalTrials: 110 };
  const expected = await runAlone(settings);
  const paths = { path: join(folder, "killed.jsonl"), notes: join(folder, "killed.notes") };
  const study = await killStudy({ ...settings, ...paths, processes: 3, kills: 50, milliseconds: 20 });
  const { faults, lost } = findFaults(study, expected);
  expect(faults).toEqual([]);
  expect(study.killed.length).toBe(50);
  // Else the kills hit nobody at work.
  expect(lost).toBeGreaterThan(5);
});
