// Classes as rows of zeros with a single one.
import { instructions } from "../engine/index.js";
import { ValueError } from "../errors/index.js";
import { int32 } from "../tensor/dtype.js";
import { emptyTensor, type Tensor } from "../tensor/tensor.js";
import { fillTensor } from "./fill.js";
import { scatterAlong } from "./indexing-core.js";
import { contiguous, toDtype, unsqueeze } from "./views.js";

/**
 * A new last dimension with 1 at each element's class and 0 elsewhere, as int32.
 *
 * @param numClasses Default: -1, one more than the largest class
 * @throws ValueError for classes below 0 or beyond the number
 *
 * @example
 * F.oneHot(torch.tensor([0, 2]), 3); // [[1, 0, 0], [0, 0, 1]]
 */
export function oneHot(self: Tensor, numClasses: number | { readonly numClasses?: number } = -1): Tensor {
  const asked = typeof numClasses === "number" ? numClasses : (numClasses.numClasses ?? -1);
  const classes = contiguous(toDtype(self.data, int32));
  const [low, high] = classes.numel() === 0 ? [0, -1] : instructions.extent(classes.numel(), classes.address());
  const count = asked === -1 ? high + 1 : asked;
  if (
    self.dtype.isFloatingPoint ||
    low < 0 ||
    high >= count ||
    (count === 0 && classes.numel() === 0 && asked === -1)
  ) {
    throw new ValueError("one-hot-classes", {
      path: "oneHot",
      rule: {
        en: `classes must be integers from 0 to ${count - 1}, got ${self.dtype} from ${low} to ${high}`,
        zh: `类别必须是 0 到 ${count - 1} 的整数，得到的是 ${low} 到 ${high} 的 ${self.dtype}`,
      },
      expected: [0, count - 1],
      received: [low, high],
    });
  }
  const at = unsqueeze(classes, -1);
  const ones = fillTensor(emptyTensor(at.shape, int32), 1);
  return scatterAlong(ones, at, self.shape.length, [...self.shape, count]);
}
