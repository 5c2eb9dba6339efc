// Nested cross-validation: how good is a model that was chosen by cross-validation?
import type { Localized } from "../errors/index.js";
import { type Choice, type ChoiceOptions, scoreName } from "./choose.js";
import {
  type CrossValidateOptions,
  type CrossValidation,
  type FoldFunction,
  readyFolds,
  runFolds,
  seedOf,
} from "./cross-validate.js";
import { checkCandidates, validationCurve } from "./curves.js";
import { deriveSeed } from "./random.js";
import { type Labels, type Samples, takeSamples } from "./samples.js";
import type { Splitter } from "./splitter.js";

/** Options of `nestedCrossValidate`. */
export interface NestedOptions<C, X, T = X, M = unknown> extends CrossValidateOptions<X, T, M>, ChoiceOptions {
  /** From the simplest to the most complex, where the rule of one standard error shall choose. */
  readonly candidates: readonly C[];
  /** The folds inside each outer training part, by which is chosen; it must be able to split anew. Default: 5. */
  readonly innerCv?: number | Splitter;
}

/** What happened in one outer fold. */
export interface NestedFold<C> {
  readonly fold: number;
  /** What the inner cross-validation chose. */
  readonly chosen: C;
  readonly choice: Choice;
  /** The chosen one's inner mean: the best of many, so too good. */
  readonly innerScore: number;
  /** Its score on the outer test part, which had no say in the choice. */
  readonly outerScore: number;
}

/** What nested cross-validation found. */
export interface NestedCrossValidation<C, M = unknown> {
  /** The outer cross-validation: its mean estimates the whole procedure, choosing included. */
  readonly outer: CrossValidation<M>;
  readonly folds: readonly NestedFold<C>[];
  /** The mean of the inner scores of what was chosen, for comparison. */
  readonly innerMean: number;
  /** How much better the inner scores look: the price of having chosen by them. */
  readonly optimism: number;
  /** What the numbers mean, in words. */
  readonly note: Localized;
}

/**
 * Estimates a procedure that chooses among candidates by cross-validation: in every outer fold the candidates are
 * cross-validated on the training part alone, the chosen one learns from all of it, and is scored on the test part.
 *
 * @param make the run of one fold for a candidate
 *
 * @example
 * const { outer, folds } = await torch.selection.nestedCrossValidate(makeRun, X, y, {
 *   candidates: [0, 1, 2, 3], cv: 5, innerCv: 5, seed: 0,
 * });
 */
export async function nestedCrossValidate<C, X extends Samples, Y extends Samples, T = X, M = unknown>(
  make: (candidate: C) => FoldFunction<T, Y, M>,
  X: X,
  y: Y,
  options: NestedOptions<C, X, T, M>,
): Promise<NestedCrossValidation<C, M>> {
  const who = "nestedCrossValidate";
  const { candidates, innerCv = 5, rule, direction = "minimize", score, ...rest } = options;
  checkCandidates(who, candidates);
  const ready = readyFolds(who, X, y, rest);
  const seed = seedOf(options);
  const { groups = null, stratify = null, preprocess, signal } = rest;
  const choices: { chosen: C; choice: Choice; innerScore: number }[] = [];
  for (const [fold, { train }] of ready.folds.entries()) {
    const only = (labels: Labels | null) => (labels === null ? null : takeSamples(labels as Samples, train));
    const inner = await validationCurve(make, takeSamples(X, train), takeSamples(y, train), {
      candidates,
      cv: innerCv,
      groups: only(groups) as Labels | null,
      stratify: only(stratify) as Labels | null,
      preprocess,
      signal,
      seed: deriveSeed(seed, -2 - fold),
      rule,
      direction,
      score,
    });
    choices.push({ chosen: inner.chosen, choice: inner.choice, innerScore: inner.choice.means[inner.choice.index]! });
  }
  const outer = await runFolds<X, Y, T, M>(
    (training, test, context) => make(choices[context.fold]!.chosen)(training, test, context),
    X,
    y,
    ready,
    { ...rest, seed },
  );
  const name = scoreName(who, Object.keys(outer.mean), score);
  const folds = choices.map((it, fold) => ({ fold, ...it, outerScore: outer.folds[fold]!.scores[name]! }));
  const innerMean = folds.reduce((sum, it) => sum + it.innerScore, 0) / folds.length;
  const mean = outer.mean[name]!;
  return {
    outer,
    folds,
    innerMean,
    optimism: direction === "minimize" ? mean - innerMean : innerMean - mean,
    note: {
      en: "The outer mean is an unbiased estimate of choosing and then learning on that many samples; the inner mean is that of the winners, and optimistic.",
      zh: "外层均值是“先选择、再用同样多样本学习”这一整个过程的无偏估计；内层均值是优胜者的得分，偏乐观。",
    },
  };
}
