// Starts the command with its test experiments as a process of its own, piped or in a terminal.
import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("../../../..", import.meta.url));
// Test files run side by side: each has a build of its own.
const outdir = join(root, "packages/d2l/dist/test", process.env["VITEST_POOL_ID"] ?? "0");
const entry = join(outdir, "command.js");

/** Builds the command as `scripts/build.mjs` does, with the experiments of fixture.ts. */
export async function buildCommand(): Promise<void> {
  if (!existsSync(join(root, "packages/torchlet/dist/index.js"))) {
    execFileSync(process.execPath, [join(root, "scripts/build.mjs"), "--no-types"], { stdio: "inherit" });
  }
  await build({
    entryPoints: {
      command: fileURLToPath(new URL("./fixture.ts", import.meta.url)),
      "search-objective": join(root, "packages/d2l/src/search/thread-objective.ts"),
    },
    outdir,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "es2022",
    packages: "external",
    logLevel: "warning",
  });
}

/** How a process ended, and what it said. */
export interface Outcome {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Called with what the process has written so far, whenever that grows. */
  readonly onOutput?: (text: string, child: ChildProcessWithoutNullStreams) => void;
}

/** A folder of its own for a test. */
export function scratchFolder(): string {
  return mkdtempSync(join(tmpdir(), "torchlet-cli-"));
}

/** The environment of a user who has set nothing. */
const plainEnvironment = {
  PATH: process.env["PATH"] ?? "",
  HOME: process.env["HOME"] ?? "",
  TERM: "xterm-256color",
  LANG: "en_US.UTF-8",
};

/** Runs the command with pipes. */
export function command(args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  return start(process.execPath, [entry, ...args], options);
}

/** Whether there is util-linux's `script`, which runs a command in a terminal of its own. */
export function hasTerminal(): boolean {
  try {
    return execFileSync("script", ["--version"], { encoding: "utf8" }).includes("util-linux");
  } catch {
    return false;
  }
}

/** Runs the command in a terminal; `stdout` is what the terminal received. */
export function commandInTerminal(args: readonly string[], columns: number, rows: number, options: RunOptions = {}) {
  const quoted = [process.execPath, entry, ...args].map((part) => `'${part}'`).join(" ");
  const line = `stty cols ${columns} rows ${rows}; exec ${quoted}`;
  return start("script", ["-qec", line, "/dev/null"], options);
}

function start(file: string, args: readonly string[], { cwd, env, onOutput }: RunOptions): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { cwd, env: { ...plainEnvironment, ...env } });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      onOutput?.(stdout, child);
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
      onOutput?.(stdout + stderr, child);
    });
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}
