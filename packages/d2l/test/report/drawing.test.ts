// Formats, scales, legends and colours: what all renderers share.
import { ValueError } from "torchlet";
import { describe, expect, it } from "vitest";
import { colorOfShade, shadesOf } from "../../src/report/drawing/colormap.js";
import { legendPlace } from "../../src/report/drawing/legend-place.js";
import { parseLineFormat, parseLineFormats } from "../../src/report/drawing/line-format.js";
import { axesOf, linearTicks, measured, unitPosition } from "../../src/report/drawing/scale.js";
import type { Panel } from "../../src/report/figure.js";

const room = { across: 250, up: 150, textWidth: (text: string) => text.length * 6, textHeight: 20 };
const panel = (of: Partial<Panel>): Panel => ({ series: [{ x: [1, 2, 3], y: [1, 2, 3] }], ...of });

describe("line formats", () => {
  it.each([
    ["-", { color: undefined, dash: "-", points: false }],
    ["m--", { color: "m", dash: "--", points: false }],
    ["g-.", { color: "g", dash: "-.", points: false }],
    ["r:", { color: "r", dash: ":", points: false }],
    ["o", { color: undefined, dash: "", points: true }],
    ["C3-o", { color: "C3", dash: "-", points: true }],
    ["--b", { color: "b", dash: "--", points: false }],
  ])("%s", (format, parsed) => expect(parseLineFormat(format)).toEqual(parsed));

  it("cycles through the colours where none is given", () => {
    expect(parseLineFormats(["-", "m--", undefined, "o"]).map(({ color }) => color)).toEqual(["C0", "m", "C1", "C2"]);
  });

  it("names what it does not understand", () => {
    expect(() => parseLineFormat("m-?")).toThrow(ValueError);
    expect(() => parseLineFormat("--:")).toThrow(/":"/);
  });
});

describe("ticks", () => {
  const labels = (low: number, high: number, count: number, counted = false) =>
    linearTicks(low, high, count, counted).map(({ label }) => label);

  it("are round", () => {
    expect(labels(0.3, 0.9, 6)).toEqual(["0.3", "0.4", "0.5", "0.6", "0.7", "0.8", "0.9"]);
    expect(labels(-8.8, 8.8, 4)).toEqual(["−5", "0", "5"]);
    expect(labels(0, 1, 4)).toEqual(["0.00", "0.25", "0.50", "0.75", "1.00"]);
  });

  it("are whole where things are counted", () => {
    expect(labels(1, 10, 4, true)).toEqual(["5", "10"]);
    expect(labels(1, 3, 9, true)).toEqual(["1", "2", "3"]);
  });

  it("differ from each other at any size", () => {
    for (const [low, high] of [
      [1e9, 1e9 + 1],
      [1e-12, 1.000001e-12],
      [-1e300, 1e300],
      [1e-300, 2e-300],
    ] as const) {
      const texts = labels(low, high, 5);
      expect(texts.length).toBeGreaterThan(1);
      expect(new Set(texts).size).toBe(texts.length);
    }
  });

  it("are powers of ten on a log axis, round values across less than two of them", () => {
    const { y } = axesOf(panel({ yscale: "log", ylim: [1e-3, 1e2] }), room);
    expect(y.ticks.map(({ label }) => label)).toEqual(["10⁻³", "10⁻²", "10⁻¹", "10⁰", "10¹", "10²"]);
    const narrow = axesOf(panel({ yscale: "log", ylim: [0.3, 0.9] }), room).y;
    expect(narrow.ticks.map(({ label }) => label)).toContain("0.5");
  });
});

describe("limits", () => {
  it("are the given ones, else the data's with a margin", () => {
    const { x, y } = axesOf(panel({ xlim: [0, 10] }), room);
    expect([x.low, x.high]).toEqual([0, 10]);
    expect(y.low).toBeCloseTo(0.9);
    expect(y.high).toBeCloseTo(3.1);
  });

  it("exist without data, with one value, with impossible wishes", () => {
    for (const series of [[], [{ x: [], y: [] }], [{ x: [1], y: [5] }], [{ x: [1, 2], y: [Number.NaN, null] }]]) {
      const { x, y } = axesOf({ series, ylim: [9, 1] }, room);
      expect(x.low).toBeLessThan(x.high);
      expect(y.low).toBeLessThan(y.high);
    }
  });

  it("leave out what a log axis has no place for", () => {
    const { y } = axesOf({ series: [{ x: [1, 2, 3, 4], y: [0, -5, 10, 1000] }], yscale: "log" }, room);
    expect(y.low).toBeCloseTo(0.9);
    expect(y.high).toBeCloseTo(3.1);
    expect(unitPosition(0, y)).toBeNaN();
  });
});

it("skips points that were not measured and keeps NaN, which breaks the line", () => {
  expect(measured({ x: [1, 2, 3, 4], y: [5, null, Number.NaN, 7] })).toEqual({ x: [1, 3, 4], y: [5, Number.NaN, 7] });
});

it("puts the legend where the lines are not", () => {
  const place = (y: number[]) => {
    const series = [{ x: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10], y }];
    const { x, y: up } = axesOf({ series, ylim: [0, 1] }, room);
    return legendPlace(series, x, up, 0.4, 0.3);
  };
  expect(place([1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0])).toEqual({ vertical: "top", horizontal: "right" });
  expect(place([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1])).toEqual({ vertical: "top", horizontal: "left" });
  expect(place(Array.from({ length: 11 }, () => 0.95))).toEqual({ vertical: "bottom", horizontal: "left" });
});

describe("colour maps", () => {
  it("is viridis from dark to bright", () => {
    expect(colorOfShade(0, "viridis")).toEqual([0x44, 0x01, 0x54]);
    expect(colorOfShade(1, "viridis")).toEqual([0xfd, 0xe7, 0x25]);
    // matplotlib: viridis(127) is #21918c, viridis(64) #3b528b
    for (const [shade, color] of [
      [127 / 255, [0x21, 0x91, 0x8c]],
      [64 / 255, [0x3b, 0x52, 0x8b]],
    ] as const) {
      colorOfShade(shade, "viridis").forEach((value, channel) => {
        expect(Math.abs(value - color[channel]!)).toBeLessThanOrEqual(1);
      });
    }
  });

  it("scales a picture from its smallest to its largest value", () => {
    const shades = (pixels: number[]) => [...shadesOf({ width: pixels.length, height: 1, pixels })];
    expect(shades([-2, 0, 2])).toEqual([0, 0.5, 1]);
    expect(shades([7, 7])).toEqual([0, 0]);
    expect(shades([0, Number.NaN, 4])).toEqual([0, 0, 1]);
  });
});
