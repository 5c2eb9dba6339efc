// Softmax and cross entropy: stable at any logits, each one pass over a row.
import { named, needsGraph, record } from "../autograd/index.js";
import { instructions, Op } from "../engine/index.js";
import { IndexError, ShapeError, ValueError } from "../errors/index.js";
import { type DType, float32, int32 } from "../tensor/dtype.js";
import { formatShape, normalizeDim, sizeOf } from "../tensor/shape.js";
import { emptyTensor, type Tensor } from "../tensor/tensor.js";
import { add, div, mul, sub } from "./arithmetic.js";
import { ne, where } from "./comparison.js";
import { floatType } from "./elementwise.js";
import { fusedCrossEntropy } from "./fused-cross-entropy.js";
import { gatherAlong } from "./indexing-core.js";
import { checkLabelRange } from "./label-range.js";
import { mean, sum } from "./reduction.js";
import { exp, neg } from "./unary.js";
import { contiguous, permute, reshape, toDtype, transpose, unsqueeze } from "./views.js";

/** Where the dimension is not the last, it is brought there and back. */
function alongLast(x: Tensor, dim: number, body: (x: Tensor) => Tensor): Tensor {
  const last = x.shape.length - 1;
  return dim === last || last < 0
    ? body(contiguous(x))
    : transpose(body(contiguous(transpose(x, dim, last))), dim, last);
}

function rowsOf(x: Tensor): [number, number] {
  const n = x.shape.length === 0 ? 1 : x.shape[x.shape.length - 1]!;
  return [n === 0 ? 0 : sizeOf(x.shape) / n, n];
}

/** Nanoseconds for an element. */
const WORK = 1;

function run(x: Tensor, logarithm: boolean): Tensor {
  const out = emptyTensor(x.shape, x.dtype);
  const [rows, n] = rowsOf(x);
  const from = x.address();
  instructions.plain(Op.softmax, [logarithm ? 1 : 0, x.dtype.code, rows, n, from, out.address()], [], rows * n * WORK);
  if (needsGraph(x)) {
    record(out, logarithm ? "LogSoftmaxBackward0" : "SoftmaxBackward0", [x], [out], (g, node) =>
      softmaxGradient(contiguous(g), node.saved(0), logarithm),
    );
  }
  return out;
}

/** g - softmax * sum(g), or softmax * (g - sum(g * softmax)); itself differentiable. */
function softmaxGradient(g: Tensor, y: Tensor, logarithm: boolean): Tensor {
  if (needsGraph(g, y)) {
    const options = { keepdim: true };
    return logarithm ? sub(g, mul(exp(y), sum(g, -1, options))) : mul(y, sub(g, sum(mul(g, y), -1, options)));
  }
  const out = emptyTensor(g.shape, g.dtype);
  const [rows, n] = rowsOf(g);
  const from = g.address();
  const at = y.address();
  instructions.plain(
    Op.softmaxBackward,
    [logarithm ? 1 : 0, g.dtype.code, rows, n, from, at, out.address()],
    [],
    rows * n * WORK,
  );
  return out;
}

/** Options of softmax and its relatives. */
export interface SoftmaxOptions {
  readonly dtype?: DType;
}

/**
 * `e^x_i / sum_j e^x_j` along a dimension.
 *
 * @example
 * torch.softmax(torch.tensor([100, 0], { dtype: torch.float32 }), 0); // [1, 0], not NaN
 */
export function softmax(
  self: Tensor,
  dim: number | (SoftmaxOptions & { readonly dim: number }),
  options: SoftmaxOptions = {},
): Tensor {
  if (typeof dim === "object") return softmax(self, dim.dim, dim);
  const d = normalizeDim("softmax", dim, self.shape.length);
  return alongLast(toDtype(self, options.dtype ?? floatType(self.dtype)), d, (x) => run(x, false));
}

/** The logarithm of softmax along a dimension, finite wherever the logits are. */
export function logSoftmax(
  self: Tensor,
  dim: number | (SoftmaxOptions & { readonly dim: number }),
  options: SoftmaxOptions = {},
): Tensor {
  if (typeof dim === "object") return logSoftmax(self, dim.dim, dim);
  const d = normalizeDim("logSoftmax", dim, self.shape.length);
  return alongLast(toDtype(self, options.dtype ?? floatType(self.dtype)), d, (x) => run(x, true));
}

/** How the losses of a batch become one. */
export type LossReduction = "none" | "mean" | "sum";

/** @throws ValueError unless it is one of the three */
export function checkReduction(who: string, reduction: LossReduction): void {
  if (reduction === "none" || reduction === "mean" || reduction === "sum") return;
  throw new ValueError("loss-reduction", {
    path: who,
    rule: {
      en: `reduction must be "none", "mean" or "sum", got ${JSON.stringify(reduction)}`,
      zh: `reduction 必须是 "none"、"mean" 或 "sum"，得到的是 ${JSON.stringify(reduction)}`,
    },
    expected: ["none", "mean", "sum"],
    received: reduction,
  });
}

