// Normalization layers; each has its function in `functional`.

import { noGrad } from "../autograd/index.js";
import { ShapeError } from "../errors/index.js";
import { readKeywords } from "../ops/arguments.js";
import { ones, zeros } from "../ops/creation.js";
import { batchNorm, groupNorm, instanceNorm, layerNorm, rmsNorm } from "../ops/normalization.js";
import { type DType, getDefaultDtype, int32 } from "../tensor/dtype.js";
import { formatShape, type Shape } from "../tensor/shape.js";
import type { Tensor } from "../tensor/tensor.js";
import type { KEEPS_FEATURES } from "./chain.js";
import { Module } from "./module.js";
import { Parameter } from "./parameter.js";
import { showBool, showFloat, showTuple } from "./repr.js";

/** Options of the batch and instance normalizations. */
export interface BatchNormLayerOptions {
  /** Added to the variance. Default: 1e-5. */
  readonly eps?: number;
  /** The share of the batch in the running statistics; null takes the mean over all batches. Default: 0.1. */
  readonly momentum?: number | null;
  /** Whether weight and bias are learned. Default: true (instance normalization: false). */
  readonly affine?: boolean;
  /** Whether running statistics are kept. Default: true (instance normalization: false). */
  readonly trackRunningStats?: boolean;
  /** Whether there is a bias beside the weight. Default: true. */
  readonly bias?: boolean;
  readonly dtype?: DType;
}

abstract class ChannelNorm extends Module {
  /** @internal */
  declare readonly [KEEPS_FEATURES]: true;
  readonly eps: number;
  readonly momentum: number | null;
  readonly affine: boolean;
  readonly trackRunningStats: boolean;
  readonly weight: Parameter | null;
  readonly bias: Parameter | null;
  declare running_mean: Tensor | null;
  declare running_var: Tensor | null;
  declare num_batches_tracked: Tensor | null;

  constructor(
    readonly numFeatures: number,
    values: readonly unknown[],
    defaults: { readonly affine: boolean; readonly track: boolean },
  ) {
    super();
    const given = readKeywords<BatchNormLayerOptions>(["eps", "momentum", "affine", "trackRunningStats"], values);
    this.eps = given.eps ?? 1e-5;
    this.momentum = given.momentum === undefined ? 0.1 : given.momentum;
    this.affine = given.affine ?? defaults.affine;
    this.trackRunningStats = given.trackRunningStats ?? defaults.track;
    const dtype = given.dtype ?? getDefaultDtype();
    this.weight = this.affine ? new Parameter(ones(numFeatures, { dtype })) : null;
    this.bias = this.affine && given.bias !== false ? new Parameter(zeros(numFeatures, { dtype })) : null;
    if (this.trackRunningStats) {
      this.registerBuffer("running_mean", zeros(numFeatures, { dtype }));
      this.registerBuffer("running_var", ones(numFeatures, { dtype }));
      this.registerBuffer("num_batches_tracked", zeros([], { dtype: int32 }));
    } else {
      this.running_mean = null;
      this.running_var = null;
      this.num_batches_tracked = null;
    }
  }

  /** The running mean; in state dicts `running_mean`. */
  get runningMean(): Tensor | null {
    return this.running_mean;
  }
  /** The running variance; in state dicts `running_var`. */
  get runningVar(): Tensor | null {
    return this.running_var;
  }
  /** How many batches were seen in training; in state dicts `num_batches_tracked`. */
  get numBatchesTracked(): Tensor | null {
    return this.num_batches_tracked;
  }

  /** Running statistics as in the beginning. */
  resetRunningStats(): void {
    noGrad(() => {
      this.running_mean?.zero_();
      this.running_var?.fill_(1);
      this.num_batches_tracked?.zero_();
    });
  }

  /** How many dimensions the input may have. */
  protected abstract dimensions(): readonly number[];

  protected check(x: Tensor): void {
    const allowed = this.dimensions();
    const channels =
      x.ndim === allowed[0] && allowed[0]! < allowed[allowed.length - 1]! ? this.channelsOf(x) : x.shape[1];
    if (allowed.includes(x.ndim) && channels === this.numFeatures) return;
    const who = this.constructor.name;
    throw new ShapeError("norm-input", {
      path: who,
      rule: {
        en: `the input must have ${allowed.join(" or ")} dimensions and ${this.numFeatures} channels, got shape ${formatShape(x.shape)}`,
        zh: `输入必须是 ${allowed.join(" 或 ")} 维且有 ${this.numFeatures} 个通道，得到的形状为 ${formatShape(x.shape)}`,
      },
      expected: this.numFeatures,
      received: [...x.shape],
    });
  }

  protected channelsOf(x: Tensor): number | undefined {
    return x.shape[1];
  }

