// Activations made of straight pieces: thresholds, clips and shrinkage.
import { ShapeError, ValueError } from "../errors/index.js";
import { formatShape } from "../tensor/shape.js";
import { emptyTensor, type Tensor } from "../tensor/tensor.js";
import { readKeywords } from "./arguments.js";
import { formulaOp, formulaUnary } from "./formula-op.js";
import { inPlaceDraws } from "./random.js";
import { reshape } from "./views.js";

type Unary = (self: Tensor) => Tensor;

/** Options of `leakyRelu`. */
export interface LeakyReluOptions {
  /** The slope below 0. Default: 0.01. */
  readonly negativeSlope?: number;
}
const leaky = formulaOp({
  name: "leakyRelu",
  parameters: 1,
  integers: "refuse",
  forward: (k, [x], [slope]) => k.where(k.gt(x!, 0), x!, k.mul(x!, slope!)),
  gradients: [(k, g, [x], [slope]) => k.where(k.gt(x!, 0), g, k.mul(g, slope!))],
});
/**
 * `x` above 0, `negativeSlope * x` below.
 *
 * @throws DTypeError for integers
 */
export function leakyRelu(self: Tensor, negativeSlope: number | LeakyReluOptions = 0.01): Tensor {
  return leaky([self], [typeof negativeSlope === "number" ? negativeSlope : (negativeSlope.negativeSlope ?? 0.01)]);
}

const preluOp = formulaOp({
  name: "preluKernel",
  operands: 2,
  integers: "refuse",
  forward: (k, [x, w]) => k.where(k.gt(x!, 0), x!, k.mul(x!, w!)),
  gradients: [
    (k, g, [x, w]) => k.where(k.gt(x!, 0), g, k.mul(g, w!)),
    (k, g, [x]) => k.where(k.gt(x!, 0), 0, k.mul(g, x!)),
  ],
});
/**
 * `x` above 0, `weight * x` below, with one weight or one for each channel (dimension 1).
 *
 * @throws ShapeError unless the weight has one element or one for each channel
 */
export function prelu(self: Tensor, weight: Tensor | { readonly weight: Tensor }): Tensor {
  const w = "weight" in weight ? (weight as { weight: Tensor }).weight : (weight as Tensor);
  if (w.numel() === 1) return preluOp([self, reshape(w, [])]);
  const channels = self.shape.length >= 2 ? self.shape[1]! : (self.shape[0] ?? 1);
  if (w.shape.length > 1 || w.numel() !== channels) {
    throw new ShapeError("prelu-weight", {
      path: "prelu",
      rule: {
        en: `the weight must have 1 or ${channels} elements, got shape ${formatShape(w.shape)}`,
        zh: `权重必须有 1 个或 ${channels} 个元素，得到的形状为 ${formatShape(w.shape)}`,
      },
      expected: [1, channels],
      received: [...w.shape],
    });
  }
  const axis = self.shape.length >= 2 ? 1 : 0;
  return preluOp([
    self,
    reshape(
      w,
      self.shape.map((_, d) => (d === axis ? channels : 1)),
    ),
  ]);
}

/** Options of `rrelu`. */
export interface RreluOptions {
  /** The smallest slope. Default: 1/8. */
  readonly lower?: number;
  /** The largest slope. Default: 1/3. */
  readonly upper?: number;
  /** Whether slopes are drawn; else their mean is used. Default: false. */
  readonly training?: boolean;
}
/**
 * `x` above 0; below, x times a slope drawn for each element, uniform on [lower, upper) (Xu et al., 2015).
 *
 * In evaluation the slope is the mean of both.
 */
export function rrelu(self: Tensor, options: RreluOptions = {}): Tensor {
  const { lower = 1 / 8, upper = 1 / 3, training = false } = options;
  if (!training) return leaky([self], [(lower + upper) / 2]);
  return preluOp([self, inPlaceDraws.uniform_(emptyTensor(self.shape, self.dtype), lower, upper)]);
}

/** Options of `hardtanh`. */
export interface HardtanhOptions {
  /** Default: -1. */
  readonly minVal?: number;
  /** Default: 1. */
  readonly maxVal?: number;
}
const hardtanhOp = formulaOp({
  name: "hardtanh",
  parameters: 2,
  integers: "keep",
  forward: (k, [x], [low, high]) => k.min(k.max(x!, low!), high!),
  // 0 at the bounds themselves.
  gradients: [(k, g, [x], [low, high]) => k.where(k.or(k.le(x!, low!), k.ge(x!, high!)), 0, g)],
});
/**
 * `min(max(x, minVal), maxVal)`; the gradient at the bounds and beyond is 0.
 *
 * @throws ValueError where minVal exceeds maxVal
 */
