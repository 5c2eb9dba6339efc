// The steps of `map` that are computed in double precision: float32 promoted and rounded once, float64 as it is.
//
// Functions that have vectors take two doubles at a time; the others, and arguments that vectors do not take, go element by
// element through the scalar functions.
import { Fn } from "./fn";
import {
  angle2x, COS, erf2x, erfc2x, exp2x, expm12x, log1p2x, log2x, logFast2x, MOST_ANGLE, power2x, sigmoid2x, SIN, TAN, tanh2x,
} from "./math/f64x2";
import { binaryScalar, unaryScalar } from "./scalar";

type Loop1 = (to: usize, a: usize, move: i32, n: i32) => void;
type Loop2 = (to: usize, a: usize, b: usize, moveA: i32, moveB: i32, n: i32) => void;

// @ts-ignore: decorator
@inline
function c(x: f64): v128 {
  return f64x2.splat(x);
}

// @ts-ignore: decorator
@inline
function unary2(fn: i32, x: v128): v128 {
  if (fn == Fn.EXP) return exp2x(x);
  if (fn == Fn.LOG) return log2x(x);
  if (fn == Fn.TANH) return tanh2x(x);
  if (fn == Fn.SIGMOID) return sigmoid2x(x);
  if (fn == Fn.EXPM1) return expm12x(x);
  if (fn == Fn.LOG1P) return log1p2x(x);
  if (fn == Fn.EXP2) return power2x(x);
  if (fn == Fn.LOG2) return f64x2.mul(log2x(x), c(1.4426950408889634));
  if (fn == Fn.LOG10) return f64x2.mul(log2x(x), c(0.4342944819032518));
  if (fn == Fn.SIN) return angle2x(SIN, x);
  if (fn == Fn.COS) return angle2x(COS, x);
  if (fn == Fn.TAN) return angle2x(TAN, x);
  if (fn == Fn.ERF) return erf2x(x);
  return erfc2x(x);
}

/** Whether a function is computed for these two numbers. */
// @ts-ignore: decorator
@inline
function takes(fn: i32, x: v128): bool {
  if (fn == Fn.SIN || fn == Fn.COS || fn == Fn.TAN) return i64x2.all_true(f64x2.le(f64x2.abs(x), c(MOST_ANGLE)));
  return true;
}

/** Whether four vectors a round, for which constants are made once, pay: the longest functions run out of registers. */
// @ts-ignore: decorator
@inline
function isShort(fn: i32): bool {
  return fn != Fn.ERF && fn != Fn.ERFC && fn != Fn.SIN && fn != Fn.COS && fn != Fn.TAN;
}

/** Eight float64 a round, or two. */
// @ts-ignore: decorator
@inline
function loop64(fn: i32, to: usize, a: usize, move: i32, n: i32): void {
  const by = <usize>(64 & move), two = <usize>(16 & move);
  if (!isShort(fn)) {
    for (; n >= 2; n -= 2, to += 16, a += two) {
      const x = v128.load(a);
      if (takes(fn, x)) {
        v128.store(to, unary2(fn, x));
      } else {
        rest64(fn, to, f64x2.extract_lane(x, 0));
        rest64(fn, to + 8, f64x2.extract_lane(x, 1));
      }
    }
  }
  for (; isShort(fn) && n >= 8; n -= 8, to += 64, a += by) {
    const p = v128.load(a), q = v128.load(a, 16), r = v128.load(a, 32), s = v128.load(a, 48);
    if (takes(fn, p) && takes(fn, q) && takes(fn, r) && takes(fn, s)) {
      v128.store(to, unary2(fn, p));
      v128.store(to, unary2(fn, q), 16);
      v128.store(to, unary2(fn, r), 32);
      v128.store(to, unary2(fn, s), 48);
    } else {
      for (let i: usize = 0; i < 64; i += 8) rest64(fn, to + i, f64.load(a + i));
    }
  }
  for (; n > 0; --n, to += 8, a += 8) rest64(fn, to, f64.load(a));
}

/** One number, with the bits that it has in a vector. */
// @ts-ignore: decorator
@inline
function rest64(fn: i32, to: usize, x: f64): void {
  if (takes(fn, c(x))) f64.store(to, f64x2.extract_lane(unary2(fn, c(x)), 0));
  else f64.store(to, unaryScalar(fn, x));
}

/** The float32 nearest to four doubles. */
// @ts-ignore: decorator
@inline
function rounded(low: v128, high: v128): v128 {
  return v128.shuffle<i64>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 2);
}

/** The upper two of four float32 as doubles. */
// @ts-ignore: decorator
@inline
function upper(x: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<i64>(x, x, 1, 1));
}

