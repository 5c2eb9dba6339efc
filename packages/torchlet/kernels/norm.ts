// The sum of the squares of many tensors in one instruction: what clipping gradients needs.
import { F32 } from "./dtype";
import { madd64 } from "./simd";

// @ts-ignore: decorator
@inline
function word(pc: usize, index: i32): i32 {
  return i32.load(pc + (<usize>index << 2));
}

/**
 * Squares are summed in double precision, so that neither 1e30 overflows nor many small ones vanish.
 * Words: 2 tensors, 3 result (a double), then each: address, count, dtype, 0.
 */
export function squareSum(pc: usize): void {
  const tensors = word(pc, 2);
  let total: f64 = 0;
  for (let q = 0; q < tensors; ++q) {
    const at = 4 + q * 4;
    const from = <usize>word(pc, at), n = word(pc, at + 1);
    total += word(pc, at + 2) == F32 ? squares32(from, n) : squares64(from, n);
  }
  f64.store(<usize>word(pc, 3), total);
}

function squares32(from: usize, n: i32): f64 {
  let a = f64x2.splat(0), b = a, c = a, d = a;
  let i = 0;
  for (; i + 16 <= n; i += 16, from += 64) {
    const w = v128.load(from), x = v128.load(from, 16), y = v128.load(from, 32), z = v128.load(from, 48);
    const w0 = f64x2.promote_low_f32x4(w), w1 = f64x2.promote_low_f32x4(v128.shuffle<i64>(w, w, 1, 1));
    const x0 = f64x2.promote_low_f32x4(x), x1 = f64x2.promote_low_f32x4(v128.shuffle<i64>(x, x, 1, 1));
    const y0 = f64x2.promote_low_f32x4(y), y1 = f64x2.promote_low_f32x4(v128.shuffle<i64>(y, y, 1, 1));
    const z0 = f64x2.promote_low_f32x4(z), z1 = f64x2.promote_low_f32x4(v128.shuffle<i64>(z, z, 1, 1));
    a = madd64(w0, w0, madd64(y0, y0, a));
    b = madd64(w1, w1, madd64(y1, y1, b));
    c = madd64(x0, x0, madd64(z0, z0, c));
    d = madd64(x1, x1, madd64(z1, z1, d));
  }
  const sums = f64x2.add(f64x2.add(a, b), f64x2.add(c, d));
  let total = f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1);
  for (; i < n; ++i, from += 4) total += <f64>f32.load(from) * <f64>f32.load(from);
  return total;
}

function squares64(from: usize, n: i32): f64 {
  let a = f64x2.splat(0), b = a, c = a, d = a;
  let i = 0;
  for (; i + 8 <= n; i += 8, from += 64) {
    const w = v128.load(from), x = v128.load(from, 16), y = v128.load(from, 32), z = v128.load(from, 48);
    a = madd64(w, w, a);
    b = madd64(x, x, b);
    c = madd64(y, y, c);
    d = madd64(z, z, d);
  }
  const sums = f64x2.add(f64x2.add(a, b), f64x2.add(c, d));
  let total = f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1);
  for (; i < n; ++i, from += 8) total += f64.load(from) * f64.load(from);
  return total;
}
