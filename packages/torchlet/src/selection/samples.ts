// Samples in whatever holds them (tensors, arrays, columns, data sets): how many there are, and some of them by index.
import { Dataset, Subset } from "../data/index.js";
import { tensor } from "../ops/creation.js";
import { indexSelect } from "../ops/indexing.js";
import type { TypedArray } from "../tensor/dtype.js";
import { formatShape } from "../tensor/shape.js";
import { Tensor } from "../tensor/tensor.js";
import { problem } from "./problem.js";

/** A value in a column; null, undefined and NaN are missing ones. */
export type Cell = string | number | boolean | null | undefined;

/** A column of a table. */
export type Column = readonly Cell[] | TypedArray;

/** A table: columns of one length, by name. */
export type Columns = { readonly [name: string]: Column };

/** Whatever holds samples: a tensor's first dimension, an array, the rows of columns, a data set. */
export type Samples = Tensor | TypedArray | readonly unknown[] | Columns | Dataset<unknown, unknown>;

/** Classes or groups: one value a sample; a tensor has shape (n) or (n, 1). */
export type Labels = Tensor | TypedArray | readonly (string | number | boolean)[];

/** Whether these are columns by name. */
export function isColumns(samples: unknown): samples is Columns {
  return (
    typeof samples === "object" &&
    samples !== null &&
    !Array.isArray(samples) &&
    !ArrayBuffer.isView(samples) &&
    !(samples instanceof Tensor) &&
    !(samples instanceof Dataset)
  );
}

/**
 * How many samples there are; a number is its own answer.
 *
 * @throws ValueError for columns of different lengths, and for a tensor without dimensions
 */
export function countOf(path: string, samples: Samples | number): number {
  if (typeof samples === "number") {
    if (Number.isInteger(samples) && samples >= 0) return samples;
    throw problem(
      "sample-count",
      path,
      `the number of samples must be a whole number, got ${samples}`,
      `样本数必须是非负整数，得到的是 ${samples}`,
      { received: samples },
    );
  }
  if (samples instanceof Tensor) {
    const n = samples.shape[0];
    if (n !== undefined) return n;
    throw problem(
      "samples-scalar",
      path,
      "a tensor of samples needs a first dimension that counts them",
      "样本张量需要以第一维表示样本数",
      { received: [] },
    );
  }
  if (!isColumns(samples)) return samples.length;
  const entries = Object.entries(samples);
  const n = entries[0]?.[1].length ?? 0;
  for (const [name, column] of entries) {
    if (column.length === n) continue;
    throw problem(
      "column-length",
      path,
      `column ${JSON.stringify(name)} has ${column.length} values, ${JSON.stringify(entries[0]![0])} has ${n}`,
      `列 ${JSON.stringify(name)} 有 ${column.length} 个值，而列 ${JSON.stringify(entries[0]![0])} 有 ${n} 个`,
      { expected: n, received: column.length },
    );
  }
  return n;
}

/** @throws ValueError unless there are as many of these as there are samples */
export function checkLength(path: string, name: string, samples: Samples, n: number): void {
  const length = countOf(path, samples);
  if (length === n) return;
  throw problem(
    "length-mismatch",
    path,
    `${name} has ${length} samples, there are ${n}`,
    `${name} 有 ${length} 个样本，而应有 ${n} 个`,
    { expected: n, received: length },
  );
}

/**
 * The samples at some indices, in a holder of the same kind (a data set gives a `Subset`).
 *
 * @example
 * for (const { train, test } of new torch.selection.KFold(5).split(X)) {
 *   const XTrain = torch.selection.takeSamples(X, train);
 * }
 */
export function takeSamples<S extends Samples>(samples: S, indices: readonly number[]): S;
export function takeSamples(samples: Samples, indices: readonly number[]): Samples {
  if (samples instanceof Tensor) return indexSelect(samples, 0, tensor(Int32Array.from(indices)));
  if (samples instanceof Dataset) return new Subset(samples, indices);
  if (isColumns(samples)) {
    return Object.fromEntries(Object.entries(samples).map(([name, column]) => [name, takeColumn(column, indices)]));
  }
  return takeColumn(samples as Column, indices);
}

function takeColumn(column: Column, indices: readonly number[]): Column {
  if (Array.isArray(column)) return indices.map((i) => (column as readonly Cell[])[i]);
  const numbers = column as TypedArray;
  const ArrayType = numbers.constructor as new (n: number) => TypedArray;
  const out = new ArrayType(indices.length);
  indices.forEach((from, to) => {
    out[to] = numbers[from]!;
  });
  return out;
}

/**
 * Labels as plain values.
 *
 * @throws ValueError where there is not one a sample
 */
export function labelValues(path: string, name: string, labels: Labels, n: number): (string | number | boolean)[] {
  if (labels instanceof Tensor && labels.numel() !== (labels.shape[0] ?? 0)) {
    throw problem(
      "labels-shape",
      path,
      `${name} must have one value a sample, got shape ${formatShape(labels.shape)}`,
      `${name} 必须每个样本一个值，得到的形状是 ${formatShape(labels.shape)}`,
      { received: [...labels.shape] },
    );
  }
  checkLength(path, name, labels, n);
  return Array.from(labels instanceof Tensor ? labels.toTypedArray() : (labels as readonly (string | number)[]));
}

/** Values as numbers of their kind, counted from 0: by first appearance, or in ascending order. */
export function encode<T extends string | number | boolean>(
  values: readonly T[],
  order: "appearance" | "ascending" = "appearance",
): { readonly codes: Int32Array; readonly kinds: readonly T[]; readonly counts: readonly number[] } {
  const kinds = [...new Set(values)];
  if (order === "ascending") kinds.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const codeOf = new Map(kinds.map((kind, i) => [kind, i]));
  const codes = Int32Array.from(values, (value) => codeOf.get(value)!);
  const counts = new Array<number>(kinds.length).fill(0);
  for (const code of codes) counts[code]!++;
  return { codes, kinds, counts };
}