/** Applies the reduction to losses of equal weight. */
export function reduceLoss(who: string, losses: Tensor, reduction: LossReduction): Tensor {
  checkReduction(who, reduction);
  return reduction === "none" ? losses : reduction === "mean" ? mean(losses) : sum(losses);
}

/** Options of `crossEntropy`. */
export interface CrossEntropyOptions {
  /** A weight for each class. */
  readonly weight?: Tensor | null;
  /** Samples of this class do not count. Default: -100. */
  readonly ignoreIndex?: number;
  /** Default: "mean". */
  readonly reduction?: LossReduction;
  /** Share of the target that is spread evenly over all classes, 0 to 1. Default: 0. */
  readonly labelSmoothing?: number;
}

function targetShapeError(logits: Tensor, target: Tensor): ShapeError {
  return new ShapeError("cross-entropy-shapes", {
    path: "crossEntropy",
    rule: {
      en: `logits of shape ${formatShape(logits.shape)} and targets of shape ${formatShape(target.shape)} do not fit`,
      zh: `形状为 ${formatShape(logits.shape)} 的 logits 与形状为 ${formatShape(target.shape)} 的目标不匹配`,
    },
    expected: [logits.shape[0]],
    received: [...target.shape],
    hint: {
      en: "class indices have the logits' shape without the class dimension; probabilities have the same shape",
      zh: "类别索引的形状是 logits 去掉类别维；概率目标的形状与 logits 相同",
    },
  });
}

/** Brings the class dimension (1, or 0 for a single sample) to the end and makes all others rows. */
function classesLast(x: Tensor): Tensor {
  if (x.shape.length <= 2) return x.shape.length === 1 ? reshape(x, [1, x.shape[0]!]) : x;
  const order = [0, ...x.shape.map((_, d) => d).slice(2), 1];
  return reshape(permute(x, order), [-1, x.shape[1]!]);
}

/**
 * Cross entropy of logits: `-log softmax(x)[target]`, from the largest logit so that +-1e4 stays finite.
 *
 * @param input logits, shape (classes), (batch, classes) or (batch, classes, ...)
 * @param target class indices (int32), or probabilities in the shape of the logits
 * @returns one loss a sample with `reduction: "none"`, else their mean (over the samples' weights) or sum
 * @throws ShapeError where the shapes do not fit, IndexError for a class outside the range
 *
 * @example
 * F.crossEntropy(net(X), y, { reduction: "none" });
 */
export function crossEntropy(input: Tensor, target: Tensor, options: CrossEntropyOptions = {}): Tensor {
  const { weight = null, ignoreIndex = -100, reduction = "mean", labelSmoothing = 0 } = options;
  checkReduction("crossEntropy", reduction);
  const { shape } = input;
  if (target.dtype.isFloatingPoint && target.shape.length === shape.length) {
    return probabilityCrossEntropy(input, target, weight, reduction, labelSmoothing);
  }
  const loss = classCrossEntropy(input, target, weight, ignoreIndex, reduction, labelSmoothing);
  return named(loss, shape.length > 2 ? "NllLoss2DBackward0" : "NllLossBackward0");
}

/** Cross entropy with targets that are classes. */
function classCrossEntropy(
  input: Tensor,
  target: Tensor,
  weight: Tensor | null,
  ignoreIndex: number,
  reduction: LossReduction,
  labelSmoothing: number,
): Tensor {
  const { shape } = input;
  const outer = shape.length === 1 ? [] : [shape[0]!, ...shape.slice(2)];
  if (shape.length === 0 || target.shape.length !== outer.length || target.shape.some((s, d) => s !== outer[d])) {
    throw targetShapeError(input, target);
  }
  const logits = classesLast(input);
  const classes = logits.shape[1]!;
  if (weight !== null) checkClassWeights("crossEntropy", weight, classes);
  const simple =
    weight === null && labelSmoothing === 0 && logits.dtype === float32 && (ignoreIndex | 0) === ignoreIndex;
  if (simple && target.numel() > 0) {
    const own = contiguous(target.dtype.isFloatingPoint ? toDtype(target, int32) : target);
    if (checkLabelRange(own, classes, ignoreIndex)) {
      return fusedCrossEntropy(contiguous(logits), own, ignoreIndex, reduction, outer);
    }
  }
  const labels = contiguous(reshape(toDtype(target, int32), [-1]));
  const logProbabilities = logSoftmax(logits, 1);
  const nll = nllRows("crossEntropy", logProbabilities, labels, weight, ignoreIndex);
  let losses = nll.losses;
  if (labelSmoothing > 0) {
    const weighted = weight === null ? logProbabilities : mul(logProbabilities, weight);
    const smooth = where(nll.counted, neg(sum(weighted, 1)), 0);
    losses = add(mul(losses, 1 - labelSmoothing), mul(smooth, labelSmoothing / classes));
  }
  if (reduction === "none") return reshape(losses, outer);
  return reduction === "sum" ? sum(losses) : div(sum(losses), sum(nll.weights));
}

