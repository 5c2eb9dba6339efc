// The in-place forms of elementwise functions: methods with a trailing underscore, made from the functions themselves.
import type { Tensor } from "../tensor/tensor.js";
import { floorDivide, fmod, pow, remainder } from "./arithmetic.js";
import {
  clamp,
  clampMax,
  clampMin,
  eq,
  ge,
  gt,
  le,
  logicalAnd,
  logicalOr,
  logicalXor,
  lt,
  maskedFill,
  ne,
} from "./comparison.js";
import { cumprod, cumsum } from "./cumulative.js";
import { applyInPlace } from "./inplace-apply.js";
import {
  addcdiv,
  addcmul,
  atan2,
  copysign,
  deg2rad,
  heaviside,
  hypot,
  lerp,
  nanToNum,
  rad2deg,
  round,
  trueDivide,
} from "./pointwise.js";
import { digamma, erf, erfc, erfinv, lgamma, logit, mvlgamma, sinc, xlogy } from "./special.js";
import { renorm } from "./statistics.js";
import {
  abs,
  acos,
  acosh,
  asin,
  asinh,
  atan,
  atanh,
  ceil,
  cos,
  cosh,
  exp,
  exp2,
  expm1,
  floor,
  frac,
  log,
  log1p,
  log2,
  log10,
  logicalNot,
  neg,
  reciprocal,
  rsqrt,
  sigmoid,
  sign,
  sin,
  sinh,
  sqrt,
  square,
  tan,
  tanh,
  trunc,
} from "./unary.js";

const functions = {
  ...{ abs, acos, acosh, asin, asinh, atan, atanh, ceil, cos, cosh, exp, exp2, expm1, floor, frac, log, log10, log1p },
  ...{
    log2,
    logicalNot,
    neg,
    reciprocal,
    round,
    rsqrt,
    sigmoid,
    sign,
    sin,
    sinc,
    sinh,
    sqrt,
    square,
    tan,
    tanh,
    trunc,
  },
  ...{ deg2rad, digamma, erf, erfc, erfinv, lgamma, logit, mvlgamma, nanToNum, rad2deg },
  ...{ atan2, copysign, floorDivide, fmod, heaviside, hypot, pow, remainder, trueDivide, xlogy },
  ...{ eq, ge, gt, le, logicalAnd, logicalOr, logicalXor, lt, ne },
  ...{ addcdiv, addcmul, clamp, clampMax, clampMin, cumprod, cumsum, lerp, maskedFill, renorm },
};

/** The function of each name with an underscore behind it. */
type InPlace = { [K in keyof typeof functions as `${K}_`]: (typeof functions)[K] };

/** @internal The methods: each writes its function's result over the tensor and returns the tensor. */
export const inPlaceMethods = Object.fromEntries(
  Object.entries(functions).map(([name, f]) => [
    `${name}_`,
    (self: Tensor, ...rest: unknown[]) =>
      applyInPlace(
        `${name}_`,
        self,
        (before) => (f as (x: Tensor, ...rest: unknown[]) => Tensor)(before, ...rest),
        rest,
      ),
  ]),
) as InPlace;
