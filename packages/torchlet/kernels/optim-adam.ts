// The optimizer rules with decaying first and second moments: Adam and its relatives.
//
// Settings of all: 0 weight decay, 1 1 - beta1, 2 beta2, 3 1 - beta2, 4 eps, 5 a factor on p (decoupled decay; 1: none).
// The corrections of the moments come from outside, in double precision, one set a parameter.
import { addcdiv, at, decays, gradient, madds, negates, own, put, setting } from "./optim-row";

/** The weight of lerp in every lane, counted from the nearer end as PyTorch does. */
// @ts-ignore: decorator
@inline
function lerpWeight<T>(pc: usize): v128 {
  const weight = <T>f64.load(pc + 32);
  return v128.splat<T>(isNear<T>(pc) ? weight : weight - <T>1);
}

/** Whether the weight of lerp is below one half: then it is counted from m, else from g. */
// @ts-ignore: decorator
@inline
function isNear<T>(pc: usize): bool {
  return <T>f64.load(pc + 32) < <T>0.5;
}

/** m += weight * (g - m) */
// @ts-ignore: decorator
@inline
function lerp<T>(m: v128, g: v128, weight: v128, near: bool): v128 {
  return madds<T>(weight, v128.sub<T>(g, m), near ? m : g);
}

/** beta2 * v + (1 - beta2) * g^2 */
// @ts-ignore: decorator
@inline
function second<T>(v: v128, g: v128, beta2: v128, rest: v128): v128 {
  return madds<T>(v128.mul<T>(rest, g), g, v128.mul<T>(v, beta2));
}

/** Whether p shrinks by setting 5: the decoupled decay. */
// @ts-ignore: decorator
@inline
function shrinks(pc: usize): bool {
  return f64.load(pc + 64) != 1;
}

/**
 * p -= step * m / (sqrt(v) / sqrt(correction2) + eps), with the largest v so far where there is a third state.
 * Own: -step, sqrt(correction2). States: m, v, largest v.
 */
export function adam<T>(pc: usize, row: usize, from: usize, to: usize): void {
  const p = at(row, 0), m = at(row, 2), v = at(row, 3), largest = at(row, 4);
  const gradients = at(row, 1), negated = negates(pc), decayed = decays(pc), decay = setting<T>(pc, 0);
  const beta2 = setting<T>(pc, 2), rest = setting<T>(pc, 3), factor = setting<T>(pc, 5), shrunk = shrinks(pc);
  const weight = lerpWeight<T>(pc), near = isNear<T>(pc);
  const rate = own<T>(row, 0), root = own<T>(row, 1), eps = setting<T>(pc, 4);
  for (let i = from; i < to; i += 16) {
    const g = gradient<T>(gradients, p, i, negated, decayed, decay);
    let w = v128.load(p + i);
    if (shrunk) w = v128.mul<T>(w, factor);
    const mean = lerp<T>(v128.load(m + i), g, weight, near);
    put<T>(m, i, to, mean);
    let square = second<T>(v128.load(v + i), g, beta2, rest);
    put<T>(v, i, to, square);
    if (largest) {
      square = v128.max<T>(v128.load(largest + i), square);
      put<T>(largest, i, to, square);
    }
    const d = v128.add<T>(v128.div<T>(v128.sqrt<T>(square), root), eps);
    put<T>(p, i, to, addcdiv<T>(w, rate, mean, d));
  }
}

