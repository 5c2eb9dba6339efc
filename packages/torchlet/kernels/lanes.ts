// Vectors of a floating-point type that is known when a function is compiled: one source for float32 and float64.

/** Elements of type T in a vector. */
// @ts-ignore: decorator
@inline
export function lanes<T>(): i32 {
  return <i32>(16 / sizeof<T>());
}

/** a * b + c: one rounding in the relaxed build, two in the plain one. */
// @ts-ignore: decorator
@inline
export function fma<T>(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return v128.relaxed_madd<T>(a, b, c);
  return v128.add<T>(v128.mul<T>(a, b), c);
}

/** c - a * b. */
// @ts-ignore: decorator
@inline
export function fnma<T>(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return v128.relaxed_nmadd<T>(a, b, c);
  return v128.sub<T>(c, v128.mul<T>(a, b));
}

/** All bits set in the first n lanes, none in the others. */
// @ts-ignore: decorator
@inline
export function firstLanes<T>(n: i32): v128 {
  if (sizeof<T>() == 4) return i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(n));
  return i64x2.lt_s(i64x2(0, 1), i64x2.splat(n));
}

/** Writes the first n lanes, at least one; a whole vector where n is the number of lanes or more. */
// @ts-ignore: decorator
@inline
export function storeFirst<T>(to: usize, v: v128, n: i32): void {
  if (n >= lanes<T>()) {
    v128.store(to, v);
  } else if (sizeof<T>() == 8) {
    v128.store64_lane(to, v, 0);
  } else if (n == 1) {
    v128.store32_lane(to, v, 0);
  } else {
    v128.store64_lane(to, v, 0);
    if (n == 3) v128.store32_lane(to, v, 2, 8);
  }
}

/** The sum of the lanes in double precision, in a fixed order. */
// @ts-ignore: decorator
@inline
export function sumLanes<T>(v: v128): f64 {
  if (sizeof<T>() == 4) {
    const high = v128.shuffle<i32>(v, v, 2, 3, 0, 1);
    v = f64x2.add(f64x2.promote_low_f32x4(v), f64x2.promote_low_f32x4(high));
  }
  return f64x2.extract_lane(v, 0) + f64x2.extract_lane(v, 1);
}
