// Elementary functions on two float64 lanes, to one or two units in the last place; NaN, Inf and subnormals included.
//
// What float32 computes through them is rounded once. The polynomials are Taylor series on the reduced intervals, cut
// where the rest falls below a tenth of a unit in the last place.
import { madd64 } from "../simd";

// @ts-ignore: decorator
@inline
function c(x: f64): v128 {
  return f64x2.splat(x);
}

/** 1.5 * 2^52: adding it rounds to an integer, which then stands in the lowest bits. */
const MAGIC: f64 = 6755399441055744;

/** 2^n for -1022 <= n <= 1023, from n in the lowest bits. */
// @ts-ignore: decorator
@inline
function pow2(t: v128): v128 {
  return i64x2.add(i64x2.shl(t, 52), c(1));
}

/** x within [low, high]; a NaN stays. */
// @ts-ignore: decorator
@inline
function clamp(x: v128, low: f64, high: f64): v128 {
  return f64x2.pmax(f64x2.pmin(x, c(high)), c(low));
}

/** (e^r - 1 - r) / r^2 for |r| <= 0.3466. */
// @ts-ignore: decorator
@inline
function expTail(r: v128): v128 {
  let p = madd64(r, c(1.0 / 6227020800.0), c(1.0 / 479001600.0));
  p = madd64(p, r, c(1.0 / 39916800.0));
  p = madd64(p, r, c(1.0 / 3628800.0));
  p = madd64(p, r, c(1.0 / 362880.0));
  p = madd64(p, r, c(1.0 / 40320.0));
  p = madd64(p, r, c(1.0 / 5040.0));
  p = madd64(p, r, c(1.0 / 720.0));
  p = madd64(p, r, c(1.0 / 120.0));
  p = madd64(p, r, c(1.0 / 24.0));
  p = madd64(p, r, c(1.0 / 6.0));
  return madd64(p, r, c(0.5));
}

/** e^r - 1 for |r| <= 0.3466. */
// @ts-ignore: decorator
@inline
function expm1Reduced(r: v128): v128 {
  return madd64(f64x2.mul(r, r), expTail(r), r);
}

/** x without n times ln 2; ln 2 is split so that n * high is exact. */
// @ts-ignore: decorator
@inline
function reduce(x: v128, n: v128): v128 {
  return madd64(n, c(-7.440617110012397e-11), madd64(n, c(-0.6931471804855391), x));
}

/** p * 2^n in two steps, so that results that overflow or are subnormal come out rounded once. */
// @ts-ignore: decorator
@inline
function scale(p: v128, t: v128, n: v128): v128 {
  const half = madd64(n, c(0.5), c(MAGIC));
  return f64x2.mul(f64x2.mul(p, pow2(half)), pow2(i64x2.sub(t, half)));
}

/** e^x. */
// @ts-ignore: decorator
@inline
export function exp2x(x: v128): v128 {
  const bounded = clamp(x, -760, 720);
  const t = madd64(bounded, c(1.4426950408889634), c(MAGIC));
  const n = f64x2.sub(t, c(MAGIC));
  return scale(f64x2.add(expm1Reduced(reduce(bounded, n)), c(1)), t, n);
}

/** 2^x. */
// @ts-ignore: decorator
@inline
export function power2x(x: v128): v128 {
  const bounded = clamp(x, -1100, 1100);
  const t = f64x2.add(bounded, c(MAGIC));
  const n = f64x2.sub(t, c(MAGIC));
  const r = f64x2.mul(f64x2.sub(bounded, n), c(0.6931471805599453));
  return scale(f64x2.add(expm1Reduced(r), c(1)), t, n);
}

/** e^x - 1, without cancellation near 0. */
// @ts-ignore: decorator
@inline
export function expm12x(x: v128): v128 {
  const bounded = clamp(x, -50, 720);
  const t = madd64(bounded, c(1.4426950408889634), c(MAGIC));
  const n = f64x2.sub(t, c(MAGIC));
  const q = expm1Reduced(reduce(bounded, n));
  // 2^n q + (2^n - 1); above 2^55 the 1 no longer counts and 2^n itself might overflow.
  const large = f64x2.gt(bounded, c(38.5));
  const two = pow2(v128.andnot(t, large));
  const small = madd64(two, q, f64x2.sub(two, c(1)));
  const result = v128.bitselect(scale(f64x2.add(q, c(1)), t, n), small, large);
  // A tiny x is its own result (-0 too).
  return v128.bitselect(x, result, f64x2.lt(f64x2.abs(x), c(1e-20)));
}

