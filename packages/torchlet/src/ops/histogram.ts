// Counts of values by bin, and areas under sampled curves.
import { Fn } from "../engine/index.js";
import { ValueError } from "../errors/index.js";
import { int32 } from "../tensor/dtype.js";
import { normalizeDim } from "../tensor/shape.js";
import { emptyTensor, Tensor } from "../tensor/tensor.js";
import { readKeywords } from "./arguments.js";
import { add, mul, sub } from "./arithmetic.js";
import { cumsum } from "./cumulative.js";
import { computeType, runProgram } from "./elementwise.js";
import { fillTensor } from "./fill.js";
import { putAt } from "./indexing-core.js";
import { amax, amin, sum } from "./reduction.js";
import { floating } from "./statistics.js";
import { clone, narrow, reshape } from "./views.js";

/** Options of `histc`. */
export interface HistcOptions {
  /** Default: 100. */
  readonly bins?: number;
  /** The left edge; with `max` equal to it the range of the values is taken. Default: 0. */
  readonly min?: number;
  /** The right edge, included. Default: 0. */
  readonly max?: number;
}

/**
 * How many elements lie in each of `bins` bins of equal width from `min` to `max`; what lies outside does not count.
 *
 * @throws ValueError unless bins > 0 and max >= min, both finite
 *
 * @example
 * torch.histc(torch.tensor([1, 2, 1], { dtype: torch.float32 }), 4, 0, 3); // [0, 2, 1, 0]
 */
export function histc(
  self: Tensor,
  bins?: number | HistcOptions,
  min?: number | HistcOptions,
  max?: number | HistcOptions,
): Tensor {
  const given = readKeywords<HistcOptions>(["bins", "min", "max"], [bins, min, max]);
  floating("histc", self);
  const count = given.bins ?? 100;
  let low = given.min ?? 0;
  let high = given.max ?? 0;
  if (low === high && self.numel() > 0) {
    low = amin(self.data).item();
    high = amax(self.data).item();
  }
  if (low === high) [low, high] = [low - 1, high + 1];
  if (!(Number.isInteger(count) && count > 0) || !(high > low) || !Number.isFinite(high - low)) {
    throw new ValueError("histc-range", {
      path: "histc",
      rule: {
        en: `bins must be positive and the range finite and not empty, got ${count} bins from ${low} to ${high}`,
        zh: `bins 必须为正，范围必须有限且非空，得到 ${count} 个区间，从 ${low} 到 ${high}`,
      },
      received: [count, low, high],
    });
  }
  const places = emptyTensor([self.numel()], int32);
  // What lies outside goes to one bin more, which is left out.
  runProgram(
    places,
    computeType(self.dtype),
    [reshape(self.data, [-1]), low, high, count, high - low, count - 1],
    [
      { fn: Fn.sub, a: 0, b: 1 },
      { fn: Fn.mul, a: 6, b: 3 },
      { fn: Fn.div, a: 7, b: 4 },
      { fn: Fn.floor, a: 8 },
      { fn: Fn.min, a: 9, b: 5 },
      { fn: Fn.ge, a: 0, b: 1 },
      { fn: Fn.le, a: 0, b: 2 },
      { fn: Fn.mul, a: 11, b: 12 },
      { fn: Fn.where, a: 10, b: 3, c: 13 },
    ],
  );
  const counts = fillTensor(emptyTensor([count + 1], self.dtype), 0);
  const ones = fillTensor(emptyTensor([self.numel()], self.dtype), 1);
  putAt(counts, places, ones, true);
  return clone(narrow(counts, 0, 0, count));
}

/** Options of `trapezoid`. */
export interface TrapezoidOptions {
  /** Where the samples lie; else they are `dx` apart. */
  readonly x?: Tensor | null;
  /** The distance of samples. Default: 1. */
  readonly dx?: number;
  /** Default: -1. */
  readonly dim?: number;
}

/** The area of each strip between two neighbours. */
function strips(
  who: string,
  y: Tensor,
  x: Tensor | TrapezoidOptions | undefined,
  options: TrapezoidOptions | undefined,
) {
  const given = x instanceof Tensor ? { ...options, x } : { ...x, ...options };
  const dim = normalizeDim(who, given.dim ?? -1, y.shape.length);
  const n = y.shape[dim] ?? 1;
  const heights = add(narrow(y, dim, 1, Math.max(n - 1, 0)), narrow(y, dim, 0, Math.max(n - 1, 0)));
  if (given.x == null) return { areas: mul(heights, (given.dx ?? 1) / 2), dim };
  // One vector of places serves every line; places of fewer dimensions are aligned at the right.
  const lead = y.shape.length - given.x.shape.length;
  const places =
    given.x.shape.length === 1 && lead > 0
      ? reshape(
          given.x,
          y.shape.map((_, d) => (d === dim ? -1 : 1)),
        )
      : lead > 0
        ? reshape(given.x, [...new Array<number>(lead).fill(1), ...given.x.shape])
        : given.x;
  const m = places.shape[dim]!;
  const widths = sub(narrow(places, dim, 1, m - 1), narrow(places, dim, 0, m - 1));
  return { areas: mul(mul(heights, widths), 0.5), dim };
}

/**
 * The area under samples by the trapezoidal rule: the sum of `(x_i+1 - x_i) (y_i+1 + y_i) / 2` along a dimension.
 *
 * @example
 * torch.trapezoid(torch.tensor([1, 5, 10], { dtype: torch.float32 })); // 10.5
 */
export function trapezoid(y: Tensor, x?: Tensor | TrapezoidOptions, options?: TrapezoidOptions): Tensor {
  const { areas, dim } = strips("trapezoid", y, x, options);
  return sum(areas, dim);
}

/** The area up to each sample but the first, by the trapezoidal rule. */
export function cumulativeTrapezoid(y: Tensor, x?: Tensor | TrapezoidOptions, options?: TrapezoidOptions): Tensor {
  const { areas, dim } = strips("cumulativeTrapezoid", y, x, options);
  return cumsum(areas, dim);
}
