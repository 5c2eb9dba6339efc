// Studies in journal files: begun, gone on with, looked at; refused where they are no studies; whole after a full disk.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DataError } from "torchlet";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openStudy, readStudy } from "../../src/node/open-study.js";
import type { Study } from "../../src/study/study.js";
import type { Trial } from "../../src/study/trial.js";
import { mountSmallDisk } from "./support/small-disk.js";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "torchlet-open-study-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const objective = (trial: Trial) => {
  const x = trial.suggestFloat("x", 0, 1);
  trial.report(x, 0);
  return x + (trial.seed % 10);
};
const resultsOf = (study: Study) => study.trials.map(({ number, params, values }) => ({ number, params, values }));

test("a study is gone on with, with its own seed, and is the one that was never left", async () => {
  const [once, twice] = [join(folder, "once.jsonl"), join(folder, "twice.jsonl")];
  const whole = await openStudy(once, { seed: 4, window: 2, name: "n", direction: "maximize" });
  await whole.optimize(objective, { totalTrials: 12 });
  for (const totalTrials of [5, 12]) {
    const study = await openStudy(twice, { seed: totalTrials === 5 ? 4 : 99, window: 2, direction: "maximize" });
    await study.optimize(objective, { totalTrials });
    expect(study.seed).toBe(4);
    if (totalTrials === 12) expect(resultsOf(study)).toEqual(resultsOf(whole));
    await study.close();
  }
  const seen = await readStudy(once);
  expect(resultsOf(seen)).toEqual(resultsOf(whole));
  expect(seen.name).toBe("n");
  await whole.optimize(objective, { nTrials: 1 });
  await seen.refresh();
  expect(seen.trials.length).toBe(13);
  await whole.close();
  await seen.close();
});

test("files that hold no study, and other directions, are refused", async () => {
  const empty = join(folder, "empty.jsonl");
  writeFileSync(empty, "");
  await expect(readStudy(empty)).rejects.toMatchObject({ code: "no-study" });
  await expect(readStudy(join(folder, "nowhere.jsonl"))).rejects.toMatchObject({ code: "journal-open" });
  const foreign = join(folder, "foreign.csv");
  writeFileSync(foreign, "a,b\n1,2\n");
  await expect(openStudy(foreign)).rejects.toMatchObject({ code: "journal-foreign" });
  await (await openStudy(empty, { direction: "maximize" })).close();
  await expect(openStudy(empty)).rejects.toMatchObject({ code: "study-directions" });
});

test("a full disk stops the search with a reason; with room the same study goes on, and nothing is missing", async ({
  skip,
}) => {
  const disk = join(folder, "disk");
  const unmount = mountSmallDisk(disk, "64k");
  if (unmount === null) return skip("no small file system can be made here");
  try {
    writeFileSync(join(disk, "other"), Buffer.alloc(52_000));
    const options = { seed: 4, window: 3 };
    const expected = await openStudy(join(folder, "roomy.jsonl"), options);
    await expected.optimize(objective, { totalTrials: 16 });
    const path = join(disk, "study.jsonl");
    const study = await openStudy(path, options);
    const search = study.optimize(objective, { totalTrials: 16, jobs: 3 });
    await expect(search).rejects.toThrow(DataError);
    await expect(search).rejects.toMatchObject({ code: "journal-write" });
    const kept = study.trials.filter(({ state }) => state === "complete").length;
    expect(kept).toBeGreaterThan(0);
    expect(kept).toBeLessThan(16);
    rmSync(join(disk, "other"));
    await study.optimize(objective, { totalTrials: 16, jobs: 3 });
    expect(resultsOf(study)).toEqual(resultsOf(expected));
    const other = await readStudy(path);
    expect(resultsOf(other)).toEqual(resultsOf(expected));
    for (const it of [study, other, expected]) await it.close();
  } finally {
    unmount();
  }
});
