// What a terminal report is put together from: charts, pictures, tables, boxes, the progress line.
import { setLocale } from "torchlet";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Progress } from "../../src/report/report.js";
import { checkLines, tableLines, warningLines } from "../../src/report/terminal/blocks.js";
import { BrailleCanvas } from "../../src/report/terminal/braille-canvas.js";
import { chartLines } from "../../src/report/terminal/chart.js";
import { displayWidth, stripEscapes } from "../../src/report/terminal/display-width.js";
import { type ColorDepth, Paint } from "../../src/report/terminal/paint.js";
import { pictureLines } from "../../src/report/terminal/pictures.js";
import { progressLine } from "../../src/report/terminal/progress-line.js";
import { losses, predictions, trainingCurve } from "./figures.js";

const plain = new Paint(1);
const depths: readonly ColorDepth[] = [1, 4, 8, 24];
beforeEach(() => setLocale("en"));
afterEach(() => setLocale(null));

describe("the braille canvas", () => {
  it("has its origin at the bottom left", () => {
    const canvas = new BrailleCanvas(2, 1);
    canvas.dot(0, 0, 0);
    canvas.dot(3, 3, 1);
    expect(canvas.rows((text) => text)).toEqual(["⡀⠈"]);
  });

  it("draws lines, dashed ones with gaps, and nothing outside", () => {
    const drawn = (dash: number[]) => {
      const canvas = new BrailleCanvas(8, 1);
      canvas.line(-100, 2, 100, 2, 0, dash);
      return canvas.rows((text) => text)[0];
    };
    expect(drawn([])).toBe("⠒⠒⠒⠒⠒⠒⠒⠒");
    expect(drawn([2, 2])).not.toBe(drawn([]));
    const far = new BrailleCanvas(2, 1);
    far.line(-1e6, 1e6, 1e6, 1e6, 0);
    expect(far.rows((text) => text)).toEqual(["  "]);
  });

  it("keeps each line's ink", () => {
    const canvas = new BrailleCanvas(2, 1);
    canvas.dot(0, 0, 3);
    canvas.dot(2, 0, 5);
    expect(canvas.rows((text, ink) => `${ink}${text}`)).toEqual(["3⡀5⡀"]);
  });
});

describe("a chart", () => {
  it.each([40, 60, 80, 120])("fits into %d columns in every kind of terminal", (columns) => {
    for (const depth of depths) {
      for (const figure of [trainingCurve(), trainingCurve(1), losses]) {
        const lines = chartLines(figure, columns, 16, new Paint(depth));
        for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(columns);
      }
    }
  });

  it("has axes, ticks and a legend", () => {
    const text = chartLines(trainingCurve(), 80, 16, plain).join("\n");
    for (const part of ["0.9 ┤", "0.3 ┤", "└┬", "epoch", "━━━ train loss", "╍╍╍ train acc", "━·━ test acc"]) {
      expect(text).toContain(part);
    }
    expect(text.split("\n")).toHaveLength(16);
  });

  it("puts panels beside each other where there is room, else below", () => {
    expect(chartLines(losses, 120, 12, plain)[0]).toMatch(/degree 1 .*degree 3 .*degree 20/);
    const narrow = chartLines(losses, 60, 36, plain).filter((line) => line.includes("degree"));
    expect(narrow).toHaveLength(3);
  });

  it("uses no escapes without colours", () => {
    expect(chartLines(trainingCurve(), 80, 16, plain).join("")).not.toContain("\u001b");
    expect(chartLines(trainingCurve(), 80, 16, new Paint(24)).join("")).toContain("\u001b[38;2;");
  });

  it("survives what cannot be drawn", () => {
    const series = [
      { x: [1, 2, 3], y: [Number.NaN, 1e300, -1e300] },
      { x: [], y: [] },
    ];
    const figure = { ...trainingCurve(), panels: [{ series, ylim: [0, 1] as const }] };
    expect(chartLines(figure, 60, 12, plain).join("")).not.toMatch(/NaN|Infinity/);
  });
});

