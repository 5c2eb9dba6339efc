// Reports that write files, and reports of reports.
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setLocale } from "torchlet";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CompositeReport } from "../../src/report/composite-report.js";
import { FileReport } from "../../src/report/file-report.js";
import { writeFileWhole } from "../../src/report/files/atomic-file.js";
import { safeName, timeStamp } from "../../src/report/files/run-folder.js";
import { JsonReport } from "../../src/report/json-report.js";
import { MemoryReport } from "../../src/report/memory-report.js";
import type { Report, RunResult } from "../../src/report/report.js";
import { ReportError, unwritable } from "../../src/report/report-error.js";
import { predictions, trainingCurve } from "./figures.js";

const time = new Date(2026, 0, 31, 14, 25, 30);
const run = { experiment: "mlp", title: { en: "A perceptron", zh: "感知机" }, options: { lr: 0.1 } };
const result: RunResult = {
  experiment: "mlp",
  dataset: "garments",
  options: { lr: 0.1 },
  metrics: { trainLoss: 0.385, worst: Number.NaN },
  history: [],
  checks: [],
  seconds: { train: 8.2 },
};
let folder = "";

beforeEach(() => {
  setLocale("en");
  folder = mkdtempSync(join(tmpdir(), "torchlet-report-"));
});
afterEach(() => {
  setLocale(null);
  rmSync(folder, { recursive: true, force: true });
});

function codeOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof ReportError) return `${error.code} ${error.message}`;
    throw error;
  }
  return "no error";
}

describe("a run's folder", () => {
  it("holds the page, the figures, the records, what was attached and the result", async () => {
    const report = new FileReport(join(folder, "runs"), time);
    report.start(run);
    report.metrics({ epoch: 1, trainLoss: 0.5 });
    report.figure(trainingCurve(1));
    report.figure(trainingCurve());
    report.figure(predictions);
    report.attach("weights.safetensors", new Uint8Array([1, 2, 3]));
    await report.finish(result);
    expect(report.folder).toBe(join(folder, "runs", "20260131-142530-mlp"));
    expect(readdirSync(report.folder!).sort()).toEqual([
      "metrics.jsonl",
      "predictions.png",
      "predictions.svg",
      "report.html",
      "result.json",
      "training.png",
      "training.svg",
      "weights.safetensors",
    ]);
    const read = (name: string) => readFileSync(join(report.folder!, name));
    expect([...read("weights.safetensors")]).toEqual([1, 2, 3]);
    expect(JSON.parse(read("result.json").toString())).toEqual({
      ...result,
      metrics: { trainLoss: 0.385, worst: null },
    });
    expect([...read("training.png").subarray(1, 4)]).toEqual([...Buffer.from("PNG")]);
    expect(read("report.html").toString()).toContain('href="./weights.safetensors"');
  });

  it("keeps records as they come, for a run that crashes", () => {
    const report = new FileReport(folder, time);
    report.start(run);
    report.metrics({ epoch: 1, trainLoss: 0.5 });
    const path = join(report.folder!, "metrics.jsonl");
    expect(readFileSync(path, "utf8")).toBe('{"epoch":1,"trainLoss":0.5}\n');
    report.metrics({ epoch: 2, trainLoss: 0.25 });
    expect(
      readFileSync(path, "utf8")
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line)),
    ).toEqual([
      { epoch: 1, trainLoss: 0.5 },
      { epoch: 2, trainLoss: 0.25 },
    ]);
    report.abandon();
    expect(existsSync(path)).toBe(true);
  });

  it("is the run's own, also when two begin in one second, and goes away if nothing came of it", () => {
    const reports = [1, 2, 3].map(() => new FileReport(folder, time));
    for (const report of reports) report.start(run);
    expect(readdirSync(folder).sort()).toEqual([
      "20260131-142530-mlp",
      "20260131-142530-mlp-2",
      "20260131-142530-mlp-3",
    ]);
    for (const report of reports) report.abandon();
    expect(readdirSync(folder)).toEqual([]);
  });

  it("takes no names that lead out of it", async () => {
    const report = new FileReport(join(folder, "runs"), time);
    report.start({ ...run, experiment: "../../evil" });
    report.attach("../../evil.txt", new Uint8Array(1));
    report.figure({ ...trainingCurve(), id: "a/b" });
    report.figure({ ...trainingCurve(), id: "a:b" });
    await report.finish(result);
    expect(readdirSync(folder)).toEqual(["runs"]);
    expect(readdirSync(join(folder, "runs"))).toEqual(["20260131-142530-evil"]);
    expect(readdirSync(report.folder!)).toEqual(expect.arrayContaining(["evil.txt", "a-b.svg", "a-b-2.svg"]));
  });

  it("is refused before the run where it cannot be", () => {
    writeFileSync(join(folder, "file"), "");
    const start = (base: string) => codeOf(() => new FileReport(base, time).start(run));
    expect(start(join(folder, "file"))).toMatch(
      /^report-unwritable .*file: cannot be written: a file of that name is in the way; .*--out/,
    );
    expect(start(join(folder, "file", "below"))).toMatch(/^report-unwritable .*not a folder/);
  });
});

it("names files safely", () => {
  expect(["mlp", "a/b", "../..", "", "损失 曲线", ".hidden", "x".repeat(200)].map(safeName)).toEqual([
    "mlp",
    "a-b",
    "unnamed",
    "unnamed",
    "损失-曲线",
    "hidden",
    "x".repeat(80),
  ]);
  expect(timeStamp(new Date(2026, 8, 3, 4, 5, 6))).toBe("20260903-040506");
});

