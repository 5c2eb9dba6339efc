// Cross entropy of float32 logits with class indices, its reduction and its gradient; what goes with labels.
import { F32, U8 } from "./dtype";
import { storeFirst } from "./lanes";
import { log4 } from "./math/f32x4";
import { shareCount, shareEnd, shareStart } from "./parallel";
import { sumRow32 } from "./reduce";
import { expUpTo80, laneOf, maxOfFour, sumExpOfFour } from "./softmax";

// @ts-ignore: decorator
@inline
function word(pc: usize, index: i32): i32 {
  return i32.load(pc + (<usize>index << 2));
}

/** Label r of a list of int32 or of bytes. */
// @ts-ignore: decorator
@inline
function labelAt(labels: usize, dtype: i32, r: i32): i32 {
  return dtype >= U8 ? <i32>load<u8>(labels + <usize>r) : i32.load(labels + (<usize>r << 2));
}

/**
 * Losses of rows: m - x[label] + log(sum of e^(x - m)), 0 where the label is the ignored one, NaN where it is no class (the caller
 * has checked before). With a reduction the losses are scratch, and their sum or mean over those that count is the result.
 * Words: 2 rows, 3 columns, 4 logits, 5 labels, 6 their dtype, 7 ignored label, 8 kept for the gradient (the largest logit of each
 *   row, the logarithm of each row, how many count: 2 rows + 1 floats), 9 losses, 10 result (0: no reduction), 11 mean?,
 *   12 0: how many threads have finished.
 */
export function crossEntropy(pc: usize): void {
  const rows = word(pc, 2), n = word(pc, 3), labels = <usize>word(pc, 5), dtype = word(pc, 6), ignored = word(pc, 7);
  const kept = <usize>word(pc, 8), losses = <usize>word(pc, 9), bytes = <usize>n << 2;
  const end = shareEnd(rows, 4);
  for (let r = shareStart(rows, 4); r < end; r += 4) {
    const x = <usize>word(pc, 4) + <usize>r * bytes, count = min(rows - r, 4), last = <usize>count - 1;
    const x1 = x + min<usize>(1, last) * bytes, x2 = x + min<usize>(2, last) * bytes, x3 = x + last * bytes;
    const m = maxOfFour(x, x1, x2, x3, n);
    const logSum = log4(sumExpOfFour(x, x1, x2, x3, n, m, 0, 0, 0, 0));
    const at = <usize>r << 2;
    storeFirst<f32>(kept + at, m, count);
    storeFirst<f32>(kept + (<usize>rows << 2) + at, logSum, count);
    for (let k = 0; k < count; ++k) {
      const label = labelAt(labels, dtype, r + k);
      // The maximum and the logarithm are kept apart until the end: their sum would round the loss of a
      // confident row (m = 1e4, loss = 1e-4) to nothing.
      let loss: f32 = label == ignored ? 0 : f32.NaN;
      if (label != ignored && <u32>label < <u32>n) {
        loss = laneOf(m, k) - f32.load(x + <usize>k * bytes + (<usize>label << 2)) + laneOf(logSum, k);
      }
      f32.store(losses + at + (<usize>k << 2), loss);
    }
  }
  const result = <usize>word(pc, 10);
  if (!result) return;
  // The thread that finishes last adds up what all have written.
  if (atomic.add<i32>(pc + 48, 1) + 1 < shareCount()) return;
  atomic.store<i32>(pc + 48, 0);
  let counted = 0;
  for (let r = 0; r < rows; ++r) counted += i32(labelAt(labels, dtype, r) != ignored);
  f32.store(kept + (<usize>rows << 3), <f32>counted);
  const sum = sumRow32(losses, rows);
  f32.store(result, word(pc, 11) ? sum / <f32>counted : sum);
}

/**
 * Gradient of the above: g (softmax(x) - onehot(label)), and 0 where the label is ignored.
 * Words: 2 rows, 3 columns, 4 logits, 5 labels, 6 their dtype, 7 ignored label, 8 what the forward kept, 9 gradients of the losses,
 *   10 their stride (0: one for all), 11 mean? (then the gradient is divided by how many count), 12 result.
 */
