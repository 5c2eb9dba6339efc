// The manager of a run's checkpoints: when one is due, writing and thinning them out, finding the latest good one.
import { DataError, localize, ValueError } from "../errors/index.js";
import { defaultGenerator } from "../ops/random.js";
import { FolderStore } from "./folder.js";
import { imageOfState, readImage, seal } from "./image.js";
import type { CheckpointWarning } from "./problems.js";
import { assign, restoreContent } from "./restore.js";
import type { CheckpointStore } from "./store.js";
import { isPlain } from "./tree.js";

/** Options of `CheckpointManager`. */
export interface CheckpointManagerOptions {
  /** Where checkpoints are kept: a folder's path (Node), or a store. */
  readonly store: string | CheckpointStore;
  /** So many of the latest are kept. Default: 3. */
  readonly keep?: number;
  /** One is due whenever so many steps have passed. */
  readonly everySteps?: number;
  /** One is due whenever so many minutes have passed. Default: 5 where `everySteps` is not given. */
  readonly everyMinutes?: number;
  /** Whether a checkpoint that cannot be written is an error, or a warning while training goes on. Default: "throw". */
  readonly onError?: "throw" | "warn";
  /** Takes warnings. Default: `console.warn`. */
  readonly onWarning?: (warning: CheckpointWarning) => void;
}

/** What was restored. */
export interface Restored {
  /** The step that it was saved with. */
  readonly step: number;
  /** What it is called: a file's path. */
  readonly path: string;
  /** Why later ones were not used, the latest first. */
  readonly refused: readonly DataError[];
}

/** Until then a checkpoint that is neither a number of steps nor of minutes apart is due. */
const DEFAULT_MINUTES = 5;

/**
 * Keeps a run's checkpoints.
 *
 * What is saved is one plain object: models, optimizers, schedules, loaders, generators and other objects with `stateDict` and
 * `loadStateDict`, tensors, typed arrays, and plain values, nested as you like. The default generator's state is always
 * saved with it. `restore` puts everything back into the same object.
 *
 * @throws ValueError for options without meaning
 *
 * @example
 * const state = { net, optimizer, scheduler, loader, epoch: 0, step: 0, losses: [] };
 * const checkpoints = new torch.checkpoint.CheckpointManager({ store: "runs/mlp", everySteps: 100 });
 * await checkpoints.restore(state);
 * for (; state.epoch < 10; state.epoch++) {
 *   for await (const [X, y] of loader) {
 *     state.losses.push(trainStep(X, y).item());
 *     state.step++;
 *     if (checkpoints.isDue(state.step)) await checkpoints.save(state.step, state);
 *   }
 *   scheduler.step();
 * }
 * await checkpoints.save(state.step, state);
 * await checkpoints.close();
 */
export class CheckpointManager {
  readonly store: CheckpointStore;
  readonly keep: number;
  readonly everySteps: number | null;
  readonly everyMinutes: number | null;
  private readonly onError: "throw" | "warn";
  private readonly onWarning: (warning: CheckpointWarning) => void;

  private isOpen = false;
  private restored = false;
  /** Good ones that are there. */
  private readonly known = new Set<number>();
  private lastStep = 0;
  private lastTime = performance.now();
  /** The latest step that was restored or saved: later ones follow it. */
  private reached = -1;
  /** Memory of images that are written: later ones take it. */
  private readonly spare: Uint8Array[] = [];
  private queue: Promise<void> = Promise.resolve();

  constructor(options: CheckpointManagerOptions) {
    const { store, keep = 3, everySteps, onError = "throw", onWarning } = options;
    const everyMinutes = options.everyMinutes ?? (everySteps === undefined ? DEFAULT_MINUTES : undefined);
    const natural = (value: number) => value === Infinity || (Number.isInteger(value) && value >= 1);
    check("keep", natural(keep), "a positive integer or Infinity", "正整数或 Infinity", keep);
    check("everySteps", everySteps === undefined || natural(everySteps), "a positive integer", "正整数", everySteps);
    check("everyMinutes", everyMinutes === undefined || everyMinutes > 0, "a positive number", "正数", everyMinutes);
    check("onError", onError === "throw" || onError === "warn", '"throw" or "warn"', '"throw" 或 "warn"', onError);
    const isStore = typeof store === "string" || (typeof store === "object" && typeof store?.write === "function");
    check("store", isStore, "a folder's path or a store", "文件夹路径或存储对象", store);
    this.store = typeof store === "string" ? new FolderStore(store) : store;
    this.keep = keep;
    this.everySteps = everySteps ?? null;
    this.everyMinutes = everyMinutes ?? null;
    this.onError = onError;
    this.onWarning = onWarning ?? ((warning) => console.warn(localize(warning.text)));
  }

