// What preprocessing works on: a matrix of numbers, or columns by name; numbers out of either.
import { tensor } from "../../ops/creation.js";
import { toDtype } from "../../ops/views.js";
import { type DType, getDefaultDtype } from "../../tensor/dtype.js";
import { formatShape } from "../../tensor/shape.js";
import type { Tensor } from "../../tensor/tensor.js";
import { problem } from "../problem.js";
import { type Cell, type Column, type Columns, countOf, isColumns } from "../samples.js";

/** Features of samples: a tensor of shape (samples, features), or columns by name. */
export type Table = Tensor | Columns;

/** Whether a cell has no value. */
export function isMissing(cell: Cell): boolean {
  return cell === null || cell === undefined || (typeof cell === "number" && Number.isNaN(cell));
}

/** @throws ValueError unless the tensor is a matrix */
export function checkMatrix(path: string, x: Tensor): void {
  if (x.shape.length === 2) return;
  throw problem(
    "matrix-needed",
    path,
    `a tensor of shape (samples, features) is needed, got ${formatShape(x.shape)}`,
    `需要形状为（样本, 特征）的张量，得到的是 ${formatShape(x.shape)}`,
    {
      received: [...x.shape],
      hint: {
        en: "reshape(-1, 1) makes one feature, reshape(n, -1) one row a sample",
        zh: "reshape(-1, 1) 表示一个特征，reshape(n, -1) 使每个样本为一行",
      },
    },
  );
}

/** The names of features: those of columns, else their numbers. */
export function featureNames(path: string, table: Table): string[] {
  if (isColumns(table)) {
    countOf(path, table);
    return Object.keys(table);
  }
  checkMatrix(path, table);
  return Array.from({ length: table.shape[1]! }, (_, i) => String(i));
}

/**
 * The features that were there at `fit`, in that order.
 *
 * @throws ValueError where one is missing; for tensors, where their number differs
 */
export function sameFeatures<T extends Table>(path: string, table: T, names: readonly string[]): T;
export function sameFeatures(path: string, table: Table, names: readonly string[]): Table {
  if (!isColumns(table)) {
    checkMatrix(path, table);
    if (table.shape[1] === names.length) return table;
    throw problem(
      "feature-count",
      path,
      `fitted on ${names.length} features, got ${table.shape[1]}`,
      `拟合时有 ${names.length} 个特征，得到的是 ${table.shape[1]} 个`,
      { expected: names.length, received: table.shape[1] },
    );
  }
  countOf(path, table);
  const missing = names.find((name) => !Object.hasOwn(table, name));
  if (missing === undefined) return Object.fromEntries(names.map((name) => [name, table[name]!]));
  throw problem(
    "feature-missing",
    path,
    `column ${JSON.stringify(missing)}, which was there at fit, is missing`,
    `缺少拟合时存在的列 ${JSON.stringify(missing)}`,
    { expected: names, received: Object.keys(table) },
  );
}

/** A column as numbers; what is missing is NaN. @throws ValueError for text */
export function numbersOf(path: string, name: string, column: Column): Float64Array {
  return Float64Array.from(column as ArrayLike<Cell>, (cell) => {
    if (isMissing(cell)) return Number.NaN;
    if (typeof cell !== "string") return Number(cell);
    throw problem(
      "number-needed",
      path,
      `column ${JSON.stringify(name)} must hold numbers, it has ${JSON.stringify(cell)}`,
      `列 ${JSON.stringify(name)} 必须是数值，其中有 ${JSON.stringify(cell)}`,
      { received: cell, hint: { en: "encode text with OneHotEncoder", zh: "文本请用 OneHotEncoder 编码" } },
    );
  });
}

/** Each feature's values in float64, one feature at a time: a large matrix is not copied as a whole. */
export function* featureValues(path: string, table: Table): IterableIterator<Float64Array> {
  if (isColumns(table)) {
    for (const [name, column] of Object.entries(table)) yield numbersOf(path, name, column);
    return;
  }
  checkMatrix(path, table);
  const [n, d] = table.shape as [number, number];
  const values = table.toTypedArray();
  for (let j = 0; j < d; j++) {
    const column = new Float64Array(n);
    for (let i = 0; i < n; i++) column[i] = values[i * d + j]!;
    yield column;
  }
}

/** A table as a matrix to compute with, and the type that results shall have. */
export function matrixOf(path: string, table: Table): { readonly x: Tensor; readonly dtype: DType } {
  if (!isColumns(table)) {
    checkMatrix(path, table);
    const dtype = table.dtype.isFloatingPoint ? table.dtype : getDefaultDtype();
    return { x: toDtype(table.data, dtype), dtype };
  }
  const columns = [...featureValues(path, table)];
  return { x: matrixFrom(columns, countOf(path, table)), dtype: getDefaultDtype() };
}

/** A float64 matrix from its columns. */
function matrixFrom(columns: readonly Float64Array[], n: number): Tensor {
  const d = columns.length;
  const values = new Float64Array(n * d);
  columns.forEach((column, j) => {
    for (let i = 0; i < n; i++) values[i * d + j] = column[i]!;
  });
  return tensor(values).reshape(n, d);
}

/** @throws ValueError where there are no samples to fit on */
export function checkSamples(path: string, table: Table): void {
  if (countOf(path, table) > 0) return;
  throw problem("no-samples", path, "there are no samples to fit on", "没有可供拟合的样本");
}
