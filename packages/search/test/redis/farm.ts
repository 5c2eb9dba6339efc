// Worker processes for the tests: started, killed, asked what they said; and the notes that their objectives leave.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { RedisWorkerOptions } from "../../src/redis/index.js";

const program = fileURLToPath(new URL("./worker-process.mjs", import.meta.url));
export const objectives = fileURLToPath(new URL("./objectives.mjs", import.meta.url));

export interface WorkerProcess {
  readonly pid: number;
  /** What it has said. */
  readonly lines: readonly string[];
  /** Resolves when a line says this. */
  said(pattern: RegExp): Promise<void>;
  /** Resolves with its exit code, null after a signal. */
  signal(signal: "SIGKILL" | "SIGTERM" | "SIGSTOP" | "SIGCONT"): void;
  readonly exited: Promise<number | null>;
}

/** One note of an objective: a trial began or ended in a process. */
export interface Note {
  readonly what: "begin" | "end";
  readonly number: number;
  readonly pid: number;
}

export interface Farm {
  readonly workers: readonly WorkerProcess[];
  /** Starts a worker process; resolves when it listens. */
  start(options?: Partial<RedisWorkerOptions>): Promise<WorkerProcess>;
  notes(): readonly Note[];
  /** Lets the trial end that an objective holds back. */
  open(): void;
  /** Kills what runs and removes the notes. */
  remove(): Promise<void>;
}

export function createFarm(url: string, common: Partial<RedisWorkerOptions> = {}): Farm {
  const folder = mkdtempSync(join(tmpdir(), "torchlet-farm-"));
  const file = join(folder, "notes");
  const workers: WorkerProcess[] = [];
  const children: ChildProcess[] = [];

  async function start(options: Partial<RedisWorkerOptions> = {}): Promise<WorkerProcess> {
    const all = { url, modules: [objectives], ...common, ...options };
    const child = spawn(process.execPath, [program, JSON.stringify(all)], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, TRIAL_NOTES: file, TORCHLET_LANG: "en" },
    });
    children.push(child);
    const lines: string[] = [];
    const waiting = new Set<() => void>();
    for (const stream of [child.stdout!, child.stderr!]) {
      stream.setEncoding("utf8");
      let rest = "";
      stream.on("data", (text: string) => {
        const parts = (rest + text).split("\n");
        rest = parts.pop()!;
        lines.push(...parts);
        for (const look of [...waiting]) look();
      });
    }
    const exited = once(child, "exit").then(([code]) => code as number | null);
    const worker: WorkerProcess = {
      pid: child.pid!,
      lines,
      exited,
      signal: (signal) => void child.kill(signal),
      said: (pattern) =>
        new Promise((resolve, reject) => {
          const look = () => {
            if (!lines.some((line) => pattern.test(line))) return;
            waiting.delete(look);
            resolve();
          };
          waiting.add(look);
          void exited.then(() => reject(new Error(`ended without saying ${pattern}:\n${lines.join("\n")}`)));
          look();
        }),
    };
    // Who ends before anybody asks is no error.
    workers.push(worker);
    await worker.said(/^listening$/);
    return worker;
  }

  return {
    workers,
    start,
    notes() {
      if (!existsSync(file)) return [];
      // A killed process may leave half a line.
      return readFileSync(file, "utf8")
        .split("\n")
        .map((line) => line.split(" "))
        .filter((words) => words.length === 3)
        .map(([what, number, pid]) => ({ what: what as Note["what"], number: Number(number), pid: Number(pid) }));
    },
    open: () => writeFileSync(`${file}.open`, ""),
    async remove() {
      for (const child of children) {
        if (child.exitCode !== null || child.signalCode !== null) continue;
        const exited = once(child, "exit");
        child.kill("SIGKILL");
        await exited;
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
