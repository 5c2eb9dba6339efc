// What is minimized: the loss of a batch, weighted by samples and classes, and how losses of batches add up.
import { isBuiltin } from "../compile/own.js";
import { ShapeError, ValueError } from "../errors/index.js";
import { CrossEntropyLoss, NLLLoss } from "../nn/losses.js";
import { Module } from "../nn/module.js";
import { indexSelect, ne } from "../ops/index.js";
import { int32 } from "../tensor/dtype.js";
import { formatShape, sameShape } from "../tensor/shape.js";
import type { Tensor } from "../tensor/tensor.js";
import { trace } from "../tensor/trace.js";
import type { FitLoss } from "./types.js";

/** The loss of a batch in the forms that are needed of it. */
export interface BatchLoss {
  /** What a step on this batch alone minimizes. */
  readonly mean: Tensor;
  /** `mean` times `divisor`: what adds up over batches. */
  readonly total: Tensor;
  /** Samples, elements, or their weights. */
  readonly divisor: Tensor | number;
}

/** A loss of predictions, targets and the samples' weights. */
export type Objective = (preds: Tensor, target: Tensor, weight: Tensor | null) => BatchLoss;

/** How the losses of a batch become one in a loss of torchlet's own; null elsewhere. */
function reductionOf(loss: FitLoss): string | null {
  if (!(loss instanceof Module) || !isBuiltin(loss)) return null;
  const { reduction } = loss as { readonly reduction?: unknown };
  return typeof reduction === "string" ? reduction : null;
}

/** Whether gradients add up over batches as they are, because the loss is a sum. */
export const isSum = (loss: FitLoss): boolean => reductionOf(loss) === "sum";

/** @throws ShapeError where predictions and targets were broadcast against each other */
function checkNotBroadcast(preds: Tensor, target: Tensor, result: Tensor): void {
  if (result.numel() <= Math.max(preds.numel(), target.numel())) return;
  throw broadcastError(preds, target, result.shape);
}

function broadcastError(preds: Tensor, target: Tensor, shape: readonly number[] | null): ShapeError {
  const [p, t] = [formatShape(preds.shape), formatShape(target.shape)];
  return new ShapeError("fit-loss-broadcast", {
    path: "fit (loss)",
    rule: {
      en: `predictions of shape ${p} and targets of shape ${t} were broadcast${shape === null ? "" : ` to ${formatShape(shape)}`}: every prediction was compared with every target`,
      zh: `形状为 ${p} 的预测与形状为 ${t} 的目标被广播${shape === null ? "" : `为 ${formatShape(shape)}`}：每个预测都与每个目标作了比较`,
    },
    expected: [...preds.shape],
    received: [...target.shape],
    hint: { en: `reshape the targets to ${p}`, zh: `请把目标变形为 ${p}` },
  });
}

/**
 * Refuses a loss that silently broadcasts (n) against (n, 1); asked once, for the first batch.
 *
 * A loss that gives one number does not show it: it is computed again with targets in the predictions' shape, and must be the same.
 *
 * @throws ShapeError where it broadcasts
 */
export function refuseBroadcast(loss: FitLoss, preds: Tensor, target: Tensor): void {
  if (sameShape(preds.shape, target.shape) || preds.numel() !== target.numel() || preds.numel() < 2) return;
  const given = loss(preds, target);
  checkNotBroadcast(preds, target, given);
  const reshaped = loss(preds, target.reshape(preds.shape));
  if (given.numel() === 1 && reshaped.numel() === 1 && !Object.is(given.item(), reshaped.item())) {
    throw broadcastError(preds, target, null);
  }
}

function needsSingleLosses(option: string): ValueError {
  return new ValueError("fit-loss-reduction", {
    path: `fit (${option})`,
    rule: {
      en: `${option} needs a loss for each sample, but the loss gives one number for the batch`,
      zh: `${option} 需要每个样本各有一个损失，但该损失函数对整个批次只给出一个数`,
    },
    hint: {
      en: 'let it give all of them (reduction: "none")',
      zh: '请让它给出所有样本的损失（reduction: "none"）',
    },
  });
}

/** A loss as it was given. */
function plainObjective(loss: FitLoss): Objective {
  const sums = isSum(loss);
  return (preds, target) => {
    const value = loss(preds, target);
    if (value.ndim > 0) {
      checkNotBroadcast(preds, target, value);
      const divisor = value.numel();
      return { mean: value.mean(), total: value.sum(), divisor };
    }
    const divisor = preds.shape[0] ?? 1;
    // A sum is minimized as a sum; the history shows its share of a sample.
    return { mean: value, total: sums ? value : value.mul(divisor), divisor: sums ? 1 : divisor };
  };
}

