// Running results along one dimension: sums, products, extremes with their indices, log-sums of exponentials.
//
// Words: 2 function, 3 dtype (F32, F64, I32), 4 input, 5 output, 6 indices (0: none), 7 outer, 8 n, 9 inner, 10 from the end?
// Input and output are contiguous, shape (outer, n, inner). Floats are accumulated in double precision.
import { F32, F64, I32, sizeShift } from "./dtype";

const SUM: i32 = 0;
const PROD: i32 = 1;
const MAX: i32 = 2;
const MIN: i32 = 3;
const LOG_SUM_EXP: i32 = 4;

// @ts-ignore: decorator
@inline
function word(pc: usize, index: i32): i32 {
  return i32.load(pc + (<usize>index << 2));
}

// @ts-ignore: decorator
@inline
function read(at: usize, dtype: i32): f64 {
  return dtype == F32 ? <f64>f32.load(at) : dtype == F64 ? f64.load(at) : <f64>i32.load(at);
}

// @ts-ignore: decorator
@inline
function write(at: usize, dtype: i32, value: f64): void {
  if (dtype == F32) f32.store(at, <f32>value);
  else if (dtype == F64) f64.store(at, value);
  else i32.store(at, <i32><i64>value);
}

/** log(e^a + e^b) without overflow; equal infinities stay. */
function logAddExp(a: f64, b: f64): f64 {
  if (a == b && abs(a) == Infinity) return a;
  const high = max(a, b);
  return high + NativeMath.log1p(NativeMath.exp(-abs(a - b)));
}

function scanIntegers(fn: i32, from: usize, to: usize, step: isize, n: i32): void {
  let total = fn == SUM ? 0 : 1;
  for (; n > 0; --n, from += step, to += step) {
    total = fn == SUM ? total + i32.load(from) : total * i32.load(from);
    i32.store(to, total);
  }
}

function scanExtremes(fn: i32, dtype: i32, from: usize, to: usize, indices: usize, step: isize, indexStep: isize, n: i32): void {
  let best = read(from, dtype);
  let where = 0;
  for (let k = 0; k < n; ++k, from += step, to += step, indices += indexStep) {
    const v = read(from, dtype);
    // The latest of equal values, and a NaN from its place on: as in PyTorch.
    if (v != v || (best == best && (fn == MAX ? v >= best : v <= best))) {
      best = v;
      where = k;
    }
    write(to, dtype, best);
    i32.store(indices, where);
  }
}

export function scan(pc: usize): void {
  const fn = word(pc, 2), dtype = word(pc, 3), outer = word(pc, 7), n = word(pc, 8), inner = word(pc, 9);
  const input = <usize>word(pc, 4), output = <usize>word(pc, 5), indices = <usize>word(pc, 6);
  const reverse = word(pc, 10) != 0;
  const shift = sizeShift(dtype);
  if (n == 0) return;
  for (let o = 0; o < outer; ++o) {
    for (let i = 0; i < inner; ++i) {
      const first = o * n * inner + i + (reverse ? (n - 1) * inner : 0);
      const step = <isize>((reverse ? -inner : inner) << <i32>shift);
      let from = input + (<usize>first << shift), to = output + (<usize>first << shift);
      if (fn == MAX || fn == MIN) {
        scanExtremes(fn, dtype, from, to, indices + (<usize>first << 2), step, <isize>inner << 2, n);
      } else if (dtype == I32) {
        scanIntegers(fn, from, to, step, n);
      } else {
        let total: f64 = fn == SUM ? 0 : fn == PROD ? 1 : -Infinity;
        for (let k = 0; k < n; ++k, from += step, to += step) {
          const v = read(from, dtype);
          total = fn == SUM ? total + v : fn == PROD ? total * v : logAddExp(total, v);
          write(to, dtype, total);
        }
      }
    }
  }
}
