// Where a legend stands within its axes: the place that hides the least of the lines, as matplotlib's "best" does.
import { type Axis, unitPosition } from "./scale.js";

/** A place at the edge of the axes. */
export interface LegendPlace {
  readonly vertical: "top" | "middle" | "bottom";
  readonly horizontal: "left" | "center" | "right";
}

/** In the order in which ties are broken. */
const places: readonly LegendPlace[] = [
  { vertical: "top", horizontal: "right" },
  { vertical: "top", horizontal: "left" },
  { vertical: "bottom", horizontal: "left" },
  { vertical: "bottom", horizontal: "right" },
  { vertical: "middle", horizontal: "right" },
  { vertical: "middle", horizontal: "left" },
  { vertical: "top", horizontal: "center" },
  { vertical: "bottom", horizontal: "center" },
];

/**
 * The place where a box of `width` x `height` (as fractions of the axes) covers the fewest points of the lines.
 *
 * Lines are sampled between their points: a long straight stretch counts as much as a crowded one.
 */
export function legendPlace(
  lines: readonly { readonly x: readonly number[]; readonly y: readonly number[] }[],
  x: Axis,
  y: Axis,
  width: number,
  height: number,
): LegendPlace {
  const covered = places.map(() => 0);
  const count = (across: number, up: number) => {
    if (across < 0 || across > 1 || up < 0 || up > 1) return;
    places.forEach((place, index) => {
      const inWidth =
        place.horizontal === "left"
          ? across <= width
          : place.horizontal === "right"
            ? across >= 1 - width
            : Math.abs(across - 0.5) <= width / 2;
      const inHeight =
        place.vertical === "bottom"
          ? up <= height
          : place.vertical === "top"
            ? up >= 1 - height
            : Math.abs(up - 0.5) <= height / 2;
      if (inWidth && inHeight) covered[index]!++;
    });
  };
  for (const line of lines) {
    let before: readonly [number, number] | undefined;
    for (let i = 0; i < line.x.length; i++) {
      const across = unitPosition(line.x[i]!, x);
      const up = unitPosition(line.y[i]!, y);
      if (!Number.isFinite(across) || !Number.isFinite(up)) {
        before = undefined;
        continue;
      }
      const [fromAcross, fromUp] = before ?? [across, up];
      const steps = Math.min(100, 1 + Math.ceil(Math.hypot(across - fromAcross, up - fromUp) * 50));
      for (let step = 1; step <= steps; step++) {
        count(fromAcross + ((across - fromAcross) * step) / steps, fromUp + ((up - fromUp) * step) / steps);
      }
      before = [across, up];
    }
  }
  return places[covered.indexOf(Math.min(...covered))]!;
}
