// Reductions over the rows of a matrix whose columns are kept: rows are read one after the other, four at a time.
//
// Sums are joined in runs of 64 rows. Narrow matrices whose rows follow each other are read as wider ones with fewer rows,
// and folded at the end, so that vectors are full.
import { strange } from "./reduce-rows";

export const SUM: i32 = 0;
export const MAX: i32 = 2;

/** Bytes of one accumulator: columns are taken in panels that fit it. */
export const PANEL_BYTES: i32 = 4096;

/** a and b joined: added, or the larger or smaller of them with NaN winning. */
// @ts-ignore: decorator
@inline
function join<T>(fn: i32, a: v128, b: v128): v128 {
  if (fn == SUM) return v128.add<T>(a, b);
  return fn == MAX ? v128.max<T>(a, b) : v128.min<T>(a, b);
}

// @ts-ignore: decorator
@inline
function joinOne<T>(fn: i32, a: T, b: T): T {
  if (fn == SUM) return a + b;
  if (isFloat<T>() && (a != a || b != b)) return a != a ? a : b;
  return fn == MAX ? (b > a ? b : a) : b < a ? b : a;
}

/** Joins up to four rows into `to`; `first`: what was there does not count. */
// @ts-ignore: decorator
@inline
function rows<T>(fn: i32, a: usize, step: usize, count: i32, bytes: usize, to: usize, first: bool): void {
  const b = count > 1 ? a + step : a, c = count > 2 ? b + step : a, d = count > 3 ? c + step : a;
  let i: usize = 0;
  if (count == 4) {
    for (; i + 16 <= bytes; i += 16) {
      let v = join<T>(fn, join<T>(fn, v128.load(a + i), v128.load(b + i)), join<T>(fn, v128.load(c + i), v128.load(d + i)));
      if (!first) v = join<T>(fn, v128.load(to + i), v);
      v128.store(to + i, v);
    }
  } else {
    for (; i + 16 <= bytes; i += 16) {
      let v = v128.load(a + i);
      if (count > 1) v = join<T>(fn, v, v128.load(b + i));
      if (count > 2) v = join<T>(fn, v, v128.load(c + i));
      if (!first) v = join<T>(fn, v128.load(to + i), v);
      v128.store(to + i, v);
    }
  }
  for (; i < bytes; i += sizeof<T>()) {
    let v = load<T>(a + i);
    if (count == 4) v = joinOne<T>(fn, joinOne<T>(fn, v, load<T>(b + i)), joinOne<T>(fn, load<T>(c + i), load<T>(d + i)));
    else {
      if (count > 1) v = joinOne<T>(fn, v, load<T>(b + i));
      if (count > 2) v = joinOne<T>(fn, v, load<T>(c + i));
    }
    store<T>(to + i, first ? v : joinOne<T>(fn, load<T>(to + i), v));
  }
}

/** Joins n rows of `bytes` bytes, `step` bytes apart, into `to`, by way of the accumulator `run`. */
// @ts-ignore: decorator
@inline
function panel<T>(fn: i32, a: usize, step: usize, n: i32, bytes: usize, to: usize, run: usize): void {
  for (let i = 0; i < n; ) {
    const end = fn == SUM ? min(n, i + 64) : n;
    const out = i == 0 ? to : run;
    for (let first = true; i < end; first = false) {
      const count = min(4, end - i);
      if (first) rows<T>(fn, a, step, count, bytes, out, true);
      else rows<T>(fn, a, step, count, bytes, out, false);
      i += count;
      a += <usize>count * step;
    }
    if (out == run) {
      let k: usize = 0;
      for (; k + 16 <= bytes; k += 16) v128.store(to + k, v128.add<T>(v128.load(to + k), v128.load(run + k)));
      for (; k < bytes; k += sizeof<T>()) store<T>(to + k, load<T>(to + k) + load<T>(run + k));
    }
  }
}

