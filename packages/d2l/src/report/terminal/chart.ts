// A plot drawn with characters: braille lines within axes, for a terminal.
import { colorOfShade } from "../drawing/colormap.js";
import { type Dash, type LineFormat, parseLineFormats } from "../drawing/line-format.js";
import { namedMarks } from "../drawing/mark-extent.js";
import { type Axis, axesOf, measured, unitOf } from "../drawing/scale.js";
import type { ColorBar, Panel, PlotFigure, Series } from "../figure.js";
import { formatNumber } from "../text/numbers.js";
import { BrailleCanvas, type DashPattern } from "./braille-canvas.js";
import { drawMarks, fieldBehind, Inks, positionOn, rgbOf, textsOver } from "./chart-marks.js";
import { displayWidth, pad, truncate, wrap } from "./display-width.js";
import type { Paint } from "./paint.js";

/** Dots on and off: lines can be told apart without colours. */
const dashPatterns: Readonly<Record<Dash, DashPattern>> = {
  "-": [],
  "--": [5, 3],
  "-.": [5, 2, 1, 2],
  ":": [1, 2.5],
  "": [0, 1],
};
const samples: Readonly<Record<Dash, string>> = { "-": "━━━", "--": "╍╍╍", "-.": "━·━", ":": "···", "": " • " };

/** A figure's panels beside and below each other, in at most `columns` columns and, where it can be done, `rows` rows. */
export function chartLines(figure: PlotFigure, columns: number, rows: number, paint: Paint): string[] {
  const gap = 2;
  // Too narrow to be beside each other, panels go below each other.
  const across = Math.max(1, Math.min(figure.columns, Math.floor((columns + gap) / (30 + gap))));
  const down = Math.ceil(figure.panels.length / across);
  const width = Math.floor((columns - gap * (across - 1)) / across);
  const height = Math.max(9, Math.floor(rows / down));
  const lines: string[] = [];
  for (let first = 0; first < figure.panels.length; first += across) {
    const drawn = figure.panels.slice(first, first + across).map((panel) => panelLines(panel, width, height, paint));
    const tallest = Math.max(...drawn.map((panel) => panel.length));
    for (let row = 0; row < tallest; row++) {
      const parts = drawn.map((panel) => pad(panel[row] ?? "", width));
      lines.push(parts.join(" ".repeat(gap)).trimEnd());
    }
  }
  return lines;
}

/** One panel: title, axes with their lines, labels, legend. */
export function panelLines(panel: Panel, columns: number, rows: number, paint: Paint): string[] {
  const formats = parseLineFormats(panel.series.map(({ format }) => format));
  const named = [...panel.series, ...namedMarks(panel)];
  const legend = [
    ...legendLines(named, parseLineFormats(named.map(({ format }) => format)), columns, paint),
    ...colorBarLines(panel.colorbar, columns, paint),
  ];
  const heading = [panel.title, panel.ylabel].filter((part) => part).join(" · ");
  const canvasRows = Math.max(3, rows - legend.length - 2 - (heading ? 1 : 0) - (panel.xlabel ? 1 : 0));
  const room = { textWidth: displayWidth, textHeight: 2, up: canvasRows };
  const { y } = axesOf(panel, { ...room, across: columns });
  const labelWidth = Math.max(1, ...y.ticks.map(({ label }) => displayWidth(label)));
  const canvasColumns = Math.max(4, columns - labelWidth - 3);
  const { x } = axesOf(panel, { ...room, across: canvasColumns });

  const canvas = new BrailleCanvas(canvasColumns, canvasRows);
  const inks = new Inks();
  drawMarks(canvas, panel, inks, x, y);
  // Inks of lines come after those of marks: black and white among them are the terminal's to choose.
  const firstLine = 1 << 14;
  panel.series.forEach((series, index) => {
    // In a colour, a solid line is easier to follow than coarse dashes.
    const format = formats[index]!;
    const dash = paint.depth > 1 && format.dash !== "" ? "-" : format.dash;
    drawLine(canvas, measured(series), { ...format, dash }, firstLine + index, x, y);
  });
  const drawn = canvas.rows(
    (text, ink) =>
      ink >= firstLine ? paintLine(paint, formats[ink - firstLine]!.color, text) : paint.color(inks.rgb(ink), text),
    fieldBehind(panel, canvasColumns, canvasRows, x, y, paint),
    textsOver(panel, canvas, x, y),
  );

  const lines = heading ? [paint.style("dim", truncate(" ".repeat(labelWidth + 2) + heading, columns))] : [];
  const marks = new Map(y.ticks.map((tick) => [rowOf(tick.at, y, canvas), tick.label]));
  drawn.forEach((row, index) => {
    const label = marks.get(index);
    const axis = `${pad(label ?? "", labelWidth, "start")} ${label === undefined ? "│" : "┤"}`;
    lines.push(`${paint.style("dim", axis)}${row}`.trimEnd());
  });
  lines.push(...xAxisLines(x, canvas, labelWidth + 1, panel.xlabel).map((line) => paint.style("dim", line)));
  return [...lines, ...legend];
}

