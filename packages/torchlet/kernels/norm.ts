// The sum of the squares of many tensors in one instruction: what clipping gradients needs.
import { F32 } from "./dtype";

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
  for (; i + 8 <= n; i += 8, from += 32) {
    const x = v128.load(from), y = v128.load(from, 16);
    const x0 = f64x2.promote_low_f32x4(x), x1 = f64x2.promote_low_f32x4(v128.shuffle<f32>(x, x, 2, 3, 2, 3));
    const y0 = f64x2.promote_low_f32x4(y), y1 = f64x2.promote_low_f32x4(v128.shuffle<f32>(y, y, 2, 3, 2, 3));
    a = f64x2.add(a, f64x2.mul(x0, x0));
    b = f64x2.add(b, f64x2.mul(x1, x1));
    c = f64x2.add(c, f64x2.mul(y0, y0));
    d = f64x2.add(d, f64x2.mul(y1, y1));
  }
  const sums = f64x2.add(f64x2.add(a, b), f64x2.add(c, d));
  let total = f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1);
  for (; i < n; ++i, from += 4) total += <f64>f32.load(from) * <f64>f32.load(from);
  return total;
}

function squares64(from: usize, n: i32): f64 {
  let a = f64x2.splat(0), b = a;
  let i = 0;
  for (; i + 4 <= n; i += 4, from += 32) {
    const x = v128.load(from), y = v128.load(from, 16);
    a = f64x2.add(a, f64x2.mul(x, x));
    b = f64x2.add(b, f64x2.mul(y, y));
  }
  const sums = f64x2.add(a, b);
  let total = f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1);
  for (; i < n; ++i, from += 8) total += f64.load(from) * f64.load(from);
  return total;
}
