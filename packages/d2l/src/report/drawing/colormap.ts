// Colour maps: a shade from 0 to 1 as red, green and blue.
import type { ColorBar, Colormap, Picture } from "../figure.js";

/** Red, green and blue from 0 to 255. */
export type Rgb = readonly [number, number, number];

/** matplotlib's viridis (public domain data), every fifth of its 256 colours; between them it is straight within 1/255. */
const viridisHex =
  "44015446085c471063481769481d6f482475472a7a46307e453781433d844142873f48893d4e8a3a538b38598c355e8d33638d31" +
  "688e2e6d8e2c718e2a768e297b8e27808e25848e23898e218e8d20928c1f978b1e9c891fa18821a58524aa8328ae802eb37c35b7" +
  "793dbc7446c06f50c46a5ac86465cb5e70cf577cd25089d54895d840a2da37b0dd2fbddf26cae11fd8e219e5e419f1e51dfde725";
const viridisStops = Array.from({ length: viridisHex.length / 6 }, (_, index) =>
  [0, 2, 4].map((offset) => Number.parseInt(viridisHex.slice(index * 6 + offset, index * 6 + offset + 2), 16)),
);

/** The colour of a shade; shades outside 0 to 1 take the colour of the nearer end, NaN that of 0. */
export function colorOfShade(shade: number, colormap: Colormap): Rgb {
  const within = Math.min(1, Math.max(0, shade || 0));
  if (colormap === "gray") {
    const level = Math.round(within * 255);
    return [level, level, level];
  }
  const position = within * (viridisStops.length - 1);
  const index = Math.min(viridisStops.length - 2, Math.floor(position));
  const part = position - index;
  const [from, to] = [viridisStops[index]!, viridisStops[index + 1]!];
  const mix = (channel: number) => Math.round(from[channel]! + (to[channel]! - from[channel]!) * part);
  return [mix(0), mix(1), mix(2)];
}

/** The picture's pixels as shades from 0 (its smallest) to 1 (its largest), as `imshow` scales them; a flat one is all 0. */
export function shadesOf(picture: Picture): Float64Array {
  const count = picture.width * picture.height;
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < count; i++) {
    const value = picture.pixels[i]!;
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const span = high > low ? high - low : 1;
  const shades = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const value = picture.pixels[i]!;
    shades[i] = Number.isFinite(value) ? (value - low) / span : 0;
  }
  return shades;
}

/** The shade of a value between a colour bar's limits; NaN where it has none. */
export function shadeOnBar(value: number, { limits, scale = "linear" }: ColorBar): number {
  const at = (number: number) => (scale === "log" ? (number > 0 ? Math.log10(number) : Number.NaN) : number);
  const [low, high] = [at(limits[0]), at(limits[1])];
  return high > low ? (at(value) - low) / (high - low) : at(value) - low + 0.5;
}

/** The shade as it is drawn on a ground: the darkest part of a map cannot be seen on a dark one, and is left out there. */
export function shadeOnGround(shade: number, scheme: "light" | "dark"): number {
  return scheme === "dark" ? 0.15 + 0.85 * Math.min(1, Math.max(0, shade)) : shade;
}

/** `#rrggbb` */
export function hexOf(rgb: Rgb): string {
  return `#${rgb.map((channel) => channel.toString(16).padStart(2, "0")).join("")}`;
}