it("tells a full disk from a forbidden place, in both languages", () => {
  const system = (code: string) => Object.assign(new Error(code), { code });
  const full = unwritable("out.json", system("ENOSPC"));
  expect([full.code, full.message]).toEqual([
    "report-disk-full",
    "out.json: cannot be written: no space left on the device",
  ]);
  setLocale("zh");
  expect(unwritable("out.json", system("EACCES")).message).toBe("out.json: 无法写入：没有权限");
  expect(unwritable("out.json", full)).toBe(full);
});

describe("JSON", () => {
  it("is written when the run is over, whole", async () => {
    const path = join(folder, "out.json");
    const report = new JsonReport(path);
    report.start(run);
    expect(readdirSync(folder)).toEqual([]);
    await report.finish(result);
    expect(JSON.parse(readFileSync(path, "utf8")).metrics).toEqual({ trainLoss: 0.385, worst: null });
    expect(readdirSync(folder)).toEqual(["out.json"]);
  });

  it("leaves an older file alone until then", () => {
    const path = join(folder, "out.json");
    writeFileSync(path, "old");
    new JsonReport(path).start(run);
    expect(readFileSync(path, "utf8")).toBe("old");
  });

  it("is refused before the run where it cannot be written", () => {
    mkdirSync(join(folder, "there"));
    writeFileSync(join(folder, "file"), "");
    const start = (path: string) => codeOf(() => new JsonReport(path).start(run));
    expect(start(join(folder, "missing", "out.json"))).toMatch(/^report-unwritable .*no such folder/);
    expect(start(join(folder, "there"))).toMatch(/^report-unwritable .*it is a folder/);
    expect(start(join(folder, "file", "out.json"))).toMatch(/^report-unwritable .*not a folder/);
  });

  it.skipIf(!existsSync("/dev/full"))("writes into devices, never replaces them", async () => {
    const report = new JsonReport("/dev/null");
    report.start(run);
    await report.finish(result);
    expect(readFileSync("/dev/null", "utf8")).toBe("");
    expect(codeOf(() => writeFileWhole("/dev/full", "text"))).toMatch(/^report-disk-full/);
  });

  it.skipIf(process.platform === "win32")("replaces what a link leads to, and keeps its permissions", () => {
    const [target, link] = [join(folder, "target"), join(folder, "link")];
    writeFileSync(target, "old", { mode: 0o600 });
    symlinkSync(target, link);
    writeFileWhole(link, new Uint8Array([110, 101, 119]));
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect([readFileSync(target, "utf8"), statSync(target).mode & 0o777]).toEqual(["new", 0o600]);
    expect(readdirSync(folder).sort()).toEqual(["link", "target"]);
  });

  it("goes to a stream", async () => {
    let text = "";
    const report = new JsonReport({ write: (more: string) => (text += more) });
    report.start(run);
    await report.finish(result);
    expect(JSON.parse(text).experiment).toBe("mlp");
  });
});

describe("memory", () => {
  it("keeps texts, tables and figures in their order, a figure where it first came", () => {
    const report = new MemoryReport();
    report.text({ en: "one", zh: "一" });
    report.figure(trainingCurve(1));
    report.table({ columns: [], rows: [] });
    report.figure(trainingCurve(5));
    expect(report.entries.map(({ kind }) => kind)).toEqual(["text", "figure", "table"]);
    expect(report.entries[1]).toEqual({ kind: "figure", figure: trainingCurve(5) });
  });

  it("keeps copies of what may change", () => {
    const report = new MemoryReport();
    const record = { loss: 1 };
    const bytes = Buffer.from([1]);
    report.metrics(record);
    report.attach("a", bytes);
    record.loss = 2;
    bytes[0] = 2;
    expect(report.history).toEqual([{ loss: 1 }]);
    expect(report.attachments.get("a")![0]).toBe(1);
  });
});

describe("several reports", () => {
  class Failing extends MemoryReport {
    override metrics(): void {
      throw new Error("disk full");
    }
  }

  it("all receive everything, in order", async () => {
    const first = new MemoryReport();
    const second = new MemoryReport();
    const report: Report = new CompositeReport([first, second]);
    report.start(run);
    report.warn({ en: "odd", zh: "异常" });
    report.text({ en: "one", zh: "一" });
    report.progress({ label: { en: "", zh: "" }, done: 1, total: 2 });
    report.metrics({ loss: 1 });
    report.figure(trainingCurve());
    report.table({ columns: [], rows: [] });
    report.check({ claim: { en: "", zh: "" }, expected: "", actual: 1, ok: true });
    report.attach("a", new Uint8Array(1));
    await report.finish(result);
    expect(second).toEqual(first);
    expect(first.progresses).toHaveLength(1);
    expect(first.attachments.size).toBe(1);
    expect(first.result).toBe(result);
  });

  it("go on without one that fails, and say so in the end", async () => {
    const good = new MemoryReport();
    const failures: unknown[] = [];
    const report = new CompositeReport([new Failing(), good], (error) => failures.push(error));
    report.start(run);
    report.metrics({ loss: 1 });
    report.metrics({ loss: 2 });
    await expect(report.finish(result)).rejects.toThrow("disk full");
    expect(failures).toHaveLength(1);
    expect(good.history).toHaveLength(2);
    expect(good.result).toBe(result);
  });

  it("do not begin where one cannot", () => {
    const refusing = new MemoryReport();
    refusing.start = () => {
      throw new Error("no");
    };
    expect(() => new CompositeReport([refusing]).start(run)).toThrow("no");
  });
});
