// Softmax and its logarithm over contiguous rows, and their gradients: four rows at a time.
//
// The largest element is subtracted before any exponential, so that logits of +-1e4 stay finite. Four rows go together: their
// maxima and sums end up in the lanes of one vector, and one vector logarithm serves them all. Where fewer are left the
// last row is computed several times.
import { F32 } from "./dtype";
import { firstLanes, fma, fnma, storeFirst } from "./lanes";
import { log4 } from "./math/f32x4";
import { shareEnd, shareStart } from "./parallel";

// @ts-ignore: decorator
@inline
function word(pc: usize, index: i32): i32 {
  return i32.load(pc + (<usize>index << 2));
}

// @ts-ignore: decorator
@inline
function c(x: f32): v128 {
  return f32x4.splat(x);
}

/**
 * e^x for x up to 80, and 0 below -87.7 where results would be subnormal; within 1.5 ULP between. NaN stays NaN.
 *
 * The polynomial is (e^r - 1 - r) / r^2 with the least relative error of e^r (3e-9) on |r| <= ln 2 / 2.
 */
// @ts-ignore: decorator
@inline
export function expUpTo80(x: v128): v128 {
  const bounded = f32x4.pmax(x, c(-88));
  // The sum with 1.5 * 2^23 rounds x / ln 2 to an integer in its lowest bits.
  const shifted = fma<f32>(bounded, c(1.4426950408889634), c(12582912));
  const n = f32x4.sub(shifted, c(12582912));
  const r = fma<f32>(n, c(2.12194440e-4), fnma<f32>(n, c(0.693359375), bounded));
  let q = fma<f32>(r, c(0.0013814607542794346), c(0.008368715266861207));
  q = fma<f32>(q, r, c(0.041668387809569676));
  q = fma<f32>(q, r, c(0.1666652064485024));
  q = fma<f32>(q, r, c(0.4999999344888315));
  const p = f32x4.add(fma<f32>(f32x4.mul(r, r), q, r), c(1));
  return f32x4.mul(p, i32x4.add(i32x4.shl(shifted, 23), i32x4.splat(0x3f800000)));
}

/** Lane k: the largest lane of the k-th vector. */
// @ts-ignore: decorator
@inline
function maxima(a: v128, b: v128, x: v128, y: v128): v128 {
  const p = f32x4.pmax(v128.shuffle<i32>(a, b, 0, 4, 1, 5), v128.shuffle<i32>(a, b, 2, 6, 3, 7));
  const q = f32x4.pmax(v128.shuffle<i32>(x, y, 0, 4, 1, 5), v128.shuffle<i32>(x, y, 2, 6, 3, 7));
  return f32x4.pmax(v128.shuffle<i32>(p, q, 0, 1, 4, 5), v128.shuffle<i32>(p, q, 2, 3, 6, 7));
}

/** Lane k: the sum of the lanes of the k-th vector. */
// @ts-ignore: decorator
@inline
function sums(a: v128, b: v128, x: v128, y: v128): v128 {
  const p = f32x4.add(v128.shuffle<i32>(a, b, 0, 4, 1, 5), v128.shuffle<i32>(a, b, 2, 6, 3, 7));
  const q = f32x4.add(v128.shuffle<i32>(x, y, 0, 4, 1, 5), v128.shuffle<i32>(x, y, 2, 6, 3, 7));
  return f32x4.add(v128.shuffle<i32>(p, q, 0, 1, 4, 5), v128.shuffle<i32>(p, q, 2, 3, 6, 7));
}

/** The largest of each of four rows of n floats; NaN is passed over, the sum of exponentials will be NaN anyway. */
// @ts-ignore: decorator
@inline
export function maxOfFour(x0: usize, x1: usize, x2: usize, x3: usize, n: i32): v128 {
  let m0 = c(-Infinity), m1 = m0, m2 = m0, m3 = m0;
  for (; n >= 4; n -= 4, x0 += 16, x1 += 16, x2 += 16, x3 += 16) {
    m0 = f32x4.pmax(m0, v128.load(x0));
    m1 = f32x4.pmax(m1, v128.load(x1));
    m2 = f32x4.pmax(m2, v128.load(x2));
    m3 = f32x4.pmax(m3, v128.load(x3));
  }
  if (n > 0) {
    const mask = firstLanes<f32>(n), none = c(-Infinity);
    m0 = f32x4.pmax(m0, v128.bitselect(v128.load(x0), none, mask));
    m1 = f32x4.pmax(m1, v128.bitselect(v128.load(x1), none, mask));
    m2 = f32x4.pmax(m2, v128.bitselect(v128.load(x2), none, mask));
    m3 = f32x4.pmax(m3, v128.bitselect(v128.load(x3), none, mask));
  }
  return maxima(m0, m1, m2, m3);
}

/** Columns whose exponentials are added before they join a total. */
const BLOCK: i32 = 1024;

