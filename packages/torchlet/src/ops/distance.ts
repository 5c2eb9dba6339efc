// Distances and angles between vectors, and the losses made of them.

import { broadcastShapes, normalizeDim } from "../tensor/shape.js";
import type { Tensor } from "../tensor/tensor.js";
import { readKeywords } from "./arguments.js";
import { add, div, minimum, mul, rsub, sub } from "./arithmetic.js";
import { clampMin, eq, where } from "./comparison.js";
import type { LossOptions } from "./losses.js";
import type { MarginOptions } from "./losses-pointwise.js";
import { expandTo } from "./reduce-core.js";
import { sum } from "./reduction.js";
import { reduceLoss } from "./softmax.js";
import { norm } from "./statistics.js";
import { sqrt } from "./unary.js";

/** Options of `cosineSimilarity`. */
export interface CosineOptions {
  /** Default: 1. */
  readonly dim?: number;
  /** The least length that is divided by. Default: 1e-8. */
  readonly eps?: number;
}

/** The larger of x and eps, with the gradient of x. */
function atLeast(x: Tensor, eps: number): Tensor {
  return add(x, sub(clampMin(x.data, eps), x.data));
}

/**
 * The cosine of the angle between vectors: `x1 . x2 / (max(|x1|, eps) max(|x2|, eps))` along a dimension, broadcast.
 *
 * @example
 * F.cosineSimilarity(torch.randn(4, 8), torch.randn(4, 8)); // shape [4]
 */
export function cosineSimilarity(
  x1: Tensor,
  x2: Tensor,
  dim?: number | CosineOptions,
  eps?: number | CosineOptions,
): Tensor {
  const given = readKeywords<CosineOptions>(["dim", "eps"], [dim, eps]);
  const shape = broadcastShapes("cosineSimilarity", x1.shape, x2.shape);
  const d = normalizeDim("cosineSimilarity", given.dim ?? 1, shape.length);
  const [a, b] = [expandTo(x1, shape), expandTo(x2, shape)];
  const unit = (x: Tensor) => div(x, atLeast(norm(x, 2, d, { keepdim: true }), given.eps ?? 1e-8));
  return sum(mul(unit(a), unit(b)), d);
}

/** Options of `pairwiseDistance`. */
export interface PairwiseOptions {
  /** The order of the norm. Default: 2. */
  readonly p?: number;
  /** Added to every difference. Default: 1e-6. */
  readonly eps?: number;
  readonly keepdim?: boolean;
}

/** The p-norm of `x1 - x2 + eps` along the last dimension, broadcast. */
export function pairwiseDistance(
  x1: Tensor,
  x2: Tensor,
  p?: number | PairwiseOptions,
  eps?: number | PairwiseOptions,
  keepdim?: boolean | PairwiseOptions,
): Tensor {
  const given = readKeywords<PairwiseOptions>(["p", "eps", "keepdim"], [p, eps, keepdim]);
  const difference = add(sub(x1, x2), given.eps ?? 1e-6);
  return norm(difference, given.p ?? 2, -1, { keepdim: given.keepdim ?? false });
}

/** Options of `normalize`. */
export interface NormalizeOptions {
  /** The order of the norm. Default: 2. */
  readonly p?: number;
  /** Default: 1. */
  readonly dim?: number;
  /** The least length that is divided by. Default: 1e-12. */
  readonly eps?: number;
}

/** Vectors along a dimension divided by their length: `x / max(|x|_p, eps)`. */
export function normalize(
  self: Tensor,
  p?: number | NormalizeOptions,
  dim?: number | NormalizeOptions,
  eps?: number | NormalizeOptions,
): Tensor {
  const given = readKeywords<NormalizeOptions>(["p", "dim", "eps"], [p, dim, eps]);
  const length = norm(self, given.p ?? 2, given.dim ?? 1, { keepdim: true });
  return div(self, clampMin(length, given.eps ?? 1e-12));
}

/**
 * `1 - cos(x1, x2)` for targets 1, `max(0, cos(x1, x2) - margin)` for targets -1. Default margin: 0.
 *
 * Shapes (batch, size) and targets (batch), or (size) and a 0-dimensional target.
 */
export function cosineEmbeddingLoss(x1: Tensor, x2: Tensor, target: Tensor, options: MarginOptions = {}): Tensor {
  const { margin = 0, reduction = "mean" } = options;
  const square = (x: Tensor) => add(sum(mul(x, x), -1), 1e-12);
  const cosine = div(sum(mul(x1, x2), -1), sqrt(mul(square(x1), square(x2))));
  const alike = where(eq(target, 1), rsub(cosine, 1), 0);
  const apart = where(eq(target, -1), clampMin(sub(cosine, margin), 0), 0);
  return reduceLoss("cosineEmbeddingLoss", add(alike, apart), reduction);
}

/** Options of `tripletMarginLoss`. */
export interface TripletOptions extends LossOptions {
  /** Default: 1. */
  readonly margin?: number;
  /** The order of the norm. Default: 2. */
  readonly p?: number;
  /** Default: 1e-6. */
  readonly eps?: number;
  /** Whether the negative's distance is the smaller one of those to anchor and positive. Default: false. */
  readonly swap?: boolean;
}

/** `max(0, d(anchor, positive) - d(anchor, negative) + margin)` with the p-norm distance d (Balntas et al., 2016). */
export function tripletMarginLoss(
  anchor: Tensor,
  positive: Tensor,
  negative: Tensor,
  options: TripletOptions = {},
): Tensor {
  const { margin = 1, p = 2, eps = 1e-6, swap = false, reduction = "mean" } = options;
  return tripletMarginWithDistanceLoss(anchor, positive, negative, {
    margin,
    swap,
    reduction,
    distanceFunction: (a, b) => pairwiseDistance(a, b, p, eps),
  });
}

/** Options of `tripletMarginWithDistanceLoss`. */
export interface TripletDistanceOptions extends LossOptions {
  /** Default: `pairwiseDistance`. */
  readonly distanceFunction?: ((a: Tensor, b: Tensor) => Tensor) | null;
  /** Default: 1. */
  readonly margin?: number;
  readonly swap?: boolean;
}

/** The triplet loss with a distance of one's own. */
export function tripletMarginWithDistanceLoss(
  anchor: Tensor,
  positive: Tensor,
  negative: Tensor,
  options: TripletDistanceOptions = {},
): Tensor {
  const { distanceFunction, margin = 1, swap = false, reduction = "mean" } = options;
  const distance = distanceFunction ?? ((a: Tensor, b: Tensor) => pairwiseDistance(a, b));
  const near = distance(anchor, positive);
  let far = distance(anchor, negative);
  if (swap) far = minimum(far, distance(positive, negative));
  return reduceLoss("tripletMarginLoss", clampMin(add(sub(near, far), margin), 0), reduction);
}
