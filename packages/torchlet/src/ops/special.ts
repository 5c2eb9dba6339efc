// Special functions: the error function, the gamma function and their relatives, forward and gradient side by side.
import { needsGraph, record } from "../autograd/index.js";
import { Fn } from "../engine/index.js";
import { ValueError } from "../errors/index.js";
import { emptyTensor, type Tensor } from "../tensor/tensor.js";
import { isOptions } from "./arguments.js";
import { add, mul, sub } from "./arithmetic.js";
import { computeType, floatType, runProgram, type Scalar, unary } from "./elementwise.js";
import type { Applied } from "./formula.js";
import { formulaBinary, formulaOp, formulaUnary } from "./formula-op.js";
import { exp, neg, square } from "./unary.js";

type Unary = (self: Tensor) => Tensor;

/** 2 / sqrt(pi) */
const TWO_OVER_ROOT_PI = 1.1283791670955126;
/** 1 / sqrt(2 pi) */
const INVERSE_ROOT_TWO_PI = 0.3989422804014327;

const gaussian = (g: Tensor, x: Tensor, scale: number) => mul(g, mul(exp(neg(square(x))), scale));

/**
 * The error function `2 / sqrt(pi) * integral of e^(-t^2) from 0 to x`.
 *
 * @example
 * torch.erf(torch.tensor([0, 0.5])); // [0, 0.5205]
 */
export const erf: Unary = unary({
  name: "erf",
  fn: Fn.erf,
  floating: true,
  saves: "input",
  vjp: (g, x) => gaussian(g, x, TWO_OVER_ROOT_PI),
});

/** The complement `1 - erf(x)`, accurate also where it is tiny. */
export const erfc: Unary = unary({
  name: "erfc",
  fn: Fn.erfc,
  floating: true,
  saves: "input",
  vjp: (g, x) => gaussian(g, x, -TWO_OVER_ROOT_PI),
});

/** The inverse of `erf` on (-1, 1); infinite at the ends, NaN beyond. */
export const erfinv: Unary = unary({
  name: "erfinv",
  fn: Fn.erfinv,
  floating: true,
  saves: "output",
  vjp: (g, y) => mul(g, mul(exp(square(y)), 1 / TWO_OVER_ROOT_PI)),
});

/** The normal distribution function `(1 + erf(x / sqrt 2)) / 2`; in PyTorch `special.ndtr`. */
export const ndtr: Unary = unary({
  name: "specialNdtr",
  fn: Fn.normalCdf,
  floating: true,
  saves: "input",
  vjp: (g, x) => mul(g, mul(exp(mul(square(x), -0.5)), INVERSE_ROOT_TWO_PI)),
});

/** @internal The normal distribution function for formulas. */
export const NORMAL_CDF: Applied = { fn: Fn.normalCdf, operation: ndtr };

/**
 * The logarithm of |Gamma(x)|; infinite at 0 and at negative integers. Its derivative is `digamma`.
 *
 * @example
 * torch.lgamma(torch.tensor([0.5, 1, 4])); // [0.5724, 0, 1.7918]
 */
export const lgamma: Unary = unary({
  name: "lgamma",
  fn: Fn.lgamma,
  floating: true,
  saves: "input",
  vjp: (g, x) => mul(g, digamma(x)),
});

/** The derivative of `lgamma`. */
export const digamma: Unary = unary({
  name: "digamma",
  fn: Fn.digamma,
  floating: true,
  saves: "input",
  vjp: (g, x) => mul(g, polygamma(1, x)),
});

/**
 * The n-th derivative of `digamma`: `(-1)^(n + 1) n! zeta(n + 1, x)`.
 *
 * @throws ValueError unless n is an integer from 0 on
 */
