// Cross-validation: the same way of learning, once a fold, and what its scores say together.
import { breathe } from "../data/index.js";
import { defaultGenerator, Generator, getRngState, manualSeed, setRngState } from "../ops/random.js";
import { KFold } from "./k-fold.js";
import { problem } from "./problem.js";
import { deriveSeed } from "./random.js";
import { checkLength, countOf, type Labels, type Samples, takeSamples } from "./samples.js";
import { type Fold, Splitter } from "./splitter.js";

/** Samples and what belongs to them. */
export type Part<X, Y> = readonly [X: X, y: Y];

/** A score, or several by name. */
export type Scores = number | { readonly [name: string]: number };

/** What a run on one fold comes to: scores, and with them the model where it shall be kept. */
export type Outcome<M = unknown> = Scores | { readonly scores: Scores; readonly model: M };

/** What a run on one fold is told. */
export interface FoldContext {
  /** The number of the fold, from 0. */
  readonly fold: number;
  /** The fold's own seed, from the seed of the whole and the fold; the default generator was started with it. */
  readonly seed: number;
  readonly indices: Fold;
  readonly signal: AbortSignal | undefined;
  /** The preprocessing that was fitted on the training part, undefined without any. */
  readonly preprocess: Preprocessing<never, unknown> | undefined;
}

/**
 * Learns from the training part, and says how well it does on the validation part. It makes a new model in each call:
 * the same kind with the same hyperparameters in every fold.
 */
export type FoldFunction<X, Y, M = unknown> = (
  train: Part<X, Y>,
  validation: Part<X, Y>,
  context: FoldContext,
) => Outcome<M> | Promise<Outcome<M>>;

/** What is fitted on the training part of a fold and applied to both parts: a scaler, a pipeline. */
export interface Preprocessing<X, T> {
  fit(X: X, y?: Samples | null): unknown;
  transform(X: X): T;
}

/** Options of everything that runs folds. */
export interface CrossValidateOptions<X, T = X, M = unknown> {
  /** How to split: a number k is `KFold(k)`, in order. Default: 5. */
  readonly cv?: number | Splitter | Iterable<Fold>;
  /** The group of each sample, for splitters that ask. */
  readonly groups?: Labels | null;
  /** Classes to stratify by, where they are not `y`. */
  readonly stratify?: Labels | null;
  /** Makes the preprocessing of one fold; it is fitted on the training part alone. */
  readonly preprocess?: (context: Omit<FoldContext, "preprocess">) => Preprocessing<X, T>;
  /** Every fold's seed comes from it. Default: drawn from the default generator. */
  readonly seed?: number | null;
  /** Whether models are kept, where runs return `{ scores, model }`. Default: false. */
  readonly returnModels?: boolean;
  readonly signal?: AbortSignal;
  /** Told about each fold as it ends. */
  readonly onFold?: (result: FoldResult<M>) => void;
}

/** One fold's run. */
export interface FoldResult<M = unknown> {
  readonly fold: number;
  readonly seed: number;
  readonly scores: { readonly [name: string]: number };
  readonly seconds: number;
  readonly trainSize: number;
  readonly validationSize: number;
  /** Where `returnModels` asks for it. */
  readonly model?: M;
}

/** What cross-validation found; a single score is called `score`. */
export interface CrossValidation<M = unknown> {
  readonly folds: readonly FoldResult<M>[];
  /** Mean over the folds. */
  readonly mean: { readonly [name: string]: number };
  /** Standard deviation over the folds (that of a sample, divided by k - 1). */
  readonly std: { readonly [name: string]: number };
  /** Of the mean: `std / sqrt(k)`, with k the folds of one pass over the data; repeats add no data. */
  readonly standardError: { readonly [name: string]: number };
  readonly seconds: number;
  readonly seed: number;
}

/** @internal Folds that are ready, and how many make one pass. */
export interface ReadyFolds {
  readonly folds: readonly Fold[];
  readonly perPass: number;
}

