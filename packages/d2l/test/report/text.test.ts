// Names, numbers and escapes.
import { setLocale } from "torchlet";
import { afterEach, describe, expect, it } from "vitest";
import { escapeMarkup, jsonForScript, printable, scriptForElement } from "../../src/report/text/escape.js";
import { datasetLabel, labelOf, valueLabel } from "../../src/report/text/labels.js";
import { formatBytes, formatDuration, formatNumber } from "../../src/report/text/numbers.js";
import { hostile } from "./figures.js";

afterEach(() => setLocale(null));

describe("numbers", () => {
  it.each([
    [0.38451, "0.3845"],
    [1, "1"],
    [60000, "60000"],
    [12.8374, "12.837"],
    [345.678, "345.68"],
    [1.25e-7, "1.25e-7"],
    [2e-7, "2e-7"],
    [-0.5, "-0.5000"],
    [1.5e9 + 0.5, "1.5e9"],
    [Number.NaN, "NaN"],
    [Number.NEGATIVE_INFINITY, "-∞"],
  ])("%d reads %s", (value, text) => expect(formatNumber(value)).toBe(text));

  it("tells durations in both languages", () => {
    setLocale("en");
    const seconds = [0.306, 8.24, 42.4, 185, 3725, Number.NaN];
    expect(seconds.map(formatDuration)).toEqual(["0.31 s", "8.2 s", "42 s", "3 min 05 s", "1 h 02 min", "–"]);
    setLocale("zh");
    expect(formatDuration(185)).toBe("3 分 05 秒");
  });

  it("counts bytes as download pages do", () => {
    expect([12, 5148, 30878645].map(formatBytes)).toEqual(["12 B", "5.1 kB", "30.9 MB"]);
  });
});

describe("names", () => {
  it("takes unknown names apart", () => {
    setLocale("en");
    expect([labelOf("trainLoss"), labelOf("numHiddens2Width")]).toEqual(["train loss", "num hiddens2 width"]);
    expect(labelOf("constructor")).toBe("constructor");
  });

  it("knows the chapter's names in Chinese", () => {
    setLocale("zh");
    expect([labelOf("trainLoss"), valueLabel(true), valueLabel(null)]).toEqual(["训练损失", "是", "–"]);
  });

  it("never names the stand-in without saying what it is not", () => {
    for (const locale of ["en", "zh"] as const) {
      setLocale(locale);
      expect(datasetLabel("garments")).toContain("Fashion-MNIST");
    }
    expect(datasetLabel("fashion-mnist")).toBe("Fashion-MNIST");
  });
});

describe("escapes", () => {
  it("leaves no markup in text", () => {
    for (const danger of ["<", ">", '"', "'", "\u0000"]) expect(escapeMarkup(hostile)).not.toContain(danger);
    expect(escapeMarkup("a < b & c")).toBe("a &lt; b &amp; c");
  });

  it("replaces what XML cannot hold, and nothing else", () => {
    expect(printable("a\u0000b\ud800c\t\n😀损")).toBe("a\ufffdb\ufffdc\t\n😀损");
  });

  it("keeps JSON what it is, inside a script element too", () => {
    const json = jsonForScript({ hostile });
    expect(json).not.toMatch(/[<>&\u2028\u2029]/);
    expect(JSON.parse(json)).toEqual({ hostile });
  });

  it("keeps scripts from ending their element", () => {
    expect(scriptForElement('x = "</SCRIPT><!--"')).toBe('x = "\\x3c/SCRIPT>\\x3c!--"');
  });
});
