// Margin losses over classes and between vectors, and the distances they use, as modules.
import { readKeywords } from "../ops/arguments.js";
import {
  type CosineOptions,
  cosineEmbeddingLoss,
  cosineSimilarity,
  type PairwiseOptions,
  pairwiseDistance,
  type TripletDistanceOptions,
  type TripletOptions,
  tripletMarginLoss,
  tripletMarginWithDistanceLoss,
} from "../ops/distance.js";
import {
  type MultilabelSoftOptions,
  type MultiMarginOptions,
  multilabelMarginLoss,
  multilabelSoftMarginLoss,
  multiMarginLoss,
} from "../ops/losses-classes.js";
import type { MarginOptions } from "../ops/losses-pointwise.js";
import type { Tensor } from "../tensor/tensor.js";
import { Loss } from "./losses.js";
import { Module } from "./module.js";

/** How far the right class lies above the others. */
export class MultiMarginLoss extends Loss {
  readonly p: number;
  readonly margin: number;
  declare readonly weight: Tensor | null;
  constructor(options: MultiMarginOptions = {}) {
    super(options);
    this.p = options.p ?? 1;
    this.margin = options.margin ?? 1;
    this.optionalBuffer("weight", options.weight);
  }
  override forward(input: Tensor, target: Tensor): Tensor {
    const { p, margin, weight, reduction } = this;
    return multiMarginLoss(input, target, { p, margin, weight, reduction });
  }
}

/** How far several right classes lie above the others. */
export class MultiLabelMarginLoss extends Loss {
  override forward(input: Tensor, target: Tensor): Tensor {
    return multilabelMarginLoss(input, target, { reduction: this.reduction });
  }
}

/** The mean of one binary cross entropy for each class. */
export class MultiLabelSoftMarginLoss extends Loss {
  declare readonly weight: Tensor | null;
  constructor(options: MultilabelSoftOptions = {}) {
    super(options);
    this.optionalBuffer("weight", options.weight);
  }
  override forward(input: Tensor, target: Tensor): Tensor {
    return multilabelSoftMarginLoss(input, target, { weight: this.weight, reduction: this.reduction });
  }
}

/** `1 - cos` of pairs that belong together, `max(0, cos - margin)` of those that do not. */
export class CosineEmbeddingLoss extends Loss {
  readonly margin: number;
  constructor(options: MarginOptions = {}) {
    super(options);
    this.margin = options.margin ?? 0;
  }
  override forward(x1: Tensor, x2: Tensor, target: Tensor): Tensor {
    return cosineEmbeddingLoss(x1, x2, target, { margin: this.margin, reduction: this.reduction });
  }
}

/** `max(0, d(anchor, positive) - d(anchor, negative) + margin)` with a p-norm. */
export class TripletMarginLoss extends Loss {
  readonly margin: number;
  readonly p: number;
  readonly eps: number;
  readonly swap: boolean;
  constructor(options: TripletOptions = {}) {
    super(options);
    this.margin = options.margin ?? 1;
    this.p = options.p ?? 2;
    this.eps = options.eps ?? 1e-6;
    this.swap = options.swap ?? false;
  }
  override forward(anchor: Tensor, positive: Tensor, negative: Tensor): Tensor {
    const { margin, p, eps, swap, reduction } = this;
    return tripletMarginLoss(anchor, positive, negative, { margin, p, eps, swap, reduction });
  }
}

/** The triplet loss with a distance of one's own. */
export class TripletMarginWithDistanceLoss extends Loss {
  readonly margin: number;
  readonly swap: boolean;
  readonly distance_function: (a: Tensor, b: Tensor) => Tensor;
  constructor(options: TripletDistanceOptions = {}) {
    super(options);
    this.margin = options.margin ?? 1;
    this.swap = options.swap ?? false;
    this.distance_function = options.distanceFunction ?? new PairwiseDistance();
  }
  override forward(anchor: Tensor, positive: Tensor, negative: Tensor): Tensor {
    const { margin, swap, reduction, distance_function: distanceFunction } = this;
    return tripletMarginWithDistanceLoss(anchor, positive, negative, { margin, swap, reduction, distanceFunction });
  }
}

/** The cosine of the angle between vectors along a dimension. */
export class CosineSimilarity extends Module {
  readonly dim: number;
  readonly eps: number;
  constructor(dim?: number | CosineOptions, eps?: number | CosineOptions) {
    super();
    const given = readKeywords<CosineOptions>(["dim", "eps"], [dim, eps]);
    this.dim = given.dim ?? 1;
    this.eps = given.eps ?? 1e-8;
  }
  override forward(x1: Tensor, x2: Tensor): Tensor {
    return cosineSimilarity(x1, x2, this.dim, this.eps);
  }
}

/** The p-norm of the difference of vectors along the last dimension. */
export class PairwiseDistance extends Module {
  /** The order of the norm; PyTorch calls the attribute `norm`. */
  readonly norm: number;
  readonly eps: number;
  readonly keepdim: boolean;
  constructor(p?: number | PairwiseOptions, eps?: number | PairwiseOptions, keepdim?: boolean | PairwiseOptions) {
    super();
    const given = readKeywords<PairwiseOptions>(["p", "eps", "keepdim"], [p, eps, keepdim]);
    this.norm = given.p ?? 2;
    this.eps = given.eps ?? 1e-6;
    this.keepdim = given.keepdim ?? false;
  }
  override forward(x1: Tensor, x2: Tensor): Tensor {
    return pairwiseDistance(x1, x2, this.norm, this.eps, this.keepdim);
  }
}
