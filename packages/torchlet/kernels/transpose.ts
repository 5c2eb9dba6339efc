// Copies of transposed matrices: read by columns that are contiguous, written by rows.
import { F64 } from "./dtype";
import { Fn } from "./fn";
import { shareEnd, shareStart } from "./parallel";
import { square4 } from "./rows";

// @ts-ignore: decorator
@inline
function word(pc: usize, index: i32): i32 {
  return i32.load(pc + (<usize>index << 2));
}

/** Rows of the result that are made together: what one cache line of the source holds. */
const STRIP: i32 = 16;

/** Whether a `map` of one input and one step is such a copy of elements of 4 bytes. */
export function isTransposed(pc: usize, ndim: i32, type: i32, atInput: i32, atStep: i32, atOutput: i32): bool {
  return ndim >= 2 && type != F64 && word(pc, atStep) == Fn.COPY && word(pc, atInput + 1) == type
    && word(pc, atInput) != 0 && word(pc, atInput + 6 + ndim - 2) == 1 && word(pc, atInput + 6 + ndim - 1) != 1
    && word(pc, 8 + ndim - 1) >= 4 && word(pc, 8 + ndim - 2) >= 4
    && word(pc, atOutput + 2) == 1 && word(pc, atOutput + 1) == type;
}

export function transpose(pc: usize, ndim: i32, type: i32, atInput: i32, atOutput: i32): void {
  const rows = word(pc, 8 + ndim - 2), columns = word(pc, 8 + ndim - 1);
  const input = <usize>word(pc, atInput), output = <usize>word(pc, atOutput), strides = atInput + 6;
  const apart = <usize>word(pc, strides + ndim - 1) << 2, bytes = <usize>columns << 2;
  let matrices = 1;
  for (let d = 0; d < ndim - 2; ++d) matrices *= word(pc, 8 + d);
  const strips = (rows + STRIP - 1) / STRIP;
  const end = shareEnd(matrices * strips, 1);
  for (let unit = shareStart(matrices * strips, 1); unit < end; ++unit) {
    const matrix = unit / strips, row = (unit - matrix * strips) * STRIP;
    let offset = 0, rest = matrix;
    for (let d = ndim - 3; d >= 0; --d) {
      const size = word(pc, 8 + d), next = rest / size;
      offset += (rest - next * size) * word(pc, strides + d);
      rest = next;
    }
    const from = input + (<usize>(offset + row) << 2);
    strip(from, apart, output + <usize>(matrix * rows + row) * bytes, bytes, min(STRIP, rows - row), columns);
  }
}

/** At most STRIP rows of the result. */
function strip(from: usize, apart: usize, to: usize, bytes: usize, rows: i32, columns: i32): void {
  const whole = rows & ~3;
  let c = columns;
  for (; c >= 4; c -= 4, from += 4 * apart, to += 16) {
    let at = from, out = to;
    for (let r = whole; r > 0; r -= 4, at += 16, out += 4 * bytes) square4(at, apart, out, bytes);
    for (let r = whole; r < rows; ++r, at += 4, out += bytes) {
      for (let k: usize = 0; k < 4; ++k) i32.store(out + (k << 2), i32.load(at + k * apart));
    }
  }
  for (; c > 0; --c, from += apart, to += 4) {
    for (let r = 0; r < rows; ++r) i32.store(to + <usize>r * bytes, i32.load(from + (<usize>r << 2)));
  }
}
