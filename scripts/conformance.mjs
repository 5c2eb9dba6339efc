// Holds the build against PyTorch's recorded samples: groups that have passed must go on passing.
//
//   node scripts/conformance.mjs            compare with scripts/conformance.json
//   node scripts/conformance.mjs --update   write what passes now
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const RUNNER = "../shared/conformance/run.mjs";
const RECORD = "scripts/conformance.json";
const ENTRY = "packages/torchlet/dist/index.js";

/** Runs all samples; null where they are not beside the project. */
function run() {
  if (!existsSync(RUNNER)) return null;
  const folder = mkdtempSync(join(tmpdir(), "torchlet-conformance-"));
  const file = join(folder, "result.json");
  spawnSync(process.execPath, [RUNNER, ENTRY, "--json", file], { stdio: ["ignore", "ignore", "inherit"] });
  const result = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : { passed: 0, failed: 1, groups: [] };
  rmSync(folder, { recursive: true, force: true });
  return result;
}

/** One check a group that has passed before; the rest is reported, not counted. */
export function checkConformance() {
  const result = run();
  if (result === null) return { text: `skipped: ${RUNNER} is not there`, passed: 0, failed: 0 };
  const expected = JSON.parse(readFileSync(RECORD, "utf8")).groups;
  const now = new Map(result.groups.map((g) => [g.name, g]));
  const lost = expected.filter((name) => !now.has(name) || now.get(name).failed > 0);
  const gained = result.groups.filter((g) => g.failed === 0 && !expected.includes(g.name)).length;
  const text = [
    `${result.passed} of ${result.passed + result.failed} samples pass; ${expected.length - lost.length} of ${expected.length} recorded groups pass`,
    ...(gained > 0 ? [`${gained} more groups pass: node scripts/conformance.mjs --update`] : []),
    ...lost.map((name) => `REGRESSION ${name}`),
  ].join("\n");
  return { text, passed: expected.length - lost.length, failed: lost.length };
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  process.chdir(fileURLToPath(new URL("..", import.meta.url)));
  if (process.argv.includes("--update")) {
    const result = run();
    if (result === null) throw new Error(`${RUNNER} is not there`);
    const groups = result.groups.filter((g) => g.failed === 0).map((g) => g.name);
    writeFileSync(RECORD, `${JSON.stringify({ samples: result.passed, groups: groups.sort() }, null, 2)}\n`);
    console.log(`${groups.length} groups recorded`);
  } else {
    const { text, failed } = checkConformance();
    console.log(text);
    process.exitCode = failed === 0 ? 0 : 1;
  }
}
