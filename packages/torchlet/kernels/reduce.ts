// Reductions: sum, product, extremes and their indices over any set of dimensions.
//
// Words: 2 function, 3 dtype (F32, F64, I32), 4 output, 5 indices (0: none), 6 input, 7 kept dims, 8 reduced dims, 9 0,
//   10 divisor (two words: a double that divides sums: the mean of n ones is exactly 1), 12.. kept sizes, kept strides, reduced sizes, reduced strides.
// The order of additions depends on the shape alone: runs of 128 are summed in vector lanes and then joined pair by pair.
import { F32, F64, I32, sizeShift } from "./dtype";
import { shareEnd, shareStart } from "./parallel";
import { sum4 } from "./simd";

export const SUM: i32 = 0;
export const PROD: i32 = 1;
export const MAX: i32 = 2;
export const MIN: i32 = 3;

// @ts-ignore: decorator
@inline
function word(pc: usize, index: i32): i32 {
  return i32.load(pc + (<usize>index << 2));
}

/** The sum of n contiguous floats, pairwise over runs of 128. */
export function sumRow32(a: usize, n: i32): f32 {
  if (n <= 128) {
    let s0 = f32x4.splat(0), s1 = f32x4.splat(0);
    for (; n >= 8; n -= 8, a += 32) {
      s0 = f32x4.add(s0, v128.load(a));
      s1 = f32x4.add(s1, v128.load(a, 16));
    }
    let s = sum4(f32x4.add(s0, s1));
    for (; n > 0; --n, a += 4) s += f32.load(a);
    return s;
  }
  const half = ((n >> 1) + 127) & ~127;
  return sumRow32(a, half) + sumRow32(a + (<usize>half << 2), n - half);
}

function sumStrided32(a: usize, step: usize, n: i32): f32 {
  if (n <= 64) {
    let s: f32 = 0;
    for (; n > 0; --n, a += step) s += f32.load(a);
    return s;
  }
  const half = n >> 1;
  return sumStrided32(a, step, half) + sumStrided32(a + <usize>half * step, step, n - half);
}

function sumStrided64(a: usize, step: usize, n: i32): f64 {
  if (n <= 64) {
    let s: f64 = 0;
    for (; n > 0; --n, a += step) s += f64.load(a);
    return s;
  }
  const half = n >> 1;
  return sumStrided64(a, step, half) + sumStrided64(a + <usize>half * step, step, n - half);
}

/** Column sums: `columns` neighbours at a time over n rows `step` bytes apart, joined in runs of 64 rows. */
function sumColumns32(a: usize, step: usize, n: i32, columns: i32, out: usize, divisor: f32): void {
  const count = f32x4.splat(divisor);
  let j = 0;
  for (; j + 4 <= columns; j += 4) {
    let total = f32x4.splat(0);
    let at = a + (<usize>j << 2);
    for (let i = 0; i < n; i += 64) {
      let s = f32x4.splat(0);
      for (let k = min(64, n - i); k > 0; --k, at += step) s = f32x4.add(s, v128.load(at));
      total = f32x4.add(total, s);
    }
    v128.store(out + (<usize>j << 2), f32x4.div(total, count));
  }
  for (; j < columns; ++j) f32.store(out + (<usize>j << 2), sumStrided32(a + (<usize>j << 2), step, n) / divisor);
}

/** The largest of n contiguous floats; a NaN wins. */
export function maxRow32(a: usize, n: i32): f32 {
  let m = f32x4.splat(-Infinity);
  for (; n >= 4; n -= 4, a += 16) m = f32x4.max(m, v128.load(a));
  let best = max(max(f32x4.extract_lane(m, 0), f32x4.extract_lane(m, 1)), max(f32x4.extract_lane(m, 2), f32x4.extract_lane(m, 3)));
  for (; n > 0; --n, a += 4) best = max(best, f32.load(a));
  return best;
}

// @ts-ignore: decorator
@inline
function read(at: usize, dtype: i32): f64 {
  return dtype == F32 ? <f64>f32.load(at) : dtype == F64 ? f64.load(at) : <f64>i32.load(at);
}

// @ts-ignore: decorator
@inline
function write(at: usize, dtype: i32, value: f64): void {
  if (dtype == F32) f32.store(at, <f32>value);
  else if (dtype == F64) f64.store(at, value);
  else i32.store(at, <i32><i64>value);
}

