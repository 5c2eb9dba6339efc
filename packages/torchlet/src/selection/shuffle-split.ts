// Random parts of given sizes, with or without the classes in proportion, or by whole groups.
import type { Generator } from "../ops/random.js";
import { checkCount, problem } from "./problem.js";
import { generatorOf, permutation, type RandomSource, shuffled } from "./random.js";
import { encode, type Labels, type Samples } from "./samples.js";
import { checkEnough, type Fold, GROUPS, Splitter } from "./splitter.js";
import { classesOf, groupValues } from "./stratified.js";

/** Sizes of the two parts: a fraction below 1 or a number of samples. */
export interface PartSizeOptions {
  /** Default: what `trainSize` leaves, else what the splitter says. */
  readonly testSize?: number | null;
  /** Default: what `testSize` leaves. */
  readonly trainSize?: number | null;
}

/** Options of `ShuffleSplit` and its relatives. */
export interface ShuffleSplitOptions extends PartSizeOptions, RandomSource {}

/**
 * The sizes of both parts: fractions of the test part are rounded up, of the training part down.
 *
 * @throws ValueError for sizes that do not fit into n or leave a part empty
 */
export function resolveSizes(
  path: string,
  n: number,
  options: PartSizeOptions,
  testDefault: number,
): { readonly train: number; readonly test: number } {
  const { testSize = null, trainSize = null } = options;
  for (const [name, size] of [
    ["testSize", testSize],
    ["trainSize", trainSize],
  ] as const) {
    if (size === null || (size > 0 && size < 1) || (Number.isInteger(size) && size >= 1 && size < n)) continue;
    throw problem(
      "part-size",
      path,
      `${name} must be a fraction between 0 and 1 or a number of samples below ${n}, got ${size}`,
      `${name} 必须是 0 与 1 之间的比例，或小于 ${n} 的样本数，得到的是 ${size}`,
      { received: size },
    );
  }
  // 0.07 * 100 is a little more than 7: what rounding made does not count as a sample.
  const up = (size: number) => (size < 1 ? Math.ceil(size * n - 1e-9) : size);
  const down = (size: number) => (size < 1 ? Math.floor(size * n + 1e-9) : size);
  const test = testSize !== null ? up(testSize) : trainSize !== null ? n - down(trainSize) : up(testDefault);
  const train = trainSize !== null ? down(trainSize) : n - test;
  if (train >= 1 && test >= 1 && train + test <= n) return { train, test };
  throw problem(
    "part-size",
    path,
    `parts of ${train} and ${test} samples cannot be taken from ${n}`,
    `无法从 ${n} 个样本中取出 ${train} 个与 ${test} 个样本的两部分`,
    { expected: n, received: { train, test } },
  );
}

/**
 * Random pairs of parts; test parts of different folds may overlap. As scikit-learn's `ShuffleSplit`.
 *
 * @param nSplits how many. Default: 10
 */
export class ShuffleSplit extends Splitter {
  constructor(
    readonly nSplits = 10,
    readonly options: ShuffleSplitOptions = {},
  ) {
    super();
    checkCount("ShuffleSplit", "nSplits", nSplits, 1);
  }

  override getNSplits(): number {
    return this.nSplits;
  }

  protected override folds(n: number): IterableIterator<Fold> {
    const sizes = resolveSizes("ShuffleSplit", n, this.options, 0.1);
    const generator = generatorOf("ShuffleSplit", this.options);
    return times(this.nSplits, () => {
      const order = permutation(n, generator);
      return { train: order.slice(sizes.test, sizes.test + sizes.train), test: order.slice(0, sizes.test) };
    });
  }
}

/** Random pairs of parts, each with the classes in the proportion of the whole. As scikit-learn's `StratifiedShuffleSplit`. */
export class StratifiedShuffleSplit extends Splitter {
  constructor(
    readonly nSplits = 10,
    readonly options: ShuffleSplitOptions = {},
  ) {
    super();
    checkCount("StratifiedShuffleSplit", "nSplits", nSplits, 1);
  }

