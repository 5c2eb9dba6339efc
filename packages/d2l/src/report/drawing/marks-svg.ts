// The marks of a panel as SVG: fields beneath the axes, all else above them. Runs in browsers too.
import type { ColorBar, Dots, Lines, Mark, Panel, Rectangles, Texts } from "../figure.js";
import { escapeMarkup } from "../text/escape.js";
import { colorOfShade, hexOf, shadeOnBar, shadeOnGround } from "./colormap.js";
import { fieldSvg } from "./field-svg.js";
import { fontFamily } from "./font.js";
import { colorOf, type Scheme } from "./line-format.js";
import { type Axis, unitPosition } from "./scale.js";

/** The rectangle between the axes, in points. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Where and how marks are drawn. */
export interface MarkStyle {
  readonly box: Box;
  readonly x: Axis;
  readonly y: Axis;
  readonly scheme: Scheme;
  readonly fontSize: number;
  readonly text: string;
}

/** All marks of a panel, in two layers. */
export function marksSvg(panel: Panel, style: MarkStyle): { readonly below: string; readonly above: string } {
  let below = "";
  let above = "";
  for (const mark of panel.marks ?? []) {
    if (mark.kind === "field") below += fieldSvg(mark, panel.colorbar, style);
    else above += markSvg(mark, panel.colorbar, style);
  }
  return { below, above };
}

function markSvg(mark: Exclude<Mark, { kind: "field" }>, bar: ColorBar | undefined, style: MarkStyle): string {
  switch (mark.kind) {
    case "rectangles":
      return rectangles(mark, bar, style);
    case "dots":
      return dots(mark, bar, style);
    case "lines":
      return lines(mark, bar, style);
    case "texts":
      return texts(mark, style);
    default:
      return mark satisfies never;
  }
}

/** Two decimals: a hundredth of a point nobody sees. */
export const short = (value: number) => String(Math.round(value * 100) / 100);

/** Across and up in points; NaN where the axis has no place. Far outside is held near. */
function placeOf(x: number, y: number, { box, x: across, y: up }: MarkStyle): readonly [number, number] {
  const held = (unit: number) => Math.max(-50, Math.min(51, unit));
  return [box.left + held(unitPosition(x, across)) * box.width, box.top + (1 - held(unitPosition(y, up))) * box.height];
}

/** What is pointed at says this. */
const titled = (title: string | undefined) => (title ? `<title>${escapeMarkup(title)}</title>` : "");

function colorsOf(mark: Rectangles | Dots | Lines, bar: ColorBar | undefined, { scheme }: MarkStyle) {
  const plain = colorOf(mark.color ?? "C0", scheme);
  const none = scheme === "dark" ? "#6b7280" : "#b8bcc4";
  return (index: number): string => {
    const value = mark.values?.[index];
    if (value === undefined || bar === undefined) return plain;
    const shade = shadeOnBar(value, bar);
    return Number.isNaN(shade) ? none : hexOf(colorOfShade(shadeOnGround(shade, scheme), bar.colormap ?? "viridis"));
  };
}

function rectangles(mark: Rectangles, bar: ColorBar | undefined, style: MarkStyle): string {
  const color = colorsOf(mark, bar, style);
  const { box } = style;
  const within = (at: number, from: number, length: number) => Math.max(from, Math.min(from + length, at));
  const parts = mark.x.map(([fromX, toX], index) => {
    const [fromY, toY] = mark.y[index] ?? [Number.NaN, Number.NaN];
    const [x1, y1] = placeOf(fromX, fromY, style);
    const [x2, y2] = placeOf(toX, toY, style);
    if (![x1, y1, x2, y2].every(Number.isFinite)) return "";
    const [left, right] = [Math.min(x1, x2), Math.max(x1, x2)].map((at) => within(at, box.left, box.width));
    const [top, bottom] = [Math.min(y1, y2), Math.max(y1, y2)].map((at) => within(at, box.top, box.height));
    return `<rect x="${short(left!)}" y="${short(top!)}" width="${short(right! - left!)}" height="${short(bottom! - top!)}" fill="${color(index)}">${titled(mark.titles?.[index])}</rect>`;
  });
  return `<g>${parts.join("")}</g>`;
}

function dots(mark: Dots, bar: ColorBar | undefined, style: MarkStyle): string {
  const color = colorsOf(mark, bar, style);
  const radius = mark.size ?? 3;
  const rim = style.scheme === "dark" ? "#14161a" : "#ffffff";
  const parts = mark.x.map((x, index) => {
    const [across, up] = placeOf(x, mark.y[index]!, style);
    if (!inside(across, up, style.box)) return "";
    // Within a field, dots need a rim to be seen.
    const paint = mark.hollow
      ? `fill="none" stroke="${color(index)}" stroke-width="1.4"`
      : `fill="${color(index)}" stroke="${rim}" stroke-width="0.7"`;
    return `<circle cx="${short(across)}" cy="${short(up)}" r="${short(radius)}" ${paint}>${titled(mark.titles?.[index])}</circle>`;
  });
  return `<g>${parts.join("")}</g>`;
}

function inside(across: number, up: number, { left, top, width, height }: Box): boolean {
  const slack = 0.5;
  return across >= left - slack && across <= left + width + slack && up >= top - slack && up <= top + height + slack;
}

function lines(mark: Lines, bar: ColorBar | undefined, style: MarkStyle): string {
  const color = colorsOf(mark, bar, style);
  const parts = mark.lines.map((line, index) => {
    let path = "";
    let broken = true;
    for (let i = 0; i < Math.min(line.x.length, line.y.length); i++) {
      const [across, up] = placeOf(line.x[i]!, line.y[i]!, style);
      const drawn = Number.isFinite(across) && Number.isFinite(up);
      if (drawn) path += `${broken ? "M" : "L"}${short(across)} ${short(up)}`;
      broken = !drawn;
    }
    if (path === "") return "";
    return `<path d="${path}" stroke="${color(index)}">${titled(mark.titles?.[index])}</path>`;
  });
  // Lines end where the axes do. The name tells the rectangle: where it is defined twice on a page, it is the same one.
  const { left, top, width, height } = style.box;
  const [x, y, across, up] = [left, top, width, height].map(short);
  const clip = `clip-${x}-${y}-${across}-${up}`.replaceAll(".", "_");
  return `<clipPath id="${clip}"><rect x="${x}" y="${y}" width="${across}" height="${up}"/></clipPath><g clip-path="url(#${clip})" fill="none" stroke-width="${short(mark.width ?? 1)}" stroke-linejoin="round">${parts.join("")}</g>`;
}

function texts(mark: Texts, style: MarkStyle): string {
  const { fontSize } = style;
  const parts = mark.texts.map((text, index) => {
    const [across, up] = placeOf(mark.x[index]!, mark.y[index]!, style);
    if (!Number.isFinite(across) || !Number.isFinite(up)) return "";
    // A third of the type's size below the middle is where the middle of its letters stands.
    return `<text x="${short(across)}" y="${short(up - (mark.above ?? 0) + fontSize * 0.36)}">${escapeMarkup(text)}</text>`;
  });
  // A rim of the ground's colour, so that words can be read across lines.
  const rim = style.scheme === "dark" ? "#1c1f25" : "#ffffff";
  return `<g font-size="${fontSize}" font-family="${fontFamily}" fill="${style.text}" stroke="${rim}" stroke-opacity="0.85" stroke-width="2.5" stroke-linejoin="round" paint-order="stroke" text-anchor="${mark.anchor ?? "middle"}">${parts.join("")}</g>`;
}
