// Damaged checkpoints: cut anywhere, changed anywhere, they are refused and nothing is touched; the one before is used.
import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";
import { bytesOf, makeRun, rejectionOf, temporaryFolder, train } from "./support.js";

const { CheckpointManager, FolderStore, load, MemoryStore, toBytes } = torch.checkpoint;

/** A few hundred bytes. */
const small = () => toBytes(3, { w: torch.tensor([1.5, -2, 3]), note: "x" });

describe("a damaged checkpoint", () => {
  it("is refused, cut at any length", async () => {
    const bytes = await small();
    for (let length = 0; length < bytes.length; length++) {
      const error = await rejectionOf(load(bytes.slice(0, length)));
      expect(error.code, `${length}`).toBe("checkpoint-damaged");
    }
    for (const more of [1, 8, 100]) {
      const longer = new Uint8Array(bytes.length + more);
      longer.set(bytes);
      expect((await rejectionOf(load(longer))).code).toBe("checkpoint-damaged");
    }
  });

  it("is refused with any bit flipped", async () => {
    const bytes = await small();
    const wrong: string[] = [];
    for (let at = 0; at < bytes.length; at++) {
      // Every bit of the header's beginning, where the checksum does not reach; one of each byte further on.
      for (const bit of at < 120 ? [0, 1, 2, 3, 4, 5, 6, 7] : [at % 8]) {
        bytes[at]! ^= 1 << bit;
        const code = await load(bytes).then(
          () => "taken",
          (error: torch.TorchletError) => error.code,
        );
        if (code !== "checkpoint-damaged") wrong.push(`${at}.${bit}: ${code}`);
        bytes[at]! ^= 1 << bit;
      }
    }
    expect(wrong).toEqual([]);
    expect((await load(bytes)).step).toBe(3);
  });

  it("gives way to the one before, with a warning, and touches nothing", async () => {
    const store = new FolderStore(temporaryFolder());
    const run = makeRun();
    const first = new CheckpointManager({ store });
    const states: string[] = [];
    for (const stop of [2, 5, 8]) {
      train(run, 3, ({ step }) => step < stop);
      await first.save(run.step, run);
      states.push(await bytesOf(run));
    }
    await first.close();
    const [path5, path8] = [store.describe(5), store.describe(8)];
    const whole = readFileSync(path8);
    writeFileSync(path8, whole.subarray(0, whole.length / 2));
    const changed = readFileSync(path5);
    changed[changed.length - 100]! ^= 4;

    const warnings: torch.checkpoint.CheckpointWarning[] = [];
    const resume = async () => {
      warnings.length = 0;
      const again = makeRun();
      const manager = new CheckpointManager({ store, onWarning: (w) => warnings.push(w) });
      const found = await manager.restore(again);
      await manager.close();
      return { found, bytes: await bytesOf(again) };
    };
    let { found, bytes } = await resume();
    expect(found?.step).toBe(5);
    expect(found?.refused.map((e) => [e.code, e.path])).toEqual([["checkpoint-damaged", path8]]);
    expect(bytes).toBe(states[1]);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]!.text.en).toContain(`${path5} is used instead`);
    expect(warnings[0]!.text.zh).toContain("改用");

    writeFileSync(path5, changed);
    ({ found, bytes } = await resume());
    expect([found?.step, bytes === states[0]]).toEqual([2, true]);
    expect(warnings.map((w) => w.code)).toEqual(["checkpoint-refused", "checkpoint-refused"]);

    // Where none is good, that is an error: a run must not begin anew over what might be saved.
    writeFileSync(store.describe(2), new Uint8Array(0));
    const untouched = makeRun();
    const before = await bytesOf(untouched);
    const manager = new CheckpointManager({ store });
    const error = await rejectionOf(manager.restore(untouched));
    await manager.close();
    expect(error.code).toBe("checkpoint-none-fits");
    expect((error.received as torch.DataError[]).map((e) => e.path)).toEqual([path8, path5, store.describe(2)]);
    expect(await bytesOf(untouched)).toBe(before);
    expect(readFileSync(path5).equals(changed)).toBe(true);
  });

  it("does not count among those that are kept", async () => {
    const store = new MemoryStore();
    const manager = new CheckpointManager({ store, keep: 2 });
    for (const step of [1, 2]) await manager.save(step, { step });
    store.write(9, new Uint8Array(40));
    const again = new CheckpointManager({ store, keep: 2, onWarning: () => {} });
    expect((await again.restore({ step: 0 }))?.step).toBe(2);
    for (const step of [3, 4]) await again.save(step, { step });
    expect(store.list().sort()).toEqual([3, 4, 9]);
    // The run comes by: its own takes the damaged one's place.
    await again.save(9, { step: 9 });
    expect(store.list().sort()).toEqual([4, 9]);
    expect((await load(store.latest()!.bytes)).step).toBe(9);
  });
});
