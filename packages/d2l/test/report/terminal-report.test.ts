// The report in a terminal, watched on a screen; and as plain lines.
import { setLocale } from "torchlet";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { PlainReport, QuietReport } from "../../src/report/plain-report.js";
import type { Report, RunResult } from "../../src/report/report.js";
import { reportFor, TerminalReport } from "../../src/report/terminal-report.js";
import { predictions, trainingCurve } from "./figures.js";
import { Screen } from "./screen.js";

const result: RunResult = {
  experiment: "mlp",
  dataset: "garments",
  options: {},
  metrics: { trainLoss: 0.385, testAccuracy: 0.845 },
  history: [],
  checks: [],
  seconds: { train: 8.2 },
};

beforeEach(() => {
  setLocale("en");
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  setLocale(null);
});

function open(screen: Screen) {
  const report = new TerminalReport(screen, { now: () => Date.now() });
  report.start({ experiment: "mlp", title: { en: "A perceptron", zh: "感知机" }, options: { batchSize: 256 } });
  return report;
}

/** One epoch as an experiment reports it. */
function trainEpoch(report: Report, epoch: number) {
  for (let step = 0; step < 20; step++) {
    vi.advanceTimersByTime(10);
    report.progress({
      label: { en: `epoch ${epoch} of 10`, zh: `第 ${epoch} 轮` },
      done: epoch - 1 + step / 20,
      total: 10,
      values: { loss: 0.5 },
      secondsLeft: 10 - epoch,
    });
  }
  report.metrics({ epoch, trainLoss: 0.5 });
  report.figure(trainingCurve(epoch));
}

function finishTraining(report: Report) {
  report.progress({ label: { en: "done", zh: "完成" }, done: 10, total: 10 });
}

describe("in a terminal", () => {
  it("draws a bar and a chart in place, and leaves the chart behind", async () => {
    const screen = new Screen(80, 40);
    const report = open(screen);
    for (let epoch = 1; epoch <= 5; epoch++) trainEpoch(report, epoch);
    vi.advanceTimersByTime(200);
    const live = screen.text;
    expect(live.filter((line) => line.startsWith("epoch 5 of 10 "))).toHaveLength(1);
    expect(live.filter((line) => line.includes("train loss   "))).toHaveLength(1);
    expect(screen.cursorVisible).toBe(false);

    finishTraining(report);
    report.figure(predictions);
    report.check({ claim: { en: "it learns", zh: "它在学习" }, expected: "yes", actual: "yes", ok: true });
    await report.finish(result);
    const done = screen.text.join("\n");
    expect(done).not.toContain("%");
    expect(done).toMatch(/A perceptron.*train loss {3}.*ankle boot.*▀.*✓ it learns.*train loss 0.3850/s);
    expect(screen.text.filter((line) => line.includes("━━━ train loss"))).toHaveLength(1);
    expect(screen.cursorVisible).toBe(true);
  });

  it("redraws no more than ten times a second, and never misses the last state", () => {
    const screen = new Screen();
    const report = open(screen);
    const before = screen.writes;
    for (let step = 0; step < 1000; step++) {
      vi.advanceTimersByTime(1);
      report.progress({ label: { en: "working", zh: "运行中" }, done: step, total: 1000 });
    }
    expect(screen.writes - before).toBeLessThanOrEqual(12);
    vi.advanceTimersByTime(100);
    expect(screen.text.at(-1)).toContain("99 %");
    report.close();
  });

  it("lets warnings and texts pass above, while the chart lives", () => {
    const screen = new Screen(80, 40);
    const report = open(screen);
    trainEpoch(report, 1);
    report.warn({ en: "something odd", zh: "异常" });
    report.text({ en: "still going", zh: "继续" });
    const text = screen.text.join("\n");
    expect(text).toMatch(/WARNING.*something odd.*still going.*━━━ train loss.*epoch 1 of 10/s);
    report.close();
  });

  it.each([
    [60, 24],
    [50, 12],
    [30, 8],
    [120, 40],
  ])("comes out of a change of size to %d x %d in one piece", (columns, rows) => {
    const screen = new Screen(80, 40);
    const report = open(screen);
    trainEpoch(report, 1);
    trainEpoch(report, 2);
    vi.advanceTimersByTime(200);
    screen.resize(columns, rows);
    vi.advanceTimersByTime(200);
    trainEpoch(report, 3);
    vi.advanceTimersByTime(200);
    const visible = screen.text.slice(-rows);
    expect(visible.filter((line) => line.startsWith("epoch 3 of 10"))).toHaveLength(1);
    expect(visible.filter((line) => line.includes("└")).length).toBeLessThanOrEqual(1);
    report.close();
  });

  it("prints records where no curve shows them", () => {
    const screen = new Screen();
    const report = open(screen);
    report.metrics({ epoch: 1, loss: 0.5 });
    report.metrics({ epoch: 2, loss: 0.25 });
    report.text({ en: "done", zh: "完成" });
    expect(screen.text.slice(-3)).toEqual(["epoch 1  loss 0.5000", "epoch 2  loss 0.2500", "done"]);
    report.close();
  });

  it("gives the terminal back whenever it is closed, and twice", async () => {
    const screen = new Screen(80, 40);
    const report = open(screen);
    trainEpoch(report, 1);
    vi.advanceTimersByTime(200);
    report.close();
    report.close();
    expect(screen.cursorVisible).toBe(true);
    const { writes } = screen;
    report.progress({ label: { en: "late", zh: "迟" }, done: 1, total: 2 });
    vi.advanceTimersByTime(1000);
    expect(screen.writes).toBe(writes);
    expect(screen.text.join("\n")).toContain("━━━ train loss");
    expect(screen.listenerCount("resize")).toBe(0);
  });

  it("speaks Chinese, two columns a character", async () => {
    setLocale("zh");
    const screen = new Screen(50, 40);
    const report = open(screen);
    trainEpoch(report, 1);
    report.warn({ en: "", zh: "这不是 Fashion-MNIST，而是内置的替代数据集，其结果不能与书中的数字相比。" });
    await report.finish({ ...result, interrupted: true });
    const text = screen.text.join("\n");
    for (const part of ["感知机", "批量大小 256", "注意", "运行在结束前被停止", "训练损失 0.3850"])
      expect(text).toContain(part);
  });
});

