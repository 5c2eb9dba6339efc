// Stores and the manager: when a checkpoint is due, what is kept, full disks, folders that others hold.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import fs from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import * as torch from "../../src/index.js";
import { rejectionOf, temporaryFolder } from "./support.js";

const { CheckpointManager, FolderStore, load, MemoryStore } = torch.checkpoint;
type Warning = torch.checkpoint.CheckpointWarning;

afterEach(() => {
  vi.restoreAllMocks();
  torch.setLocale(null);
});

describe("CheckpointManager", () => {
  it("is due by steps", () => {
    const manager = new CheckpointManager({ store: new MemoryStore(), everySteps: 10 });
    expect([0, 9, 10, 11, 25].map((step) => manager.isDue(step))).toEqual([false, false, true, true, true]);
    void manager.save(25, {});
    expect([25, 29, 30, 41].map((step) => manager.isDue(step))).toEqual([false, false, true, true]);
  });

  it("is due by minutes of a clock that nobody sets", async () => {
    let now = 1e6;
    vi.spyOn(performance, "now").mockImplementation(() => now);
    vi.spyOn(Date, "now").mockImplementation(() => 1e12 - now);
    const manager = new CheckpointManager({ store: new MemoryStore(), everyMinutes: 2 });
    expect(manager.isDue(1)).toBe(false);
    now += 119_999;
    expect(manager.isDue(1)).toBe(false);
    now += 1;
    expect(manager.isDue(1)).toBe(true);
    await manager.save(1, {});
    expect(manager.isDue(2)).toBe(false);
    const usual = new CheckpointManager({ store: new MemoryStore() });
    now += 5 * 60_000;
    expect(usual.isDue(1)).toBe(true);
  });

  it("keeps the latest, and says what is the latest", async () => {
    const store = new MemoryStore();
    expect(store.latest()).toBeNull();
    const manager = new CheckpointManager({ store, keep: 2 });
    for (const step of [1, 2, 30, 4e9]) await manager.save(step, { step });
    expect(store.entries().map(([step]) => step)).toEqual([30, 4e9]);
    expect((await load(store.latest()!.bytes)).state).toEqual({ step: 4e9 });
    const copy = new MemoryStore(store.entries());
    const state = { step: 0 };
    expect(await new CheckpointManager({ store: copy }).restore(state)).toMatchObject({ step: 4e9, refused: [] });
    expect(state.step).toBe(4e9);
    expect(await new CheckpointManager({ store: new MemoryStore() }).restore(state)).toBeNull();
  });

  it("copies the state when save is called, not when it is written", async () => {
    const store = new MemoryStore();
    const manager = new CheckpointManager({ store, keep: Infinity });
    const state = { w: torch.zeros(1000), n: 0 };
    const saves: Promise<void>[] = [];
    for (; state.n < 5; state.n++) {
      saves.push(manager.save(state.n, state));
      state.w.add_(1);
    }
    await Promise.all(saves);
    for (const [step, bytes] of store.entries()) {
      const { w, n } = (await load(bytes)).state as { w: torch.Tensor; n: number };
      expect([n, w.min().item(), w.max().item()]).toEqual([step, step, step]);
    }
  });

  it("does not begin a run where an earlier one's checkpoints are, and does not go back", async () => {
    const store = new MemoryStore();
    const first = new CheckpointManager({ store });
    await first.save(7, { a: 1 });
    expect((await rejectionOf(first.save(6, {}))).code).toBe("checkpoint-step");
    await first.save(7, { a: 2 });
    const second = new CheckpointManager({ store, onError: "warn" });
    const error = await rejectionOf(second.save(1, { a: 3 }));
    expect([error.code, error.received]).toEqual(["checkpoint-store-used", [7]]);
    await second.restore({ a: 0 });
    expect((await rejectionOf(second.save(1, { a: 3 }))).code).toBe("checkpoint-step");
    expect((await load(store.latest()!.bytes)).state).toEqual({ a: 2 });
  });

  it.each<[string, object]>([
    ["keep", { keep: 0 }],
    ["everySteps", { everySteps: 1.5 }],
    ["everyMinutes", { everyMinutes: 0 }],
    ["onError", { onError: "ignore" }],
    ["store", { store: 5 }],
    ["store", { store: undefined }],
  ])("refuses a bad %s", (name, options) => {
    const make = () => new CheckpointManager({ store: new MemoryStore(), ...options } as never);
    expect(make).toThrow(new RegExp(`^CheckpointManager: ${name} must be`));
    torch.setLocale("zh");
    expect(make).toThrow(new RegExp(`^CheckpointManager: ${name} 必须是`));
  });

  it("refuses a state that is no plain object, and steps that are none", async () => {
    const manager = new CheckpointManager({ store: new MemoryStore() });
    expect((await rejectionOf(manager.save(1, [1]))).code).toBe("checkpoint-state");
    expect((await rejectionOf(manager.restore(new torch.nn.Linear(1, 1)))).code).toBe("checkpoint-state");
    for (const step of [-1, 0.5, Number.NaN]) {
      expect((await rejectionOf(manager.save(step, {}))).code).toBe("checkpoint-option");
    }
    expect(() => new FolderStore("")).toThrow(torch.ValueError);
  });
});

