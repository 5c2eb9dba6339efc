// A program of the tests as one file that Node runs: a process of its own starts faster that way, and can be killed.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** The bundle's path, and what removes it. */
export interface Bundled {
  readonly path: string;
  remove(): void;
}

/** Bundles a module that lies beside the test: `bundled(import.meta.url, "./loop.ts")`. */
export async function bundled(test: string, module: string): Promise<Bundled> {
  const folder = mkdtempSync(join(tmpdir(), "torchlet-bundle-"));
  const path = join(folder, "program.mjs");
  const entry = fileURLToPath(new URL(module, test));
  await build({
    entryPoints: [entry],
    outfile: path,
    bundle: true,
    format: "esm",
    platform: "node",
    logLevel: "error",
  });
  return { path, remove: () => rmSync(folder, { recursive: true }) };
}
