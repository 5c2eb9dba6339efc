// Elementwise functions beside plain arithmetic: signs, angles, selections, interpolation.

import { needsGraph, record } from "../autograd/index.js";
import { Fn } from "../engine/index.js";
import { DTypeError, ValueError } from "../errors/index.js";
import { bool, float32, float64 } from "../tensor/dtype.js";
import { emptyTensor, Tensor } from "../tensor/tensor.js";
import { readKeywords } from "./arguments.js";
import { add, div, mul, pow } from "./arithmetic.js";
import type { CloseOptions } from "./comparison.js";
import { binary, broadcastPair, computeType, operandType, runProgram, type Scalar, unary } from "./elementwise.js";
import { fillTensor } from "./fill.js";
import { formulaBinary, formulaOp } from "./formula-op.js";
import { sum } from "./reduction.js";
import { floating } from "./statistics.js";
import { clone, toDtype } from "./views.js";

type Unary = (self: Tensor) => Tensor;
type Binary = (self: Tensor, other: Tensor | Scalar) => Tensor;

/** Whether the sign bit is set: of -0 and of negative NaN too. */
export const signbit: Unary = unary({ name: "signbit", fn: Fn.signbit, result: bool });

/** Which infinity an element is. */
function isInfinity(self: Tensor, value: number): Tensor {
  const out = emptyTensor(self.shape, bool);
  if (!self.dtype.isFloatingPoint) return fillTensor(out, 0);
  return runProgram(out, computeType(self.dtype), [self, value], [{ fn: Fn.eq, a: 0, b: 1 }]);
}
/** Whether an element is +Inf. */
export const isposinf: Unary = (self) => isInfinity(self, Number.POSITIVE_INFINITY);
/** Whether an element is -Inf. */
export const isneginf: Unary = (self) => isInfinity(self, Number.NEGATIVE_INFINITY);

/**
 * The tensor itself.
 *
 * @throws DTypeError for bool tensors
 */
export function positive(self: Tensor): Tensor {
  if (self.dtype === bool) {
    throw new DTypeError("bool-operand", {
      path: "positive",
      rule: { en: "bool tensors are not supported", zh: "不支持 bool 张量" },
      received: "bool",
    });
  }
  return self;
}

/** Degrees as radians. */
export const deg2rad: Unary = (self) => mul(toDtype(self, operandType(self, 0.5, true)), Math.PI / 180);
/** Radians as degrees. */
export const rad2deg: Unary = (self) => mul(toDtype(self, operandType(self, 0.5, true)), 180 / Math.PI);

/** The magnitude of the first operand with the sign of the second (that of -0 too), broadcast. */
export const copysign: Binary = binary({
  name: "copysign",
  fn: Fn.copysign,
  floating: true,
  vjpA: (g, a, b) => copysignGradient([g, a, b]),
  vjpB: (g) => mul(g, 0),
});
/** The gradient of the magnitude: the factor by which the sign changed; 0 at 0. */
const copysignGradient = formulaOp({
  name: "copysignBackward",
  operands: 3,
  forward: (k, [g, a, b]) => {
    const turned = k.ne(k.apply(SIGNBIT, a!), k.apply(SIGNBIT, b!));
    return k.where(k.eq(a!, 0), 0, k.where(turned, k.neg(g!), g!));
  },
  gradients: [
    (k, h, [, a, b]) => {
      const turned = k.ne(k.apply(SIGNBIT, a!), k.apply(SIGNBIT, b!));
      return k.where(k.eq(a!, 0), 0, k.where(turned, k.neg(h), h));
    },
    null,
    null,
  ],
});
const SIGNBIT = { fn: Fn.signbit, operation: signbit };

