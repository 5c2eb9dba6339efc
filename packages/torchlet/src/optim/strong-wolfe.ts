// The line search of L-BFGS: a step length that satisfies the strong Wolfe conditions, by cubic interpolation.
//
// Nocedal and Wright, Numerical Optimization (2006), algorithms 3.5 and 3.6, with the safeguards of minFunc (Schmidt, 2005)
// that PyTorch takes over.
import type { Tensor } from "../tensor/tensor.js";

/** What is known at one step length: the loss, the gradient, and its slope along the direction. */
export interface Point {
  readonly t: number;
  readonly loss: number;
  readonly gradient: Tensor;
  readonly slope: number;
}

const SUFFICIENT_DECREASE = 1e-4;
const CURVATURE = 0.9;

/** The minimum of the cubic through two points with their slopes, kept between two bounds. */
function cubicMinimum(a: Point, b: Point, low = Math.min(a.t, b.t), high = Math.max(a.t, b.t)): number {
  const d1 = a.slope + b.slope - (3 * (a.loss - b.loss)) / (a.t - b.t);
  const square = d1 * d1 - a.slope * b.slope;
  if (!(square >= 0)) return (low + high) / 2;
  const d2 = Math.sqrt(square);
  const [left, right] = a.t <= b.t ? [a, b] : [b, a];
  const share = (right.slope + d2 - d1) / (right.slope - left.slope + 2 * d2);
  return Math.min(Math.max(right.t - (right.t - left.t) * share, low), high);
}

/**
 * Searches along a direction for a point whose loss is low enough and whose slope is flat enough.
 *
 * @param evaluate the point at a step length
 * @param start the point at step length 0
 * @param first the step length to try first
 * @param reach the largest change of an element at step length 1
 * @param tolerance the search ends when the bracket moves no element by more
 * @param limit how often the search may evaluate after the first time
 * @returns the point, and how often it evaluated
 */
export function strongWolfe(
  evaluate: (t: number) => Point,
  start: Point,
  first: number,
  reach: number,
  tolerance: number,
  limit: number,
): { point: Point; evaluations: number } {
  const isHigh = (p: Point) => p.loss > start.loss + SUFFICIENT_DECREASE * p.t * start.slope;
  const isFlat = (p: Point) => Math.abs(p.slope) <= -CURVATURE * start.slope;

  // First a bracket: go on until a point satisfies the conditions, or has gone past such points.
  let before = start;
  let current = evaluate(first);
  let searched = 0;
  let bracket: [Point, Point] | null = null;
  for (; searched < limit; searched++) {
    if (isHigh(current) || (searched > 1 && current.loss >= before.loss)) bracket = [before, current];
    else if (isFlat(current)) return { point: current, evaluations: searched + 1 };
    else if (current.slope >= 0) bracket = [before, current];
    if (bracket !== null) break;
    const next = cubicMinimum(before, current, current.t + 0.01 * (current.t - before.t), current.t * 10);
    before = current;
    current = evaluate(next);
  }
  bracket ??= [start, current];

  // Then narrow it.
  let [low, high] = bracket[0].loss <= bracket[1].loss ? [0, 1] : [1, 0];
  let isSlow = false;
  while (searched < limit) {
    const left = Math.min(bracket[0].t, bracket[1].t);
    const right = Math.max(bracket[0].t, bracket[1].t);
    if ((right - left) * reach < tolerance) break;
    let t = cubicMinimum(bracket[0], bracket[1]);
    // Close to an end twice in a row, or outside: step into the bracket instead.
    const margin = 0.1 * (right - left);
    if (Math.min(right - t, t - left) < margin) {
      if (isSlow || t >= right || t <= left) {
        t = Math.abs(t - right) < Math.abs(t - left) ? right - margin : left + margin;
        isSlow = false;
      } else {
        isSlow = true;
      }
    } else {
      isSlow = false;
    }
    const point = evaluate(t);
    searched++;
    if (isHigh(point) || point.loss >= bracket[low]!.loss) {
      bracket[high] = point;
      [low, high] = bracket[0].loss <= bracket[1].loss ? [0, 1] : [1, 0];
      continue;
    }
    if (isFlat(point)) return { point, evaluations: searched + 1 };
    if (point.slope * (bracket[high]!.t - bracket[low]!.t) >= 0) bracket[high] = bracket[low]!;
    bracket[low] = point;
  }
  return { point: bracket[low]!, evaluations: searched + 1 };
}
