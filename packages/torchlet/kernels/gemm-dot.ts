// Matrix times vector, where the rows of the matrix are contiguous: dot products, four rows at a time.
import { madd, madd64, sum4 } from "./simd";

// @ts-ignore: decorator
@inline
function step<T>(x: v128, y: v128, sum: v128): v128 {
  return sizeof<T>() == 4 ? madd(x, y, sum) : madd64(x, y, sum);
}

// @ts-ignore: decorator
@inline
function total<T>(s0: v128, s1: v128): T {
  const s = v128.add<T>(s0, s1);
  return sizeof<T>() == 4 ? <T>sum4(s) : <T>(f64x2.extract_lane(s, 0) + f64x2.extract_lane(s, 1));
}

/** What remains after whole vectors, and the epilogue: c = act(alpha * sum + beta * c + bias). */
function finish<T>(
  sum: T, k: i32, from: i32, a: usize, b: usize, stepB: usize, c: usize, alpha: T, beta: T, bias: usize, activation: i32,
): void {
  for (let p = from; p < k; ++p) sum += load<T>(a + <usize>p * sizeof<T>()) * load<T>(b + <usize>p * stepB);
  let v = alpha * sum;
  if (beta != 0) v += beta * load<T>(c);
  if (bias) v += load<T>(bias);
  if (activation == 1 && v < 0) v = 0;
  store<T>(c, v);
}

/**
 * m dot products of length k: rows of A are contiguous and `rowA` bytes apart, elements of the vector b `stepB` bytes, results
 * `stepC`, biases (if any) `stepBias`.
 */
export function dotRows<T>(
  m: i32, k: i32, a: usize, rowA: usize, b: usize, stepB: usize, c: usize, stepC: usize,
  alpha: T, beta: T, bias: usize, stepBias: usize, activation: i32,
): void {
  const one: i32 = 16 / sizeof<T>();
  const whole = stepB == sizeof<T>() ? k & -one : 0;
  // Vectors are taken in pairs, the last one may be alone.
  const end = <usize>(whole & -2 * one) * sizeof<T>(), alone = (whole & one) != 0;
  for (; m >= 4; m -= 4) {
    const a1 = a + rowA, a2 = a1 + rowA, a3 = a2 + rowA;
    let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0, t0 = s0, t1 = s0, t2 = s0, t3 = s0;
    for (let at: usize = 0; at < end; at += 32) {
      const x = v128.load(b + at), y = v128.load(b + at, 16);
      s0 = step<T>(v128.load(a + at), x, s0);
      t0 = step<T>(v128.load(a + at, 16), y, t0);
      s1 = step<T>(v128.load(a1 + at), x, s1);
      t1 = step<T>(v128.load(a1 + at, 16), y, t1);
      s2 = step<T>(v128.load(a2 + at), x, s2);
      t2 = step<T>(v128.load(a2 + at, 16), y, t2);
      s3 = step<T>(v128.load(a3 + at), x, s3);
      t3 = step<T>(v128.load(a3 + at, 16), y, t3);
    }
    if (alone) {
      const x = v128.load(b + end);
      s0 = step<T>(v128.load(a + end), x, s0);
      s1 = step<T>(v128.load(a1 + end), x, s1);
      s2 = step<T>(v128.load(a2 + end), x, s2);
      s3 = step<T>(v128.load(a3 + end), x, s3);
    }
    finish<T>(total<T>(s0, t0), k, whole, a, b, stepB, c, alpha, beta, bias, activation);
    c += stepC;
    bias += stepBias;
    finish<T>(total<T>(s1, t1), k, whole, a1, b, stepB, c, alpha, beta, bias, activation);
    c += stepC;
    bias += stepBias;
    finish<T>(total<T>(s2, t2), k, whole, a2, b, stepB, c, alpha, beta, bias, activation);
    c += stepC;
    bias += stepBias;
    finish<T>(total<T>(s3, t3), k, whole, a3, b, stepB, c, alpha, beta, bias, activation);
    c += stepC;
    bias += stepBias;
    a = a3 + rowA;
  }
  for (; m > 0; --m, a += rowA, c += stepC, bias += stepBias) {
    let s = f32x4.splat(0), t = s;
    for (let at: usize = 0; at < end; at += 32) {
      s = step<T>(v128.load(a + at), v128.load(b + at), s);
      t = step<T>(v128.load(a + at, 16), v128.load(b + at, 16), t);
    }
    if (alone) s = step<T>(v128.load(a + end), v128.load(b + end), s);
    finish<T>(total<T>(s, t), k, whole, a, b, stepB, c, alpha, beta, bias, activation);
  }
}