  override extraRepr(): string {
    const { numFeatures, eps, momentum, affine, bias, trackRunningStats } = this;
    return [
      numFeatures,
      `eps=${showFloat(eps)}`,
      `momentum=${momentum === null ? "None" : showFloat(momentum)}`,
      `affine=${showBool(affine)}`,
      `bias=${showBool(bias !== null)}`,
      `track_running_stats=${showBool(trackRunningStats)}`,
    ].join(", ");
  }
}

abstract class BatchNorm extends ChannelNorm {
  constructor(
    numFeatures: number,
    eps?: number | BatchNormLayerOptions,
    momentum?: number | null | BatchNormLayerOptions,
    affine?: boolean | BatchNormLayerOptions,
    trackRunningStats?: boolean | BatchNormLayerOptions,
  ) {
    super(numFeatures, [eps, momentum, affine, trackRunningStats], { affine: true, track: true });
  }

  override forward(x: Tensor): Tensor {
    this.check(x);
    let momentum = this.momentum ?? 0;
    const counter = this.num_batches_tracked;
    if (this.training && counter !== null) {
      noGrad(() => counter.add_(1));
      if (this.momentum === null) momentum = 1 / counter.item();
    }
    // Without running statistics the batch's own serve in evaluation too.
    const training = this.training || this.running_mean === null;
    const keep = !this.training || this.trackRunningStats;
    return batchNorm(x, keep ? this.running_mean : null, keep ? this.running_var : null, this.weight, this.bias, {
      training,
      momentum,
      eps: this.eps,
    });
  }
}

/**
 * Normalization of each feature over the batch, then scale and shift: shape (batch, features) or (batch, features, length).
 *
 * `weight` starts as ones, `bias` as zeros; `running_mean` and `running_var` are part of the state.
 *
 * @throws ShapeError for another number of features, ValueError in training with one value a feature
 *
 * @example
 * const layer = new nn.BatchNorm1d(256);
 */
export class BatchNorm1d extends BatchNorm {
  protected override dimensions(): readonly number[] {
    return [2, 3];
  }
}
/** Normalization of each channel over the batch and the image: shape (batch, channels, height, width). */
export class BatchNorm2d extends BatchNorm {
  protected override dimensions(): readonly number[] {
    return [4];
  }
}
/** Normalization of each channel over the batch and the volume: shape (batch, channels, depth, height, width). */
export class BatchNorm3d extends BatchNorm {
  protected override dimensions(): readonly number[] {
    return [5];
  }
}

abstract class InstanceNorm extends ChannelNorm {
  constructor(numFeatures: number, ...values: readonly unknown[]) {
    super(numFeatures, values, { affine: false, track: false });
  }

  override forward(x: Tensor): Tensor {
    this.check(x);
    const batched = x.ndim === this.dimensions()[1];
    const { weight, bias, eps } = this;
    const y = instanceNorm(batched ? x : x.unsqueeze(0), { weight, bias, eps });
    return batched ? y : y.squeeze(0);
  }

  protected override channelsOf(x: Tensor): number | undefined {
    return x.shape[0];
  }
}
/** Normalization of each channel of each sample: shape (batch, channels, length), or without the batch. */
export class InstanceNorm1d extends InstanceNorm {
  protected override dimensions(): readonly number[] {
    return [2, 3];
  }
}
/** Normalization of each channel of each image: shape (batch, channels, height, width), or without the batch. */
export class InstanceNorm2d extends InstanceNorm {
  protected override dimensions(): readonly number[] {
    return [3, 4];
  }
}

/** Options of `LayerNorm`. */
export interface LayerNormLayerOptions {
  /** Added to the variance. Default: 1e-5. */
  readonly eps?: number;
  /** Whether weight and bias are learned. Default: true. */
  readonly elementwiseAffine?: boolean;
  /** Whether there is a bias beside the weight. Default: true. */
  readonly bias?: boolean;
  readonly dtype?: DType;
}

/**
 * Normalization of each sample over its last dimensions, then scale and shift.
 *
 * @example
 * const layer = new nn.LayerNorm(128);
 * layer(torch.randn(4, 10, 128)).shape; // [4, 10, 128]
 */
export class LayerNorm extends Module {
  /** @internal */
  declare readonly [KEEPS_FEATURES]: true;
  readonly normalizedShape: Shape;
  readonly eps: number;
  readonly elementwiseAffine: boolean;
  readonly weight: Parameter | null;
  readonly bias: Parameter | null;

  constructor(
    normalizedShape: number | Shape,
    eps?: number | LayerNormLayerOptions,
    elementwiseAffine?: boolean | LayerNormLayerOptions,
    bias?: boolean | LayerNormLayerOptions,
  ) {
    super();
    const given = readKeywords<LayerNormLayerOptions>(
      ["eps", "elementwiseAffine", "bias"],
      [eps, elementwiseAffine, bias],
    );
    this.normalizedShape = typeof normalizedShape === "number" ? [normalizedShape] : [...normalizedShape];
    this.eps = given.eps ?? 1e-5;
    this.elementwiseAffine = given.elementwiseAffine ?? true;
    const dtype = given.dtype ?? getDefaultDtype();
    this.weight = this.elementwiseAffine ? new Parameter(ones(this.normalizedShape, { dtype })) : null;
    this.bias =
      this.elementwiseAffine && given.bias !== false ? new Parameter(zeros(this.normalizedShape, { dtype })) : null;
  }

