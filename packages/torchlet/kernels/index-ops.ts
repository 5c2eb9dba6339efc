// Moving elements by index: whole rows (batches), single elements, counting and compressing.
import { F32, I32, U8, sizeShift } from "./dtype";
import { shareEnd, shareStart } from "./parallel";
import { loadNumber, storeNumber } from "./convert";

// @ts-ignore: decorator
@inline
function word(pc: usize, index: i32): i32 {
  return i32.load(pc + (<usize>index << 2));
}

/** 16 bytes as four vectors of float32 at `out`, each times `high` plus times `low`, or divided by `high`. */
// @ts-ignore: decorator
@inline
function scaleSixteen(bytes: v128, out: usize, high: v128, low: v128, divide: bool): void {
  const first = i16x8.extend_low_i8x16_u(bytes), second = i16x8.extend_high_i8x16_u(bytes);
  const a = f32x4.convert_i32x4_u(i32x4.extend_low_i16x8_u(first)), b = f32x4.convert_i32x4_u(i32x4.extend_high_i16x8_u(first));
  const c = f32x4.convert_i32x4_u(i32x4.extend_low_i16x8_u(second)), d = f32x4.convert_i32x4_u(i32x4.extend_high_i16x8_u(second));
  v128.store(out, divide ? f32x4.div(a, high) : f32x4.add(f32x4.mul(a, high), f32x4.mul(a, low)));
  v128.store(out, divide ? f32x4.div(b, high) : f32x4.add(f32x4.mul(b, high), f32x4.mul(b, low)), 16);
  v128.store(out, divide ? f32x4.div(c, high) : f32x4.add(f32x4.mul(c, high), f32x4.mul(c, low)), 32);
  v128.store(out, divide ? f32x4.div(d, high) : f32x4.add(f32x4.mul(d, high), f32x4.mul(d, low)), 48);
}

/**
 * Whether byte * high + byte * low is byte / divisor to the last bit, for all 256 bytes: for most divisors it is, since
 * the first product is exact (8 bits by 16) and the second one holds what the inverse had lost.
 */
function productIsExact(divisor: f32, high: f32, low: f32): bool {
  const d = f32x4.splat(divisor), h = f32x4.splat(high), l = f32x4.splat(low);
  let byte = f32x4(0, 1, 2, 3);
  let same = i32x4.splat(-1);
  for (let i = 0; i < 64; ++i) {
    same = v128.and(same, i32x4.eq(f32x4.div(byte, d), f32x4.add(f32x4.mul(byte, h), f32x4.mul(byte, l))));
    byte = f32x4.add(byte, f32x4.splat(4));
  }
  return i32x4.all_true(same);
}

/**
 * Rows of a source, by index, converted and scaled on the way: how a DataLoader makes a batch of float32 from bytes.
 * Words: 2 source, 3 its dtype, 4 elements a row, 5 int32 indices, 6 rows, 7 output, 8 its dtype, 9 0, 10 scale (double).
 */
export function gatherRows(pc: usize): void {
  const source = <usize>word(pc, 2), from = word(pc, 3), n = word(pc, 4), indices = <usize>word(pc, 5), dtype = word(pc, 8), first = shareStart(word(pc, 6), 1), rows = shareEnd(word(pc, 6), 1);
  const scale = f64.load(pc + 40);
  const rowBytes = <usize>n << sizeShift(from), outBytes = <usize>n << sizeShift(dtype);
  const out = <usize>word(pc, 7) + <usize>first * outBytes;
  if (dtype == F32 && from >= U8) gatherBytes(source, n, indices, first, rows, out, scale);
  else {
    let to = out;
    for (let r = first; r < rows; ++r, to += outBytes) {
      const at = source + <usize>i32.load(indices + (<usize>r << 2)) * rowBytes;
      if (from == dtype && scale == 1) memory.copy(to, at, rowBytes);
      else {
        const shift = sizeShift(from), toShift = sizeShift(dtype);
        for (let i = 0; i < n; ++i) storeNumber(to + (<usize>i << toShift), dtype, loadNumber(at + (<usize>i << shift), from) * scale);
      }
    }
  }
}

/** Keeps the compiler from dropping loads whose value nobody needs. */
let lastTouched: u32 = 0;

/** Rows of bytes into float32. A scale divides, as PyTorch's ToTensor does: its rounded inverse would give other values. */
function gatherBytes(source: usize, n: i32, indices: usize, first: i32, rows: i32, out: usize, scale: f64): void {
  const divisor = <f32>(1 / scale);
  // The inverse in two parts; the upper one has 16 bits.
  const high = reinterpret<f32>(reinterpret<i32>(<f32>(1 / <f64>divisor)) & 0xffffff00), low = <f32>(1 / <f64>divisor - <f64>high);
  const divide = !productIsExact(divisor, high, low);
  const d = f32x4.splat(divisor), h = f32x4.splat(high), l = f32x4.splat(low);
  let touched: u32 = 0;
  for (let r = first; r < rows; ++r) {
    let at = source + <usize>i32.load(indices + (<usize>r << 2)) * <usize>n;
    const end = at + <usize>n;
    // One byte of each cache line of the next row, which then arrives while this one is converted.
    if (r + 1 < rows) {
      const next = source + <usize>i32.load(indices + (<usize>(r + 1) << 2)) * <usize>n;
      for (let j: usize = 0; j < <usize>n; j += 64) touched |= load<u8>(next + j);
    }
    if (divide) for (; at + 16 <= end; at += 16, out += 64) scaleSixteen(v128.load(at), out, d, l, true);
    else for (; at + 16 <= end; at += 16, out += 64) scaleSixteen(v128.load(at), out, h, l, false);
    for (; at < end; ++at, out += 4) f32.store(out, <f32>load<u8>(at) / divisor);
  }
  lastTouched = touched;
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
