// Layers without parameters.
import { needsGraph, record } from "../autograd/index.js";
import { ValueError } from "../errors/index.js";
import { mul } from "../ops/arithmetic.js";
import { zerosLike } from "../ops/creation.js";
import { relu_ } from "../ops/inplace.js";
import { drawBernoulli } from "../ops/random.js";
import { relu, sigmoid, tanh } from "../ops/unary.js";
import { flatten } from "../ops/views.js";
import { emptyTensor, type Tensor } from "../tensor/tensor.js";
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

/** Options of `dropout`. */
export interface DropoutOptions {
  /** Default: true. */
  readonly training?: boolean;
}

/**
 * Zeroes each element with probability p and divides the others by 1 - p, so that the mean stays.
 *
 * The mask is drawn anew each time. p = 0 gives the input, p = 1 zeros.
 *
 * @throws ValueError for p outside 0..1
 */
export function dropout(x: Tensor, p = 0.5, options: DropoutOptions = {}): Tensor {
  checkProbability("dropout", p);
  if (options.training === false || p === 0 || x.numel() === 0) return x;
  if (p === 1) return needsGraph(x) ? mul(x, zerosLike(x)) : zerosLike(x);
  const mask = drawBernoulli(emptyTensor(x.shape, x.dtype), 1 - p);
  const scaled = mul(mask, 1 / (1 - p));
  const out = mul(x.data, scaled);
  if (needsGraph(x)) record(out, "MulBackward0", [x], [scaled], (g, node) => mul(g, node.saved(0)));
  return out;
}

function checkProbability(who: string, p: number): void {
  if (p >= 0 && p <= 1) return;
  throw new ValueError("dropout-probability", {
    path: who,
    rule: { en: `the probability must be between 0 and 1, got ${p}`, zh: `概率必须在 0 到 1 之间，得到的是 ${p}` },
    expected: [0, 1],
    received: p,
  });
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
