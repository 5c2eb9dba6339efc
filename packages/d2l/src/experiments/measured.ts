// What experiments say about several measurements at once.
import type { Tensor } from "torchlet";

/** The largest difference between the elements of two tensors. */
export function maxDifference(a: Tensor, b: Tensor): number {
  return a.detach().sub(b.detach()).abs().max().item();
}

/** The smallest and the largest of some numbers: `"0.3812 to 0.3870"`. */
export function rangeText(values: readonly number[], digits = 4): string {
  const [low, high] = [Math.min(...values), Math.max(...values)].map((value) => value.toFixed(digits));
  return low === high ? low! : `${low} to ${high}`;
}

/** Whether a number is as near as that. */
export function within(value: number, centre: number, tolerance: number): boolean {
  return Math.abs(value - centre) <= tolerance;
}
