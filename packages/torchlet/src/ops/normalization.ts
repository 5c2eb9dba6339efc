// Normalization: values moved to mean 0 and variance 1 over some dimensions, then scaled and shifted.
import { needsGraph, noGrad, record } from "../autograd/index.js";
import { ShapeError, ValueError } from "../errors/index.js";
import { formatShape, type Shape, sameShape } from "../tensor/shape.js";
import type { Tensor } from "../tensor/tensor.js";
import { readKeywords } from "./arguments.js";
import { add, mul, sub } from "./arithmetic.js";
import { formulaOp } from "./formula-op.js";
import { copy_ } from "./inplace.js";
import { mean } from "./reduction.js";
import { rsqrt, square } from "./unary.js";
import { clone, reshape } from "./views.js";

const centreAndScale = formulaOp({
  name: "standardize",
  operands: 3,
  forward: (k, [x, centre, factor]) => k.mul(k.sub(x!, centre!), factor!),
  gradients: [(k, g, [, , factor]) => k.mul(g, factor!)],
});
/** factor * (g - mean(g) - y * mean(g y)) */
const standardizeGradient = formulaOp({
  name: "standardizeBackward",
  operands: 5,
  forward: (k, [g, mg, y, mgy, factor]) => k.mul(factor!, k.sub(k.sub(g!, mg!), k.mul(y!, mgy!))),
});

interface Standardized {
  readonly values: Tensor;
  readonly mean: Tensor;
  /** Mean of squared distances, without correction. */
  readonly variance: Tensor;
}

/** `(x - mean) / sqrt(variance + eps)` over dimensions; recorded as one operation. */
function standardize(x: Tensor, dims: readonly number[], eps: number): Standardized {
  const options = { keepdim: true };
  const input = x.data;
  const centre = mean(input, dims, options);
  const variance = mean(square(sub(input, centre)), dims, options);
  const factor = rsqrt(add(variance, eps));
  const values = centreAndScale([input, centre, factor]);
  if (needsGraph(x)) {
    record(values, "StandardizeBackward0", [x], [x, values, factor], (g, node) => {
      const source = node.saved(0);
      if (!needsGraph(g, source)) {
        const y = node.saved(1).data;
        const means = [mean(g, dims, options), mean(mul(g, y), dims, options)] as const;
        return standardizeGradient([g, means[0], y, means[1], node.saved(2)]);
      }
      const centred = sub(source, mean(source, dims, options));
      const scale = rsqrt(add(mean(square(centred), dims, options), eps));
      const y = mul(centred, scale);
      const rest = sub(sub(g, mean(g, dims, options)), mul(y, mean(mul(g, y), dims, options)));
      return mul(scale, rest);
    });
  }
  return { values, mean: centre, variance };
}

const affineOp = formulaOp({
  name: "affine",
  operands: 3,
  forward: (k, [y, w, b]) => k.add(k.mul(y!, w!), b!),
  gradients: [(k, g, [, w]) => k.mul(g, w!), (k, g, [y]) => k.mul(g, y!), (_k, g) => g],
});

/** `y * weight + bias`, either of which may be missing, along the dimensions that `shape` keeps. */
function affine(y: Tensor, weight: Tensor | null, bias: Tensor | null, shape: Shape): Tensor {
  if (weight === null && bias === null) return y;
  const w = weight === null ? 1 : reshape(weight, shape);
  const b = bias === null ? 0 : reshape(bias, shape);
  return affineOp([y, w, b]);
}

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
  const { values } = standardize(x, dims, given.eps ?? 1e-5);
  return affine(values, given.weight ?? null, given.bias ?? null, normalizedShape);
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
  const scaled = mul(x, rsqrt(add(mean(square(x), dims, { keepdim: true }), least)));
  return given.weight == null ? scaled : mul(scaled, reshape(given.weight, normalizedShape));
}

/** Channels (dimension 1) with everything else of size 1. */
function channelShape(x: Tensor): number[] {
  return x.shape.map((size, d) => (d === Math.min(1, x.shape.length - 1) ? size : 1));
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
  const { values } = standardize(grouped, [2], given.eps ?? 1e-5);
  return affine(reshape(values, x.shape), given.weight ?? null, given.bias ?? null, channelShape(x));
}

/** Options of `batchNorm`. */
export interface BatchNormOptions {
  readonly weight?: Tensor | null;
  readonly bias?: Tensor | null;
  /** Whether the batch's own statistics are used, and the running ones updated. Default: false. */
  readonly training?: boolean;
  /** The share of the batch in the running statistics. Default: 0.1. */
  readonly momentum?: number;
  /** Added to the variance. Default: 1e-5. */
  readonly eps?: number;
}

/**
 * Normalization of each channel over the batch (Ioffe and Szegedy, 2015): shape (batch, channels, ...).
 *
 * In training the batch's mean and variance are used and the running ones become `(1 - momentum) running + momentum batch`
 * (with the unbiased variance); in evaluation the running ones are used.
 *
 * @throws ValueError in training with one value a channel, and in evaluation without running statistics
 */
export function batchNorm(
  x: Tensor,
  runningMean: Tensor | null | undefined,
  runningVar: Tensor | null | undefined,
  weight?: Tensor | null | BatchNormOptions,
  bias?: Tensor | null | BatchNormOptions,
  inTraining?: boolean | BatchNormOptions,
  ...rest: readonly (number | BatchNormOptions)[]
): Tensor {
  const given = readKeywords<BatchNormOptions>(
    ["weight", "bias", "training", "momentum", "eps"],
    [weight, bias, inTraining, ...rest],
  );
  const { training = false, momentum = 0.1, eps = 1e-5 } = given;
  if (x.numel() === 0) return clone(x);
  const shape = channelShape(x);
  const dims = shape.flatMap((_, d) => (d === 1 ? [] : [d]));
  const finish = (values: Tensor) => affine(values, given.weight ?? null, given.bias ?? null, shape);
  if (!training) {
    if (runningMean == null || runningVar == null) {
      throw new ValueError("running-statistics", {
        path: "batchNorm",
        rule: {
          en: "evaluation needs runningMean and runningVar",
          zh: "评估模式需要 runningMean 与 runningVar",
        },
        hint: { en: "pass training: true to use the batch's own", zh: "传入 training: true 则使用该批自身的统计量" },
      });
    }
    const factor = rsqrt(add(reshape(runningVar, shape), eps));
    return finish(centreAndScale([x, reshape(runningMean, shape), factor]));
  }
  const count = dims.reduce((n, d) => n * x.shape[d]!, 1);
  if (count <= 1) {
    throw new ValueError("batch-size", {
      path: "batchNorm",
      rule: {
        en: `training needs more than 1 value a channel, got shape ${formatShape(x.shape)}`,
        zh: `训练时每个通道需要多于 1 个值，得到的形状为 ${formatShape(x.shape)}`,
      },
      received: [...x.shape],
    });
  }
  const { values, mean: centre, variance } = standardize(x, dims, eps);
  noGrad(() => {
    if (runningMean != null) update(runningMean, centre, momentum);
    if (runningVar != null) update(runningVar, mul(variance, count / (count - 1)), momentum);
  });
  return finish(values);
}

/** running = (1 - momentum) running + momentum batch */
function update(running: Tensor, batch: Tensor, momentum: number): void {
  const mixed = add(mul(running.data, 1 - momentum), reshape(batch, running.shape), { alpha: momentum });
  copy_(running.data, mixed);
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
  const { values } = standardize(x, x.shape.map((_, d) => d).slice(2), eps);
  return affine(values, weight, bias, channelShape(x));
}
