// The range that the notes ask gradients to stay in.
import type { Series } from "../../report/figure.js";
import { short } from "../short.js";

export const [lowest, highest] = [1e-6, 1e3];

/** Whether all of them stay in it. */
export const isWithin = (values: readonly number[]) => values.every((value) => value >= lowest && value <= highest);

/** The smallest and the largest: `3.2e-5 – 1.1`. */
export function rangeOf(values: readonly number[]): string {
  const [low, high] = [Math.min(...values), Math.max(...values)].map((value) => short(value, 2));
  return low === high ? low! : `${low} – ${high}`;
}

/** A black line at a height, from the first x to the last. */
export function level(y: number, x: readonly number[]): Series {
  return { x: [x[0]!, x.at(-1)!], y: [y, y], format: "k:" };
}
