// Numbers as they come back from 16 bits: rounded to the nearest, ties to even, by their bits. A NaN stays as it is.
//
// Below the smallest normal number the steps are even: adding and taking away the power of two whose last bit is one step
// rounds to them.

/** What a float32 becomes in IEEE 754 binary16: 10 digits after the leading one, steps of 2^-24 below 2^-14, up to 65504. */
// @ts-ignore: decorator
@inline
export function half4(x: v128): v128 {
  const a = f32x4.abs(x);
  const odd = v128.and(i32x4.shr_u(a, 13), i32x4.splat(1));
  const near = v128.andnot(i32x4.add(a, i32x4.add(odd, i32x4.splat(0xfff))), i32x4.splat(0x1fff));
  const small = f32x4.sub(f32x4.add(a, f32x4.splat(0.5)), f32x4.splat(0.5));
  const finite = v128.bitselect(small, near, f32x4.lt(a, f32x4.splat(6.103515625e-5)));
  const held = v128.bitselect(f32x4.splat(f32.POSITIVE_INFINITY), finite, f32x4.ge(near, f32x4.splat(65536)));
  return signed4(held, x);
}

/** What a float32 becomes in bfloat16: its upper 16 bits. */
// @ts-ignore: decorator
@inline
export function bfloat4(x: v128): v128 {
  const a = f32x4.abs(x);
  const odd = v128.and(i32x4.shr_u(a, 16), i32x4.splat(1));
  return signed4(v128.andnot(i32x4.add(a, i32x4.add(odd, i32x4.splat(0x7fff))), i32x4.splat(0xffff)), x);
}

// @ts-ignore: decorator
@inline
function signed4(a: v128, x: v128): v128 {
  return v128.bitselect(x, a, v128.or(f32x4.ne(x, x), i32x4.splat(<i32>0x80000000)));
}

/** What a float64 becomes in IEEE 754 binary16. */
// @ts-ignore: decorator
@inline
export function half2(x: v128): v128 {
  return rounded2(x, 42, 268435456.0, 6.103515625e-5, 65536.0);
}

/** What a float64 becomes in bfloat16: steps of 2^-133 below 2^-126, infinite from 2^128 on. */
// @ts-ignore: decorator
@inline
export function bfloat2(x: v128): v128 {
  return rounded2(x, 45, 4.1359030627651384e-25, 1.1754943508222875e-38, 3.402823669209385e38);
}

// @ts-ignore: decorator
@inline
function rounded2(x: v128, bits: i32, even: f64, normal: f64, infinite: f64): v128 {
  const a = f64x2.abs(x);
  const odd = v128.and(i64x2.shr_u(a, bits), i64x2.splat(1));
  const below = i64x2.splat(((<i64>1) << (bits - 1)) - 1);
  const near = v128.andnot(i64x2.add(a, i64x2.add(odd, below)), i64x2.splat(((<i64>1) << bits) - 1));
  const small = f64x2.sub(f64x2.add(a, f64x2.splat(even)), f64x2.splat(even));
  const finite = v128.bitselect(small, near, f64x2.lt(a, f64x2.splat(normal)));
  const held = v128.bitselect(f64x2.splat(f64.POSITIVE_INFINITY), finite, f64x2.ge(near, f64x2.splat(infinite)));
  return v128.bitselect(x, held, v128.or(f64x2.ne(x, x), i64x2.splat(<i64>0x8000000000000000)));
}
