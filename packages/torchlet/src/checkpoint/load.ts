// Reading checkpoints without taking part in the run: for evaluation, for other programs, in a page.
import { DataError } from "../errors/index.js";
import { defaultGenerator } from "../ops/random.js";
import { FolderStore } from "./folder.js";
import { imageOfState, readImage, seal } from "./image.js";
import { nodeModule } from "./lock.js";
import { valuesOf } from "./restore.js";

/** A checkpoint's content as values: a model is its state dict, an optimizer likewise. */
export interface LoadedCheckpoint {
  readonly step: number;
  readonly state: Record<string, unknown>;
}

/**
 * Reads a checkpoint and changes nothing: from its bytes or its file, or the latest good one of a folder (also while a run
 * writes there).
 *
 * @throws DataError where it is no checkpoint, or damaged
 *
 * @example
 * const { step, state } = await torch.checkpoint.load("runs/mlp");
 * net.loadStateDict(state.net as torch.nn.StateDict);
 */
export async function load(source: string | Uint8Array): Promise<LoadedCheckpoint> {
  if (typeof source !== "string") return loadBytes(source, "checkpoint");
  const fs = nodeModule("node:fs/promises");
  const isFolder = await fs.stat(source).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
  if (!isFolder) return loadBytes(await new FolderStore(".").readFile(source), source);
  const store = new FolderStore(source);
  const steps = (await store.list()).sort((a, b) => b - a);
  let first: unknown;
  if (steps.length === 0) throw nothingThere(source);
  for (const step of steps) {
    try {
      return await loadBytes(await store.read(step), store.describe(step));
    } catch (error) {
      first ??= error;
    }
  }
  throw first;
}

function nothingThere(path: string): DataError {
  return new DataError("checkpoint-missing", {
    path,
    rule: { en: "there are no checkpoints in this folder", zh: "此文件夹中没有检查点" },
  });
}

async function loadBytes(bytes: Uint8Array, path: string): Promise<LoadedCheckpoint> {
  const content = await readImage(bytes, path);
  const { state } = valuesOf(content, path) as { state: Record<string, unknown> };
  return { step: content.step, state };
}

/**
 * A checkpoint as bytes, for those who keep them themselves; `load` reads them, and so does a `MemoryStore`.
 *
 * @throws ValueError for what cannot be saved
 *
 * @example
 * const bytes = await torch.checkpoint.toBytes(step, { net, optimizer });
 */
export async function toBytes(step: number, state: object): Promise<Uint8Array> {
  const image = imageOfState(step, { state, random: defaultGenerator() });
  await seal(image);
  return image;
}
