// Losses that are one formula of prediction and target, element by element, and then a mean or a sum.
import { ShapeError, ValueError } from "../errors/index.js";
import { formatShape, sameShape } from "../tensor/shape.js";
import { Tensor } from "../tensor/tensor.js";
import { div, mul } from "./arithmetic.js";
import { formulaOp } from "./formula-op.js";
import { checkShapes, type LossOptions, reduceOwn } from "./losses.js";
import { amax, amin, sum } from "./reduction.js";
import { checkReduction, type LossReduction, reduceLoss } from "./softmax.js";
import { unsqueeze } from "./views.js";

/** Prediction and target must have one shape: what PyTorch refuses to broadcast. */
function sameSizes(who: string, input: Tensor, target: Tensor): void {
  if (sameShape(input.shape, target.shape)) return;
  throw new ShapeError("loss-shapes", {
    path: who,
    rule: {
      en: `predictions of shape ${formatShape(input.shape)} and targets of shape ${formatShape(target.shape)} must have the same shape`,
      zh: `预测（形状 ${formatShape(input.shape)}）与目标（形状 ${formatShape(target.shape)}）的形状必须相同`,
    },
    expected: [...input.shape],
    received: [...target.shape],
  });
}

/** Options of the binary cross entropies. */
export interface BinaryCrossEntropyOptions extends LossOptions {
  /** Multiplies the loss of each element; broadcast. */
  readonly weight?: Tensor | null;
}

const binaryCrossEntropyOp = formulaOp({
  name: "binaryCrossEntropy",
  operands: 2,
  integers: "refuse",
  // Logarithms are cut at -100, as in PyTorch, so that a probability of exactly 0 or 1 stays finite.
  forward: (k, [x, t]) => {
    const hit = k.mul(t!, k.max(k.log(x!), -100));
    const miss = k.mul(k.sub(1, t!), k.max(k.log1p(k.neg(x!)), -100));
    return k.neg(k.add(hit, miss));
  },
  gradients: [
    (k, g, [x, t]) => k.mul(g, k.div(k.sub(x!, t!), k.max(k.mul(k.sub(1, x!), x!), 1e-12))),
    (k, g, [x]) => k.mul(g, k.sub(k.log1p(k.neg(x!)), k.log(x!))),
  ],
});

/**
 * Cross entropy of probabilities and binary targets: `-(t log x + (1 - t) log(1 - x))`.
 *
 * From logits take `binaryCrossEntropyWithLogits`, which stays exact where the probability rounds to 0 or 1.
 *
 * @throws ValueError for probabilities outside 0..1, ShapeError unless both have one shape
 */
export function binaryCrossEntropy(input: Tensor, target: Tensor, options: BinaryCrossEntropyOptions = {}): Tensor {
  const { weight = null, reduction = "mean" } = options;
  sameSizes("binaryCrossEntropy", input, target);
  if (input.numel() > 0) {
    const [low, high] = [amin(input.data).item(), amax(input.data).item()];
    if (low < 0 || high > 1) {
      throw new ValueError("probability-range", {
        path: "binaryCrossEntropy",
        rule: {
          en: `probabilities must be between 0 and 1, got ${low < 0 ? low : high}`,
          zh: `概率必须在 0 到 1 之间，得到的是 ${low < 0 ? low : high}`,
        },
        expected: [0, 1],
        received: low < 0 ? low : high,
        hint: {
          en: "apply sigmoid first, or use binaryCrossEntropyWithLogits",
          zh: "请先应用 sigmoid，或使用 binaryCrossEntropyWithLogits",
        },
      });
    }
  }
  const losses = binaryCrossEntropyOp([input, target]);
  return reduceOwn("binaryCrossEntropy", weight === null ? losses : mul(losses, weight), reduction);
}

/** Options of `binaryCrossEntropyWithLogits`. */
export interface LogitsOptions extends BinaryCrossEntropyOptions {
  /** Multiplies the part of positive targets; broadcast, usually one for each class. */
  readonly posWeight?: Tensor | null;
}

