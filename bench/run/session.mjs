// A measuring process: started once, asked several times over pipes, one JSON object a line.
import { spawn, spawnSync } from "node:child_process";
import { createInterface } from "node:readline";
import { mark } from "../harness/protocol.mjs";
import { benchFolder } from "./find.mjs";

const open = new Set();
process.on("exit", () => {
  for (const session of open) session.kill();
});

/** A process of one implementation. */
export class Session {
  #child;
  #waiting = null;
  #errors = "";

  constructor({ name, family, command, args, env = {} }) {
    this.name = name;
    this.family = family;
    this.#child = spawn(command, args, {
      cwd: benchFolder,
      env: { ...process.env, ...env },
      stdio: ["pipe", "pipe", "pipe"],
    });
    open.add(this);
    this.#child.stderr.on("data", (text) => {
      this.#errors = (this.#errors + text).slice(-2000);
    });
    createInterface({ input: this.#child.stdout }).on("line", (line) => {
      if (line.startsWith(mark)) this.#settle(JSON.parse(line.slice(mark.length)));
    });
    this.#child.on("error", (error) => this.#settle({ error: error.message }));
    this.#child.on("exit", (code, signal) => {
      open.delete(this);
      this.#settle({ error: `the process ended (${signal ?? code}): ${this.#errors.trim().split("\n").at(-1)}` });
    });
    // A process that is gone answers through its exit.
    this.#child.stdin.on("error", () => {});
  }

  get ended() {
    return !open.has(this);
  }

  #settle(answer) {
    const settle = this.#waiting;
    this.#waiting = null;
    settle?.(answer);
  }

  /** The answer to one request; `{ error }` where it fails, ends or takes longer than `seconds`. */
  ask(request, seconds = 120) {
    if (this.ended) return Promise.resolve({ error: "the process has ended" });
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.kill();
        this.#settle({ error: `no answer within ${seconds} s` });
      }, seconds * 1000);
      this.#waiting = (answer) => {
        clearTimeout(timer);
        resolve(answer);
      };
      this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    });
  }

  kill() {
    open.delete(this);
    this.#child.kill("SIGKILL");
  }
}

/** Runs `--cold` in a process of its own: milliseconds by its own clock, and from its start to its end. */
export function coldStart({ command, args, env = {} }) {
  const start = performance.now();
  const { status, stdout, stderr } = spawnSync(command, [...args, "--cold"], {
    cwd: benchFolder,
    env: { ...process.env, ...env },
    encoding: "utf8",
  });
  const outside = performance.now() - start;
  if (status !== 0) return { error: stderr.trim().split("\n").at(-1) };
  return { inside: Number(stdout.trim().split("\n").at(-1)), outside };
}
