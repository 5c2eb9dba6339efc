// Softmax, its logarithm and the cross entropy of logits, row by row over contiguous rows.
//
// The largest logit is subtracted before any exponential, so that logits of +-1e4 stay finite.
import { F32 } from "./dtype";
import { exp4 } from "./math/f32x4";
import { maxRow32, sumRow32 } from "./reduce";
import { shareEnd, shareStart } from "./parallel";
import { sum4 } from "./simd";

// @ts-ignore: decorator
@inline
function word(pc: usize, index: i32): i32 {
  return i32.load(pc + (<usize>index << 2));
}

/** The largest of a row of doubles; a NaN wins. */
function maxRow64(a: usize, n: i32): f64 {
  let best = -Infinity;
  for (; n > 0; --n, a += 8) best = max(best, f64.load(a));
  return best;
}

/** Sum of e^(x - m) over a row; where `to` is given the exponentials are kept there. */
function sumExp32(x: usize, n: i32, m: f32, to: usize): f32 {
  const shift = f32x4.splat(m);
  let s = f32x4.splat(0);
  let i = 0;
  for (; i + 4 <= n; i += 4) {
    const e = exp4(f32x4.sub(v128.load(x + (<usize>i << 2)), shift));
    if (to) v128.store(to + (<usize>i << 2), e);
    s = f32x4.add(s, e);
  }
  let total = sum4(s);
  if (i < n) {
    // The vector may read past the row; only the lanes that exist count.
    const e = exp4(f32x4.sub(v128.load(x + (<usize>i << 2)), shift));
    for (let lane = 0; i < n; ++i, ++lane) {
      const value = lane == 0 ? f32x4.extract_lane(e, 0) : lane == 1 ? f32x4.extract_lane(e, 1) : f32x4.extract_lane(e, 2);
      if (to) f32.store(to + (<usize>i << 2), value);
      total += value;
    }
  }
  return total;
}

/** Words: 2 logarithm?, 3 dtype, 4 rows, 5 columns, 6 input, 7 output. */
export function softmax(pc: usize): void {
  const logarithm = word(pc, 2) != 0, n = word(pc, 5), first = shareStart(word(pc, 4), 1), rows = shareEnd(word(pc, 4), 1);
  const skipped = <usize>(first * n) << (word(pc, 3) == F32 ? 2 : 3);
  let x = <usize>word(pc, 6) + skipped, y = <usize>word(pc, 7) + skipped;
  if (word(pc, 3) == F32) {
    const bytes = <usize>n << 2;
    for (let r = first; r < rows; ++r, x += bytes, y += bytes) {
      const m = maxRow32(x, n);
      if (logarithm) {
        // m and the logarithm are subtracted one after the other: their sum would lose the digits of the smaller.
        const logSum = <f32>NativeMath.log(sumExp32(x, n, m, 0));
        for (let i = 0; i < n; ++i) f32.store(y + (<usize>i << 2), f32.load(x + (<usize>i << 2)) - m - logSum);
      } else {
        const scale: f32 = 1 / sumExp32(x, n, m, y);
        for (let i = 0; i < n; ++i) f32.store(y + (<usize>i << 2), f32.load(y + (<usize>i << 2)) * scale);
      }
    }
    return;
  }
  const bytes = <usize>n << 3;
  for (let r = first; r < rows; ++r, x += bytes, y += bytes) {
    const m = maxRow64(x, n);
    let s: f64 = 0;
    for (let i = 0; i < n; ++i) {
      const e = NativeMath.exp(f64.load(x + (<usize>i << 3)) - m);
      f64.store(y + (<usize>i << 3), e);
      s += e;
    }
    if (logarithm) {
      const logSum = NativeMath.log(s);
      for (let i = 0; i < n; ++i) f64.store(y + (<usize>i << 3), f64.load(x + (<usize>i << 3)) - m - logSum);
    } else {
      for (let i = 0; i < n; ++i) f64.store(y + (<usize>i << 3), f64.load(y + (<usize>i << 3)) / s);
    }
  }
}

