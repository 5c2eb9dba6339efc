// Scores along a hyperparameter, and along the number of training samples.
import { type Choice, type ChoiceOptions, choose } from "./choose.js";
import {
  type CrossValidateOptions,
  type CrossValidation,
  type FoldFunction,
  readyFolds,
  runFolds,
  seedOf,
} from "./cross-validate.js";
import { problem } from "./problem.js";
import { generatorOf, shuffled } from "./random.js";
import type { Samples } from "./samples.js";

/** Options of `validationCurve`. */
export interface ValidationCurveOptions<C, X, T = X, M = unknown> extends CrossValidateOptions<X, T, M>, ChoiceOptions {
  /** From the simplest to the most complex, where the rule of one standard error shall choose. */
  readonly candidates: readonly C[];
  /** Told about each candidate as it ends. */
  readonly onCandidate?: (candidate: C, result: CrossValidation<M>) => void;
}

/** The cross-validation of every candidate, and the choice. */
export interface ValidationCurve<C, M = unknown> {
  readonly candidates: readonly C[];
  readonly results: readonly CrossValidation<M>[];
  readonly choice: Choice;
  /** The candidate that was chosen. */
  readonly chosen: C;
}

/**
 * Cross-validates candidates (degrees, rates, whole settings), all on the same folds with the same seeds, and chooses.
 *
 * The chosen one's own score is optimistic, being the best of many: `nestedCrossValidate` estimates what choosing gives.
 *
 * @param make the run of one fold for a candidate
 *
 * @example
 * const { chosen } = await torch.selection.validationCurve(
 *   (degree) => ([X, y], [XVal, yVal]) => mse(fitPolynomial(degree, X, y), XVal, yVal),
 *   X, y, { candidates: [0, 1, 2, 3, 4], rule: "oneStandardError" },
 * );
 */
export async function validationCurve<C, X extends Samples, Y extends Samples, T = X, M = unknown>(
  make: (candidate: C) => FoldFunction<T, Y, M>,
  X: X,
  y: Y,
  options: ValidationCurveOptions<C, X, T, M>,
): Promise<ValidationCurve<C, M>> {
  const { candidates, onCandidate, rule, direction, score, ...rest } = options;
  checkCandidates("validationCurve", candidates);
  const ready = readyFolds("validationCurve", X, y, rest);
  const seed = seedOf(options);
  const results: CrossValidation<M>[] = [];
  for (const candidate of candidates) {
    const result = await runFolds(make(candidate), X, y, ready, { ...rest, seed });
    results.push(result);
    onCandidate?.(candidate, result);
  }
  const choice = choose(results, { rule, direction, score });
  return { candidates, results, choice, chosen: candidates[choice.index]! };
}

/** @throws ValueError where there is nothing to choose from */
export function checkCandidates(path: string, candidates: readonly unknown[]): void {
  if (candidates.length > 0) return;
  throw problem("no-candidates", path, "there are no candidates", "没有候选", {
    hint: { en: "list them in { candidates }", zh: "请在 { candidates } 中列出" },
  });
}

/** Options of `learningCurve`. */
export interface LearningCurveOptions<X, T = X, M = unknown> extends CrossValidateOptions<X, T, M> {
  /** Fractions (at most 1) of the smallest training part, or numbers of samples. Default: 0.1, 0.325, 0.55, 0.775, 1. */
  readonly trainSizes?: readonly number[];
  /** Whether training samples are shuffled before the first ones are taken, by `seed`. Default: false. */
  readonly shuffle?: boolean;
}

/** Scores along the number of training samples. */
export interface LearningCurve<M = unknown> {
  readonly trainSizes: readonly number[];
  readonly results: readonly CrossValidation<M>[];
}

/**
 * Cross-validates with growing parts of each fold's training samples: would more data help? As scikit-learn's
 * `learning_curve`.
 *
 * @throws ValueError for sizes beyond the smallest training part
 *
 * @example
 * const { trainSizes, results } = await torch.selection.learningCurve(evaluate, X, y, { trainSizes: [0.1, 0.5, 1] });
 */
export async function learningCurve<X extends Samples, Y extends Samples, T = X, M = unknown>(
  evaluate: FoldFunction<T, Y, M>,
  X: X,
  y: Y,
  options: LearningCurveOptions<X, T, M> = {},
): Promise<LearningCurve<M>> {
  const { trainSizes: asked = [0.1, 0.325, 0.55, 0.775, 1], shuffle = false, ...rest } = options;
  const ready = readyFolds("learningCurve", X, y, rest);
  const seed = seedOf(options);
  const most = Math.min(...ready.folds.map((fold) => fold.train.length));
  const trainSizes = asked.map((size) => {
    const count = size > 0 && size <= 1 ? Math.max(1, Math.floor(size * most + 1e-9)) : size;
    if (Number.isInteger(count) && count >= 1 && count <= most) return count;
    throw problem(
      "part-size",
      "learningCurve",
      `a training size must be a fraction up to 1 or a number of samples up to ${most}, got ${size}`,
      `训练集大小必须是不超过 1 的比例或不超过 ${most} 的样本数，得到的是 ${size}`,
      { expected: most, received: size },
    );
  });
  const orders = ready.folds.map(({ train, test }) => {
    return { train: shuffle ? shuffled(train, generatorOf("learningCurve", { seed })) : train, test };
  });
  const results: CrossValidation<M>[] = [];
  for (const size of trainSizes) {
    const folds = orders.map(({ train, test }) => ({ train: train.slice(0, size), test }));
    results.push(await runFolds(evaluate, X, y, { ...ready, folds }, { ...rest, seed }));
  }
  return { trainSizes, results };
}
