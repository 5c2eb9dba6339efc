// The steps of `map` in float32: one vector loop a function, its tail included.
import { Fn } from "./fn";
import { exp4, expm14, log1p4, log4, sigmoid4, tanh4 } from "./math/f32x4";
import { normalCdf4 } from "./math/normal";
import { binaryScalar, unaryScalar } from "./map-f64";

/** Writes the first n (1 to 3) lanes. */
// @ts-ignore: decorator
@inline
function storeLanes(to: usize, v: v128, n: i32): void {
  f32.store(to, f32x4.extract_lane(v, 0));
  if (n > 1) f32.store(to + 4, f32x4.extract_lane(v, 1));
  if (n > 2) f32.store(to + 8, f32x4.extract_lane(v, 2));
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
  if (fn == Fn.RELU) return f32x4.max(x, f32x4.splat(0));
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
  if (fn == Fn.SIGNBIT) return one(i32x4.lt_s(x, i32x4.splat(0)));
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
  // A NaN in the output lets the gradient through, as in PyTorch: it must not be hidden.
  if (fn == Fn.COPYSIGN) return v128.bitselect(y, x, i32x4.splat(<i32>0x80000000));
  if (fn == Fn.RELU_GRAD) return v128.andnot(x, f32x4.le(y, f32x4.splat(0)));
  return x;
}

// @ts-ignore: decorator
@inline
function loop1(fn: i32, to: usize, a: usize, n: i32): void {
  for (; n >= 4; n -= 4, to += 16, a += 16) v128.store(to, unary4(fn, v128.load(a)));
  if (n > 0) storeLanes(to, unary4(fn, v128.load(a)), n);
}

// @ts-ignore: decorator
@inline
function loop2(fn: i32, to: usize, a: usize, b: usize, n: i32): void {
  for (; n >= 4; n -= 4, to += 16, a += 16, b += 16) v128.store(to, binary4(fn, v128.load(a), v128.load(b)));
  if (n > 0) storeLanes(to, binary4(fn, v128.load(a), v128.load(b)), n);
}

/** Runs one function over n elements. */
export function step32(fn: i32, to: usize, a: usize, b: usize, c: usize, n: i32): void {
  switch (fn) {
    case Fn.COPY: loop1(Fn.COPY, to, a, n); return;
    case Fn.NEG: loop1(Fn.NEG, to, a, n); return;
    case Fn.ABS: loop1(Fn.ABS, to, a, n); return;
    case Fn.SQUARE: loop1(Fn.SQUARE, to, a, n); return;
    case Fn.SQRT: loop1(Fn.SQRT, to, a, n); return;
    case Fn.RSQRT: loop1(Fn.RSQRT, to, a, n); return;
    case Fn.RECIPROCAL: loop1(Fn.RECIPROCAL, to, a, n); return;
    case Fn.RELU: loop1(Fn.RELU, to, a, n); return;
    case Fn.FLOOR: loop1(Fn.FLOOR, to, a, n); return;
    case Fn.CEIL: loop1(Fn.CEIL, to, a, n); return;
    case Fn.ROUND: loop1(Fn.ROUND, to, a, n); return;
    case Fn.TRUNC: loop1(Fn.TRUNC, to, a, n); return;
    case Fn.SIGN: loop1(Fn.SIGN, to, a, n); return;
    case Fn.NOT: loop1(Fn.NOT, to, a, n); return;
    case Fn.ISNAN: loop1(Fn.ISNAN, to, a, n); return;
    case Fn.EXP: loop1(Fn.EXP, to, a, n); return;
    case Fn.LOG: loop1(Fn.LOG, to, a, n); return;
    case Fn.TANH: loop1(Fn.TANH, to, a, n); return;
    case Fn.SIGMOID: loop1(Fn.SIGMOID, to, a, n); return;
    case Fn.EXPM1: loop1(Fn.EXPM1, to, a, n); return;
    case Fn.LOG1P: loop1(Fn.LOG1P, to, a, n); return;
    case Fn.NORMAL_CDF: loop1(Fn.NORMAL_CDF, to, a, n); return;
    case Fn.SIGNBIT: loop1(Fn.SIGNBIT, to, a, n); return;
    case Fn.ADD: loop2(Fn.ADD, to, a, b, n); return;
    case Fn.SUB: loop2(Fn.SUB, to, a, b, n); return;
    case Fn.MUL: loop2(Fn.MUL, to, a, b, n); return;
    case Fn.DIV: loop2(Fn.DIV, to, a, b, n); return;
    case Fn.MAX: loop2(Fn.MAX, to, a, b, n); return;
    case Fn.MIN: loop2(Fn.MIN, to, a, b, n); return;
    case Fn.EQ: loop2(Fn.EQ, to, a, b, n); return;
    case Fn.NE: loop2(Fn.NE, to, a, b, n); return;
    case Fn.LT: loop2(Fn.LT, to, a, b, n); return;
    case Fn.LE: loop2(Fn.LE, to, a, b, n); return;
    case Fn.GT: loop2(Fn.GT, to, a, b, n); return;
    case Fn.GE: loop2(Fn.GE, to, a, b, n); return;
    case Fn.RELU_GRAD: loop2(Fn.RELU_GRAD, to, a, b, n); return;
    case Fn.COPYSIGN: loop2(Fn.COPYSIGN, to, a, b, n); return;
    case Fn.WHERE:
      for (; n >= 4; n -= 4, to += 16, a += 16, b += 16, c += 16) {
        v128.store(to, v128.bitselect(v128.load(a), v128.load(b), f32x4.ne(v128.load(c), f32x4.splat(0))));
      }
      for (; n > 0; --n, to += 4, a += 4, b += 4, c += 4) f32.store(to, f32.load(c) != 0 ? f32.load(a) : f32.load(b));
      return;
    case Fn.FMA:
      for (; n >= 4; n -= 4, to += 16, a += 16, b += 16, c += 16) {
        v128.store(to, f32x4.add(v128.load(a), f32x4.mul(v128.load(b), v128.load(c))));
      }
      for (; n > 0; --n, to += 4, a += 4, b += 4, c += 4) f32.store(to, f32.load(a) + f32.load(b) * f32.load(c));
      return;
  }
  // The rest is computed in double precision, element by element, and rounded once.
  if (fn < 128) {
    for (; n > 0; --n, to += 4, a += 4) f32.store(to, <f32>unaryScalar(fn, f32.load(a)));
  } else {
    for (; n > 0; --n, to += 4, a += 4, b += 4) f32.store(to, <f32>binaryScalar(fn, f32.load(a), f32.load(b)));
  }
}
