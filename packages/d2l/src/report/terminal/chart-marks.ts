// The marks of a panel in a terminal: dots of braille, shades of colour behind them, words on top.
import { colorOfShade, type Rgb, shadeOnBar } from "../drawing/colormap.js";
import { barOfField, cellColor } from "../drawing/field-svg.js";
import { colorOf } from "../drawing/line-format.js";
import { type Axis, unitPosition } from "../drawing/scale.js";
import type { ColorBar, Field, Mark, Panel } from "../figure.js";
import type { BrailleCanvas } from "./braille-canvas.js";
import { displayWidth } from "./display-width.js";
import type { Paint } from "./paint.js";

/** Characters from low to high, where there are no colours. */
const ramp = " .:-=+*#%@";

/** Colours by the number of their ink: marks of one panel have many. */
export class Inks {
  readonly #rgb: Rgb[] = [];
  readonly #numbers = new Map<string, number>();

  of(rgb: Rgb): number {
    const key = rgb.join();
    let number = this.#numbers.get(key);
    if (number === undefined) {
      number = this.#rgb.push(rgb) - 1;
      this.#numbers.set(key, number);
    }
    return number;
  }

  rgb(number: number): Rgb {
    return this.#rgb[number]!;
  }
}

/** `#rrggbb` as three numbers. */
export function rgbOf(name: string): Rgb {
  const hex = colorOf(name, "dark");
  return [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)) as unknown as Rgb;
}

/** Where a value lies, in dots; far outside is held near, so that nothing overflows. NaN where there is no place. */
export function positionOn(value: number, axis: Axis, dots: number): number {
  const position = unitPosition(value, axis) * (dots - 1);
  return Number.isFinite(position) ? Math.max(-1e6, Math.min(1e6, position)) : Number.NaN;
}

/** Draws all marks but fields and texts. */
export function drawMarks(canvas: BrailleCanvas, panel: Panel, inks: Inks, x: Axis, y: Axis): void {
  for (const mark of panel.marks ?? []) drawMark(canvas, mark, panel.colorbar, inks, x, y);
}

function drawMark(canvas: BrailleCanvas, mark: Mark, bar: ColorBar | undefined, inks: Inks, x: Axis, y: Axis): void {
  if (mark.kind === "field" || mark.kind === "texts") return;
  const ink = (index: number) => {
    const value = mark.values?.[index];
    if (value === undefined || bar === undefined) return inks.of(rgbOf(mark.color ?? "C0"));
    return inks.of(colorOfShade(shadeOnBar(value, bar), bar.colormap ?? "viridis"));
  };
  const across = (value: number) => positionOn(value, x, canvas.width);
  const up = (value: number) => positionOn(value, y, canvas.height);
  switch (mark.kind) {
    case "rectangles":
      mark.x.forEach((spanX, index) => {
        const ends = [...spanX.map(across), ...(mark.y[index] ?? []).map(up)];
        if (ends.length === 4 && ends.every(Number.isFinite)) fill(canvas, ends, ink(index));
      });
      return;
    case "dots":
      mark.x.forEach((value, index) => {
        const [right, above] = [across(value), up(mark.y[index]!)];
        if (!Number.isNaN(right) && !Number.isNaN(above)) {
          for (const [dx, dy] of [
            [0, 0],
            [1, 0],
            [0, 1],
            [1, 1],
          ] as const)
            if (!mark.hollow || dx === dy) canvas.dot(right + dx, above + dy, ink(index));
        }
      });
      return;
    case "lines":
      mark.lines.forEach((line, index) => {
        for (let i = 1; i < Math.min(line.x.length, line.y.length); i++) {
          const ends = [across(line.x[i - 1]!), up(line.y[i - 1]!), across(line.x[i]!), up(line.y[i]!)] as const;
          if (!ends.some(Number.isNaN)) canvas.line(...ends, ink(index));
        }
      });
      return;
    default:
      mark satisfies never;
  }
}

