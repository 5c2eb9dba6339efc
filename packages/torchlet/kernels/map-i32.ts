// The steps of `map` in int32; sums and products wrap around, division by zero gives 0.
import { Fn } from "./fn";

// @ts-ignore: decorator
@inline
function floorDivide(x: i32, y: i32): i32 {
  if (y == 0) return 0;
  if (y == -1) return -x;
  const q = x / y;
  return x % y != 0 && (x < 0) != (y < 0) ? q - 1 : q;
}

/** x^y for integers; a negative exponent gives 0 but for bases 1 and -1. */
function power(x: i32, y: i32): i32 {
  if (y < 0) return x == 1 ? 1 : x == -1 ? (y & 1 ? -1 : 1) : 0;
  let result = 1;
  for (; y > 0; y >>= 1, x *= x) if (y & 1) result *= x;
  return result;
}

function unaryInt(fn: i32, x: i32): i32 {
  switch (fn) {
    case Fn.NEG: return -x;
    case Fn.ABS: return x < 0 ? -x : x;
    case Fn.SQUARE: return x * x;
    case Fn.RELU: return max(x, 0);
    case Fn.SIGN: return <i32>(x > 0) - <i32>(x < 0);
    case Fn.NOT: return x == 0 ? 1 : 0;
    case Fn.ISNAN: return 0;
    case Fn.SIGNBIT: return <i32>(x < 0);
  }
  return x;
}

function binaryInt(fn: i32, x: i32, y: i32): i32 {
  switch (fn) {
    case Fn.ADD: return x + y;
    case Fn.SUB: return x - y;
    case Fn.MUL: return x * y;
    case Fn.DIV: return y == 0 ? 0 : y == -1 ? -x : x / y;
    case Fn.MAX: return max(x, y);
    case Fn.MIN: return min(x, y);
    case Fn.EQ: return <i32>(x == y);
    case Fn.NE: return <i32>(x != y);
    case Fn.LT: return <i32>(x < y);
    case Fn.LE: return <i32>(x <= y);
    case Fn.GT: return <i32>(x > y);
    case Fn.GE: return <i32>(x >= y);
    case Fn.AND: return x & y;
    case Fn.OR: return x | y;
    case Fn.XOR: return x ^ y;
    case Fn.RELU_GRAD: return y <= 0 ? 0 : x;
    case Fn.POW: return power(x, y);
    case Fn.FMOD: return y == 0 || y == -1 ? 0 : x % y;
    case Fn.REMAINDER: return y == 0 || y == -1 ? 0 : x - floorDivide(x, y) * y;
    case Fn.FLOOR_DIVIDE: return floorDivide(x, y);
  }
  return x;
}

// @ts-ignore: decorator
@inline
function one(mask: v128): v128 {
  return v128.and(mask, i32x4.splat(1));
}

// @ts-ignore: decorator
@inline
function unary4(fn: i32, x: v128): v128 {
  if (fn == Fn.NEG) return i32x4.neg(x);
  if (fn == Fn.ABS) return i32x4.abs(x);
  if (fn == Fn.SQUARE) return i32x4.mul(x, x);
  if (fn == Fn.RELU) return i32x4.max_s(x, i32x4.splat(0));
  if (fn == Fn.NOT) return one(i32x4.eq(x, i32x4.splat(0)));
  return x;
}

// @ts-ignore: decorator
@inline
function binary4(fn: i32, x: v128, y: v128): v128 {
  if (fn == Fn.ADD) return i32x4.add(x, y);
  if (fn == Fn.SUB) return i32x4.sub(x, y);
  if (fn == Fn.MUL) return i32x4.mul(x, y);
  if (fn == Fn.MAX) return i32x4.max_s(x, y);
  if (fn == Fn.MIN) return i32x4.min_s(x, y);
  if (fn == Fn.EQ) return one(i32x4.eq(x, y));
  if (fn == Fn.NE) return one(i32x4.ne(x, y));
  if (fn == Fn.LT) return one(i32x4.lt_s(x, y));
  if (fn == Fn.LE) return one(i32x4.le_s(x, y));
  if (fn == Fn.GT) return one(i32x4.gt_s(x, y));
  if (fn == Fn.GE) return one(i32x4.ge_s(x, y));
  if (fn == Fn.AND) return v128.and(x, y);
  if (fn == Fn.OR) return v128.or(x, y);
  if (fn == Fn.XOR) return v128.xor(x, y);
  return x;
}

/** Writes the first n (1 to 4) lanes. */
// @ts-ignore: decorator
@inline
function storeLanes(to: usize, v: v128, n: i32): void {
  if (n >= 4) {
    v128.store(to, v);
    return;
  }
  v128.store_lane<i32>(to, v, 0);
  if (n > 1) v128.store_lane<i32>(to, v, 1, 4);
  if (n > 2) v128.store_lane<i32>(to, v, 2, 8);
}

// @ts-ignore: decorator
@inline
function loop1(fn: i32, to: usize, a: usize, move: i32, n: i32): void {
  const by = <usize>(32 & move);
  for (; n >= 8; n -= 8, to += 32, a += by) {
    const p = v128.load(a), q = v128.load(a, 16);
    v128.store(to, unary4(fn, p));
    v128.store(to, unary4(fn, q), 16);
  }
  for (; n > 0; n -= 4, to += 16, a += 16) storeLanes(to, unary4(fn, v128.load(a)), n);
}