// (1 - t) x + (1 + (w - 1) t) softplus(-x), every term finite.
const logitsOp = formulaOp({
  name: "binaryCrossEntropyWithLogits",
  operands: 3,
  integers: "refuse",
  forward: (k, [x, t, w]) => {
    const softplus = k.add(k.max(k.neg(x!), 0), k.log1p(k.exp(k.neg(k.abs(x!)))));
    return k.add(k.mul(k.sub(1, t!), x!), k.mul(k.add(k.mul(k.sub(w!, 1), t!), 1), softplus));
  },
  gradients: [
    (k, g, [x, t, w]) => k.mul(g, k.sub(k.sub(1, t!), k.mul(k.add(k.mul(k.sub(w!, 1), t!), 1), k.sigmoid(k.neg(x!))))),
    (k, g, [x, , w]) => {
      const softplus = k.add(k.max(k.neg(x!), 0), k.log1p(k.exp(k.neg(k.abs(x!)))));
      return k.mul(g, k.sub(k.mul(k.sub(w!, 1), softplus), x!));
    },
    (k, g, [x, t]) => {
      const softplus = k.add(k.max(k.neg(x!), 0), k.log1p(k.exp(k.neg(k.abs(x!)))));
      return k.mul(g, k.mul(t!, softplus));
    },
  ],
});

/**
 * Cross entropy of logits and binary targets: `-(w t log s(x) + (1 - t) log s(-x))` with the sigmoid s and the weight w
 * of positive targets, finite at any logit.
 *
 * @throws ShapeError unless both have one shape
 *
 * @example
 * F.binaryCrossEntropyWithLogits(torch.tensor([1e4]), torch.tensor([0])); // 10000
 */
export function binaryCrossEntropyWithLogits(input: Tensor, target: Tensor, options: LogitsOptions = {}): Tensor {
  const { weight = null, posWeight = null, reduction = "mean" } = options;
  sameSizes("binaryCrossEntropyWithLogits", input, target);
  const losses = logitsOp([input, target, posWeight ?? 1]);
  return reduceOwn("binaryCrossEntropyWithLogits", weight === null ? losses : mul(losses, weight), reduction);
}

/** Options of `klDiv`. */
export interface KlDivOptions {
  /** `"batchmean"` divides the sum by the first dimension, which is the divergence itself. Default: "mean". */
  readonly reduction?: LossReduction | "batchmean";
  /** Whether the targets are log-probabilities. Default: false. */
  readonly logTarget?: boolean;
}
const klOp = formulaOp({
  name: "klDiv",
  operands: 2,
  forward: (k, [x, t]) => {
    const entropy = k.where(k.eq(t!, 0), 0, k.mul(t!, k.log(t!)));
    return k.sub(entropy, k.mul(t!, x!));
  },
  gradients: [(k, g, [, t]) => k.neg(k.mul(g, t!)), (k, g, [x, t]) => k.mul(g, k.sub(k.add(k.log(t!), 1), x!))],
});
const klLogOp = formulaOp({
  name: "klDiv",
  operands: 2,
  forward: (k, [x, t]) => k.mul(k.exp(t!), k.sub(t!, x!)),
  gradients: [
    (k, g, [, t]) => k.neg(k.mul(g, k.exp(t!))),
    (k, g, [x, t]) => k.mul(g, k.mul(k.exp(t!), k.add(k.sub(t!, x!), 1))),
  ],
});
/**
 * Kullback-Leibler divergence of targets from log-probabilities: `t (log t - x)`, broadcast.
 *
 * @param input log-probabilities
 * @param target probabilities, or log-probabilities with `logTarget`
 */
export function klDiv(input: Tensor, target: Tensor, options: KlDivOptions = {}): Tensor {
  const { reduction = "mean", logTarget = false } = options;
  const losses = (logTarget ? klLogOp : klOp)([input, target]);
  if (reduction !== "batchmean") return reduceOwn("klDiv", losses, reduction);
  const total = sum(losses);
  return input.shape.length === 0 ? total : div(total, input.shape[0]!);
}

