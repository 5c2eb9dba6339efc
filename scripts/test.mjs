// npm test: build, types, lint, unit tests, and PyTorch's recorded samples where they are. The last line counts.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { checkConformance } from "./conformance.mjs";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));
const node = process.execPath;
let passed = 0;
let failed = 0;

/** Runs a program with its output shown; counts it as one check unless it brings counts of its own. */
function step(name, args, counts) {
  console.log(`\n== ${name}`);
  const { status } = spawnSync(node, args, { stdio: ["ignore", "inherit", "inherit"] });
  const own = counts?.();
  passed += own?.passed ?? (status === 0 ? 1 : 0);
  failed += own?.failed ?? (status === 0 ? 0 : 1);
  // A runner that fails without counting a failure (a crash, a file that does not load) has failed all the same.
  if (own !== undefined && status !== 0 && own.failed === 0) failed += 1;
  return status === 0;
}

const built = step("build and types", ["scripts/build.mjs"]);
if (built) {
  for (const name of ["torchlet", "search", "d2l"]) {
    const folder = `packages/${name}/test`;
    step(`types of the tests of ${name}`, ["node_modules/typescript/bin/tsc", "-p", folder, "--noEmit"]);
  }
  step("lint and format", ["node_modules/@biomejs/biome/bin/biome", "check", "--error-on-warnings", "."]);
  const folder = mkdtempSync(join(tmpdir(), "torchlet-test-"));
  const file = join(folder, "vitest.json");
  step(
    "tests",
    ["node_modules/vitest/vitest.mjs", "run", "--reporter=default", "--reporter=json", `--outputFile.json=${file}`],
    () => {
      try {
        const { numPassedTests, numFailedTests, numFailedTestSuites } = JSON.parse(readFileSync(file, "utf8"));
        return { passed: numPassedTests, failed: Math.max(numFailedTests, numFailedTestSuites > 0 ? 1 : 0) };
      } catch {
        return { passed: 0, failed: 1 };
      }
    },
  );
  rmSync(folder, { recursive: true, force: true });

  console.log("\n== PyTorch's recorded samples");
  const result = checkConformance();
  console.log(result.text);
  passed += result.passed;
  failed += result.failed;
}

console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
