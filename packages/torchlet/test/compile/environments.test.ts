// Compiled and uncompiled training agree on 1, 2 and 3 threads, with BLAS and without; without, threads change no bit.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Bundled, bundled } from "../support/bundled.js";

interface Report {
  readonly threads: number;
  readonly blas: string;
  readonly report: readonly { name: string; odd: string | null; replayed: number; hash: string }[];
}

const koffi = fileURLToPath(new URL("../../../../node_modules", import.meta.url));
let program: Bundled;
beforeAll(async () => {
  program = await bundled(import.meta.url, "./environment.ts");
});
afterAll(() => program.remove());

const hashes = new Map<string, string>();

describe.each(["off", ""])("with TORCHLET_BLAS=%s", (blas) => {
  it.each([1, 2, 3])("on %i threads", (threads) => {
    const env = { ...process.env, TORCHLET_NUM_THREADS: String(threads), TORCHLET_BLAS: blas, NODE_PATH: koffi };
    const result = JSON.parse(execFileSync(process.execPath, [program.path], { env, encoding: "utf8" })) as Report;
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
