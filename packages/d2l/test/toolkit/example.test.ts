// The ported tutorial runs as it stands, and begins with the loss that its Python original prints.
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { realData, WITHOUT_DATA } from "./real-data.js";

const script = fileURLToPath(new URL("../../../../examples/quickstart.mjs", import.meta.url));
const folder = realData();

/** Recorded from PyTorch 2.13: quickstart.py on the real data, batches 1 and 301. */
const LOSSES = ["2.3086", "0.4727"];

it.skipIf(folder === null)(`examples/quickstart.mjs (${folder === null ? WITHOUT_DATA : "real data"})`, async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [script, folder!, "1"]);
  const losses = [...stdout.matchAll(/loss: ([\d.]+) {2}\[/g)].map((match) => match[1]);
  expect(losses.slice(0, 2)).toEqual(LOSSES);
  expect(Number(/accuracy: ([\d.]+)%/.exec(stdout)?.[1])).toBeGreaterThan(80);
  expect(stdout).toContain("predicted 9, actual 9");
});

it("examples/search.mjs finds weights and settings that beat its own first try", async () => {
  const search = fileURLToPath(new URL("../../../../examples/search.mjs", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [search]);
  const [fit, found] = [/fit: validation accuracy ([\d.]+)/, /search: ([\d.]+) with \{"width":\d+,"lr":/].map(
    (pattern) => Number(pattern.exec(stdout)?.[1]),
  );
  expect(fit).toBeGreaterThan(0.8);
  expect(found).toBeGreaterThanOrEqual(fit!);
});