export function polygamma(n: number, self: Tensor): Tensor {
  if (!Number.isInteger(n) || n < 0) {
    throw new ValueError("polygamma-order", {
      path: "polygamma",
      rule: { en: `n must be an integer from 0 on, got ${n}`, zh: `n 必须是非负整数，得到的是 ${n}` },
      received: n,
    });
  }
  if (n === 0) return digamma(self);
  let factor = n % 2 === 0 ? -1 : 1;
  for (let i = 2; i <= n; i++) factor *= i;
  const dtype = floatType(self.dtype);
  const out = emptyTensor(self.shape, dtype);
  runProgram(
    out,
    computeType(dtype),
    [n + 1, self, factor],
    [
      { fn: Fn.zeta, a: 0, b: 1 },
      { fn: Fn.mul, a: 3, b: 2 },
    ],
  );
  if (needsGraph(self)) {
    record(out, "PolygammaBackward0", [self], [self], (g, node) => mul(g, polygamma(n + 1, node.saved(0))));
  }
  return out;
}

/**
 * The logarithm of the multivariate gamma function of dimension p:
 * `p (p - 1) / 4 log(pi) + sum of lgamma(x - i / 2) for i < p`.
 *
 * @throws ValueError unless p is an integer from 1 on
 */
export function mvlgamma(self: Tensor, p: number | { readonly p: number }): Tensor {
  const order = typeof p === "number" ? p : p.p;
  if (!Number.isInteger(order) || order < 1) {
    throw new ValueError("mvlgamma-order", {
      path: "mvlgamma",
      rule: { en: `p must be an integer from 1 on, got ${order}`, zh: `p 必须是正整数，得到的是 ${order}` },
      received: order,
    });
  }
  let total = lgamma(self);
  for (let i = 1; i < order; i++) total = add(total, lgamma(sub(self, i / 2)));
  return add(total, (order * (order - 1) * Math.log(Math.PI)) / 4);
}

const sincOf = unary({
  name: "sinc",
  fn: Fn.sinc,
  floating: true,
  saves: "input",
  vjp: (g, x) => sincGradient(g, x),
});
const sincSlope = formulaOp({
  name: "sincBackward",
  operands: 2,
  // (cos(pi x) - sin(pi x) / (pi x)) / x, 0 at 0
  forward: (k, [g, x]) => {
    const a = k.mul(x!, Math.PI);
    const slope = k.div(k.sub(k.cos(a), k.div(k.sin(a), a)), x!);
    return k.mul(g!, k.where(k.eq(x!, 0), 0, slope));
  },
  gradients: [
    (k, h, [, x]) => {
      const a = k.mul(x!, Math.PI);
      const slope = k.div(k.sub(k.cos(a), k.div(k.sin(a), a)), x!);
      return k.mul(h, k.where(k.eq(x!, 0), 0, slope));
    },
    (k, h, [g, x]) => {
      // -pi sin(pi x) / x - 2 slope / x, and -pi^2 / 3 at 0
      const a = k.mul(x!, Math.PI);
      const slope = k.div(k.sub(k.cos(a), k.div(k.sin(a), a)), x!);
      const bend = k.sub(k.neg(k.div(k.mul(k.sin(a), Math.PI), x!)), k.div(k.mul(slope, 2), x!));
      return k.mul(h, k.mul(g!, k.where(k.eq(x!, 0), -(Math.PI ** 2) / 3, bend)));
    },
  ],
});
function sincGradient(g: Tensor, x: Tensor): Tensor {
  return sincSlope([g, x]);
}

/** `sin(pi x) / (pi x)`, 1 at 0. */
export const sinc: Unary = sincOf;

const plainLogit = formulaUnary({
  name: "logit",
  forward: (k, [x]) => k.log(k.div(x!, k.sub(1, x!))),
  // Outside 0..1 the function is NaN and so is its gradient.
  gradients: [(k, g, [x]) => k.where(k.or(k.lt(x!, 0), k.gt(x!, 1)), Number.NaN, k.div(g, k.mul(x!, k.sub(1, x!))))],
});
const boundedLogit = formulaOp({
  name: "logit",
  parameters: 1,
  forward: (k, [x], [eps]) => {
    const high = k.sub(1, eps!);
    const bounded = k.min(k.max(x!, eps!), high);
    return k.log(k.div(bounded, k.sub(1, bounded)));
  },
  gradients: [
    (k, g, [x], [eps]) => k.where(k.or(k.lt(x!, eps!), k.gt(x!, k.sub(1, eps!))), 0, k.div(g, k.mul(x!, k.sub(1, x!)))),
  ],
});

