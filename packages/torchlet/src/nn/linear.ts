// Linear layers.
import { noGrad } from "../autograd/index.js";
import { Activation } from "../engine/index.js";
import { linear } from "../ops/matmul.js";
import { type DType, getDefaultDtype } from "../tensor/dtype.js";
import { emptyTensor, type Tensor } from "../tensor/tensor.js";
import type { KEEPS_FEATURES } from "./chain.js";
import { uniform_ } from "./init.js";
import { Module } from "./module.js";
import { Parameter } from "./parameter.js";

/** Options of `Linear`. */
export interface LinearOptions {
  /** Whether a bias is added. Default: true. */
  readonly bias?: boolean;
  readonly dtype?: DType;
}

/**
 * A linear layer: `y = x W^T + b`.
 *
 * Input (..., inFeatures), output (..., outFeatures). `weight` has shape (out, in), `bias` (out); both start uniform on
 * +-1/sqrt(inFeatures), drawn in that order.
 *
 * @throws ShapeError when called with another last dimension
 *
 * @example
 * const layer = new nn.Linear(784, 256);
 * layer(torch.rand(64, 784)).shape; // [64, 256]
 */
export class Linear<In extends number = number, Out extends number = number> extends Module {
  readonly inFeatures: number;
  readonly outFeatures: number;
  readonly weight: Parameter;
  readonly bias: Parameter | null;

  constructor(inFeatures: In, outFeatures: Out, options: LinearOptions = {}) {
    super();
    this.inFeatures = inFeatures;
    this.outFeatures = outFeatures;
    const { bias = true, dtype = getDefaultDtype() } = options;
    this.weight = new Parameter(emptyTensor([outFeatures, inFeatures], dtype));
    this.bias = bias ? new Parameter(emptyTensor([outFeatures], dtype)) : null;
    this.resetParameters();
  }

  /** Draws the weights and the bias anew. */
  resetParameters(): void {
    // The bound of He's uniform initialization with a = sqrt(5), computed step by step as PyTorch does.
    const fan = this.inFeatures;
    const bound = fan === 0 ? 0 : Math.sqrt(3) * (Math.sqrt(2 / (1 + Math.sqrt(5) ** 2)) / Math.sqrt(fan));
    noGrad(() => {
      uniform_(this.weight, -bound, bound);
      const biasBound = fan === 0 ? 0 : 1 / Math.sqrt(fan);
      if (this.bias !== null) uniform_(this.bias, -biasBound, biasBound);
    });
  }

  override forward(x: Tensor): Tensor {
    return linear(x, this.weight, this.bias);
  }

  /** @internal The layer and the ReLU behind it as one product with an epilogue. */
  forwardRelu(x: Tensor): Tensor {
    return linear(x, this.weight, this.bias, Activation.relu);
  }

  override describe(): string {
    return `Linear ${this.inFeatures} -> ${this.outFeatures}`;
  }

  override extraRepr(): string {
    return `in_features=${this.inFeatures}, out_features=${this.outFeatures}, bias=${this.bias === null ? "False" : "True"}`;
  }
}

/** A layer that changes nothing. */
export class Identity extends Module {
  /** @internal */
  declare readonly [KEEPS_FEATURES]: true;

  override forward(x: Tensor): Tensor {
    return x;
  }
}
