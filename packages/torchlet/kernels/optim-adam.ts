// The optimizer rules with decaying first and second moments: Adam and its relatives.
//
// Settings of all: 0 weight decay, 1 1 - beta1, 2 beta2, 3 1 - beta2, 4 eps, 5 a factor on p (decoupled decay; 1: none).
// The corrections of the moments come from outside, in double precision, one set a parameter.
import { at, descend, gradient, madds, own, put, setting } from "./optim-row";

/** m += weight * (g - m), from the nearer end, as PyTorch's lerp. */
// @ts-ignore: decorator
@inline
function lerp<T>(pc: usize, m: v128, g: v128): v128 {
  const weight = f64.load(pc + 32);
  const near = <T>weight < <T>0.5;
  const coefficient = near ? <T>weight : <T>weight - <T>1;
  return madds<T>(v128.splat<T>(coefficient), v128.sub<T>(g, m), near ? m : g);
}

/** v = beta2 * v + (1 - beta2) * g^2, stored. */
// @ts-ignore: decorator
@inline
function second<T>(pc: usize, v: usize, i: usize, end: usize, g: v128): v128 {
  const next = madds<T>(v128.mul<T>(setting<T>(pc, 3), g), g, v128.mul<T>(v128.load(v + i), setting<T>(pc, 2)));
  put<T>(v, i, end, next);
  return next;
}

/** Shrinks p where the decay is decoupled. */
// @ts-ignore: decorator
@inline
function shrink<T>(pc: usize, p: usize, i: usize, end: usize): void {
  if (f64.load(pc + 64) != 1) put<T>(p, i, end, v128.mul<T>(v128.load(p + i), setting<T>(pc, 5)));
}

/**
 * p -= step * m / (sqrt(v) / sqrt(correction2) + eps), with the largest v so far where there is a third state.
 * Own: -step, sqrt(correction2). States: m, v, largest v.
 */
export function adam<T>(pc: usize, row: usize, from: usize, to: usize): void {
  const p = at(row, 0), m = at(row, 2), v = at(row, 3), largest = at(row, 4);
  const rate = own<T>(row, 0), root = own<T>(row, 1), eps = setting<T>(pc, 4);
  for (let i = from; i < to; i += 16) {
    const g = gradient<T>(pc, row, i);
    shrink<T>(pc, p, i, to);
    const mean = lerp<T>(pc, v128.load(m + i), g);
    put<T>(m, i, to, mean);
    let square = second<T>(pc, v, i, to, g);
    if (largest) {
      square = v128.max<T>(v128.load(largest + i), square);
      put<T>(largest, i, to, square);
    }
    descend<T>(p, i, to, rate, mean, v128.add<T>(v128.div<T>(v128.sqrt<T>(square), root), eps));
  }
}

/** u = max(beta2 * u, |g| + eps); p -= step * m / u. Own: -step. States: m, u. */
export function adamax<T>(pc: usize, row: usize, from: usize, to: usize): void {
  const p = at(row, 0), m = at(row, 2), u = at(row, 3);
  const rate = own<T>(row, 0), beta2 = setting<T>(pc, 2), eps = setting<T>(pc, 4);
  for (let i = from; i < to; i += 16) {
    const g = gradient<T>(pc, row, i);
    const mean = lerp<T>(pc, v128.load(m + i), g);
    put<T>(m, i, to, mean);
    const norm = v128.max<T>(v128.mul<T>(v128.load(u + i), beta2), v128.add<T>(v128.abs<T>(g), eps));
    put<T>(u, i, to, norm);
    descend<T>(p, i, to, rate, mean, norm);
  }
}

/** d = sqrt(v / correction2) + eps; p += a * g / d; p += b * m / d. Own: a, b, correction2. States: m, v. */
export function nadam<T>(pc: usize, row: usize, from: usize, to: usize): void {
  const p = at(row, 0), m = at(row, 2), v = at(row, 3);
  const a = own<T>(row, 0), b = own<T>(row, 1), correction = own<T>(row, 2), eps = setting<T>(pc, 4);
  for (let i = from; i < to; i += 16) {
    const g = gradient<T>(pc, row, i);
    shrink<T>(pc, p, i, to);
    const mean = lerp<T>(pc, v128.load(m + i), g);
    put<T>(m, i, to, mean);
    const square = second<T>(pc, v, i, to, g);
    const d = v128.add<T>(v128.sqrt<T>(v128.div<T>(square, correction)), eps);
    descend<T>(p, i, to, a, g, d);
    descend<T>(p, i, to, b, mean, d);
  }
}

/**
 * p -= m / correction1 * lr, times root / (sqrt(v) + eps) * rectification once the variance is tractable.
 * Own: correction1, lr, root, rectification (0: not yet). States: m, v.
 */
export function radam<T>(pc: usize, row: usize, from: usize, to: usize): void {
  const p = at(row, 0), m = at(row, 2), v = at(row, 3);
  const correction = own<T>(row, 0), lr = own<T>(row, 1), root = own<T>(row, 2), rectification = own<T>(row, 3);
  const eps = setting<T>(pc, 4);
  const rectified = f64.load(row + 56) != 0;
  for (let i = from; i < to; i += 16) {
    const g = gradient<T>(pc, row, i);
    shrink<T>(pc, p, i, to);
    const mean = lerp<T>(pc, v128.load(m + i), g);
    put<T>(m, i, to, mean);
    const square = second<T>(pc, v, i, to, g);
    let step = v128.mul<T>(v128.div<T>(mean, correction), lr);
    if (rectified) {
      const adaptive = v128.div<T>(root, v128.add<T>(v128.sqrt<T>(square), eps));
      step = v128.mul<T>(v128.mul<T>(step, adaptive), rectification);
    }
    put<T>(p, i, to, v128.sub<T>(v128.load(p + i), step));
  }
}
