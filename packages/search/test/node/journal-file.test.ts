// Journals: what is written is read, by whomever; what was cut short is passed over, what is damaged is refused.
import { appendFileSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DataError } from "torchlet";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { StudyEvent } from "../../src/core/events.js";
import { JournalFile } from "../../src/node/journal-file.js";
import { mountSmallDisk } from "./support/small-disk.js";

let folder = "";
let files = 0;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "torchlet-journal-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const newPath = () => join(folder, `${files++}.jsonl`);

const report = (step: number, value = step / 3): StudyEvent => ({ type: "reported", claim: "c", step, value });
const finish = (claim: string, value: number): StudyEvent => ({
  type: "finished",
  claim,
  state: "complete",
  values: [value],
  at: 1,
});

async function codeOf(action: () => Promise<unknown>): Promise<string> {
  try {
    await action();
  } catch (error) {
    if (error instanceof DataError) return error.code;
    throw error;
  }
  return "none";
}

async function readAll(path: string): Promise<readonly StudyEvent[]> {
  const log = JournalFile.open(path, { readOnly: true });
  try {
    return await log.read();
  } finally {
    await log.close();
  }
}

describe("reading and writing", () => {
  test("several writers see the same events in the same order, each once", async () => {
    const path = newPath();
    const [a, b] = [JournalFile.open(path), JournalFile.open(path)];
    await a.append([report(0), report(1)]);
    expect(await b.read()).toEqual([report(0), report(1)]);
    await b.append([finish("x", Number.NaN)]);
    await a.append([report(2, Number.POSITIVE_INFINITY)]);
    const rest = [finish("x", Number.NaN), report(2, Number.POSITIVE_INFINITY)];
    expect(await b.read()).toEqual(rest);
    expect(await b.read()).toEqual([]);
    expect(await a.read()).toEqual([report(0), report(1), ...rest]);
    await a.append([]);
    expect(await b.read()).toEqual([]);
    await Promise.all([a.close(), b.close(), b.close()]);
    expect(await codeOf(() => a.append([report(3)]))).toBe("journal-closed");
    expect(await codeOf(() => a.read())).toBe("journal-closed");
  });

  test("each line that is not empty is JSON with its events", async () => {
    const path = newPath();
    const log = JournalFile.open(path);
    await log.append([report(0), report(1)]);
    await log.append([report(2)]);
    await log.close();
    const lines = readFileSync(path, "utf8").split("\n").filter(Boolean);
    expect(lines.map((line) => JSON.parse(line).events)).toEqual([[report(0), report(1)], [report(2)]]);
  });

  test("wait ends when another has written, at once when there is something, and by itself", async () => {
    const path = newPath();
    const [a, b] = [JournalFile.open(path), JournalFile.open(path)];
    await a.wait(1);
    const waiting = a.wait(30_000);
    await b.append([report(0)]);
    await waiting;
    await a.wait(30_000);
    expect(await a.read()).toEqual([report(0)]);
    const endless = a.wait(30_000);
    await a.close();
    await endless;
    await b.close();
  });

  test("an editor's line feed at the end, and Windows' line ends, do no harm", async () => {
    const path = newPath();
    const log = JournalFile.open(path);
    await log.append([report(0)]);
    appendFileSync(path, "\r\n\n");
    await log.append([report(1)]);
    expect(await log.read()).toEqual([report(0), report(1)]);
    await log.close();
  });
});

describe("a journal that was cut short", () => {
  const batches = [[report(0)], [report(1, Number.NaN), finish("文", -0)], [report(2)]];

  test("at any length it holds a prefix of the events, whole batches of them, and others go on behind it", async () => {
    const whole = newPath();
    const log = JournalFile.open(whole);
    for (const batch of batches) await log.append(batch);
    await log.close();
    const bytes = readFileSync(whole);
    const path = newPath();
    const lengths = new Set<number>();
    for (let length = 0; length <= bytes.length; length++) {
      writeFileSync(path, bytes.subarray(0, length));
      const kept = await readAll(path);
      const count = batches.findIndex((_, i) => batches.slice(0, i).flat().length === kept.length);
      lengths.add(kept.length);
      expect(kept).toEqual(batches.slice(0, count < 0 ? batches.length : count).flat());
      const next = JournalFile.open(path);
      await next.append([report(9)]);
      expect(await next.read()).toEqual([...kept, report(9)]);
      await next.append([report(10)]);
      expect(await next.read()).toEqual([report(10)]);
      await next.close();
    }
    expect([...lengths]).toEqual([0, 1, 3, 4]);
  });

  test("zeros at the end, as a power failure leaves them, are passed over", async () => {
    const path = newPath();
    const log = JournalFile.open(path);
    await log.append([report(0)]);
    appendFileSync(path, Buffer.alloc(200));
    expect(await log.read()).toEqual([report(0)]);
    await log.append([report(1)]);
    expect(await log.read()).toEqual([report(1)]);
    await log.close();
    expect(await readAll(path)).toEqual([report(0), report(1)]);
  });

  test("a reader that has seen half of a line reads the whole later", async () => {
    const [whole, path] = [newPath(), newPath()];
    const log = JournalFile.open(whole);
    await log.append([report(0)]);
    await log.close();
    const bytes = readFileSync(whole);
    writeFileSync(path, bytes.subarray(0, 90));
    const reader = JournalFile.open(path);
    expect(await reader.read()).toEqual([]);
    appendFileSync(path, bytes.subarray(90));
    expect(await reader.read()).toEqual([report(0)]);
    await reader.close();
  });
});

