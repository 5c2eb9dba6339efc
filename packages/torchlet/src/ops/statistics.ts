// Spread and norms: variance, standard deviation, vector norms and distances, sums that pass over NaN, log-sums of exponentials.

import { named, needsGraph, record } from "../autograd/index.js";
import { ValueError } from "../errors/index.js";
import { float64, getDefaultDtype } from "../tensor/dtype.js";
import { formatShape, normalizeDim } from "../tensor/shape.js";
import type { Tensor } from "../tensor/tensor.js";
import { readKeywords } from "./arguments.js";
import { add, div, mul, pow, sub } from "./arithmetic.js";
import { eq, gt, logicalOr, ne, where } from "./comparison.js";
import { castTensor } from "./elementwise.js";
import { matrixNorm } from "./linalg/norms.js";
import { reducedShape } from "./reduce-core.js";
import { amax, amin, type Dim, mean, type ReduceOptions, readOptions, spread, sum } from "./reduction.js";
import { abs, exp, isnan, log, logicalNot, reciprocal, sign, sqrt, square } from "./unary.js";
import { reshape, toDtype } from "./views.js";

/** Options of `variance` and `std`. */
export interface VarianceOptions extends ReduceOptions {
  /** What is subtracted from the number of elements. Default: 1 (the unbiased estimate). */
  readonly correction?: number | null;
  /** false is correction 0, true correction 1. */
  readonly unbiased?: boolean | null;
}
type VarianceDim = number | readonly number[] | boolean | null | VarianceOptions;

/** @internal @throws ValueError unless the tensor is floating-point */
export function floating(who: string, self: Tensor): Tensor {
  if (self.dtype.isFloatingPoint) return self;
  throw new ValueError("floating-operand", {
    path: who,
    rule: {
      en: `the tensor must be floating-point, got ${self.dtype}`,
      zh: `张量必须是浮点类型，得到的是 ${self.dtype}`,
    },
    received: self.dtype.name,
    hint: { en: "convert with to(torch.float32)", zh: "请用 to(torch.float32) 转换" },
  });
}

/** The sum of squared distances to the mean over the degrees of freedom, and the mean itself; both in float64. */
function moments(
  who: string,
  self: Tensor,
  dim: VarianceDim | undefined,
  unbiased: boolean | null | VarianceOptions | undefined,
  keepdim: boolean | VarianceOptions | undefined,
): { variance: Tensor; mean: Tensor } {
  // std(true) is std(unbiased=true).
  const names = typeof dim === "boolean" ? (["unbiased"] as const) : (["dim", "unbiased", "keepdim"] as const);
  const given = readKeywords<VarianceOptions>(names, [dim, unbiased, keepdim]);
  const { dims, keepdim: keep } = readOptions(who, self, given.dim ?? null, { keepdim: given.keepdim ?? false });
  const correction = given.correction ?? (given.unbiased === false ? 0 : 1);
  const count = dims.reduce((n, d) => n * self.shape[d]!, 1);
  const x = floating(who, self);
  // In double precision, as in PyTorch: the square of 1e-30 is 0 in single precision, that of 1e20 infinite.
  const centre = mean(x, dims, { keepdim: true, dtype: float64 });
  const squares = sum(square(sub(x, centre)), dims, { keepdim: keep });
  return {
    variance: div(squares, Math.max(count - correction, 0)),
    mean: keep ? centre : reshape(centre, reducedShape(self.shape, dims, false)),
  };
}

/** The square root whose gradient is 0 at 0, where all elements are equal: not 0 * Inf. */
function root(variance: Tensor): Tensor {
  const out = sqrt(variance.data);
  if (needsGraph(variance)) {
    record(out, "StdBackward0", [variance], [out], (g, node) => {
      const s = node.saved(0);
      return where(eq(s, 0), 0, div(g, mul(s, 2)));
    });
  }
  return out;
}

/**
 * Variance over all elements or over `dim`: the mean of squared distances to the mean, divided by n - correction.
 *
 * @example
 * torch.var(torch.tensor([1.5, 2.5, 4.5]), 0, { correction: 0 });
 */
