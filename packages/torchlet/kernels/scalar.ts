// One function of doubles at a time, on the runtime's own accurate functions: what has no vectors.
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