/** @internal The folds that options ask for, so that several runs share them. */
export function readyFolds<X, T, M>(
  path: string,
  X: Samples,
  y: Samples,
  options: CrossValidateOptions<X, T, M>,
): ReadyFolds {
  const n = countOf(path, X);
  checkLength(path, "y", y, n);
  const { cv = 5, groups = null, stratify = null } = options;
  const splitter = typeof cv === "number" ? new KFold(cv) : cv;
  const folds = [...(splitter instanceof Splitter ? splitter.split(n, stratify ?? y, groups) : splitter)];
  if (folds.length === 0) throw problem("no-folds", path, "there are no folds", "没有任何折");
  for (const [fold, { train, test }] of folds.entries()) {
    if (train.length > 0 && test.length > 0) continue;
    throw problem("empty-part", path, `a part of fold ${fold} is empty`, `第 ${fold} 折有一部分为空`, {
      received: fold,
    });
  }
  return { folds, perPass: splitter instanceof Splitter ? splitter.foldsPerPass(n, groups) : folds.length };
}

/**
 * Runs the same way of learning on every fold, and gathers the scores.
 *
 * @param evaluate makes a new model, learns from the training part, scores on the validation part
 * @param X samples
 * @param y what belongs to them, as many
 * @throws ValueError for parts that overlap, lengths that differ, and scores that differ in name from fold to fold;
 *   the signal's reason where it is aborted
 *
 * @example
 * const result = await torch.selection.crossValidate(
 *   ([X, y], [XVal, yVal]) => {
 *     const net = train(new nn.Linear(4, 1), X, y);
 *     return nn.functional.mseLoss(net(XVal), yVal).item();
 *   },
 *   X, y, { cv: 5, seed: 0, preprocess: () => new torch.selection.StandardScaler() },
 * );
 * console.log(result.mean.score, result.standardError.score);
 */
export async function crossValidate<X extends Samples, Y extends Samples, T = X, M = unknown>(
  evaluate: FoldFunction<T, Y, M>,
  X: X,
  y: Y,
  options: CrossValidateOptions<X, T, M> = {},
): Promise<CrossValidation<M>> {
  return runFolds(evaluate, X, y, readyFolds("crossValidate", X, y, options), options);
}

/** @internal `crossValidate` on folds that are ready. */
export async function runFolds<X extends Samples, Y extends Samples, T, M>(
  evaluate: FoldFunction<T, Y, M>,
  X: X,
  y: Y,
  ready: ReadyFolds,
  options: CrossValidateOptions<X, T, M>,
): Promise<CrossValidation<M>> {
  const { returnModels = false, onFold } = options;
  const seed = seedOf(options);
  const folds: FoldResult<M>[] = [];
  const start = performance.now();
  await eachFold(X, y, ready.folds, { ...options, seed }, async (train, validation, context) => {
    const began = performance.now();
    const outcome = await evaluate(train, validation, context);
    const { scores, model } = readOutcome(outcome);
    checkNames(context.fold, scores, folds[0]?.scores);
    const result: FoldResult<M> = {
      fold: context.fold,
      seed: context.seed,
      scores,
      seconds: (performance.now() - began) / 1000,
      trainSize: context.indices.train.length,
      validationSize: context.indices.test.length,
      ...(returnModels && model !== undefined ? { model } : {}),
    };
    folds.push(result);
    onFold?.(result);
  });
  return { folds, ...summarize(folds, ready.perPass), seconds: (performance.now() - start) / 1000, seed };
}

/** The seed of the whole; where none is given, one is drawn. */
export function seedOf(options: { readonly seed?: number | null }): number {
  return options.seed ?? defaultGenerator().drawSeed();
}

/**
 * @internal Goes through folds: preprocessing is fitted on the training part, the default generator starts from the
 * fold's seed. Afterwards the default generator is where it was.
 */