/** How many rows of a dense matrix of this many columns are read as one. */
// @ts-ignore: decorator
@inline
function folds(columns: i32, step: usize, size: usize, n: i32): i32 {
  if (step != <usize>columns * size || columns >= 64) return 1;
  return columns <= 16 && n >= 64 ? 16 : n >= 16 ? 4 : 1;
}

// @ts-ignore: decorator
@inline
function columns<T>(fn: i32, a: usize, step: usize, n: i32, count: i32, to: usize, scratch: usize): void {
  const size = sizeof<T>(), fold = folds(count, step, size, n), wide = scratch + PANEL_BYTES;
  if (fold > 1) {
    const whole = n / fold;
    panel<T>(fn, a, step * <usize>fold, whole, step * <usize>fold, wide, scratch);
    const rest = n - whole * fold, at = a + <usize>(whole * fold) * step;
    for (let width = fold >> 1; width > 0; width >>= 1) {
      for (let j = 0; j < width * count; ++j) {
        const here = wide + <usize>j * size;
        store<T>(here, joinOne<T>(fn, load<T>(here), load<T>(here + <usize>(width * count) * size)));
      }
    }
    for (let j = 0; j < count; ++j) {
      let v = load<T>(wide + <usize>j * size);
      for (let i = 0; i < rest; ++i) v = joinOne<T>(fn, v, load<T>(at + <usize>i * step + <usize>j * size));
      store<T>(to + <usize>j * size, v);
    }
    return;
  }
  const bytes = <usize>count * size;
  for (let from: usize = 0; from < bytes; from += PANEL_BYTES) {
    panel<T>(fn, a + from, step, n, min(bytes - from, <usize>PANEL_BYTES), to + from, scratch);
  }
}

/**
 * The sum (fn 0), the largest (2) or the smallest (3) of each of `count` columns over n >= 1 rows, `step` bytes apart.
 * The scratch area holds two accumulators.
 */
export function reduceColumns<T>(fn: i32, a: usize, step: usize, n: i32, count: i32, to: usize, scratch: usize): void {
  if (fn == SUM) columns<T>(SUM, a, step, n, count, to, scratch);
  else if (fn == MAX) columns<T>(MAX, a, step, n, count, to, scratch);
  else columns<T>(3, a, step, n, count, to, scratch);
}

/** The extremes of columns with the first row of each; a NaN wins. */
export function extremeColumns<T>(largest: bool, a: usize, step: usize, n: i32, count: i32, to: usize, places: usize): void {
  if (largest) placesLoop<T>(true, a, step, n, count, to, places);
  else placesLoop<T>(false, a, step, n, count, to, places);
}

// @ts-ignore: decorator
@inline
function placesLoop<T>(largest: bool, a: usize, step: usize, n: i32, count: i32, to: usize, places: usize): void {
  const size = sizeof<T>();
  memory.copy(to, a, <usize>count * size);
  memory.fill(places, 0, <usize>count << 2);
  for (let i = 1; i < n; ++i) {
    a += step;
    let j = 0;
    if (size == 4) {
      const row = i32x4.splat(i);
      for (; j + 4 <= count; j += 4) {
        const at = <usize>j << 2;
        const x = v128.load(a + at), best = v128.load(to + at);
        let better = largest ? v128.gt<T>(x, best) : v128.lt<T>(x, best);
        if (isFloat<T>()) better = v128.andnot(v128.or(better, strange<T>(x)), strange<T>(best));
        v128.store(to + at, v128.bitselect(x, best, better));
        v128.store(places + at, v128.bitselect(row, v128.load(places + at), better));
      }
    }
    for (; j < count; ++j) {
      const x = load<T>(a + <usize>j * size), best = load<T>(to + <usize>j * size);
      if ((largest ? x > best : x < best) || (isFloat<T>() && x != x && best == best)) {
        store<T>(to + <usize>j * size, x);
        i32.store(places + (<usize>j << 2), i);
      }
    }
  }
}