/** log(x / 2^lift) for positive normal x. */
// @ts-ignore: decorator
@inline
function logNormal(x: v128, lift: v128): v128 {
  // x = m * 2^k with m in [sqrt(1/2), sqrt(2)): the offset makes the exponent step at sqrt(1/2).
  const root: i64 = 0x3fe6a09e667f3bcd;
  const shifted = i64x2.add(x, i64x2.splat(0x3ff0000000000000 - root));
  const biased = v128.or(i64x2.shr_u(shifted, 52), i64x2.splat(0x4330000000000000));
  const k = f64x2.sub(f64x2.sub(biased, c(4503599627370496.0 + 1023.0)), lift);
  const m = i64x2.add(v128.and(shifted, i64x2.splat(0x000fffffffffffff)), i64x2.splat(root));
  const f = f64x2.sub(m, c(1));
  // log(1 + f) = 2 atanh(s) with s = f / (2 + f); in the form f - (h - s (h + R)) the largest term is exact.
  const s = f64x2.div(f, f64x2.add(f, c(2)));
  const z = f64x2.mul(s, s);
  let p = madd64(z, c(2.0 / 21.0), c(2.0 / 19.0));
  p = madd64(p, z, c(2.0 / 17.0));
  p = madd64(p, z, c(2.0 / 15.0));
  p = madd64(p, z, c(2.0 / 13.0));
  p = madd64(p, z, c(2.0 / 11.0));
  p = madd64(p, z, c(2.0 / 9.0));
  p = madd64(p, z, c(2.0 / 7.0));
  p = madd64(p, z, c(2.0 / 5.0));
  p = madd64(p, z, c(2.0 / 3.0));
  const h = f64x2.mul(c(0.5), f64x2.mul(f, f));
  const rest = madd64(s, madd64(z, p, h), f64x2.mul(k, c(7.440617110012397e-11)));
  return f64x2.add(f64x2.mul(k, c(0.6931471804855391)), f64x2.sub(f, f64x2.sub(h, rest)));
}

/** +Inf and NaN pass through, 0 and negative numbers are special. */
// @ts-ignore: decorator
@inline
function logSpecial(result: v128, x: v128): v128 {
  result = v128.bitselect(result, x, f64x2.lt(x, c(Infinity)));
  result = v128.bitselect(c(-Infinity), result, f64x2.eq(x, c(0)));
  return v128.bitselect(c(NaN), result, f64x2.lt(x, c(0)));
}

/** The natural logarithm. */
// @ts-ignore: decorator
@inline
export function log2x(x: v128): v128 {
  // Subnormals are lifted by 2^54 first.
  const tiny = f64x2.lt(x, c(2.2250738585072014e-308));
  const lifted = v128.bitselect(f64x2.mul(x, c(18014398509481984)), x, tiny);
  return logSpecial(logNormal(lifted, v128.and(tiny, c(54))), x);
}

/** The natural logarithm of positive normal numbers. */
// @ts-ignore: decorator
@inline
export function logFast2x(x: v128): v128 {
  return logNormal(x, c(0));
}

/** log(1 + x), exact near 0: what 1 + x loses is brought back as a correction of the logarithm. */
// @ts-ignore: decorator
@inline
export function log1p2x(x: v128): v128 {
  const u = f64x2.add(x, c(1));
  const above = f64x2.gt(x, c(1));
  const lost = v128.bitselect(f64x2.sub(c(1), f64x2.sub(u, x)), f64x2.sub(x, f64x2.sub(u, c(1))), above);
  const ordinary = v128.and(f64x2.gt(x, c(-1)), f64x2.lt(x, c(Infinity)));
  const result = f64x2.add(logSpecial(logNormal(u, c(0)), u), v128.and(f64x2.div(lost, u), ordinary));
  return v128.bitselect(x, result, f64x2.lt(f64x2.abs(x), c(1e-17)));
}

/** tanh x = -t / (t + 2) with t = e^(-2|x|) - 1. */
// @ts-ignore: decorator
@inline
export function tanh2x(x: v128): v128 {
  const t = expm12x(f64x2.mul(c(-2), f64x2.abs(x)));
  return v128.bitselect(x, f64x2.div(t, f64x2.add(t, c(2))), i64x2.splat(0x8000000000000000));
}