export async function eachFold<X extends Samples, Y extends Samples, T>(
  X: X,
  y: Y,
  folds: readonly Fold[],
  options: CrossValidateOptions<X, T, never> & { readonly seed: number },
  body: (train: Part<T, Y>, validation: Part<T, Y>, context: FoldContext) => Promise<void>,
): Promise<void> {
  const { seed, signal, preprocess } = options;
  const state = getRngState();
  try {
    for (const [fold, indices] of folds.entries()) {
      signal?.throwIfAborted();
      checkFold(fold, indices);
      const seedOfFold = deriveSeed(seed, fold);
      manualSeed(seedOfFold);
      const base = { fold, seed: seedOfFold, indices, signal };
      const [XTrain, XTest] = [takeSamples(X, indices.train), takeSamples(X, indices.test)];
      const [yTrain, yTest] = [takeSamples(y, indices.train), takeSamples(y, indices.test)];
      const made = preprocess?.(base);
      made?.fit(XTrain, yTrain);
      // Without preprocessing, T is X.
      const apply = (part: X): T => (made === undefined ? (part as unknown as T) : made.transform(part));
      await body([apply(XTrain), yTrain], [apply(XTest), yTest], { ...base, preprocess: made });
      await breathe();
    }
  } finally {
    setRngState(state);
  }
}

/** @throws ValueError where a sample is on both sides */
function checkFold(fold: number, { train, test }: Fold): void {
  const learned = new Set(train);
  const both = test.find((i) => learned.has(i));
  if (both === undefined) return;
  throw problem(
    "split-overlap",
    "crossValidate",
    `sample ${both} is in both parts of fold ${fold}`,
    `样本 ${both} 同时出现在第 ${fold} 折的两部分中`,
    { received: both },
  );
}

function readOutcome<M>(outcome: Outcome<M>): { scores: { readonly [name: string]: number }; model: M | undefined } {
  // `{ scores: 0.5 }` is a score of that name; with a model beside it, or several scores in it, it is both.
  const full =
    typeof outcome === "object" &&
    outcome !== null &&
    "scores" in outcome &&
    ("model" in outcome || typeof outcome.scores === "object");
  const scores = (full ? outcome.scores : outcome) as Scores;
  const named = typeof scores === "number" ? { score: scores } : scores;
  for (const [name, value] of Object.entries(named ?? { score: undefined })) {
    if (typeof value === "number") continue;
    throw problem(
      "score-kind",
      "crossValidate",
      `a score must be a number, ${name} is ${typeof value}`,
      `得分必须是数，${name} 是 ${typeof value}`,
      {
        received: typeof value,
        hint: { en: "return loss.item(), or { name: number }", zh: "请返回 loss.item() 或 { 名称: 数 }" },
      },
    );
  }
  return { scores: named, model: full && "model" in outcome ? (outcome.model as M) : undefined };
}

function checkNames(fold: number, scores: object, first: object | undefined): void {
  const [now, before] = [Object.keys(scores), Object.keys(first ?? scores)];
  if (now.length === before.length && before.every((name) => name in scores)) return;
  throw problem(
    "score-names",
    "crossValidate",
    `fold ${fold} has the scores ${now.join(", ")}, fold 0 had ${before.join(", ")}`,
    `第 ${fold} 折的得分为 ${now.join("、")}，而第 0 折为 ${before.join("、")}`,
    { expected: before, received: now },
  );
}

/** Mean, standard deviation and standard error of each score. */
function summarize(folds: readonly FoldResult[], perPass: number) {
  const over = (statistic: (values: readonly number[]) => number) =>
    Object.fromEntries(
      Object.keys(folds[0]!.scores).map((name) => [name, statistic(folds.map((fold) => fold.scores[name]!))]),
    );
  return { mean: over(meanOf), std: over(stdOf), standardError: over((v) => stdOf(v) / Math.sqrt(perPass)) };
}

const meanOf = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

/** The standard deviation of a sample; NaN for a single value. */
function stdOf(values: readonly number[]): number {
  const mean = meanOf(values);
  return Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (values.length - 1));
}

/** A generator with the fold's seed, for what draws from one of its own. */
export function generatorOfFold(context: FoldContext): Generator {
  return new Generator().manualSeed(context.seed);
}
