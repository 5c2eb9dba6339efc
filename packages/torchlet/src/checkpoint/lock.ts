// One program a folder: lock files that tell who holds it, and whether that process still lives. Node only.
//
// Every process makes a file of its own and then looks for others. Of two that come at the same time at least one sees the
// other; a file's name belongs to one process forever, so that removing a dead one's never hits another.
import { DataError, EngineError } from "../errors/index.js";
import type { FileSystem } from "./file-system.js";

/** A lock of another machine, which cannot be asked whether the process lives, holds for so long after its last sign of life. */
const PATIENCE_MS = 10 * 60_000;

const PATTERN = /^[.]lock-([0-9a-f]{8})-([0-9]+)-([0-9]+)$/;

const HELD = Symbol.for("torchlet.checkpoint.locks");

/** The locks of this process, whichever copies of torchlet it has loaded. They go when it ends. */
function heldLocks(): Set<string> {
  const shared = globalThis as { [HELD]?: Set<string> };
  if (shared[HELD] === undefined) {
    const held = new Set<string>();
    shared[HELD] = held;
    process.on("exit", () => {
      for (const path of held) nodeModule("node:fs").rmSync(path, { force: true });
    });
  }
  return shared[HELD];
}

/** A Node module by name. */
export function nodeModule<K extends "node:fs" | "node:fs/promises" | "node:os" | "node:path">(
  name: K,
): NonNullable<ReturnType<typeof process.getBuiltinModule<K>>> {
  if (typeof process !== "undefined" && typeof process.getBuiltinModule === "function") {
    return process.getBuiltinModule(name)!;
  }
  throw new EngineError("no-files", {
    path: "torch.checkpoint",
    rule: { en: "there are no files in a page", zh: "网页中没有文件系统" },
    hint: { en: "use a MemoryStore and keep its bytes", zh: "请使用 MemoryStore 并自行保存其字节" },
  });
}

/** When a process started, in the kernel's ticks; 0 where the system does not tell, null where there is no such process. */
function startOf(pid: number): number | null {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it lives, and belongs to someone else.
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return null;
  }
  try {
    const stat = nodeModule("node:fs").readFileSync(`/proc/${pid}/stat`, "latin1");
    // The name in parentheses may hold anything; what follows it is numbers: the state is the third field, this the 22nd.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" || fields[0] === "X" ? null : Number(fields[19]);
  } catch {
    return 0;
  }
}

/** 8 hexadecimal digits for a machine's name. */
function hostCode(): string {
  let hash = 2166136261;
  for (const byte of new TextEncoder().encode(nodeModule("node:os").hostname()))
    hash = Math.imul(hash ^ byte, 16777619);
  return (hash >>> 0).toString(16).padStart(8, "0");
}

/** A folder that this process holds. */
export class FolderLock {
  private constructor(
    private readonly fs: FileSystem,
    private readonly path: string,
  ) {}

  /** @throws DataError `checkpoint-locked` where another program holds the folder */
  static async take(fs: FileSystem, folder: string): Promise<FolderLock> {
    const { join } = nodeModule("node:path");
    const host = hostCode();
    const start = startOf(process.pid) ?? 0;
    const own = `.lock-${host}-${process.pid}-${start}`;
    const path = join(folder, own);
    const held = heldLocks();
    if (held.has(path)) throw locked(folder, process.pid, path);
    held.add(path);
    const lock = new FolderLock(fs, path);
    try {
      await (await fs.open(path, "wx")).close();
    } catch (error) {
      held.delete(path);
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") {
        await fs.rm(path, { force: true }).catch(() => {});
        throw error;
      }
      // Another thread of this process has it; or, where start times are unknown, a dead process of the same number had it.
      if (start !== 0) throw locked(folder, process.pid, path);
      held.add(path);
    }
    try {
      for (const name of await fs.readdir(folder)) {
        const match = PATTERN.exec(name);
        if (match === null || name === own) continue;
        const other = join(folder, name);
        if (await isAlive(fs, other, match, host)) throw locked(folder, Number(match[2]), other);
        await fs.rm(other, { force: true });
      }
    } catch (error) {
      await lock.release();
      throw error;
    }
    return lock;
  }

  /** A sign of life for other machines. */
  async touch(): Promise<void> {
    const now = new Date();
    await this.fs.utimes(this.path, now, now);
  }

  async release(): Promise<void> {
    heldLocks().delete(this.path);
    await this.fs.rm(this.path, { force: true }).catch(() => {});
  }
}

async function isAlive(fs: FileSystem, path: string, match: RegExpExecArray, host: string): Promise<boolean> {
  const [, theirHost, pid, start] = match;
  if (theirHost === host) {
    const now = startOf(Number(pid));
    return now !== null && (now === 0 || Number(start) === 0 || now === Number(start));
  }
  try {
    return Date.now() - (await fs.stat(path)).mtimeMs < PATIENCE_MS;
  } catch {
    return false;
  }
}

function locked(folder: string, pid: number, path: string): DataError {
  return new DataError("checkpoint-locked", {
    path: folder,
    rule: {
      en: `process ${pid} keeps its checkpoints in this folder`,
      zh: `进程 ${pid} 正在使用此文件夹保存检查点`,
    },
    received: path,
    hint: {
      en: `use another folder, or wait until it ends; where it ran on another machine and is dead, remove ${path}`,
      zh: `请换一个文件夹，或等待其结束；若它运行在另一台机器上且已终止，请删除 ${path}`,
    },
  });
}
