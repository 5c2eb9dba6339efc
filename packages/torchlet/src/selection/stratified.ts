// K-fold splits in which every fold has the classes in the proportion of the whole.
import type { Generator } from "../ops/random.js";
import { checkShuffle, type KFoldOptions } from "./k-fold.js";
import { checkCount, problem } from "./problem.js";
import { generatorOf, shuffled } from "./random.js";
import { encode, type Labels, labelValues, type Samples } from "./samples.js";
import { checkEnough, complementFolds, type Fold, SAMPLES, Splitter, testParts } from "./splitter.js";
import { type OnWarning, warn } from "./warn.js";

/** Options of the stratified splitters. */
export interface StratifiedKFoldOptions extends KFoldOptions {
  /** Told about classes with fewer members than there are folds. Default: `process.emitWarning`. */
  readonly onWarning?: OnWarning;
}

/**
 * The classes of samples.
 *
 * @throws ValueError where there are none, or where the values are no classes (fractions)
 */
export function classesOf(path: string, y: Samples | null, n: number): (string | number | boolean)[] {
  if (y === null) {
    throw problem("stratify-labels", path, "classes are needed: split(X, y)", "需要类别标签：split(X, y)");
  }
  const values = labelValues(path, "y", y as Labels, n);
  const fraction = values.find((value) => typeof value === "number" && !Number.isInteger(value));
  if (fraction !== undefined) {
    throw problem(
      "stratify-continuous",
      path,
      `y must be classes, got the number ${fraction}`,
      `y 必须是类别，得到的是数值 ${fraction}`,
      { received: fraction, hint: { en: "use KFold for regression", zh: "回归问题请用 KFold" } },
    );
  }
  return values;
}

/** @throws ValueError where no class has a member for every fold; warns where some have not */
function checkClassCounts(path: string, k: number, counts: readonly number[], onWarning?: OnWarning): void {
  const most = Math.max(...counts);
  const least = Math.min(...counts);
  if (k > most) {
    throw problem(
      "too-many-splits",
      path,
      `${k} folds cannot be made: the largest class has ${most} samples`,
      `无法分成 ${k} 折：最大的类别只有 ${most} 个样本`,
      { expected: most, received: k },
    );
  }
  if (k > least) {
    const warning = problem(
      "small-class",
      path,
      `the smallest class has ${least} samples, some of the ${k} folds will have none of it`,
      `最小的类别只有 ${least} 个样本，${k} 折中有的折将没有该类别`,
      { expected: k, received: least },
    );
    warn(warning, onWarning);
  }
}

/**
 * K folds, each with the classes in the proportion of the whole. As scikit-learn's `StratifiedKFold`.
 *
 * @param nSplits how many folds. Default: 5
 * @throws ValueError for fractions in `y`, and for more folds than the largest class has samples
 *
 * @example
 * for (const { train, test } of new torch.selection.StratifiedKFold(5).split(X, y)) ...
 */
export class StratifiedKFold extends Splitter {
  constructor(
    readonly nSplits = 5,
    readonly options: StratifiedKFoldOptions = {},
  ) {
    super();
    checkCount("StratifiedKFold", "nSplits", nSplits, 2);
    checkShuffle("StratifiedKFold", options);
  }

  override getNSplits(): number {
    return this.nSplits;
  }

  protected override folds(n: number, y: Samples | null): IterableIterator<Fold> {
    const who = "StratifiedKFold";
    const k = this.nSplits;
    const values = classesOf(who, y, n);
    checkEnough(who, k, n, SAMPLES);
    const { codes, counts } = encode(values);
    checkClassCounts(who, k, counts, this.options.onWarning);
    const generator = this.options.shuffle === true ? generatorOf(who, this.options) : null;
    return complementFolds(n, testParts(dealClasses(codes, counts, k, generator), k));
  }
}

/**
 * The fold of each sample: samples in order of their class are dealt like cards, so that every fold gets its share
 * of each class and of the total; within a class, the first samples go to the first fold.
 */