/** The angle of the point (other, self) in (-pi, pi], broadcast. */
export const atan2: Binary = binary({
  name: "atan2",
  fn: Fn.atan2,
  floating: true,
  vjpA: (g, y, x) => atan2Gradient([g, x, y]),
  vjpB: (g, y, x) => atan2Gradient([mul(g, -1), y, x]),
});
/** `arctan2` by its NumPy name. */
export const arctan2: Binary = atan2;
/** g * along / (along^2 + across^2), 0 at the origin. */
const atan2Gradient = formulaOp({
  name: "atan2Backward",
  operands: 3,
  forward: (k, [g, a, b]) => {
    const square = k.add(k.square(a!), k.square(b!));
    return k.mul(g!, k.where(k.eq(square, 0), 0, k.div(a!, square)));
  },
  gradients: [
    (k, h, [, a, b]) => {
      const square = k.add(k.square(a!), k.square(b!));
      return k.mul(h, k.where(k.eq(square, 0), 0, k.div(a!, square)));
    },
    (k, h, [g, a, b]) => {
      const square = k.add(k.square(a!), k.square(b!));
      const slope = k.div(k.sub(k.square(b!), k.square(a!)), k.square(square));
      return k.mul(k.mul(h, g!), k.where(k.eq(square, 0), 0, slope));
    },
    (k, h, [g, a, b]) => {
      const square = k.add(k.square(a!), k.square(b!));
      const slope = k.div(k.mul(k.mul(a!, b!), -2), k.square(square));
      return k.mul(k.mul(h, g!), k.where(k.eq(square, 0), 0, slope));
    },
  ],
});

const plainHypot: Binary = binary({
  name: "hypot",
  fn: Fn.hypot,
  vjpA: (g, a, b) => mul(g, div(a as Tensor, hypot(a as Tensor, b))),
  vjpB: (g, a, b) => mul(g, div(b as Tensor, hypot(a as Tensor, b))),
});
/** `sqrt(x^2 + y^2)` without overflow, broadcast. */
export const hypot: Binary = (self, other) => plainHypot(floating("hypot", self), other);

/** The larger of two operands; a NaN loses against a number. Ties give the gradient to the first. */
export const fmax: Binary = formulaBinary({
  name: "fmax",
  integers: "keep",
  forward: (k, [x, y]) => k.where(k.or(k.ge(x!, y!), k.ne(y!, y!)), x!, y!),
  gradients: [
    (k, g, [x, y]) => k.where(k.or(k.ge(x!, y!), k.ne(y!, y!)), g, 0),
    (k, g, [x, y]) => k.where(k.or(k.ge(x!, y!), k.ne(y!, y!)), 0, g),
  ],
});
/** The smaller of two operands; a NaN loses against a number. Ties give the gradient to the first. */
export const fmin: Binary = formulaBinary({
  name: "fmin",
  integers: "keep",
  forward: (k, [x, y]) => k.where(k.or(k.le(x!, y!), k.ne(y!, y!)), x!, y!),
  gradients: [
    (k, g, [x, y]) => k.where(k.or(k.le(x!, y!), k.ne(y!, y!)), g, 0),
    (k, g, [x, y]) => k.where(k.or(k.le(x!, y!), k.ne(y!, y!)), 0, g),
  ],
});

const step = formulaBinary({
  name: "heaviside",
  integers: "keep",
  forward: (k, [x, y]) => k.where(k.eq(x!, 0), y!, k.gt(x!, 0)),
});
/**
 * The step function: 0 below 0, 1 above, and `values` at 0, broadcast. It has no gradient.
 *
 * @throws DTypeError unless both have the same type
 */
export function heaviside(self: Tensor, values: Tensor | { readonly values: Tensor }): Tensor {
  const at = values instanceof Tensor ? values : values.values;
  if (at.dtype !== self.dtype) {
    throw new DTypeError("heaviside-dtypes", {
      path: "heaviside",
      rule: {
        en: `both tensors must have the same type, got ${self.dtype} and ${at.dtype}`,
        zh: `两个张量的类型必须相同，得到的是 ${self.dtype} 与 ${at.dtype}`,
      },
      expected: self.dtype.name,
      received: at.dtype.name,
    });
  }
  return step(self.data, at.data);
}

/** Power computed and given in float64, broadcast. */
export function floatPower(self: Tensor | Scalar, exponent: Tensor | Scalar): Tensor {
  const wide = <T extends Tensor | Scalar>(x: T) => (x instanceof Tensor ? toDtype(x, float64) : x);
  return pow(wide(self), wide(exponent));
}

/** `div` by another name. */
export function trueDivide(self: Tensor, other: Tensor | Scalar): Tensor {
  return div(self, other);
}

