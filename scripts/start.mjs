// npm start: builds what is out of date, then is `torchlet run mlp --seeds 1` with the given arguments.
import { spawnSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const command = join(root, "packages/d2l/dist/cli.js");
const sources = [
  "packages/torchlet/src",
  "packages/torchlet/kernels",
  "packages/search/src",
  "packages/d2l/src",
  "scripts",
  "package.json",
];

/** When something in a folder last changed; the folder itself changes when a file comes or goes. */
function changed(path) {
  const entry = statSync(path, { throwIfNoEntry: false });
  if (entry === undefined) return 0;
  if (!entry.isDirectory()) return entry.mtimeMs;
  let latest = entry.mtimeMs;
  for (const name of readdirSync(path)) latest = Math.max(latest, changed(join(path, name)));
  return latest;
}

const built = Math.min(...[command, join(root, "packages/torchlet/dist/index.js")].map(changed));
if (sources.some((path) => changed(join(root, path)) > built)) {
  process.stderr.write("building torchlet ...\n");
  const build = spawnSync(process.execPath, [join(root, "scripts/build.mjs"), "--no-types"], { encoding: "utf8" });
  if (build.status !== 0) {
    process.stderr.write(`${build.stdout ?? ""}${build.stderr ?? ""}\nthe build failed: npm run build\n`);
    process.exit(1);
  }
}

// In this very process: a signal reaches the command once, and its exit code is ours.
process.argv = [process.execPath, command, "run", "mlp", "--seeds", "1", ...process.argv.slice(2)];
await import(pathToFileURL(command).href);
