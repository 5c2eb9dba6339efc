// Whether labels are classes: the one place where a loss looks at values before it runs.
import { instructions, machine, Op } from "../engine/index.js";
import type { Tensor } from "../tensor/tensor.js";

/**
 * Whether each label is a class, 0 to classes - 1, or the one that is ignored.
 *
 * It reads the result back at once, so what runs a loss again and again can ask once for each new target instead.
 *
 * @param target labels of type int32, uint8 or bool, contiguous
 */
export function checkLabelRange(target: Tensor, classes: number, ignoreIndex = -100): boolean {
  const from = target.address();
  instructions.plain(Op.labelRange, [from, target.dtype.code, target.numel(), classes, ignoreIndex, machine.mailbox]);
  return machine.i32[machine.mailbox >> 2] === 1;
}
