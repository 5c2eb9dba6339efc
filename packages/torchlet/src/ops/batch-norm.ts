// Batch normalization: each channel over the batch, as one instruction forward and one backward.
import { anyNeedsGraph, record } from "../autograd/index.js";
import { instructions, markInternal, Op } from "../engine/index.js";
import { ShapeError, ValueError } from "../errors/index.js";
import type { DType } from "../tensor/dtype.js";
import { formatShape } from "../tensor/shape.js";
import { emptyTensor, type Tensor } from "../tensor/tensor.js";
import { readKeywords } from "./arguments.js";
import { mul, sub } from "./arithmetic.js";
import { castTensor, floatType } from "./elementwise.js";
import { copy_ } from "./inplace.js";
import { affine, channelShape, standardized, standardizedGradient } from "./normalization-core.js";
import { sumToShape } from "./reduce-core.js";
import { clone, contiguous, narrow, reshape, select, toDtype } from "./views.js";

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
 * @throws ValueError in training with one value a channel, and in evaluation without running statistics; ShapeError for fewer than
 *   two dimensions, or where statistics, weight or bias have another size than there are channels
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
  if (x.ndim < 2) {
    throw new ShapeError("batch-norm-dims", {
      path: "batchNorm",
      rule: {
        en: `the input must have at least 2 dimensions, got shape ${formatShape(x.shape)}`,
        zh: `输入至少需要 2 维，得到的形状为 ${formatShape(x.shape)}`,
      },
      expected: 2,
      received: [...x.shape],
    });
  }
  const channels = x.shape[1]!;
  if (training) checkCount(x);
  else if (runningMean == null || runningVar == null) throw missingStatistics();
  const vector = (t: Tensor | null | undefined) => (t == null ? null : reshape(t, [channels]));
  const w = vector(given.weight);
  const b = vector(given.bias);
  const shape = channelShape(x);
  if (!x.dtype.isFloatingPoint && training) return affine(standardized(x, channelDims(x), eps).values, w, b, shape);
  const input = toDtype(x, floatType(x.dtype));
  const statistics = [runningMean, runningVar].map((t) => borrow(t, channels, input.dtype));
  const fused = [w, b].every((t) => t === null || t.dtype === input.dtype);
  const values = run(input, statistics, fused ? w : null, fused ? b : null, training, momentum, eps);
  if (training) for (const [i, t] of [runningMean, runningVar].entries()) if (t != null) giveBack(t, statistics[i]!);
  return fused ? values : affine(values, w, b, shape);
}

function missingStatistics(): ValueError {
  return new ValueError("running-statistics", {
    path: "batchNorm",
    rule: {
      en: "evaluation needs runningMean and runningVar",
      zh: "评估模式需要 runningMean 与 runningVar",
    },
    hint: { en: "pass training: true to use the batch's own", zh: "传入 training: true 则使用该批自身的统计量" },
  });
}

/** @throws ValueError unless there are several values a channel */
function checkCount(x: Tensor): void {
  if (x.numel() > x.shape[1]!) return;
  throw new ValueError("batch-size", {
    path: "batchNorm",
    rule: {
      en: `training needs more than 1 value a channel, got shape ${formatShape(x.shape)}`,
      zh: `训练时每个通道需要多于 1 个值，得到的形状为 ${formatShape(x.shape)}`,
    },
    received: [...x.shape],
  });
}

/** All dimensions but that of the channels. */
function channelDims(x: Tensor): number[] {
  return x.shape.map((_, d) => d).filter((d) => d !== 1);
}

/** Running statistics as the kernel takes them: themselves, or a copy where their type or layout is another. */
function borrow(t: Tensor | null | undefined, channels: number, dtype: DType): Tensor | null {
  if (t == null) return null;
  const flat = reshape(t.data, [channels]);
  return t.dense && t.dtype === dtype ? flat : castTensor(flat, dtype);
}

/** Marks running statistics as changed, from a copy where one was taken. */
function giveBack(t: Tensor, used: Tensor): void {
  if (used.storage === t.storage) t.storage.version++;
  else copy_(t.data, reshape(used, t.shape));
}

/** Nanoseconds for an element, forward and backward. */
const FORWARD_WORK = 0.45;
const BACKWARD_WORK = 0.8;

const address = (t: Tensor | null) => (t === null ? 0 : t.address());

