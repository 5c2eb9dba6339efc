// Runs of elements between memory (any type, any stride) and the buffers that `map` computes in.
import { BOOL, F32, F64, I32, U8, sizeShift } from "./dtype";

/** Reads one element as a double. */
export function loadNumber(at: usize, dtype: i32): f64 {
  if (dtype == F32) return f32.load(at);
  if (dtype == F64) return f64.load(at);
  if (dtype == I32) return i32.load(at);
  return load<u8>(at);
}

/** Writes one element from a double, converted as PyTorch converts: towards zero for integers, non-zero for bool. */
export function storeNumber(at: usize, dtype: i32, value: f64): void {
  if (dtype == F32) f32.store(at, <f32>value);
  else if (dtype == F64) f64.store(at, value);
  else if (dtype == I32) i32.store(at, <i32>(value));
  else if (dtype == BOOL) store<u8>(at, value != 0 ? 1 : 0);
  else store<u8>(at, <u8><i32>(value));
}

/** Fills n elements of a buffer with one value. */
export function fill(to: usize, dtype: i32, n: i32, value: f64): void {
  if (n <= 0) return;
  storeNumber(to, dtype, value);
  const shift = sizeShift(dtype);
  if (shift == 0) {
    memory.fill(to, load<u8>(to), n);
    return;
  }
  const v = shift == 2 ? v128.load32_splat(to) : v128.load64_splat(to);
  const end = to + (<usize>n << shift);
  for (; to + 64 <= end; to += 64) {
    v128.store(to, v);
    v128.store(to, v, 16);
    v128.store(to, v, 32);
    v128.store(to, v, 48);
  }
  for (; to + 16 <= end; to += 16) v128.store(to, v);
  if (shift == 3) {
    if (to < end) v128.store_lane<u64>(to, v, 0);
  } else {
    for (; to < end; to += 4) v128.store_lane<u32>(to, v, 0);
  }
}

/** Loads n elements that lie `stride` elements apart into a buffer of the computing type (F32, F64 or I32). */
export function loadRun(from: usize, stride: i32, dtype: i32, to: usize, type: i32, n: i32): void {
  if (stride == 0) {
    fill(to, type, n, loadNumber(from, dtype));
    return;
  }
  if (stride == 1) {
    const done = loadVectors(from, dtype, to, type, n);
    from += <usize>done << sizeShift(dtype);
    to += <usize>done << sizeShift(type);
    n -= done;
  }
  const step = <usize>stride << sizeShift(dtype);
  if (type == dtype && type != F64) {
    for (; n >= 4; n -= 4, from += 4 * step, to += 16) {
      i32.store(to, i32.load(from));
      i32.store(to, i32.load(from + step), 4);
      i32.store(to, i32.load(from + 2 * step), 8);
      i32.store(to, i32.load(from + 3 * step), 12);
    }
    for (; n > 0; --n, from += step, to += 4) i32.store(to, i32.load(from));
  } else if (type == F64 && dtype == F64) {
    for (; n > 0; --n, from += step, to += 8) f64.store(to, f64.load(from));
  } else if (type == F32) {
    for (; n > 0; --n, from += step, to += 4) f32.store(to, <f32>loadNumber(from, dtype));
  } else if (type == F64) {
    for (; n > 0; --n, from += step, to += 8) f64.store(to, loadNumber(from, dtype));
  } else {
    for (; n > 0; --n, from += step, to += 4) i32.store(to, <i32>(loadNumber(from, dtype)));
  }
}

