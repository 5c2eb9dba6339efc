// Whether a tensor holds NaN or infinities.
import { F32 } from "./dtype";

/** Words: 2 dtype (F32 or F64), 3 count, 4 input, 5 output (int32: 1 where all are finite). */
export function allFinite(pc: usize): void {
  const n = i32.load(pc + 12);
  let at = <usize>i32.load(pc + 16);
  const out = <usize>i32.load(pc + 20);
  let i = 0;
  // x - x is 0 for finite numbers and NaN for all others; a sum keeps every NaN.
  let a = f32x4.splat(0), b = a, c = a, d = a;
  if (i32.load(pc + 8) == F32) {
    for (; i + 16 <= n; i += 16, at += 64) {
      const p = v128.load(at), q = v128.load(at, 16), r = v128.load(at, 32), s = v128.load(at, 48);
      a = f32x4.add(a, f32x4.sub(p, p));
      b = f32x4.add(b, f32x4.sub(q, q));
      c = f32x4.add(c, f32x4.sub(r, r));
      d = f32x4.add(d, f32x4.sub(s, s));
    }
    let rest: f32 = 0;
    for (; i < n; ++i, at += 4) {
      const x = f32.load(at);
      rest += x - x;
    }
    const sum = f32x4.add(f32x4.add(a, b), f32x4.add(c, d));
    i32.store(out, rest == 0 && i32x4.all_true(f32x4.eq(sum, f32x4.splat(0))) ? 1 : 0);
    return;
  }
  for (; i + 8 <= n; i += 8, at += 64) {
    const p = v128.load(at), q = v128.load(at, 16), r = v128.load(at, 32), s = v128.load(at, 48);
    a = f64x2.add(a, f64x2.sub(p, p));
    b = f64x2.add(b, f64x2.sub(q, q));
    c = f64x2.add(c, f64x2.sub(r, r));
    d = f64x2.add(d, f64x2.sub(s, s));
  }
  let rest: f64 = 0;
  for (; i < n; ++i, at += 8) {
    const x = f64.load(at);
    rest += x - x;
  }
  const sum = f64x2.add(f64x2.add(a, b), f64x2.add(c, d));
  i32.store(out, rest == 0 && i64x2.all_true(f64x2.eq(sum, f64x2.splat(0))) ? 1 : 0);
}
