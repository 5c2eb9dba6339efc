// Axis arithmetic: limits, scales and round tick values, the same for every renderer.
import type { NamedTick, Panel, Scale, Series } from "../figure.js";
import { outlineOf } from "./mark-extent.js";

/** One axis, ready to draw: positions are in `transform`ed units. */
export interface Axis {
  readonly scale: Scale;
  /** Limits in transformed units, low first. */
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly Tick[];
}

/** A tick: where (in transformed units) and what it says. */
export interface Tick {
  readonly at: number;
  readonly label: string;
}

/** A value in the units in which an axis is even: itself, or its decimal logarithm (NaN where there is none). */
function transform(value: number, scale: Scale): number {
  if (scale === "linear") return value;
  return value > 0 ? Math.log10(value) : Number.NaN;
}

/** How much room there is for ticks, in the renderer's own unit (points, or columns of a terminal). */
export interface Room {
  readonly across: number;
  readonly up: number;
  /** The width of a label in that unit, and what a line of labels takes with the space around it. */
  readonly textWidth: (text: string) => number;
  readonly textHeight: number;
}

/** Where a value lies along an axis: 0 at its low end, 1 at its high end. NaN where there is no place for it. */
export function unitPosition(value: number, axis: Axis): number {
  return unitOf(transform(value, axis.scale), axis);
}

/** The same for a position in transformed units, a tick's say. */
export function unitOf(at: number, axis: Axis): number {
  return (at - axis.low) / (axis.high - axis.low);
}

/** Both axes of a panel, with as many round ticks as there is room for. */
export function axesOf(panel: Panel, room: Room): { readonly x: Axis; readonly y: Axis } {
  const drawable = [...panel.series.map(measured), ...(panel.marks ?? []).flatMap(outlineOf)];
  const xs = drawable.map((line) => line.x);
  const ys = drawable.map((line) => line.y);
  const x = extentOf(xs, panel.xscale ?? "linear", panel.xlim);
  const y = extentOf(ys, panel.yscale ?? "linear", panel.ylim);
  const upTicks = Math.max(2, Math.floor(room.up / room.textHeight));
  return {
    x: { ...x, ticks: panel.xticks === undefined ? acrossTicks(x, room) : namedTicks(panel.xticks, x, room) },
    y: { ...y, ticks: panel.yticks === undefined ? ticksOf(y, upTicks) : namedTicks(panel.yticks, y) },
  };
}

/** Ticks with names, those within the limits; across, a name longer than the way to its neighbour is cut. */
function namedTicks(named: readonly NamedTick[], extent: Extent, room?: Room): readonly Tick[] {
  const ticks = named
    .map(({ at, label }) => ({ at: transform(at, extent.scale), label }))
    .filter(({ at }) => at >= extent.low && at <= extent.high);
  if (room === undefined) return ticks;
  const gap = Math.min(1, ...ticks.slice(1).map(({ at }, i) => (at - ticks[i]!.at) / (extent.high - extent.low)));
  const space = gap * room.across - room.textWidth("0");
  return ticks.map(({ at, label }) => ({ at, label: cut(label, space, room) }));
}

function cut(label: string, space: number, { textWidth }: Room): string {
  if (textWidth(label) <= space) return label;
  const characters = [...label];
  while (characters.length > 1 && textWidth(`${characters.join("")}…`) > space) characters.pop();
  return `${characters.join("")}…`;
}

/** As many ticks as fit beside each other with a space between: at least a third of a label. */
function acrossTicks(extent: Extent, room: Room): readonly Tick[] {
  const space = room.textWidth("00");
  for (let count = Math.min(9, Math.floor(room.across / space)); count > 1; count--) {
    const ticks = ticksOf(extent, count);
    const widest = Math.max(0, ...ticks.map(({ label }) => room.textWidth(label)));
    const gap = Math.min(...ticks.slice(1).map(({ at }, index) => at - ticks[index]!.at));
    if ((gap / (extent.high - extent.low)) * room.across >= widest + space) return ticks;
  }
  return ticksOf(extent, 1);
}

/** An axis without its ticks. */
interface Extent {
  readonly scale: Scale;
  readonly low: number;
  readonly high: number;
  /** Whether its values are whole numbers: epochs, degrees. They have no tick at 2.5. */
  readonly counted: boolean;
}

function extentOf(
  values: readonly (readonly number[])[],
  scale: Scale,
  limits: readonly [number, number] | undefined,
): Extent {
  const [low, high] = limitsOf(values, scale, limits);
  const counted = high - low >= 2 && values.every((line) => line.every(Number.isInteger));
  return { scale, low, high, counted };
}

function ticksOf({ scale, low, high, counted }: Extent, count: number): Tick[] {
  return scale === "log" ? logTicks(low, high, count) : linearTicks(low, high, count, counted);
}

