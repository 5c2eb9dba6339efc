// Half precision by rounding: what a number becomes when it is stored in 16 bits.
import { noGrad } from "../autograd/index.js";
import { needsGraph, record } from "../autograd/node.js";
import { DTypeError } from "../errors/index.js";
import type { Tensor } from "../tensor/tensor.js";
import { div, maximum, mul } from "./arithmetic.js";
import { gt, isfinite, le, logicalAnd, where } from "./comparison.js";
import { full } from "./creation.js";
import { round } from "./pointwise.js";
import { abs, exp2, floor, log2 } from "./unary.js";

/** A format of 16 bits: IEEE 754 binary16, or bfloat16 with the exponents of float32. */
export type HalfFormat = "float16" | "bfloat16";

const FORMATS = {
  // Digits after the leading one; the smallest normal power of two; the largest finite number.
  float16: { digits: 10, lowest: -14, largest: 65504 },
  bfloat16: { digits: 7, lowest: -126, largest: 3.3895313892515355e38 },
} as const;

/** The power of two at or below each number; exact, though logarithms are rounded. */
function powerBelow(a: Tensor): Tensor {
  const power = exp2(floor(log2(a)));
  const notAbove = where(gt(power, a), mul(power, 0.5), power);
  return where(le(mul(notAbove, 2), a), mul(notAbove, 2), notAbove);
}

function rounded(x: Tensor, format: HalfFormat): Tensor {
  const { digits, lowest, largest } = FORMATS[format];
  const power = maximum(powerBelow(abs(x)), full([], 2 ** lowest, { dtype: x.dtype }));
  const unit = mul(power, 2 ** -digits);
  const near = mul(round(div(x, unit)), unit);
  const infinite = div(x, full([], 0, { dtype: x.dtype }));
  // Where nothing was to be rounded (0, NaN, the infinities) the powers above mean nothing.
  const finite = where(gt(abs(near), largest), infinite, near);
  return where(logicalAnd(gt(abs(x), 0), isfinite(x)), finite, x);
}

/**
 * Each number as it would come back from 16 bits: rounded to the nearest (ties to even), subnormal below the smallest
 * normal number, infinite above the largest.
 *
 * float16 holds 11 binary digits from 6.1e-5 (subnormal down to 6.0e-8) to 65504; bfloat16 8 digits over the range of float32.
 * The type of the tensor stays, so that every operation takes it; the gradient passes unchanged, as that of a cast.
 *
 * @param format Default: `"float16"`
 * @throws DTypeError for tensors that are not floating-point
 *
 * @example
 * torch.roundToHalf(torch.tensor([1 / 3, 70000, 1e-8])); // 0.33325, inf, 0
 *
 * Source: IEEE 754-2019; Micikevicius et al., Mixed precision training, 2018.
 */
export function roundToHalf(self: Tensor, format: HalfFormat = "float16"): Tensor {
  if (!self.dtype.isFloatingPoint) {
    throw new DTypeError("half-dtype", {
      path: "roundToHalf",
      rule: {
        en: `the tensor must be floating-point, got ${self.dtype.name}`,
        zh: `张量必须是浮点类型，得到的是 ${self.dtype.name}`,
      },
      received: self.dtype.name,
    });
  }
  const graph = needsGraph(self);
  const out = noGrad(() => rounded(self, format));
  return graph ? record(out, "RoundToHalfBackward", [self], null, (gradient) => gradient) : out;
}
