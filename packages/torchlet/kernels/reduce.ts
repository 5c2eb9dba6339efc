// Reductions: sum, product, extremes and their indices over any set of dimensions.
//
// Words: 2 function, 3 dtype (F32, F64, I32), 4 output, 5 indices (0: none), 6 input, 7 kept dims, 8 reduced dims,
//   9 threads that are done (0), 10 divisor (two words: a double that divides sums: the mean of n ones is exactly 1),
//   12.. kept sizes, kept strides, reduced sizes, reduced strides, scratch.
// The order of additions depends on the shape alone. Where little is kept, what is reduced is cut into pieces of fixed
// size; threads share these, and the one that is done last joins their results in order.
import { F32, F64, I32, sizeShift } from "./dtype";
import { mapScratchBytes } from "./map";
import { shareCount, shareEnd, shareIndex, shareStart } from "./parallel";
import { extremeColumns, reduceColumns } from "./reduce-columns";
import { extremeRow, placeOf, prodRow, sumRow, sumShort } from "./reduce-rows";

export const SUM: i32 = 0;
export const PROD: i32 = 1;
export const MAX: i32 = 2;
export const MIN: i32 = 3;

/** The smallest pieces of a run, and how many pieces there are at most. */
const PIECE: i32 = 16384;
const MOST_PIECES: i32 = 1024;
/** Matrices of fewer columns than this are cut by rows, into at most this many pieces. */
const FEW_COLUMNS: i32 = 64;
const MOST_ROW_PIECES: i32 = 64;
/** Where each thread's scratch area has its accumulators, and where the first one's has the results of the pieces. */
const ACCUMULATORS: usize = 512;
const RESULTS: usize = 32768;

// @ts-ignore: decorator
@inline
function word(pc: usize, index: i32): i32 {
  return i32.load(pc + (<usize>index << 2));
}

/** The sum of n contiguous floats. */
export function sumRow32(a: usize, n: i32): f32 {
  return sumRow<f32>(a, n);
}

/** The largest of n contiguous floats; a NaN wins. */
export function maxRow32(a: usize, n: i32): f32 {
  return n == 0 ? -Infinity : extremeRow<f32>(true, a, n);
}

/** The sum of n numbers `step` bytes apart. */
function sumStrided<T>(a: usize, step: usize, n: i32): T {
  if (n <= 64) {
    let s: T = 0;
    for (; n > 0; --n, a += step) s += load<T>(a);
    return s;
  }
  const half = n >> 1;
  return sumStrided<T>(a, step, half) + sumStrided<T>(a + <usize>half * step, step, n - half);
}

/** The offset in bytes of position `linear` over the dimensions whose sizes and strides start at these words. */
function offsetOf(pc: usize, dims: i32, sizes: i32, strides: i32, linear: i32, shift: usize): usize {
  let offset = 0;
  for (let d = dims - 1; d >= 0; --d) {
    const size = word(pc, sizes + d);
    const next = linear / size;
    offset += (linear - next * size) * word(pc, strides + d);
    linear = next;
  }
  return <usize>(offset << <i32>shift);
}

/** Whether this thread is the last to be done with its share. */
// @ts-ignore: decorator
@inline
function isLast(pc: usize): bool {
  const parts = shareCount();
  if (parts == 1) return true;
  if (atomic.add<i32>(pc + 36, 1) != parts - 1) return false;
  atomic.store<i32>(pc + 36, 0);
  return true;
}

export function reduce(pc: usize): void {
  const dtype = word(pc, 3);
  if (dtype == F32) reduceAs<f32>(pc);
  else if (dtype == F64) reduceAs<f64>(pc);
  else reduceAs<i32>(pc);
}

// @ts-ignore: decorator
@inline
function divided<T>(sum: T, divisor: f64): T {
  return isFloat<T>() ? sum / <T>divisor : sum;
}

/** One row's result. */
// @ts-ignore: decorator
@inline
function rowResult<T>(fn: i32, at: usize, n: i32): f64 {
  if (fn == SUM) return <f64>sumRow<T>(at, n);
  if (fn == PROD) return prodRow<T>(at, n);
  return <f64>extremeRow<T>(fn == MAX, at, n);
}