export function variance(
  self: Tensor,
  dim?: VarianceDim,
  unbiased?: boolean | null | VarianceOptions,
  keepdim?: boolean | VarianceOptions,
): Tensor {
  return named(toDtype(moments("var", self, dim, unbiased, keepdim).variance, self.dtype), "VarBackward0");
}

/** Standard deviation: the square root of the variance. */
export function std(
  self: Tensor,
  dim?: VarianceDim,
  unbiased?: boolean | null | VarianceOptions,
  keepdim?: boolean | VarianceOptions,
): Tensor {
  return named(toDtype(root(moments("std", self, dim, unbiased, keepdim).variance), self.dtype), "StdBackward0");
}

/** Variance and mean together. */
export function varMean(
  self: Tensor,
  dim?: VarianceDim,
  unbiased?: boolean | null | VarianceOptions,
  keepdim?: boolean | VarianceOptions,
): [Tensor, Tensor] {
  const { variance, mean } = moments("varMean", self, dim, unbiased, keepdim);
  return [toDtype(variance, self.dtype), toDtype(mean, self.dtype)];
}

/** Standard deviation and mean together. */
export function stdMean(
  self: Tensor,
  dim?: VarianceDim,
  unbiased?: boolean | null | VarianceOptions,
  keepdim?: boolean | VarianceOptions,
): [Tensor, Tensor] {
  const { variance, mean } = moments("stdMean", self, dim, unbiased, keepdim);
  return [toDtype(root(variance), self.dtype), toDtype(mean, self.dtype)];
}

/** Sum over all elements or over `dim`, NaN counting as 0. */
export function nansum(self: Tensor, dim?: Dim, options?: ReduceOptions | boolean): Tensor {
  return sum(self.dtype.isFloatingPoint ? where(isnan(self.data), 0, self) : self, dim, options);
}

/** Mean over all elements or over `dim`, NaN left out. */
export function nanmean(self: Tensor, dim?: Dim, options?: ReduceOptions | boolean): Tensor {
  const x = floating("nanmean", self);
  const counts = sum(logicalNot(isnan(x.data)), dim, options);
  return div(nansum(x, dim, options), counts);
}

/**
 * The logarithm of the sum of exponentials, finite wherever the result is; -Inf over nothing.
 *
 * @example
 * torch.logsumexp(torch.tensor([[1e4, 1e4]]), 1); // [10000.6934]
 */
export function logsumexp(
  self: Tensor,
  dim: number | readonly number[] | ReduceOptions,
  options?: ReduceOptions | boolean,
): Tensor {
  const { dims, keepdim } = readOptions("logsumexp", self, dim, options);
  const x = self.dtype.isFloatingPoint ? self : toDtype(self, getDefaultDtype());
  const shape = reducedShape(x.shape, dims, keepdim);
  if (dims.some((d) => x.shape[d] === 0)) return log(sum(exp(x), dims, { keepdim }));
  const highest = amax(x.data, dims, { keepdim: true });
  const shift = where(eq(abs(highest), Number.POSITIVE_INFINITY), 0, highest);
  const sums = sum(exp(sub(x, shift)), dims, { keepdim: true });
  // Where all are -Inf the logarithm is -Inf, with gradients 0 and not 0 * Inf.
  const nothing = eq(highest, Number.NEGATIVE_INFINITY);
  const total = where(nothing, highest, add(log(where(nothing, 1, sums)), shift));
  return named(keepdim ? total : reshape(total, shape), "LogsumexpBackward0");
}

/** Options of `norm`. */
export interface NormOptions extends ReduceOptions {
  /** The order: 2 (default), 1, 0, +-Infinity, or any other number. */
  readonly p?: number | "fro" | "nuc" | null;
}

/**
 * Vector norm `(sum |x|^p)^(1/p)` over all elements or over `dim`.
 *
 * Order 0 counts what is not 0, the infinite orders take the largest and the smallest magnitude. Sums are made in double
 * precision, so that squares of 1e30 do not overflow. At the zero vector the gradient is 0.
 *
 * @example
 * torch.norm(torch.tensor([3, 4], { dtype: torch.float32 })); // 5
 */
