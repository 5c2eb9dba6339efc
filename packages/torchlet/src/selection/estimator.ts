// What runs on a fold, made of a model that fits and predicts.

import { tensor } from "../ops/creation.js";
import { indexSelect } from "../ops/indexing.js";
import { cat } from "../ops/joining.js";
import type { Tensor } from "../tensor/tensor.js";
import {
  type CrossValidateOptions,
  eachFold,
  type FoldContext,
  type FoldFunction,
  type Part,
  readyFolds,
  type Scores,
  seedOf,
} from "./cross-validate.js";
import { problem } from "./problem.js";
import { countOf, type Samples } from "./samples.js";

/** A model in scikit-learn's shape. */
export interface Estimator<X, Y, P> {
  fit(X: X, y: Y): unknown;
  predict(X: X): P | Promise<P>;
}

/**
 * The run of one fold from a model in scikit-learn's shape and a way to score its predictions.
 *
 * @param make a new model, each time it is called
 * @param scoring a score from true values and predictions, or several by name
 *
 * @example
 * await torch.selection.crossValidate(
 *   torch.selection.scoreEstimator(() => new Ridge(0.1), (y, p) => nn.functional.mseLoss(p, y).item()), X, y);
 */
export function scoreEstimator<X, Y, P, E extends Estimator<X, Y, P>>(
  make: (context: FoldContext) => E & Estimator<X, Y, P>,
  scoring: (yTrue: Y, yPred: P) => Scores,
): FoldFunction<X, Y, E> {
  return async ([X, y], [XTest, yTest], context) => {
    const model = make(context);
    await model.fit(X, y);
    return { scores: scoring(yTest, await model.predict(XTest)), model };
  };
}

/** Learns from the training part and predicts for samples that it has not seen. */
export type PredictFunction<X, Y> = (train: Part<X, Y>, X: X, context: FoldContext) => Tensor | Promise<Tensor>;

/**
 * A prediction for every sample, made by the model of the fold that did not learn from it.
 *
 * Meant for looking at and for stacking; a score computed over all of them is not the mean of the folds' scores.
 *
 * @returns predictions in the order of the samples
 * @throws ValueError where folds do not test every sample exactly once
 *
 * @example
 * const yPred = await torch.selection.crossValPredict(([X, y], XNew) => fitLine(X, y).predict(XNew), X, y, { cv: 5 });
 */
export async function crossValPredict<X extends Samples, Y extends Samples, T = X>(
  predict: PredictFunction<T, Y>,
  X: X,
  y: Y,
  options: Omit<CrossValidateOptions<X, T>, "returnModels" | "onFold"> = {},
): Promise<Tensor> {
  const { folds } = readyFolds("crossValPredict", X, y, options);
  const n = countOf("crossValPredict", X);
  const place = new Int32Array(n).fill(-1);
  let at = 0;
  for (const { test } of folds) {
    for (const i of test) {
      if (place[i] !== -1) throw notOnce(i);
      place[i] = at++;
    }
  }
  const missing = place.indexOf(-1);
  if (missing !== -1) throw notOnce(missing);
  const predictions: Tensor[] = [];
  const { cv: _cv, groups: _groups, stratify: _stratify, ...rest } = options;
  await eachFold(X, y, folds, { ...rest, seed: seedOf(options) }, async (train, [XTest], context) => {
    const part = await predict(train, XTest, context);
    const expected = context.indices.test.length;
    if (part.shape[0] !== expected) {
      throw problem(
        "prediction-count",
        "crossValPredict",
        `${expected} predictions are needed in fold ${context.fold}, got ${part.shape[0] ?? "a scalar"}`,
        `第 ${context.fold} 折需要 ${expected} 个预测，得到的是 ${part.shape[0] ?? "标量"}`,
        { expected, received: part.shape[0] },
      );
    }
    predictions.push(part.detach());
  });
  return indexSelect(cat(predictions), 0, tensor(place));
}

function notOnce(index: number) {
  return problem(
    "not-a-partition",
    "crossValPredict",
    `folds must test every sample exactly once, sample ${index} is not`,
    `每个样本必须恰好被测试一次，样本 ${index} 不满足`,
    { received: index, hint: { en: "use a k-fold splitter", zh: "请使用 k 折划分" } },
  );
}
