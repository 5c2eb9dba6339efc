// Elementary functions on four float32 lanes, within 2 ULP over the whole range; NaN, Inf and subnormals included.
//
// The polynomials are Taylor series cut where the rest falls below a tenth of a unit in the last place on the
// reduced interval, so that their coefficients need no table to be checked against.
import { madd, nmadd } from "../simd";

// @ts-ignore: decorator
@inline
function c(x: f32): v128 {
  return f32x4.splat(x);
}

/** 2^n for integer lanes -126 <= n <= 127. */
// @ts-ignore: decorator
@inline
function pow2(n: v128): v128 {
  return i32x4.shl(i32x4.add(n, i32x4.splat(127)), 23);
}

/** p * 2^n in two steps, so that results that overflow or are subnormal come out rounded once. */
// @ts-ignore: decorator
@inline
function scale(p: v128, n: v128): v128 {
  const half = i32x4.shr_s(n, 1);
  return f32x4.mul(f32x4.mul(p, pow2(half)), pow2(i32x4.sub(n, half)));
}

/** The part of x that is left after the nearest multiple of ln 2: |r| <= 0.3466. ln 2 is split so that n * high is exact. */
// @ts-ignore: decorator
@inline
function reduce(x: v128, n: v128): v128 {
  return madd(n, c(2.12194440e-4), nmadd(n, c(0.693359375), x));
}

/** (e^r - 1 - r) / r^2 for |r| <= 0.3466. */
// @ts-ignore: decorator
@inline
function expTail(r: v128): v128 {
  let p = madd(r, c(1.0 / 40320.0), c(1.0 / 5040.0));
  p = madd(p, r, c(1.0 / 720.0));
  p = madd(p, r, c(1.0 / 120.0));
  p = madd(p, r, c(1.0 / 24.0));
  p = madd(p, r, c(1.0 / 6.0));
  return madd(p, r, c(0.5));
}

/** e^x. */
// @ts-ignore: decorator
@inline
export function exp4(x: v128): v128 {
  // Beyond these bounds the result is 0 or Inf; min and max keep a NaN.
  const bounded = f32x4.max(f32x4.min(x, c(100)), c(-110));
  const n = f32x4.nearest(f32x4.mul(bounded, c(1.4426950408889634)));
  const r = reduce(bounded, n);
  const p = f32x4.add(madd(f32x4.mul(r, r), expTail(r), r), c(1));
  return scale(p, i32x4.trunc_sat_f32x4_s(n));
}

/** e^x - 1, without cancellation near 0. */
// @ts-ignore: decorator
@inline
export function expm14(x: v128): v128 {
  const bounded = f32x4.max(f32x4.min(x, c(100)), c(-40));
  const n = f32x4.nearest(f32x4.mul(bounded, c(1.4426950408889634)));
  const r = reduce(bounded, n);
  const q = madd(f32x4.mul(r, r), expTail(r), r);
  const k = i32x4.trunc_sat_f32x4_s(n);
  // 2^k q + (2^k - 1); above 2^25 the 1 no longer counts and 2^k itself might overflow.
  const large = i32x4.gt_s(k, i32x4.splat(25));
  const two = pow2(v128.bitselect(i32x4.splat(0), k, large));
  const small = madd(two, q, f32x4.sub(two, c(1)));
  const result = v128.bitselect(scale(f32x4.add(q, c(1)), k), small, large);
  // A tiny x is its own result (-0 too).
  return v128.bitselect(x, result, f32x4.lt(f32x4.abs(x), c(1e-10)));
}

/** The natural logarithm; log(0) = -Inf, log of a negative number = NaN. */
// @ts-ignore: decorator
@inline
export function log4(x: v128): v128 {
  // Subnormals are lifted by 2^23 first.
  const tiny = f32x4.lt(x, c(1.17549435e-38));
  const lifted = v128.bitselect(f32x4.mul(x, c(8388608)), x, tiny);
  // x = m * 2^e with m in [sqrt(1/2), sqrt(2)): the offset makes the exponent step at sqrt(1/2).
  const shifted = i32x4.sub(lifted, i32x4.splat(0x3f3504f3));
  const e = i32x4.shr_s(shifted, 23);
  const m = i32x4.sub(lifted, i32x4.shl(e, 23));
  const k = f32x4.sub(f32x4.convert_i32x4_s(e), v128.and(tiny, c(23)));
  const f = f32x4.sub(m, c(1));
  // log(1 + f) = 2 atanh(s) with s = f / (2 + f); in the form f - (h - s (h + R)) the largest term is exact.
  const s = f32x4.div(f, f32x4.add(f, c(2)));
  const z = f32x4.mul(s, s);
  let p = madd(z, c(2.0 / 11.0), c(2.0 / 9.0));
  p = madd(p, z, c(2.0 / 7.0));
  p = madd(p, z, c(2.0 / 5.0));
  p = madd(p, z, c(2.0 / 3.0));
  const h = f32x4.mul(c(0.5), f32x4.mul(f, f));
  let rest = f32x4.mul(s, madd(z, p, h));
  rest = madd(k, c(-2.12194440e-4), rest);
  let result = f32x4.add(f32x4.sub(rest, h), f);
  result = madd(k, c(0.693359375), result);
  // +Inf and NaN pass through, 0 and negative numbers are special.
  result = v128.bitselect(result, x, f32x4.lt(x, c(Infinity)));
  result = v128.bitselect(c(-Infinity), result, f32x4.eq(x, c(0)));
  return v128.bitselect(c(NaN), result, f32x4.lt(x, c(0)));
}

