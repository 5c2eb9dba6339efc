// Writes reductions.
import { execute, f64, i32, instruction, mapScratch } from "../machine.js";
import { Op } from "../opcodes.js";
import { REDUCE_WORK } from "./work.js";

/** A reduction; sizes and strides of the dimensions that are kept and of those that are reduced. */
export function reduce(
  fn: number,
  dtype: number,
  input: number,
  out: number,
  indices: number,
  keptSizes: readonly number[],
  keptStrides: readonly number[],
  sizes: readonly number[],
  strides: readonly number[],
  divisor = 1,
): void {
  const p = instruction >> 2;
  const kept = keptSizes.length;
  const reduced = sizes.length;
  i32[p] = Op.reduce;
  i32[p + 1] = (13 + 2 * kept + 2 * reduced + 1) & ~1;
  i32[p + 2] = fn;
  i32[p + 3] = dtype;
  i32[p + 4] = out;
  i32[p + 5] = indices;
  i32[p + 6] = input;
  i32[p + 7] = kept;
  i32[p + 8] = reduced;
  i32[p + 9] = 0;
  f64[(p + 10) >> 1] = divisor;
  let at = p + 12;
  for (let d = 0; d < kept; d++) i32[at++] = keptSizes[d]!;
  for (let d = 0; d < kept; d++) i32[at++] = keptStrides[d]!;
  for (let d = 0; d < reduced; d++) i32[at++] = sizes[d]!;
  for (let d = 0; d < reduced; d++) i32[at++] = strides[d]!;
  i32[at] = mapScratch;
  let count = 1;
  for (let d = 0; d < kept; d++) count *= keptSizes[d]!;
  for (let d = 0; d < reduced; d++) count *= sizes[d]!;
  execute(count * REDUCE_WORK);
}

/** A reduction of `count` contiguous elements to one. */
export function reduceAll(fn: number, dtype: number, input: number, out: number, count: number, divisor: number): void {
  const p = instruction >> 2;
  i32[p] = Op.reduce;
  i32[p + 1] = 16;
  i32[p + 2] = fn;
  i32[p + 3] = dtype;
  i32[p + 4] = out;
  i32[p + 5] = 0;
  i32[p + 6] = input;
  i32[p + 7] = 0;
  i32[p + 8] = 1;
  i32[p + 9] = 0;
  f64[(p + 10) >> 1] = divisor;
  i32[p + 12] = count;
  i32[p + 13] = 1;
  i32[p + 14] = mapScratch;
  execute(count * REDUCE_WORK);
}
