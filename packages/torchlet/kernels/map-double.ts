// The steps of `map` that float32 and float64 share: computed on pairs of doubles.
export function isDouble(fn: i32): bool {
  return false;
}
export function double1(fn: i32, to: usize, a: usize, move: i32, n: i32): void {}
export function double2(fn: i32, to: usize, a: usize, b: usize, moveA: i32, moveB: i32, n: i32): void {}
