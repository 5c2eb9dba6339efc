#!/usr/bin/env node
// The command's entry, which is there before anything is built: npm links only what exists when it installs.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const built = new URL("../dist/cli.js", import.meta.url);
if (existsSync(fileURLToPath(built))) {
  await import(built.href);
} else {
  process.stderr.write(
    "error: torchlet is not built yet; npm run build, or npm start, builds it\n错误：torchlet 尚未构建；请运行 npm run build 或 npm start\n",
  );
  process.exitCode = 1;
}
