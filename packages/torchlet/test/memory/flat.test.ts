// A synchronous loop stays flat although nobody frees anything: measured in a process of its own.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { expect, it } from "vitest";

it("grows by less than 20 MB between step 10,000 and step 200,000", { timeout: 120_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), "torchlet-flat-"));
  try {
    const outfile = join(folder, "loop.mjs");
    await build({
      entryPoints: [fileURLToPath(new URL("./flat-loop.ts", import.meta.url))],
      outfile,
      bundle: true,
      format: "esm",
      platform: "node",
      logLevel: "error",
    });
    const output = execFileSync(process.execPath, [outfile], { encoding: "utf8" });
    const { growth, last, finite, memory } = JSON.parse(output);
    expect(growth).toBeLessThan(20e6);
    expect(last).toBeLessThan(1e-4);
    expect(finite).toBe(true);
    expect(memory.engine).toBeLessThan(50e6);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