describe("a journal that was damaged", () => {
  async function journal(): Promise<{ path: string; bytes: Buffer }> {
    const path = newPath();
    const [a, b] = [JournalFile.open(path), JournalFile.open(path)];
    await a.append([report(0)]);
    await b.append([finish("x", 1.5)]);
    await a.append([report(1)]);
    await b.append([report(2)]);
    await Promise.all([a.close(), b.close()]);
    return { path, bytes: readFileSync(path) };
  }

  test("any bit that flipped in it is found", async () => {
    const { path, bytes } = await journal();
    const codes = new Set<string>();
    for (let i = 0; i < bytes.length; i++) {
      const flipped = Buffer.from(bytes);
      flipped[i]! ^= 1 << (i % 7);
      writeFileSync(path, flipped);
      codes.add(await codeOf(() => readAll(path)));
    }
    expect([...codes].sort()).toEqual(["journal-damaged", "journal-foreign", "journal-newer"]);
  });

  test("the line is named, and what to do", async () => {
    const { path } = await journal();
    const lines = readFileSync(path, "utf8").split("\n");
    lines[2] = lines[2]!.replace("1.5", "2.5");
    writeFileSync(path, lines.join("\n"));
    await expect(readAll(path)).rejects.toThrow(`${path}: line 3 is damaged (its checksum is wrong)`);
    await expect(readAll(path)).rejects.toThrow(`head -n 2 ${path} > NEW`);
    const log = JournalFile.open(path);
    await expect(log.read()).rejects.toThrow("line 3");
    expect(await codeOf(() => log.append([report(3)]))).toBe("journal-damaged");
    await log.close();
    expect(readFileSync(path, "utf8")).toBe(lines.join("\n"));
  });

  test("a line that was taken out or doubled is found", async () => {
    const { path } = await journal();
    const lines = readFileSync(path, "utf8").split("\n");
    writeFileSync(path, [lines[0], lines[2], lines[3], lines[4]].join("\n"));
    await expect(readAll(path)).rejects.toThrow("missing before it");
    writeFileSync(path, [...lines, lines[4]].join("\n"));
    await expect(readAll(path)).rejects.toThrow("line 6 stands in the file twice");
  });

  test("foreign and newer files are refused and left as they are", async () => {
    for (const [text, code] of [
      ["number,value\n0,1\n", "journal-foreign"],
      ['{"loss":1}\n', "journal-foreign"],
      ["x", "journal-foreign"],
      ['\n{"study":2,"data":[]}', "journal-newer"],
    ] as const) {
      const path = newPath();
      writeFileSync(path, text);
      for (const action of ["read", "append"] as const) {
        const log = JournalFile.open(path);
        expect(await codeOf(() => (action === "read" ? log.read() : log.append([report(0)])))).toBe(code);
        await log.close();
      }
      expect(readFileSync(path, "utf8")).toBe(text);
    }
  });

  test("a file that vanished, was replaced or became shorter under an open journal is not written to", async () => {
    const changes: ((path: string) => void)[] = [
      (path) => rmSync(path),
      (path) => {
        writeFileSync(`${path}.new`, "");
        renameSync(`${path}.new`, path);
      },
      (path) => writeFileSync(path, ""),
    ];
    for (const change of changes) {
      const path = newPath();
      const log = JournalFile.open(path);
      await log.append([report(0)]);
      await log.read();
      change(path);
      expect(await codeOf(() => log.append([report(1)]))).toBe("journal-replaced");
      expect(await codeOf(() => log.read())).toBe("journal-replaced");
      await log.close();
    }
  });

  test("a folder that is not there", () => {
    expect(() => JournalFile.open(join(folder, "nowhere", "a.jsonl"))).toThrow("cannot be opened");
    expect(() => JournalFile.open(newPath(), { readOnly: true })).toThrow(DataError);
  });
});

describe("a full disk", () => {
  test.skipIf(process.platform !== "linux")("nothing is appended, and that is said", async () => {
    const log = JournalFile.open("/dev/full");
    await expect(log.append([report(0)])).rejects.toThrow(/could not be written \(ENOSPC/);
    await log.close();
  });

  test("what fits is kept, what does not is not half there, and room makes it go on", async ({ skip }) => {
    const disk = join(folder, "disk");
    const unmount = mountSmallDisk(disk, "16k");
    if (unmount === null) return skip("no small file system can be made here");
    try {
      writeFileSync(join(disk, "other"), Buffer.alloc(4096));
      const log = JournalFile.open(join(disk, "study.jsonl"));
      const kept: StudyEvent[] = [];
      let code = "none";
      for (let i = 0; code === "none" && i < 1000; i++) {
        code = await codeOf(() => log.append([report(i)]));
        if (code === "none") kept.push(report(i));
      }
      expect(code).toBe("journal-write");
      expect(await codeOf(() => log.append([report(-1), report(-2)]))).toBe("journal-write");
      expect(await log.read()).toEqual(kept);
      rmSync(join(disk, "other"));
      await log.append([report(1000)]);
      expect(await log.read()).toEqual([report(1000)]);
      await log.close();
      expect(await readAll(join(disk, "study.jsonl"))).toEqual([...kept, report(1000)]);
    } finally {
      unmount();
    }
  });
});
