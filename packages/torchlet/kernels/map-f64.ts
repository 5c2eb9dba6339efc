// The steps of `map` in float64: vector loops where there are vector functions, else the runtime's own accurate ones.
import { Fn } from "./fn";
import { digamma, erf, erfc, erfinv, lgamma, normalCdf, sinc, zeta } from "./math/special";

/** One function of one double. */
export function unaryScalar(fn: i32, x: f64): f64 {
  switch (fn) {
    case Fn.NEG: return -x;
    case Fn.ABS: return abs(x);
    case Fn.SQUARE: return x * x;
    case Fn.SQRT: return sqrt(x);
    case Fn.RSQRT: return 1 / sqrt(x);
    case Fn.RECIPROCAL: return 1 / x;
    case Fn.RELU: return max(x, 0);
    case Fn.FLOOR: return floor(x);
    case Fn.CEIL: return ceil(x);
    case Fn.ROUND: return nearest(x);
    case Fn.TRUNC: return trunc(x);
    case Fn.SIGN: return <f64>(<i32>(x > 0) - <i32>(x < 0));
    case Fn.NOT: return x == 0 ? 1 : 0;
    case Fn.ISNAN: return x != x ? 1 : 0;
    case Fn.EXP: return NativeMath.exp(x);
    case Fn.LOG: return NativeMath.log(x);
    case Fn.TANH: return NativeMath.tanh(x);
    case Fn.SIGMOID: {
      const e = NativeMath.exp(-abs(x));
      return (x < 0 ? e : 1) / (1 + e);
    }
    case Fn.EXPM1: return NativeMath.expm1(x);
    case Fn.LOG2: return NativeMath.log2(x);
    case Fn.LOG10: return NativeMath.log10(x);
    case Fn.LOG1P: return NativeMath.log1p(x);
    case Fn.EXP2: return NativeMath.pow(2, x);
    case Fn.SIN: return NativeMath.sin(x);
    case Fn.COS: return NativeMath.cos(x);
    case Fn.TAN: return NativeMath.tan(x);
    case Fn.ASIN: return NativeMath.asin(x);
    case Fn.ACOS: return NativeMath.acos(x);
    case Fn.ATAN: return NativeMath.atan(x);
    case Fn.SINH: return NativeMath.sinh(x);
    case Fn.COSH: return NativeMath.cosh(x);
    case Fn.ASINH: return NativeMath.asinh(x);
    case Fn.ACOSH: return NativeMath.acosh(x);
    case Fn.ATANH: return NativeMath.atanh(x);
    case Fn.SIGNBIT: return reinterpret<i64>(x) < 0 ? 1 : 0;
    case Fn.NORMAL_CDF: return normalCdf(x);
    case Fn.ERF: return erf(x);
    case Fn.ERFC: return erfc(x);
    case Fn.ERFINV: return erfinv(x);
    case Fn.LGAMMA: return lgamma(x);
    case Fn.DIGAMMA: return digamma(x);
    case Fn.SINC: return sinc(x);
  }
  return x;
}

/** One function of two doubles. */
export function binaryScalar(fn: i32, x: f64, y: f64): f64 {
  switch (fn) {
    case Fn.ADD: return x + y;
    case Fn.SUB: return x - y;
    case Fn.MUL: return x * y;
    case Fn.DIV: return x / y;
    case Fn.MAX: return max(x, y);
    case Fn.MIN: return min(x, y);
    case Fn.EQ: return x == y ? 1 : 0;
    case Fn.NE: return x != y ? 1 : 0;
    case Fn.LT: return x < y ? 1 : 0;
    case Fn.LE: return x <= y ? 1 : 0;
    case Fn.GT: return x > y ? 1 : 0;
    case Fn.GE: return x >= y ? 1 : 0;
    case Fn.RELU_GRAD: return y <= 0 ? 0 : x;
    // As in C: 1 to any power and -1 to an infinite one are 1, which JavaScript's rules make NaN.
    case Fn.POW: return x == 1 || (x == -1 && abs(y) == Infinity) ? 1 : NativeMath.pow(x, y);
    case Fn.FMOD: return x % y;
    case Fn.REMAINDER: {
      // The sign follows the divisor, as in Python.
      const r = x % y;
      return r != 0 && (r < 0) != (y < 0) ? r + y : r;
    }
    case Fn.FLOOR_DIVIDE: {
      if (y == 0) return x / y;
      // Through the remainder, as Python does: floor(x / y) alone can round up to the next integer.
      let r = x % y;
      let q = (x - r) / y;
      if (r != 0 && (r < 0) != (y < 0)) q -= 1;
      if (q == 0) return copysign<f64>(0, x / y);
      const f = floor(q);
      return q - f > 0.5 ? f + 1 : f;
    }
    case Fn.ATAN2: return NativeMath.atan2(x, y);
    case Fn.HYPOT: return NativeMath.hypot(x, y);
    case Fn.COPYSIGN: return copysign<f64>(x, y);
    case Fn.ZETA: return zeta(x, y);
  }
  return x;
}

