// Margin losses over classes: how far the right class lies above the others.
import { ShapeError, ValueError } from "../errors/index.js";
import { bool, float32, int32 } from "../tensor/dtype.js";
import { formatShape, normalizeDim } from "../tensor/shape.js";
import { emptyTensor, type Tensor } from "../tensor/tensor.js";
import { logsigmoid } from "./activations.js";
import { add, div, mul, rsub, sub } from "./arithmetic.js";
import { clampMin, ge, gt, logicalAnd, where } from "./comparison.js";
import { cumprod } from "./cumulative.js";
import { castTensor } from "./elementwise.js";
import { fillTensor } from "./fill.js";
import { checkIndices, gatherAlong, scatterAlong } from "./indexing-core.js";
import type { LossOptions } from "./losses.js";
import { mean, sum } from "./reduction.js";
import { reduceLoss } from "./softmax.js";
import { logicalNot, neg, square } from "./unary.js";
import { reshape, toDtype, unsqueeze } from "./views.js";

/** Predictions as (batch, classes) and whether there was a batch. */
function asBatch(who: string, input: Tensor): { rows: Tensor; batched: boolean } {
  const { shape } = input;
  if (shape.length === 2) return { rows: input, batched: true };
  if (shape.length < 2) return { rows: reshape(input, [1, -1]), batched: false };
  throw new ShapeError("class-scores", {
    path: who,
    rule: {
      en: `predictions must have shape (classes) or (batch, classes), got ${formatShape(shape)}`,
      zh: `预测的形状必须是 (classes) 或 (batch, classes)，得到的是 ${formatShape(shape)}`,
    },
    received: [...shape],
  });
}

function targetError(who: string, input: Tensor, target: Tensor): ShapeError {
  return new ShapeError("class-targets", {
    path: who,
    rule: {
      en: `targets of shape ${formatShape(target.shape)} do not fit predictions of shape ${formatShape(input.shape)}`,
      zh: `形状为 ${formatShape(target.shape)} 的目标与形状为 ${formatShape(input.shape)} 的预测不匹配`,
    },
    expected: [...input.shape],
    received: [...target.shape],
  });
}

/** Options of `multiMarginLoss`. */
export interface MultiMarginOptions extends LossOptions {
  /** 1 or 2. Default: 1. */
  readonly p?: number;
  /** Default: 1. */
  readonly margin?: number;
  /** A weight for each class. */
  readonly weight?: Tensor | null;
}

/**
 * `sum over i != y of max(0, margin - x_y + x_i)^p / classes`.
 *
 * @param input scores, shape (classes) or (batch, classes)
 * @param target classes, shape () or (batch)
 * @throws ValueError unless p is 1 or 2
 */
export function multiMarginLoss(input: Tensor, target: Tensor, options: MultiMarginOptions = {}): Tensor {
  const { p = 1, margin = 1, weight = null, reduction = "mean" } = options;
  if (p !== 1 && p !== 2) {
    throw new ValueError("margin-power", {
      path: "multiMarginLoss",
      rule: { en: `p must be 1 or 2, got ${p}`, zh: `p 必须是 1 或 2，得到的是 ${p}` },
      expected: [1, 2],
      received: p,
    });
  }
  const { rows, batched } = asBatch("multiMarginLoss", input);
  const [batch, classes] = rows.shape as [number, number];
  if (target.numel() !== batch) throw targetError("multiMarginLoss", input, target);
  const at = reshape(checkIndices("multiMarginLoss", toDtype(target, int32), classes, 1), [batch, 1]);
  const hinge = clampMin(add(sub(rows, gatherAlong(rows, at, 1)), margin), 0);
  // The gradient at the hinge itself is 0, as in PyTorch.
  const open = where(gt(hinge.data, 0), hinge, 0);
  const powered = p === 2 ? square(open) : open;
  const right = castTensor(scatterAlong(onesOf([batch, 1]), at, 1, rows.shape), bool);
  const weighted = weight === null ? powered : mul(powered, unsqueeze(gatherAlong(weight, reshape(at, [-1]), 0), 1));
  const losses = div(sum(where(right, 0, weighted), 1), classes);
  return reduceLoss(
    "multiMarginLoss",
    batched ? losses : reshape(losses, target.shape.length > 0 && reduction === "none" ? [1] : []),
    reduction,
  );
}

function onesOf(shape: readonly number[]): Tensor {
  return fillTensor(emptyTensor(shape, float32), 1);
}

/**
 * `sum over targets y and others i of max(0, 1 - (x_y - x_i)) / classes`.
 *
 * @param target classes of each sample in the shape of the predictions, ended by -1
 */
export function multilabelMarginLoss(input: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  const who = "multilabelMarginLoss";
  const { rows, batched } = asBatch(who, input);
  if (target.numel() !== input.numel()) throw targetError(who, input, target);
  const [batch, classes] = rows.shape as [number, number];
  const labels = reshape(toDtype(target, int32), [batch, classes]);
  // Labels count up to the first -1.
  const counted = castTensor(cumprod(castTensor(ge(labels, 0), int32), 1), bool);
  const at = checkIndices(who, castTensor(where(counted, labels, 0), int32), classes, 1);
  const hits = scatterAlong(castTensor(counted, float32), at, 1, rows.shape);
  const others = logicalNot(castTensor(hits, bool));
  const picked = gatherAlong(rows, at, 1);
  const hinge = clampMin(add(sub(unsqueeze(rows, 1), unsqueeze(picked, 2)), 1), 0);
  const open = logicalAnd(gt(hinge.data, 0), logicalAnd(unsqueeze(counted, 2), unsqueeze(others, 1)));
  const losses = div(sum(where(open, hinge, 0), [1, 2]), classes);
  return reduceLoss(who, batched ? losses : reshape(losses, []), options.reduction ?? "mean");
}

/** Options of `multilabelSoftMarginLoss`. */
export interface MultilabelSoftOptions extends LossOptions {
  /** A weight for each class. */
  readonly weight?: Tensor | null;
}

/** The mean over classes of `-(t log s(x) + (1 - t) log s(-x))` with the sigmoid s. */
export function multilabelSoftMarginLoss(input: Tensor, target: Tensor, options: MultilabelSoftOptions = {}): Tensor {
  const { weight = null, reduction = "mean" } = options;
  const d = normalizeDim("multilabelSoftMarginLoss", -1, input.shape.length);
  const terms = neg(add(mul(target, logsigmoid(input)), mul(rsub(target, 1), logsigmoid(neg(input)))));
  return reduceLoss("multilabelSoftMarginLoss", mean(weight === null ? terms : mul(terms, weight), d), reduction);
}
