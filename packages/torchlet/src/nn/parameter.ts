// A parameter: a leaf tensor that a module owns and an optimizer changes.
import { tenure } from "../engine/index.js";
import { formatTensor } from "../tensor/print.js";
import { Tensor } from "../tensor/tensor.js";

/**
 * A tensor that a module registers when it is assigned to an attribute.
 *
 * It is always a leaf and shares memory with the tensor it is made from, even where that one was computed.
 *
 * @example
 * const W = new nn.Parameter(torch.randn(784, 256).mul(0.01));
 */
export class Parameter extends Tensor {
  constructor(data: Tensor, requiresGrad = true) {
    super(data.storage, data.dtype, data.shape, data.strides, data.storageOffset, data.dense);
    tenure(data.storage);
    this.leafRequiresGrad = requiresGrad;
  }

  override toString(): string {
    return `Parameter containing:\n${formatTensor(this)}`;
  }
}
