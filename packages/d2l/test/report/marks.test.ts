// Marks within axes: where they are drawn, in SVG and in a terminal.
import { decode } from "fast-png";
import { describe, expect, it } from "vitest";
import type { Field, Mark, Panel, PlotFigure } from "../../src/report/figure.js";
import { reportHtml } from "../../src/report/html.js";
import { MemoryReport } from "../../src/report/memory-report.js";
import { svgToPng } from "../../src/report/png.js";
import { figureToSvg } from "../../src/report/svg.js";
import { chartLines } from "../../src/report/terminal/chart.js";
import { stripEscapes } from "../../src/report/terminal/display-width.js";
import { Paint } from "../../src/report/terminal/paint.js";
import { hostile } from "./figures.js";

const figure = (panel: Partial<Panel>): PlotFigure => ({
  kind: "plot",
  id: "one",
  figsize: [5, 3],
  rows: 1,
  columns: 1,
  panels: [{ series: [], ...panel }],
});
const one = (mark: Mark, panel: Partial<Panel> = {}) => figure({ ...panel, marks: [mark] });
const attributes = (svg: string, element: string, name: string) =>
  [...svg.matchAll(new RegExp(`<${element} [^>]*?\\b${name}="([^"]*)"`, "g"))].map(([, value]) => Number(value));
const terminal = (plot: PlotFigure, depth: 1 | 24 = 1) => chartLines(plot, 60, 14, new Paint(depth));

const square: Field = {
  kind: "field",
  style: "cells",
  x: [0, 1],
  y: [0, 1],
  columns: 2,
  rows: 2,
  values: [0, 1, Number.NaN, 0.5],
};
const unit = { xlim: [0, 1], ylim: [0, 1] } as const;

it("puts dots where they belong, also on a logarithmic axis", () => {
  const xs = (xscale: "linear" | "log") =>
    attributes(
      figureToSvg(one({ kind: "dots", x: [1, 10, 100], y: [0, 0, 0] }, { xscale, xlim: [1, 100], ylim: [-1, 1] })),
      "circle",
      "cx",
    );
  const [left, middle, right] = xs("log") as [number, number, number];
  expect(middle).toBeCloseTo((left + right) / 2, 1);
  const linear = xs("linear");
  expect((linear[1]! - linear[0]!) / (linear[2]! - linear[0]!)).toBeCloseTo(9 / 99, 2);
});

it("draws no dot outside of the axes, and none without a place", () => {
  const dots = { kind: "dots", x: [0.5, 2, Number.NaN, 0], y: [0.5, 0.5, 0.5, 0.5] } as const;
  expect(attributes(figureToSvg(one(dots, unit)), "circle", "cx")).toHaveLength(2);
  expect(attributes(figureToSvg(one(dots, { ...unit, xlim: [0.1, 1], xscale: "log" })), "circle", "cx")).toHaveLength(
    1,
  );
});

it("colours by the colour bar, and greys what has no colour", () => {
  const svg = figureToSvg(
    one(
      { kind: "dots", x: [0, 0.5, 1], y: [0, 0.5, 1], values: [1, 100, -1] },
      { ...unit, colorbar: { label: "loss", limits: [1, 100], scale: "log" } },
    ),
  );
  const fills = [...svg.matchAll(/<circle [^>]*fill="(#\w+)"/g)].map(([, fill]) => fill);
  expect(fills).toEqual(["#440154", "#fde725", "#b8bcc4"]);
  expect(svg).toContain(">loss</text>");
  expect(svg).toContain(">10⁰</text>");
});

