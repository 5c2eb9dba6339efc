// Colours for terminals of every kind: 24 bits, 256 colours, 16, none.
import type { Rgb } from "../drawing/colormap.js";

/** Bits of colour that a terminal has; 1 is none at all. */
export type ColorDepth = 1 | 4 | 8 | 24;

/** The styles in use, by their meaning. */
export type Style = "bold" | "dim" | "good" | "bad" | "warning" | "accent";

const codes: Readonly<Record<Style, readonly [number, number]>> = {
  bold: [1, 22],
  dim: [2, 22],
  good: [32, 39],
  bad: [31, 39],
  warning: [33, 39],
  accent: [36, 39],
};

/** Puts colour around text, as far as the terminal can show it. */
export class Paint {
  readonly depth: ColorDepth;

  constructor(depth: ColorDepth) {
    this.depth = depth;
  }

  /** The text in a style; without colours, the text. */
  style(style: Style, text: string): string {
    if (this.depth === 1 || text === "") return text;
    const [on, off] = codes[style];
    return `\u001b[${on}m${text}\u001b[${off}m`;
  }

  /** The text in a colour of its own. */
  color(rgb: Rgb, text: string): string {
    return this.depth === 1 || text === "" ? text : `\u001b[${this.#code(rgb, 38)}m${text}\u001b[39m`;
  }

  /** A code that sets the foreground (38) or the background (48). */
  #code(rgb: Rgb, layer: 38 | 48): string {
    if (this.depth === 24) return `${layer};2;${rgb.join(";")}`;
    if (this.depth === 8) return `${layer};5;${nearestOf256(rgb)}`;
    return String(nearestOf16(rgb) + (layer === 48 ? 10 : 0));
  }

  /** One cell whose upper and lower halves have a colour each. */
  halves(upper: Rgb, lower: Rgb): string {
    return `\u001b[${this.#code(upper, 38)};${this.#code(lower, 48)}m▀`;
  }

  /** Ends a row of `halves`. */
  get plain(): string {
    return this.depth === 1 ? "" : "\u001b[0m";
  }
}

/** The colour of the 6x6x6 cube or of the grey ramp that is nearest. */
function nearestOf256([red, green, blue]: Rgb): number {
  const levels = [0, 95, 135, 175, 215, 255];
  const step = (value: number) => (value < 48 ? 0 : value < 115 ? 1 : Math.floor((value - 35) / 40));
  const [r, g, b] = [step(red), step(green), step(blue)];
  const gray = Math.max(0, Math.min(23, Math.round(((red + green + blue) / 3 - 8) / 10)));
  const distance = (x: number, y: number, z: number) => (x - red) ** 2 + (y - green) ** 2 + (z - blue) ** 2;
  const shade = 8 + gray * 10;
  return distance(shade, shade, shade) < distance(levels[r]!, levels[g]!, levels[b]!)
    ? 232 + gray
    : 16 + 36 * r + 6 * g + b;
}

/** One of the bright six, or white: lines of a chart, told apart by hue. */
function nearestOf16([red, green, blue]: Rgb): number {
  const most = Math.max(red, green, blue);
  if (most - Math.min(red, green, blue) < 40) return most < 96 ? 90 : 97;
  const bit = (value: number, place: number) => (value > most * 0.6 ? place : 0);
  return 90 + (bit(red, 1) | bit(green, 2) | bit(blue, 4));
}
