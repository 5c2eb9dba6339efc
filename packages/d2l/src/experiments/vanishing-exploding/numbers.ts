// Small things that the parts of this experiment share.

/** The book's formats of successive lines. */
export const lineFormats = ["-", "m--", "g-.", "r:"];

export const count = (n: number) => Array.from({ length: n }, (_, i) => i);

/** The relative error. */
export const off = (value: number, expected: number) => Math.abs(value / expected - 1);

/** A number as a reader would write it. */
export function short(x: number): string {
  return x !== 0 && (Math.abs(x) < 1e-3 || Math.abs(x) >= 1e6) ? x.toExponential(2) : String(Number(x.toPrecision(5)));
}
