// A linear layer that learns its number of inputs from the first batch.
import { Activation } from "../engine/index.js";
import { readKeywords } from "../ops/arguments.js";
import { linear } from "../ops/matmul.js";
import { type DType, getDefaultDtype } from "../tensor/dtype.js";
import { emptyTensor, type Tensor } from "../tensor/tensor.js";
import { Linear } from "./linear.js";
import { Module } from "./module.js";
import { Parameter } from "./parameter.js";
import { showBool } from "./repr.js";

/** Options of `LazyLinear`. */
export interface LazyLinearOptions {
  /** Whether a bias is added. Default: true. */
  readonly bias?: boolean;
  readonly dtype?: DType;
}

/** Gives a parameter other memory and another shape; it stays the same object for optimizers that hold it. */
function materialize(parameter: Parameter, shape: readonly number[]): void {
  const filled = new Parameter(emptyTensor(shape, parameter.dtype), parameter.leafRequiresGrad);
  const { storage, strides, storageOffset, dense } = filled;
  Object.assign(parameter, { storage, shape: filled.shape, strides, storageOffset, dense });
}

/**
 * A linear layer whose number of inputs is that of the first batch it sees; after that it is an `nn.Linear`.
 *
 * Before, its weight and bias are empty; initial values are drawn in the first call.
 *
 * @example
 * const layer = new nn.LazyLinear(10);
 * layer(torch.rand(2, 784));
 * String(layer); // "Linear(in_features=784, out_features=10, bias=True)"
 */
export class LazyLinear extends Module {
  readonly inFeatures: number = 0;
  readonly weight: Parameter;
  readonly bias: Parameter | null;

  constructor(
    readonly outFeatures: number,
    bias?: boolean | LazyLinearOptions,
  ) {
    super();
    const given = readKeywords<LazyLinearOptions>(["bias"], [bias]);
    const dtype = given.dtype ?? getDefaultDtype();
    this.weight = new Parameter(emptyTensor([0], dtype));
    this.bias = given.bias === false ? null : new Parameter(emptyTensor([0], dtype));
  }

  /** Whether no batch has come yet. */
  hasUninitializedParams(): boolean {
    return this.inFeatures === 0;
  }

  override forward(x: Tensor): Tensor {
    const inFeatures = x.shape[x.shape.length - 1] ?? 0;
    materialize(this.weight, [this.outFeatures, inFeatures]);
    if (this.bias !== null) materialize(this.bias, [this.outFeatures]);
    Object.assign(this, { inFeatures });
    // From here on it is what PyTorch makes of it: a plain linear layer.
    Object.setPrototypeOf(this, Linear.prototype);
    (this as unknown as Linear).resetParameters();
    return linear(x, this.weight, this.bias, Activation.none);
  }

  override extraRepr(): string {
    return `in_features=${this.inFeatures}, out_features=${this.outFeatures}, bias=${showBool(this.bias !== null)}`;
  }
}