/** Options of `smoothL1Loss`. */
export interface SmoothL1Options extends LossOptions {
  /** Where the parabola meets the line. Default: 1. */
  readonly beta?: number;
}
const smoothL1Op = formulaOp({
  name: "smoothL1Loss",
  operands: 2,
  parameters: 1,
  forward: (k, [x, t], [beta]) => {
    const d = k.abs(k.sub(x!, t!));
    return k.where(k.lt(d, beta!), k.div(k.mul(k.square(d), 0.5), beta!), k.sub(d, k.mul(beta!, 0.5)));
  },
  gradients: [
    (k, g, [x, t], [beta]) => {
      const d = k.sub(x!, t!);
      return k.mul(g, k.where(k.lt(k.abs(d), beta!), k.div(d, beta!), k.sign(d)));
    },
    (k, g, [x, t], [beta]) => {
      const d = k.sub(t!, x!);
      return k.mul(g, k.where(k.lt(k.abs(d), beta!), k.div(d, beta!), k.sign(d)));
    },
  ],
});
/**
 * `(x - t)^2 / (2 beta)` within beta, `|x - t| - beta / 2` beyond (Girshick, 2015).
 *
 * @throws ValueError for a negative beta
 */
export function smoothL1Loss(input: Tensor, target: Tensor, options: SmoothL1Options = {}): Tensor {
  const { beta = 1, reduction = "mean" } = options;
  if (!(beta >= 0)) throw rangeError("smoothL1Loss", "beta", beta, false);
  checkShapes("smoothL1Loss", input, target);
  return reduceOwn("smoothL1Loss", smoothL1Op([input, target], [beta]), reduction);
}

function rangeError(who: string, name: string, value: number, positive: boolean): ValueError {
  return new ValueError("loss-parameter", {
    path: who,
    rule: {
      en: `${name} must ${positive ? "be positive" : "not be negative"}, got ${value}`,
      zh: `${name} ${positive ? "必须为正" : "不能为负"}，得到的是 ${value}`,
    },
    received: value,
  });
}

/** Options of `huberLoss`. */
export interface HuberOptions extends LossOptions {
  /** Where the parabola meets the line. Default: 1. */
  readonly delta?: number;
}
const huberOp = formulaOp({
  name: "huberLoss",
  operands: 2,
  parameters: 1,
  forward: (k, [x, t], [delta]) => {
    const d = k.abs(k.sub(x!, t!));
    return k.where(k.le(d, delta!), k.mul(k.square(d), 0.5), k.mul(delta!, k.sub(d, k.mul(delta!, 0.5))));
  },
  gradients: [
    (k, g, [x, t], [delta]) => k.mul(g, k.min(k.max(k.sub(x!, t!), k.neg(delta!)), delta!)),
    (k, g, [x, t], [delta]) => k.mul(g, k.min(k.max(k.sub(t!, x!), k.neg(delta!)), delta!)),
  ],
});
/**
 * `(x - t)^2 / 2` within delta, `delta (|x - t| - delta / 2)` beyond (Huber, 1964).
 *
 * @throws ValueError unless delta is positive
 */
export function huberLoss(input: Tensor, target: Tensor, options: HuberOptions = {}): Tensor {
  const { delta = 1, reduction = "mean" } = options;
  if (!(delta > 0)) throw rangeError("huberLoss", "delta", delta, true);
  checkShapes("huberLoss", input, target);
  return reduceOwn("huberLoss", huberOp([input, target], [delta]), reduction);
}