function drawLine(
  canvas: BrailleCanvas,
  line: ReturnType<typeof measured>,
  format: LineFormat,
  ink: number,
  x: Axis,
  y: Axis,
): void {
  let before: readonly [number, number] | undefined;
  let phase = 0;
  for (let i = 0; i < line.x.length; i++) {
    const across = positionOn(line.x[i]!, x, canvas.width);
    const up = positionOn(line.y[i]!, y, canvas.height);
    if (Number.isNaN(across) || Number.isNaN(up)) {
      // A log axis has no place for it: dropped. NaN: the line is broken.
      if (!(y.scale === "log" && line.y[i]! <= 0)) before = undefined;
      continue;
    }
    if (format.dash === "" || line.x.length === 1) canvas.dot(across, up, ink);
    else if (before !== undefined)
      phase = canvas.line(before[0], before[1], across, up, ink, dashPatterns[format.dash], phase);
    if (format.points) {
      for (const [right, above] of [
        [1, 0],
        [0, 1],
        [1, 1],
      ] as const)
        canvas.dot(across + right, up + above, ink);
    }
    before = [across, up];
  }
}

function rowOf(at: number, axis: Axis, canvas: BrailleCanvas): number {
  const dot = Math.round(unitOf(at, axis) * (canvas.height - 1));
  return (canvas.height - 1 - dot) >> 2;
}

/** The axis with its ticks, their labels, and its name. */
function xAxisLines(x: Axis, canvas: BrailleCanvas, indent: number, label: string | undefined): string[] {
  const columns = canvas.width / 2;
  const axis = Array.from({ length: columns }, () => "─");
  const labels = Array.from({ length: columns + indent + 1 }, () => " ");
  let end = 0;
  for (const tick of x.ticks) {
    const column = Math.round(unitOf(tick.at, x) * (canvas.width - 1)) >> 1;
    axis[column] = "┬";
    const from = Math.max(
      0,
      Math.min(indent + 1 + column - (tick.label.length >> 1), labels.length - tick.label.length),
    );
    if (from < end) continue;
    for (const [offset, character] of [...tick.label].entries()) labels[from + offset] = character;
    end = from + tick.label.length + 1;
  }
  const lines = [`${" ".repeat(indent)}└${axis.join("")}`, labels.join("").trimEnd()];
  if (label) {
    const before = Math.max(0, indent + 1 + Math.floor((columns - displayWidth(label)) / 2));
    lines.push(truncate(" ".repeat(before) + label, labels.length));
  }
  return lines;
}

/** The colours from low to high, and what they stand for. */
function colorBarLines(bar: ColorBar | undefined, columns: number, paint: Paint): string[] {
  if (bar === undefined) return [];
  const [low, high] = bar.limits.map(formatNumber) as [string, string];
  const steps = 12;
  const cells = Array.from({ length: steps }, (_, i) =>
    paint.depth < 8
      ? " .:-=+*#%@"[Math.round((i / (steps - 1)) * 9)]!
      : paint.color(colorOfShade((i + 0.5) / steps, bar.colormap ?? "viridis"), "█"),
  );
  const name = bar.label ? `  ${bar.label}` : "";
  return [truncate(`  ${low} ${cells.join("")} ${high}${name}`, columns)];
}

function legendLines(
  series: readonly Series[],
  formats: readonly LineFormat[],
  columns: number,
  paint: Paint,
): string[] {
  const lines: string[] = [];
  let line = "";
  series.forEach(({ label }, index) => {
    if (!label) return;
    const format = formats[index]!;
    const name = wrap(label, columns - 6)[0]!;
    const sample = samples[paint.depth > 1 && format.dash !== "" ? "-" : format.dash];
    const entry = `${paintLine(paint, format.color, sample)} ${name}`;
    if (line !== "" && displayWidth(line) + 3 + displayWidth(entry) > columns) {
      lines.push(line);
      line = "";
    }
    line += `${line === "" ? "  " : "   "}${entry}`;
  });
  if (line !== "") lines.push(line);
  return lines;
}

/** Black and white are the terminal's own foreground: which of them can be seen is not ours to know. */
function paintLine(paint: Paint, name: string | undefined, text: string): string {
  if (name === undefined || name === "k" || name === "w") return text;
  return paint.color(rgbOf(name), text);
}
