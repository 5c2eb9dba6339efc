// Limits of axes and colours that one diverged trial does not spoil.
import type { Direction } from "@torchlet/search";
import type { ColorBar } from "../figure.js";

/** A quantile of sorted numbers, straight between neighbours. */
function quantile(sorted: readonly number[], share: number): number {
  const at = share * (sorted.length - 1);
  const low = Math.floor(at);
  const [from, to] = [sorted[low]!, sorted[Math.min(low + 1, sorted.length - 1)]!];
  return from + (to - from) * (at - low);
}

/**
 * Limits of an axis of values: all of them, unless some lie more than six times as far from the best as the median does; those are left
 * outside then.
 */
export function valueLimits(values: readonly number[], direction: Direction): readonly [number, number] | undefined {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  if (sorted.length < 2) return undefined;
  const [low, high] = [sorted[0]!, sorted.at(-1)!];
  const median = quantile(sorted, 0.5);
  const limits: [number, number] =
    direction === "minimize"
      ? [low, Math.min(high, low + 6 * (median - low))]
      : [Math.max(low, high - 6 * (high - median)), high];
  if (!(limits[1] > limits[0])) return undefined;
  const margin = (limits[1] - limits[0]) * 0.05;
  return [limits[0] - margin, limits[1] + margin];
}

/** Colours from the tenth of the worst values to the best one: differences among good ones are what matters. */
export function valueBar(values: readonly number[], direction: Direction, label: string): ColorBar {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  if (sorted.length === 0) return { label, limits: [0, 1] };
  const limits: [number, number] =
    direction === "minimize" ? [sorted[0]!, quantile(sorted, 0.9)] : [quantile(sorted, 0.1), sorted.at(-1)!];
  return { label, limits: limits[1] > limits[0] ? limits : [sorted[0]!, sorted.at(-1)!] };
}