/** Eight float32 a round, or four. */
// @ts-ignore: decorator
@inline
function loop32(fn: i32, to: usize, a: usize, move: i32, n: i32): void {
  const by = <usize>(32 & move), four = <usize>(16 & move);
  if (!isShort(fn)) {
    for (; n >= 4; n -= 4, to += 16, a += four) {
      const x = v128.load(a), p = f64x2.promote_low_f32x4(x), q = upper(x);
      if (takes(fn, p) && takes(fn, q)) v128.store(to, rounded(unary2(fn, p), unary2(fn, q)));
      else for (let i: usize = 0; i < 16; i += 4) rest32(fn, to + i, f32.load(a + i));
    }
  }
  for (; isShort(fn) && n >= 8; n -= 8, to += 32, a += by) {
    const x = v128.load(a), y = v128.load(a, 16);
    const p = f64x2.promote_low_f32x4(x), q = upper(x), r = f64x2.promote_low_f32x4(y), s = upper(y);
    if (takes(fn, p) && takes(fn, q) && takes(fn, r) && takes(fn, s)) {
      v128.store(to, rounded(unary2(fn, p), unary2(fn, q)));
      v128.store(to, rounded(unary2(fn, r), unary2(fn, s)), 16);
    } else {
      for (let i: usize = 0; i < 32; i += 4) rest32(fn, to + i, f32.load(a + i));
    }
  }
  for (; n > 0; --n, to += 4, a += 4) rest32(fn, to, f32.load(a));
}

/** One number, with the bits that it has in a vector. */
// @ts-ignore: decorator
@inline
function rest32(fn: i32, to: usize, x: f32): void {
  if (takes(fn, c(x))) f32.store(to, <f32>f64x2.extract_lane(unary2(fn, c(x)), 0));
  else f32.store(to, <f32>unaryScalar(fn, x));
}

function scalars32(fn: i32, to: usize, a: usize, move: i32, n: i32): void {
  for (; n > 0; --n, to += 4, a += 4 & move) f32.store(to, <f32>unaryScalar(fn, f32.load(a)));
}

function scalars64(fn: i32, to: usize, a: usize, move: i32, n: i32): void {
  for (; n > 0; --n, to += 8, a += 8 & move) f64.store(to, unaryScalar(fn, f64.load(a)));
}

/** x^y = e^(y log x) for positive finite x and finite y; the product's error stays far below float32's. */
// @ts-ignore: decorator
@inline
function power(x: v128, y: v128): v128 {
  return exp2x(f64x2.mul(y, logFast2x(x)));
}

// @ts-ignore: decorator
@inline
function arePositive(x: v128, y: v128): bool {
  const fine = v128.and(f32x4.gt(x, f32x4.splat(0)), f32x4.lt(x, f32x4.splat(Infinity)));
  return i32x4.all_true(v128.and(fine, f32x4.lt(f32x4.abs(y), f32x4.splat(Infinity))));
}

function power32(to: usize, a: usize, b: usize, moveA: i32, moveB: i32, n: i32): void {
  for (; n >= 8; n -= 8, to += 32, a += 32 & moveA, b += 32 & moveB) {
    const x = v128.load(a), y = v128.load(b), z = v128.load(a, 16), w = v128.load(b, 16);
    if (arePositive(x, y) && arePositive(z, w)) {
      const low = power(f64x2.promote_low_f32x4(x), f64x2.promote_low_f32x4(y)), high = power(upper(x), upper(y));
      v128.store(to, rounded(low, high));
      const next = power(f64x2.promote_low_f32x4(z), f64x2.promote_low_f32x4(w)), last = power(upper(z), upper(w));
      v128.store(to, rounded(next, last), 16);
    } else {
      for (let i: usize = 0; i < 32; i += 4) f32.store(to + i, power1(f32.load(a + i), f32.load(b + i)));
    }
  }
  for (; n > 0; --n, to += 4, a += 4 & moveA, b += 4 & moveB) f32.store(to, power1(f32.load(a), f32.load(b)));
}

/** One power, with the bits of the vectors where they would take it. */
function power1(x: f32, y: f32): f32 {
  if (!arePositive(f32x4.splat(x), f32x4.splat(y))) return <f32>binaryScalar(Fn.POW, x, y);
  return <f32>f64x2.extract_lane(power(c(x), c(y)), 0);
}

// @ts-ignore: decorator
@inline
function length(x: v128, y: v128): v128 {
  const result = f64x2.sqrt(f64x2.add(f64x2.mul(x, x), f64x2.mul(y, y)));
  const infinite = v128.or(f64x2.eq(f64x2.abs(x), c(Infinity)), f64x2.eq(f64x2.abs(y), c(Infinity)));
  return v128.bitselect(c(Infinity), result, infinite);
}