  /** Whether enough steps or minutes have passed since the last checkpoint (or since the beginning). */
  isDue(step: number): boolean {
    const { everySteps, everyMinutes } = this;
    if (everySteps !== null && Math.floor(step / everySteps) > Math.floor(this.lastStep / everySteps)) return true;
    return everyMinutes !== null && performance.now() - this.lastTime >= everyMinutes * 60_000;
  }

  /**
   * Saves a state under its step.
   *
   * The state is copied before this returns; what the promise waits for is that the copy is written and flushed. Training may go
   * on meanwhile (then await the promise before the next save, or call `flush`).
   *
   * @throws ValueError for what cannot be saved, for a step before one that is there, and for a store with checkpoints of an
   *   earlier run that `restore` has not looked at
   * @throws DataError where it cannot be written, unless `onError` is "warn"; earlier checkpoints are whole then
   */
  async save(step: number, state: object): Promise<void> {
    check("step", Number.isSafeInteger(step) && step >= 0, "an integer of at least 0", "不小于 0 的整数", step);
    checkState("save", state);
    if (step < this.reached) throw stepBehind(step, this.reached);
    const image = imageOfState(step, { state, random: defaultGenerator() }, (bytes) => this.allocate(bytes));
    [this.reached, this.lastStep, this.lastTime] = [step, step, performance.now()];
    const done = this.queue.then(() => this.write(step, image));
    this.queue = done.catch(() => {});
    return done;
  }

  /**
   * Puts the latest good checkpoint into a state: its objects and tensors take what was saved, its other entries are replaced.
   * Later ones that are damaged, foreign or of a newer format are told of in warnings. Does nothing where there are none.
   *
   * @returns which one was used, null where there are none
   * @throws DataError `checkpoint-none-fits` where there are some, but none can be used; nothing is changed then
   */
  async restore(state: object): Promise<Restored | null> {
    checkState("restore", state);
    await this.open();
    this.restored = true;
    const steps = [...(await this.store.list())].sort((a, b) => b - a);
    const refused: DataError[] = [];
    for (const step of steps) {
      try {
        const path = this.store.describe(step);
        const content = await readImage(await this.store.read(step), path);
        const own = { state, random: defaultGenerator() };
        assign(state, (restoreContent(content, own, path) as { state: object }).state);
        for (const good of steps.slice(refused.length)) this.known.add(good);
        [this.reached, this.lastStep, this.lastTime] = [content.step, content.step, performance.now()];
        for (const error of refused) this.warnRefused(error, path);
        return { step: content.step, path, refused };
      } catch (error) {
        if (!(error instanceof DataError)) throw error;
        refused.push(error);
      }
    }
    if (refused.length > 0) throw noneFits(refused);
    return null;
  }

  /**
   * Begins a run that continues none.
   *
   * @throws ValueError where there are checkpoints of an earlier run
   */
  async begin(): Promise<void> {
    await this.open();
    await this.refuseUsed();
  }

  /** Waits until everything that was saved is written. */
  async flush(): Promise<void> {
    await this.queue;
  }

