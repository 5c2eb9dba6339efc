// Any function of a tensor, in place: its result is written over its first operand.
import { Fn } from "../engine/index.js";
import { DTypeError, ShapeError } from "../errors/index.js";
import { formatShape, sameShape } from "../tensor/shape.js";
import { Tensor } from "../tensor/tensor.js";
import { conversionType, runUnary } from "./elementwise.js";
import { checkInPlace, continueFrom, isRecorded, snapshot } from "./inplace-core.js";

/**
 * Writes a function's result over its operand; the graph continues from the function.
 *
 * @param others further operands, whose gradients count too
 * @throws AutogradError where the change would make gradients wrong, ShapeError where the result has another shape,
 *   DTypeError for floating-point results in tensors of integers
 */
export function applyInPlace(
  who: string,
  self: Tensor,
  body: (before: Tensor) => Tensor,
  others: readonly unknown[] = [],
): Tensor {
  const recorded = isRecorded(self) || others.some((x) => x instanceof Tensor && isRecorded(x));
  checkInPlace(who, self, recorded);
  const result = body(recorded ? snapshot(self) : self);
  if (!sameShape(result.shape, self.shape)) {
    throw new ShapeError("in-place-shape", {
      path: who,
      rule: {
        en: `the result would have shape ${formatShape(result.shape)}, the tensor has ${formatShape(self.shape)}`,
        zh: `结果的形状为 ${formatShape(result.shape)}，而张量的形状为 ${formatShape(self.shape)}`,
      },
      expected: [...self.shape],
      received: [...result.shape],
    });
  }
  if (result.dtype.isFloatingPoint && !self.dtype.isFloatingPoint) {
    throw new DTypeError("in-place-cast", {
      path: who,
      rule: {
        en: `a ${result.dtype.name} result cannot be stored in a ${self.dtype.name} tensor`,
        zh: `${result.dtype.name} 结果不能存入 ${self.dtype.name} 张量`,
      },
      expected: self.dtype.name,
      received: result.dtype.name,
    });
  }
  runUnary(Fn.copy, result, self, conversionType(result.dtype, self.dtype));
  if (recorded) continueFrom(self, result);
  self.storage.version++;
  return self;
}
