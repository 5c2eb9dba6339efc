// Losses of predictions and targets of one shape.
import { named } from "../autograd/index.js";
import { markInternal } from "../engine/index.js";
import { ShapeError } from "../errors/index.js";
import { broadcastShapes, formatShape, sameShape } from "../tensor/shape.js";
import type { Tensor } from "../tensor/tensor.js";
import { sub } from "./arithmetic.js";
import { type LossReduction, reduceLoss } from "./softmax.js";
import { abs, square } from "./unary.js";

/** Options of these losses. */
export interface LossOptions {
  /** Default: "mean". */
  readonly reduction?: LossReduction;
}

/** @internal PyTorch broadcasts with a warning here; (n) against (n, 1) would silently give (n, n), so it is an error. */
export function checkShapes(who: string, input: Tensor, target: Tensor): void {
  if (sameShape(input.shape, target.shape)) return;
  const shape = broadcastShapes(who, input.shape, target.shape);
  if (shape.length === input.shape.length && shape.every((s, d) => s === input.shape[d])) return;
  throw new ShapeError("loss-shapes", {
    path: who,
    rule: {
      en: `predictions of shape ${formatShape(input.shape)} and targets of shape ${formatShape(target.shape)} would broadcast to ${formatShape(shape)}`,
      zh: `形状为 ${formatShape(input.shape)} 的预测与形状为 ${formatShape(target.shape)} 的目标会被广播为 ${formatShape(shape)}`,
    },
    expected: [...input.shape],
    received: [...target.shape],
    hint: { en: "reshape the targets to the predictions' shape", zh: "请把目标变形为预测的形状" },
  });
}

/** @internal Reduces losses that nobody else sees. */
export function reduceOwn(who: string, losses: Tensor, reduction: LossReduction): Tensor {
  const out = reduceLoss(who, losses, reduction);
  if (out !== losses) markInternal(losses.storage);
  return out;
}

/** Squared error `(x - y)^2`, without a factor of one half. */
export function mseLoss(input: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  checkShapes("mseLoss", input, target);
  const difference = sub(input, target);
  const squares = square(difference);
  markInternal(difference.storage);
  return named(reduceOwn("mseLoss", squares, options.reduction ?? "mean"), "MseLossBackward0");
}

/** Absolute error `|x - y|`. */
export function l1Loss(input: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  checkShapes("l1Loss", input, target);
  const difference = sub(input, target);
  const distances = abs(difference);
  markInternal(difference.storage);
  return reduceOwn("l1Loss", distances, options.reduction ?? "mean");
}
