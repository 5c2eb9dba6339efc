// Losses of one formula an element, as modules; each has its function in `functional`.
import {
  type BinaryCrossEntropyOptions,
  binaryCrossEntropy,
  binaryCrossEntropyWithLogits,
  type GaussianOptions,
  gaussianNllLoss,
  type HuberOptions,
  hingeEmbeddingLoss,
  huberLoss,
  type KlDivOptions,
  klDiv,
  type LogitsOptions,
  type MarginOptions,
  marginRankingLoss,
  type PoissonOptions,
  poissonNllLoss,
  type SmoothL1Options,
  smoothL1Loss,
  softMarginLoss,
} from "../ops/losses-pointwise.js";
import type { Tensor } from "../tensor/tensor.js";
import { Loss } from "./losses.js";
import { Module } from "./module.js";

/** Cross entropy of probabilities and binary targets. */
export class BCELoss extends Loss {
  declare readonly weight: Tensor | null;
  constructor(options: BinaryCrossEntropyOptions = {}) {
    super(options);
    this.optionalBuffer("weight", options.weight);
  }
  override forward(input: Tensor, target: Tensor): Tensor {
    return binaryCrossEntropy(input, target, { weight: this.weight, reduction: this.reduction });
  }
}

/** Cross entropy of logits and binary targets, finite at any logit. */
export class BCEWithLogitsLoss extends Loss {
  declare readonly weight: Tensor | null;
  declare readonly pos_weight: Tensor | null;
  constructor(options: LogitsOptions = {}) {
    super(options);
    this.optionalBuffer("weight", options.weight);
    this.optionalBuffer("pos_weight", options.posWeight);
  }
  /** The weights of positive targets; in state dicts `pos_weight`. */
  get posWeight(): Tensor | null {
    return this.pos_weight;
  }
  override forward(input: Tensor, target: Tensor): Tensor {
    const { weight, posWeight, reduction } = this;
    return binaryCrossEntropyWithLogits(input, target, { weight, posWeight, reduction });
  }
}

/** A parabola within beta, straight beyond. */
export class SmoothL1Loss extends Loss {
  readonly beta: number;
  constructor(options: SmoothL1Options = {}) {
    super(options);
    this.beta = options.beta ?? 1;
  }
  override forward(input: Tensor, target: Tensor): Tensor {
    return smoothL1Loss(input, target, { beta: this.beta, reduction: this.reduction });
  }
}

/** A parabola within delta, straight with slope delta beyond. */
export class HuberLoss extends Loss {
  readonly delta: number;
  constructor(options: HuberOptions = {}) {
    super(options);
    this.delta = options.delta ?? 1;
  }
  override forward(input: Tensor, target: Tensor): Tensor {
    return huberLoss(input, target, { delta: this.delta, reduction: this.reduction });
  }
}

/** Kullback-Leibler divergence of targets from log-probabilities. */
export class KLDivLoss extends Module {
  readonly reduction: NonNullable<KlDivOptions["reduction"]>;
  readonly logTarget: boolean;
  constructor(options: KlDivOptions = {}) {
    super();
    this.reduction = options.reduction ?? "mean";
    this.logTarget = options.logTarget ?? false;
  }
  override forward(input: Tensor, target: Tensor): Tensor {
    return klDiv(input, target, { reduction: this.reduction, logTarget: this.logTarget });
  }
}

/** Negative log-likelihood under a normal distribution: predictions, targets and variances. */
export class GaussianNLLLoss extends Loss {
  readonly full: boolean;
  readonly eps: number;
  constructor(options: GaussianOptions = {}) {
    super(options);
    this.full = options.full ?? false;
    this.eps = options.eps ?? 1e-6;
  }
  override forward(input: Tensor, target: Tensor, variance: Tensor): Tensor {
    const { full, eps, reduction } = this;
    return gaussianNllLoss(input, target, variance, { full, eps, reduction });
  }
}

/** Negative log-likelihood of counts under a Poisson distribution. */
export class PoissonNLLLoss extends Loss {
  readonly logInput: boolean;
  readonly full: boolean;
  readonly eps: number;
  constructor(options: PoissonOptions = {}) {
    super(options);
    this.logInput = options.logInput ?? true;
    this.full = options.full ?? false;
    this.eps = options.eps ?? 1e-8;
  }
  override forward(input: Tensor, target: Tensor): Tensor {
    const { logInput, full, eps, reduction } = this;
    return poissonNllLoss(input, target, { logInput, full, eps, reduction });
  }
}

/** `x` for targets 1, `max(0, margin - x)` for targets -1. */
export class HingeEmbeddingLoss extends Loss {
  readonly margin: number;
  constructor(options: MarginOptions = {}) {
    super(options);
    this.margin = options.margin ?? 1;
  }
  override forward(input: Tensor, target: Tensor): Tensor {
    return hingeEmbeddingLoss(input, target, { margin: this.margin, reduction: this.reduction });
  }
}

/** The logistic loss of targets 1 and -1. */
export class SoftMarginLoss extends Loss {
  override forward(input: Tensor, target: Tensor): Tensor {
    return softMarginLoss(input, target, { reduction: this.reduction });
  }
}

/** Which of two should be ranked higher: `max(0, margin - t (x1 - x2))`. */
export class MarginRankingLoss extends Loss {
  readonly margin: number;
  constructor(options: MarginOptions = {}) {
    super(options);
    this.margin = options.margin ?? 0;
  }
  override forward(x1: Tensor, x2: Tensor, target: Tensor): Tensor {
    return marginRankingLoss(x1, x2, target, { margin: this.margin, reduction: this.reduction });
  }
}