  /** Waits for what is being written, and leaves the place to other programs. */
  async close(): Promise<void> {
    await this.queue;
    this.spare.length = 0;
    this.isOpen = false;
    await this.store.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  private async open(): Promise<void> {
    if (this.isOpen) return;
    await this.store.open();
    this.isOpen = true;
  }

  private async write(step: number, image: Uint8Array): Promise<void> {
    try {
      await seal(image);
      await this.open();
      if (!this.restored) await this.refuseUsed();
      await this.store.write(step, image);
      this.known.add(step);
      await this.thinOut();
    } catch (error) {
      if (this.onError === "throw" || !(error instanceof DataError)) throw error;
      this.onWarning({
        code: "checkpoint-write",
        text: {
          en: `the checkpoint of step ${step} was not written, training goes on: ${error.message}`,
          zh: `第 ${step} 步的检查点未能写入，训练继续：${error.message}`,
        },
        cause: error,
      });
    } finally {
      this.release(image);
    }
  }

  /** A new run must not mix with an earlier one, whose checkpoints would be taken for its own. */
  private async refuseUsed(): Promise<void> {
    const steps = await this.store.list();
    if (steps.length === 0) {
      this.restored = true;
      return;
    }
    const path = this.store.describe(Math.max(...steps));
    throw new ValueError("checkpoint-store-used", {
      path: "CheckpointManager",
      rule: {
        en: `there are checkpoints of an earlier run already (${path})`,
        zh: `已存在先前运行的检查点（${path}）`,
      },
      received: [...steps],
      hint: {
        en: "call restore first to continue that run, or use another folder",
        zh: "请先调用 restore 以继续该运行，或换一个文件夹",
      },
    });
  }

  private async thinOut(): Promise<void> {
    const steps = [...this.known].sort((a, b) => a - b);
    for (const step of steps.slice(0, Math.max(0, steps.length - this.keep))) {
      this.known.delete(step);
      try {
        await this.store.remove(step);
      } catch (error) {
        const path = this.store.describe(step);
        this.onWarning({
          code: "checkpoint-remove",
          text: { en: `${path} could not be removed`, zh: `无法删除 ${path}` },
          cause: error,
        });
      }
    }
  }

  private warnRefused(error: DataError, used: string): void {
    this.onWarning({
      code: "checkpoint-refused",
      text: { en: `${error.message}; ${used} is used instead`, zh: `${error.message}；改用 ${used}` },
      cause: error,
    });
  }

  private allocate(bytes: number): Uint8Array {
    const at = this.spare.findIndex((memory) => memory.length >= bytes);
    // A little more than is needed: histories grow.
    return at === -1 ? new Uint8Array(bytes + (bytes >> 4)) : this.spare.splice(at, 1)[0]!;
  }

  private release(image: Uint8Array): void {
    this.spare.length = 0;
    this.spare.push(new Uint8Array(image.buffer));
  }
}

function check(name: string, holds: boolean, en: string, zh: string, received: unknown): void {
  if (holds) return;
  throw new ValueError("checkpoint-option", {
    path: "CheckpointManager",
    rule: {
      en: `${name} must be ${en}, got ${String(received)}`,
      zh: `${name} 必须是${zh}，得到的是 ${String(received)}`,
    },
    received,
  });
}

function checkState(who: string, state: unknown): void {
  if (isPlain(state)) return;
  throw new ValueError("checkpoint-state", {
    path: `CheckpointManager.${who}`,
    rule: { en: "the state must be a plain object", zh: "状态必须是普通对象" },
    received: typeof state,
    hint: { en: "name its parts: { net, optimizer, epoch }", zh: "请为各部分命名：{ net, optimizer, epoch }" },
  });
}

function stepBehind(step: number, reached: number): ValueError {
  return new ValueError("checkpoint-step", {
    path: "CheckpointManager.save",
    rule: {
      en: `step ${step} comes after step ${reached}, which was saved or restored already`,
      zh: `第 ${step} 步晚于已保存或恢复的第 ${reached} 步`,
    },
    expected: reached,
    received: step,
    hint: { en: "count on from the step that restore returned", zh: "请从 restore 返回的步数继续计数" },
  });
}

function noneFits(refused: readonly DataError[]): DataError {
  const list = refused.map((error) => error.message);
  return new DataError("checkpoint-none-fits", {
    path: "CheckpointManager.restore",
    rule: {
      en: `none of ${refused.length} checkpoints can be used: ${list.join("; ")}`,
      zh: `${refused.length} 个检查点均无法使用：${list.join("；")}`,
    },
    received: refused,
    hint: {
      en: "use another folder to begin anew; nothing was changed or removed",
      zh: "若要重新开始，请换一个文件夹；没有任何内容被更改或删除",
    },
  });
}
