// Elementary functions on four float32 lanes, within 2 ULP over the whole range; NaN, Inf and subnormals included.
//
// The polynomial of the exponential is the best of its degree on the reduced interval, found by Remez's exchange; the
// others are series cut where the rest falls below a tenth of a unit in the last place.
// Operations are chosen by what they cost as machine code: min, max, rounding and conversion that WebAssembly defines
// for every input take several instructions each, pmin, pmax and the trick with MAGIC one.
import { madd, nmadd } from "../simd";

// @ts-ignore: decorator
@inline
function c(x: f32): v128 {
  return f32x4.splat(x);
}

/** 1.5 * 2^23: adding it rounds to an integer, which then stands in the lowest bits. */
const MAGIC: f32 = 12582912;

/** x within [low, high]; a NaN stays. */
// @ts-ignore: decorator
@inline
function clamp(x: v128, low: f32, high: f32): v128 {
  return f32x4.pmax(f32x4.pmin(x, c(high)), c(low));
}

/** The nearest integer to x / ln 2, in the lowest bits of its sum with MAGIC. */
// @ts-ignore: decorator
@inline
function scaled(x: v128): v128 {
  return madd(x, c(1.4426950408889634), c(MAGIC));
}

/** The part of x that is left after n times ln 2: |r| <= 0.3466. ln 2 is split so that n * high is exact. */
// @ts-ignore: decorator
@inline
function reduce(x: v128, t: v128): v128 {
  const n = f32x4.sub(t, c(MAGIC));
  return madd(n, c(2.12194440e-4), nmadd(n, c(0.693359375), x));
}

/** 2^n for -126 <= n <= 127, from n in the lowest bits. */
// @ts-ignore: decorator
@inline
function pow2(t: v128): v128 {
  return i32x4.add(i32x4.shl(t, 23), c(1));
}

/** p * 2^n in two steps, so that results that overflow or are subnormal come out rounded once and NaN stays. */
// @ts-ignore: decorator
@inline
function scale(p: v128, t: v128): v128 {
  const n = i32x4.shl(t, 23);
  const half = v128.and(i32x4.shr_s(n, 1), i32x4.splat(<i32>0xff800000));
  return f32x4.mul(f32x4.mul(p, i32x4.add(half, c(1))), i32x4.add(i32x4.sub(n, half), c(1)));
}

/** (e^r - 1 - r) / r^2 for |r| <= 0.3466; e^r with it is exact to 3.1e-9. */
// @ts-ignore: decorator
@inline
function expTail(r: v128): v128 {
  let p = madd(r, c(0.001381432516), c(0.008368850614));
  p = madd(p, r, c(0.04166840098));
  p = madd(p, r, c(0.1666651953));
  return madd(p, r, c(0.4999999337));
}

/** e^r - 1 for |r| <= 0.3466. */
// @ts-ignore: decorator
@inline
function expm1Reduced(r: v128): v128 {
  return madd(f32x4.mul(r, r), expTail(r), r);
}

/** e^x. */
// @ts-ignore: decorator
@inline
export function exp4(x: v128): v128 {
  // Beyond these bounds the result is 0 or Inf.
  const bounded = clamp(x, -110, 100);
  const t = scaled(bounded);
  const p = f32x4.add(expm1Reduced(reduce(bounded, t)), c(1));
  return scale(p, t);
}

/** Whether expFast4 may take all of these. */
// @ts-ignore: decorator
@inline
export function areOrdinary(p: v128, q: v128, r: v128, s: v128): bool {
  const magnitude = i32x4.splat(0x7fffffff);
  const most = i32x4.max_s(
    i32x4.max_s(v128.and(p, magnitude), v128.and(q, magnitude)),
    i32x4.max_s(v128.and(r, magnitude), v128.and(s, magnitude)),
  );
  return !v128.any_true(i32x4.gt_s(most, c(87)));
}

/** e^x for |x| <= 87: the bits of exp4. */
// @ts-ignore: decorator
@inline
export function expFast4(x: v128): v128 {
  const t = scaled(x);
  const p = f32x4.add(expm1Reduced(reduce(x, t)), c(1));
  return i32x4.add(p, i32x4.shl(t, 23));
}

/** e^x - 1, without cancellation near 0. */
// @ts-ignore: decorator
@inline
export function expm14(x: v128): v128 {
  const bounded = clamp(x, -40, 100);
  const t = scaled(bounded);
  const q = expm1Reduced(reduce(bounded, t));
  // 2^k q + (2^k - 1); above 2^25 the 1 no longer counts and 2^k itself might overflow.
  const large = f32x4.gt(bounded, c(17.5));
  const two = pow2(v128.andnot(t, large));
  const small = madd(two, q, f32x4.sub(two, c(1)));
  const result = v128.bitselect(scale(f32x4.add(q, c(1)), t), small, large);
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
  const result = logNormal4(lifted, v128.and(tiny, c(23)));
  return logSpecial(result, x);
}