/** 1 / (1 + e^-x) = e^x / (1 + e^x), from e^-|x| so that neither side overflows. */
// @ts-ignore: decorator
@inline
export function sigmoid2x(x: v128): v128 {
  const e = exp2x(f64x2.neg(f64x2.abs(x)));
  return f64x2.div(v128.bitselect(e, c(1), f64x2.lt(x, c(0))), f64x2.add(e, c(1)));
}

/** Up to this the reduction by multiples of pi / 2 below is exact enough. */
export const MOST_ANGLE: f64 = 1e6;

/** sin r for |r| <= pi / 4. */
// @ts-ignore: decorator
@inline
function sinReduced(r: v128, z: v128): v128 {
  let p = madd64(z, c(-1.0 / 1307674368000.0), c(1.0 / 6227020800.0));
  p = madd64(p, z, c(-1.0 / 39916800.0));
  p = madd64(p, z, c(1.0 / 362880.0));
  p = madd64(p, z, c(-1.0 / 5040.0));
  p = madd64(p, z, c(1.0 / 120.0));
  p = madd64(p, z, c(-1.0 / 6.0));
  return madd64(f64x2.mul(r, z), p, r);
}

/** cos r for |r| <= pi / 4. */
// @ts-ignore: decorator
@inline
function cosReduced(z: v128): v128 {
  let p = madd64(z, c(1.0 / 20922789888000.0), c(-1.0 / 87178291200.0));
  p = madd64(p, z, c(1.0 / 479001600.0));
  p = madd64(p, z, c(-1.0 / 3628800.0));
  p = madd64(p, z, c(1.0 / 40320.0));
  p = madd64(p, z, c(-1.0 / 720.0));
  p = madd64(p, z, c(1.0 / 24.0));
  const h = f64x2.mul(c(0.5), z);
  const w = f64x2.sub(c(1), h);
  // 1 - h is kept with what it loses.
  return f64x2.add(w, madd64(f64x2.mul(z, z), p, f64x2.sub(f64x2.sub(c(1), w), h)));
}

/** Which of the three functions of an angle. */
export const SIN: i32 = 0;
export const COS: i32 = 1;
export const TAN: i32 = 2;

/** sin, cos or tan of |x| <= MOST_ANGLE. */
// @ts-ignore: decorator
@inline
export function angle2x(which: i32, x: v128): v128 {
  const t = madd64(x, c(0.6366197723675814), c(MAGIC));
  const n = f64x2.sub(t, c(MAGIC));
  // pi / 2 in three parts, the first two of 33 bits: their products with n are exact.
  const y = f64x2.sub(x, f64x2.mul(n, c(1.5707963267341256)));
  const part = f64x2.mul(n, c(6.077100506303966e-11)), w = f64x2.sub(y, part);
  const lost = f64x2.sub(f64x2.sub(y, w), part);
  const r = f64x2.add(w, f64x2.sub(lost, f64x2.mul(n, c(2.0222662487959506e-21))));
  const z = f64x2.mul(r, r);
  const s = sinReduced(r, z), k = cosReduced(z);
  // An odd quadrant exchanges sine and cosine; the next bit is the sign.
  const odd = i64x2.neg(v128.and(t, i64x2.splat(1)));
  if (which == TAN) {
    const quotient = f64x2.div(v128.bitselect(k, s, odd), v128.bitselect(s, k, odd));
    return v128.xor(quotient, v128.and(odd, i64x2.splat(0x8000000000000000)));
  }
  const quadrant = which == SIN ? t : i64x2.add(t, i64x2.splat(1));
  const result = which == SIN ? v128.bitselect(k, s, odd) : v128.bitselect(s, k, odd);
  return v128.xor(result, i64x2.shl(v128.and(quadrant, i64x2.splat(2)), 62));
}

/** erf(x) / x as a function of z = x^2 for |x| < 1: 1 / (n! (2n + 1)) times 2 / sqrt(pi). */
// @ts-ignore: decorator
@inline
function erfSeries(z: v128): v128 {
  let p = madd64(z, c(-1.0 / (355687428096000.0 * 35.0)), c(1.0 / (20922789888000.0 * 33.0)));
  p = madd64(p, z, c(-1.0 / (1307674368000.0 * 31.0)));
  p = madd64(p, z, c(1.0 / (87178291200.0 * 29.0)));
  p = madd64(p, z, c(-1.0 / (6227020800.0 * 27.0)));
  p = madd64(p, z, c(1.0 / (479001600.0 * 25.0)));
  p = madd64(p, z, c(-1.0 / (39916800.0 * 23.0)));
  p = madd64(p, z, c(1.0 / (3628800.0 * 21.0)));
  p = madd64(p, z, c(-1.0 / (362880.0 * 19.0)));
  p = madd64(p, z, c(1.0 / (40320.0 * 17.0)));
  p = madd64(p, z, c(-1.0 / (5040.0 * 15.0)));
  p = madd64(p, z, c(1.0 / (720.0 * 13.0)));
  p = madd64(p, z, c(-1.0 / (120.0 * 11.0)));
  p = madd64(p, z, c(1.0 / (24.0 * 9.0)));
  p = madd64(p, z, c(-1.0 / (6.0 * 7.0)));
  p = madd64(p, z, c(1.0 / (2.0 * 5.0)));
  p = madd64(p, z, c(-1.0 / 3.0));
  p = madd64(p, z, c(1.0));
  return f64x2.mul(p, c(1.1283791670955126));
}