/** u = max(beta2 * u, |g| + eps); p -= step * m / u. Own: -step. States: m, u. */
export function adamax<T>(pc: usize, row: usize, from: usize, to: usize): void {
  const p = at(row, 0), m = at(row, 2), u = at(row, 3);
  const gradients = at(row, 1), negated = negates(pc), decayed = decays(pc), decay = setting<T>(pc, 0);
  const weight = lerpWeight<T>(pc), near = isNear<T>(pc);
  const rate = own<T>(row, 0), beta2 = setting<T>(pc, 2), eps = setting<T>(pc, 4);
  for (let i = from; i < to; i += 16) {
    const g = gradient<T>(gradients, p, i, negated, decayed, decay);
    const mean = lerp<T>(v128.load(m + i), g, weight, near);
    put<T>(m, i, to, mean);
    const norm = v128.max<T>(v128.mul<T>(v128.load(u + i), beta2), v128.add<T>(v128.abs<T>(g), eps));
    put<T>(u, i, to, norm);
    put<T>(p, i, to, addcdiv<T>(v128.load(p + i), rate, mean, norm));
  }
}

/** d = sqrt(v / correction2) + eps; p += a * g / d; p += b * m / d. Own: a, b, correction2. States: m, v. */
export function nadam<T>(pc: usize, row: usize, from: usize, to: usize): void {
  const p = at(row, 0), m = at(row, 2), v = at(row, 3);
  const gradients = at(row, 1), negated = negates(pc), decayed = decays(pc), decay = setting<T>(pc, 0);
  const beta2 = setting<T>(pc, 2), rest = setting<T>(pc, 3), factor = setting<T>(pc, 5), shrunk = shrinks(pc);
  const weight = lerpWeight<T>(pc), near = isNear<T>(pc);
  const a = own<T>(row, 0), b = own<T>(row, 1), correction = own<T>(row, 2), eps = setting<T>(pc, 4);
  for (let i = from; i < to; i += 16) {
    const g = gradient<T>(gradients, p, i, negated, decayed, decay);
    let w = v128.load(p + i);
    if (shrunk) w = v128.mul<T>(w, factor);
    const mean = lerp<T>(v128.load(m + i), g, weight, near);
    put<T>(m, i, to, mean);
    const square = second<T>(v128.load(v + i), g, beta2, rest);
    put<T>(v, i, to, square);
    const d = v128.add<T>(v128.sqrt<T>(v128.div<T>(square, correction)), eps);
    put<T>(p, i, to, addcdiv<T>(addcdiv<T>(w, a, g, d), b, mean, d));
  }
}

/**
 * p -= m / correction1 * lr, times root / (sqrt(v) + eps) * rectification once the variance is tractable.
 * Own: correction1, lr, root, rectification (0: not yet). States: m, v.
 */
export function radam<T>(pc: usize, row: usize, from: usize, to: usize): void {
  const p = at(row, 0), m = at(row, 2), v = at(row, 3);
  const gradients = at(row, 1), negated = negates(pc), decayed = decays(pc), decay = setting<T>(pc, 0);
  const beta2 = setting<T>(pc, 2), rest = setting<T>(pc, 3), factor = setting<T>(pc, 5), shrunk = shrinks(pc);
  const weight = lerpWeight<T>(pc), near = isNear<T>(pc);
  const correction = own<T>(row, 0), lr = own<T>(row, 1), root = own<T>(row, 2), rectification = own<T>(row, 3);
  const eps = setting<T>(pc, 4);
  const rectified = f64.load(row + 56) != 0;
  for (let i = from; i < to; i += 16) {
    const g = gradient<T>(gradients, p, i, negated, decayed, decay);
    let w = v128.load(p + i);
    if (shrunk) w = v128.mul<T>(w, factor);
    const mean = lerp<T>(v128.load(m + i), g, weight, near);
    put<T>(m, i, to, mean);
    const square = second<T>(v128.load(v + i), g, beta2, rest);
    put<T>(v, i, to, square);
    let step = v128.mul<T>(v128.div<T>(mean, correction), lr);
    if (rectified) {
      const adaptive = v128.div<T>(root, v128.add<T>(v128.sqrt<T>(square), eps));
      step = v128.mul<T>(v128.mul<T>(step, adaptive), rectification);
    }
    put<T>(p, i, to, v128.sub<T>(w, step));
  }
}
