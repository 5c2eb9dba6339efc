// How many predictions are right.
import { instructions, Op } from "../engine/index.js";
import { ShapeError } from "../errors/index.js";
import { float64, int32 } from "../tensor/dtype.js";
import { formatShape } from "../tensor/shape.js";
import { emptyTensor, type Tensor } from "../tensor/tensor.js";
import { contiguous, toDtype } from "./views.js";

/** Nanoseconds for a score. */
const WORK = 1.4;

/**
 * How many rows of scores have their largest element at their label: `(argmax(scores, 1) == labels).sum()` as one instruction.
 *
 * The first of equal scores counts, and the first NaN before everything, as in `argmax`.
 *
 * @param scores shape (rows, classes)
 * @param labels shape (rows)
 * @returns a number of type int32 without dimensions
 * @throws ShapeError where the shapes do not fit
 */
export function countCorrect(scores: Tensor, labels: Tensor): Tensor {
  const [rows = 0, classes = 0] = scores.shape;
  if (scores.ndim !== 2 || classes === 0 || labels.ndim !== 1 || labels.shape[0] !== rows) {
    throw new ShapeError("count-correct-shapes", {
      path: "countCorrect",
      rule: {
        en: `scores of shape ${formatShape(scores.shape)} and labels of shape ${formatShape(labels.shape)} do not fit`,
        zh: `形状为 ${formatShape(scores.shape)} 的得分与形状为 ${formatShape(labels.shape)} 的标签不匹配`,
      },
      expected: [rows],
      received: [...labels.shape],
    });
  }
  const x = contiguous(scores.dtype.isFloatingPoint ? scores.data : toDtype(scores, float64));
  const y = contiguous(labels.dtype.isFloatingPoint ? toDtype(labels.data, int32) : labels);
  const out = emptyTensor([], int32);
  const from = x.address();
  const at = y.address();
  const operands = [x.dtype.code, rows, classes, from, at, y.dtype.code, out.address(), 0, 0];
  instructions.plain(Op.countCorrect, operands, [], rows * classes * WORK);
  return out;
}