/** erfc(a) for 1 <= a <= 28: e^(-a^2) times a polynomial of s = 1 - 10 / (a + 4), over a + 4 (see special.ts). */
// @ts-ignore: decorator
@inline
function erfcTail(a: v128): v128 {
  const w = f64x2.div(c(1), f64x2.add(a, c(4)));
  const s = f64x2.sub(c(1), f64x2.mul(c(10), w));
  let p = madd64(s, c(3.369119770114710468e-11), c(4.302476752961193068e-12));
  p = madd64(p, s, c(-5.291449413831861566e-10));
  p = madd64(p, s, c(4.130202852896270037e-10));
  p = madd64(p, s, c(5.2891654544104651e-9));
  p = madd64(p, s, c(-1.280890317471319787e-8));
  p = madd64(p, s, c(-3.334649359165707784e-8));
  p = madd64(p, s, c(2.230266515152174617e-7));
  p = madd64(p, s, c(-1.917509641728237011e-7));
  p = madd64(p, s, c(-2.259032603698861985e-6));
  p = madd64(p, s, c(1.0722820665701455e-5));
  p = madd64(p, s, c(-1.185051371950044094e-5));
  p = madd64(p, s, c(-1.109595071617950035e-4));
  p = madd64(p, s, c(8.407016474434035413e-4));
  p = madd64(p, s, c(-3.636798471623769995e-3));
  p = madd64(p, s, c(1.205673402213716042e-2));
  p = madd64(p, s, c(-3.337550751183551466e-2));
  p = madd64(p, s, c(8.026267098033683341e-2));
  p = madd64(p, s, c(-1.714817147420893387e-1));
  p = madd64(p, s, c(3.301418464193468136e-1));
  p = madd64(p, s, c(-5.782696708998485962e-1));
  p = madd64(p, s, c(9.27765678005383542e-1));
  // The square of a's leading bits is exact, what is left is a small correction.
  const high = v128.and(a, i64x2.splat(0xfffffffff8000000));
  const low = f64x2.mul(f64x2.sub(high, a), f64x2.add(high, a));
  const correction = madd64(f64x2.mul(low, low), madd64(low, c(1.0 / 6.0), c(0.5)), f64x2.add(low, c(1)));
  const density = f64x2.mul(exp2x(f64x2.neg(f64x2.mul(high, high))), correction);
  return f64x2.mul(f64x2.mul(p, w), density);
}

/** The error function. */
// @ts-ignore: decorator
@inline
export function erf2x(x: v128): v128 {
  const a = f64x2.abs(x);
  const near = f64x2.mul(x, erfSeries(f64x2.mul(x, x)));
  const far = f64x2.sub(c(1), erfcTail(f64x2.pmax(f64x2.pmin(a, c(6.5)), c(1))));
  const mirrored = v128.bitselect(x, far, i64x2.splat(0x8000000000000000));
  return v128.bitselect(mirrored, near, f64x2.ge(a, c(1)));
}

/** 1 - erf(x), to its last bit also where it is tiny. */
// @ts-ignore: decorator
@inline
export function erfc2x(x: v128): v128 {
  const a = f64x2.abs(x);
  const y = f64x2.mul(x, erfSeries(f64x2.mul(x, x)));
  const near = v128.bitselect(f64x2.sub(c(0.5), f64x2.sub(y, c(0.5))), f64x2.sub(c(1), y), f64x2.ge(x, c(0.5)));
  const tail = erfcTail(f64x2.pmax(f64x2.pmin(a, c(28)), c(1)));
  const far = v128.bitselect(f64x2.sub(c(2), tail), tail, f64x2.lt(x, c(0)));
  return v128.bitselect(far, near, f64x2.ge(a, c(1)));
}
