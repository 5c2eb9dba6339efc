// What experiments say about several measurements at once.
import type { Tensor } from "torchlet";
import * as torch from "torchlet";
import { Accumulator } from "../toolkit/accumulator.js";
import type { BatchIterable, Loss, Net } from "../toolkit/types.js";

/** The largest difference between the elements of two tensors. */
export function maxDifference(a: Tensor, b: Tensor): number {
  return a.detach().sub(b.detach()).abs().max().item();
}

/** The smallest and the largest of some numbers: `"0.3812–0.3870"`. */
export function rangeText(values: readonly number[], digits = 4): string {
  const [low, high] = [Math.min(...values), Math.max(...values)].map((value) => value.toFixed(digits));
  return low === high ? low! : `${low}–${high}`;
}

/** The mean. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The middle one, or the mean of the two in the middle; NaN where one is: it must not be sorted away. */
export function median(values: readonly number[]): number {
  if (values.some(Number.isNaN)) return Number.NaN;
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
}

/** The one that is farthest from a target; NaN where one is: it must not be passed over. */
export function farthest(values: readonly number[], target: number): number {
  if (values.some(Number.isNaN)) return Number.NaN;
  return values.reduce((a, b) => (Math.abs(b - target) > Math.abs(a - target) ? b : a));
}

/** Whether a number is as near as that. */
export function within(value: number, centre: number, tolerance: number): boolean {
  return Math.abs(value - centre) <= tolerance;
}

/**
 * The mean loss of a classifier, whose labels have not the shape of its outputs. The random stream, from which every pass over a
 * loader draws, is left as it was.
 */
export function meanLoss(net: Net, dataIter: BatchIterable, loss: Loss): number {
  const metric = new Accumulator(2);
  const state = torch.getRngState();
  torch.noGrad(() => {
    for (const [X, y] of dataIter) metric.add(loss(net(X!), y!).sum().item(), y!.numel());
  });
  torch.setRngState(state);
  return metric.get(0) / metric.get(1);
}
