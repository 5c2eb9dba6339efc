// Who is gone: known at once where it can be known, never said of a worker that may live.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { lossOf, workerName } from "../../src/node/worker-identity.js";

const isLinux = existsSync("/proc/self/stat");

/** The name of a worker of this process with some fields changed. */
function changed(changes: Readonly<Record<number, string>>): string {
  return workerName()
    .split("/")
    .map((field, i) => changes[i] ?? field)
    .join("/");
}

describe("a worker's name", () => {
  test("is its own, and says nothing against a process that runs", () => {
    expect(workerName()).not.toBe(workerName());
    expect(lossOf(workerName())).toBeNull();
  });

  test("of a process that ended tells that it did", async () => {
    const child = spawn(process.execPath, ["-e", ""]);
    const pid = child.pid!;
    await once(child, "exit");
    expect(lossOf(changed({ 4: String(pid), 5: "1" }))).toBe(`process ${pid} is gone`);
  });

  test.skipIf(!isLinux)("of an earlier process with the same number tells that it is gone", () => {
    expect(lossOf(changed({ 5: "1" }))).toBe(`process ${process.pid} is gone`);
  });

  test.skipIf(!isLinux)("of an earlier start of this machine tells so", () => {
    expect(lossOf(changed({ 2: "00000000" }))).toBe("the machine was started anew");
  });

  test("of another machine, another container or another kind tells nothing", () => {
    const dead = { 4: "999999999", 5: "1" };
    for (const worker of [changed({ ...dead, 0: "elsewhere" }), changed({ ...dead, 1: "0" }), "someone", ""]) {
      expect(lossOf(worker)).toBeNull();
    }
    if (isLinux) expect(lossOf(changed({ ...dead, 3: "1" }))).toBeNull();
  });
});
