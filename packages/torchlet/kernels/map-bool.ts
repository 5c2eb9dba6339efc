// Comparisons of float32 that are stored as bool at once.
import { Fn } from "./fn";

// @ts-ignore: decorator
@inline
function mask(fn: i32, x: v128, y: v128): v128 {
  if (fn == Fn.EQ) return f32x4.eq(x, y);
  if (fn == Fn.NE) return f32x4.ne(x, y);
  if (fn == Fn.LT) return f32x4.lt(x, y);
  if (fn == Fn.LE) return f32x4.le(x, y);
  if (fn == Fn.GT) return f32x4.gt(x, y);
  return f32x4.ge(x, y);
}

// @ts-ignore: decorator
@inline
function loop(fn: i32, to: usize, a: usize, b: usize, stepA: usize, stepB: usize, n: i32): void {
  const one = i8x16.splat(1);
  for (; n >= 16; n -= 16, to += 16, a += stepA, b += stepB) {
    const low = i16x8.narrow_i32x4_s(mask(fn, v128.load(a), v128.load(b)), mask(fn, v128.load(a, 16), v128.load(b, 16)));
    const high = i16x8.narrow_i32x4_s(mask(fn, v128.load(a, 32), v128.load(b, 32)), mask(fn, v128.load(a, 48), v128.load(b, 48)));
    v128.store(to, v128.and(i8x16.narrow_i16x8_s(low, high), one));
  }
  stepA = min(stepA, 4);
  stepB = min(stepB, 4);
  for (; n > 0; --n, ++to, a += stepA, b += stepB) {
    store<u8>(to, i32x4.extract_lane(mask(fn, v128.load32_splat(a), v128.load32_splat(b)), 0) & 1);
  }
}

type Comparison = (to: usize, a: usize, b: usize, stepA: usize, stepB: usize, n: i32) => void;

/** From Fn.EQ on (kernels/map-f32.ts says why in a table). */
const COMPARISONS: StaticArray<Comparison> = [
  (to: usize, a: usize, b: usize, stepA: usize, stepB: usize, n: i32): void => loop(Fn.EQ, to, a, b, stepA, stepB, n),
  (to: usize, a: usize, b: usize, stepA: usize, stepB: usize, n: i32): void => loop(Fn.NE, to, a, b, stepA, stepB, n),
  (to: usize, a: usize, b: usize, stepA: usize, stepB: usize, n: i32): void => loop(Fn.LT, to, a, b, stepA, stepB, n),
  (to: usize, a: usize, b: usize, stepA: usize, stepB: usize, n: i32): void => loop(Fn.LE, to, a, b, stepA, stepB, n),
  (to: usize, a: usize, b: usize, stepA: usize, stepB: usize, n: i32): void => loop(Fn.GT, to, a, b, stepA, stepB, n),
  (to: usize, a: usize, b: usize, stepA: usize, stepB: usize, n: i32): void => loop(Fn.GE, to, a, b, stepA, stepB, n),
];

/** The comparison fn of n elements into bytes; operands that do not move (0) hold one value 16 times. */
export function compare32(fn: i32, to: usize, a: usize, b: usize, moveA: i32, moveB: i32, n: i32): void {
  COMPARISONS[fn - Fn.EQ](to, a, b, 64 & moveA, 64 & moveB, n);
}
