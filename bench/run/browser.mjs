// The browser's measurements: a program of its own, bench/browser/run.mjs, that writes rows of
// `{ case, unit, implementation, best, median }` as JSON.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { benchFolder } from "./find.mjs";

/** `{ rows }`, or `{ skipped: reason }`. */
export function measureBrowser({ rounds }) {
  const script = join(benchFolder, "browser/run.mjs");
  if (!existsSync(script)) return { skipped: "bench/browser/run.mjs is not here" };
  const folder = mkdtempSync(join(tmpdir(), "torchlet-bench-"));
  try {
    const file = join(folder, "browser.json");
    const { status } = spawnSync(process.execPath, [script, "--json", file, "--rounds", String(rounds)], {
      stdio: ["ignore", "inherit", "inherit"],
    });
    if (status !== 0 || !existsSync(file)) return { skipped: "bench/browser/run.mjs failed" };
    const written = JSON.parse(readFileSync(file, "utf8"));
    return { rows: Array.isArray(written) ? written : written.results };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
