// Minimizing smooth functions of a few variables inside a box: L-BFGS with projection.

/** A function's value and, written into `gradient`, its derivatives. */
export type SmoothFunction = (x: Float64Array, gradient: Float64Array) => number;

const MEMORY = 8;
/** Of the decrease that the slope promises, a step has to bring this share (Armijo 1966). */
const SUFFICIENT = 1e-4;

const dot = (a: Float64Array, b: Float64Array) => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
};

/**
 * A local minimum near `start` with `low <= x <= high`; variables at a limit that the gradient pushes against stay there for the step.
 *
 * @returns the point and its value; never worse than the start. Values that are not finite are stepped back from.
 *
 * Source: Nocedal and Wright, Numerical optimization, 2006, algorithm 7.4; the projection: Bertsekas, SIAM J. Control 1982.
 */
export function minimizeInBox(
  f: SmoothFunction,
  start: ArrayLike<number>,
  low: ArrayLike<number>,
  high: ArrayLike<number>,
  { maxIterations = 100, tolerance = 1e-6 }: { maxIterations?: number; tolerance?: number } = {},
): { x: Float64Array; value: number } {
  const n = start.length;
  const clip = (value: number, i: number) => Math.min(Math.max(value, low[i]!), high[i]!);
  let x = Float64Array.from(start, clip);
  let gradient = new Float64Array(n);
  let value = f(x, gradient);
  if (!Number.isFinite(value)) return { x, value };
  let pairs: { s: Float64Array; y: Float64Array; rho: number }[] = [];
  for (let iteration = 0; iteration < maxIterations; iteration++) {
    const free = x.map((xi, i) =>
      (xi <= low[i]! && gradient[i]! > 0) || (xi >= high[i]! && gradient[i]! < 0) ? 0 : 1,
    );
    const steepest = gradient.map((g, i) => -g * free[i]!);
    if (Math.sqrt(dot(steepest, steepest)) < tolerance) break;
    let direction = applyInverse(pairs, steepest).map((d, i) => d * free[i]!);
    if (!(dot(direction, gradient) < 0)) {
      pairs = [];
      direction = steepest;
    }
    // Without curvature known, a first step of moderate length.
    let step = pairs.length > 0 ? 1 : Math.min(1, 0.25 / Math.sqrt(dot(direction, direction)));
    let next = x;
    let nextValue = Number.POSITIVE_INFINITY;
    const nextGradient = new Float64Array(n);
    for (let halvings = 0; halvings < 25; halvings++, step /= 2) {
      next = x.map((xi, i) => clip(xi + step * direction[i]!, i));
      nextValue = f(next, nextGradient);
      let slope = 0;
      for (let i = 0; i < n; i++) slope += gradient[i]! * (next[i]! - x[i]!);
      if (nextValue <= value + SUFFICIENT * slope && nextValue < value) break;
      nextValue = Number.POSITIVE_INFINITY;
    }
    if (!Number.isFinite(nextValue)) {
      if (pairs.length === 0) break;
      pairs = [];
      continue;
    }
    const s = next.map((v, i) => v - x[i]!);
    const y = nextGradient.map((v, i) => v - gradient[i]!);
    const curvature = dot(s, y);
    if (curvature > 1e-12 * Math.sqrt(dot(s, s) * dot(y, y))) {
      pairs.push({ s, y, rho: 1 / curvature });
      if (pairs.length > MEMORY) pairs.shift();
    }
    const gain = value - nextValue;
    x = next;
    gradient = nextGradient;
    value = nextValue;
    if (gain < 1e-9 * (1 + Math.abs(value))) break;
  }
  return { x, value };
}

/** The two loops of L-BFGS: the inverse Hessian's estimate times a vector. */
function applyInverse(
  pairs: readonly { s: Float64Array; y: Float64Array; rho: number }[],
  vector: Float64Array,
): Float64Array {
  const q = vector.slice();
  const alphas: number[] = [];
  for (const { s, y, rho } of pairs.toReversed()) {
    const alpha = rho * dot(s, q);
    alphas.push(alpha);
    for (let i = 0; i < q.length; i++) q[i]! -= alpha * y[i]!;
  }
  const last = pairs.at(-1);
  if (last !== undefined) {
    const scale = dot(last.s, last.y) / dot(last.y, last.y);
    for (let i = 0; i < q.length; i++) q[i]! *= scale;
  }
  for (const { s, y, rho } of pairs) {
    const beta = rho * dot(y, q);
    const alpha = alphas.pop()!;
    for (let i = 0; i < q.length; i++) q[i]! += (alpha - beta) * s[i]!;
  }
  return q;
}
