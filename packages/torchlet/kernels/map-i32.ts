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

/** Runs one function over n elements. */
export function stepInt(fn: i32, to: usize, a: usize, b: usize, c: usize, n: i32): void {
  if (fn == Fn.WHERE) {
    for (; n > 0; --n, to += 4, a += 4, b += 4, c += 4) i32.store(to, i32.load(c) != 0 ? i32.load(a) : i32.load(b));
  } else if (fn == Fn.FMA) {
    for (; n > 0; --n, to += 4, a += 4, b += 4, c += 4) i32.store(to, i32.load(a) + i32.load(b) * i32.load(c));
  } else if ((fn >= 32 && fn < 64) || fn >= 128) {
    for (; n > 0; --n, to += 4, a += 4, b += 4) i32.store(to, binaryInt(fn, i32.load(a), i32.load(b)));
  } else {
    for (; n > 0; --n, to += 4, a += 4) i32.store(to, unaryInt(fn, i32.load(a)));
  }
}
