// The colour bar beside a panel: what its colours stand for.
import type { ColorBar } from "../figure.js";
import { escapeMarkup } from "../text/escape.js";
import { colorOfShade, hexOf, shadeOnGround } from "./colormap.js";
import { estimateWidth, fontFamily } from "./font.js";
import type { Scheme } from "./line-format.js";
import { type Box, short } from "./marks-svg.js";
import { linearTicks, logTicks, type Tick } from "./scale.js";

const barWidth = 11;
const gap = 10;
const tickLength = 3.5;

/** Ticks of the bar, their places from 0 to 1. */
function ticksOf({ limits: [low, high], scale }: ColorBar, count: number): readonly Tick[] {
  if (!(high > low)) return linearTicks(low - 0.5, low + 0.5, 1).map((tick) => ({ ...tick, at: 0.5 }));
  if (scale === "log" && low > 0) {
    const [from, to] = [Math.log10(low), Math.log10(high)];
    return logTicks(from, to, count).map(({ at, label }) => ({ at: (at - from) / (to - from), label }));
  }
  return linearTicks(low, high, count).map(({ at, label }) => ({ at: (at - low) / (high - low), label }));
}

const tickCount = (height: number, fontSize: number) => Math.max(2, Math.floor(height / (fontSize * 2.6)));

/** How much room it takes on the right. */
export function colorBarWidth(bar: ColorBar, height: number, fontSize: number): number {
  const ticks = ticksOf(bar, tickCount(height, fontSize));
  const widest = Math.max(0, ...ticks.map(({ label }) => estimateWidth(label, fontSize)));
  return gap + barWidth + tickLength + 3 + widest + (bar.label ? fontSize + 6 : 0);
}

/** The bar to the right of `box`. */
export function colorBarSvg(
  bar: ColorBar,
  box: Box,
  fontSize: number,
  ink: { text: string; axis: string },
  scheme: Scheme,
): string {
  const left = box.left + box.width + gap;
  const right = left + barWidth;
  const steps = 64;
  const step = box.height / steps;
  const cells = Array.from({ length: steps }, (_, index) => {
    const fill = hexOf(colorOfShade(shadeOnGround((index + 0.5) / steps, scheme), bar.colormap ?? "viridis"));
    // A little higher than its share: seams between cells would show.
    return `<rect x="${short(left)}" y="${short(box.top + box.height - (index + 1) * step)}" width="${barWidth}" height="${short(step + (index === 0 ? 0 : 0.4))}" fill="${fill}"/>`;
  });
  const ticks = ticksOf(bar, tickCount(box.height, fontSize));
  const marks = ticks.map(({ at, label }) => {
    const y = box.top + (1 - at) * box.height;
    return `<path d="M${short(right)} ${short(y)}h${tickLength}" stroke="${ink.axis}" stroke-width="0.8"/><text x="${short(right + tickLength + 3)}" y="${short(y + fontSize * 0.36)}">${escapeMarkup(label)}</text>`;
  });
  const widest = Math.max(0, ...ticks.map(({ label }) => estimateWidth(label, fontSize)));
  const x = short(right + tickLength + 3 + widest + fontSize + 2);
  const y = short(box.top + box.height / 2);
  const name = bar.label
    ? `<text x="${x}" y="${y}" text-anchor="middle" transform="rotate(-90 ${x} ${y})">${escapeMarkup(bar.label)}</text>`
    : "";
  const frame = `<rect x="${short(left)}" y="${short(box.top)}" width="${barWidth}" height="${short(box.height)}" fill="none" stroke="${ink.axis}" stroke-width="0.8"/>`;
  return `<g font-size="${fontSize}" font-family="${fontFamily}" fill="${ink.text}">${cells.join("")}${frame}${marks.join("")}${name}</g>`;
}