describe("pictures", () => {
  const widths = (columns: number, depth: ColorDepth = 24) =>
    pictureLines(predictions, columns, new Paint(depth)).map(displayWidth);

  it("stand beside each other and wrap evenly", () => {
    // Six of 28 need 178 columns; a little smaller, they fit into 140; in 80 they are three and three.
    const titles = (columns: number) =>
      pictureLines(predictions, columns, plain)
        .filter((line) => /[a-z]{4}/.test(line))
        .map((line) => line.trim().split(/ {3,}/).length);
    expect(titles(200)).toEqual([6, 6]);
    expect(titles(140)).toEqual([6, 6]);
    expect(titles(80)).toEqual([3, 3, 3, 3]);
    expect(titles(30)).toEqual(Array.from({ length: 12 }, () => 1));
  });

  it.each([24, 60, 80, 200])("fit into %d columns", (columns) => {
    for (const depth of depths) expect(Math.max(...widths(columns, depth))).toBeLessThanOrEqual(columns);
  });

  it("show two rows of pixels a line, in as many colours as there are", () => {
    const gradient = { ...predictions, pictures: [{ width: 2, height: 2, pixels: [0, 1, 1, 0] }] };
    expect(pictureLines(gradient, 80, new Paint(24))).toEqual([
      "\u001b[38;2;68;1;84;48;2;253;231;37m▀\u001b[38;2;253;231;37;48;2;68;1;84m▀\u001b[0m",
    ]);
    expect(pictureLines(gradient, 80, new Paint(8))[0]).toMatch(/38;5;\d+;48;5;\d+m▀/);
    expect(pictureLines(gradient, 80, plain)[0]).not.toContain("\u001b");
  });
});

describe("tables, boxes and checks", () => {
  const table = {
    caption: { en: "Parameters", zh: "参数" },
    columns: [
      { en: "layer", zh: "层" },
      { en: "count", zh: "个数" },
    ],
    rows: [
      ["Linear", 200960],
      ["线性层", 0.25],
    ],
  };

  it("aligns columns by width, numbers to the right", () => {
    expect(tableLines(table, 80, plain)).toEqual([
      "Parameters",
      "layer    count",
      "──────  ──────",
      "Linear  200960",
      "线性层  0.2500",
    ]);
  });

  it("cuts what does not fit", () => {
    const wide = { columns: table.columns, rows: [["a very long name of a layer", "x".repeat(50)]] };
    for (const line of tableLines(wide, 40, plain)) expect(displayWidth(line)).toBeLessThanOrEqual(40);
  });

  it.each(["en", "zh"] as const)("frames a warning without a crooked edge (%s)", (locale) => {
    setLocale(locale);
    const text = "This is not Fashion-MNIST：数据集无法下载，使用内置数据集“garments”。".repeat(3);
    for (const columns of [40, 80]) {
      const lines = warningLines(text, columns, new Paint(24)).map(stripEscapes);
      // Every line ends at the same column, up to the quotation marks that Chinese fonts draw wide.
      expect(new Set(lines.map(displayWidth)).size).toBe(1);
      expect(displayWidth(lines[0]!)).toBeLessThanOrEqual(columns);
    }
  });

  it("says of a check whether it held", () => {
    const check = {
      claim: { en: "train loss", zh: "训练损失" },
      expected: "0.3845 +- 0.02",
      actual: 0.38512,
      ok: true,
    };
    expect(checkLines(check, 100, plain)).toEqual(["✓ train loss: expected 0.3845 +- 0.02, got 0.3851"]);
    expect(checkLines({ ...check, claim: { en: "It learns.", zh: "它在学习。" } }, 100, plain)[0]).toMatch(
      /^✓ It learns: /,
    );
    const failed = checkLines({ ...check, ok: false, source: "the book" }, 40, plain);
    expect(failed[0]).toBe("✗ train loss");
    setLocale("zh");
    expect(checkLines(check, 100, plain)).toEqual(["✓ 训练损失：预期 0.3845 +- 0.02，实际 0.3851"]);
    const words = {
      ...check,
      expected: { en: "falling", zh: "下降" },
      actual: { en: "rising", zh: "上升" },
      source: { en: "the book", zh: "书" },
    };
    expect(checkLines(words, 100, plain)).toEqual(["✓ 训练损失：预期 下降，实际 上升 (书)"]);
  });
});

describe("the progress line", () => {
  const progress: Progress = {
    label: { en: "epoch 3 of 10", zh: "第 3 轮，共 10 轮" },
    done: 3,
    total: 10,
    values: { loss: 0.51234, accuracy: 0.8233 },
    secondsLeft: 12.3,
  };

  it("says what, how far, how well and how long", () => {
    const line = progressLine(progress, 80, plain);
    for (const part of ["epoch 3 of 10", "█", "░", "30 %", "loss 0.5123", "accuracy 0.8233", "12 s left"]) {
      expect(line).toContain(part);
    }
  });

  it.each([10, 20, 30, 40, 60, 80, 200])("fits into %d columns, in both languages", (columns) => {
    for (const locale of ["en", "zh"] as const) {
      setLocale(locale);
      for (const done of [0, 3, 9.99, 10, 12]) {
        expect(displayWidth(progressLine({ ...progress, done }, columns, plain))).toBeLessThanOrEqual(columns);
      }
    }
  });

  it("has no time left that is not known, and survives a total of nothing", () => {
    const line = progressLine({ ...progress, done: 0, total: 0, secondsLeft: Number.POSITIVE_INFINITY }, 80, plain);
    expect(line).toContain("0 %");
    expect(line).not.toContain("left");
  });
});