describe("FolderStore", () => {
  it("makes its folder, and clears away what dead processes left", async () => {
    const folder = join(temporaryFolder(), "deep", "checkpoints");
    mkdirSync(folder, { recursive: true });
    const left = [`step-000000003.safetensors.99999.tmp`, ".lock-00000000-99999-1"];
    for (const name of left) writeFileSync(join(folder, name), "half");
    // Another machine's lock, without a sign of life for an hour.
    utimesSync(join(folder, left[1]!), new Date(), new Date(Date.now() - 3_600_000));
    const others = ["notes.txt", "step-3.safetensors", "step-000000003.safetensors.tmp"];
    for (const name of others) writeFileSync(join(folder, name), "mine");
    const manager = new CheckpointManager({ store: folder });
    expect(await manager.restore({})).toBeNull();
    await manager.save(3, { a: 1 });
    await manager.close();
    expect(readdirSync(folder).sort()).toEqual([...others, "step-000000003.safetensors"].sort());
    expect((await load(folder)).state).toEqual({ a: 1 });
    expect((await load(join(folder, "step-000000003.safetensors"))).step).toBe(3);
  });

  it("belongs to one program a time", async () => {
    const folder = temporaryFolder();
    const first = new CheckpointManager({ store: folder });
    await first.save(1, { a: 1 });
    const second = new CheckpointManager({ store: `${folder}/.` });
    const error = await rejectionOf(second.restore({}));
    expect(error.code).toBe("checkpoint-locked");
    expect(error.rule.en).toBe(`process ${process.pid} keeps its checkpoints in this folder`);
    // Reading takes no part in it.
    expect((await load(folder)).step).toBe(1);
    await first.close();
    expect((await second.restore({}))?.step).toBe(1);
    await second.close();
    // A machine that cannot be asked, and has given a sign of life.
    writeFileSync(join(folder, ".lock-00000000-99999-1"), "");
    expect((await rejectionOf(second.restore({}))).code).toBe("checkpoint-locked");
    expect(readdirSync(folder).sort()).toEqual([".lock-00000000-99999-1", "step-000000001.safetensors"]);
  });

  it("says why a folder cannot be used", async () => {
    const file = join(temporaryFolder(), "file");
    writeFileSync(file, "x");
    const manager = new CheckpointManager({ store: join(file, "checkpoints") });
    expect(await rejectionOf(manager.restore({}))).toMatchObject({ code: "checkpoint-file", received: "ENOTDIR" });
    expect((await rejectionOf(manager.save(1, {}))).code).toBe("checkpoint-file");
    expect((await rejectionOf(load(join(file, "x")))).code).toBe("checkpoint-file");
    expect((await rejectionOf(load(temporaryFolder()))).code).toBe("checkpoint-missing");
  });
});

/** Files of which one operation fails, as on a full disk. */
function failing(at: number, half = true) {
  let operations = 0;
  const fail = () => {
    if (++operations === at) throw Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
  };
  const files = {
    ...fs,
    async open(path: string, flags: string) {
      fail();
      const file = await fs.open(path, flags);
      return {
        async write(bytes: Uint8Array, from: number, length: number) {
          // What fits is taken, the next piece is refused.
          const result = await file.write(bytes, from, half ? Math.ceil(length / 2) : length);
          fail();
          return result;
        },
        async sync() {
          // Flushing for real takes long, and shows nothing here.
          fail();
        },
        async close() {
          await file.close();
          fail();
        },
      };
    },
    async rename(from: string, to: string) {
      fail();
      await fs.rename(from, to);
    },
    async rm(path: string, options: { force: true }) {
      fail();
      await fs.rm(path, options);
    },
  };
  return { files: files as never, count: () => operations };
}

