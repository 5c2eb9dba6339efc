// K-fold splits that look at nothing but the number of samples.

import { checkCount, problem } from "./problem.js";
import { generatorOf, permutation, type RandomSource } from "./random.js";
import type { Samples } from "./samples.js";
import { countOf } from "./samples.js";
import { checkEnough, complementFolds, type Fold, partSizes, SAMPLES, Splitter } from "./splitter.js";

/** Options of the k-fold splitters. */
export interface KFoldOptions extends RandomSource {
  /** Whether the samples are shuffled before they are cut into folds. Default: false. */
  readonly shuffle?: boolean;
}

/** @throws ValueError where a seed is given that nothing would use */
export function checkShuffle(path: string, options: KFoldOptions): void {
  if (options.shuffle === true || ((options.seed ?? null) === null && (options.generator ?? null) === null)) return;
  throw problem(
    "seed-without-shuffle",
    path,
    "a seed or generator has no effect without shuffling",
    "未打乱时 seed 与 generator 不起作用",
    { hint: { en: "set shuffle: true, or leave it out", zh: "请设置 shuffle: true，或去掉该选项" } },
  );
}

/**
 * K folds of neighbouring samples (or of shuffled ones): each sample is tested once.
 *
 * The first `n % k` folds have one sample more. As scikit-learn's `KFold`.
 *
 * @param nSplits how many folds. Default: 5
 * @throws ValueError for fewer than 2 folds, or more folds than samples
 *
 * @example
 * for (const { train, test } of new torch.selection.KFold(5, { shuffle: true, seed: 0 }).split(X)) ...
 */
export class KFold extends Splitter {
  constructor(
    readonly nSplits = 5,
    readonly options: KFoldOptions = {},
  ) {
    super();
    checkCount("KFold", "nSplits", nSplits, 2);
    checkShuffle("KFold", options);
  }

  override getNSplits(): number {
    return this.nSplits;
  }

  protected override folds(n: number): IterableIterator<Fold> {
    checkEnough("KFold", this.nSplits, n, SAMPLES);
    const { shuffle = false } = this.options;
    const order = shuffle ? permutation(n, generatorOf("KFold", this.options)) : Array.from({ length: n }, (_, i) => i);
    return complementFolds(n, cut(order, partSizes(n, this.nSplits)));
  }
}

/** Neighbouring pieces of given sizes. */
export function cut<T>(values: readonly T[], sizes: readonly number[]): T[][] {
  let at = 0;
  return sizes.map((size) => values.slice(at, (at += size)));
}

/**
 * Each sample is the test part once: n folds. As scikit-learn's `LeaveOneOut`.
 *
 * @throws ValueError for fewer than 2 samples
 */
export class LeaveOneOut extends Splitter {
  override getNSplits(X: Samples | number | null = null): number {
    return countOf("LeaveOneOut", X ?? 0);
  }

  protected override folds(n: number): IterableIterator<Fold> {
    checkEnough("LeaveOneOut", 2, n, SAMPLES);
    const one = Array.from({ length: n }, (_, i) => [i]);
    return complementFolds(n, one);
  }
}

/** Options of `TimeSeriesSplit`. */
export interface TimeSeriesSplitOptions {
  /** Training parts never have more samples: the oldest are dropped. Default: no limit. */
  readonly maxTrainSize?: number | null;
  /** Samples a test part. Default: `floor(n / (nSplits + 1))`. */
  readonly testSize?: number | null;
  /** Samples left out between the two parts. Default: 0. */
  readonly gap?: number;
}

/**
 * Tests on what comes after the training part; training parts grow. As scikit-learn's `TimeSeriesSplit`.
 *
 * @param nSplits how many folds. Default: 5
 * @throws ValueError where there are too few samples
 */
export class TimeSeriesSplit extends Splitter {
  constructor(
    readonly nSplits = 5,
    readonly options: TimeSeriesSplitOptions = {},
  ) {
    super();
    checkCount("TimeSeriesSplit", "nSplits", nSplits, 2);
    const { maxTrainSize = null, testSize = null, gap = 0 } = options;
    if (maxTrainSize !== null) checkCount("TimeSeriesSplit", "maxTrainSize", maxTrainSize, 1);
    if (testSize !== null) checkCount("TimeSeriesSplit", "testSize", testSize, 1);
    checkCount("TimeSeriesSplit", "gap", gap, 0);
  }

  override getNSplits(): number {
    return this.nSplits;
  }

  protected override folds(n: number): IterableIterator<Fold> {
    const k = this.nSplits;
    checkEnough("TimeSeriesSplit", k + 1, n, SAMPLES);
    const { maxTrainSize = null, testSize = null, gap = 0 } = this.options;
    const size = testSize ?? Math.floor(n / (k + 1));
    if (n - gap - size * k <= 0) {
      throw problem(
        "too-many-splits",
        "TimeSeriesSplit",
        `${k} test parts of ${size} samples and a gap of ${gap} leave nothing of ${n} samples to train on`,
        `${k} 个大小为 ${size} 的测试部分加上间隔 ${gap}，在 ${n} 个样本中没有剩下训练样本`,
        { received: { nSplits: k, testSize: size, gap, n } },
      );
    }
    const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
    return Array.from({ length: k }, (_, i) => {
      const start = n - (k - i) * size;
      const end = start - gap;
      const from = maxTrainSize === null ? 0 : Math.max(0, end - maxTrainSize);
      return { train: range(from, end), test: range(start, start + size) };
    }).values();
  }
}
