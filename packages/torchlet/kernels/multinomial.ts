// Draws of categories with replacement, and what probabilities must satisfy.
import { F32 } from "./dtype";
import { loadNumber } from "./convert";

// @ts-ignore: decorator
@inline
function word(pc: usize, index: i32): i32 {
  return i32.load(pc + (<usize>index << 2));
}

/** The running sums of n probabilities, added in their own type as PyTorch adds them; -1: one is negative, infinite or NaN, -2: all are 0. */
function accumulate<T>(from: usize, to: usize, n: i32): i32 {
  let sum: T = 0;
  for (let i = 0; i < n; ++i) {
    const p = load<T>(from + <usize>i * sizeof<T>());
    if (!(p >= 0) || !isFinite<T>(p)) return -1;
    sum += p;
    if (to) store<T>(to + <usize>i * sizeof<T>(), sum);
  }
  if (!(sum > 0)) return -2;
  if (to) {
    for (let i = 0; i < n; ++i) {
      const at = to + <usize>i * sizeof<T>();
      store<T>(at, load<T>(at) / sum);
    }
    store<T>(to + <usize>(n - 1) * sizeof<T>(), 1);
  }
  return 0;
}

/**
 * Draws from rows of probabilities: for each uniform number the first category whose running sum is not below it.
 * Words: 2 dtype, 3 rows, 4 categories, 5 probabilities, 6 running sums of one row (0: only check the rows), 7 draws a row,
 *   8 uniform numbers (doubles), 9 int32 output, 10 result: 0, or what `accumulate` finds wrong.
 */
export function multinomial(pc: usize): void {
  const dtype = word(pc, 2), rows = word(pc, 3), n = word(pc, 4), sums = <usize>word(pc, 6), draws = word(pc, 7);
  const size: usize = dtype == F32 ? 4 : 8;
  let from = <usize>word(pc, 5), uniforms = <usize>word(pc, 8), out = <usize>word(pc, 9);
  i32.store(<usize>word(pc, 10), 0);
  for (let r = 0; r < rows; ++r, from += <usize>n * size) {
    const wrong = dtype == F32 ? accumulate<f32>(from, sums, n) : accumulate<f64>(from, sums, n);
    if (wrong) {
      i32.store(<usize>word(pc, 10), wrong);
      return;
    }
    if (!sums) continue;
    for (let k = 0; k < draws; ++k, uniforms += 8, out += 4) {
      const u = f64.load(uniforms);
      let low = 0, high = n;
      while (low < high) {
        const middle = low + (high - low) / 2;
        if (loadNumber(sums + <usize>middle * size, dtype) < u) low = middle + 1;
        else high = middle;
      }
      i32.store(out, low);
    }
  }
}
