// A random forest for regression whose leaves are boxes of the space, in float64.
import type { Random } from "../core/random.js";

/** A feature: an interval of numbers, or so many categories 0 .. n - 1. */
export type Feature = { readonly low: number; readonly high: number } | { readonly categories: number };

/** Where a leaf lies along one feature: an interval, or for each category whether it is in it. */
export type Extent = { readonly low: number; readonly high: number } | { readonly allowed: readonly boolean[] };

/** A box with the mean of the targets in it. */
export interface Leaf {
  readonly value: number;
  readonly extents: readonly Extent[];
}

/** A tree as the boxes that it cuts the space into. */
export type Tree = readonly Leaf[];

interface Split {
  readonly feature: number;
  /** A threshold (left: below or equal), or a category (left: this one). */
  readonly at: number;
  readonly gain: number;
}

/** The split that lessens the squared error most; null where none does. */
function bestSplit(
  rows: readonly number[],
  columns: readonly Float64Array[],
  targets: Float64Array,
  features: readonly Feature[],
): Split | null {
  let total = 0;
  for (const row of rows) total += targets[row]!;
  const base = (total * total) / rows.length;
  let best: Split | null = null;
  const consider = (feature: number, at: number, sum: number, count: number) => {
    const rest = total - sum;
    const gain = (sum * sum) / count + (rest * rest) / (rows.length - count) - base;
    if (gain > 1e-12 * Math.abs(base) && (best === null || gain > best.gain)) best = { feature, at, gain };
  };
  for (const [index, feature] of features.entries()) {
    const column = columns[index]!;
    if ("categories" in feature) {
      const sums = new Float64Array(feature.categories);
      const counts = new Float64Array(feature.categories);
      for (const row of rows) {
        sums[column[row]!]! += targets[row]!;
        counts[column[row]!]!++;
      }
      for (let c = 0; c < feature.categories; c++) {
        if (counts[c]! > 0 && counts[c]! < rows.length) consider(index, c, sums[c]!, counts[c]!);
      }
      continue;
    }
    const sorted = [...rows].sort((a, b) => column[a]! - column[b]!);
    let sum = 0;
    for (let i = 0; i + 1 < sorted.length; i++) {
      sum += targets[sorted[i]!]!;
      const here = column[sorted[i]!]!;
      const next = column[sorted[i + 1]!]!;
      const middle = here + (next - here) / 2;
      if (middle > here && middle < next) consider(index, middle, sum, i + 1);
    }
  }
  return best;
}

function divide(extent: Extent, at: number): readonly [Extent, Extent] {
  if ("allowed" in extent) {
    return [
      { allowed: extent.allowed.map((it, c) => it && c === at) },
      { allowed: extent.allowed.map((it, c) => it && c !== at) },
    ];
  }
  return [
    { low: extent.low, high: at },
    { low: at, high: extent.high },
  ];
}

function growTree(
  rows: readonly number[],
  columns: readonly Float64Array[],
  targets: Float64Array,
  features: readonly Feature[],
): Tree {
  const whole = features.map(
    (it): Extent => ("categories" in it ? { allowed: Array<boolean>(it.categories).fill(true) } : { ...it }),
  );
  const leaves: Leaf[] = [];
  const open: { rows: readonly number[]; extents: readonly Extent[] }[] = [{ rows, extents: whole }];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    const { rows, extents } = node;
    const split = rows.length < 2 ? null : bestSplit(rows, columns, targets, features);
    if (split === null) {
      leaves.push({ value: rows.reduce((sum, row) => sum + targets[row]!, 0) / rows.length, extents });
      continue;
    }
    const { feature, at } = split;
    const column = columns[feature]!;
    const isLeft = (row: number) => ("categories" in features[feature]! ? column[row] === at : column[row]! <= at);
    const [left, right] = divide(extents[feature]!, at);
    open.push({ rows: rows.filter(isLeft), extents: extents.with(feature, left) });
    open.push({ rows: rows.filter((row) => !isLeft(row)), extents: extents.with(feature, right) });
  }
  return leaves;
}

/**
 * Grows trees, each on a sample of the rows with replacement, until no split lessens the squared error.
 *
 * @param columns the features' values, one array a feature
 *
 * Source: Breiman, Random forests, Machine Learning 2001 (all features are looked at for each split).
 */
export function growForest(
  columns: readonly Float64Array[],
  targets: Float64Array,
  features: readonly Feature[],
  trees: number,
  random: Random,
): readonly Tree[] {
  return Array.from({ length: trees }, () => {
    const rows = Array.from(targets, () => random.integer(targets.length));
    return growTree(rows, columns, targets, features);
  });
}
