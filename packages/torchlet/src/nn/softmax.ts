// Softmax and its relatives as modules.
import { softmin } from "../ops/activations.js";
import { readKeywords } from "../ops/arguments.js";
import { logSoftmax, softmax } from "../ops/softmax.js";
import type { Tensor } from "../tensor/tensor.js";
import type { DimOptions } from "./activations.js";
import type { KEEPS_FEATURES } from "./chain.js";
import { Module } from "./module.js";

abstract class AlongDim extends Module {
  /** @internal */
  declare readonly [KEEPS_FEATURES]: true;
  /** The dimension that sums to 1; null takes 1, or 0 where there are 0, 1 or 3 dimensions, as PyTorch does. */
  readonly dim: number | null;

  constructor(dim?: number | null | DimOptions) {
    super();
    this.dim = readKeywords<DimOptions>(["dim"], [dim]).dim ?? null;
  }

  protected dimOf(x: Tensor): number {
    return this.dim ?? (x.ndim === 0 || x.ndim === 1 || x.ndim === 3 ? 0 : 1);
  }

  override extraRepr(): string {
    return `dim=${this.dim ?? "None"}`;
  }
}

/** `e^x_i / sum_j e^x_j` along a dimension. */
export class Softmax extends AlongDim {
  override forward(x: Tensor): Tensor {
    return softmax(x, this.dimOf(x));
  }
}

/** The logarithm of softmax along a dimension. */
export class LogSoftmax extends AlongDim {
  override forward(x: Tensor): Tensor {
    return logSoftmax(x, this.dimOf(x));
  }
}

/** Softmax of the negative along a dimension. */
export class Softmin extends AlongDim {
  override forward(x: Tensor): Tensor {
    return softmin(x, this.dimOf(x));
  }
}

/** Softmax over the channels of images: shape (batch, channels, height, width) or without the batch. */
export class Softmax2d extends Module {
  override forward(x: Tensor): Tensor {
    return softmax(x, -3);
  }
}