describe("elsewhere", () => {
  class Pipe {
    text = "";
    readonly isTTY = false;
    write(text: string): boolean {
      this.text += text;
      return true;
    }
  }

  async function everything(report: PlainReport) {
    report.start({ experiment: "mlp", title: { en: "A perceptron", zh: "感知机" }, options: { lr: 0.1 } });
    report.warn({ en: "odd", zh: "异常" });
    trainEpoch(report, 1);
    trainEpoch(report, 2);
    report.figure(predictions);
    report.table({ columns: [{ en: "a", zh: "a" }], rows: [[1]] });
    await report.finish(result);
  }

  it("calls things what the run calls them", async () => {
    const pipe = new Pipe();
    const report = new PlainReport(pipe);
    report.start({
      experiment: "own",
      title: { en: "Own", zh: "自有" },
      options: { depth: 4 },
      labels: { depth: { en: "floors", zh: "楼层" }, sharp: { en: "sharpness", zh: "锐度" } },
    });
    report.metrics({ sharp: 0.5 });
    const metrics = { sharp: 0.25 };
    await report.finish({ experiment: "own", options: {}, metrics, history: [], checks: [], seconds: { sharp: 2 } });
    for (const words of ["floors 4", "sharpness 0.5000", "sharpness 0.2500", "sharpness 2.0 s"]) {
      expect(pipe.text).toContain(words);
    }
  });

  it("writes plain lines, one a record", async () => {
    const pipe = new Pipe();
    await everything(new PlainReport(pipe));
    expect(pipe.text).not.toContain("\u001b");
    expect(pipe.text).not.toContain("%");
    expect(pipe.text).toContain("\nepoch 1  train loss 0.5000\nepoch 2  train loss 0.5000\n");
    expect(pipe.text).toContain("\n  ankle boot / ankle boot\n");
    expect(pipe.text).toContain("train loss 0.3850 · test accuracy 0.8450\n");
  });

  it("says nothing but warnings when it is to be quiet", async () => {
    const pipe = new Pipe();
    await everything(new QuietReport(pipe));
    expect(pipe.text).toContain("odd");
    expect(pipe.text.split("\n")).toHaveLength(4);
  });

  it("is chosen where the cursor cannot be moved", () => {
    expect(reportFor(new Pipe())).toBeInstanceOf(PlainReport);
    const { TERM } = process.env;
    try {
      process.env["TERM"] = "dumb";
      expect(reportFor(new Screen())).toBeInstanceOf(PlainReport);
      process.env["TERM"] = "xterm";
      const report = reportFor(new Screen());
      expect(report).toBeInstanceOf(TerminalReport);
      report.close();
    } finally {
      process.env["TERM"] = TERM;
    }
  });

  it("has no colours where NO_COLOR is set", async () => {
    vi.stubEnv("NO_COLOR", "1");
    try {
      const screen = new Screen(80, 40);
      const report = open(screen);
      trainEpoch(report, 1);
      report.figure(predictions);
      await report.finish(result);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for
      expect(screen.written).not.toMatch(/\u001b\[[\d;]*m/);
    } finally {
      vi.unstubAllEnvs();
    }
  });
});
