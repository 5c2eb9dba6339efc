// The steps of `map` in float64: vector loops, and what map-double.ts has.
import { Fn } from "./fn";
import { COMMON64, WIDE64 } from "./map-double";
import { bfloat2, half2 } from "./math/half";
import { binaryScalar, unaryScalar } from "./scalar";

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
  if (fn == Fn.HALF) return half2(x);
  if (fn == Fn.BFLOAT) return bfloat2(x);
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
  (to: usize, a: usize, move: i32, n: i32): void => scalars(Fn.COPY, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => scalars(Fn.COPY, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => scalars(Fn.COPY, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => scalars(Fn.COPY, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => scalars(Fn.COPY, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => loop1(Fn.ISNAN, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => loop1(Fn.RSQRT, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => scalars(Fn.SIGNBIT, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => scalars(Fn.NORMAL_CDF, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => loop1(Fn.HALF, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => loop1(Fn.BFLOAT, to, a, move, n),
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
  if (fn >= Fn.EXP && fn <= Fn.EXPM1) COMMON64[fn - Fn.EXP](to, a, moveA, n);
  else if (fn < 32) UNARY[fn](to, a, moveA, n);
  else if (fn < 64) BINARY[fn - Fn.ADD](to, a, b, moveA, moveB, n);
  else if (fn < 96) TERNARY[fn - Fn.WHERE](to, a, b, c, moveA, moveB, moveC, n);
  else if (fn < 128) WIDE64[fn - Fn.LOG2](to, a, moveA, n);
  else for (; n > 0; --n, to += 8, a += 8 & moveA, b += 8 & moveB) f64.store(to, binaryScalar(fn, f64.load(a), f64.load(b)));
}
