// `torchlet run --all --quick` with experiments of the chapter itself: those that need no data set and little time.
// Each experiment's own test runs its quick options; here it is the way from there to the page and the result.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { runAllCommand } from "../../src/cli/run-all-command.js";
import { experiments } from "../../src/index.js";
import type { RunResult } from "../../src/report/report.js";

const folder = mkdtempSync(join(tmpdir(), "torchlet-chapter-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("runs experiments of the chapter and writes their book", async () => {
  const small = experiments.filter(({ id }) => ["xor", "vc-dimension", "nan-clinic"].includes(id));
  expect(small.length).toBeGreaterThan(0);
  let printed = "";
  const out = { isTTY: false, write: (text: string) => void (printed += text) };
  const json = join(folder, "result.json");
  const code = await runAllCommand(
    small,
    { data: undefined, json, out: folder, files: true, quiet: false, quick: true } as never,
    { out, err: out } as never,
  );
  const { held, failed, failures, results } = JSON.parse(readFileSync(json, "utf8")) as {
    held: number;
    failed: number;
    failures: unknown[];
    results: RunResult[];
  };
  expect({ code, failed, failures }).toEqual({ code: 0, failed: 0, failures: [] });
  expect(results.map(({ experiment }) => experiment)).toEqual(small.map(({ id }) => id));
  expect(held).toBe(results.flatMap(({ checks }) => checks).length);
  for (const { id } of small) expect(printed).toContain(id);

  const page = /\S+index\.html/.exec(printed)![0];
  const book = readFileSync(page, "utf8");
  const links = [...book.matchAll(/href="([^"]+report\.html)"/g)].map(([, link]) => decodeURIComponent(link!));
  expect(links).toHaveLength(small.length);
  for (const link of links) expect(existsSync(join(page, "..", link))).toBe(true);
});