export function norm(
  self: Tensor,
  p?: number | "fro" | "nuc" | NormOptions | null,
  dim?: Dim,
  keepdim?: ReduceOptions | boolean,
): Tensor {
  if (p !== null && typeof p === "object") return norm(self, p.p ?? 2, p.dim ?? null, p);
  const { dims, keepdim: keep, dtype } = readOptions("norm", self, dim, keepdim);
  if (p === "nuc") return matrixNorm(self, "nuc", dims, { keepdim: keep, ...(dtype && { dtype }) });
  const order = p === undefined || p === null || p === "fro" ? 2 : p;
  return vectorNorm(floating("norm", dtype === undefined ? self : toDtype(self, dtype)), order, dims, keep);
}

/** @internal The norm of a floating-point tensor over dimensions counted from 0. */
export function vectorNorm(x: Tensor, order: number, dims: readonly number[], keepdim: boolean): Tensor {
  const options = { keepdim };
  if (dims.some((d) => x.shape[d] === 0) && (order < 0 || order === Number.POSITIVE_INFINITY)) {
    throw new ValueError("norm-empty", {
      path: "norm",
      rule: {
        en: `order ${order} of no elements (shape ${formatShape(x.shape)}) is not defined`,
        zh: `空张量（形状 ${formatShape(x.shape)}）没有 ${order} 阶范数`,
      },
      received: [...x.shape],
    });
  }
  if (order === Number.POSITIVE_INFINITY) return amax(abs(x), dims, options);
  if (order === Number.NEGATIVE_INFINITY) return amin(abs(x), dims, options);
  if (order === 0) return countedNorm(x, dims, keepdim);
  if (order === 1) return sum(abs(x), dims, options);
  const wide = castTensor(x.data, float64);
  const powers = order === 2 ? square(wide) : pow(abs(wide), order);
  const total = sum(powers, dims, options);
  const out = castTensor(order === 2 ? sqrt(total) : pow(total, 1 / order), x.dtype);
  if (needsGraph(x)) {
    record(out, "LinalgVectorNormBackward0", [x], [x, out], (g, node) => {
      const input = node.saved(0);
      const length = spread(node.saved(1), input.shape, dims);
      const ratio = div(input, length);
      // sign(x) (|x| / norm)^(p - 1); 0 where the norm is 0, and for p < 2 where x is.
      const share = order === 2 ? ratio : mul(sign(input), pow(abs(ratio), order - 1));
      const still = order < 2 ? logicalOr(eq(length, 0), eq(input, 0)) : eq(length, 0);
      return mul(spread(g, input.shape, dims), where(still, 0, share));
    });
  }
  return out;
}

/** How many elements are not 0, with a gradient of 0. */
function countedNorm(x: Tensor, dims: readonly number[], keepdim: boolean): Tensor {
  const out = toDtype(sum(ne(x.data, 0), dims, { keepdim }), x.dtype);
  if (needsGraph(x)) {
    const { shape } = x;
    record(out, "LinalgVectorNormBackward0", [x], null, (g) => mul(spread(g, shape, dims), 0));
  }
  return out;
}

/** The norm of the difference of two tensors, broadcast. */
export function dist(self: Tensor, other: Tensor, p: number | { readonly p?: number } = 2): Tensor {
  return norm(sub(self, other), typeof p === "number" ? p : (p.p ?? 2));
}

/**
 * A copy in which every slice along `dim` whose p-norm exceeds `maxnorm` is scaled down to it.
 *
 * @throws ValueError for fewer than 2 dimensions
 *
 * @example
 * weight.renorm(2, 0, 1); // every row at most of length 1
 */
export function renorm(self: Tensor, p: number, dim: number, maxnorm: number): Tensor {
  if (self.shape.length < 2) {
    throw new ValueError("renorm-dims", {
      path: "renorm",
      rule: {
        en: `at least 2 dimensions are needed, got shape ${formatShape(self.shape)}`,
        zh: `至少需要 2 维，得到的形状为 ${formatShape(self.shape)}`,
      },
      expected: 2,
      received: self.shape.length,
    });
  }
  const d = normalizeDim("renorm", dim, self.shape.length);
  const others = self.shape.map((_, i) => i).filter((i) => i !== d);
  const lengths = vectorNorm(floating("renorm", self), p, others, true);
  // PyTorch adds 1e-7 to the length before it divides.
  return mul(self, where(gt(lengths.data, maxnorm), mul(reciprocal(add(lengths, 1e-7)), maxnorm), 1));
}