/** The sums of e^(x - m) of four rows; where `y0` is given the exponentials are kept. */
// @ts-ignore: decorator
@inline
export function sumExpOfFour(
  x0: usize, x1: usize, x2: usize, x3: usize, n: i32, m: v128, y0: usize, y1: usize, y2: usize, y3: usize,
): v128 {
  const m0 = v128.shuffle<i32>(m, m, 0, 0, 0, 0), m1 = v128.shuffle<i32>(m, m, 1, 1, 1, 1);
  const m2 = v128.shuffle<i32>(m, m, 2, 2, 2, 2), m3 = v128.shuffle<i32>(m, m, 3, 3, 3, 3);
  let total = c(0);
  while (n > 0) {
    let s0 = c(0), s1 = s0, s2 = s0, s3 = s0;
    const block = min(n, BLOCK);
    let left = block;
    for (; left >= 4; left -= 4, x0 += 16, x1 += 16, x2 += 16, x3 += 16) {
      const e0 = expUpTo80(f32x4.sub(v128.load(x0), m0)), e1 = expUpTo80(f32x4.sub(v128.load(x1), m1));
      s0 = f32x4.add(s0, e0);
      s1 = f32x4.add(s1, e1);
      const e2 = expUpTo80(f32x4.sub(v128.load(x2), m2)), e3 = expUpTo80(f32x4.sub(v128.load(x3), m3));
      s2 = f32x4.add(s2, e2);
      s3 = f32x4.add(s3, e3);
      if (y0) {
        v128.store(y0, e0);
        v128.store(y1, e1);
        v128.store(y2, e2);
        v128.store(y3, e3);
        y0 += 16;
        y1 += 16;
        y2 += 16;
        y3 += 16;
      }
    }
    if (left > 0) {
      const mask = firstLanes<f32>(left);
      const e0 = v128.and(expUpTo80(f32x4.sub(v128.load(x0), m0)), mask);
      const e1 = v128.and(expUpTo80(f32x4.sub(v128.load(x1), m1)), mask);
      const e2 = v128.and(expUpTo80(f32x4.sub(v128.load(x2), m2)), mask);
      const e3 = v128.and(expUpTo80(f32x4.sub(v128.load(x3), m3)), mask);
      s0 = f32x4.add(s0, e0);
      s1 = f32x4.add(s1, e1);
      s2 = f32x4.add(s2, e2);
      s3 = f32x4.add(s3, e3);
      if (y0) {
        storeFirst<f32>(y0, e0, left);
        storeFirst<f32>(y1, e1, left);
        storeFirst<f32>(y2, e2, left);
        storeFirst<f32>(y3, e3, left);
      }
    }
    total = f32x4.add(total, sums(s0, s1, s2, s3));
    n -= block;
  }
  return total;
}

/** Lane k of a vector. */
// @ts-ignore: decorator
@inline
export function laneOf(v: v128, k: i32): f32 {
  if (k == 0) return f32x4.extract_lane(v, 0);
  if (k == 1) return f32x4.extract_lane(v, 1);
  return k == 2 ? f32x4.extract_lane(v, 2) : f32x4.extract_lane(v, 3);
}

/** Multiplies a row. */
function scaleRow(y: usize, n: i32, factor: f32): void {
  const f = c(factor);
  for (; n >= 8; n -= 8, y += 32) {
    v128.store(y, f32x4.mul(v128.load(y), f));
    v128.store(y, f32x4.mul(v128.load(y, 16), f), 16);
  }
  for (; n > 0; n -= 4, y += 16) storeFirst<f32>(y, f32x4.mul(v128.load(y), f), n);
}

/** y = x - m - l, one after the other: the sum of m and l would lose the digits of the smaller. */
function lowerRow(x: usize, y: usize, n: i32, m: f32, l: f32): void {
  const a = c(m), b = c(l);
  for (; n > 0; n -= 4, x += 16, y += 16) storeFirst<f32>(y, f32x4.sub(f32x4.sub(v128.load(x), a), b), n);
}

function softmax32(x: usize, y: usize, rows: i32, n: i32, logarithm: bool): void {
  const bytes = <usize>n << 2;
  for (; rows > 0; rows -= 4, x += 4 * bytes, y += 4 * bytes) {
    const last = <usize>min(rows, 4) - 1;
    const second = min<usize>(1, last) * bytes, third = min<usize>(2, last) * bytes, fourth = last * bytes;
    const m = maxOfFour(x, x + second, x + third, x + fourth, n);
    const to: usize = logarithm ? 0 : y;
    const s = sumExpOfFour(x, x + second, x + third, x + fourth, n, m, to, y + second, y + third, y + fourth);
    const finish = logarithm ? log4(s) : f32x4.div(c(1), s);
    for (let k = 0; k <= <i32>last; ++k) {
      const row = <usize>k * bytes;
      if (logarithm) lowerRow(x + row, y + row, n, laneOf(m, k), laneOf(finish, k));
      else scaleRow(y + row, n, laneOf(finish, k));
    }
  }
}

/** The largest of a row of doubles; a NaN wins. */
function maxRow64(a: usize, n: i32): f64 {
  let best = -Infinity;
  for (; n > 0; --n, a += 8) best = max(best, f64.load(a));
  return best;
}