/** Options of `poissonNllLoss`. */
export interface PoissonOptions extends LossOptions {
  /** Whether the predictions are logarithms of rates. Default: true. */
  readonly logInput?: boolean;
  /** Whether Stirling's approximation of `log(t!)` is added for t > 1. Default: false. */
  readonly full?: boolean;
  /** Keeps the logarithm of a rate of 0 finite. Default: 1e-8. */
  readonly eps?: number;
}
const poissonLogOp = formulaOp({
  name: "poissonNllLoss",
  operands: 2,
  forward: (k, [x, t]) => k.sub(k.exp(x!), k.mul(t!, x!)),
  gradients: [(k, g, [x, t]) => k.mul(g, k.sub(k.exp(x!), t!)), (k, g, [x]) => k.neg(k.mul(g, x!))],
});
const poissonOp = formulaOp({
  name: "poissonNllLoss",
  operands: 2,
  parameters: 1,
  forward: (k, [x, t], [eps]) => k.sub(x!, k.mul(t!, k.log(k.add(x!, eps!)))),
  gradients: [
    (k, g, [x, t], [eps]) => k.mul(g, k.sub(1, k.div(t!, k.add(x!, eps!)))),
    (k, g, [x], [eps]) => k.neg(k.mul(g, k.log(k.add(x!, eps!)))),
  ],
});
const withStirling = formulaOp({
  name: "poissonNllLoss",
  operands: 2,
  forward: (k, [loss, t]) => {
    const term = k.add(k.sub(k.mul(t!, k.log(t!)), t!), k.mul(k.log(k.mul(t!, 2 * Math.PI)), 0.5));
    return k.add(loss!, k.where(k.gt(t!, 1), term, 0));
  },
  gradients: [(_k, g) => g, (k, g, [, t]) => k.where(k.gt(t!, 1), k.mul(g, k.add(k.log(t!), k.div(0.5, t!))), 0)],
});
/** Negative log-likelihood of counts under a Poisson distribution: `e^x - t x`, or `x - t log(x + eps)` of rates. */
export function poissonNllLoss(input: Tensor, target: Tensor, options: PoissonOptions = {}): Tensor {
  const { logInput = true, full = false, eps = 1e-8, reduction = "mean" } = options;
  checkReduction("poissonNllLoss", reduction);
  const losses = logInput ? poissonLogOp([input, target]) : poissonOp([input, target], [eps]);
  return reduceLoss("poissonNllLoss", full ? withStirling([losses, target]) : losses, reduction);
}

/** Options of `gaussianNllLoss`. */
export interface GaussianOptions extends LossOptions {
  /** Whether the constant `log(2 pi) / 2` is added. Default: false. */
  readonly full?: boolean;
  /** The least variance. Default: 1e-6. */
  readonly eps?: number;
}
const gaussianOp = formulaOp({
  name: "gaussianNllLoss",
  operands: 3,
  parameters: 2,
  forward: (k, [x, t, v], [eps, constant]) => {
    const bounded = k.max(v!, eps!);
    return k.add(k.mul(k.add(k.log(bounded), k.div(k.square(k.sub(x!, t!)), bounded)), 0.5), constant!);
  },
  gradients: [
    (k, g, [x, t, v], [eps]) => k.mul(g, k.div(k.sub(x!, t!), k.max(v!, eps!))),
    (k, g, [x, t, v], [eps]) => k.mul(g, k.div(k.sub(t!, x!), k.max(v!, eps!))),
    // The bound is not part of the gradient, as in PyTorch.
    (k, g, [x, t, v], [eps]) => {
      const bounded = k.max(v!, eps!);
      const slope = k.div(k.sub(1, k.div(k.square(k.sub(x!, t!)), bounded)), bounded);
      return k.mul(g, k.mul(slope, 0.5));
    },
  ],
});
/**
 * Negative log-likelihood under a normal distribution: `(log v + (x - t)^2 / v) / 2`, broadcast.
 *
 * @param variance a number, or a tensor in the shape of the predictions, without their last dimension, or with size 1 there
 * @throws ValueError for a negative variance
 */
