// The steps of `map` in float32: one vector loop a function, its tail included.
//
// Operands that move give 0 or -1: one that does not move is a constant that stands 16 times in its buffer. What a vector
// loop computes for an element does not depend on its neighbours: tails and shares of threads give the same bits.
//
// Each loop is a function of its own, called through a table: in one large function V8 11.3 keeps the constants of all
// loops alive at once and takes three to six times as long for each of them.
import { Fn } from "./fn";
import { areNormal, areOrdinary, exp4, expFast4, expm14, log1p4, log4, logFast4, sigmoid4, tanh4 } from "./math/f32x4";
import { bfloat4, half4 } from "./math/half";
import { normalCdf4 } from "./math/normal";
import { PAIRS32, WIDE32 } from "./map-double";

/** Writes the first n (1 to 4) lanes. */
// @ts-ignore: decorator
@inline
function storeLanes(to: usize, v: v128, n: i32): void {
  if (n >= 4) {
    v128.store(to, v);
    return;
  }
  v128.store_lane<f32>(to, v, 0);
  if (n > 1) v128.store_lane<f32>(to, v, 1, 4);
  if (n > 2) v128.store_lane<f32>(to, v, 2, 8);
}

// @ts-ignore: decorator
@inline
function one(mask: v128): v128 {
  return v128.and(mask, f32x4.splat(1));
}

// @ts-ignore: decorator
@inline
function unary4(fn: i32, x: v128): v128 {
  if (fn == Fn.NEG) return f32x4.neg(x);
  if (fn == Fn.ABS) return f32x4.abs(x);
  if (fn == Fn.SQUARE) return f32x4.mul(x, x);
  if (fn == Fn.SQRT) return f32x4.sqrt(x);
  if (fn == Fn.RSQRT) return f32x4.div(f32x4.splat(1), f32x4.sqrt(x));
  if (fn == Fn.RECIPROCAL) return f32x4.div(f32x4.splat(1), x);
  // A NaN stays; adding 0 makes -0 to 0.
  if (fn == Fn.RELU) return f32x4.add(f32x4.pmax(x, f32x4.splat(0)), f32x4.splat(0));
  if (fn == Fn.FLOOR) return f32x4.floor(x);
  if (fn == Fn.CEIL) return f32x4.ceil(x);
  if (fn == Fn.ROUND) return f32x4.nearest(x);
  if (fn == Fn.TRUNC) return f32x4.trunc(x);
  if (fn == Fn.SIGN) return f32x4.sub(one(f32x4.gt(x, f32x4.splat(0))), one(f32x4.lt(x, f32x4.splat(0))));
  if (fn == Fn.NOT) return one(f32x4.eq(x, f32x4.splat(0)));
  if (fn == Fn.ISNAN) return one(f32x4.ne(x, x));
  if (fn == Fn.EXP) return exp4(x);
  if (fn == Fn.LOG) return log4(x);
  if (fn == Fn.TANH) return tanh4(x);
  if (fn == Fn.SIGMOID) return sigmoid4(x);
  if (fn == Fn.EXPM1) return expm14(x);
  if (fn == Fn.LOG1P) return log1p4(x);
  if (fn == Fn.NORMAL_CDF) return normalCdf4(x);
  if (fn == Fn.HALF) return half4(x);
  if (fn == Fn.BFLOAT) return bfloat4(x);
  if (fn == Fn.SIGNBIT) return f32x4.convert_i32x4_u(i32x4.shr_u(x, 31));
  return x;
}

// @ts-ignore: decorator
@inline
function binary4(fn: i32, x: v128, y: v128): v128 {
  if (fn == Fn.ADD) return f32x4.add(x, y);
  if (fn == Fn.SUB) return f32x4.sub(x, y);
  if (fn == Fn.MUL) return f32x4.mul(x, y);
  if (fn == Fn.DIV) return f32x4.div(x, y);
  if (fn == Fn.MAX) return f32x4.max(x, y);
  if (fn == Fn.MIN) return f32x4.min(x, y);
  if (fn == Fn.EQ) return one(f32x4.eq(x, y));
  if (fn == Fn.NE) return one(f32x4.ne(x, y));
  if (fn == Fn.LT) return one(f32x4.lt(x, y));
  if (fn == Fn.LE) return one(f32x4.le(x, y));
  if (fn == Fn.GT) return one(f32x4.gt(x, y));
  if (fn == Fn.GE) return one(f32x4.ge(x, y));
  if (fn == Fn.COPYSIGN) return v128.bitselect(y, x, i32x4.splat(<i32>0x80000000));
  // A NaN in the output lets the gradient through, as in PyTorch: it must not be hidden.
  if (fn == Fn.RELU_GRAD) return v128.andnot(x, f32x4.le(y, f32x4.splat(0)));
  return x;
}

// @ts-ignore: decorator
@inline
function ternary4(fn: i32, x: v128, y: v128, z: v128): v128 {
  if (fn == Fn.WHERE) return v128.bitselect(y, x, f32x4.eq(z, f32x4.splat(0)));
  return f32x4.add(x, f32x4.mul(y, z));
}

