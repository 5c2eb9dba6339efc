// Whether a tensor holds NaN or infinities.
import { F32 } from "./dtype";

/** Words: 2 dtype (F32 or F64), 3 count, 4 input, 5 output (int32: 1 where all are finite). */
export function allFinite(pc: usize): void {
  const n = i32.load(pc + 12);
  let at = <usize>i32.load(pc + 16);
  const out = <usize>i32.load(pc + 20);
  let i = 0;
  // x - x is 0 for finite numbers and NaN for all others; a sum keeps every NaN.
  if (i32.load(pc + 8) == F32) {
    let bad = f32x4.splat(0);
    for (; i + 4 <= n; i += 4, at += 16) {
      const x = v128.load(at);
      bad = f32x4.add(bad, f32x4.sub(x, x));
    }
    let rest: f32 = 0;
    for (; i < n; ++i, at += 4) {
      const x = f32.load(at);
      rest += x - x;
    }
    i32.store(out, rest == 0 && i32x4.all_true(f32x4.eq(bad, f32x4.splat(0))) ? 1 : 0);
    return;
  }
  let rest: f64 = 0;
  for (; i < n; ++i, at += 8) {
    const x = f64.load(at);
    rest += x - x;
  }
  i32.store(out, rest == 0 ? 1 : 0);
}
