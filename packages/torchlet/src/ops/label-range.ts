// Whether labels are classes: the one place where a loss looks at values before it runs.
import { instructions } from "../engine/index.js";
import type { Tensor } from "../tensor/tensor.js";

/**
 * Whether each label is a class, 0 to classes - 1, or the one that is ignored.
 *
 * It reads the result back at once; a captured step (`torch.compile`) asks for each new target before it runs.
 *
 * @param target labels of type int32, uint8 or bool, contiguous
 */
export function checkLabelRange(target: Tensor, classes: number, ignoreIndex = -100): boolean {
  return instructions.labelsFit(target.numel(), target.address(), target.dtype.code, classes, ignoreIndex);
}