export function hardtanh(self: Tensor, minVal?: number | HardtanhOptions, maxVal?: number | HardtanhOptions): Tensor {
  const given = readKeywords<HardtanhOptions>(["minVal", "maxVal"], [minVal, maxVal]);
  const low = given.minVal ?? -1;
  const high = given.maxVal ?? 1;
  if (low > high) {
    throw new ValueError("hardtanh-bounds", {
      path: "hardtanh",
      rule: {
        en: `minVal must not exceed maxVal, got ${low} and ${high}`,
        zh: `minVal 不能大于 maxVal，得到的是 ${low} 与 ${high}`,
      },
      received: [low, high],
    });
  }
  return hardtanhOp([self], [low, high]);
}

/** `min(max(x, 0), 6)` */
export function relu6(self: Tensor): Tensor {
  return hardtanhOp([self], [0, 6]);
}

/** `min(max(x + 3, 0), 6) / 6` */
export const hardsigmoid: Unary = formulaUnary({
  name: "hardsigmoid",
  integers: "refuse",
  forward: (k, [x]) => k.div(k.min(k.max(k.add(x!, 3), 0), 6), 6),
  gradients: [(k, g, [x]) => k.where(k.or(k.le(x!, -3), k.ge(x!, 3)), 0, k.div(g, 6))],
});

/** `x * min(max(x + 3, 0), 6) / 6` (Howard et al., 2019). */
export const hardswish: Unary = formulaUnary({
  name: "hardswish",
  integers: "refuse",
  forward: (k, [x]) => k.div(k.mul(x!, k.min(k.max(k.add(x!, 3), 0), 6)), 6),
  gradients: [(k, g, [x]) => k.where(k.le(x!, -3), 0, k.where(k.ge(x!, 3), g, k.mul(g, k.add(k.div(x!, 3), 0.5))))],
});

/** Options of `hardshrink` and `softshrink`. */
export interface LambdOption {
  /** Half the width of the interval that becomes 0. Default: 0.5. */
  readonly lambd?: number;
}
const readLambd = (lambd: number | LambdOption | undefined) =>
  typeof lambd === "object" ? (lambd.lambd ?? 0.5) : (lambd ?? 0.5);

const hardshrinkOp = formulaOp({
  name: "hardshrink",
  parameters: 1,
  integers: "refuse",
  forward: (k, [x], [lambd]) => k.where(k.and(k.ge(x!, k.neg(lambd!)), k.le(x!, lambd!)), 0, x!),
  gradients: [(k, g, [x], [lambd]) => k.where(k.and(k.ge(x!, k.neg(lambd!)), k.le(x!, lambd!)), 0, g)],
});
/** `x`, and 0 where |x| is at most lambd. */
export function hardshrink(self: Tensor, lambd?: number | LambdOption): Tensor {
  return hardshrinkOp([self], [readLambd(lambd)]);
}

const softshrinkOp = formulaOp({
  name: "softshrink",
  parameters: 1,
  integers: "refuse",
  forward: (k, [x], [lambd]) =>
    k.where(k.gt(x!, lambd!), k.sub(x!, lambd!), k.where(k.lt(x!, k.neg(lambd!)), k.add(x!, lambd!), k.mul(x!, 0))),
  gradients: [(k, g, [x], [lambd]) => k.where(k.and(k.ge(x!, k.neg(lambd!)), k.le(x!, lambd!)), 0, g)],
});
/**
 * `x` moved towards 0 by lambd, 0 within.
 *
 * @throws ValueError for a negative lambd
 */
export function softshrink(self: Tensor, lambd?: number | LambdOption): Tensor {
  const width = readLambd(lambd);
  if (!(width >= 0)) {
    throw new ValueError("softshrink-lambd", {
      path: "softshrink",
      rule: { en: `lambd must not be negative, got ${width}`, zh: `lambd 不能为负，得到的是 ${width}` },
      received: width,
    });
  }
  return softshrinkOp([self], [width]);
}

/** Options of `threshold`. */
export interface ThresholdOptions {
  readonly threshold?: number;
  readonly value?: number;
}
const thresholdOp = formulaOp({
  name: "threshold",
  parameters: 2,
  integers: "keep",
  // Written so that a NaN stays one.
  forward: (k, [x], [bound, value]) => k.where(k.le(x!, bound!), value!, x!),
  gradients: [(k, g, [x], [bound]) => k.where(k.le(x!, bound!), 0, g)],
});
/** `x` above the threshold, else `value`. */
export function threshold(self: Tensor, bound: number | ThresholdOptions, value?: number | ThresholdOptions): Tensor {
  const given = readKeywords<ThresholdOptions>(["threshold", "value"], [bound, value]);
  return thresholdOp([self], [given.threshold ?? 0, given.value ?? 0]);
}
