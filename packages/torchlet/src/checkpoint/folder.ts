// Checkpoints as files of a folder: `step-000001200.safetensors`, each there whole or not at all. Node only.
import { DataError, ValueError } from "../errors/index.js";
import { type FileSystem, writeWhole } from "./file-system.js";
import { FolderLock, nodeModule } from "./lock.js";
import type { CheckpointStore } from "./store.js";

const PATTERN = /^step-([0-9]+)[.]safetensors$/;
const TEMPORARY = /^step-[0-9]+[.]safetensors[.][0-9]+[.]tmp$/;

/**
 * Checkpoints in a folder, which is made where it is missing.
 *
 * One program a time: a second one is refused while the first lives. Temporary files and locks of processes that were
 * killed are removed when the folder is opened.
 *
 * @example
 * const store = new torch.checkpoint.FolderStore("runs/mlp/checkpoints");
 */
export class FolderStore implements CheckpointStore {
  /** The folder's whole path. */
  readonly folder: string;
  private readonly fs: FileSystem;
  private lock: FolderLock | null = null;

  /** @param options.fs @internal */
  constructor(folder: string, options: { readonly fs?: FileSystem } = {}) {
    if (typeof folder !== "string" || folder === "") {
      throw new ValueError("checkpoint-folder", {
        path: "FolderStore",
        rule: { en: "a folder's path is needed", zh: "需要文件夹的路径" },
        received: folder,
      });
    }
    this.folder = nodeModule("node:path").resolve(folder);
    this.fs = options.fs ?? (nodeModule("node:fs/promises") as FileSystem);
  }

  /** @throws DataError where the folder cannot be made or read, or another program holds it */
  async open(): Promise<void> {
    if (this.lock !== null) return;
    await this.attempt(this.folder, async () => {
      await this.fs.mkdir(this.folder, { recursive: true });
      const lock = await FolderLock.take(this.fs, this.folder);
      try {
        for (const name of await this.fs.readdir(this.folder)) {
          if (TEMPORARY.test(name)) await this.fs.rm(this.join(name), { force: true });
        }
      } catch (error) {
        await lock.release();
        throw error;
      }
      this.lock = lock;
    });
  }

  async list(): Promise<number[]> {
    const names = await this.attempt(this.folder, () => this.fs.readdir(this.folder));
    return names.flatMap((name) => {
      const match = PATTERN.exec(name);
      const step = match === null ? -1 : Number(match[1]);
      return step >= 0 && this.describe(step) === this.join(name) ? [step] : [];
    });
  }

  async read(step: number): Promise<Uint8Array> {
    return this.readFile(this.describe(step));
  }

  /** @internal Any file. */
  async readFile(path: string): Promise<Uint8Array> {
    return this.attempt(path, () => this.fs.readFile(path));
  }

  async write(step: number, bytes: Uint8Array): Promise<void> {
    const path = this.describe(step);
    await this.attempt(path, () => writeWhole(this.fs, this.folder, path, `${path}.${process.pid}.tmp`, bytes));
    await this.lock?.touch().catch(() => {});
  }

  async remove(step: number): Promise<void> {
    const path = this.describe(step);
    await this.attempt(path, () => this.fs.rm(path, { force: true }));
  }

  async close(): Promise<void> {
    const { lock } = this;
    this.lock = null;
    await lock?.release();
  }

  describe(step: number): string {
    return this.join(`step-${`${step}`.padStart(9, "0")}.safetensors`);
  }

  private join(name: string): string {
    return nodeModule("node:path").join(this.folder, name);
  }

  /** Errors of the system as data. */
  private async attempt<T>(path: string, body: () => Promise<T>): Promise<T> {
    try {
      return await body();
    } catch (error) {
      if (error instanceof DataError) throw error;
      const { code } = error as NodeJS.ErrnoException;
      const reason = error instanceof Error ? error.message : String(error);
      throw new DataError("checkpoint-file", {
        path,
        rule:
          code === "ENOSPC" || code === "EDQUOT"
            ? { en: "no space is left on the device", zh: "设备上没有剩余空间" }
            : { en: reason, zh: reason },
        received: code,
        cause: error,
      });
    }
  }
}
