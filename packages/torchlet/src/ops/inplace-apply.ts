// Any function of one tensor, in place.
import { Fn } from "../engine/index.js";
import type { Tensor } from "../tensor/tensor.js";
import { conversionType, runUnary } from "./elementwise.js";
import { checkInPlace, continueFrom, isRecorded, snapshot } from "./inplace-core.js";

/**
 * Writes a function's result over its operand; the graph continues from the function.
 *
 * @throws AutogradError where the change would make gradients wrong
 */
export function applyInPlace(who: string, self: Tensor, body: (before: Tensor) => Tensor): Tensor {
  const recorded = isRecorded(self);
  checkInPlace(who, self, recorded);
  const result = body(recorded ? snapshot(self) : self);
  runUnary(Fn.copy, result, self, conversionType(result.dtype, self.dtype));
  if (recorded) continueFrom(self, result);
  self.storage.version++;
  return self;
}
