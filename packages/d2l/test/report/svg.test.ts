// Figures as SVG and PNG.
import { decode } from "fast-png";
import { describe, expect, it } from "vitest";
import type { PlotFigure } from "../../src/report/figure.js";
import { svgToPng } from "../../src/report/png.js";
import { figureToSvg } from "../../src/report/svg.js";
import { hostile, losses, predictions, trainingCurve } from "./figures.js";

const plot = (panel: PlotFigure["panels"][number], figsize: [number, number] = [3.5, 2.5]): PlotFigure => ({
  kind: "plot",
  id: "one",
  figsize,
  rows: 1,
  columns: 1,
  panels: [panel],
});

/** Paths with a colour, as attributes. */
function strokes(svg: string, color: string): string[] {
  return [...svg.matchAll(/<path [^>]*>/g)].map(([path]) => path).filter((path) => path.includes(`stroke="${color}"`));
}

describe("a plot", () => {
  const svg = figureToSvg(trainingCurve());

  it("has matplotlib's size: inches of 72 points", () => {
    expect(svg).toMatch(/^<svg [^>]*width="252pt" height="180pt" viewBox="0 0 252 180">/);
  });

  it("draws every line in its colour and style", () => {
    expect(strokes(svg, "#1f77b4")[0]).not.toContain("dasharray");
    expect(strokes(svg, "#bf00bf")[0]).toContain('stroke-dasharray="5.5,2.4"');
    expect(strokes(svg, "#008000")[0]).toContain('stroke-dasharray="9.6,2.4,1.5,2.4"');
  });

  it("says what is what", () => {
    for (const text of ["train loss", "train acc", "test acc", "epoch", "0.9", "10"]) {
      expect(svg).toContain(`>${text}</text>`);
    }
  });

  it("needs nothing from elsewhere and answers no pointer", () => {
    expect(svg.replace(/xmlns(:xlink)?="[^"]*"/g, "")).not.toMatch(/https?:|<script|@import|:hover \{\s*cursor/);
  });
});

it("has as many axes as panels, each with its title", () => {
  const svg = figureToSvg(losses);
  expect(svg.match(/<g transform="translate\(\d/g)).toHaveLength(3);
  for (const degree of [1, 3, 20]) expect(svg).toContain(`>degree ${degree}</text>`);
  expect(svg).toContain(">10⁻²</text>");
});

it("draws a single point, and a line over a point that was not measured", () => {
  expect(figureToSvg(plot({ series: [{ x: [1], y: [0.5] }] }))).toMatch(/<path d="M1 0A1 1[^>]*fill="#1f77b4"/);
  const [line] = strokesOfLine([{ x: [1, 2, 3, 4], y: [1, null, 3, 2] }]);
  expect(line!.match(/L/g)).toHaveLength(2);
});

function strokesOfLine(series: PlotFigure["panels"][number]["series"]): string[] {
  return strokes(figureToSvg(plot({ series })), "#1f77b4");
}

it.each([
  ["no lines", { series: [] }],
  ["no points", { series: [{ x: [], y: [], label: "none" }] }],
  ["NaN and infinity", { series: [{ x: [1, 2, 3], y: [Number.NaN, Number.POSITIVE_INFINITY, 1] }] }],
  ["huge values", { ylim: [0.3, 0.9] as const, series: [{ x: [1, 2, 3], y: [1e300, 0.6, -1e300] }] }],
  ["tiny values", { series: [{ x: [1e-300, 2e-300], y: [1e-12, 1.000001e-12] }] }],
  ["nothing a log axis can show", { yscale: "log" as const, series: [{ x: [1, 2], y: [0, -1] }] }],
])("survives %s, as a picture too", (_, panel) => {
  const svg = figureToSvg(plot(panel));
  expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  expect(svgToPng(svg).length).toBeGreaterThan(100);
});

it("keeps hostile names text", () => {
  const named = plot({
    title: hostile,
    xlabel: hostile,
    ylabel: hostile,
    series: [{ x: [1, 2], y: [1, 2], label: hostile }],
  });
  const pictures = { ...predictions, pictures: predictions.pictures.map((one) => ({ ...one, title: hostile })) };
  for (const figure of [named, pictures]) {
    const svg = figureToSvg(figure);
    for (const danger of ["<script", "<img", "<!--", "\u0000"]) expect(svg).not.toContain(danger);
    // The renderer is an XML parser as strict as any.
    expect(svgToPng(svg).length).toBeGreaterThan(100);
  }
});

describe("a grid of pictures", () => {
  const svg = figureToSvg(predictions);

  it("has every picture, crisp, with the lines of its title above", () => {
    expect(svg.match(/<image /g)).toHaveLength(6);
    expect(svg.match(/image-rendering:pixelated/g)).toHaveLength(6);
    expect(svg.match(/>trouser<\/text>/g)).toHaveLength(6);
    expect(svg).toMatch(/width="648pt"/);
  });

  it("has the colours of viridis", () => {
    const [, data] = /data:image\/png;base64,([^"]*)"/.exec(svg)!;
    const { width, height, channels, data: pixels } = decode(Buffer.from(data!, "base64"));
    expect([width, height, channels]).toEqual([224, 224, 3]);
    expect([...pixels.slice(0, 3)]).toEqual([0x44, 0x01, 0x54]);
    expect([...pixels.slice(223 * 3, 224 * 3)]).toEqual([0xfd, 0xe7, 0x25]);
  });
});

describe("PNG", () => {
  it("is twice the size in CSS pixels", () => {
    const { width, height } = decode(svgToPng(figureToSvg(trainingCurve())));
    expect([width, height]).toEqual([672, 480]);
  });

  it("has its text drawn", () => {
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="60" height="20"><rect width="60" height="20" fill="#fff"/><text x="2" y="15" font-family="DejaVu Sans, sans-serif" font-size="12">epoch</text></svg>`;
    const { data, channels } = decode(svgToPng(svg));
    let dark = 0;
    for (let at = 0; at < data.length; at += channels) if (data[at]! < 128) dark++;
    expect(dark).toBeGreaterThan(50);
  });
});