/** Options of `nanToNum`. */
export interface NanToNumOptions {
  /** Stands for NaN. Default: 0. */
  readonly nan?: number | null;
  /** Stands for +Inf. Default: the largest number of the type. */
  readonly posinf?: number | null;
  /** Stands for -Inf. Default: the lowest number of the type. */
  readonly neginf?: number | null;
}
const replaceSpecial = formulaOp({
  name: "nanToNum",
  parameters: 3,
  forward: (k, [x], [nan, high, low]) =>
    k.where(
      k.isnan(x!),
      nan!,
      k.where(k.eq(x!, Number.POSITIVE_INFINITY), high!, k.where(k.eq(x!, Number.NEGATIVE_INFINITY), low!, x!)),
    ),
  gradients: [(k, g, [x]) => k.where(k.lt(k.abs(x!), Number.POSITIVE_INFINITY), g, 0)],
});
/** A copy in which numbers stand for NaN and the infinities; the gradient there is 0. */
export function nanToNum(
  self: Tensor,
  nan?: number | null | NanToNumOptions,
  posinf?: number | null | NanToNumOptions,
  neginf?: number | null | NanToNumOptions,
): Tensor {
  const given = readKeywords<NanToNumOptions>(["nan", "posinf", "neginf"], [nan, posinf, neginf]);
  if (!self.dtype.isFloatingPoint) return clone(self);
  const largest = self.dtype === float32 ? 3.4028234663852886e38 : Number.MAX_VALUE;
  return replaceSpecial([self], [given.nan ?? 0, given.posinf ?? largest, given.neginf ?? -largest]);
}

/** Options of `round`. */
export interface RoundOptions {
  /** Digits after the point to keep; negative ones count before it. Default: 0. */
  readonly decimals?: number;
}
const roundWhole: Unary = unary({ name: "round", fn: Fn.round, noBool: true, vjp: (g) => mul(g, 0) });
const ROUND = { fn: Fn.round, operation: roundWhole };
const scaledRound = formulaOp({
  name: "round",
  parameters: 1,
  integers: "refuse",
  forward: (k, [x], [scale]) => k.div(k.apply(ROUND, k.mul(x!, scale!)), scale!),
  gradients: [(k, g) => k.mul(g, 0)],
});
const coarseRound = formulaOp({
  name: "round",
  parameters: 1,
  integers: "refuse",
  forward: (k, [x], [scale]) => k.mul(k.apply(ROUND, k.div(x!, scale!)), scale!),
  gradients: [(k, g) => k.mul(g, 0)],
});
/**
 * Rounded to the nearest integer, halves to the even one, or to a number of decimals.
 *
 * @example
 * torch.round(torch.tensor([1.2345]), { decimals: 2 }); // [1.23]
 */
export function round(self: Tensor, options: RoundOptions = {}): Tensor {
  const { decimals = 0 } = options;
  if (decimals === 0) return roundWhole(self);
  return decimals > 0 ? scaledRound([self], [10 ** decimals]) : coarseRound([self], [10 ** -decimals]);
}

/**
 * Whether elements satisfy `|self - other| <= atol + rtol |other|`, broadcast.
 *
 * @param options.rtol default 1e-5
 * @param options.atol default 1e-8
 * @param options.equalNan whether two NaN are close. Default: false
 * @throws ValueError for negative tolerances, DTypeError for different types
 */
export function isclose(self: Tensor, other: Tensor, options: CloseOptions = {}): Tensor {
  const { rtol = 1e-5, atol = 1e-8, equalNan = false } = options;
  if (self.dtype !== other.dtype) {
    throw new DTypeError("isclose-dtypes", {
      path: "isclose",
      rule: {
        en: `both tensors must have the same type, got ${self.dtype} and ${other.dtype}`,
        zh: `两个张量的类型必须相同，得到的是 ${self.dtype} 与 ${other.dtype}`,
      },
      expected: self.dtype.name,
      received: other.dtype.name,
    });
  }
  if (!(rtol >= 0 && atol >= 0)) {
    throw new ValueError("isclose-tolerance", {
      path: "isclose",
      rule: {
        en: `tolerances must not be negative, got rtol ${rtol} and atol ${atol}`,
        zh: `容差不能为负，得到 rtol ${rtol} 与 atol ${atol}`,
      },
      received: [rtol, atol],
    });
  }
  const out = emptyTensor(broadcastPair("isclose", self, other), bool);
  const type = self.dtype.isFloatingPoint ? self.dtype.code : float64.code;
  return runProgram(
    out,
    type,
    [self, other, rtol, atol, Number.POSITIVE_INFINITY, equalNan ? 1 : 0],
    [
      { fn: Fn.sub, a: 0, b: 1 },
      { fn: Fn.abs, a: 6 },
      { fn: Fn.abs, a: 1 },
      { fn: Fn.fma, a: 3, b: 2, c: 8 },
      // The distance must be finite: an infinite tolerance does not make Inf and 1 close.
      { fn: Fn.le, a: 7, b: 9 },
      { fn: Fn.lt, a: 7, b: 4 },
      { fn: Fn.mul, a: 10, b: 11 },
      { fn: Fn.eq, a: 0, b: 1 },
      { fn: Fn.max, a: 12, b: 13 },
      { fn: Fn.isnan, a: 0 },
      { fn: Fn.isnan, a: 1 },
      { fn: Fn.mul, a: 15, b: 16 },
      { fn: Fn.mul, a: 17, b: 5 },
      { fn: Fn.max, a: 14, b: 18 },
    ],
  );
}

