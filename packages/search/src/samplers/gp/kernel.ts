// Matern's kernel: how alike the values at two points are, by their distance.

/** Points on unit axes; choices by index. */
export type Points = readonly Float64Array[];

/** The distance along one axis, squared; of choices, 1 if they differ (Hamming). */
export function squaredDifference(a: number, b: number, isChoice: boolean): number {
  return isChoice ? Number(a !== b) : (a - b) * (a - b);
}

const SQRT5 = Math.sqrt(5);

/** `(1 + sqrt(5) r + 5 r^2 / 3) exp(-sqrt(5) r)` of a squared distance: Matern 5/2. */
export function matern(square: number): number {
  const r = SQRT5 * Math.sqrt(square);
  return (1 + r + (r * r) / 3) * Math.exp(-r);
}

/** The derivative of `matern` by its argument; finite at 0. */
export function maternSlope(square: number): number {
  const r = SQRT5 * Math.sqrt(square);
  return (-5 / 6) * (1 + r) * Math.exp(-r);
}