function softmax64(x: usize, y: usize, rows: i32, n: i32, logarithm: bool): void {
  const bytes = <usize>n << 3;
  for (; rows > 0; --rows, x += bytes, y += bytes) {
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

/** Words: 2 logarithm?, 3 dtype, 4 rows, 5 columns, 6 input, 7 output. */
export function softmax(pc: usize): void {
  const logarithm = word(pc, 2) != 0, single = word(pc, 3) == F32, n = word(pc, 5);
  const first = shareStart(word(pc, 4), 4), rows = shareEnd(word(pc, 4), 4) - first;
  const skipped = <usize>first * <usize>n << (single ? 2 : 3);
  const x = <usize>word(pc, 6) + skipped, y = <usize>word(pc, 7) + skipped;
  if (single) softmax32(x, y, rows, n, logarithm);
  else softmax64(x, y, rows, n, logarithm);
}

/** For a row: lanes to be added up of g, or of g y where y is given. */
// @ts-ignore: decorator
@inline
function partialDot(g: usize, y: usize, n: i32, logarithm: bool): v128 {
  let s0 = c(0), s1 = s0;
  for (; n >= 8; n -= 8, g += 32, y += 32) {
    if (logarithm) {
      s0 = f32x4.add(s0, v128.load(g));
      s1 = f32x4.add(s1, v128.load(g, 16));
    } else {
      s0 = fma<f32>(v128.load(g), v128.load(y), s0);
      s1 = fma<f32>(v128.load(g, 16), v128.load(y, 16), s1);
    }
  }
  for (; n > 0; n -= 4, g += 16, y += 16) {
    const mask = firstLanes<f32>(n), own = v128.and(v128.load(g), mask);
    s0 = logarithm ? f32x4.add(s0, own) : fma<f32>(own, v128.and(v128.load(y), mask), s0);
  }
  return f32x4.add(s0, s1);
}

/** The same with a total for each block of columns. */
function dotRow(g: usize, y: usize, n: i32, logarithm: bool): f32 {
  let total = c(0);
  while (n > 0) {
    const block = min(n, BLOCK);
    total = f32x4.add(total, logarithm ? partialDot(g, y, block, true) : partialDot(g, y, block, false));
    g += <usize>block << 2;
    y += <usize>block << 2;
    n -= block;
  }
  const pairs = f32x4.add(total, v128.shuffle<i32>(total, total, 2, 3, 0, 1));
  return f32x4.extract_lane(pairs, 0) + f32x4.extract_lane(pairs, 1);
}

// @ts-ignore: decorator
@inline
function slope(g: v128, y: v128, s: v128, logarithm: bool): v128 {
  return logarithm ? fnma<f32>(expUpTo80(y), s, g) : f32x4.mul(f32x4.sub(g, s), y);
}

function softmaxBackward32(g: usize, y: usize, to: usize, rows: i32, n: i32, logarithm: bool): void {
  for (; rows > 0; --rows) {
    const s = c(dotRow(g, y, n, logarithm));
    let left = n;
    for (; left >= 8; left -= 8, g += 32, y += 32, to += 32) {
      v128.store(to, slope(v128.load(g), v128.load(y), s, logarithm));
      v128.store(to, slope(v128.load(g, 16), v128.load(y, 16), s, logarithm), 16);
    }
    for (; left > 0; left -= 4, g += 16, y += 16, to += 16) {
      storeFirst<f32>(to, slope(v128.load(g), v128.load(y), s, logarithm), left);
    }
    // The last vector may have gone beyond the row.
    const beyond = <usize>-left << 2;
    g -= beyond;
    y -= beyond;
    to -= beyond;
  }
}

function softmaxBackward64(g: usize, y: usize, to: usize, rows: i32, n: i32, logarithm: bool): void {
  const bytes = <usize>n << 3;
  for (; rows > 0; --rows, g += bytes, y += bytes, to += bytes) {
    let s: f64 = 0;
    for (let i = 0; i < n; ++i) s += f64.load(g + (<usize>i << 3)) * (logarithm ? 1 : f64.load(y + (<usize>i << 3)));
    for (let i = 0; i < n; ++i) {
      const at = <usize>i << 3;
      if (logarithm) f64.store(to + at, f64.load(g + at) - NativeMath.exp(f64.load(y + at)) * s);
      else f64.store(to + at, (f64.load(g + at) - s) * f64.load(y + at));
    }
  }
}

/** Gradient from the output. Words: 2 logarithm?, 3 dtype, 4 rows, 5 columns, 6 gradient, 7 output, 8 result. */
export function softmaxBackward(pc: usize): void {
  const logarithm = word(pc, 2) != 0, single = word(pc, 3) == F32, n = word(pc, 5);
  const first = shareStart(word(pc, 4), 1), rows = shareEnd(word(pc, 4), 1) - first;
  const skipped = <usize>first * <usize>n << (single ? 2 : 3);
  const g = <usize>word(pc, 6) + skipped, y = <usize>word(pc, 7) + skipped, to = <usize>word(pc, 8) + skipped;
  if (single) {
    if (logarithm) softmaxBackward32(g, y, to, rows, n, true);
    else softmaxBackward32(g, y, to, rows, n, false);
  } else {
    softmaxBackward64(g, y, to, rows, n, logarithm);
  }
}