  override forward(x: Tensor): Tensor {
    return layerNorm(x, this.normalizedShape, this.weight, this.bias, this.eps);
  }

  override extraRepr(): string {
    const { normalizedShape, eps, elementwiseAffine, bias } = this;
    return `${showTuple(normalizedShape)}, eps=${showFloat(eps)}, elementwise_affine=${showBool(elementwiseAffine)}, bias=${showBool(bias !== null)}`;
  }
}

/** Options of `RMSNorm`. */
export interface RMSNormOptions {
  /** Added to the mean square. Default: the spacing of numbers at 1. */
  readonly eps?: number | null;
  /** Whether a weight is learned. Default: true. */
  readonly elementwiseAffine?: boolean;
  readonly dtype?: DType;
}

/** Division of each sample by the root of its mean square over the last dimensions. */
export class RMSNorm extends Module {
  /** @internal */
  declare readonly [KEEPS_FEATURES]: true;
  readonly normalizedShape: Shape;
  readonly eps: number | null;
  readonly elementwiseAffine: boolean;
  readonly weight: Parameter | null;

  constructor(
    normalizedShape: number | Shape,
    eps?: number | null | RMSNormOptions,
    elementwiseAffine?: boolean | RMSNormOptions,
  ) {
    super();
    const given = readKeywords<RMSNormOptions>(["eps", "elementwiseAffine"], [eps, elementwiseAffine]);
    this.normalizedShape = typeof normalizedShape === "number" ? [normalizedShape] : [...normalizedShape];
    this.eps = given.eps ?? null;
    this.elementwiseAffine = given.elementwiseAffine ?? true;
    const dtype = given.dtype ?? getDefaultDtype();
    this.weight = this.elementwiseAffine ? new Parameter(ones(this.normalizedShape, { dtype })) : null;
  }

  override forward(x: Tensor): Tensor {
    return rmsNorm(x, this.normalizedShape, this.weight, this.eps);
  }

  override extraRepr(): string {
    const { normalizedShape, eps, elementwiseAffine } = this;
    return `${showTuple(normalizedShape)}, eps=${eps === null ? "None" : showFloat(eps)}, elementwise_affine=${showBool(elementwiseAffine)}`;
  }
}

/** Options of `GroupNorm`. */
export interface GroupNormLayerOptions {
  /** Added to the variance. Default: 1e-5. */
  readonly eps?: number;
  /** Whether weight and bias are learned. Default: true. */
  readonly affine?: boolean;
  /** Whether there is a bias beside the weight. Default: true. */
  readonly bias?: boolean;
  readonly dtype?: DType;
}

/**
 * Normalization of each sample over groups of channels, then scale and shift of each channel.
 *
 * @throws ShapeError unless the groups divide the channels
 */
export class GroupNorm extends Module {
  /** @internal */
  declare readonly [KEEPS_FEATURES]: true;
  readonly eps: number;
  readonly affine: boolean;
  readonly weight: Parameter | null;
  readonly bias: Parameter | null;

  constructor(
    readonly numGroups: number,
    readonly numChannels: number,
    eps?: number | GroupNormLayerOptions,
    affine?: boolean | GroupNormLayerOptions,
  ) {
    super();
    if (numChannels % numGroups !== 0) {
      throw new ShapeError("groups", {
        path: "GroupNorm",
        rule: {
          en: `${numGroups} groups do not divide ${numChannels} channels`,
          zh: `${numGroups} 个组无法均分 ${numChannels} 个通道`,
        },
        expected: numGroups,
        received: numChannels,
      });
    }
    const given = readKeywords<GroupNormLayerOptions>(["eps", "affine"], [eps, affine]);
    this.eps = given.eps ?? 1e-5;
    this.affine = given.affine ?? true;
    const dtype = given.dtype ?? getDefaultDtype();
    this.weight = this.affine ? new Parameter(ones(numChannels, { dtype })) : null;
    this.bias = this.affine && given.bias !== false ? new Parameter(zeros(numChannels, { dtype })) : null;
  }

  override forward(x: Tensor): Tensor {
    return groupNorm(x, this.numGroups, this.weight, this.bias, this.eps);
  }

  override extraRepr(): string {
    const { numGroups, numChannels, eps, affine, bias } = this;
    return `${numGroups}, ${numChannels}, eps=${showFloat(eps)}, affine=${showBool(affine)}, bias=${showBool(bias !== null)}`;
  }
}
