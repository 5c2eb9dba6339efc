// The normal distribution function on four float32 lanes.
import { madd } from "../simd";
import { exp4 } from "./f32x4";

// @ts-ignore: decorator
@inline
function c(x: f32): v128 {
  return f32x4.splat(x);
}

/**
 * The normal distribution function: e^(-t^2 / 2) R(t) for t = |x|, mirrored for x > 0.
 *
 * R, the ratio of the tail to the density, is a polynomial of s = 23/15 - (152/15) / (t + 4) over t + 4, computed
 * on 0 <= t <= 15. The square of t's leading bits is exact, so that the exponential keeps its last bits in the tail.
 */
// @ts-ignore: decorator
@inline
export function normalCdf4(x: v128): v128 {
  const t = f32x4.min(f32x4.abs(x), c(15));
  const w = f32x4.div(c(1), f32x4.add(t, c(4)));
  const s = f32x4.sub(c(1.5333333333), f32x4.mul(c(10.1333333333), w));
  let p = madd(s, c(1.080676077e-6), c(-4.73508428e-6));
  p = madd(p, s, c(-1.766007309e-5));
  p = madd(p, s, c(7.628669708e-5));
  p = madd(p, s, c(2.027281756e-4));
  p = madd(p, s, c(-1.341360127e-3));
  p = madd(p, s, c(-5.3732712e-4));
  p = madd(p, s, c(0.02545109828));
  p = madd(p, s, c(-0.1180769341));
  p = madd(p, s, c(0.3250902133));
  p = madd(p, s, c(-0.6300167421));
  p = madd(p, s, c(0.9022836422));
  const high = v128.and(t, i32x4.splat(<i32>0xfffff000));
  const low = f32x4.mul(c(-0.5), f32x4.mul(f32x4.sub(t, high), f32x4.add(t, high)));
  let e = madd(low, c(1.0 / 6.0), c(0.5));
  e = madd(e, low, c(1));
  const bulk = exp4(f32x4.mul(c(-0.5), f32x4.mul(high, high)));
  const density = madd(f32x4.mul(bulk, low), e, bulk);
  const tail = f32x4.mul(density, f32x4.mul(p, w));
  const result = v128.bitselect(f32x4.sub(c(1), tail), tail, f32x4.gt(x, c(0)));
  return v128.bitselect(result, x, f32x4.eq(x, x));
}
