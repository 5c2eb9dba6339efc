// Sorting rows, and what is found in sorted rows.
import { sizeShift } from "./dtype";
import { loadNumber } from "./convert";

// @ts-ignore: decorator
@inline
function word(pc: usize, index: i32): i32 {
  return i32.load(pc + (<usize>index << 2));
}

/** Whether x comes before y; NaN counts as the largest number. */
// @ts-ignore: decorator
@inline
function before(x: f64, y: f64): bool {
  return x < y || (y != y && x == x);
}

/** Merges the runs [from, middle) and [middle, to) of positions, taking from the first where keys are equal. */
function merge(keys: usize, dtype: i32, source: usize, target: usize, from: i32, middle: i32, to: i32, descending: bool): void {
  const shift = sizeShift(dtype);
  let i = from, j = middle;
  for (let k = from; k < to; ++k) {
    let second = i >= middle;
    if (!second && j < to) {
      const x = loadNumber(keys + (<usize>i32.load(source + (<usize>i << 2)) << shift), dtype);
      const y = loadNumber(keys + (<usize>i32.load(source + (<usize>j << 2)) << shift), dtype);
      second = descending ? before(x, y) : before(y, x);
    }
    i32.store(target + (<usize>k << 2), i32.load(source + (<usize>(second ? j : i) << 2)));
    if (second) ++j;
    else ++i;
  }
}

/**
 * The positions of the elements of contiguous rows in sorted order; equal elements keep theirs (a merge sort).
 * Words: 2 dtype, 3 rows, 4 elements a row, 5 keys, 6 int32 positions, 7 scratch of one row of int32, 8 descending?.
 */
export function sort(pc: usize): void {
  const dtype = word(pc, 2), rows = word(pc, 3), n = word(pc, 4), scratch = <usize>word(pc, 7), descending = word(pc, 8) != 0;
  const rowBytes = <usize>n << sizeShift(dtype);
  let keys = <usize>word(pc, 5), out = <usize>word(pc, 6);
  for (let r = 0; r < rows; ++r, keys += rowBytes, out += <usize>n << 2) {
    for (let i = 0; i < n; ++i) i32.store(out + (<usize>i << 2), i);
    let source = out, target = scratch;
    for (let width = 1; width < n; width <<= 1) {
      for (let from = 0; from < n; from += width << 1) {
        merge(keys, dtype, source, target, from, min(from + width, n), min(from + (width << 1), n), descending);
      }
      const other = source;
      source = target;
      target = other;
    }
    if (source != out) memory.copy(out, source, <usize>n << 2);
  }
}

/**
 * Where values belong in sorted rows: before (or behind) all equal elements.
 * Words: 2 dtype, 3 values, 4 elements a row, 5 rows, 6 values, 7 int32 output, 8 behind?, 9 values a row,
 *   10 int32 positions that sort each row, or 0.
 */
export function searchSorted(pc: usize): void {
  const dtype = word(pc, 2), count = word(pc, 3), n = word(pc, 4), per = word(pc, 9), behind = word(pc, 8) != 0;
  const sequences = <usize>word(pc, 5), values = <usize>word(pc, 6), out = <usize>word(pc, 7), sorters = <usize>word(pc, 10);
  const shift = sizeShift(dtype);
  for (let i = 0; i < count; ++i) {
    const row = i / per * n;
    const value = loadNumber(values + (<usize>i << shift), dtype);
    let low = 0, high = n;
    while (low < high) {
      const middle = (low + high) >> 1;
      const at = sorters ? i32.load(sorters + (<usize>(row + middle) << 2)) : middle;
      const x = loadNumber(sequences + (<usize>(row + at) << shift), dtype);
      if (behind ? !before(value, x) : before(x, value)) low = middle + 1;
      else high = middle;
    }
    i32.store(out + (<usize>i << 2), low);
  }
}

/**
 * The most frequent value of sorted rows (the smallest of several): the last of its positions.
 * Words: 2 dtype, 3 rows, 4 elements a row, 5 keys, 6 positions that sort them, 7 int32 output.
 */
export function mode(pc: usize): void {
  const dtype = word(pc, 2), rows = word(pc, 3), n = word(pc, 4), out = <usize>word(pc, 7);
  const shift = sizeShift(dtype);
  let keys = <usize>word(pc, 5), order = <usize>word(pc, 6);
  for (let r = 0; r < rows; ++r, keys += <usize>n << shift, order += <usize>n << 2) {
    let best = 0, where = 0, run = 0;
    let last: f64 = 0;
    for (let i = 0; i < n; ++i) {
      const at = i32.load(order + (<usize>i << 2));
      const x = loadNumber(keys + (<usize>at << shift), dtype);
      run = i > 0 && x == last ? run + 1 : 1;
      last = x;
      if (run > best) {
        best = run;
        where = at;
      }
    }
    i32.store(out + (<usize>r << 2), where);
  }
}

/** The index i written counts[i] times, for every i in turn. Words: 2 n, 3 int32 counts, 4 int32 output. */
export function repeatIndex(pc: usize): void {
  const n = word(pc, 2), counts = <usize>word(pc, 3);
  let out = <usize>word(pc, 4);
  for (let i = 0; i < n; ++i) {
    for (let k = i32.load(counts + (<usize>i << 2)); k > 0; --k, out += 4) i32.store(out, i);
  }
}
