// Moving elements by index: whole rows (batches), single elements, counting and compressing.
import { F32, I32, U8, sizeShift } from "./dtype";
import { shareEnd, shareStart } from "./parallel";
import { loadBytes, loadNumber, storeNumber } from "./convert";

// @ts-ignore: decorator
@inline
function word(pc: usize, index: i32): i32 {
  return i32.load(pc + (<usize>index << 2));
}

/**
 * Rows of a source, by index, converted and scaled on the way: how a DataLoader makes a batch of float32 from bytes.
 * Words: 2 source, 3 its dtype, 4 elements a row, 5 int32 indices, 6 rows, 7 output, 8 its dtype, 9 0, 10 scale (double).
 */
export function gatherRows(pc: usize): void {
  const source = <usize>word(pc, 2), from = word(pc, 3), n = word(pc, 4), indices = <usize>word(pc, 5), dtype = word(pc, 8), first = shareStart(word(pc, 6), 1), rows = shareEnd(word(pc, 6), 1);
  const scale = f64.load(pc + 40);
    const rowBytes = <usize>n << sizeShift(from), outBytes = <usize>n << sizeShift(dtype);
  let out = <usize>word(pc, 7) + <usize>first * outBytes;
  for (let r = first; r < rows; ++r, out += outBytes) {
    const at = source + <usize>i32.load(indices + (<usize>r << 2)) * rowBytes;
    if (from == dtype && scale == 1) {
      memory.copy(out, at, rowBytes);
    } else if (dtype == F32 && from >= U8) {
      loadBytes(at, 1, out, n);
      // A division by 255 as PyTorch's ToTensor does, not a product by its rounded inverse.
      if (scale != 1) {
        const divisor = f32x4.splat(<f32>(1 / scale));
        let i = 0;
        for (; i + 4 <= n; i += 4) v128.store(out + (<usize>i << 2), f32x4.div(v128.load(out + (<usize>i << 2)), divisor));
        for (; i < n; ++i) f32.store(out + (<usize>i << 2), f32.load(out + (<usize>i << 2)) / <f32>(1 / scale));
      }
    } else {
      const shift = sizeShift(from), to = sizeShift(dtype);
      for (let i = 0; i < n; ++i) storeNumber(out + (<usize>i << to), dtype, loadNumber(at + (<usize>i << shift), from) * scale);
    }
  }
}

/** out[i] = source[offset[i]]. Words: 2 element shift, 3 count, 4 source, 5 int32 offsets, 6 output. */
export function take(pc: usize): void {
  const shift = word(pc, 2), n = word(pc, 3);
  const source = <usize>word(pc, 4), offsets = <usize>word(pc, 5), out = <usize>word(pc, 6);
  for (let i = 0; i < n; ++i) {
    const at = source + (<usize>i32.load(offsets + (<usize>i << 2)) << shift);
    if (shift == 2) i32.store(out + (<usize>i << 2), i32.load(at));
    else if (shift == 3) i64.store(out + (<usize>i << 3), i64.load(at));
    else store<u8>(out + i, load<u8>(at));
  }
}

// @ts-ignore: decorator
@inline
function combine<T extends number>(how: i32, x: T, y: T): T {
  return how == 0 ? y : how == 1 ? x + y : how == 2 ? x * y : how == 3 ? (y != y ? y : max(x, y)) : y != y ? y : min(x, y);
}

/**
 * target[offset[i]] = value[i], or what both give, in order.
 * Words: 2 dtype, 3 count, 4 target, 5 int32 offsets, 6 values, 7 how: 0 set, 1 add, 2 multiply, 3 larger, 4 smaller.
 */
export function put(pc: usize): void {
  const dtype = word(pc, 2), n = word(pc, 3), how = word(pc, 7);
  const target = <usize>word(pc, 4), offsets = <usize>word(pc, 5), values = <usize>word(pc, 6);
  const shift = sizeShift(dtype);
  for (let i = 0; i < n; ++i) {
    const at = target + (<usize>i32.load(offsets + (<usize>i << 2)) << shift);
    const from = values + (<usize>i << shift);
    if (dtype == F32) f32.store(at, combine<f32>(how, f32.load(at), f32.load(from)));
    else if (dtype == I32) i32.store(at, combine<i32>(how, i32.load(at), i32.load(from)));
    else storeNumber(at, dtype, combine<f64>(how, loadNumber(at, dtype), loadNumber(from, dtype)));
  }
}

/** The linear positions of the elements that are not 0. Words: 2 dtype, 3 count, 4 input, 5 int32 output, 6 int32 number found. */
export function nonzero(pc: usize): void {
  const dtype = word(pc, 2), n = word(pc, 3);
  const input = <usize>word(pc, 4), out = <usize>word(pc, 5);
  const shift = sizeShift(dtype);
  let found = 0;
  for (let i = 0; i < n; ++i) {
    if (loadNumber(input + (<usize>i << shift), dtype) != 0) {
      if (out) i32.store(out + (<usize>found << 2), i);
      ++found;
    }
  }
  i32.store(<usize>word(pc, 6), found);
}

/** start + i * step. Words: 2 dtype, 3 count, 4 output, 5 0, 6 start (double), 8 step (double). */
export function iota(pc: usize): void {
  const dtype = word(pc, 2), n = word(pc, 3), out = <usize>word(pc, 4);
  const start = f64.load(pc + 24), step = f64.load(pc + 32);
  const shift = sizeShift(dtype);
  for (let i = 0; i < n; ++i) storeNumber(out + (<usize>i << shift), dtype, start + i * step);
}

/** The smallest and the largest of n int32 values, for checks of indices. Words: 2 count, 3 input, 4 output (two int32). */
export function extent(pc: usize): void {
  const n = word(pc, 2), input = <usize>word(pc, 3), out = <usize>word(pc, 4);
  let low = i32.MAX_VALUE, high = i32.MIN_VALUE;
  for (let i = 0; i < n; ++i) {
    const v = i32.load(input + (<usize>i << 2));
    low = min(low, v);
    high = max(high, v);
  }
  i32.store(out, low);
  i32.store(out, high, 4);
}