/** A line without the points that were not measured (null); NaN and infinite ones stay, they break the line. */
export function measured(line: Series): { readonly x: readonly number[]; readonly y: readonly number[] } {
  const x: number[] = [];
  const y: number[] = [];
  const count = Math.min(line.x.length, line.y.length);
  for (let i = 0; i < count; i++) {
    const value = line.y[i];
    if (value === null || value === undefined) continue;
    x.push(line.x[i]!);
    y.push(value);
  }
  return { x, y };
}

/** The given limits, or those of the data with matplotlib's margin of 5 % at either end. */
function limitsOf(
  values: readonly (readonly number[])[],
  scale: Scale,
  limits: readonly [number, number] | undefined,
): [number, number] {
  if (limits !== undefined) {
    const low = transform(limits[0], scale);
    const high = transform(limits[1], scale);
    if (Number.isFinite(low) && Number.isFinite(high) && low < high) return [low, high];
  }
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const line of values) {
    for (const value of line) {
      const position = transform(value, scale);
      if (!Number.isFinite(position)) continue;
      low = Math.min(low, position);
      high = Math.max(high, position);
    }
  }
  if (low > high) return [0, 1];
  if (low === high) {
    const half = scale === "log" ? 0.5 : Math.abs(low) * 0.05 || 0.5;
    return [low - half, high + half];
  }
  const margin = (high - low) * 0.05;
  return [low - margin, high + margin];
}

/** Multiples of 1, 2, 2.5 or 5 times a power of ten between the limits, about `room` of them; whole numbers only where things are `counted`. */
export function linearTicks(low: number, high: number, room: number, counted = false): Tick[] {
  const rough = (high - low) / Math.max(1, room);
  const power = 10 ** Math.floor(Math.log10(rough));
  // A step just under the rough one, by rounding, is fine as well.
  const factors = counted && power < 10 ? [1, 2, 5] : [1, 2, 2.5, 5];
  const round = (factors.find((factor) => factor * power >= rough * 0.999) ?? 10) * power;
  const step = counted ? Math.max(1, round) : round;
  const ticks: Tick[] = [];
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  const decimals = decimalsOf(step);
  const largest = Math.max(Math.abs(low), Math.abs(high));
  const large = largest >= 1e6 || step < 1e-4;
  // As many digits as neighbours need to differ.
  const digits = Math.min(15, Math.max(1, Math.floor(Math.log10(largest)) - Math.floor(Math.log10(step)) + 1));
  for (let i = first; i <= last; i++) {
    const at = i * step;
    ticks.push({ at, label: !large ? withMinus(at.toFixed(decimals)) : i === 0 ? "0" : exponential(at, digits) });
  }
  return ticks;
}

/** Powers of ten (given as logarithms); across less than two of them, round values between. */
export function logTicks(low: number, high: number, room: number): Tick[] {
  const first = Math.ceil(low - 1e-9);
  const last = Math.floor(high + 1e-9);
  if (last - first >= 1) {
    const stride = Math.max(1, Math.ceil((last - first + 1) / Math.max(1, room)));
    const ticks: Tick[] = [];
    for (let power = Math.ceil(first / stride) * stride; power <= last; power += stride) {
      ticks.push({ at: power, label: `10${superscript(power)}` });
    }
    return ticks;
  }
  // 1, 2 and 5 where there are enough of them: even in the logarithm, which multiples of one step are not.
  const even: number[] = [];
  for (let power = Math.floor(low); power <= high; power++) {
    even.push(...[1, 2, 5].map((factor) => factor * 10 ** power).filter((at) => at >= 10 ** low && at <= 10 ** high));
  }
  if (even.length > 2 && even.length <= room) {
    const step = (at: number) => 10 ** Math.floor(Math.log10(at) + 1e-9);
    return even.map((at) => ({ at: Math.log10(at), label: at.toFixed(decimalsOf(step(at))) }));
  }
  return linearTicks(10 ** low, 10 ** high, room)
    .filter(({ at }) => at > 0)
    .map(({ at, label }) => ({ at: Math.log10(at), label }));
}

function decimalsOf(step: number): number {
  for (let decimals = 0; decimals < 12; decimals++) {
    const scaled = step * 10 ** decimals;
    if (Math.abs(scaled - Math.round(scaled)) < 1e-6 * scaled) return decimals;
  }
  return 12;
}

/** With the real minus sign, as matplotlib writes it. */
function withMinus(text: string): string {
  return /^-0(\.0*)?$/.test(text) ? text.slice(1) : text.replace("-", "−");
}

function exponential(value: number, digits: number): string {
  const text = value.toExponential(digits);
  return withMinus(text.replace(/\.?0+e/, "e").replace("e+", "e"));
}

function superscript(power: number): string {
  return [...String(power)].map((digit) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(digit)]).join("");
}
