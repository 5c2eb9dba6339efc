// What every optimizer rule is written with: its operands, and vector helpers generic over float and double lanes.
//
// Rules read all settings before their loop: a store might change them for all that the compiler knows.

/** A word of an instruction, or of one parameter's row in it. */
// @ts-ignore: decorator
@inline
export function word(pc: usize, index: i32): i32 {
  return i32.load(pc + (<usize>index << 2));
}

/** An address in a parameter's row: 0 the parameter, 1 its gradient, 2 to 4 its state. */
// @ts-ignore: decorator
@inline
export function at(row: usize, index: i32): usize {
  return <usize>word(row, index);
}

/** Setting `index` of the instruction in every lane. */
// @ts-ignore: decorator
@inline
export function setting<T>(pc: usize, index: i32): v128 {
  return v128.splat<T>(<T>f64.load(pc + 24 + (<usize>index << 3)));
}

/** A parameter's own number `index` in every lane. */
// @ts-ignore: decorator
@inline
export function own<T>(row: usize, index: i32): v128 {
  return v128.splat<T>(<T>f64.load(row + 32 + (<usize>index << 3)));
}

/** a * b + c: one rounding where the machine has it (relaxed build), two where not (plain build). */
// @ts-ignore: decorator
@inline
export function madds<T>(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return v128.relaxed_madd<T>(a, b, c);
  return v128.add<T>(v128.mul<T>(a, b), c);
}

/** The gradient at byte i of g: negated to maximize, and with p times the weight decay added. */
// @ts-ignore: decorator
@inline
export function gradient<T>(g: usize, p: usize, i: usize, negates: bool, decays: bool, decay: v128): v128 {
  let x = v128.load(g + i);
  if (negates) x = v128.neg<T>(x);
  if (decays) x = madds<T>(v128.load(p + i), decay, x);
  return x;
}

/** Whether gradients are negated, and whether weight decay is added to them. */
// @ts-ignore: decorator
@inline
export function negates(pc: usize): bool {
  return word(pc, 4) != 0;
}
// @ts-ignore: decorator
@inline
export function decays(pc: usize): bool {
  return f64.load(pc + 24) != 0;
}

/** 1 where a comparison holds, else 0. */
// @ts-ignore: decorator
@inline
export function one<T>(mask: v128): v128 {
  return v128.and(mask, v128.splat<T>(<T>1));
}

/** Stores a vector at byte i; where less than a vector is left before `end`, only the lanes that exist. */
// @ts-ignore: decorator
@inline
export function put<T>(to: usize, i: usize, end: usize, v: v128): void {
  const rest = end - i;
  if (rest >= 16) {
    v128.store(to + i, v);
  } else {
    v128.store_lane<T>(to + i, v, 0);
    if (sizeof<T>() == 4) {
      if (rest > 4) v128.store_lane<f32>(to + i, v, 1, 4);
      if (rest > 8) v128.store_lane<f32>(to + i, v, 2, 8);
    }
  }
}

/** w + rate * a / b, rounded as PyTorch's addcdiv. */
// @ts-ignore: decorator
@inline
export function addcdiv<T>(w: v128, rate: v128, a: v128, b: v128): v128 {
  return v128.add<T>(w, v128.div<T>(v128.mul<T>(rate, a), b));
}