export function gaussianNllLoss(
  input: Tensor,
  target: Tensor,
  variance: Tensor | number,
  options: GaussianOptions = {},
): Tensor {
  const { full = false, eps = 1e-6, reduction = "mean" } = options;
  checkReduction("gaussianNllLoss", reduction);
  const low = variance instanceof Tensor ? (variance.numel() > 0 ? amin(variance.data).item() : 0) : variance;
  if (low < 0) throw rangeError("gaussianNllLoss", "variance", low, false);
  const rows = input.shape.slice(0, -1);
  const perRow = variance instanceof Tensor && input.shape.length > 0 && !sameShape(variance.shape, input.shape);
  const v = perRow && variance.shape.length > 0 && sameShape(variance.shape, rows) ? unsqueeze(variance, -1) : variance;
  return reduceLoss(
    "gaussianNllLoss",
    gaussianOp([input, target, v], [eps, full ? 0.5 * Math.log(2 * Math.PI) : 0]),
    reduction,
  );
}

const softMarginOp = formulaOp({
  name: "softMarginLoss",
  operands: 2,
  forward: (k, [x, t]) => {
    const z = k.neg(k.mul(x!, t!));
    return k.add(k.max(z, 0), k.log1p(k.exp(k.neg(k.abs(z)))));
  },
  gradients: [
    (k, g, [x, t]) => k.neg(k.mul(g, k.mul(t!, k.sigmoid(k.neg(k.mul(x!, t!)))))),
    (k, g, [x, t]) => k.neg(k.mul(g, k.mul(x!, k.sigmoid(k.neg(k.mul(x!, t!)))))),
  ],
});
/** The logistic loss `log(1 + e^(-t x))` of targets 1 and -1, finite at any x. */
export function softMarginLoss(input: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  return reduceOwn("softMarginLoss", softMarginOp([input, target]), options.reduction ?? "mean");
}

/** Options of `hingeEmbeddingLoss`. */
export interface MarginOptions extends LossOptions {
  readonly margin?: number;
}
const hingeOp = formulaOp({
  name: "hingeEmbeddingLoss",
  operands: 2,
  parameters: 1,
  forward: (k, [x, t], [margin]) =>
    k.add(k.where(k.ne(t!, 1), k.max(k.sub(margin!, x!), 0), 0), k.where(k.ne(t!, -1), x!, 0)),
  gradients: [
    (k, g, [x, t], [margin]) =>
      k.add(k.where(k.and(k.ne(t!, 1), k.ge(k.sub(margin!, x!), 0)), k.neg(g), 0), k.where(k.ne(t!, -1), g, 0)),
    null,
  ],
});
/** `x` for targets 1, `max(0, margin - x)` for targets -1. Default margin: 1. */
export function hingeEmbeddingLoss(input: Tensor, target: Tensor, options: MarginOptions = {}): Tensor {
  const { margin = 1, reduction = "mean" } = options;
  return reduceOwn("hingeEmbeddingLoss", hingeOp([input, target], [margin]), reduction);
}

const rankingOp = formulaOp({
  name: "marginRankingLoss",
  operands: 3,
  parameters: 1,
  forward: (k, [a, b, t], [margin]) => k.max(k.sub(margin!, k.mul(t!, k.sub(a!, b!))), 0),
  gradients: [
    (k, g, [a, b, t], [margin]) => k.where(k.ge(k.sub(margin!, k.mul(t!, k.sub(a!, b!))), 0), k.neg(k.mul(g, t!)), 0),
    (k, g, [a, b, t], [margin]) => k.where(k.ge(k.sub(margin!, k.mul(t!, k.sub(a!, b!))), 0), k.mul(g, t!), 0),
    (k, g, [a, b, t], [margin]) =>
      k.where(k.ge(k.sub(margin!, k.mul(t!, k.sub(a!, b!))), 0), k.mul(g, k.sub(b!, a!)), 0),
  ],
});
/**
 * `max(0, margin - t (x1 - x2))`: which of two should be ranked higher. Default margin: 0.
 *
 * @param target 1 where x1 should be larger, -1 where x2 should
 */
export function marginRankingLoss(x1: Tensor, x2: Tensor, target: Tensor, options: MarginOptions = {}): Tensor {
  const { margin = 0, reduction = "mean" } = options;
  return reduceOwn("marginRankingLoss", rankingOp([x1, x2, target], [margin]), reduction);
}
