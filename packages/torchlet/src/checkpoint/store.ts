// Where checkpoints are kept: the interface, and the store that keeps them in memory.
import { DataError } from "../errors/index.js";

/**
 * A place for checkpoints, each the bytes of one file under its step. Write one of your own to keep them elsewhere
 * (IndexedDB, the origin's private file system, a server).
 */
export interface CheckpointStore {
  /** Called once before everything else: takes the place for this program alone, and makes it ready. */
  open(): void | Promise<void>;
  /** The steps that there are checkpoints of, in any order. */
  list(): readonly number[] | Promise<readonly number[]>;
  read(step: number): Uint8Array | Promise<Uint8Array>;
  /** Keeps the bytes, whole or not at all; an earlier checkpoint of this step stays until then. The bytes are lent until this is done. */
  write(step: number, bytes: Uint8Array): void | Promise<void>;
  remove(step: number): void | Promise<void>;
  close(): void | Promise<void>;
  /** What a checkpoint is called in messages: its path. */
  describe(step: number): string;
}

/**
 * Checkpoints in memory: for pages that keep the bytes themselves, and for tests.
 *
 * @example
 * const store = new torch.checkpoint.MemoryStore();
 * const manager = new torch.checkpoint.CheckpointManager({ store });
 * await manager.save(1, { net, optimizer });
 * localFiles.put(store.latest()!.bytes);
 */
export class MemoryStore implements CheckpointStore {
  private readonly kept = new Map<number, Uint8Array>();

  /** @param entries checkpoints to begin with, as `entries()` gives them */
  constructor(entries: Iterable<readonly [step: number, bytes: Uint8Array]> = []) {
    for (const [step, bytes] of entries) this.kept.set(step, bytes);
  }

  /** All checkpoints with their steps, the oldest first. */
  entries(): [step: number, bytes: Uint8Array][] {
    return [...this.kept].sort(([a], [b]) => a - b);
  }

  /** The latest checkpoint, null where there is none. */
  latest(): { readonly step: number; readonly bytes: Uint8Array } | null {
    const last = this.entries().at(-1);
    return last === undefined ? null : { step: last[0], bytes: last[1] };
  }

  open(): void {}

  list(): number[] {
    return [...this.kept.keys()];
  }

  read(step: number): Uint8Array {
    const bytes = this.kept.get(step);
    if (bytes !== undefined) return bytes;
    throw new DataError("checkpoint-missing", {
      path: this.describe(step),
      rule: { en: "there is no such checkpoint", zh: "没有这个检查点" },
    });
  }

  write(step: number, bytes: Uint8Array): void {
    this.kept.set(step, bytes.slice());
  }

  remove(step: number): void {
    this.kept.delete(step);
  }

  close(): void {}

  describe(step: number): string {
    return `checkpoint ${step}`;
  }
}
