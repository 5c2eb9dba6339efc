// Cross entropy of float32 logits with class indices, reduced: one instruction forward, one backward.
import { needsGraph, record } from "../autograd/index.js";
import { instructions, markInternal, Op } from "../engine/index.js";
import { float32, int32 } from "../tensor/dtype.js";
import { type Shape, sizeOf } from "../tensor/shape.js";
import { emptyTensor, type Tensor } from "../tensor/tensor.js";
import { div, mul, sub } from "./arithmetic.js";
import { ne, where } from "./comparison.js";
import { fillTensor } from "./fill.js";
import { scatterAlong } from "./indexing-core.js";
import { sum } from "./reduction.js";
import { type LossReduction, softmax } from "./softmax.js";
import { contiguous, reshape, toDtype, unsqueeze } from "./views.js";

/** Nanoseconds for a logit. */
const WORK = 1.5;

/**
 * Losses `-log softmax(x)[label]` of the shape given, or their sum or mean; ignored samples have loss and gradient 0.
 *
 * @param logits shape (rows, classes), float32, contiguous
 * @param labels as many classes (`checkLabelRange`), int32, uint8 or bool, contiguous
 */
export function fusedCrossEntropy(
  logits: Tensor,
  labels: Tensor,
  ignoreIndex: number,
  reduction: LossReduction,
  shape: Shape,
): Tensor {
  const [rows, classes] = logits.shape as [number, number];
  const reduced = reduction !== "none";
  const mean = reduction === "mean" ? 1 : 0;
  const losses = emptyTensor(shape, float32);
  const result = reduced ? emptyTensor([], float32) : losses;
  const kept = emptyTensor([2 * rows + 1], float32);
  const from = logits.address();
  const at = labels.address();
  const to = reduced ? result.address() : 0;
  const operands = [rows, classes, from, at, labels.dtype.code, ignoreIndex, kept.address(), losses.address(), to];
  instructions.plain(Op.crossEntropy, [...operands, mean, 0], [], rows * classes * WORK);
  if (reduced) markInternal(losses.storage);
  if (needsGraph(logits)) {
    record(result, "CrossEntropyBackward0", [logits], [logits, labels, kept], (g, node) => {
      const source = node.saved(0);
      const targets = node.saved(1);
      if (needsGraph(g, source)) return differentiableGradient(g, source, targets, ignoreIndex, reduction);
      return gradient(g, source, targets, node.saved(2), ignoreIndex, mean);
    });
  }
  markInternal(kept.storage);
  return result;
}

function gradient(g: Tensor, logits: Tensor, labels: Tensor, kept: Tensor, ignoreIndex: number, mean: number): Tensor {
  const [rows, classes] = logits.shape as [number, number];
  const repeated = sizeOf(g.shape) === 1 || g.strides.every((stride) => stride === 0);
  const own = repeated ? g : contiguous(g);
  const out = emptyTensor(logits.shape, float32);
  const from = logits.address();
  const at = labels.address();
  const saved = kept.address();
  const gradients = own.address();
  instructions.plain(
    Op.crossEntropyBackward,
    [rows, classes, from, at, labels.dtype.code, ignoreIndex, saved, gradients, repeated ? 0 : 1, mean, out.address()],
    [],
    rows * classes * WORK,
  );
  return out;
}

/** g (softmax(x) - onehot(label)) for the samples that count, made of differentiable operations. */
function differentiableGradient(
  g: Tensor,
  logits: Tensor,
  labels: Tensor,
  ignoreIndex: number,
  reduction: LossReduction,
): Tensor {
  const flat = toDtype(reshape(labels, [-1]), int32);
  const counted = ne(flat, ignoreIndex);
  const at = unsqueeze(toDtype(where(counted, flat, 0), int32), 1);
  const hot = scatterAlong(fillTensor(emptyTensor(at.shape, float32), 1), at, 1, logits.shape);
  const each = reduction === "none" ? reshape(g, [-1]) : reduction === "mean" ? div(g, sum(counted)) : g;
  return mul(unsqueeze(where(counted, each, 0), 1), sub(softmax(logits, 1), hot));
}