// @ts-ignore: decorator
@inline
function one(mask: v128): v128 {
  return v128.and(mask, f64x2.splat(1));
}

// @ts-ignore: decorator
@inline
function unary2(fn: i32, x: v128): v128 {
  if (fn == Fn.NEG) return f64x2.neg(x);
  if (fn == Fn.ABS) return f64x2.abs(x);
  if (fn == Fn.SQUARE) return f64x2.mul(x, x);
  if (fn == Fn.SQRT) return f64x2.sqrt(x);
  if (fn == Fn.RSQRT) return f64x2.div(f64x2.splat(1), f64x2.sqrt(x));
  if (fn == Fn.RECIPROCAL) return f64x2.div(f64x2.splat(1), x);
  // A NaN stays; adding 0 makes -0 to 0.
  if (fn == Fn.RELU) return f64x2.add(f64x2.pmax(x, f64x2.splat(0)), f64x2.splat(0));
  if (fn == Fn.FLOOR) return f64x2.floor(x);
  if (fn == Fn.CEIL) return f64x2.ceil(x);
  if (fn == Fn.ROUND) return f64x2.nearest(x);
  if (fn == Fn.TRUNC) return f64x2.trunc(x);
  if (fn == Fn.SIGN) return f64x2.sub(one(f64x2.gt(x, f64x2.splat(0))), one(f64x2.lt(x, f64x2.splat(0))));
  if (fn == Fn.NOT) return one(f64x2.eq(x, f64x2.splat(0)));
  if (fn == Fn.ISNAN) return one(f64x2.ne(x, x));
  return x;
}

// @ts-ignore: decorator
@inline
function binary2(fn: i32, x: v128, y: v128): v128 {
  if (fn == Fn.ADD) return f64x2.add(x, y);
  if (fn == Fn.SUB) return f64x2.sub(x, y);
  if (fn == Fn.MUL) return f64x2.mul(x, y);
  if (fn == Fn.DIV) return f64x2.div(x, y);
  if (fn == Fn.MAX) return f64x2.max(x, y);
  if (fn == Fn.MIN) return f64x2.min(x, y);
  if (fn == Fn.EQ) return one(f64x2.eq(x, y));
  if (fn == Fn.NE) return one(f64x2.ne(x, y));
  if (fn == Fn.LT) return one(f64x2.lt(x, y));
  if (fn == Fn.LE) return one(f64x2.le(x, y));
  if (fn == Fn.GT) return one(f64x2.gt(x, y));
  if (fn == Fn.GE) return one(f64x2.ge(x, y));
  if (fn == Fn.COPYSIGN) return v128.bitselect(y, x, i64x2.splat(<i64>0x8000000000000000));
  if (fn == Fn.RELU_GRAD) return v128.andnot(x, f64x2.le(y, f64x2.splat(0)));
  return x;
}

// @ts-ignore: decorator
@inline
function ternary2(fn: i32, x: v128, y: v128, z: v128): v128 {
  if (fn == Fn.WHERE) return v128.bitselect(y, x, f64x2.eq(z, f64x2.splat(0)));
  return f64x2.add(x, f64x2.mul(y, z));
}

