// Builds everything: kernels -> embedded wasm, type checking and declarations, one bundle per entry.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { buildKernels } from "./build-kernels.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
process.chdir(root);

await buildKernels();
if (!process.argv.includes("--no-types")) {
  execFileSync(process.execPath, ["node_modules/typescript/bin/tsc", "-b"], { stdio: "inherit" });
}

const shared = {
  bundle: true,
  format: "esm",
  target: "es2022",
  sourcemap: true,
  logLevel: "warning",
  splitting: true,
  packages: "external",
};
await build({
  ...shared,
  entryPoints: ["packages/torchlet/src/index.ts"],
  outdir: "packages/torchlet/dist",
  platform: "neutral",
  external: ["node:*"],
});
await build({
  ...shared,
  entryPoints: {
    index: "packages/search/src/index.ts",
    node: "packages/search/src/node.ts",
    redis: "packages/search/src/redis/index.ts",
    "redis-thread": "packages/search/src/redis/redis-thread.ts",
    "objective-thread": "packages/search/src/node/objective-thread.ts",
  },
  outdir: "packages/search/dist",
  platform: "neutral",
  external: ["node:*"],
});
const d2lEntries = ["packages/d2l/src/index.ts", "packages/d2l/src/browser.ts", "packages/d2l/src/cli.ts"].filter(
  existsSync,
);
// Threads of a search load their objective by its address.
const searchObjective = { in: "packages/d2l/src/search/thread-objective.ts", out: "search-objective" };
await build({
  ...shared,
  entryPoints: [...d2lEntries.map((entry) => ({ in: entry, out: basename(entry, ".ts") })), searchObjective],
  outdir: "packages/d2l/dist",
  platform: "node",
});
