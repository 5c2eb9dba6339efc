// Half precision by rounding: what a number becomes when it is stored in 16 bits.
import { Fn } from "../engine/index.js";
import { DTypeError } from "../errors/index.js";
import type { Tensor } from "../tensor/tensor.js";
import { unary } from "./elementwise.js";

/** A format of 16 bits: IEEE 754 binary16, or bfloat16 with the exponents of float32. */
export type HalfFormat = "float16" | "bfloat16";

/** The gradient of a cast passes unchanged. */
const rounding = {
  float16: unary({ name: "roundToHalf", fn: Fn.half, vjp: (g) => g }),
  bfloat16: unary({ name: "roundToBfloat", fn: Fn.bfloat, vjp: (g) => g }),
} as const satisfies Record<HalfFormat, (self: Tensor) => Tensor>;

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
  return rounding[format](self);
}
