// Convolutional layers.
import { noGrad } from "../autograd/index.js";
import { ValueError } from "../errors/index.js";
import { readKeywords } from "../ops/arguments.js";
import { type ConvOptions, conv1d, conv2d } from "../ops/convolution.js";
import { pad } from "../ops/padding.js";
import { type PerDim, perDim } from "../ops/windows.js";
import { type DType, getDefaultDtype } from "../tensor/dtype.js";
import type { Shape } from "../tensor/shape.js";
import { emptyTensor, type Tensor } from "../tensor/tensor.js";
import { uniform_ } from "./init.js";
import { Module } from "./module.js";
import { Parameter } from "./parameter.js";

/** Options of the convolutional layers. */
export interface ConvLayerOptions extends Omit<ConvOptions, "bias"> {
  /** Whether a bias is added. Default: true. */
  readonly bias?: boolean;
  /** What the margins hold. Default: "zeros". */
  readonly paddingMode?: "zeros" | "reflect" | "replicate" | "circular";
  readonly dtype?: DType;
}

const NAMES: readonly (keyof ConvLayerOptions)[] = ["stride", "padding"];

/** What the convolutional layers share: weight, bias, and how they start. */
abstract class Conv extends Module {
  readonly weight: Parameter;
  readonly bias: Parameter | null;
  readonly kernelSize: Shape;
  readonly stride: Shape;
  readonly padding: Shape | "same" | "valid";
  readonly dilation: Shape;
  readonly groups: number;
  readonly paddingMode: "zeros" | "reflect" | "replicate" | "circular";

  constructor(
    n: number,
    readonly inChannels: number,
    readonly outChannels: number,
    kernelSize: PerDim,
    options: ConvLayerOptions,
  ) {
    super();
    const { bias = true, groups = 1, padding = 0, paddingMode = "zeros", dtype = getDefaultDtype() } = options;
    const who = this.constructor.name;
    if (inChannels % groups !== 0 || outChannels % groups !== 0) {
      throw new ValueError("conv-groups", {
        path: who,
        rule: {
          en: `${inChannels} and ${outChannels} channels do not divide into ${groups} groups`,
          zh: `${inChannels} 与 ${outChannels} 个通道无法分为 ${groups} 组`,
        },
        expected: groups,
        received: [inChannels, outChannels],
      });
    }
    this.kernelSize = perDim(who, "kernelSize", kernelSize, n, 1);
    this.stride = perDim(who, "stride", options.stride, n, 1);
    this.dilation = perDim(who, "dilation", options.dilation, n, 1);
    this.padding = typeof padding === "string" ? padding : perDim(who, "padding", padding, n, 0);
    this.groups = groups;
    this.paddingMode = paddingMode;
    this.weight = new Parameter(emptyTensor([outChannels, inChannels / groups, ...this.kernelSize], dtype));
    this.bias = bias ? new Parameter(emptyTensor([outChannels], dtype)) : null;
    this.resetParameters();
  }

  /** Draws the weights and the bias anew, uniform on +-1/sqrt(inputs of one output). */
  resetParameters(): void {
    const fan = this.weight.shape.slice(1).reduce((n, s) => n * s, 1);
    const bound = fan === 0 ? 0 : Math.sqrt(3) * (Math.sqrt(2 / (1 + Math.sqrt(5) ** 2)) / Math.sqrt(fan));
    noGrad(() => {
      uniform_(this.weight, -bound, bound);
      const biasBound = fan === 0 ? 0 : 1 / Math.sqrt(fan);
      if (this.bias !== null) uniform_(this.bias, -biasBound, biasBound);
    });
  }

  /** The input with margins that are not zeros, and the padding that is left to the convolution. */
  protected prepare(x: Tensor): { x: Tensor; options: ConvOptions } {
    const { bias, stride, dilation, groups, padding, paddingMode } = this;
    if (paddingMode === "zeros") return { x, options: { bias, stride, padding, dilation, groups } };
    const margins = this.kernelSize
      .map((k, d) => {
        const total = dilation[d]! * (k - 1);
        if (padding === "same") return [Math.floor(total / 2), Math.ceil(total / 2)];
        return padding === "valid" ? [0, 0] : [padding[d]!, padding[d]!];
      })
      .reverse()
      .flat();
    return { x: pad(x, margins, paddingMode), options: { bias, stride, dilation, groups } };
  }

  override extraRepr(): string {
    const tuple = (v: Shape) => (v.length === 1 ? `(${v[0]},)` : `(${v.join(", ")})`);
    const plain = (v: Shape, usual: number) => v.every((s) => s === usual);
    let text = `${this.inChannels}, ${this.outChannels}, kernel_size=${tuple(this.kernelSize)}, stride=${tuple(this.stride)}`;
    if (typeof this.padding === "string") text += `, padding=${this.padding}`;
    else if (!plain(this.padding, 0)) text += `, padding=${tuple(this.padding)}`;
    if (!plain(this.dilation, 1)) text += `, dilation=${tuple(this.dilation)}`;
    if (this.groups !== 1) text += `, groups=${this.groups}`;
    if (this.bias === null) text += ", bias=False";
    if (this.paddingMode !== "zeros") text += `, padding_mode=${this.paddingMode}`;
    return text;
  }
}

/**
 * Convolution of sequences: (batch, inChannels, length) becomes (batch, outChannels, places).
 *
 * `weight` has shape (outChannels, inChannels / groups, kernelSize), `bias` (outChannels); both start uniform on
 * +-1/sqrt(inChannels / groups * kernelSize).
 *
 * @example
 * new nn.Conv1d(16, 33, 3, { stride: 2 })(torch.randn(20, 16, 50)).shape; // [20, 33, 24]
 */
export class Conv1d extends Conv {
  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: PerDim,
    stride?: PerDim | ConvLayerOptions,
    padding?: PerDim | "same" | "valid" | ConvLayerOptions,
    options?: ConvLayerOptions,
  ) {
    super(1, inChannels, outChannels, kernelSize, readKeywords(NAMES, [stride, padding, options]));
  }

  override forward(input: Tensor): Tensor {
    const { x, options } = this.prepare(input);
    return conv1d(x, this.weight, options);
  }
}

/**
 * Convolution of images: (batch, inChannels, height, width) becomes (batch, outChannels, places down, places across).
 *
 * @example
 * new nn.Conv2d(1, 6, 5, { padding: 2 })(torch.randn(64, 1, 28, 28)).shape; // [64, 6, 28, 28]
 */
export class Conv2d extends Conv {
  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: PerDim,
    stride?: PerDim | ConvLayerOptions,
    padding?: PerDim | "same" | "valid" | ConvLayerOptions,
    options?: ConvLayerOptions,
  ) {
    super(2, inChannels, outChannels, kernelSize, readKeywords(NAMES, [stride, padding, options]));
  }

  override forward(input: Tensor): Tensor {
    const { x, options } = this.prepare(input);
    return conv2d(x, this.weight, options);
  }
}
