// Pooling layers.
import { readKeywords } from "../ops/arguments.js";
import {
  type AvgPoolOptions,
  avgPool1d,
  avgPool2d,
  type MaxPoolOptions,
  maxPool1d,
  maxPool2d,
} from "../ops/pooling.js";
import type { PerDim } from "../ops/windows.js";
import type { Tensor } from "../tensor/tensor.js";
import { Module } from "./module.js";

function show(value: PerDim): string {
  return typeof value === "number" ? String(value) : `(${value.join(", ")})`;
}

/** Options of the layers of max pooling. */
export type MaxPoolLayerOptions = Omit<MaxPoolOptions, "kernelSize" | "returnIndices">;
/** Options of the layers of average pooling. */
export type AvgPoolLayerOptions = Omit<AvgPoolOptions, "kernelSize">;

abstract class MaxPool extends Module {
  readonly options: MaxPoolLayerOptions;

  constructor(
    readonly kernelSize: PerDim,
    stride?: PerDim | null | MaxPoolLayerOptions,
    padding?: PerDim | MaxPoolLayerOptions,
  ) {
    super();
    this.options = readKeywords<MaxPoolLayerOptions>(["stride", "padding"], [stride, padding]);
  }

  override extraRepr(): string {
    const { stride, padding = 0, dilation = 1, ceilMode = false } = this.options;
    const step = show(stride ?? this.kernelSize);
    return `kernel_size=${show(this.kernelSize)}, stride=${step}, padding=${show(padding)}, dilation=${show(dilation)}, ceil_mode=${ceilMode ? "True" : "False"}`;
  }
}

abstract class AvgPool extends Module {
  readonly options: AvgPoolLayerOptions;

  constructor(
    readonly kernelSize: PerDim,
    stride?: PerDim | null | AvgPoolLayerOptions,
    padding?: PerDim | AvgPoolLayerOptions,
  ) {
    super();
    this.options = readKeywords<AvgPoolLayerOptions>(["stride", "padding"], [stride, padding]);
  }

  override extraRepr(): string {
    const { stride, padding = 0 } = this.options;
    return `kernel_size=${show(this.kernelSize)}, stride=${show(stride ?? this.kernelSize)}, padding=${show(padding)}`;
  }
}

/** The largest element of every window of sequences (batch, channels, length). */
export class MaxPool1d extends MaxPool {
  override forward(x: Tensor): Tensor {
    return maxPool1d(x, this.kernelSize, this.options);
  }
}

/**
 * The largest element of every window of images (batch, channels, height, width).
 *
 * @example
 * new nn.MaxPool2d(2)(torch.randn(1, 6, 28, 28)).shape; // [1, 6, 14, 14]
 */
export class MaxPool2d extends MaxPool {
  override forward(x: Tensor): Tensor {
    return maxPool2d(x, this.kernelSize, this.options);
  }
}

/** The mean of every window of sequences (batch, channels, length). */
export class AvgPool1d extends AvgPool {
  override forward(x: Tensor): Tensor {
    return avgPool1d(x, this.kernelSize, this.options);
  }
}

/** The mean of every window of images (batch, channels, height, width). */
export class AvgPool2d extends AvgPool {
  override forward(x: Tensor): Tensor {
    return avgPool2d(x, this.kernelSize, this.options);
  }
}
