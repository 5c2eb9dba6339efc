// Data that a plane separates with a known margin, and the best margin that any plane has.
import type { Tensor } from "torchlet";
import * as torch from "torchlet";

/** Samples (n, 2) with labels -1 and +1. */
export interface Labelled {
  readonly X: Tensor;
  readonly y: Tensor;
}

/**
 * Points of [-side, side]² at least `rho` away from a random line, in the theorem's sense: y (<w, x> + b) >= rho with
 * ‖w‖² + b² = 1. All lie within r = side √2. Lines that leave less than a fifth of the points on one side are drawn anew.
 */
export function separable(n: number, rho: number, side = 1): Labelled {
  for (;;) {
    const direction = torch.randn(3, { dtype: torch.float64 });
    const plane = direction.div(direction.norm());
    const X = torch
      .rand(20 * n, 2, { dtype: torch.float64 })
      .mul(2 * side)
      .sub(side);
    const scores = X.matmul(plane.narrow(0, 0, 2)).add(plane.index(2));
    const far = torch.nonzero(scores.abs().ge(rho)).reshape(-1);
    if (far.numel() < n) continue;
    const chosen = far.narrow(0, 0, n);
    const y = torch.sign(scores.indexSelect(0, chosen));
    if (Math.abs(y.sum().item()) <= 0.6 * n) return { X: X.indexSelect(0, chosen), y };
  }
}

/** The samples with a constant 1 at their end: the bias is the last component of w. */
export function absorbBias(X: Tensor): Tensor {
  return torch.cat([X, torch.ones(X.shape[0]!, 1, { dtype: X.dtype })], 1);
}

const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, v, i) => sum + v * b[i]!, 0);

/**
 * The largest ρ for which some plane with ‖w‖² + b² = 1 has y (<w, x> + b) >= ρ everywhere, from below.
 *
 * It is the distance of 0 from the convex hull of the points y (x, 1): weights move from the farthest of the used points to
 * the nearest of all, as far as that shortens the sum. Whatever comes out is the margin of a plane, hence a proof.
 *
 * @returns a number at most 0 where the samples cannot be separated
 */
export function bestMargin({ X, y }: Labelled, tolerance = 1e-4): number {
  const points = absorbBias(X).mul(y.reshape(-1, 1)).tolist() as number[][];
  const weights = points.map((_, i) => (i === 0 ? 1 : 0));
  let p = [...points[0]!];
  for (let round = 0; round < 100_000; round++) {
    const heights = points.map((z) => dot(z, p));
    const near = heights.indexOf(Math.min(...heights));
    const far = heights.reduce((best, height, i) => (weights[i]! > 0 && height > (heights[best] ?? -1) ? i : best), -1);
    const length = Math.sqrt(dot(p, p));
    if (length === 0) return 0;
    if (heights[near]! / length >= (1 - tolerance) * length || far < 0) return heights[near]! / length;
    const way = points[near]!.map((v, k) => v - points[far]![k]!);
    const along = Math.min(weights[far]!, -dot(p, way) / dot(way, way));
    if (!(along > 0)) return heights[near]! / length;
    weights[near]! += along;
    weights[far]! -= along;
    p = p.map((v, k) => v + along * way[k]!);
  }
  return Math.min(...points.map((z) => dot(z, p))) / Math.sqrt(dot(p, p));
}

/** r² + 1: the largest ‖x‖² + 1. */
export function radius2({ X }: Labelled): number {
  return absorbBias(X).square().sum(1).max().item();
}