/** Gradient from the output. Words: 2 logarithm?, 3 dtype, 4 rows, 5 columns, 6 gradient, 7 output, 8 result. */
export function softmaxBackward(pc: usize): void {
  const logarithm = word(pc, 2) != 0, dtype = word(pc, 3), n = word(pc, 5), first = shareStart(word(pc, 4), 1), rows = shareEnd(word(pc, 4), 1);
  const shift: usize = dtype == F32 ? 2 : 3;
  const skipped = <usize>(first * n) << shift;
  let g = <usize>word(pc, 6) + skipped, y = <usize>word(pc, 7) + skipped, to = <usize>word(pc, 8) + skipped;
  const bytes = <usize>n << shift;
  for (let r = first; r < rows; ++r, g += bytes, y += bytes, to += bytes) {
    if (dtype == F32) {
      if (logarithm) {
        const s = sumRow32(g, n);
        let i = 0;
        for (; i + 4 <= n; i += 4) {
          const at = <usize>i << 2;
          v128.store(to + at, f32x4.sub(v128.load(g + at), f32x4.mul(exp4(v128.load(y + at)), f32x4.splat(s))));
        }
        for (; i < n; ++i) {
          const at = <usize>i << 2;
          f32.store(to + at, f32.load(g + at) - <f32>NativeMath.exp(f32.load(y + at)) * s);
        }
      } else {
        let s: f32 = 0;
        for (let i = 0; i < n; ++i) s += f32.load(g + (<usize>i << 2)) * f32.load(y + (<usize>i << 2));
        for (let i = 0; i < n; ++i) {
          const at = <usize>i << 2;
          f32.store(to + at, (f32.load(g + at) - s) * f32.load(y + at));
        }
      }
    } else {
      let s: f64 = 0;
      for (let i = 0; i < n; ++i) s += f64.load(g + (<usize>i << 3)) * (logarithm ? 1 : f64.load(y + (<usize>i << 3)));
      for (let i = 0; i < n; ++i) {
        const at = <usize>i << 3;
        if (logarithm) f64.store(to + at, f64.load(g + at) - NativeMath.exp(f64.load(y + at)) * s);
        else f64.store(to + at, (f64.load(g + at) - s) * f64.load(y + at));
      }
    }
  }
}

/**
 * Cross entropy of float32 logits with class indices, a loss a row.
 * Words: 2 rows, 3 columns, 4 logits, 5 int32 targets, 6 losses, 7 two numbers a row that the gradient needs:
 * the largest logit and the logarithm of the sum of exponentials above it.
 * A row whose target is outside 0..columns-1 gets NaN; the caller has checked the range before.
 */
export function crossEntropy(pc: usize): void {
  const n = word(pc, 3), first = shareStart(word(pc, 2), 1), rows = shareEnd(word(pc, 2), 1);
  let x = <usize>word(pc, 4) + (<usize>(first * n) << 2);
  const targets = <usize>word(pc, 5), losses = <usize>word(pc, 6), saved = <usize>word(pc, 7);
  const bytes = <usize>n << 2;
  for (let r = first; r < rows; ++r, x += bytes) {
    const m = maxRow32(x, n);
    // The maximum and the logarithm are kept apart until the end: their sum would round the loss of a
    // confident row (m = 1e4, loss = 1e-4) to nothing.
    const logSum = <f32>NativeMath.log(sumExp32(x, n, m, 0));
    const t = i32.load(targets + (<usize>r << 2));
    f32.store(saved + (<usize>r << 3), m);
    f32.store(saved + (<usize>r << 3), logSum, 4);
    f32.store(losses + (<usize>r << 2), <u32>t < <u32>n ? m - f32.load(x + (<usize>t << 2)) + logSum : f32.NaN);
  }
}

/**
 * Gradient of the above: g (softmax(x) - onehot(target)), g being one number a row (or one for all, stride 0).
 * Words: 2 rows, 3 columns, 4 logits, 5 targets, 6 what the forward kept, 7 gradients of the losses, 8 their stride, 9 result.
 */
export function crossEntropyBackward(pc: usize): void {
  const n = word(pc, 3), stride = word(pc, 8), first = shareStart(word(pc, 2), 1), rows = shareEnd(word(pc, 2), 1);
  const skipped = <usize>(first * n) << 2;
  let x = <usize>word(pc, 4) + skipped, to = <usize>word(pc, 9) + skipped;
  const targets = <usize>word(pc, 5), saved = <usize>word(pc, 6), gradients = <usize>word(pc, 7);
  const bytes = <usize>n << 2;
  for (let r = first; r < rows; ++r, x += bytes, to += bytes) {
    const g = f32.load(gradients + (<usize>(r * stride) << 2));
    const m = v128.load32_splat(saved + (<usize>r << 3)), logSum = v128.load32_splat(saved + (<usize>r << 3), 4);
    const factor = f32x4.splat(g);
    let i = 0;
    for (; i + 4 <= n; i += 4) {
      const at = <usize>i << 2;
      v128.store(to + at, f32x4.mul(exp4(f32x4.sub(f32x4.sub(v128.load(x + at), m), logSum)), factor));
    }
    if (i < n) {
      const p = f32x4.mul(exp4(f32x4.sub(f32x4.sub(v128.load(x + (<usize>i << 2)), m), logSum)), factor);
      f32.store(to + (<usize>i << 2), f32x4.extract_lane(p, 0));
      if (i + 1 < n) f32.store(to + (<usize>i << 2) + 4, f32x4.extract_lane(p, 1));
      if (i + 2 < n) f32.store(to + (<usize>i << 2) + 8, f32x4.extract_lane(p, 2));
    }
    const t = to + (<usize>i32.load(targets + (<usize>r << 2)) << 2);
    f32.store(t, f32.load(t) - g);
  }
}
