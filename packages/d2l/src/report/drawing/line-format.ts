// matplotlib's short line formats ("m--", "g-.", "o") taken apart, and the colours they stand for.
import { ValueError } from "torchlet";

/** How the line runs: solid, dashed, dash-dot, dotted, or not at all (points only). */
export type Dash = "-" | "--" | "-." | ":" | "";

/** A line format, taken apart. */
export interface LineFormat {
  /** A colour's name (`"C0"`, `"m"`), or `undefined` to take the next of the cycle. */
  readonly color: string | undefined;
  readonly dash: Dash;
  /** True where every point has a mark. */
  readonly points: boolean;
}

/** Colours on a light and on a dark ground. */
export type Scheme = "light" | "dark";

/** matplotlib's own colours on white; on dark, lighter ones of the same hue. */
const palette: Readonly<Record<string, Readonly<Record<Scheme, string>>>> = {
  C0: { light: "#1f77b4", dark: "#5aa9e6" },
  C1: { light: "#ff7f0e", dark: "#ff9f4a" },
  C2: { light: "#2ca02c", dark: "#5fc75f" },
  C3: { light: "#d62728", dark: "#ff6b6b" },
  C4: { light: "#9467bd", dark: "#b794e0" },
  C5: { light: "#8c564b", dark: "#c08d80" },
  C6: { light: "#e377c2", dark: "#f09bd4" },
  C7: { light: "#7f7f7f", dark: "#b0b0b0" },
  C8: { light: "#bcbd22", dark: "#d4d551" },
  C9: { light: "#17becf", dark: "#4fd9e6" },
  b: { light: "#0000ff", dark: "#7f8cff" },
  g: { light: "#008000", dark: "#4fc36b" },
  r: { light: "#ff0000", dark: "#ff6b6b" },
  c: { light: "#00bfbf", dark: "#4fd9d9" },
  m: { light: "#bf00bf", dark: "#e66be6" },
  y: { light: "#bfbf00", dark: "#dcdc4a" },
  k: { light: "#000000", dark: "#f0f0f0" },
  w: { light: "#ffffff", dark: "#ffffff" },
};

const dashes: readonly Dash[] = ["--", "-.", "-", ":"];

/**
 * Takes a format apart: a colour (`b g r c m y k w` or `C0` to `C9`), a line style (`-`, `--`, `-.`, `:`) and a mark
 * (`o`, `.`, `x`, `+`, `s`, `^`, `*`: all drawn as dots), each optional, in any order.
 *
 * @example
 * parseLineFormat("m--"); // { color: "m", dash: "--", points: false }
 * @throws {ValueError} at a character that means nothing
 */
export function parseLineFormat(format = "-"): LineFormat {
  let color: string | undefined;
  let dash: Dash | undefined;
  let points = false;
  let rest = format;
  while (rest !== "") {
    const style = dashes.find((candidate) => rest.startsWith(candidate));
    const name = /^(C\d|[bgrcmykw])/.exec(rest)?.[0];
    if (style !== undefined && dash === undefined) {
      dash = style;
      rest = rest.slice(style.length);
    } else if (name !== undefined && color === undefined) {
      color = name;
      rest = rest.slice(name.length);
    } else if (/^[o.x+s^*]/.test(rest) && !points) {
      points = true;
      rest = rest.slice(1);
    } else {
      throw new ValueError("line-format", {
        path: `format ${JSON.stringify(format)}`,
        rule: {
          en: `${JSON.stringify(rest)} is no colour, line style or mark`,
          zh: `${JSON.stringify(rest)} 不是颜色、线型或标记`,
        },
        expected: "[bgrcmykw or C0..C9][- -- -. :][o]",
        received: format,
        hint: { en: 'try "-", "m--", "g-." or "r:"', zh: '可以用 "-"、"m--"、"g-." 或 "r:"' },
      });
    }
  }
  return { color, dash: dash ?? (points ? "" : "-"), points };
}

/** The formats of a panel's lines, those without a colour given the next of C0 to C9. */
export function parseLineFormats(
  formats: readonly (string | undefined)[],
): (LineFormat & { readonly color: string })[] {
  let next = 0;
  return formats.map((format) => {
    const parsed = parseLineFormat(format);
    return { ...parsed, color: parsed.color ?? `C${next++ % 10}` };
  });
}

/** The colour behind a name, as `#rrggbb`. */
export function colorOf(name: string, scheme: Scheme = "light"): string {
  return (palette[name] ?? palette["C0"]!)[scheme];
}
