// Losses as modules; each has its function in `functional`.
import { l1Loss, mseLoss } from "../ops/losses.js";
import {
  type CrossEntropyOptions,
  checkReduction,
  crossEntropy,
  type LossReduction,
  type NllOptions,
  nllLoss,
} from "../ops/softmax.js";
import type { Tensor } from "../tensor/tensor.js";
import { Module } from "./module.js";

/** Options of every loss. */
export interface ReductionOptions {
  /** One number for the batch (mean, the default, or sum), or a loss for each sample (none). */
  readonly reduction?: LossReduction;
}

/** The base of all losses: how those of a batch become one. */
export abstract class Loss extends Module {
  readonly reduction: LossReduction;

  constructor(options: ReductionOptions = {}) {
    super();
    this.reduction = options.reduction ?? "mean";
    checkReduction(new.target.name, this.reduction);
  }

  /** Registers a tensor that may be missing. */
  protected optionalBuffer(name: string, tensor: Tensor | null | undefined): void {
    if (tensor != null) this.registerBuffer(name, tensor);
    else (this as unknown as Record<string, unknown>)[name] = null;
  }
}

/**
 * Cross entropy of logits and classes: `-log softmax(x)[y]`.
 *
 * Logits (batch, classes), targets (batch) of class indices, or probabilities in the logits' shape.
 *
 * @example
 * const loss = new nn.CrossEntropyLoss({ reduction: "none" });
 */
export class CrossEntropyLoss extends Loss {
  readonly ignoreIndex: number;
  readonly labelSmoothing: number;
  readonly weight!: Tensor | null;

  constructor(options: CrossEntropyOptions = {}) {
    super(options);
    this.ignoreIndex = options.ignoreIndex ?? -100;
    this.labelSmoothing = options.labelSmoothing ?? 0;
    if (options.weight != null) this.registerBuffer("weight", options.weight);
    else this.weight = null;
  }

  override forward(input: Tensor, target: Tensor): Tensor {
    const { weight, ignoreIndex, labelSmoothing, reduction } = this;
    return crossEntropy(input, target, { weight, ignoreIndex, labelSmoothing, reduction });
  }
}

/** Negative log-likelihood of log-probabilities: `-x[y]`. */
export class NLLLoss extends Loss {
  readonly ignoreIndex: number;
  readonly weight!: Tensor | null;

  constructor(options: NllOptions = {}) {
    super(options);
    this.ignoreIndex = options.ignoreIndex ?? -100;
    if (options.weight != null) this.registerBuffer("weight", options.weight);
    else this.weight = null;
  }

  override forward(input: Tensor, target: Tensor): Tensor {
    const { weight, ignoreIndex, reduction } = this;
    return nllLoss(input, target, { weight, ignoreIndex, reduction });
  }
}

/** Squared error `(x - y)^2`, without a factor of one half. */
export class MSELoss extends Loss {
  override forward(input: Tensor, target: Tensor): Tensor {
    return mseLoss(input, target, { reduction: this.reduction });
  }
}

/** Absolute error `|x - y|`. */
export class L1Loss extends Loss {
  override forward(input: Tensor, target: Tensor): Tensor {
    return l1Loss(input, target, { reduction: this.reduction });
  }
}
