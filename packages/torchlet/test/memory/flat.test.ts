// A synchronous loop stays flat although nobody frees anything: measured in a process of its own.
import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";
import { bundled } from "../support/bundled.js";

it("grows by less than 20 MB between step 10,000 and step 200,000", { timeout: 120_000 }, async () => {
  const program = await bundled(import.meta.url, "./flat-loop.ts");
  try {
    const output = execFileSync(process.execPath, [program.path], { encoding: "utf8" });
    const { growth, last, finite, memory } = JSON.parse(output);
    expect(growth).toBeLessThan(20e6);
    expect(last).toBeLessThan(1e-4);
    expect(finite).toBe(true);
    expect(memory.engine).toBeLessThan(50e6);
  } finally {
    program.remove();
  }
});
