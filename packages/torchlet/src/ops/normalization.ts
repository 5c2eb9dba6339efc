// Normalization of each sample: values moved to mean 0 and variance 1 over some dimensions, then scaled and shifted.
import { ShapeError } from "../errors/index.js";
import { formatShape, type Shape, sameShape } from "../tensor/shape.js";
import type { Tensor } from "../tensor/tensor.js";
import { readKeywords } from "./arguments.js";
import { affine, channelShape, normalizeRows } from "./normalization-core.js";
import { reshape } from "./views.js";

export { type BatchNormOptions, batchNorm } from "./batch-norm.js";

/** Options of `layerNorm`. */
export interface LayerNormOptions {
  readonly weight?: Tensor | null;
  readonly bias?: Tensor | null;
  /** Added to the variance. Default: 1e-5. */
  readonly eps?: number;
}

function checkTrailing(who: string, x: Tensor, normalizedShape: Shape): number[] {
  const lead = x.shape.length - normalizedShape.length;
  if (normalizedShape.length === 0 || lead < 0 || !sameShape(x.shape.slice(lead), normalizedShape)) {
    throw new ShapeError("normalized-shape", {
      path: who,
      rule: {
        en: `the last dimensions must be ${formatShape(normalizedShape)}, got ${formatShape(x.shape)}`,
        zh: `最后的维度必须是 ${formatShape(normalizedShape)}，得到的形状为 ${formatShape(x.shape)}`,
      },
      expected: [...normalizedShape],
      received: [...x.shape],
    });
  }
  return normalizedShape.map((_, d) => lead + d);
}

/**
 * Normalization over the last dimensions: `(x - mean) / sqrt(var + eps) * weight + bias` (Ba et al., 2016).
 *
 * @throws ShapeError unless the last dimensions are `normalizedShape`
 */
export function layerNorm(
  x: Tensor,
  normalizedShape: Shape,
  weight?: Tensor | null | LayerNormOptions,
  bias?: Tensor | null | LayerNormOptions,
  eps?: number | LayerNormOptions,
): Tensor {
  const given = readKeywords<LayerNormOptions>(["weight", "bias", "eps"], [weight, bias, eps]);
  const dims = checkTrailing("layerNorm", x, normalizedShape);
  const scale = given.weight == null ? null : reshape(given.weight, normalizedShape);
  const shift = given.bias == null ? null : reshape(given.bias, normalizedShape);
  return normalizeRows("NativeLayerNormBackward0", x, dims, scale, shift, given.eps ?? 1e-5);
}

/** Options of `rmsNorm`. */
export interface RmsNormOptions {
  readonly weight?: Tensor | null;
  /** Added to the mean square. Default: the spacing of numbers at 1. */
  readonly eps?: number | null;
}

/** Division by the root of the mean square over the last dimensions (Zhang and Sennrich, 2019). */
export function rmsNorm(
  x: Tensor,
  normalizedShape: Shape,
  weight?: Tensor | null | RmsNormOptions,
  eps?: number | null | RmsNormOptions,
): Tensor {
  const given = readKeywords<RmsNormOptions>(["weight", "eps"], [weight, eps]);
  const dims = checkTrailing("rmsNorm", x, normalizedShape);
  const least = given.eps ?? (x.dtype.itemsize === 4 ? 2 ** -23 : 2 ** -52);
  const scale = given.weight == null ? null : reshape(given.weight, normalizedShape);
  return normalizeRows("FusedRmsNormBackward0", x, dims, scale, null, least, true);
}

/** Options of `groupNorm`. */
export interface GroupNormOptions {
  readonly weight?: Tensor | null;
  readonly bias?: Tensor | null;
  /** Added to the variance. Default: 1e-5. */
  readonly eps?: number;
}

/**
 * Normalization of each sample over groups of channels (Wu and He, 2018): shape (batch, channels, ...).
 *
 * @throws ShapeError unless the groups divide the channels
 */
export function groupNorm(
  x: Tensor,
  numGroups: number,
  weight?: Tensor | null | GroupNormOptions,
  bias?: Tensor | null | GroupNormOptions,
  eps?: number | GroupNormOptions,
): Tensor {
  const given = readKeywords<GroupNormOptions>(["weight", "bias", "eps"], [weight, bias, eps]);
  const channels = x.shape[1];
  if (channels === undefined || channels % numGroups !== 0) {
    throw new ShapeError("groups", {
      path: "groupNorm",
      rule: {
        en: `${numGroups} groups do not divide the channels of shape ${formatShape(x.shape)}`,
        zh: `${numGroups} 个组无法均分形状 ${formatShape(x.shape)} 的通道`,
      },
      expected: numGroups,
      received: channels,
    });
  }
  const size = x.shape.slice(2).reduce((n, s) => n * s, channels / numGroups);
  const grouped = reshape(x, [x.shape[0]!, numGroups, size]);
  const values = normalizeRows("NativeGroupNormBackward0", grouped, [2], null, null, given.eps ?? 1e-5);
  return affine(reshape(values, x.shape), given.weight ?? null, given.bias ?? null, channelShape(x));
}

/** Options of `instanceNorm`. */
export interface InstanceNormOptions {
  readonly weight?: Tensor | null;
  readonly bias?: Tensor | null;
  readonly eps?: number;
}

/** Normalization of each channel of each sample over its remaining dimensions (Ulyanov et al., 2016). */
export function instanceNorm(x: Tensor, options: InstanceNormOptions = {}): Tensor {
  const { weight = null, bias = null, eps = 1e-5 } = options;
  const dims = x.shape.map((_, d) => d).slice(2);
  const values = normalizeRows("InstanceNormBackward0", x, dims, null, null, eps);
  return affine(values, weight, bias, channelShape(x));
}