function run(
  x: Tensor,
  [runningMean, runningVar]: readonly (Tensor | null)[],
  weight: Tensor | null,
  bias: Tensor | null,
  training: boolean,
  momentum: number,
  eps: number,
): Tensor {
  const { dtype, shape } = x;
  const [batch, channels] = shape as [number, number];
  const length = x.numel() / (batch * channels);
  // The kernel's rows of statistics: whole shares, so that its vectors need not stop at the last channel.
  const padded = (channels + 31) & ~31;
  const source = contiguous(x);
  const scale = weight === null ? null : contiguous(weight);
  const shift = bias === null ? null : contiguous(bias);
  const out = emptyTensor(shape, dtype);
  const kept = emptyTensor([2, padded], dtype);
  const scratch = emptyTensor([4 * padded + 32], dtype);
  const sizes = [dtype.code, batch, channels, length];
  const operands = [source, out, scale, shift, runningMean!, runningVar!, kept].map(address);
  instructions.plain(
    Op.batchNorm,
    [...sizes, ...operands, training ? 1 : 0, scratch.address(), padded],
    [momentum, eps],
    x.numel() * FORWARD_WORK,
  );
  markInternal(scratch.storage);
  const inputs = [source, scale, shift].filter((t) => t !== null);
  if (anyNeedsGraph(inputs)) {
    record(out, "NativeBatchNormBackward0", inputs, [source, scale, kept], (g, node) => {
      const input = node.saved(0);
      const own = scale === null ? null : node.saved(1);
      const wants = [
        node.needs(0),
        scale !== null && node.needs(1),
        shift !== null && node.needs(inputs.length - 1),
      ] as const;
      const results = anyNeedsGraph(own === null ? [g, input] : [g, input, own])
        ? differentiableGradients(g, input, own, training ? null : node.saved(2), eps, wants)
        : gradients(g, input, own, node.saved(2), training, wants);
      return results.filter((_, i) => i === 0 || (i === 1 ? scale : shift) !== null);
    });
  }
  markInternal(kept.storage);
  return out;
}

type Wants = readonly [boolean, boolean, boolean];

function gradients(
  g: Tensor,
  x: Tensor,
  weight: Tensor | null,
  kept: Tensor,
  training: boolean,
  wants: Wants,
): readonly (Tensor | null)[] {
  const { dtype, shape } = x;
  const [batch, channels] = shape as [number, number];
  const length = x.numel() / (batch * channels);
  const padded = kept.shape[1]!;
  const own = contiguous(g);
  const dx = wants[0] ? emptyTensor(shape, dtype) : null;
  const dweight = wants[1] ? emptyTensor([channels], dtype) : null;
  const dbias = wants[2] ? emptyTensor([channels], dtype) : null;
  const scratch = emptyTensor([4 * padded + 32], dtype);
  const sizes = [dtype.code, batch, channels, length];
  const operands = [own, x, weight, kept, dx, dweight, dbias].map(address);
  instructions.plain(
    Op.batchNormBackward,
    [...sizes, ...operands, training ? 1 : 0, scratch.address(), padded],
    [],
    x.numel() * BACKWARD_WORK,
  );
  markInternal(scratch.storage);
  return [dx, dweight, dbias];
}

/** The same of differentiable operations; `kept` are the statistics where they were given. */
function differentiableGradients(
  g: Tensor,
  x: Tensor,
  weight: Tensor | null,
  kept: Tensor | null,
  eps: number,
  wants: Wants,
): readonly (Tensor | null)[] {
  const channels = x.shape[1]!;
  const shape = channelShape(x);
  const dims = channelDims(x);
  const inner = weight === null ? g : mul(g, reshape(weight, shape));
  const perChannel = (t: Tensor) => reshape(sumToShape(t, shape), [channels]);
  let values: Tensor;
  let dx: Tensor;
  if (kept === null) {
    const own = standardized(x, dims, eps);
    values = own.values;
    dx = standardizedGradient(inner, values, own.factor, dims);
  } else {
    const row = (i: number) => reshape(clone(narrow(select(kept, 0, i), 0, 0, channels)), shape);
    const factor = row(1);
    values = mul(sub(x, row(0)), factor);
    dx = mul(inner, factor);
  }
  return [wants[0] ? dx : null, wants[1] ? perChannel(mul(g, values)) : null, wants[2] ? perChannel(g) : null];
}