/** The squares of float32 neither overflow nor vanish in double precision. */
function hypot32(to: usize, a: usize, b: usize, moveA: i32, moveB: i32, n: i32): void {
  for (; n >= 4; n -= 4, to += 16, a += 16 & moveA, b += 16 & moveB) {
    const x = v128.load(a), y = v128.load(b);
    const low = length(f64x2.promote_low_f32x4(x), f64x2.promote_low_f32x4(y));
    v128.store(to, rounded(low, length(upper(x), upper(y))));
  }
  for (; n > 0; --n, to += 4, a += 4 & moveA, b += 4 & moveB) {
    f32.store(to, <f32>f64x2.extract_lane(length(c(f32.load(a)), c(f32.load(b))), 0));
  }
}

function scalarPairs32(fn: i32, to: usize, a: usize, b: usize, moveA: i32, moveB: i32, n: i32): void {
  for (; n > 0; --n, to += 4, a += 4 & moveA, b += 4 & moveB) f32.store(to, <f32>binaryScalar(fn, f32.load(a), f32.load(b)));
}

/** Float32 from Fn.LOG2 on; a loop each (map-f32.ts says why in a table). */
export const WIDE32: StaticArray<Loop1> = [
  (to: usize, a: usize, move: i32, n: i32): void => loop32(Fn.LOG2, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => loop32(Fn.LOG10, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => loop32(Fn.LOG1P, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => loop32(Fn.EXP2, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => loop32(Fn.SIN, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => loop32(Fn.COS, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => loop32(Fn.TAN, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => scalars32(Fn.ASIN, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => scalars32(Fn.ACOS, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => scalars32(Fn.ATAN, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => scalars32(Fn.SINH, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => scalars32(Fn.COSH, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => scalars32(Fn.ASINH, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => scalars32(Fn.ACOSH, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => scalars32(Fn.ATANH, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => loop32(Fn.ERF, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => loop32(Fn.ERFC, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => scalars32(Fn.ERFINV, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => scalars32(Fn.LGAMMA, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => scalars32(Fn.DIGAMMA, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => scalars32(Fn.SINC, to, a, move, n),
];

/** Float32 from Fn.POW on. */
export const PAIRS32: StaticArray<Loop2> = [
  power32,
  (to: usize, a: usize, b: usize, moveA: i32, moveB: i32, n: i32): void => scalarPairs32(Fn.FMOD, to, a, b, moveA, moveB, n),
  (to: usize, a: usize, b: usize, moveA: i32, moveB: i32, n: i32): void => scalarPairs32(Fn.REMAINDER, to, a, b, moveA, moveB, n),
  (to: usize, a: usize, b: usize, moveA: i32, moveB: i32, n: i32): void => scalarPairs32(Fn.FLOOR_DIVIDE, to, a, b, moveA, moveB, n),
  (to: usize, a: usize, b: usize, moveA: i32, moveB: i32, n: i32): void => scalarPairs32(Fn.ATAN2, to, a, b, moveA, moveB, n),
  hypot32,
  (to: usize, a: usize, b: usize, moveA: i32, moveB: i32, n: i32): void => scalarPairs32(Fn.ZETA, to, a, b, moveA, moveB, n),
];

/** Float64: EXP, LOG, TANH, SIGMOID, EXPM1. */
export const COMMON64: StaticArray<Loop1> = [
  (to: usize, a: usize, move: i32, n: i32): void => loop64(Fn.EXP, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => loop64(Fn.LOG, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => loop64(Fn.TANH, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => loop64(Fn.SIGMOID, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => loop64(Fn.EXPM1, to, a, move, n),
];

/** Float64 from Fn.LOG2 on. */
export const WIDE64: StaticArray<Loop1> = [
  (to: usize, a: usize, move: i32, n: i32): void => scalars64(Fn.LOG2, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => scalars64(Fn.LOG10, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => loop64(Fn.LOG1P, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => loop64(Fn.EXP2, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => loop64(Fn.SIN, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => loop64(Fn.COS, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => loop64(Fn.TAN, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => scalars64(Fn.ASIN, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => scalars64(Fn.ACOS, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => scalars64(Fn.ATAN, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => scalars64(Fn.SINH, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => scalars64(Fn.COSH, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => scalars64(Fn.ASINH, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => scalars64(Fn.ACOSH, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => scalars64(Fn.ATANH, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => loop64(Fn.ERF, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => loop64(Fn.ERFC, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => scalars64(Fn.ERFINV, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => scalars64(Fn.LGAMMA, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => scalars64(Fn.DIGAMMA, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => scalars64(Fn.SINC, to, a, move, n),
];
