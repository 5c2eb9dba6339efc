// Functions of one tensor: forward and gradient side by side.
import { Fn } from "../engine/index.js";
import { bool } from "../tensor/dtype.js";
import type { Tensor } from "../tensor/tensor.js";
import { add, div, mul, rsub, sub } from "./arithmetic.js";
import { binary, unary } from "./elementwise.js";

type Unary = (self: Tensor) => Tensor;

/** `-x` */
export const neg: Unary = unary({ name: "neg", fn: Fn.neg, noBool: true, vjp: (g) => neg(g) });
/** `|x|`; the gradient at 0 is 0. */
export const abs: Unary = unary({
  name: "abs",
  fn: Fn.abs,
  noBool: true,
  saves: "input",
  vjp: (g, x) => mul(g, sign(x)),
});
/** The sign: -1, 0 or 1. */
export const sign: Unary = unary({ name: "sign", fn: Fn.sign, vjp: (g) => mul(g, 0) });
/** `x^2` */
export const square: Unary = unary({ name: "square", fn: Fn.square, saves: "input", vjp: (g, x) => mul(g, mul(x, 2)) });
/** `1 / x` */
export const reciprocal: Unary = unary({
  name: "reciprocal",
  fn: Fn.reciprocal,
  floating: true,
  saves: "output",
  vjp: (g, y) => neg(mul(g, mul(y, y))),
});
/** Square root; NaN below 0, gradient Inf at 0. */
export const sqrt: Unary = unary({
  name: "sqrt",
  fn: Fn.sqrt,
  floating: true,
  saves: "output",
  vjp: (g, y) => div(g, mul(y, 2)),
});
/** `1 / sqrt(x)` */
export const rsqrt: Unary = unary({
  name: "rsqrt",
  fn: Fn.rsqrt,
  floating: true,
  saves: "output",
  vjp: (g, y) => mul(mul(g, -0.5), mul(y, mul(y, y))),
});
/** `e^x` */
export const exp: Unary = unary({ name: "exp", fn: Fn.exp, floating: true, saves: "output", vjp: (g, y) => mul(g, y) });
/** `2^x` */
export const exp2: Unary = unary({
  name: "exp2",
  fn: Fn.exp2,
  floating: true,
  saves: "output",
  vjp: (g, y) => mul(g, mul(y, Math.LN2)),
});
/** `e^x - 1`, exact near 0. */
export const expm1: Unary = unary({
  name: "expm1",
  fn: Fn.expm1,
  floating: true,
  saves: "output",
  vjp: (g, y) => mul(g, add(y, 1)),
});
/** The natural logarithm. */
export const log: Unary = unary({ name: "log", fn: Fn.log, floating: true, saves: "input", vjp: (g, x) => div(g, x) });
/** The logarithm to base 2. */
export const log2: Unary = unary({
  name: "log2",
  fn: Fn.log2,
  floating: true,
  saves: "input",
  vjp: (g, x) => div(g, mul(x, Math.LN2)),
});
/** The logarithm to base 10. */
export const log10: Unary = unary({
  name: "log10",
  fn: Fn.log10,
  floating: true,
  saves: "input",
  vjp: (g, x) => div(g, mul(x, Math.LN10)),
});
/** `log(1 + x)`, exact near 0. */
export const log1p: Unary = unary({
  name: "log1p",
  fn: Fn.log1p,
  floating: true,
  saves: "input",
  vjp: (g, x) => div(g, add(x, 1)),
});
/** Sine. */
export const sin: Unary = unary({
  name: "sin",
  fn: Fn.sin,
  floating: true,
  saves: "input",
  vjp: (g, x) => mul(g, cos(x)),
});
/** Cosine. */
export const cos: Unary = unary({
  name: "cos",
  fn: Fn.cos,
  floating: true,
  saves: "input",
  vjp: (g, x) => neg(mul(g, sin(x))),
});
/** Tangent. */
export const tan: Unary = unary({
  name: "tan",
  fn: Fn.tan,
  floating: true,
  saves: "output",
  vjp: (g, y) => mul(g, add(mul(y, y), 1)),
});
/** Inverse sine. */
export const asin: Unary = unary({
  name: "asin",
  fn: Fn.asin,
  floating: true,
  saves: "input",
  vjp: (g, x) => mul(g, rsqrt(rsub(mul(x, x), 1))),
});
/** Inverse cosine. */
export const acos: Unary = unary({
  name: "acos",
  fn: Fn.acos,
  floating: true,
  saves: "input",
  vjp: (g, x) => neg(mul(g, rsqrt(rsub(mul(x, x), 1)))),
});
/** Inverse tangent. */
export const atan: Unary = unary({
  name: "atan",
  fn: Fn.atan,
  floating: true,
  saves: "input",
  vjp: (g, x) => div(g, add(mul(x, x), 1)),
});
/** Hyperbolic sine. */
export const sinh: Unary = unary({
  name: "sinh",
  fn: Fn.sinh,
  floating: true,
  saves: "input",
  vjp: (g, x) => mul(g, cosh(x)),
});
/** Hyperbolic cosine. */
export const cosh: Unary = unary({
  name: "cosh",
  fn: Fn.cosh,
  floating: true,
  saves: "input",
  vjp: (g, x) => mul(g, sinh(x)),
});
/** Inverse hyperbolic sine. */
export const asinh: Unary = unary({
  name: "asinh",
  fn: Fn.asinh,
  floating: true,
  saves: "input",
  vjp: (g, x) => mul(g, rsqrt(add(mul(x, x), 1))),
});
/** Inverse hyperbolic cosine. */
export const acosh: Unary = unary({
  name: "acosh",
  fn: Fn.acosh,
  floating: true,
  saves: "input",
  vjp: (g, x) => mul(g, rsqrt(sub(mul(x, x), 1))),
});
/** Inverse hyperbolic tangent. */
export const atanh: Unary = unary({
  name: "atanh",
  fn: Fn.atanh,
  floating: true,
  saves: "input",
  vjp: (g, x) => div(g, rsub(mul(x, x), 1)),
});
/** Hyperbolic tangent; its gradient is `1 - tanh(x)^2`. */
export const tanh: Unary = unary({
  name: "tanh",
  fn: Fn.tanh,
  floating: true,
  saves: "output",
  vjp: (g, y) => mul(g, rsub(mul(y, y), 1)),
});
/** `1 / (1 + e^-x)`; its gradient is `s (1 - s)`. */
export const sigmoid: Unary = unary({
  name: "sigmoid",
  fn: Fn.sigmoid,
  floating: true,
  saves: "output",
  vjp: (g, y) => mul(g, mul(y, rsub(y, 1))),
});