describe("a disk that is full", () => {
  const states = [1, 2, 3, 4].map((n) => ({ n, w: torch.full([50], n) }));

  it.each(["throw", "warn"] as const)("leaves earlier checkpoints whole, and nothing else (%s)", async (onError) => {
    const whole = failing(0);
    {
      const store = new FolderStore(temporaryFolder(), { fs: whole.files });
      const manager = new CheckpointManager({ store, keep: 2 });
      await manager.restore({});
      for (const state of states) await manager.save(state.n, state);
      await manager.close();
    }
    const failed = { errors: 0, warnings: 0 };
    // Every operation of the run fails once.
    for (let at = 1; at <= whole.count(); at++) {
      const folder = temporaryFolder();
      const warnings: Warning[] = [];
      const store = new FolderStore(folder, { fs: failing(at).files });
      const manager = new CheckpointManager({ store, keep: 2, onError, onWarning: (w) => warnings.push(w) });
      const saved: number[] = [];
      try {
        await manager.restore({});
      } catch {
        // The folder could not be taken: training has not begun.
        expect(readdirSync(folder)).toEqual([]);
        continue;
      }
      for (const state of states) {
        const before = warnings.length;
        try {
          await manager.save(state.n, state);
          if (warnings.slice(before).every(({ code }) => code !== "checkpoint-write")) saved.push(state.n);
        } catch (error) {
          expect(onError).toBe("throw");
          expect(error).toMatchObject({ code: "checkpoint-file", received: "ENOSPC" });
          expect((error as torch.DataError).rule).toEqual({
            en: "no space is left on the device",
            zh: "设备上没有剩余空间",
          });
          failed.errors++;
        }
        // Whatever is there is whole, and nothing that was saved is lost before it is old.
        const names = readdirSync(folder).filter((name) => !name.startsWith(".lock"));
        const steps = names.map((name) => Number(/^step-0*([0-9]+)[.]safetensors$/.exec(name)?.[1]));
        for (const name of names) await load(join(folder, name));
        for (const step of saved.slice(-2)) expect(steps).toContain(step);
      }
      await manager.close().catch(() => {});
      failed.warnings += warnings.length;
    }
    expect(onError === "throw" ? failed.errors : failed.warnings).toBeGreaterThan(20);
  });

  it("is told from a real limit on the size of files", async () => {
    if (process.platform === "win32") return;
    const folder = temporaryFolder();
    const script = join(folder, "limit.test-run.mjs");
    const dist = new URL("../../dist/index.js", import.meta.url).href;
    if (!existsSync(new URL(dist))) return;
    writeFileSync(
      script,
      `import * as torch from ${JSON.stringify(dist)};
      const manager = new torch.checkpoint.CheckpointManager({ store: process.argv[2], onError: "warn", onWarning: (w) => console.log(w.code) });
      await manager.save(1, { w: torch.ones(1000) });
      await manager.save(2, { w: torch.ones(100000) });
      await manager.save(3, { w: torch.ones(1000) });
      await manager.close();`,
    );
    const store = join(folder, "checkpoints");
    // 64 blocks of 512 or 1024 bytes; without the trap the system would end the process instead of refusing.
    const command = `trap '' XFSZ; ulimit -f 64; exec "$0" "$1" "$2"`;
    const out = execFileSync("bash", ["-c", command, process.execPath, script, store], { encoding: "utf8" });
    expect(out.trim().split("\n")).toEqual(["checkpoint-write"]);
    expect(readdirSync(store).sort()).toEqual(["step-000000001.safetensors", "step-000000003.safetensors"]);
    expect((await load(store)).step).toBe(3);
    expect(readFileSync(join(store, "step-000000001.safetensors")).length).toBeGreaterThan(4000);
  });
});

describe("onInterrupt", () => {
  it("aborts on the first signal, and leaves the second to the system", () => {
    const before = process.listenerCount("SIGINT");
    const { signal, dispose } = torch.checkpoint.onInterrupt(["SIGINT"]);
    expect([signal.aborted, process.listenerCount("SIGINT")]).toEqual([false, before + 1]);
    process.emit("SIGINT", "SIGINT");
    expect([signal.aborted, signal.reason, process.listenerCount("SIGINT")]).toEqual([true, "SIGINT", before]);
    const again = torch.checkpoint.onInterrupt();
    again.dispose();
    dispose();
    expect(process.listenerCount("SIGINT")).toBe(before);
  });
});