/** Losses of single samples; those of torchlet's own are asked for them whatever their reduction. */
function singleLosses(loss: FitLoss, option: string, classWeight: Tensor | null): (p: Tensor, t: Tensor) => Tensor {
  const own = reductionOf(loss) !== null;
  if (own) {
    const { forward } = loss as Module;
    const view: unknown = Object.create(loss, {
      reduction: { value: "none" },
      ...(classWeight === null ? {} : { weight: { value: classWeight } }),
    });
    return (preds, target) => {
      trace?.module(loss);
      return forward.call(view as Module, preds, target);
    };
  }
  const functional = isBuiltin(loss);
  return (preds, target) => {
    const values = functional
      ? (loss as (p: Tensor, t: Tensor, o: object) => Tensor)(preds, target, { reduction: "none" })
      : loss(preds, target);
    if (values.ndim === 0) throw needsSingleLosses(option);
    checkNotBroadcast(preds, target, values);
    return values;
  };
}

/** Weights of samples in the shape of their losses. */
function spread(weight: Tensor, like: Tensor): Tensor {
  return like.ndim <= 1 ? weight.reshape(like.shape) : weight.reshape([-1, ...like.shape.slice(1).map(() => 1)]);
}

/** A loss of which single samples and classes count by weights: the weighted mean. */
function weightedObjective(loss: FitLoss, option: string, classWeight: Tensor | null): Objective {
  const ofClasses = loss instanceof CrossEntropyLoss || loss instanceof NLLLoss;
  const classes = classWeight ?? (ofClasses ? loss.weight : null);
  const single = singleLosses(loss, option, ofClasses ? classes : null);
  return (preds, target, weight) => {
    let losses = single(preds, target);
    const probabilities = target.dtype.isFloatingPoint && target.ndim === preds.ndim && ofClasses;
    let weights: Tensor | null = null;
    if (classes !== null && !probabilities) {
      const index = target.to(int32).reshape([-1]);
      const known = ofClasses ? ne(index, loss.ignoreIndex) : null;
      const safe = known === null ? index : index.mul(known.to(int32));
      weights = indexSelect(classes.to(preds.dtype), 0, safe).reshape(losses.shape);
      // Losses of classes have been weighted by the loss itself.
      if (!ofClasses) losses = losses.mul(weights);
    }
    if (ofClasses && !probabilities) {
      const counted = ne(target, loss.ignoreIndex).to(preds.dtype).reshape(losses.shape);
      weights = weights === null ? counted : weights.mul(counted);
    }
    if (weight !== null) {
      const own = spread(weight.to(preds.dtype), losses);
      losses = losses.mul(own);
      weights = weights === null ? own.expand(...losses.shape) : weights.mul(own);
    }
    const total = losses.sum();
    const divisor = weights === null ? losses.numel() : weights.detach().sum();
    return { mean: total.div(divisor), total, divisor };
  };
}

/** What decides on the objective. */
export interface ObjectiveSettings {
  readonly loss: FitLoss;
  readonly classWeight: Tensor | null;
  readonly accumulates: boolean;
  readonly sampleWeights: boolean;
}

/**
 * The objective of a loss.
 *
 * Weighted where anything has weights: then it is `sum(w l) / sum(w)` over samples, as `nn.CrossEntropyLoss` with class weights has
 * it. Losses that divide by something else than the number of samples are taken apart also where batches are accumulated.
 */
export function objectiveOf({ loss, classWeight, accumulates, sampleWeights }: ObjectiveSettings): Objective {
  const plain = plainObjective(loss);
  const divides = (loss instanceof CrossEntropyLoss || loss instanceof NLLLoss) && reductionOf(loss) === "mean";
  const option = classWeight !== null ? "classWeight" : "sampleWeight";
  if (isSum(loss) && (classWeight !== null || sampleWeights)) throw needsMean(option);
  const weighted = weightedObjective(loss, option, classWeight);
  if (classWeight !== null || (divides && (accumulates || loss.weight !== null))) return weighted;
  return (preds, target, weight) => (weight === null ? plain : weighted)(preds, target, weight);
}

function needsMean(option: string): ValueError {
  return new ValueError("fit-loss-reduction", {
    path: `fit (${option})`,
    rule: {
      en: `${option} makes the loss a weighted mean, but the loss has reduction: "sum"`,
      zh: `${option} 使损失成为加权平均，但该损失函数的 reduction 为 "sum"`,
    },
    hint: { en: 'use reduction: "mean" or "none"', zh: '请使用 reduction: "mean" 或 "none"' },
  });
}