const lerpOp = formulaOp({
  name: "lerp",
  operands: 3,
  integers: "refuse",
  // From the nearer end, so that weight 1 gives exactly `end`.
  forward: (k, [start, end, weight]) => {
    const way = k.sub(end!, start!);
    return k.where(
      k.lt(k.abs(weight!), 0.5),
      k.add(start!, k.mul(weight!, way)),
      k.sub(end!, k.mul(way, k.sub(1, weight!))),
    );
  },
  gradients: [
    (k, g, [, , weight]) => k.mul(g, k.sub(1, weight!)),
    (k, g, [, , weight]) => k.mul(g, weight!),
    (k, g, [start, end]) => k.mul(g, k.sub(end!, start!)),
  ],
});
/**
 * Linear interpolation `self + weight * (end - self)`, broadcast.
 *
 * @throws DTypeError for integers
 */
export function lerp(
  self: Tensor,
  end: Tensor,
  weight: Tensor | number | { readonly weight: Tensor | number },
): Tensor {
  const w = typeof weight === "number" || weight instanceof Tensor ? weight : weight.weight;
  return lerpOp([floating("lerp", self), end, w]);
}

/** Options of `addcmul` and `addcdiv`. */
export interface ValueOptions {
  /** Multiplies the second term. Default: 1. */
  readonly value?: number;
}
const addcmulOp = formulaOp({
  name: "addcmul",
  operands: 3,
  parameters: 1,
  integers: "keep",
  forward: (k, [x, a, b], [value]) => k.add(x!, k.mul(k.mul(value!, a!), b!)),
  gradients: [
    (_k, g) => g,
    (k, g, [, , b], [value]) => k.mul(g, k.mul(b!, value!)),
    (k, g, [, a], [value]) => k.mul(g, k.mul(a!, value!)),
  ],
});
const addcdivOp = formulaOp({
  name: "addcdiv",
  operands: 3,
  parameters: 1,
  integers: "refuse",
  forward: (k, [x, a, b], [value]) => k.add(x!, k.div(k.mul(value!, a!), b!)),
  gradients: [
    (_k, g) => g,
    (k, g, [, , b], [value]) => k.mul(g, k.div(value!, b!)),
    (k, g, [, a, b], [value]) => k.neg(k.mul(g, k.div(k.div(k.mul(a!, value!), b!), b!))),
  ],
});

/** `self + value * a * b`, broadcast. */
export function addcmul(self: Tensor, a: Tensor, b: Tensor, options: ValueOptions = {}): Tensor {
  return addcmulOp([self, a, b], [options.value ?? 1]);
}

/**
 * `self + value * a / b`, broadcast.
 *
 * @throws DTypeError where all are integers
 */
export function addcdiv(self: Tensor, a: Tensor, b: Tensor, options: ValueOptions = {}): Tensor {
  return addcdivOp([self, a, b], [options.value ?? 1]);
}

/** The tensor with every element replaced by a value; gradients end here. */
export function fill(self: Tensor, value: Scalar | Tensor | { readonly value: Scalar | Tensor }): Tensor {
  const given = typeof value === "object" && !(value instanceof Tensor) ? value.value : value;
  const number = given instanceof Tensor ? given.item() : Number(given);
  const out = fillTensor(emptyTensor(self.shape, self.dtype), number);
  const source = given instanceof Tensor ? given : null;
  if (source !== null ? needsGraph(self, source) : needsGraph(self)) {
    const inputs = source === null ? [self] : [self, source];
    record(out, "FillBackward0", inputs, null, (g) => {
      const rest = source === null ? [] : [toDtype(add(mul(source, 0), sum(g)), source.dtype)];
      return [mul(g, 0), ...rest];
    });
  }
  return out;
}