function dealClasses(codes: Int32Array, counts: readonly number[], k: number, generator: Generator | null): Int32Array {
  // How many of each class a fold gets: the class of every k-th card, counted.
  const share = counts.map(() => new Array<number>(k).fill(0));
  let card = 0;
  counts.forEach((count, c) => {
    for (let j = 0; j < count; j++) share[c]![card++ % k]!++;
  });
  const queues = share.map((perFold) => {
    const folds = perFold.flatMap((count, fold) => new Array<number>(count).fill(fold));
    return (generator === null ? folds : shuffled(folds, generator)).values();
  });
  return codes.map((code) => queues[code]!.next().value!);
}

/**
 * K folds that keep groups together and the classes as near to the proportion of the whole as they can.
 *
 * Groups with the most uneven classes are placed first, each where the spread of classes over folds stays least. As
 * scikit-learn's `StratifiedGroupKFold`.
 *
 * @param nSplits how many folds. Default: 5
 * @throws ValueError as `StratifiedKFold`, and without groups
 */
export class StratifiedGroupKFold extends Splitter {
  constructor(
    readonly nSplits = 5,
    readonly options: StratifiedKFoldOptions = {},
  ) {
    super();
    checkCount("StratifiedGroupKFold", "nSplits", nSplits, 2);
    checkShuffle("StratifiedGroupKFold", options);
  }

  override getNSplits(): number {
    return this.nSplits;
  }

  protected override folds(n: number, y: Samples | null, groups: Labels | null): IterableIterator<Fold> {
    const who = "StratifiedGroupKFold";
    const k = this.nSplits;
    const classes = encode(classesOf(who, y, n), "ascending");
    const members = encode(groupValues(who, groups, n), "ascending");
    checkEnough(who, k, members.kinds.length, { en: "groups", zh: "组" });
    checkClassCounts(who, k, classes.counts, this.options.onWarning);
    const table = members.kinds.map(() => new Array<number>(classes.kinds.length).fill(0));
    for (let i = 0; i < n; i++) table[members.codes[i]!]![classes.codes[i]!]!++;
    let order = table.map((_, g) => g);
    if (this.options.shuffle === true) order = shuffled(order, generatorOf(who, this.options));
    // `sort` is stable: equal groups stay in (shuffled) order.
    const uneven = table.map(standardDeviation);
    order.sort((a, b) => uneven[b]! - uneven[a]!);
    const foldOf = placeGroups(order, table, classes.counts, k);
    return complementFolds(
      n,
      testParts(
        members.codes.map((g) => foldOf[g]!),
        k,
      ),
    );
  }
}

/** The fold of each group. */
function placeGroups(
  order: readonly number[],
  table: readonly (readonly number[])[],
  totals: readonly number[],
  k: number,
): number[] {
  const folds = Array.from({ length: k }, () => new Array<number>(totals.length).fill(0));
  const foldOf: number[] = [];
  for (const g of order) {
    let best = { fold: 0, spread: Number.POSITIVE_INFINITY, size: Number.POSITIVE_INFINITY };
    for (let fold = 0; fold < k; fold++) {
      const spread = mean(
        totals.map((total, c) =>
          standardDeviation(folds.map((f, i) => (f[c]! + (i === fold ? table[g]![c]! : 0)) / total)),
        ),
      );
      const size = folds[fold]!.reduce((a, b) => a + b, 0);
      // Of spreads that differ by no more than rounding the smaller fold takes the group.
      const close = Math.abs(spread - best.spread) <= 1e-8 + 1e-5 * Math.abs(best.spread);
      if (spread < best.spread || (close && size < best.size)) best = { fold, spread, size };
    }
    foldOf[g] = best.fold;
    table[g]!.forEach((count, c) => {
      folds[best.fold]![c]! += count;
    });
  }
  return foldOf;
}

/** @throws ValueError where there are no groups */
export function groupValues(path: string, groups: Labels | null, n: number): (string | number | boolean)[] {
  if (groups !== null) return labelValues(path, "groups", groups, n);
  throw problem("groups-missing", path, "groups are needed: split(X, y, groups)", "需要分组：split(X, y, groups)");
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

function standardDeviation(values: readonly number[]): number {
  const m = mean(values);
  return Math.sqrt(mean(values.map((v) => (v - m) ** 2)));
}