/** The gradient of relu: that of the result where the result is not 0. */
export const reluGradient: (g: Tensor, y: Tensor | number | boolean) => Tensor = binary({
  name: "thresholdBackward",
  fn: Fn.reluGrad,
  vjpA: (g, _a, y) => reluGradient(g, y),
  vjpB: (g) => mul(g, 0),
});

/** `max(x, 0)`; the gradient at 0 is 0. */
export const relu: Unary = unary({
  name: "relu",
  fn: Fn.relu,
  noBool: true,
  saves: "output",
  vjp: (g, y) => reluGradient(g, y),
});

const stepGradient = (g: Tensor) => mul(g, 0);
/** Rounded down. */
export const floor: Unary = unary({ name: "floor", fn: Fn.floor, noBool: true, vjp: stepGradient });
/** Rounded up. */
export const ceil: Unary = unary({ name: "ceil", fn: Fn.ceil, noBool: true, vjp: stepGradient });
/** Rounded towards zero. */
export const trunc: Unary = unary({ name: "trunc", fn: Fn.trunc, noBool: true, vjp: stepGradient });
/** Whether an element is NaN. */
export const isnan: Unary = unary({ name: "isnan", fn: Fn.isnan, result: bool });
/** Whether an element is 0. */
export const logicalNot: Unary = unary({ name: "logicalNot", fn: Fn.not, result: bool });
/** Numerical part of `x - trunc(x)`. */
export const frac: Unary = (self) => sub(self, trunc(self));
