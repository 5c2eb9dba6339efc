// Who is gone: known at once where it can be known, never said of a worker that may live.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { lossDetector } from "../../src/node/open-study.js";
import { lifeOf, workerName } from "../../src/node/worker-identity.js";

const isLinux = existsSync("/proc/self/stat");

/** The name of a worker of this process with some fields changed. */
function changed(changes: Readonly<Record<number, string>>): string {
  return workerName()
    .split("/")
    .map((field, i) => changes[i] ?? field)
    .join("/");
}

const unknown = { state: "unknown" };

describe("a worker's name", () => {
  test("is its own, and says nothing of this process", () => {
    expect(workerName()).not.toBe(workerName());
    expect(lifeOf(workerName())).toEqual(unknown);
  });

  test("of another process tells whether that lives, its end before anybody has asked for it included", async () => {
    // Says its number as Linux gives it, then stays until its input ends.
    const child = spawn(process.execPath, ["-e", "process.stdin.resume(); console.log(1)"]);
    await once(child.stdout, "data");
    const pid = child.pid!;
    const start = isLinux ? readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]!.split(" ")[19]! : "";
    const worker = changed({ 4: String(pid), 5: start });
    expect(lifeOf(worker)).toEqual(isLinux ? { state: "alive" } : unknown);
    expect(lossDetector(60)({ claim: "", number: 0, worker, silence: 3600 }) === null).toBe(isLinux);
    child.stdin.end();
    await once(child, "exit");
    expect(lifeOf(worker)).toEqual({ state: "gone", reason: `process ${pid} is gone` });
    expect(lossDetector(60)({ claim: "", number: 0, worker, silence: 0 })).toBe(`process ${pid} is gone`);
  });

  test.skipIf(!isLinux)("of an earlier process with the same number tells that it is gone", () => {
    expect(lifeOf(changed({ 5: "1" }))).toEqual({ state: "gone", reason: `process ${process.pid} is gone` });
  });

  test.skipIf(!isLinux)("of an earlier start of this machine tells so", () => {
    expect(lifeOf(changed({ 2: "00000000" }))).toEqual({ state: "gone", reason: "the machine was started anew" });
  });

  test("of another machine, another container or another kind tells nothing: then silence decides", () => {
    const dead = { 4: "999999999", 5: "1" };
    for (const worker of [changed({ ...dead, 0: "elsewhere" }), changed({ ...dead, 1: "0" }), "someone", ""]) {
      expect(lifeOf(worker)).toEqual(unknown);
      expect(lossDetector(5)({ claim: "", number: 0, worker, silence: 4 })).toBeNull();
      expect(lossDetector(5)({ claim: "", number: 0, worker, silence: 6 })).toBe("no sign of life for 6 s");
    }
    if (isLinux) expect(lifeOf(changed({ ...dead, 3: "1" }))).toEqual(unknown);
  });
});