/** The whole vectors of a contiguous run; returns how many elements they were. */
function loadVectors(from: usize, dtype: i32, to: usize, type: i32, n: i32): i32 {
  if (type == dtype) {
    // A call for a long run costs less than the loop, for a short one more.
    const bytes = <usize>n << sizeShift(type);
    if (bytes >= 4096) {
      memory.copy(to, from, bytes);
      return n;
    }
    let i: usize = 0;
    for (; i + 16 <= bytes; i += 16) v128.store(to + i, v128.load(from + i));
    return <i32>(i >> sizeShift(type));
  }
  let i = n;
  if (type == F32) {
    if (dtype == F64) {
      for (; i >= 4; i -= 4, from += 32, to += 16) {
        const low = f32x4.demote_f64x2_zero(v128.load(from)), high = f32x4.demote_f64x2_zero(v128.load(from, 16));
        v128.store(to, v128.shuffle<i64>(low, high, 0, 2));
      }
    } else if (dtype == I32) {
      for (; i >= 4; i -= 4, from += 16, to += 16) v128.store(to, f32x4.convert_i32x4_s(v128.load(from)));
    } else {
      for (; i >= 16; i -= 16, from += 16, to += 64) {
        const bytes = v128.load(from);
        const low = i16x8.extend_low_i8x16_u(bytes), high = i16x8.extend_high_i8x16_u(bytes);
        v128.store(to, f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_u(low)));
        v128.store(to, f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_u(low)), 16);
        v128.store(to, f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_u(high)), 32);
        v128.store(to, f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_u(high)), 48);
      }
    }
  } else if (type == F64) {
    if (dtype == F32) {
      for (; i >= 4; i -= 4, from += 16, to += 32) {
        const x = v128.load(from);
        v128.store(to, f64x2.promote_low_f32x4(x));
        v128.store(to, f64x2.promote_low_f32x4(v128.shuffle<i64>(x, x, 1, 1)), 16);
      }
    } else if (dtype == I32) {
      for (; i >= 4; i -= 4, from += 16, to += 32) {
        const x = v128.load(from);
        v128.store(to, f64x2.convert_low_i32x4_s(x));
        v128.store(to, f64x2.convert_low_i32x4_s(v128.shuffle<i64>(x, x, 1, 1)), 16);
      }
    }
  } else if (dtype >= U8) {
    for (; i >= 16; i -= 16, from += 16, to += 64) {
      const bytes = v128.load(from);
      const low = i16x8.extend_low_i8x16_u(bytes), high = i16x8.extend_high_i8x16_u(bytes);
      v128.store(to, i32x4.extend_low_i16x8_u(low));
      v128.store(to, i32x4.extend_high_i16x8_u(low), 16);
      v128.store(to, i32x4.extend_low_i16x8_u(high), 32);
      v128.store(to, i32x4.extend_high_i16x8_u(high), 48);
    }
  } else if (dtype == F32) {
    for (; i >= 4; i -= 4, from += 16, to += 16) v128.store(to, i32x4.trunc_sat_f32x4_s(v128.load(from)));
  }
  return n - i;
}

/** Bytes, `step` apart, into float32. */
export function loadBytes(from: usize, step: usize, to: usize, n: i32): void {
  loadRun(from, <i32>step, U8, to, F32, n);
}

/** Stores n elements of a computing buffer to memory, `stride` elements apart. */
export function storeRun(from: usize, type: i32, to: usize, stride: i32, dtype: i32, n: i32): void {
  if (stride == 1) {
    const done = dtype < U8 ? loadVectors(from, type, to, dtype, n) : storeBytes(from, type, to, dtype, n);
    from += <usize>done << sizeShift(type);
    to += <usize>done << sizeShift(dtype);
    n -= done;
  }
  const step = <usize>stride << sizeShift(dtype);
  if (type == dtype && type != F64) {
    for (; n > 0; --n, from += 4, to += step) i32.store(to, i32.load(from));
    return;
  }
  if (type == F32 && dtype == BOOL) {
    for (; n > 0; --n, from += 4, to += step) store<u8>(to, f32.load(from) != 0 ? 1 : 0);
    return;
  }
  const size = <usize>1 << sizeShift(type);
  for (; n > 0; --n, from += size, to += step) storeNumber(to, dtype, loadNumber(from, type));
}

/** Four elements as integers whose lowest byte is that of uint8 or bool. */
// @ts-ignore: decorator
@inline
function lowBytes(from: usize, type: i32, dtype: i32): v128 {
  const x = v128.load(from);
  if (dtype == BOOL) return v128.and(type == F32 ? f32x4.ne(x, f32x4.splat(0)) : i32x4.ne(x, i32x4.splat(0)), i32x4.splat(1));
  return v128.and(type == F32 ? i32x4.trunc_sat_f32x4_s(x) : x, i32x4.splat(255));
}

/** The whole vectors of a contiguous run into bytes; returns how many elements they were. */
function storeBytes(from: usize, type: i32, to: usize, dtype: i32, n: i32): i32 {
  if (type == F64) return 0;
  let i = n;
  if (type == F32 && dtype == BOOL) {
    for (; i >= 16; i -= 16, from += 64, to += 16) v128.store(to, join16(from, F32, BOOL));
  } else if (type == F32) {
    for (; i >= 16; i -= 16, from += 64, to += 16) v128.store(to, join16(from, F32, U8));
  } else if (dtype == BOOL) {
    for (; i >= 16; i -= 16, from += 64, to += 16) v128.store(to, join16(from, I32, BOOL));
  } else {
    for (; i >= 16; i -= 16, from += 64, to += 16) v128.store(to, join16(from, I32, U8));
  }
  return n - i;
}

// @ts-ignore: decorator
@inline
function join16(from: usize, type: i32, dtype: i32): v128 {
  const low = i16x8.narrow_i32x4_s(lowBytes(from, type, dtype), lowBytes(from + 16, type, dtype));
  const high = i16x8.narrow_i32x4_s(lowBytes(from + 32, type, dtype), lowBytes(from + 48, type, dtype));
  return i8x16.narrow_i16x8_u(low, high);
}
