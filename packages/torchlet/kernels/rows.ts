// Rows of elements into a block buffer: what `map` does with broadcast, transposed and strided operands.
import { F64, I32, sizeShift } from "./dtype";
import { loadRun } from "./convert";

/**
 * Loads `rows` rows of `width` elements into a buffer of the computing type, row after row. Rows lie `distance` elements
 * apart, the elements of a row `stride`. Up to 64 bytes behind the rows may be written as well.
 */
export function loadRows(from: usize, distance: i32, stride: i32, dtype: i32, to: usize, type: i32, rows: i32, width: i32): void {
  if (dtype != type || type == F64 || rows == 1) {
    const shift = sizeShift(type), step = <usize>distance << sizeShift(dtype);
    for (; rows > 0; --rows, from += step, to += <usize>width << shift) loadRun(from, stride, dtype, to, type, width);
    return;
  }
  const bytes = <usize>width << 2, step = <usize>distance << 2, apart = <usize>stride << 2;
  if (stride == 0) {
    for (; rows > 0; --rows, from += step, to += bytes) {
      const v = v128.load32_splat(from);
      for (let i: usize = 0; i < bytes; i += 16) v128.store(to + i, v);
    }
  } else if (stride == 1) {
    for (; rows > 0; --rows, from += step, to += bytes) {
      for (let i: usize = 0; i < bytes; i += 16) v128.store(to + i, v128.load(from + i));
    }
  } else {
    if (distance == 1) {
      // Neighbours lie in one column: four rows at a time.
      for (; rows >= 4; rows -= 4, from += 16, to += 4 * bytes) {
        let at = from, out = to, i = width;
        for (; i >= 4; i -= 4, at += 4 * apart, out += 16) square4(at, apart, out, bytes);
        for (; i > 0; --i, at += apart, out += 4) {
          const v = v128.load(at);
          v128.store_lane<u32>(out, v, 0);
          v128.store_lane<u32>(out + bytes, v, 1);
          v128.store_lane<u32>(out + 2 * bytes, v, 2);
          v128.store_lane<u32>(out + 3 * bytes, v, 3);
        }
      }
    }
    for (; rows > 0; --rows, from += step, to += bytes) loadRun(from, stride, I32, to, I32, width);
  }
}

/** Four columns of four numbers, `apart` bytes from each other, become four rows, `bytes` from each other. */
// @ts-ignore: decorator
@inline
export function square4(from: usize, apart: usize, to: usize, bytes: usize): void {
  const a = v128.load(from), b = v128.load(from + apart), c = v128.load(from + 2 * apart), d = v128.load(from + 3 * apart);
  const ab = v128.shuffle<i32>(a, b, 0, 4, 1, 5), cd = v128.shuffle<i32>(c, d, 0, 4, 1, 5);
  v128.store(to, v128.shuffle<i64>(ab, cd, 0, 2));
  v128.store(to + bytes, v128.shuffle<i64>(ab, cd, 1, 3));
  const ef = v128.shuffle<i32>(a, b, 2, 6, 3, 7), gh = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
  v128.store(to + 2 * bytes, v128.shuffle<i64>(ef, gh, 0, 2));
  v128.store(to + 3 * bytes, v128.shuffle<i64>(ef, gh, 1, 3));
}