export function crossEntropyBackward(pc: usize): void {
  const rows = word(pc, 2), n = word(pc, 3), labels = <usize>word(pc, 5), dtype = word(pc, 6), ignored = word(pc, 7);
  const kept = <usize>word(pc, 8), gradients = <usize>word(pc, 9), stride = word(pc, 10), bytes = <usize>n << 2;
  const divisor: f32 = word(pc, 11) ? f32.load(kept + (<usize>rows << 3)) : 1;
  const end = shareEnd(rows, 1);
  for (let r = shareStart(rows, 1); r < end; ++r) {
    const x = <usize>word(pc, 4) + <usize>r * bytes, to = <usize>word(pc, 12) + <usize>r * bytes;
    const label = labelAt(labels, dtype, r);
    if (label == ignored) {
      memory.fill(to, 0, bytes);
      continue;
    }
    const g = f32.load(gradients + (<usize>(r * stride) << 2)) / divisor, factor = f32x4.splat(g);
    const m = v128.load32_splat(kept + (<usize>r << 2)), logSum = v128.load32_splat(kept + (<usize>(rows + r) << 2));
    let at: usize = 0, left = n;
    for (; left >= 8; left -= 8, at += 32) {
      const a = f32x4.sub(f32x4.sub(v128.load(x + at), m), logSum);
      const b = f32x4.sub(f32x4.sub(v128.load(x + at, 16), m), logSum);
      v128.store(to + at, f32x4.mul(expUpTo80(a), factor));
      v128.store(to + at, f32x4.mul(expUpTo80(b), factor), 16);
    }
    for (; left > 0; left -= 4, at += 16) {
      const a = f32x4.sub(f32x4.sub(v128.load(x + at), m), logSum);
      storeFirst<f32>(to + at, f32x4.mul(expUpTo80(a), factor), left);
    }
    if (<u32>label >= <u32>n) continue;
    const hit = to + (<usize>label << 2);
    f32.store(hit, f32.load(hit) - g);
  }
}

/** Whether all labels are classes or the ignored one. Words: 2 labels, 3 dtype, 4 count, 5 classes, 6 ignored label, 7 output (int32: 1 or 0). */
export function labelRange(pc: usize): void {
  const labels = <usize>word(pc, 2), dtype = word(pc, 3), n = word(pc, 4), classes = word(pc, 5), ignored = word(pc, 6);
  let bad = i32x4.splat(0);
  let i = 0;
  if (dtype < U8) {
    const limit = i32x4.splat(classes), skipped = i32x4.splat(ignored);
    for (; i + 4 <= n; i += 4) {
      const v = v128.load(labels + (<usize>i << 2));
      bad = v128.or(bad, v128.andnot(i32x4.ge_u(v, limit), i32x4.eq(v, skipped)));
    }
  }
  let fine = !v128.any_true(bad);
  for (; i < n; ++i) {
    const label = labelAt(labels, dtype, i);
    if (<u32>label >= <u32>classes && label != ignored) fine = false;
  }
  i32.store(<usize>word(pc, 7), i32(fine));
}

/** The first place of the largest of n elements, or of the first NaN. */
function firstLargest<T>(x: usize, n: i32): i32 {
  let best = load<T>(x), where = 0;
  for (let i = 1; i < n && best == best; ++i) {
    const v = load<T>(x + <usize>i * sizeof<T>());
    if (!(v <= best)) {
      best = v;
      where = i;
    }
  }
  return where;
}

/**
 * How many rows have their largest element (the first of equal ones, the first NaN) at their label.
 * Words: 2 dtype, 3 rows, 4 columns, 5 scores, 6 labels, 7 their dtype, 8 output (int32), 9 0: found so far,
 *   10 0: how many threads have finished.
 */
export function countCorrect(pc: usize): void {
  const single = word(pc, 2) == F32, rows = word(pc, 3), n = word(pc, 4), labels = <usize>word(pc, 6), dtype = word(pc, 7);
  const end = shareEnd(rows, 1), bytes = <usize>n << (single ? 2 : 3);
  let found = 0;
  for (let r = shareStart(rows, 1); r < end; ++r) {
    const x = <usize>word(pc, 5) + <usize>r * bytes;
    found += i32((single ? firstLargest<f32>(x, n) : firstLargest<f64>(x, n)) == labelAt(labels, dtype, r));
  }
  atomic.add<i32>(pc + 36, found);
  if (atomic.add<i32>(pc + 40, 1) + 1 < shareCount()) return;
  i32.store(<usize>word(pc, 8), atomic.load<i32>(pc + 36));
  atomic.store<i32>(pc + 36, 0);
  atomic.store<i32>(pc + 40, 0);
}
