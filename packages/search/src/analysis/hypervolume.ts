// How much of the space of objectives a front covers: one number for the progress of a search with several objectives.
import type { Direction } from "../core/trial-record.js";
import { refuse } from "../study/messages.js";

/** Area between points (to be minimized) and the origin, which is the reference point; all coordinates negative. */
function area(points: readonly (readonly number[])[]): number {
  const sorted = [...points].sort((a, b) => a[0]! - b[0]! || a[1]! - b[1]!);
  let sum = 0;
  let ceiling = 0;
  for (const [x, y] of sorted) {
    if (y! >= ceiling) continue;
    sum += -x! * (ceiling - y!);
    ceiling = y!;
  }
  return sum;
}

/** Slices along the third objective; each is an area. O(n^2 log n). */
function volume(points: readonly (readonly number[])[]): number {
  const sorted = [...points].sort((a, b) => a[2]! - b[2]!);
  return sorted.reduce((sum, point, i) => {
    const next = sorted[i + 1]?.[2] ?? 0;
    return next === point[2] ? sum : sum + (next - point[2]!) * area(sorted.slice(0, i + 1));
  }, 0);
}

/**
 * The volume of what points dominate, up to a reference point. Exact; for one, two and three objectives.
 *
 * @param points the objectives' values; those not better than the reference in every objective add nothing
 * @param reference a point that is worse than all that matters
 * @param directions default: all are minimized
 * @throws ValueError for more than three objectives, points of another length, and NaN
 *
 * @example
 * hypervolume([[1, 2], [2, 1]], [3, 3]); // 3
 *
 * Source: Zitzler and Thiele, Multiobjective optimization using evolutionary algorithms, PPSN 1998.
 */
export function hypervolume(
  points: readonly (readonly number[])[],
  reference: readonly number[],
  directions: readonly Direction[] = reference.map(() => "minimize"),
): number {
  const dimension = reference.length;
  if (dimension < 1 || dimension > 3) {
    const en = `there must be 1 to 3 objectives, got ${dimension}`;
    refuse("hypervolume", "hypervolume", en, `目标数必须为 1 到 3，得到 ${dimension}`, { received: dimension });
  }
  const wrong = points.find((point) => point.length !== dimension || point.some(Number.isNaN));
  if (wrong !== undefined || directions.length !== dimension) {
    const received = wrong ?? directions;
    const en = `points and directions must have ${dimension} entries, none of them NaN, got [${received.join(", ")}]`;
    const zh = `点与方向必须有 ${dimension} 项且不含 NaN，得到 [${received.join(", ")}]`;
    refuse("hypervolume", "hypervolume", en, zh, { received });
  }
  const moved = points
    .map((point) =>
      point.map((value, i) => (directions[i] === "maximize" ? reference[i]! - value : value - reference[i]!)),
    )
    .filter((point) => point.every((value) => value < 0));
  if (moved.length === 0) return 0;
  if (dimension === 1) return -Math.min(...moved.map(([value]) => value!));
  return dimension === 2 ? area(moved) : volume(moved);
}
