// Where the acquisition is largest: many points, then local searches from the best, in spaces of numbers, integers and choices.
import type { Random } from "../../core/random.js";
import { minimizeInBox } from "../../math/lbfgs.js";
import type { Axis } from "../axis.js";
import { SOBOL_DIMENSIONS, sobolFraction } from "../sobol.js";

/** The acquisition at a point, and where an array for it is given, its gradient along axes without steps. */
export type Acquisition = (x: Float64Array, gradient?: Float64Array) => number;

/** Candidates all over the space; near the best points; how many of them are climbed from; turns of a climb. */
const SPREAD = 512;
const NEAR = 96;
const STARTS = 5;
const TURNS = 4;

const clip = (u: number) => Math.min(Math.max(u, 0), 1);
const isContinuous = (axis: Axis) => axis.kind === "numeric" && !Number.isFinite(axis.count);

/** The position that u in [0, 1] stands for: of countable values, the one whose part it lies in. */
function snap(axis: Axis, u: number): number {
  if (axis.kind === "choice") return Math.min(axis.count - 1, Math.floor(u * axis.count));
  return isContinuous(axis) ? u : axis.position(axis.value(u));
}

/** Positions that a search along a countable axis tries: all of a few, else steps that double. */
function alternatives(axis: Axis, at: number): readonly number[] {
  const { count } = axis;
  if (axis.kind === "choice") return Array.from({ length: count }, (_, i) => i);
  const [low, high] = axis.cell(at);
  const found = new Set<number>();
  // In cells of this place; with `log`, cells elsewhere are wider or narrower.
  for (let step = high - low; step <= 1; step *= 2) {
    for (const side of [-step, step]) found.add(snap(axis, clip(at + side)));
  }
  return [...found];
}

function candidates(axes: readonly Axis[], good: readonly Float64Array[], random: Random): Float64Array[] {
  const seed = random.integer(0x7fff_ffff);
  const spread = Array.from({ length: SPREAD }, (_, i) =>
    Float64Array.from(axes, (axis, j) =>
      snap(axis, j < SOBOL_DIMENSIONS ? sobolFraction(i, j, seed) : random.uniform()),
    ),
  );
  const near = Array.from({ length: good.length === 0 ? 0 : NEAR }, (_, i) => {
    const center = good[i % good.length]!;
    const width = 10 ** (-1 - 2 * random.uniform());
    return Float64Array.from(axes, (axis, j) => {
      if (axis.kind === "choice") return random.uniform() < 0.2 ? random.integer(axis.count) : center[j]!;
      return snap(axis, clip(center[j]! + width * random.normal()));
    });
  });
  return [...spread, ...near];
}

interface Scored {
  readonly x: Float64Array;
  readonly value: number;
}

/** Along all continuous axes together, by the gradient. */
function climbContinuous(acquisition: Acquisition, axes: readonly Axis[], start: Scored): Scored {
  const moves = axes.map(isContinuous);
  if (!moves.includes(true)) return start;
  const found = minimizeInBox(
    (x, gradient) => {
      const value = acquisition(x, gradient);
      for (let j = 0; j < gradient.length; j++) gradient[j] = moves[j] ? -gradient[j]! : 0;
      return -value;
    },
    start.x,
    start.x.map((u, j) => (moves[j] ? 0 : u)),
    start.x.map((u, j) => (moves[j] ? 1 : u)),
    { maxIterations: 40, tolerance: 1e-5 },
  );
  return -found.value > start.value ? { x: found.x, value: -found.value } : start;
}

/** Along the countable axes, one after the other. */
function climbCountable(acquisition: Acquisition, axes: readonly Axis[], start: Scored): Scored {
  let best = start;
  for (const [j, axis] of axes.entries()) {
    if (isContinuous(axis)) continue;
    for (const position of alternatives(axis, best.x[j]!)) {
      if (position === best.x[j]) continue;
      const x = best.x.slice();
      x[j] = position;
      const value = acquisition(x);
      if (value > best.value) best = { x, value };
    }
  }
  return best;
}

function climb(acquisition: Acquisition, axes: readonly Axis[], start: Scored): Scored {
  let best = climbContinuous(acquisition, axes, start);
  for (let turn = 0; turn < TURNS; turn++) {
    const moved = climbCountable(acquisition, axes, best);
    if (moved === best) break;
    best = climbContinuous(acquisition, axes, moved);
  }
  return best;
}

/**
 * The point where the acquisition is largest, as far as climbs from the best of some hundred points find it.
 *
 * @param good the best points so far: some candidates lie near them
 */
export function maximize(
  acquisition: Acquisition,
  axes: readonly Axis[],
  good: readonly Float64Array[],
  random: Random,
): Float64Array {
  const scored = candidates(axes, good, random).map((x): Scored => ({ x, value: acquisition(x) }));
  scored.sort((a, b) => b.value - a.value);
  return scored
    .slice(0, STARTS)
    .map((start) => climb(acquisition, axes, start))
    .reduce((a, b) => (b.value > a.value ? b : a)).x;
}