/** @throws ShapeError unless there is one weight for each class */
function checkClassWeights(who: string, weight: Tensor, classes: number): void {
  if (weight.shape.length === 1 && weight.shape[0] === classes) return;
  throw new ShapeError("class-weights", {
    path: who,
    rule: {
      en: `there must be one weight for each of the ${classes} classes, got shape ${formatShape(weight.shape)}`,
      zh: `${classes} 个类别各需要一个权重，得到的形状为 ${formatShape(weight.shape)}`,
    },
    expected: [classes],
    received: [...weight.shape],
  });
}

/** @throws IndexError for a class outside 0..classes-1; negative ones do not count from the end */
function checkClasses(who: string, labels: Tensor, classes: number): void {
  if (labels.numel() === 0) return;
  const [low, high] = instructions.extent(labels.numel(), labels.address());
  if (low >= 0 && high < classes) return;
  const bad = low < 0 ? low : high;
  throw new IndexError("class-range", {
    path: who,
    rule: {
      en: `class ${bad} is out of bounds for ${classes} classes`,
      zh: `类别 ${bad} 超出范围，共 ${classes} 类`,
    },
    expected: [0, classes - 1],
    received: bad,
  });
}

/** Losses and weights of rows of log-probabilities. */
function nllRows(
  who: string,
  logProbabilities: Tensor,
  labels: Tensor,
  weight: Tensor | null,
  ignoreIndex: number,
): { losses: Tensor; weights: Tensor; counted: Tensor } {
  const counted = ne(labels, ignoreIndex);
  const at = toDtype(where(counted, labels, 0), int32);
  const classes = logProbabilities.shape[1]!;
  // Labels all in range need no other look: a captured step checks that before it runs.
  const count = labels.numel();
  if (count > 0 && !instructions.withinRange(count, labels.address(), 0, classes - 1)) checkClasses(who, at, classes);
  if (weight !== null) checkClassWeights(who, weight, classes);
  const picked = reshape(gatherAlong(logProbabilities, unsqueeze(at, 1), 1), [-1]);
  const own =
    weight === null ? toDtype(counted, logProbabilities.dtype) : where(counted, gatherAlong(weight, at, 0), 0);
  return { losses: where(counted, neg(mul(picked, own)), 0), weights: own, counted };
}

/** Cross entropy with targets that are probabilities. */
function probabilityCrossEntropy(
  input: Tensor,
  target: Tensor,
  weight: Tensor | null,
  reduction: LossReduction,
  smoothing: number,
): Tensor {
  if (target.shape.some((s, d) => s !== input.shape[d])) throw targetShapeError(input, target);
  const dim = input.shape.length === 1 ? 0 : 1;
  const classes = input.shape[dim]!;
  if (weight !== null) checkClassWeights("crossEntropy", weight, classes);
  const goal = smoothing > 0 ? add(mul(target, 1 - smoothing), smoothing / classes) : target;
  let terms = mul(goal, logSoftmax(input, dim));
  if (weight !== null)
    terms = mul(
      terms,
      reshape(
        weight,
        input.shape.map((_, d) => (d === dim ? classes : 1)),
      ),
    );
  const losses = neg(sum(terms, dim));
  if (reduction === "none") return losses;
  return reduction === "sum" ? sum(losses) : div(sum(losses), Math.max(sizeOf(input.shape) / classes, 1));
}

/** Options of `nllLoss`. */
export interface NllOptions {
  readonly weight?: Tensor | null;
  readonly ignoreIndex?: number;
  readonly reduction?: LossReduction;
}

/** Negative log-likelihood of log-probabilities: `-x[target]`, weighted by class. */
export function nllLoss(input: Tensor, target: Tensor, options: NllOptions = {}): Tensor {
  const { weight = null, ignoreIndex = -100, reduction = "mean" } = options;
  checkReduction("nllLoss", reduction);
  const outer = input.shape.length === 1 ? [] : [input.shape[0]!, ...input.shape.slice(2)];
  if (target.shape.length !== outer.length || target.shape.some((s, d) => s !== outer[d]))
    throw targetShapeError(input, target);
  const { losses, weights } = nllRows(
    "nllLoss",
    classesLast(input),
    contiguous(reshape(toDtype(target, int32), [-1])),
    weight,
    ignoreIndex,
  );
  if (reduction === "none") return reshape(losses, outer);
  return reduction === "sum" ? sum(losses) : div(sum(losses), sum(weights));
}