function reduceAs<T>(pc: usize): void {
  const fn = word(pc, 2), kept = word(pc, 7), reduced = word(pc, 8);
  const out = <usize>word(pc, 4), indices = <usize>word(pc, 5), input = <usize>word(pc, 6);
  const divisor = f64.load(pc + 40), size = sizeof<T>(), shift: usize = size == 8 ? 3 : 2;
  const keptSizes = 12, keptStrides = 12 + kept, sizes = keptStrides + kept, strides = sizes + reduced;
  const base = <usize>word(pc, strides + reduced);
  const scratch = base + <usize>(shareIndex() * mapScratchBytes()) + ACCUMULATORS;
  let outer = 1, n = 1;
  for (let d = 0; d < kept; ++d) outer *= word(pc, keptSizes + d);
  for (let d = 0; d < reduced; ++d) n *= word(pc, sizes + d);
  const step = reduced == 1 ? <usize>word(pc, strides) << shift : 0;

  if (reduced == 1 && n > 0 && step == size) {
    const pieces = outer == 1 ? piecesOf(n) : 1;
    if (pieces > 1) {
      inPieces<T>(pc, fn, input, n, pieces, out, indices, divisor, base + RESULTS);
      return;
    }
    const end = shareEnd(outer, 1);
    if (fn == SUM && kept == 1 && n < 32) {
      const apart = <usize>word(pc, keptStrides) << shift, from = shareStart(outer, 1);
      let at = input + <usize>from * apart, to = out + (<usize>from << shift);
      for (let i = from; i < end; ++i, at += apart, to += size) store<T>(to, divided<T>(sumShort<T>(at, n), divisor));
      return;
    }
    for (let i = shareStart(outer, 1); i < end; ++i) {
      const at = input + (kept == 1 ? <usize>(i * word(pc, keptStrides)) << shift : offsetOf(pc, kept, keptSizes, keptStrides, i, shift));
      const to = out + (<usize>i << shift);
      if (indices) {
        const place = placeOf<T>(at, n, extremeRow<T>(fn == MAX, at, n));
        if (out) store<T>(to, load<T>(at + (<usize>place << shift)));
        i32.store(indices + (<usize>i << 2), place);
      } else if (fn == SUM) store<T>(to, divided<T>(sumRow<T>(at, n), divisor));
      else store<T>(to, <T>rowResult<T>(fn, at, n));
    }
    return;
  }
  const last = kept - 1;
  if (reduced == 1 && n > 0 && kept > 0 && fn != PROD && word(pc, keptStrides + last) == 1 && (!indices || out)) {
    const columns = word(pc, keptSizes + last);
    if (kept == 1 && columns < FEW_COLUMNS && !indices && n * columns >= 2 * PIECE) {
      narrow<T>(pc, fn, input, step, n, columns, out, divisor, scratch, base + RESULTS);
      return;
    }
    // Columns are shared in whole cache lines, matrices one by one.
    const matrices = outer / columns, lines = (columns + 15) / 16;
    const split = matrices < 4 * shareCount();
    const first = split ? 0 : shareStart(matrices, 1), end = split ? matrices : shareEnd(matrices, 1);
    const left = split ? min(columns, shareStart(lines, 1) * 16) : 0;
    const width = (split ? min(columns, shareEnd(lines, 1) * 16) : columns) - left;
    if (width <= 0) return;
    for (let m = first; m < end; ++m) {
      const at = input + offsetOf(pc, kept, keptSizes, keptStrides, m * columns, shift) + (<usize>left << shift);
      const to = out + (<usize>(m * columns + left) << shift);
      if (indices) {
        extremeColumns<T>(fn == MAX, at, step, n, width, to, indices + (<usize>(m * columns + left) << 2));
        continue;
      }
      reduceColumns<T>(fn, at, step, n, width, to, scratch);
      if (fn == SUM && divisor != 1) for (let j = 0; j < width; ++j) store<T>(to + (<usize>j << shift), divided<T>(load<T>(to + (<usize>j << shift)), divisor));
    }
    return;
  }
  // Any strides: the last reduced dimension in a loop, the others around it.
  const inner = reduced > 0 ? word(pc, sizes + reduced - 1) : 1;
  const innerStep = reduced > 0 ? <usize>word(pc, strides + reduced - 1) << shift : 0;
  const around = inner == 0 ? 0 : n / inner;
  const end = shareEnd(outer, 1);
  for (let i = shareStart(outer, 1); i < end; ++i) {
    const at = input + offsetOf(pc, kept, keptSizes, keptStrides, i, shift);
    const to = out + (<usize>i << shift);
    if (fn == SUM) {
      if (reduced == 1) {
        store<T>(to, divided<T>(sumStrided<T>(at, step, n), divisor));
        continue;
      }
      // Several dimensions that do not merge: their runs are summed in double precision.
      let s: f64 = 0;
      let whole: i32 = 0;
      for (let k = 0; k < around; ++k) {
        const from = at + offsetOf(pc, reduced, sizes, strides, k * inner, shift);
        const run = innerStep == size ? sumRow<T>(from, inner) : sumStrided<T>(from, innerStep, inner);
        if (isInteger<T>()) whole += <i32>run;
        else s += <f64>run;
      }
      store<T>(to, isInteger<T>() ? <T>whole : <T>(s / divisor));
    } else if (fn == PROD) {
      let p: f64 = 1;
      let whole: i32 = 1;
      for (let k = 0; k < around; ++k) {
        let from = at + offsetOf(pc, reduced, sizes, strides, k * inner, shift);
        for (let j = 0; j < inner; ++j, from += innerStep) {
          if (isInteger<T>()) whole *= <i32>load<T>(from);
          else p *= <f64>load<T>(from);
        }
      }
      store<T>(to, isInteger<T>() ? <T>whole : <T>p);
    } else {
      // The first of equal values wins, and the first NaN before everything.
      let best = load<T>(at);
      let where = 0;
      for (let k = 0; k < around; ++k) {
        let from = at + offsetOf(pc, reduced, sizes, strides, k * inner, shift);
        for (let j = 0; j < inner; ++j, from += innerStep) {
          const v = load<T>(from);
          if ((fn == MAX ? v > best : v < best) || (isFloat<T>() && v != v && best == best)) {
            best = v;
            where = k * inner + j;
          }
        }
      }
      if (out) store<T>(to, best);
      if (indices) i32.store(indices + (<usize>i << 2), where);
    }
  }
}

