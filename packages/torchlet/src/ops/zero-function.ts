// `torch.zero_` as a function.
import { isGradEnabled, record } from "../autograd/index.js";
import type { Tensor } from "../tensor/tensor.js";
import { mul } from "./arithmetic.js";
import { zerosLike } from "./creation.js";
import { zero_ as zeroInPlace } from "./inplace.js";

/**
 * Sets all elements to 0, in place.
 *
 * A leaf that requires a gradient cannot be changed while operations are recorded: the method refuses it, as PyTorch does,
 * and the function leaves it as it is and returns new zeros, whose gradient by the leaf is 0.
 */
export function zero_(self: Tensor): Tensor {
  if (!(isGradEnabled() && self.isLeaf && self.requiresGrad)) return zeroInPlace(self);
  return record(zerosLike(self), "ZeroBackward0", [self], null, (g) => mul(g, 0));
}
