// Which samples are equal: rows compared by their values, found by hashing.
import { Dataset, Subset, TensorDataset } from "../data/index.js";
import type { TypedArray } from "../tensor/dtype.js";
import { Tensor } from "../tensor/tensor.js";
import { type Cell, type Column, countOf, isColumns, type Samples } from "./samples.js";

/**
 * For every sample the index of the first one that equals it; null where samples cannot be compared (a data set of an
 * unknown kind). Of a data set of tensors the first tensor counts: two pictures with different labels are one picture.
 */
export function firstEqual(samples: Samples): Int32Array | null {
  if (samples instanceof Tensor) return equalBytes(samples.toTypedArray(), samples.shape[0]!);
  if (samples instanceof TensorDataset) return firstEqual(samples.tensors[0]!);
  if (samples instanceof Subset) {
    const whole = firstEqual(samples.dataset as Samples);
    return whole === null ? null : equalKeys(samples.indices.map((i) => whole[i]!));
  }
  if (samples instanceof Dataset) return null;
  if (ArrayBuffer.isView(samples)) return equalBytes(samples as TypedArray, samples.length);
  if (isColumns(samples)) {
    const columns = Object.values(samples);
    const n = countOf("firstEqual", samples);
    return equalKeys(Array.from({ length: n }, (_, i) => columns.map((column) => cellKey(cellAt(column, i))).join()));
  }
  return equalKeys(samples.map(valueKey));
}

const cellAt = (column: Column, i: number): Cell => (column as ArrayLike<Cell>)[i];

/** A text that tells values apart, 1 from "1" and null from NaN not. */
function cellKey(value: Cell): string {
  return value === null || value === undefined || Number.isNaN(value) ? "" : JSON.stringify(value);
}

function valueKey(value: unknown): string {
  return JSON.stringify(value, (_, v: unknown) => (v instanceof Tensor ? v.tolist() : v)) ?? "";
}

function equalKeys<K>(keys: readonly K[]): Int32Array {
  const first = new Map<K, number>();
  return Int32Array.from(keys, (key, i) => {
    const before = first.get(key);
    if (before === undefined) first.set(key, i);
    return before ?? i;
  });
}

/** Rows of one array: a hash finds candidates, a comparison of their bytes decides. */
function equalBytes(values: TypedArray, n: number): Int32Array {
  const first = new Int32Array(n);
  const width = n === 0 ? 0 : values.byteLength / n;
  const words = width % 4 === 0;
  const bytes = words
    ? new Int32Array(values.buffer, values.byteOffset, values.byteLength / 4)
    : new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const size = words ? width / 4 : width;
  const found = new Map<number, number[]>();
  for (let i = 0; i < n; i++) {
    const row = bytes.subarray(i * size, (i + 1) * size);
    const hash = hashWords(row, 0);
    const candidates = found.get(hash);
    const before = candidates?.find((j) => sameWords(row, bytes, j * size));
    first[i] = before ?? i;
    if (before !== undefined) continue;
    if (candidates === undefined) found.set(hash, [i]);
    else candidates.push(i);
  }
  return first;
}

function sameWords(row: ArrayLike<number>, all: ArrayLike<number>, at: number): boolean {
  for (let j = 0; j < row.length; j++) if (row[j] !== all[at + j]) return false;
  return true;
}

/** 32 bits of a run of words. */
function hashWords(words: ArrayLike<number>, seed: number): number {
  let h = seed ^ words.length;
  for (let j = 0; j < words.length; j++) {
    h = Math.imul(h ^ words[j]!, 0x9e3779b1);
    h ^= h >>> 15;
  }
  return h | 0;
}

/** A short text that samples with the same values share; null where they cannot be read. */
export function fingerprint(samples: Samples): string | null {
  const texts: string[] = [];
  const add = (values: ArrayLike<number>, shape: readonly number[]) => {
    const [a, b] = [hashWords(values, 1), hashWords(values, 0x51ed270b)];
    texts.push(`${shape.join("x")}:${(a >>> 0).toString(16)}${(b >>> 0).toString(16)}`);
  };
  const bytesOf = (array: TypedArray) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  const visit = (part: unknown): boolean => {
    if (part instanceof Tensor) add(bytesOf(part.toTypedArray()), [...part.shape]);
    else if (part instanceof TensorDataset) return part.tensors.every(visit);
    else if (part instanceof Subset) {
      add(part.indices, [part.length]);
      return visit(part.dataset);
    } else if (part instanceof Dataset) return false;
    else if (ArrayBuffer.isView(part)) add(bytesOf(part as TypedArray), [(part as TypedArray).length]);
    else if (Array.isArray(part) && part.some((p) => p instanceof Tensor || p instanceof Dataset)) {
      return part.every(visit);
    } else add(new TextEncoder().encode(valueKey(part)), []);
    return true;
  };
  return visit(samples) ? texts.join(" ") : null;
}