/**
 * The inverse of sigmoid: `log(x / (1 - x))`; NaN outside 0..1.
 *
 * @param eps where given, x is kept within eps..1 - eps first
 */
export function logit(self: Tensor, eps?: number | null | { readonly eps?: number | null }): Tensor {
  const bound = isOptions(eps) ? (eps as { eps?: number | null }).eps : (eps as number | null | undefined);
  return bound === undefined || bound === null ? plainLogit(self) : boundedLogit([self], [bound]);
}

const xlogyOp = formulaOp({
  name: "xlogy",
  operands: 2,
  forward: (k, [x, y]) => k.where(k.isnan(y!), Number.NaN, k.where(k.eq(x!, 0), 0, k.mul(x!, k.log(y!)))),
  gradients: [
    (k, g, [x, y]) => k.mul(g, k.where(k.and(k.eq(x!, 0), k.le(y!, 0)), 0, k.log(y!))),
    (k, g, [x, y]) => k.div(k.mul(g, x!), y!),
  ],
});

/** `x log(y)`, 0 where x is 0 (unless y is NaN), broadcast. */
export function xlogy(self: Tensor | Scalar, other: Tensor | Scalar): Tensor {
  return xlogyOp([self, other]);
}

const xlog1pyOp = formulaOp({
  name: "specialXlog1py",
  operands: 2,
  forward: (k, [x, y]) => k.where(k.isnan(y!), Number.NaN, k.where(k.eq(x!, 0), 0, k.mul(x!, k.log1p(y!)))),
  gradients: [
    (k, g, [x, y]) => k.mul(g, k.where(k.and(k.eq(x!, 0), k.le(y!, -1)), 0, k.log1p(y!))),
    (k, g, [x, y]) => k.div(k.mul(g, x!), k.add(y!, 1)),
  ],
});

/** `x log(1 + y)`, 0 where x is 0 (unless y is NaN), broadcast. */
export function xlog1py(self: Tensor | Scalar, other: Tensor | Scalar): Tensor {
  return xlog1pyOp([self, other]);
}

/** The entropy of a probability: `-x log(x)`, 0 at 0, -Inf below. */
export const entr: Unary = formulaUnary({
  name: "specialEntr",
  forward: (k, [x]) =>
    k.where(
      k.isnan(x!),
      x!,
      k.where(k.gt(x!, 0), k.neg(k.mul(x!, k.log(x!))), k.where(k.eq(x!, 0), 0, Number.NEGATIVE_INFINITY)),
    ),
  gradients: [(k, g, [x]) => k.mul(g, k.sub(-1, k.log(x!)))],
});

/** The logarithm of `e^x + e^y`, finite wherever the result is, broadcast. */
export const logaddexp: (self: Tensor, other: Tensor | Scalar) => Tensor = formulaBinary({
  name: "logaddexp",
  integers: "refuse",
  forward: (k, [x, y]) => {
    // Equal infinities differ by 0, not by NaN.
    const distance = k.where(k.eq(x!, y!), 0, k.abs(k.sub(x!, y!)));
    return k.add(k.max(x!, y!), k.log1p(k.exp(k.neg(distance))));
  },
  gradients: [
    (k, g, [x, y]) => k.mul(g, k.sigmoid(k.sub(x!, y!))),
    (k, g, [x, y]) => k.mul(g, k.sigmoid(k.sub(y!, x!))),
  ],
});

/** The base-2 logarithm of `2^x + 2^y`, finite wherever the result is, broadcast. */
export const logaddexp2: (self: Tensor, other: Tensor | Scalar) => Tensor = formulaBinary({
  name: "logaddexp2",
  integers: "refuse",
  forward: (k, [x, y]) => {
    const distance = k.where(k.eq(x!, y!), 0, k.abs(k.sub(x!, y!)));
    const rest = k.mul(k.log1p(k.exp2(k.neg(distance))), 1 / Math.LN2);
    return k.add(k.max(x!, y!), rest);
  },
  gradients: [
    (k, g, [x, y]) => k.mul(g, k.sigmoid(k.mul(k.sub(x!, y!), Math.LN2))),
    (k, g, [x, y]) => k.mul(g, k.sigmoid(k.mul(k.sub(y!, x!), Math.LN2))),
  ],
});
