// scripts/start.mjs in a workspace of its own: when it builds, and what it runs.
import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { scratchFolder } from "./command.js";

let root = "";

/** A build that counts itself, and a command that tells its arguments and exits with 7. */
const build = `
import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
const root = join(import.meta.dirname, "..");
console.log("noise of the build");
appendFileSync(join(root, "builds"), process.argv.slice(2).join(" ") + "\\n");
if (process.env.FAIL) { console.error("it broke here"); process.exit(3); }
for (const name of ["torchlet/dist/index.js", "d2l/dist/cli.js"]) {
  mkdirSync(join(root, "packages", name, ".."), { recursive: true });
  writeFileSync(join(root, "packages", name), "console.log(JSON.stringify(process.argv.slice(2))); process.exitCode = 7;");
}
`;

beforeEach(() => {
  root = scratchFolder();
  for (const folder of ["scripts", "packages/torchlet/src/deep", "packages/torchlet/kernels", "packages/d2l/src"]) {
    mkdirSync(join(root, folder), { recursive: true });
  }
  cpSync(new URL("../../../../scripts/start.mjs", import.meta.url), join(root, "scripts/start.mjs"));
  writeFileSync(join(root, "scripts/build.mjs"), build);
  writeFileSync(join(root, "package.json"), '{ "type": "module" }');
  writeFileSync(join(root, "packages/torchlet/src/deep/one.ts"), "");
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function start(args: readonly string[] = [], env: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, "scripts/start.mjs"), ...args], {
    encoding: "utf8",
    env: { ...process.env, ...env },
  });
  return { status, stdout, stderr };
}

const builds = () =>
  existsSync(join(root, "builds")) ? readFileSync(join(root, "builds"), "utf8").trim().split("\n") : [];

it("builds once, quietly, and is the command from then on", () => {
  const first = start(["--epochs", "3"]);
  expect(first).toEqual({
    status: 7,
    stdout: '["run","mlp","--seeds","1","--epochs","3"]\n',
    stderr: "building torchlet ...\n",
  });
  const second = start(["--help"]);
  expect(second).toEqual({ status: 7, stdout: '["run","mlp","--seeds","1","--help"]\n', stderr: "" });
  expect(builds()).toEqual(["--no-types"]);
});

it("builds again when a source has changed", () => {
  start();
  const source = join(root, "packages/torchlet/src/deep/one.ts");
  appendFileSync(source, "// more");
  const later = new Date(Date.now() + 5000);
  utimesSync(source, later, later);
  expect(start().stderr).toBe("building torchlet ...\n");
  expect(builds()).toHaveLength(2);
});

it("shows what went wrong when the build fails", () => {
  const { status, stdout, stderr } = start([], { FAIL: "1" });
  expect([status, stdout]).toEqual([1, ""]);
  expect(stderr).toContain("it broke here");
  expect(stderr).toContain("npm run build");
});

it("the command that npm links is there before anything is built, and says so", () => {
  const { bin, files } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
    bin: { torchlet: string };
    files: string[];
  };
  expect(files).toContain("bin");
  expect(bin.torchlet).not.toContain("dist");
  const entry = join(root, "packages/d2l", bin.torchlet);
  cpSync(new URL(`../../${bin.torchlet}`, import.meta.url), entry);
  const before = spawnSync(process.execPath, [entry, "list"], { encoding: "utf8" });
  expect(before).toMatchObject({ status: 1, stdout: "" });
  expect(before.stderr).toMatch(/not built yet; npm run build/);
  mkdirSync(join(root, "packages/d2l/dist"));
  writeFileSync(join(root, "packages/d2l/package.json"), '{ "type": "module" }');
  writeFileSync(join(root, "packages/d2l/dist/cli.js"), "console.log(process.argv.slice(2).join());");
  const after = spawnSync(process.execPath, [entry, "list"], { encoding: "utf8" });
  expect(after).toMatchObject({ status: 0, stdout: "list\n", stderr: "" });
});