/** Stores both lanes, or the first alone where n is 1. */
// @ts-ignore: decorator
@inline
function storeLanes(to: usize, v: v128, n: i32): void {
  if (n > 1) v128.store(to, v);
  else v128.store_lane<f64>(to, v, 0);
}

// @ts-ignore: decorator
@inline
function loop1(fn: i32, to: usize, a: usize, move: i32, n: i32): void {
  const by = <usize>(32 & move);
  for (; n >= 4; n -= 4, to += 32, a += by) {
    const p = v128.load(a), q = v128.load(a, 16);
    v128.store(to, unary2(fn, p));
    v128.store(to, unary2(fn, q), 16);
  }
  for (; n > 0; n -= 2, to += 16, a += 16) storeLanes(to, unary2(fn, v128.load(a)), n);
}

// @ts-ignore: decorator
@inline
function loop2(fn: i32, to: usize, a: usize, b: usize, moveA: i32, moveB: i32, n: i32): void {
  const byA = <usize>(32 & moveA), byB = <usize>(32 & moveB);
  for (; n >= 4; n -= 4, to += 32, a += byA, b += byB) {
    const p = binary2(fn, v128.load(a), v128.load(b)), q = binary2(fn, v128.load(a, 16), v128.load(b, 16));
    v128.store(to, p);
    v128.store(to, q, 16);
  }
  for (; n > 0; n -= 2, to += 16, a += 16, b += 16) storeLanes(to, binary2(fn, v128.load(a), v128.load(b)), n);
}

// @ts-ignore: decorator
@inline
function loop3(fn: i32, to: usize, a: usize, b: usize, c: usize, moveA: i32, moveB: i32, moveC: i32, n: i32): void {
  const byA = <usize>(16 & moveA), byB = <usize>(16 & moveB), byC = <usize>(16 & moveC);
  for (; n > 0; n -= 2, to += 16, a += byA, b += byB, c += byC) {
    storeLanes(to, ternary2(fn, v128.load(a), v128.load(b), v128.load(c)), n);
  }
}

type Loop1 = (to: usize, a: usize, move: i32, n: i32) => void;
type Loop2 = (to: usize, a: usize, b: usize, moveA: i32, moveB: i32, n: i32) => void;
type Loop3 = (to: usize, a: usize, b: usize, c: usize, moveA: i32, moveB: i32, moveC: i32, n: i32) => void;