/** +Inf and NaN pass through, 0 and negative numbers are special. */
// @ts-ignore: decorator
@inline
function logSpecial(result: v128, x: v128): v128 {
  result = v128.bitselect(result, x, f32x4.lt(x, c(Infinity)));
  result = v128.bitselect(c(-Infinity), result, f32x4.eq(x, c(0)));
  return v128.bitselect(c(NaN), result, f32x4.lt(x, c(0)));
}

/** log(x / 2^lift) for positive normal x. */
// @ts-ignore: decorator
@inline
function logNormal4(x: v128, lift: v128): v128 {
  // x = m * 2^e with m in [sqrt(1/2), sqrt(2)): the offset makes the exponent step at sqrt(1/2).
  const shifted = i32x4.sub(x, i32x4.splat(0x3f3504f3));
  const e = i32x4.shr_s(shifted, 23);
  const m = i32x4.sub(x, v128.and(shifted, i32x4.splat(<i32>0xff800000)));
  const k = f32x4.sub(f32x4.convert_i32x4_s(e), lift);
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
  const result = f32x4.add(f32x4.sub(rest, h), f);
  return madd(k, c(0.693359375), result);
}

/** Whether logFast4 may take all of these: positive, normal and finite. */
// @ts-ignore: decorator
@inline
export function areNormal(p: v128, q: v128, r: v128, s: v128): bool {
  const least = i32x4.min_s(i32x4.min_s(p, q), i32x4.min_s(r, s)), most = i32x4.max_s(i32x4.max_s(p, q), i32x4.max_s(r, s));
  return !v128.any_true(v128.or(i32x4.lt_s(least, i32x4.splat(0x00800000)), i32x4.gt_s(most, i32x4.splat(0x7f7fffff))));
}

/** The logarithm of positive, normal and finite numbers: the bits of log4. */
// @ts-ignore: decorator
@inline
export function logFast4(x: v128): v128 {
  return logNormal4(x, c(0));
}

/** log(1 + x), exact near 0: what 1 + x loses is brought back as a correction of the logarithm. */
// @ts-ignore: decorator
@inline
export function log1p4(x: v128): v128 {
  const u = f32x4.add(x, c(1));
  // What was rounded off u: the smaller summand minus what arrived of it.
  const above = f32x4.gt(x, c(1));
  const lost = v128.bitselect(f32x4.sub(c(1), f32x4.sub(u, x)), f32x4.sub(x, f32x4.sub(u, c(1))), above);
  // 1 + x is never subnormal.
  const logarithm = logSpecial(logNormal4(u, c(0)), u);
  const ordinary = v128.and(f32x4.gt(x, c(-1)), f32x4.lt(x, c(Infinity)));
  const result = f32x4.add(logarithm, v128.and(f32x4.div(lost, u), ordinary));
  return v128.bitselect(x, result, f32x4.lt(f32x4.abs(x), c(1e-8)));
}

/** 1 / d for 1 <= d <= 2 to a tenth: enough for a correction of the last place. */
// @ts-ignore: decorator
@inline
function roughInverse(d: v128): v128 {
  return nmadd(d, c(0.4857), c(1.4571));
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
  const bounded = f32x4.pmax(a, c(-40));
  const n = scaled(bounded);
  const two = pow2(n);
  const p = f32x4.mul(two, expm1Reduced(reduce(bounded, n)));
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
  const corrected = madd(nmadd(y, dLow, low), roughInverse(d), y);
  const sign = i32x4.splat(<i32>0x80000000);
  return v128.bitselect(x, corrected, sign);
}

/**
 * 1 / (1 + e^-x) = e^x / (1 + e^x), from e^-|x| so that neither side overflows.
 *
 * The exponential and 1 + e are kept with what their sums lose, as above.
 */
// @ts-ignore: decorator
@inline
export function sigmoid4(x: v128): v128 {
  const bounded = f32x4.pmax(f32x4.neg(f32x4.abs(x)), c(-110));
  const t = scaled(bounded);
  const q = expm1Reduced(reduce(bounded, t));
  const p = f32x4.add(q, c(1));
  const n = i32x4.shl(t, 23);
  const half = v128.and(i32x4.shr_s(n, 1), i32x4.splat(<i32>0xff800000)), otherHalf = i32x4.add(i32x4.sub(n, half), c(1));
  const e = f32x4.mul(i32x4.add(p, half), otherHalf);
  const eLow = f32x4.mul(f32x4.mul(f32x4.sub(q, f32x4.sub(p, c(1))), i32x4.add(half, c(1))), otherHalf);
  const d = f32x4.add(e, c(1));
  const dLow = f32x4.add(f32x4.sub(e, f32x4.sub(d, c(1))), eLow);
  const below = f32x4.lt(x, c(0));
  const y = f32x4.div(v128.bitselect(e, c(1), below), d);
  return madd(nmadd(y, dLow, v128.and(eLow, below)), roughInverse(d), y);
}