// @ts-ignore: decorator
@inline
function pieceOf(n: i32): i32 {
  return max(PIECE, ((n + MOST_PIECES - 1) / MOST_PIECES + 63) & ~63);
}

// @ts-ignore: decorator
@inline
function piecesOf(n: i32): i32 {
  const piece = pieceOf(n);
  return (n + piece - 1) / piece;
}

/** One long run: the results of its pieces as doubles, joined by the thread that is done last. */
function inPieces<T>(pc: usize, fn: i32, input: usize, n: i32, pieces: i32, out: usize, indices: usize, divisor: f64, results: usize): void {
  const piece = pieceOf(n), end = shareEnd(pieces, 1);
  for (let i = shareStart(pieces, 1); i < end; ++i) {
    f64.store(results + (<usize>i << 3), rowResult<T>(fn, input + <usize>(i * piece) * sizeof<T>(), min(piece, n - i * piece)));
  }
  if (!isLast(pc)) return;
  if (fn == SUM || fn == PROD) {
    let result: f64 = fn == SUM ? 0 : 1;
    let whole: i32 = <i32>result;
    for (let i = 0; i < pieces; ++i) {
      const next = f64.load(results + (<usize>i << 3));
      if (isInteger<T>()) whole = fn == SUM ? whole + <i32>next : whole * <i32>next;
      else result = fn == SUM ? result + next : result * next;
    }
    store<T>(out, isInteger<T>() ? <T>whole : <T>(result / divisor));
    return;
  }
  const best = extremeRow<f64>(fn == MAX, results, pieces);
  if (!indices) {
    store<T>(out, <T>best);
    return;
  }
  const where = placeOf<f64>(results, pieces, best) * piece;
  const place = where + placeOf<T>(input + <usize>where * sizeof<T>(), min(piece, n - where), <T>best);
  if (out) store<T>(out, load<T>(input + <usize>place * sizeof<T>()));
  i32.store(indices, place);
}

/** Few columns over many rows: pieces of rows, joined by the thread that is done last. */
function narrow<T>(pc: usize, fn: i32, input: usize, step: usize, n: i32, columns: i32, out: usize, divisor: f64, scratch: usize, results: usize): void {
  const size = sizeof<T>();
  const piece = max(PIECE / columns, (n + MOST_ROW_PIECES - 1) / MOST_ROW_PIECES), pieces = (n + piece - 1) / piece;
  const bytes = <usize>columns * size, end = shareEnd(pieces, 1);
  for (let i = shareStart(pieces, 1); i < end; ++i) {
    reduceColumns<T>(fn, input + <usize>(i * piece) * step, step, min(piece, n - i * piece), columns, results + <usize>i * bytes, scratch);
  }
  if (!isLast(pc)) return;
  reduceColumns<T>(fn, results, bytes, pieces, columns, out, scratch);
  if (fn == SUM && divisor != 1) for (let j = 0; j < columns; ++j) store<T>(out + <usize>j * size, divided<T>(load<T>(out + <usize>j * size), divisor));
}