/** By the numbers of `Fn` (kernels/map-f32.ts says why in a table). */
const UNARY: StaticArray<Loop1> = [
  (to: usize, a: usize, move: i32, n: i32): void => loop1(Fn.COPY, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => loop1(Fn.NEG, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => loop1(Fn.ABS, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => loop1(Fn.SQUARE, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => loop1(Fn.SQRT, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => loop1(Fn.RECIPROCAL, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => loop1(Fn.RELU, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => loop1(Fn.FLOOR, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => loop1(Fn.CEIL, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => loop1(Fn.ROUND, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => loop1(Fn.TRUNC, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => loop1(Fn.SIGN, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => loop1(Fn.NOT, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => scalars(Fn.EXP, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => scalars(Fn.LOG, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => scalars(Fn.TANH, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => scalars(Fn.SIGMOID, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => scalars(Fn.EXPM1, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => loop1(Fn.ISNAN, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => loop1(Fn.RSQRT, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => scalars(Fn.SIGNBIT, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => scalars(Fn.NORMAL_CDF, to, a, move, n),
];
/** From Fn.ADD on. */
const BINARY: StaticArray<Loop2> = [
  (to: usize, a: usize, b: usize, moveA: i32, moveB: i32, n: i32): void => loop2(Fn.ADD, to, a, b, moveA, moveB, n),
  (to: usize, a: usize, b: usize, moveA: i32, moveB: i32, n: i32): void => loop2(Fn.SUB, to, a, b, moveA, moveB, n),
  (to: usize, a: usize, b: usize, moveA: i32, moveB: i32, n: i32): void => loop2(Fn.MUL, to, a, b, moveA, moveB, n),
  (to: usize, a: usize, b: usize, moveA: i32, moveB: i32, n: i32): void => loop2(Fn.DIV, to, a, b, moveA, moveB, n),
  (to: usize, a: usize, b: usize, moveA: i32, moveB: i32, n: i32): void => loop2(Fn.MAX, to, a, b, moveA, moveB, n),
  (to: usize, a: usize, b: usize, moveA: i32, moveB: i32, n: i32): void => loop2(Fn.MIN, to, a, b, moveA, moveB, n),
  (to: usize, a: usize, b: usize, moveA: i32, moveB: i32, n: i32): void => loop2(Fn.EQ, to, a, b, moveA, moveB, n),
  (to: usize, a: usize, b: usize, moveA: i32, moveB: i32, n: i32): void => loop2(Fn.NE, to, a, b, moveA, moveB, n),
  (to: usize, a: usize, b: usize, moveA: i32, moveB: i32, n: i32): void => loop2(Fn.LT, to, a, b, moveA, moveB, n),
  (to: usize, a: usize, b: usize, moveA: i32, moveB: i32, n: i32): void => loop2(Fn.LE, to, a, b, moveA, moveB, n),
  (to: usize, a: usize, b: usize, moveA: i32, moveB: i32, n: i32): void => loop2(Fn.GT, to, a, b, moveA, moveB, n),
  (to: usize, a: usize, b: usize, moveA: i32, moveB: i32, n: i32): void => loop2(Fn.GE, to, a, b, moveA, moveB, n),
  (to: usize, a: usize, b: usize, moveA: i32, moveB: i32, n: i32): void => loop2(Fn.COPY, to, a, b, moveA, moveB, n),
  (to: usize, a: usize, b: usize, moveA: i32, moveB: i32, n: i32): void => loop2(Fn.COPY, to, a, b, moveA, moveB, n),
  (to: usize, a: usize, b: usize, moveA: i32, moveB: i32, n: i32): void => loop2(Fn.COPY, to, a, b, moveA, moveB, n),
  (to: usize, a: usize, b: usize, moveA: i32, moveB: i32, n: i32): void => loop2(Fn.RELU_GRAD, to, a, b, moveA, moveB, n),
  (to: usize, a: usize, b: usize, moveA: i32, moveB: i32, n: i32): void => loop2(Fn.COPYSIGN, to, a, b, moveA, moveB, n),
];
/** From Fn.WHERE on. */
const TERNARY: StaticArray<Loop3> = [
  (to: usize, a: usize, b: usize, c: usize, moveA: i32, moveB: i32, moveC: i32, n: i32): void => loop3(Fn.WHERE, to, a, b, c, moveA, moveB, moveC, n),
  (to: usize, a: usize, b: usize, c: usize, moveA: i32, moveB: i32, moveC: i32, n: i32): void => loop3(Fn.FMA, to, a, b, c, moveA, moveB, moveC, n),
];

function scalars(fn: i32, to: usize, a: usize, move: i32, n: i32): void {
  for (; n > 0; --n, to += 8, a += 8 & move) f64.store(to, unaryScalar(fn, f64.load(a)));
}

/** Runs one function over n elements; operands move with them (-1) or stay (0). */
export function step64(fn: i32, to: usize, a: usize, b: usize, c: usize, moveA: i32, moveB: i32, moveC: i32, n: i32): void {
  if (fn < 32) UNARY[fn](to, a, moveA, n);
  else if (fn < 64) BINARY[fn - Fn.ADD](to, a, b, moveA, moveB, n);
  else if (fn < 96) TERNARY[fn - Fn.WHERE](to, a, b, c, moveA, moveB, moveC, n);
  else if (fn < 128) scalars(fn, to, a, moveA, n);
  else for (; n > 0; --n, to += 8, a += 8 & moveA, b += 8 & moveB) f64.store(to, binaryScalar(fn, f64.load(a), f64.load(b)));
}