  override getNSplits(): number {
    return this.nSplits;
  }

  protected override folds(n: number, y: Samples | null): IterableIterator<Fold> {
    const who = "StratifiedShuffleSplit";
    const sizes = resolveSizes(who, n, this.options, 0.1);
    const { codes, counts } = encode(classesOf(who, y, n));
    const generator = generatorOf(who, this.options);
    checkStrata(who, counts, [sizes.train, sizes.test]);
    return times(this.nSplits, () => {
      const [train, test] = drawStrata(codes, counts, [sizes.train, sizes.test], generator);
      return { train: train!, test: test! };
    });
  }
}

/** Random pairs of parts made of whole groups; sizes count groups. As scikit-learn's `GroupShuffleSplit`. */
export class GroupShuffleSplit extends Splitter {
  constructor(
    readonly nSplits = 5,
    readonly options: ShuffleSplitOptions = {},
  ) {
    super();
    checkCount("GroupShuffleSplit", "nSplits", nSplits, 1);
  }

  override getNSplits(): number {
    return this.nSplits;
  }

  protected override folds(n: number, _y: Samples | null, groups: Labels | null): IterableIterator<Fold> {
    const who = "GroupShuffleSplit";
    const { codes, kinds } = encode(groupValues(who, groups, n), "ascending");
    checkEnough(who, 2, kinds.length, GROUPS);
    const sizes = resolveSizes(who, kinds.length, this.options, 0.2);
    const generator = generatorOf(who, this.options);
    return times(this.nSplits, () => {
      const order = permutation(kinds.length, generator);
      const inTest = new Set(order.slice(0, sizes.test));
      const inTrain = new Set(order.slice(sizes.test, sizes.test + sizes.train));
      const where = (set: ReadonlySet<number>) => [...codes.keys()].filter((i) => set.has(codes[i]!));
      return { train: where(inTrain), test: where(inTest) };
    });
  }
}

/** @throws ValueError where a class has a single member, or a part is too small to have every class */
export function checkStrata(path: string, counts: readonly number[], sizes: readonly number[]): void {
  const least = Math.min(...counts);
  if (least < 2) {
    throw problem(
      "small-class",
      path,
      "a class with one sample cannot be in both parts",
      "只有一个样本的类别无法同时出现在两部分中",
      { expected: 2, received: least },
    );
  }
  const small = sizes.find((size) => size < counts.length);
  if (small !== undefined) {
    throw problem(
      "part-size",
      path,
      `a part of ${small} samples cannot hold ${counts.length} classes`,
      `${small} 个样本的部分容不下 ${counts.length} 个类别`,
      { expected: counts.length, received: small },
    );
  }
}

/** Random parts of given sizes with the classes in proportion, drawn one after another from what is left. */
export function drawStrata(
  codes: Int32Array,
  counts: readonly number[],
  sizes: readonly number[],
  generator: Generator,
): number[][] {
  const members: number[][] = counts.map(() => []);
  codes.forEach((code, i) => {
    members[code]!.push(i);
  });
  const left = members.map((indices) => shuffled(indices, generator));
  return sizes.map((size) => {
    const share = proportion(
      left.map((indices) => indices.length),
      size,
      generator,
    );
    return shuffled(
      left.flatMap((indices, c) => indices.splice(0, share[c]!)),
      generator,
    );
  });
}

/** How many of each class make a part of a given size: rounded down, then one more for the largest remainders, ties at random. */
function proportion(counts: readonly number[], size: number, generator: Generator): number[] {
  const total = counts.reduce((a, b) => a + b, 0);
  const exact = counts.map((count) => (count / total) * size);
  const share = exact.map(Math.floor);
  const missing = size - share.reduce((a, b) => a + b, 0);
  const order = permutation(counts.length, generator);
  order.sort((a, b) => exact[b]! - share[b]! - (exact[a]! - share[a]!));
  for (const c of order.slice(0, missing)) share[c]!++;
  return share;
}

function* times(n: number, fold: () => Fold): IterableIterator<Fold> {
  for (let i = 0; i < n; i++) yield fold();
}
