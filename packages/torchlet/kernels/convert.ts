// Runs of elements between memory (any type, any stride) and the buffers that `map` computes in.
import { BOOL, F32, F64, I32, sizeShift } from "./dtype";

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
  if (dtype == F32) {
    const v = f32x4.splat(f32.load(to));
    let i = 0;
    for (; i + 4 <= n; i += 4) v128.store(to + (<usize>i << 2), v);
    for (; i < n; ++i) f32.store(to + (<usize>i << 2), <f32>value);
  } else if (dtype == F64) {
    for (let i = 1; i < n; ++i) f64.store(to + (<usize>i << 3), value);
  } else if (dtype == I32) {
    const v = i32.load(to);
    for (let i = 1; i < n; ++i) i32.store(to + (<usize>i << 2), v);
  } else {
    memory.fill(to, load<u8>(to), n);
  }
}

/** Loads n elements that lie `stride` elements apart into a buffer of the computing type (F32, F64 or I32). */
export function loadRun(from: usize, stride: i32, dtype: i32, to: usize, type: i32, n: i32): void {
  if (stride == 0) {
    fill(to, type, n, loadNumber(from, dtype));
    return;
  }
  const step = <usize>stride << sizeShift(dtype);
  if (type == F32) {
    if (dtype == F32) {
      let i = 0;
      if (stride == 1) {
        for (; i + 4 <= n; i += 4, from += 16) v128.store(to + (<usize>i << 2), v128.load(from));
      }
      for (; i < n; ++i, from += step) f32.store(to + (<usize>i << 2), f32.load(from));
    } else if (dtype == F64) {
      for (let i = 0; i < n; ++i, from += step) f32.store(to + (<usize>i << 2), <f32>f64.load(from));
    } else if (dtype == I32) {
      for (let i = 0; i < n; ++i, from += step) f32.store(to + (<usize>i << 2), <f32>i32.load(from));
    } else {
      loadBytes(from, step, to, n);
    }
  } else if (type == F64) {
    if (dtype == F64) {
      for (let i = 0; i < n; ++i, from += step) f64.store(to + (<usize>i << 3), f64.load(from));
    } else {
      for (let i = 0; i < n; ++i, from += step) f64.store(to + (<usize>i << 3), loadNumber(from, dtype));
    }
  } else if (dtype == I32) {
    for (let i = 0; i < n; ++i, from += step) i32.store(to + (<usize>i << 2), i32.load(from));
  } else if (dtype >= 3) {
    for (let i = 0; i < n; ++i, from += step) i32.store(to + (<usize>i << 2), load<u8>(from));
  } else {
    for (let i = 0; i < n; ++i, from += step) i32.store(to + (<usize>i << 2), <i32>(loadNumber(from, dtype)));
  }
}

/** Bytes into float32, 16 at a time where they are contiguous. */
export function loadBytes(from: usize, step: usize, to: usize, n: i32): void {
  let i = 0;
  if (step == 1) {
    for (; i + 8 <= n; i += 8, from += 8, to += 32) {
      const words = v128.load_ext<u8>(from);
      v128.store(to, f32x4.convert_i32x4_u(i32x4.extend_low_i16x8_u(words)));
      v128.store(to, f32x4.convert_i32x4_u(i32x4.extend_high_i16x8_u(words)), 16);
    }
  }
  for (; i < n; ++i, from += step, to += 4) f32.store(to, <f32>load<u8>(from));
}

/** Stores n elements of a computing buffer to memory, `stride` elements apart. */
export function storeRun(from: usize, type: i32, to: usize, stride: i32, dtype: i32, n: i32): void {
  const step = <usize>stride << sizeShift(dtype);
  if (type == dtype && type != F64) {
    for (let i = 0; i < n; ++i, to += step) i32.store(to, i32.load(from + (<usize>i << 2)));
    return;
  }
  if (type == F32 && dtype == BOOL) {
    for (let i = 0; i < n; ++i, to += step) store<u8>(to, f32.load(from + (<usize>i << 2)) != 0 ? 1 : 0);
    return;
  }
  const shift = sizeShift(type);
  for (let i = 0; i < n; ++i, to += step) storeNumber(to, dtype, loadNumber(from + (<usize>i << shift), type));
}
