// What all ways of splitting have in common: an iteration over folds, each a training and a test part by index.
import { problem } from "./problem.js";
import { countOf, type Labels, type Samples } from "./samples.js";

/** One fold: the samples to learn from and the samples to test on, by index. They never overlap. */
export interface Fold {
  readonly train: readonly number[];
  readonly test: readonly number[];
}

/**
 * A way of splitting samples, again and again.
 *
 * `split` takes samples or their number, and what the way needs beside it: classes (`y`), groups.
 */
export abstract class Splitter {
  /** How many folds there will be. */
  abstract getNSplits(X?: Samples | number | null, y?: Samples | null, groups?: Labels | null): number;

  /** Folds whose test parts do not overlap: they make one pass over the data. Standard errors are taken over that many. */
  foldsPerPass(n: number, groups?: Labels | null): number {
    return this.getNSplits(n, null, groups);
  }

  /**
   * The folds, one after another.
   *
   * @throws ValueError at once where the samples cannot be split in this way
   */
  split(X: Samples | number, y: Samples | null = null, groups: Labels | null = null): IterableIterator<Fold> {
    return this.folds(countOf(this.constructor.name, X), y, groups);
  }

  /** @internal Checks at once; what it returns may be lazy. */
  protected abstract folds(n: number, y: Samples | null, groups: Labels | null): IterableIterator<Fold>;
}

/** Folds from their test parts: whatever is not in it is for training. Indices ascend. */
export function* complementFolds(n: number, tests: Iterable<readonly number[]>): IterableIterator<Fold> {
  for (const test of tests) {
    const held = new Uint8Array(n);
    for (const i of test) held[i] = 1;
    const train: number[] = [];
    const sorted: number[] = [];
    for (let i = 0; i < n; i++) (held[i] === 1 ? sorted : train).push(i);
    yield { train, test: sorted };
  }
}

/** Test parts from the number of the fold that each sample is tested in. */
export function testParts(foldOf: ArrayLike<number>, k: number): number[][] {
  const parts: number[][] = Array.from({ length: k }, () => []);
  for (let i = 0; i < foldOf.length; i++) parts[foldOf[i]!]!.push(i);
  return parts;
}

/** Sizes of k parts of n: the first n mod k are one larger. */
export function partSizes(n: number, k: number): number[] {
  return Array.from({ length: k }, (_, i) => Math.floor(n / k) + (i < n % k ? 1 : 0));
}

/** @throws ValueError where there are more folds than samples (or groups, or members of a class) */
export function checkEnough(
  path: string,
  k: number,
  n: number,
  what: { readonly en: string; readonly zh: string },
): void {
  if (k <= n) return;
  throw problem(
    "too-many-splits",
    path,
    `${k} folds cannot be made of ${n} ${what.en}`,
    `${n} 个${what.zh}无法分成 ${k} 折`,
    { expected: n, received: k },
  );
}

export const SAMPLES = { en: "samples", zh: "样本" } as const;
export const GROUPS = { en: "groups", zh: "组" } as const;
