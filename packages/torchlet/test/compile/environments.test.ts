// Compiled and uncompiled training agree on 1, 2 and 3 threads, with BLAS and without; without, threads change no bit.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

interface Report {
  readonly threads: number;
  readonly blas: string;
  readonly report: readonly { name: string; odd: string | null; replayed: number; hash: string }[];
}

const folder = mkdtempSync(join(tmpdir(), "torchlet-compile-"));
const outfile = join(folder, "environment.mjs");
const koffi = fileURLToPath(new URL("../../../../node_modules", import.meta.url));

beforeAll(async () => {
  await build({
    entryPoints: [fileURLToPath(new URL("./environment.ts", import.meta.url))],
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    logLevel: "error",
  });
});
afterAll(() => rmSync(folder, { recursive: true }));

const hashes = new Map<string, string>();

describe.each(["off", ""])("with TORCHLET_BLAS=%s", (blas) => {
  it.each([1, 2, 3])("on %i threads", (threads) => {
    const env = { ...process.env, TORCHLET_NUM_THREADS: String(threads), TORCHLET_BLAS: blas, NODE_PATH: koffi };
    const result = JSON.parse(execFileSync(process.execPath, [outfile], { env, encoding: "utf8" })) as Report;
    expect(result.threads).toBe(threads);
    expect(result.blas === "off").toBe(blas === "off");
    expect(result.report.length).toBeGreaterThan(20);
    for (const { name, odd, replayed, hash } of result.report) {
      expect(odd, name).toBeNull();
      expect(replayed, name).toBeGreaterThanOrEqual(10);
      if (blas !== "off") continue;
      expect(hash, name).toBe(hashes.get(name) ?? hash);
      hashes.set(name, hash);
    }
  });
});
