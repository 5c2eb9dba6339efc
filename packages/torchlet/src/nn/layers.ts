// Layers without parameters.
import { checkProbability, dropout } from "../ops/dropout.js";
import { relu_ } from "../ops/inplace.js";
import { relu, sigmoid, tanh } from "../ops/unary.js";
import { flatten } from "../ops/views.js";
import type { Tensor } from "../tensor/tensor.js";
import type { KEEPS_FEATURES } from "./chain.js";
import { Module } from "./module.js";

/** Options of layers that can work in place. */
export interface InplaceOptions {
  readonly inplace?: boolean;
}

/** `max(x, 0)` */
export class ReLU extends Module {
  /** @internal */
  declare readonly [KEEPS_FEATURES]: true;
  readonly inplace: boolean;

  constructor(options: InplaceOptions = {}) {
    super();
    this.inplace = options.inplace ?? false;
  }

  override forward(x: Tensor): Tensor {
    return this.inplace ? relu_(x) : relu(x);
  }

  override extraRepr(): string {
    return this.inplace ? "inplace=True" : "";
  }
}

/** `1 / (1 + e^-x)` */
export class Sigmoid extends Module {
  /** @internal */
  declare readonly [KEEPS_FEATURES]: true;
  override forward(x: Tensor): Tensor {
    return sigmoid(x);
  }
}

/** `tanh x` */
export class Tanh extends Module {
  /** @internal */
  declare readonly [KEEPS_FEATURES]: true;
  override forward(x: Tensor): Tensor {
    return tanh(x);
  }
}

/**
 * Merges the dimensions from `startDim` (default 1) to `endDim` (default -1): (batch, 1, 28, 28) becomes (batch, 784).
 */
export class Flatten extends Module {
  constructor(
    readonly startDim = 1,
    readonly endDim = -1,
  ) {
    super();
  }

  override forward(x: Tensor): Tensor {
    return flatten(x, this.startDim, this.endDim);
  }

  override extraRepr(): string {
    return `start_dim=${this.startDim}, end_dim=${this.endDim}`;
  }
}

/** Dropout in training mode, the identity in evaluation mode (Srivastava et al., 2014). */
export class Dropout extends Module {
  /** @internal */
  declare readonly [KEEPS_FEATURES]: true;
  constructor(readonly p = 0.5) {
    super();
    checkProbability("Dropout", p);
  }

  override forward(x: Tensor): Tensor {
    return dropout(x, this.p, { training: this.training });
  }

  override extraRepr(): string {
    return `p=${this.p}, inplace=False`;
  }
}