// @ts-ignore: decorator
@inline
function loop2(fn: i32, to: usize, a: usize, b: usize, moveA: i32, moveB: i32, n: i32): void {
  const byA = <usize>(32 & moveA), byB = <usize>(32 & moveB);
  for (; n >= 8; n -= 8, to += 32, a += byA, b += byB) {
    const p = binary4(fn, v128.load(a), v128.load(b)), q = binary4(fn, v128.load(a, 16), v128.load(b, 16));
    v128.store(to, p);
    v128.store(to, q, 16);
  }
  for (; n > 0; n -= 4, to += 16, a += 16, b += 16) storeLanes(to, binary4(fn, v128.load(a), v128.load(b)), n);
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
  (to: usize, a: usize, move: i32, n: i32): void => loop1(Fn.COPY, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => loop1(Fn.COPY, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => loop1(Fn.RELU, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => loop1(Fn.COPY, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => loop1(Fn.COPY, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => loop1(Fn.COPY, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => loop1(Fn.COPY, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => scalars(Fn.SIGN, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => loop1(Fn.NOT, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => loop1(Fn.COPY, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => loop1(Fn.COPY, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => loop1(Fn.COPY, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => loop1(Fn.COPY, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => loop1(Fn.COPY, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => scalars(Fn.ISNAN, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => loop1(Fn.COPY, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => scalars(Fn.SIGNBIT, to, a, move, n),
  (to: usize, a: usize, move: i32, n: i32): void => loop1(Fn.COPY, to, a, move, n),
];
/** From Fn.ADD on. */
const BINARY: StaticArray<Loop2> = [
  (to: usize, a: usize, b: usize, moveA: i32, moveB: i32, n: i32): void => loop2(Fn.ADD, to, a, b, moveA, moveB, n),
  (to: usize, a: usize, b: usize, moveA: i32, moveB: i32, n: i32): void => loop2(Fn.SUB, to, a, b, moveA, moveB, n),
  (to: usize, a: usize, b: usize, moveA: i32, moveB: i32, n: i32): void => loop2(Fn.MUL, to, a, b, moveA, moveB, n),
  (to: usize, a: usize, b: usize, moveA: i32, moveB: i32, n: i32): void => scalarPairs(Fn.DIV, to, a, b, moveA, moveB, n),
  (to: usize, a: usize, b: usize, moveA: i32, moveB: i32, n: i32): void => loop2(Fn.MAX, to, a, b, moveA, moveB, n),
  (to: usize, a: usize, b: usize, moveA: i32, moveB: i32, n: i32): void => loop2(Fn.MIN, to, a, b, moveA, moveB, n),
  (to: usize, a: usize, b: usize, moveA: i32, moveB: i32, n: i32): void => loop2(Fn.EQ, to, a, b, moveA, moveB, n),
  (to: usize, a: usize, b: usize, moveA: i32, moveB: i32, n: i32): void => loop2(Fn.NE, to, a, b, moveA, moveB, n),
  (to: usize, a: usize, b: usize, moveA: i32, moveB: i32, n: i32): void => loop2(Fn.LT, to, a, b, moveA, moveB, n),
  (to: usize, a: usize, b: usize, moveA: i32, moveB: i32, n: i32): void => loop2(Fn.LE, to, a, b, moveA, moveB, n),
  (to: usize, a: usize, b: usize, moveA: i32, moveB: i32, n: i32): void => loop2(Fn.GT, to, a, b, moveA, moveB, n),
  (to: usize, a: usize, b: usize, moveA: i32, moveB: i32, n: i32): void => loop2(Fn.GE, to, a, b, moveA, moveB, n),
  (to: usize, a: usize, b: usize, moveA: i32, moveB: i32, n: i32): void => loop2(Fn.AND, to, a, b, moveA, moveB, n),
  (to: usize, a: usize, b: usize, moveA: i32, moveB: i32, n: i32): void => loop2(Fn.OR, to, a, b, moveA, moveB, n),
  (to: usize, a: usize, b: usize, moveA: i32, moveB: i32, n: i32): void => loop2(Fn.XOR, to, a, b, moveA, moveB, n),
  (to: usize, a: usize, b: usize, moveA: i32, moveB: i32, n: i32): void => scalarPairs(Fn.RELU_GRAD, to, a, b, moveA, moveB, n),
];

function scalars(fn: i32, to: usize, a: usize, move: i32, n: i32): void {
  for (; n > 0; --n, to += 4, a += 4 & move) i32.store(to, unaryInt(fn, i32.load(a)));
}

function scalarPairs(fn: i32, to: usize, a: usize, b: usize, moveA: i32, moveB: i32, n: i32): void {
  for (; n > 0; --n, to += 4, a += 4 & moveA, b += 4 & moveB) i32.store(to, binaryInt(fn, i32.load(a), i32.load(b)));
}

/** Runs one function over n elements; operands move with them (-1) or stay (0). */
export function stepInt(fn: i32, to: usize, a: usize, b: usize, c: usize, moveA: i32, moveB: i32, moveC: i32, n: i32): void {
  if (fn < 32) UNARY[fn](to, a, moveA, n);
  else if (fn <= Fn.RELU_GRAD) BINARY[fn - Fn.ADD](to, a, b, moveA, moveB, n);
  else if (fn == Fn.WHERE) {
    for (; n > 0; n -= 4, to += 16, a += 16 & moveA, b += 16 & moveB, c += 16 & moveC) {
      storeLanes(to, v128.bitselect(v128.load(b), v128.load(a), i32x4.eq(v128.load(c), i32x4.splat(0))), n);
    }
  } else if (fn == Fn.FMA) {
    for (; n > 0; n -= 4, to += 16, a += 16 & moveA, b += 16 & moveB, c += 16 & moveC) {
      storeLanes(to, i32x4.add(v128.load(a), i32x4.mul(v128.load(b), v128.load(c))), n);
    }
  } else if (fn >= 128 || fn == Fn.COPYSIGN) scalarPairs(fn, to, a, b, moveA, moveB, n);
  else scalars(fn, to, a, moveA, n);
}