/** All dots of a rectangle; a thin one has at least one. */
function fill(canvas: BrailleCanvas, [x1, x2, y1, y2]: readonly number[], ink: number): void {
  const [left, right] = [Math.max(0, Math.min(x1!, x2!)), Math.min(canvas.width - 1, Math.max(x1!, x2!))];
  const [low, high] = [Math.max(0, Math.min(y1!, y2!)), Math.min(canvas.height - 1, Math.max(y1!, y2!))];
  for (let column = Math.round(left); column <= Math.round(right); column++)
    for (let row = Math.round(low); row <= Math.round(high); row++) canvas.dot(column, row, ink);
}

/** What stands behind the braille of one cell: nothing, or the field's shade. */
export function fieldBehind(panel: Panel, columns: number, rows: number, x: Axis, y: Axis, paint: Paint) {
  const field = panel.marks?.find((mark): mark is Field => mark.kind === "field");
  if (field === undefined) return undefined;
  const bar = barOfField(field, panel.colorbar);
  const valueAt = (column: number, half: number): number => {
    // The middle of half a cell, in units of the axes, then of the field.
    const unitX = (column + 0.5) / columns;
    const unitY = 1 - (half + 0.5) / (rows * 2);
    const [left, right] = field.x.map((at) => unitPosition(at, x)) as [number, number];
    const [low, high] = field.y.map((at) => unitPosition(at, y)) as [number, number];
    const fieldColumn = Math.floor(((unitX - left) / (right - left)) * field.columns);
    const fieldRow = Math.floor(((unitY - low) / (high - low)) * field.rows);
    const within = fieldColumn >= 0 && fieldColumn < field.columns && fieldRow >= 0 && fieldRow < field.rows;
    return within ? field.values[fieldRow * field.columns + fieldColumn]! : Number.NaN;
  };
  return (row: number, column: number): string => {
    const [upper, lower] = [valueAt(column, row * 2), valueAt(column, row * 2 + 1)];
    if (paint.depth < 8) {
      const value = Number.isNaN(upper) ? lower : upper;
      const shade = field.style === "classes" ? value / 9 : shadeOnBar(value, bar);
      return Number.isNaN(shade) ? " " : ramp[Math.round(Math.max(0, Math.min(1, shade)) * (ramp.length - 1))]!;
    }
    const [top, bottom] = [cellColor(upper, field, bar), cellColor(lower, field, bar)];
    if (top === undefined && bottom === undefined) return " ";
    return `${paint.halves(top ?? bottom!, bottom ?? top!)}${paint.plain}`;
  };
}

/** Words over the canvas: by row, the column where each begins. */
export function textsOver(panel: Panel, canvas: BrailleCanvas, x: Axis, y: Axis) {
  const rows = new Map<number, { column: number; text: string }[]>();
  const columns = canvas.width / 2;
  for (const mark of panel.marks ?? []) {
    if (mark.kind !== "texts") continue;
    mark.texts.forEach((text, index) => {
      const dot = positionOn(mark.x[index]!, x, canvas.width);
      const height = positionOn(mark.y[index]!, y, canvas.height);
      if (Number.isNaN(dot) || Number.isNaN(height)) return;
      const row = Math.max(0, Math.min(canvas.height / 4 - 1, (canvas.height - 1 - Math.round(height)) >> 2));
      const width = displayWidth(text);
      const shift = mark.anchor === "start" ? 0 : mark.anchor === "end" ? width : width / 2;
      const column = Math.max(0, Math.min(columns - width, Math.round(dot / 2 - shift)));
      const others = rows.get(row) ?? [];
      // What would lie upon another text is left out.
      if (
        others.some(
          (other) => column < other.column + displayWidth(other.text) + 1 && other.column < column + width + 1,
        )
      )
        return;
      rows.set(row, [...others, { column, text }]);
    });
  }
  return rows;
}