/** The offset in bytes of position `linear` over the dimensions whose sizes and strides start at these words. */
function offsetOf(pc: usize, dims: i32, sizes: i32, strides: i32, linear: i32, shift: usize): usize {
  let offset = 0;
  for (let d = dims - 1; d >= 0; --d) {
    const size = word(pc, sizes + d);
    const next = linear / size;
    offset += (linear - next * size) * word(pc, strides + d);
    linear = next;
  }
  return <usize>(offset << <i32>shift);
}

export function reduce(pc: usize): void {
  const fn = word(pc, 2), dtype = word(pc, 3), kept = word(pc, 7), reduced = word(pc, 8);
  const out = <usize>word(pc, 4), indices = <usize>word(pc, 5), input = <usize>word(pc, 6);
  const divisor = f64.load(pc + 40);
  const keptSizes = 12, keptStrides = 12 + kept, sizes = keptStrides + kept, strides = sizes + reduced;
  const shift = sizeShift(dtype);
  let outer = 1, n = 1;
  for (let d = 0; d < kept; ++d) outer *= word(pc, keptSizes + d);
  for (let d = 0; d < reduced; ++d) n *= word(pc, sizes + d);
  const single = reduced == 1;
  const step = single ? <usize>word(pc, strides) << shift : 0;

  const first = shareStart(outer, 1), end = shareEnd(outer, 1);
  if (fn == SUM && dtype == F32 && indices == 0 && single) {
    const last = kept - 1;
    if (kept > 0 && step != 4 && word(pc, keptStrides + last) == 1 && word(pc, keptSizes + last) >= 4) {
      const columns = word(pc, keptSizes + last);
      // Columns are shared in fours, as the vectors take them.
      const left = shareStart(columns, 4), width = shareEnd(columns, 4) - left;
      for (let i = 0; i < outer; i += columns) {
        const at = input + offsetOf(pc, kept, keptSizes, keptStrides, i, shift) + (<usize>left << 2);
        sumColumns32(at, step, n, width, out + (<usize>(i + left) << 2), <f32>divisor);
      }
      return;
    }
    for (let i = first; i < end; ++i) {
      const at = input + offsetOf(pc, kept, keptSizes, keptStrides, i, shift);
      f32.store(out + (<usize>i << 2), (step == 4 ? sumRow32(at, n) : sumStrided32(at, step, n)) / <f32>divisor);
    }
    return;
  }
  for (let i = first; i < end; ++i) {
    const at = input + offsetOf(pc, kept, keptSizes, keptStrides, i, shift);
    const to = out + (<usize>i << shift);
    if (fn == SUM) {
      if (dtype == I32) {
        let s = 0;
        for (let k = 0; k < n; ++k) s += i32.load(at + (single ? <usize>k * step : offsetOf(pc, reduced, sizes, strides, k, shift)));
        i32.store(to, s);
      } else if (single && dtype == F64) {
        f64.store(to, sumStrided64(at, step, n) / divisor);
      } else {
        // Several dimensions that do not merge: summed in double precision.
        let s: f64 = 0;
        for (let k = 0; k < n; ++k) s += read(at + offsetOf(pc, reduced, sizes, strides, k, shift), dtype);
        write(to, dtype, s / divisor);
      }
    } else if (fn == PROD) {
      if (dtype == I32) {
        let p = 1;
        for (let k = 0; k < n; ++k) p *= i32.load(at + (single ? <usize>k * step : offsetOf(pc, reduced, sizes, strides, k, shift)));
        i32.store(to, p);
      } else {
        let p: f64 = 1;
        for (let k = 0; k < n; ++k) p *= read(at + (single ? <usize>k * step : offsetOf(pc, reduced, sizes, strides, k, shift)), dtype);
        write(to, dtype, p);
      }
    } else {
      // The first of equal values wins, and the first NaN before everything.
      let best = read(at, dtype);
      let where = 0;
      for (let k = 1; k < n; ++k) {
        if (best != best) break;
        const v = read(at + (single ? <usize>k * step : offsetOf(pc, reduced, sizes, strides, k, shift)), dtype);
        if (v != v || (fn == MAX ? v > best : v < best)) {
          best = v;
          where = k;
        }
      }
      if (out) write(to, dtype, best);
      if (indices) i32.store(indices + (<usize>i << 2), where);
    }
  }
}