/** Four vectors a round: memory is what cheap functions wait for, and constants serve all four. */
// @ts-ignore: decorator
@inline
function loop1(fn: i32, to: usize, a: usize, move: i32, n: i32): void {
  const by = <usize>(64 & move);
  for (; n >= 16; n -= 16, to += 64, a += by) {
    const p = unary4(fn, v128.load(a)), q = unary4(fn, v128.load(a, 16));
    const r = unary4(fn, v128.load(a, 32)), s = unary4(fn, v128.load(a, 48));
    v128.store(to, p);
    v128.store(to, q, 16);
    v128.store(to, r, 32);
    v128.store(to, s, 48);
  }
  for (; n > 0; n -= 4, to += 16, a += 16) storeLanes(to, unary4(fn, v128.load(a)), n);
}

/** The exponential and the logarithm have a shorter way, with the same bits, where no number is special. */
// @ts-ignore: decorator
@inline
function loopFast(fn: i32, to: usize, a: usize, move: i32, n: i32): void {
  const by = <usize>(64 & move);
  for (; n >= 16; n -= 16, to += 64, a += by) {
    const p = v128.load(a), q = v128.load(a, 16), r = v128.load(a, 32), s = v128.load(a, 48);
    if (fn == Fn.EXP ? areOrdinary(p, q, r, s) : areNormal(p, q, r, s)) {
      v128.store(to, fn == Fn.EXP ? expFast4(p) : logFast4(p));
      v128.store(to, fn == Fn.EXP ? expFast4(q) : logFast4(q), 16);
      v128.store(to, fn == Fn.EXP ? expFast4(r) : logFast4(r), 32);
      v128.store(to, fn == Fn.EXP ? expFast4(s) : logFast4(s), 48);
    } else {
      v128.store(to, unary4(fn, p));
      v128.store(to, unary4(fn, q), 16);
      v128.store(to, unary4(fn, r), 32);
      v128.store(to, unary4(fn, s), 48);
    }
  }
  for (; n > 0; n -= 4, to += 16, a += 16) storeLanes(to, unary4(fn, v128.load(a)), n);
}

// @ts-ignore: decorator
@inline
function loop2(fn: i32, to: usize, a: usize, b: usize, moveA: i32, moveB: i32, n: i32): void {
  const byA = <usize>(64 & moveA), byB = <usize>(64 & moveB);
  for (; n >= 16; n -= 16, to += 64, a += byA, b += byB) {
    const p = binary4(fn, v128.load(a), v128.load(b)), q = binary4(fn, v128.load(a, 16), v128.load(b, 16));
    const r = binary4(fn, v128.load(a, 32), v128.load(b, 32)), s = binary4(fn, v128.load(a, 48), v128.load(b, 48));
    v128.store(to, p);
    v128.store(to, q, 16);
    v128.store(to, r, 32);
    v128.store(to, s, 48);
  }
  for (; n > 0; n -= 4, to += 16, a += 16, b += 16) storeLanes(to, binary4(fn, v128.load(a), v128.load(b)), n);
}

// @ts-ignore: decorator
@inline
function loop3(fn: i32, to: usize, a: usize, b: usize, c: usize, moveA: i32, moveB: i32, moveC: i32, n: i32): void {
  const byA = <usize>(32 & moveA), byB = <usize>(32 & moveB), byC = <usize>(32 & moveC);
  for (; n >= 8; n -= 8, to += 32, a += byA, b += byB, c += byC) {
    const p = ternary4(fn, v128.load(a), v128.load(b), v128.load(c));
    const q = ternary4(fn, v128.load(a, 16), v128.load(b, 16), v128.load(c, 16));
    v128.store(to, p);
    v128.store(to, q, 16);
  }
  for (; n > 0; n -= 4, to += 16, a += 16, b += 16, c += 16) {
    storeLanes(to, ternary4(fn, v128.load(a), v128.load(b), v128.load(c)), n);
  }
}

type Loop1 = (to: usize, a: usize, move: i32, n: i32) => void;
type Loop2 = (to: usize, a: usize, b: usize, moveA: i32, moveB: i32, n: i32) => void;
type Loop3 = (to: usize, a: usize, b: usize, c: usize, moveA: i32, moveB: i32, moveC: i32, n: i32) => void;

/** By the numbers of `Fn`. */
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
  (to: usize, a: usize, move: i32, n: i32): void => loopFast(Fn.EXP, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => loopFast(Fn.LOG, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => loop1(Fn.TANH, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => loop1(Fn.SIGMOID, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => loop1(Fn.EXPM1, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => loop1(Fn.ISNAN, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => loop1(Fn.RSQRT, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => loop1(Fn.SIGNBIT, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => loop1(Fn.NORMAL_CDF, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => loop1(Fn.HALF, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => loop1(Fn.BFLOAT, to, a, move, n),
];
const LOG1P: StaticArray<Loop1> = [
  (to: usize, a: usize, move: i32, n: i32): void => loop1(Fn.LOG1P, to, a, move, n),
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

/** Runs one function over n elements. */
export function step32(fn: i32, to: usize, a: usize, b: usize, c: usize, moveA: i32, moveB: i32, moveC: i32, n: i32): void {
  if (fn < 32) UNARY[fn](to, a, moveA, n);
  else if (fn < 64) BINARY[fn - Fn.ADD](to, a, b, moveA, moveB, n);
  else if (fn < 96) TERNARY[fn - Fn.WHERE](to, a, b, c, moveA, moveB, moveC, n);
  else if (fn == Fn.LOG1P) LOG1P[0](to, a, moveA, n);
  else if (fn < 128) WIDE32[fn - Fn.LOG2](to, a, moveA, n);
  else PAIRS32[fn - Fn.POW](to, a, b, moveA, moveB, n);
}
