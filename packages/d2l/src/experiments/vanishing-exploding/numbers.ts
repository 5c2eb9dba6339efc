// Small things that the parts of this experiment share.

/** The book's formats of successive lines. */
export const lineFormats = ["-", "m--", "g-.", "r:"];

export const count = (n: number) => Array.from({ length: n }, (_, i) => i);

/** The relative error. */
export const off = (value: number, expected: number) => Math.abs(value / expected - 1);