/** log(1 + x), exact near 0: what 1 + x loses is brought back as a correction of the logarithm. */
// @ts-ignore: decorator
@inline
export function log1p4(x: v128): v128 {
  const u = f32x4.add(x, c(1));
  // What was rounded off u: the smaller summand minus what arrived of it.
  const above = f32x4.gt(x, c(1));
  const lost = v128.bitselect(f32x4.sub(c(1), f32x4.sub(u, x)), f32x4.sub(x, f32x4.sub(u, c(1))), above);
  const corrected = f32x4.add(log4(u), f32x4.div(lost, u));
  const ordinary = v128.and(f32x4.gt(x, c(-1)), f32x4.lt(x, c(Infinity)));
  const result = v128.bitselect(corrected, log4(u), ordinary);
  return v128.bitselect(x, result, f32x4.lt(f32x4.abs(x), c(1e-8)));
}

/**
 * tanh x = -t / (t + 2) with t = e^(-2|x|) - 1.
 *
 * t and t + 2 are kept with what their sums lose, and the quotient is corrected by it: three roundings more would be 2.1 ULP.
 */
// @ts-ignore: decorator
@inline
export function tanh4(x: v128): v128 {
  const a = f32x4.mul(c(-2), f32x4.abs(x));
  const bounded = f32x4.max(a, c(-40));
  const n = f32x4.nearest(f32x4.mul(bounded, c(1.4426950408889634)));
  const r = reduce(bounded, n);
  const two = pow2(i32x4.trunc_sat_f32x4_s(n));
  const p = f32x4.mul(two, madd(f32x4.mul(r, r), expTail(r), r));
  const base = f32x4.sub(two, c(1));
  let t = f32x4.add(p, base);
  let low = f32x4.sub(p, f32x4.sub(t, base));
  // A tiny a is its own result.
  const tiny = f32x4.gt(a, c(-1e-10));
  t = v128.bitselect(a, t, tiny);
  low = v128.andnot(low, tiny);
  const d = f32x4.add(t, c(2));
  const dLow = f32x4.add(f32x4.sub(t, f32x4.sub(d, c(2))), low);
  const y = f32x4.div(t, d);
  const corrected = f32x4.add(y, f32x4.div(nmadd(y, dLow, low), d));
  const sign = v128.and(x, i32x4.splat(<i32>0x80000000));
  return v128.or(f32x4.abs(corrected), sign);
}

/**
 * 1 / (1 + e^-x) = e^x / (1 + e^x), from e^-|x| so that neither side overflows.
 *
 * The exponential and 1 + e are kept with what their sums lose, as above.
 */
// @ts-ignore: decorator
@inline
export function sigmoid4(x: v128): v128 {
  const bounded = f32x4.max(f32x4.neg(f32x4.abs(x)), c(-110));
  const n = f32x4.nearest(f32x4.mul(bounded, c(1.4426950408889634)));
  const r = reduce(bounded, n);
  const q = madd(f32x4.mul(r, r), expTail(r), r);
  const p = f32x4.add(q, c(1));
  const k = i32x4.trunc_sat_f32x4_s(n);
  const e = scale(p, k);
  const eLow = scale(f32x4.sub(q, f32x4.sub(p, c(1))), k);
  const d = f32x4.add(e, c(1));
  const dLow = f32x4.add(f32x4.sub(e, f32x4.sub(d, c(1))), eLow);
  const below = f32x4.lt(x, c(0));
  const y = f32x4.div(v128.bitselect(e, c(1), below), d);
  return f32x4.add(y, f32x4.div(nmadd(y, dLow, v128.and(eLow, below)), d));
}
