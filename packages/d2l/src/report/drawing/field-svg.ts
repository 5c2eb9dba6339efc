// A field of numbers as SVG: a picture of cells, or bands between levels with lines.
import { contours } from "d3-contour";
import { encode } from "fast-png";
import type { ColorBar, Field } from "../figure.js";
import { colorOfShade, hexOf, type Rgb, shadeOnBar, shadeOnGround } from "./colormap.js";
import { colorOf, type Scheme } from "./line-format.js";
import { type MarkStyle, short } from "./marks-svg.js";
import { base64 } from "./picture-png.js";
import { linearTicks, unitPosition } from "./scale.js";

/** The page's, where it is dark. */
const darkGround = [20, 22, 26];

/** How many bands a colour bar is cut into. */
const bands = 12;

export function fieldSvg(field: Field, bar: ColorBar | undefined, style: MarkStyle): string {
  const frame = frameOf(field, style);
  if (!frame.every(Number.isFinite) || field.columns < 1 || field.rows < 1) return "";
  if (field.style === "contours" && field.columns > 1 && field.rows > 1) return contourSvg(field, bar, frame, style);
  return cellSvg(field, bar, frame, style);
}

type Frame = readonly [left: number, top: number, width: number, height: number];

/** Where the field lies, in points: for most it is the whole of the axes. */
function frameOf(field: Field, { box, x, y }: MarkStyle): Frame {
  const [left, right] = field.x.map((at) => box.left + unitPosition(at, x) * box.width) as [number, number];
  const [bottom, top] = field.y.map((at) => box.top + (1 - unitPosition(at, y)) * box.height) as [number, number];
  return [left, top, right - left, bottom - top];
}

/** The limits of colours: the bar's, else those of the values. */
export function barOfField(field: Field, bar: ColorBar | undefined): ColorBar {
  if (bar !== undefined) return bar;
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < field.values.length; i++) {
    const value = field.values[i]!;
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return { limits: low <= high ? [low, high] : [0, 1] };
}

/** The colour of one cell; `undefined` for a hole. */
export function cellColor(value: number, field: Field, bar: ColorBar, scheme: Scheme = "light"): Rgb | undefined {
  if (Number.isNaN(value)) return undefined;
  if (field.style === "classes") {
    const hex = colorOf(`C${Math.max(0, Math.round(value)) % 10}`);
    const ground = scheme === "dark" ? darkGround : [255, 255, 255];
    // Nearer to the ground than the points and the words that lie upon it.
    return ground.map((from, i) => {
      const own = Number.parseInt(hex.slice(1 + 2 * i, 3 + 2 * i), 16);
      return Math.round(from + (own - from) * 0.45);
    }) as never;
  }
  const shade = shadeOnBar(value, bar);
  return Number.isNaN(shade) ? undefined : colorOfShade(shadeOnGround(shade, scheme), bar.colormap ?? "viridis");
}

function cellSvg(
  field: Field,
  given: ColorBar | undefined,
  [left, top, width, height]: Frame,
  { box, scheme }: MarkStyle,
) {
  const bar = barOfField(field, given);
  // Renderers that smooth what they enlarge blur small pictures: each cell becomes a square of some pixels.
  const enlarge = Math.max(1, Math.min(16, Math.ceil(500 / Math.max(field.columns, field.rows))));
  const [across, down] = [field.columns * enlarge, field.rows * enlarge];
  const data = new Uint8Array(across * down * 4);
  for (let row = 0, at = 0; row < down; row++) {
    const cellRow = (field.rows - 1 - Math.floor(row / enlarge)) * field.columns;
    for (let column = 0; column < across; column++, at += 4) {
      const color = cellColor(field.values[cellRow + Math.floor(column / enlarge)]!, field, bar, scheme);
      if (color !== undefined) data.set([...color, 255], at);
    }
  }
  const png = base64(encode({ width: across, height: down, data, channels: 4, depth: 8 }));
  const image = `<image x="${short(left)}" y="${short(top)}" width="${short(width)}" height="${short(height)}" preserveAspectRatio="none" style="image-rendering:pixelated" xlink:href="data:image/png;base64,${png}"/>`;
  return within(image, [left, top, width, height], box);
}

/** A field larger than the axes is cut off at them. */
function within(content: string, [left, top, width, height]: Frame, box: MarkStyle["box"]): string {
  const slack = 0.5;
  const fits =
    left >= box.left - slack &&
    top >= box.top - slack &&
    left + width <= box.left + box.width + slack &&
    top + height <= box.top + box.height + slack;
  if (fits) return content;
  const id = `field-${[box.left, box.top, box.width, box.height].map((n) => Math.round(n * 100)).join("-")}`;
  return `<clipPath id="${id}"><rect x="${short(box.left)}" y="${short(box.top)}" width="${short(box.width)}" height="${short(box.height)}"/></clipPath><g clip-path="url(#${id})">${content}</g>`;
}

/** The levels between bands: round numbers between the bar's limits. */
export function levelsOf({ limits: [low, high], scale }: ColorBar): number[] {
  if (!(high > low)) return [low];
  if (scale === "log" && low > 0) {
    const [from, to] = [Math.log10(low), Math.log10(high)];
    return Array.from({ length: bands + 1 }, (_, i) => 10 ** (from + ((to - from) * i) / bands));
  }
  const inner = linearTicks(low, high, bands).map(({ at }) => at);
  return [...(inner[0] === low ? [] : [low]), ...inner];
}

/** Bands, each level's region upon the one before, as `contourf` of matplotlib has them, with thin lines between. */
function contourSvg(field: Field, given: ColorBar | undefined, frame: Frame, { box, scheme }: MarkStyle): string {
  const bar = barOfField(field, given);
  const levels = levelsOf(bar);
  const [left, top, width, height] = frame;
  const { columns, rows } = field;
  // Values below the first level belong to its band; holes stay below all of them.
  const values = Array.from({ length: columns * rows }, (_, i) => {
    const value = field.values[i]!;
    return Number.isFinite(value) ? Math.max(value, levels[0]!) : Number.NEGATIVE_INFINITY;
  });
  const line = scheme === "dark" ? "#000000" : "#ffffff";
  const paths = contours()
    .size([columns, rows])
    .thresholds(levels)(values)
    .map(({ coordinates, value }, index) => {
      const next = levels[index + 1] ?? Math.max(value, bar.limits[1]);
      const middle = shadeOnBar((value + next) / 2, bar);
      let path = "";
      for (const ring of coordinates.flat()) {
        ring.forEach(([across, up], point) => {
          const x = left + (Math.max(0, Math.min(columns, across!)) / columns) * width;
          const y = top + (1 - Math.max(0, Math.min(rows, up!)) / rows) * height;
          path += `${point === 0 ? "M" : "L"}${short(x)} ${short(y)}`;
        });
        path += "Z";
      }
      if (path === "") return "";
      const fill = hexOf(colorOfShade(shadeOnGround(middle, scheme), bar.colormap ?? "viridis"));
      return `<path d="${path}" fill="${fill}" fill-rule="evenodd" stroke="${line}" stroke-opacity="0.35" stroke-width="0.6"/>`;
    });
  return within(`<g>${paths.join("")}</g>`, frame, box);
}
