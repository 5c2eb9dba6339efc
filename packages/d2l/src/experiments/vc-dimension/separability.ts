// Whether a plane separates labelled points: a plane where there is one, a point common to both sides where there is none.

/** A point of any dimension. */
export type Point = readonly number[];

/** The answer, with its proof. */
export type Separability =
  /** `w x + b` has the sign of every label. */
  | { readonly separable: true; readonly w: readonly number[]; readonly b: number }
  /** A point that is an average of points labelled +1, and also one of points labelled -1. */
  | { readonly separable: false; readonly common: Point };

/**
 * Separates points labelled +1 and -1, exactly as far as small integers go.
 *
 * By Radon's theorem no plane does so if and only if some minimal affine dependency sum c_i x_i = 0, sum c_i = 0 has
 * the sign of the labels: its positive part and its negative part then average to one point. All others are given to the
 * perceptron, which has to end (F7 of the notes).
 */
export function separate(points: readonly Point[], labels: readonly number[]): Separability {
  for (const dependency of minimalDependencies(points)) {
    const signs = dependency.map(([index, c]) => Math.sign(c) * labels[index]!);
    if (!signs.every((sign) => sign === signs[0])) continue;
    const positive = dependency.filter(([, c]) => c > 0);
    const total = positive.reduce((sum, [, c]) => sum + c, 0);
    const common = points[0]!.map(
      (_, k) => positive.reduce((sum, [index, c]) => sum + c * points[index]![k]!, 0) / total,
    );
    return { separable: false, common };
  }
  return perceptron(points, labels);
}

/** The training loop of the notes; there is a plane, so it ends. */
function perceptron(points: readonly Point[], labels: readonly number[]): Separability {
  const w = points[0]!.map(() => 0);
  let b = 0;
  for (let wrong = true; wrong; ) {
    wrong = false;
    for (const [i, x] of points.entries()) {
      const y = labels[i]!;
      if (y * (x.reduce((sum, value, k) => sum + value * w[k]!, 0) + b) > 0) continue;
      for (const [k, value] of x.entries()) w[k]! += y * value;
      b += y;
      wrong = true;
    }
  }
  return { separable: true, w, b };
}

/** Sets of points none of which can be left out of sum c_i x_i = 0, sum c_i = 0: pairs of index and coefficient. */
function* minimalDependencies(points: readonly Point[]): Generator<[number, number][]> {
  const dimension = points[0]!.length;
  for (const subset of subsets(points.length, dimension + 2)) {
    const columns = subset.map((index) => [...points[index]!, 1]);
    const solution = nullVector(columns);
    if (solution?.every((c) => c !== 0)) yield subset.map((index, i) => [index, solution[i]!]);
  }
}

/** The subsets of 0 .. n - 1 with 2 to `largest` members. */
function* subsets(n: number, largest: number): Generator<number[]> {
  for (let bits = 0; bits < 2 ** n; bits++) {
    const members = Array.from({ length: n }, (_, i) => i).filter((i) => (bits >> i) & 1);
    if (members.length >= 2 && members.length <= largest) yield members;
  }
}

/** The solution of sum c_i column_i = 0, up to a factor; null where there is none but 0, or more than one. */
function nullVector(columns: readonly (readonly number[])[]): number[] | null {
  const rows = columns[0]!.map((_, r) => columns.map((column) => column[r]!));
  const pivots: number[] = [];
  let row = 0;
  for (let column = 0; column < columns.length && row < rows.length; column++) {
    const pivot = rows.findIndex((values, r) => r >= row && Math.abs(values[column]!) > 1e-12);
    if (pivot < 0) continue;
    [rows[row], rows[pivot]] = [rows[pivot]!, rows[row]!];
    const scale = rows[row]![column]!;
    rows[row] = rows[row]!.map((value) => value / scale);
    for (let r = 0; r < rows.length; r++) {
      const factor = rows[r]![column]!;
      if (r !== row && factor !== 0) rows[r] = rows[r]!.map((value, c) => value - factor * rows[row]![c]!);
    }
    pivots.push(column);
    row++;
  }
  const free = columns.map((_, c) => c).filter((c) => !pivots.includes(c));
  if (free.length !== 1) return null;
  const solution = columns.map(() => 0);
  solution[free[0]!] = 1;
  for (const [r, c] of pivots.entries()) {
    const value = -rows[r]![free[0]!]!;
    solution[c] = Math.abs(value) < 1e-12 ? 0 : value;
  }
  return solution;
}

/** Every way of labelling n points with +1 and -1. */
export function labelings(n: number): number[][] {
  return Array.from({ length: 2 ** n }, (_, bits) => Array.from({ length: n }, (_, i) => ((bits >> i) & 1 ? 1 : -1)));
}

/** All sets of `size` of the points. */
export function* subsetsOf(points: readonly Point[], size: number): Generator<Point[]> {
  for (const members of subsets(points.length, size)) {
    if (members.length === size) yield members.map((i) => points[i]!);
  }
}

/** Whether three points of the plane lie on one line: their triangle has no area. */
export function onOneLine([a, b, c]: readonly Point[]): boolean {
  return (b![0]! - a![0]!) * (c![1]! - a![1]!) === (c![0]! - a![0]!) * (b![1]! - a![1]!);
}

/** How many labelings a plane can realize. */
export function countSeparable(points: readonly Point[]): number {
  return labelings(points.length).filter((labels) => separate(points, labels).separable).length;
}

/** The number of labelings of n points in general position in d dimensions that a plane realizes: 2 sum_{k <= d} C(n - 1, k) (Cover 1965). */
export function coverCount(n: number, d: number): number {
  let sum = 0;
  let binomial = 1;
  for (let k = 0; k <= Math.min(d, n - 1); k++) {
    sum += binomial;
    binomial = (binomial * (n - 1 - k)) / (k + 1);
  }
  return 2 * sum;
}