it("cuts bars off at the axes", () => {
  const svg = figureToSvg(
    one(
      {
        kind: "rectangles",
        x: [
          [0, 1],
          [0.5, 9],
        ],
        y: [
          [0, 0.5],
          [0, 0.25],
        ],
      },
      { xlim: [0, 2], ylim: [0, 1] },
    ),
  );
  const bars = [...svg.matchAll(/<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)" fill="#1f77b4"/g)];
  const [first, second] = bars.map((bar) => bar.slice(1).map(Number)) as [number[], number[]];
  expect(second![0]! + second![2]!).toBeCloseTo(first![0]! + 2 * first![2]!, 1);
  expect(second![3]!).toBeCloseTo(first![3]! / 2, 1);
});

describe("a field", () => {
  it("is a picture with its lowest row at the bottom, and holes in it", () => {
    const svg = figureToSvg(one(square, { ...unit, colorbar: { limits: [0, 1] } }));
    const [, base64] = /href="data:image\/png;base64,([^"]+)"/.exec(svg)!;
    const png = decode(Buffer.from(base64!, "base64"));
    const pixel = (x: number, y: number) => [...png.data.slice((y * png.width + x) * 4, (y * png.width + x) * 4 + 4)];
    expect(pixel(0, png.height - 1)).toEqual([0x44, 0x01, 0x54, 255]);
    expect(pixel(png.width - 1, png.height - 1)).toEqual([0xfd, 0xe7, 0x25, 255]);
    expect(pixel(0, 0)[3]).toBe(0);
  });

  it("has contours at the levels", () => {
    const n = 20;
    const values = Array.from({ length: n * n }, (_, i) => (i % n) / (n - 1));
    const svg = figureToSvg(
      one({ ...square, style: "contours", columns: n, rows: n, values }, { ...unit, colorbar: { limits: [0, 1] } }),
    );
    const bands = [...svg.matchAll(/<path d="M[^"]+Z" fill="(#\w+)" fill-rule="evenodd"/g)];
    expect(bands.length).toBeGreaterThan(8);
    expect(new Set(bands.map(([, fill]) => fill)).size).toBe(bands.length);
    expect(svg).not.toMatch(/NaN/);
  });

  it("has regions of classes in the colours of lines, paler", () => {
    const svg = figureToSvg(one({ ...square, style: "classes", values: [0, 1, 1, 0] }, unit));
    expect(svg).toContain("data:image/png");
    expect(decode(svgToPng(svg)).width).toBe(960);
  });

  it("is shaded in a terminal, with dots upon it", () => {
    const plot = figure({
      ...unit,
      colorbar: { limits: [0, 1] },
      marks: [square, { kind: "dots", x: [0.25], y: [0.25] }],
    });
    const plain = terminal(plot).join("\n");
    expect(plain).toContain("@@@@");
    expect(plain).toMatch(/[\u2801-\u28ff]/);
    const colours = terminal(plot, 24).join("\n");
    expect(colours).toContain("▀");
    expect(stripEscapes(colours)).not.toMatch(/NaN/);
  });
});

it("draws a graph: edges, nodes and words, without a frame", () => {
  const plot = figure({
    frame: false,
    xticks: [],
    yticks: [],
    xlim: [-0.2, 1.2],
    ylim: [-0.2, 1.2],
    marks: [
      {
        kind: "lines",
        lines: [
          { x: [0, 1], y: [0, 1] },
          { x: [0, Number.NaN, 1], y: [1, 0.5, 0] },
        ],
        width: 2,
      },
      { kind: "dots", x: [0, 1], y: [0, 1], size: 10, label: "unit" },
      { kind: "texts", x: [0, 1], y: [0, 1], texts: ["in", "out"], above: 14 },
    ],
  });
  const svg = figureToSvg(plot);
  expect(svg).toMatch(/<path d="M[\d.]+ [\d.]+L[\d.]+ [\d.]+" stroke/);
  expect(svg.match(/<path d="M[\d.]+ [\d.]+M[\d.]+ [\d.]+" stroke/g)).toHaveLength(1);
  expect(svg).toContain(">in</text>");
  expect(svg).toContain(">unit</text>");
  const lines = terminal(plot).join("\n");
  expect(lines).toContain("in");
  expect(lines).toContain("out");
});

it("names ticks, and cuts names that are too long across", () => {
  const xticks = ["a very long name of a choice", "another very long name of one"].map((label, at) => ({ at, label }));
  const svg = figureToSvg(
    one({ kind: "dots", x: [0, 1], y: [0, 1] }, { xticks, xlim: [-0.5, 8], yticks: [{ at: 1, label: "top" }] }),
  );
  expect(svg).toContain(">top</text>");
  expect(svg).toMatch(/>a [^<]*…<\/text>/);
});

it("keeps hostile words text", () => {
  const plot = one(
    { kind: "dots", x: [0], y: [0], titles: [hostile], label: hostile },
    { colorbar: { label: hostile, limits: [0, 1] } },
  );
  const texts = one({ kind: "texts", x: [0], y: [0], texts: [hostile] });
  for (const svg of [figureToSvg(plot), figureToSvg(texts)]) {
    expect(svg).not.toContain("<img");
    expect(svg).not.toContain("<script");
    expect(svgToPng(svg).length).toBeGreaterThan(100);
  }
  const report = new MemoryReport();
  report.figure(plot);
  expect(reportHtml(report)).not.toContain("<img src=x");
});

it.each([
  ["no marks", { marks: [] }],
  [
    "empty marks",
    {
      marks: [
        { kind: "dots", x: [], y: [] },
        { kind: "lines", lines: [] },
        { kind: "texts", x: [], y: [], texts: [] },
      ],
    },
  ],
  ["a field of one cell", { marks: [{ ...square, columns: 1, rows: 1, values: [1], style: "contours" }] }],
  ["a field of holes", { marks: [{ ...square, values: Array(4).fill(Number.NaN), style: "contours" }] }],
  ["a flat field", { marks: [{ ...square, values: Array(4).fill(3), style: "contours" }] }],
  ["a flat colour bar", { marks: [square], colorbar: { limits: [1, 1] } }],
  ["huge values", { marks: [{ kind: "lines", lines: [{ x: [0, 1e300], y: [-1e300, 1] }] }], ...unit }],
] as [string, Partial<Panel>][])("survives %s", (_, panel) => {
  const plot = figure(panel);
  expect(figureToSvg(plot)).not.toMatch(/NaN|Infinity|undefined/);
  expect(terminal(plot).join("")).not.toMatch(/NaN|undefined/);
  expect(svgToPng(figureToSvg(plot)).length).toBeGreaterThan(100);
});
