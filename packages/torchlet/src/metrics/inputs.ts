// What metrics make of predictions and targets: plain arrays of equal length, or a clear error.
import { ShapeError, ValueError } from "../errors/index.js";
import { formatShape } from "../tensor/shape.js";
import type { Tensor } from "../tensor/tensor.js";

/** Shapes that mean the same: (n, 1) is (n). */
function squeezed(shape: readonly number[]): readonly number[] {
  return shape.length > 1 && shape.at(-1) === 1 ? shape.slice(0, -1) : shape;
}

function sameMeaning(a: readonly number[], b: readonly number[]): boolean {
  const [x, y] = [squeezed(a), squeezed(b)];
  return x.length === y.length && x.every((s, d) => s === y[d]);
}

function mismatch(who: string, preds: Tensor, target: Tensor): ShapeError {
  return new ShapeError("metric-shapes", {
    path: who,
    rule: {
      en: `predictions of shape ${formatShape(preds.shape)} and targets of shape ${formatShape(target.shape)} do not fit`,
      zh: `形状为 ${formatShape(preds.shape)} 的预测与形状为 ${formatShape(target.shape)} 的目标不匹配`,
    },
    expected: [...preds.shape],
    received: [...target.shape],
  });
}

/** The samples' weights as numbers, or null. */
export function readWeights(who: string, weight: Tensor | null | undefined, samples: number): ArrayLike<number> | null {
  if (weight == null) return null;
  if (weight.numel() !== samples) {
    throw new ShapeError("metric-weights", {
      path: who,
      rule: {
        en: `there must be one weight for each of the ${samples} samples, got shape ${formatShape(weight.shape)}`,
        zh: `${samples} 个样本各需要一个权重，得到的形状为 ${formatShape(weight.shape)}`,
      },
      expected: [samples],
      received: [...weight.shape],
    });
  }
  return weight.toTypedArray();
}

/** Predicted and true numbers, sample by sample; `columns` of them a sample. */
export interface NumberPairs {
  readonly preds: ArrayLike<number>;
  readonly target: ArrayLike<number>;
  readonly weights: ArrayLike<number> | null;
  readonly samples: number;
  readonly columns: number;
}

/**
 * Predictions and targets of a regression.
 *
 * @throws ShapeError unless they have the same shape, (n) and (n, 1) being the same
 */
export function numberPairs(who: string, preds: Tensor, target: Tensor, weight?: Tensor | null): NumberPairs {
  if (!sameMeaning(preds.shape, target.shape)) throw mismatch(who, preds, target);
  const samples = preds.shape[0] ?? 1;
  return {
    preds: preds.toTypedArray(),
    target: target.toTypedArray(),
    weights: readWeights(who, weight, samples),
    samples,
    columns: samples === 0 ? 1 : preds.numel() / samples,
  };
}

/** Options of metrics of classes. */
export interface ClassOptions {
  /** Above which a single score means class 1. Default: 0.5, for probabilities; 0 is right for logits. */
  readonly threshold?: number;
  /** Samples of this class do not count. Default: none. */
  readonly ignoreIndex?: number | null;
}

/** Predicted and true classes, sample by sample. */
export interface ClassPairs {
  readonly predicted: ArrayLike<number>;
  readonly target: ArrayLike<number>;
  readonly weights: ArrayLike<number> | null;
  readonly samples: number;
  /** How many classes the scores speak of; 0 where predictions were classes. */
  readonly classes: number;
}

/** True classes; targets in the shape of the scores are probabilities or one-hot rows. */
export function targetClasses(who: string, preds: Tensor, target: Tensor): Tensor {
  const scored = preds.ndim > 1 && preds.shape[1]! > 1;
  if (scored && target.ndim === preds.ndim && target.shape.every((s, d) => s === preds.shape[d]))
    return target.argmax(1);
  const wanted = scored ? [preds.shape[0]!, ...preds.shape.slice(2)] : preds.shape;
  if (!sameMeaning(wanted, target.shape)) throw mismatch(who, preds, target);
  return target;
}

/**
 * Classes of predictions: the largest of several scores, a single score against the threshold, integers as they are.
 *
 * @throws ShapeError where shapes do not fit
 */
export function classPairs(
  who: string,
  preds: Tensor,
  target: Tensor,
  weight: Tensor | null | undefined,
  options: ClassOptions,
): ClassPairs {
  const truth = targetClasses(who, preds, target).toTypedArray();
  const scored = preds.ndim > 1 && preds.shape[1]! > 1;
  let predicted: ArrayLike<number>;
  if (scored) predicted = preds.detach().argmax(1).toTypedArray();
  else if (preds.dtype.isFloatingPoint) {
    const threshold = options.threshold ?? 0.5;
    predicted = Array.from(preds.toTypedArray(), (score) => (score > threshold ? 1 : 0));
  } else predicted = preds.toTypedArray();
  const weights = readWeights(who, weight, truth.length);
  const classes = scored ? preds.shape[1]! : preds.dtype.isFloatingPoint ? 2 : 0;
  for (let i = 0; i < truth.length; i++) {
    const label = truth[i]!;
    if (label === options.ignoreIndex) continue;
    if (!Number.isInteger(label) || label < 0 || (classes > 0 && label >= classes)) throw badClass(who, label, classes);
    if (predicted[i]! < 0) throw badClass(who, predicted[i]!, classes);
  }
  return { predicted, target: truth, weights, samples: truth.length, classes };
}

function badClass(who: string, label: number, classes: number): ValueError {
  return new ValueError("metric-class", {
    path: who,
    rule: {
      en:
        classes > 0
          ? `${label} is not one of the classes 0 to ${classes - 1}`
          : `${label} is not a class: classes are 0, 1, 2, ...`,
      zh: classes > 0 ? `${label} 不是 0 到 ${classes - 1} 之间的类别` : `${label} 不是类别：类别为 0、1、2……`,
    },
    expected: classes > 0 ? [0, classes - 1] : undefined,
    received: label,
    hint: {
      en: "ignoreIndex leaves out samples that have no class",
      zh: "ignoreIndex 可以略去没有类别的样本",
    },
  });
}

/** @throws ValueError unless the value is one of those allowed */
export function checkChoice<T extends string>(who: string, name: string, value: T, choices: readonly T[]): void {
  if (choices.includes(value)) return;
  const list = choices.map((c) => JSON.stringify(c)).join(", ");
  throw new ValueError("metric-option", {
    path: who,
    rule: {
      en: `${name} must be one of ${list}, got ${JSON.stringify(value)}`,
      zh: `${name} 必须是 ${list} 之一，得到的是 ${JSON.stringify(value)}`,
    },
    expected: choices,
    received: value,
  });
}
