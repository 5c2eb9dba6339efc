// Quantiles: order statistics with interpolation between neighbours.
import { ValueError } from "../errors/index.js";
import { float64, int32 } from "../tensor/dtype.js";
import { normalizeDim } from "../tensor/shape.js";
import { emptyTensor, Tensor } from "../tensor/tensor.js";
import { readKeywords } from "./arguments.js";
import { add, minimum, mul, sub } from "./arithmetic.js";
import { movedim } from "./axes.js";
import { gt, where } from "./comparison.js";
import { fillTensor } from "./fill.js";
import { gatherAlong } from "./indexing-core.js";
import { round } from "./pointwise.js";
import { any, sum } from "./reduction.js";
import { sort } from "./sorting.js";
import { ceil, floor, isnan, logicalNot } from "./unary.js";
import { clone, contiguous, expand, reshape, squeeze, toDtype, unsqueeze } from "./views.js";

/** What stands between two neighbours of the sorted elements. */
export type Interpolation = "linear" | "lower" | "higher" | "midpoint" | "nearest";

/** Options of `quantile`. */
export interface QuantileOptions {
  readonly q?: number | Tensor;
  /** Default: the flattened tensor. */
  readonly dim?: number | null;
  readonly keepdim?: boolean;
  /** Default: "linear". */
  readonly interpolation?: Interpolation;
}

/** Positions among sorted elements, in whole steps and the part between them. */
function positions(rank: Tensor, interpolation: Interpolation): { at: Tensor; weight: Tensor | number | null } {
  switch (interpolation) {
    case "lower":
      return { at: floor(rank), weight: null };
    case "higher":
      return { at: ceil(rank), weight: null };
    case "nearest":
      return { at: round(rank), weight: null };
    case "midpoint":
      return { at: floor(rank), weight: 0.5 };
    case "linear": {
      const at = floor(rank);
      return { at, weight: sub(rank, at) };
    }
    default: {
      const unknown: never = interpolation;
      throw new ValueError("interpolation", {
        path: "quantile",
        rule: { en: `unknown interpolation ${unknown}`, zh: `未知的插值方式 ${unknown}` },
        expected: ["linear", "lower", "higher", "midpoint", "nearest"],
        received: unknown,
      });
    }
  }
}

function quantiles(self: Tensor, options: QuantileOptions, ignoreNan: boolean): Tensor {
  const { keepdim = false, interpolation = "linear" } = options;
  const q = options.q instanceof Tensor ? options.q : fillTensor(emptyTensor([], self.dtype), options.q ?? Number.NaN);
  const flat = options.dim === undefined || options.dim === null;
  const d = flat ? 0 : normalizeDim("quantile", options.dim!, self.shape.length);
  const wanted = q.toTypedArray();
  if (
    !self.dtype.isFloatingPoint ||
    self.numel() === 0 ||
    q.shape.length > 1 ||
    !wanted.every((v) => v >= 0 && v <= 1)
  ) {
    throw new ValueError("quantile-arguments", {
      path: ignoreNan ? "nanquantile" : "quantile",
      rule: {
        en: "a non-empty floating-point tensor and quantiles between 0 and 1 are needed",
        zh: "需要非空的浮点张量，且分位数在 0 到 1 之间",
      },
      received: { dtype: self.dtype.name, shape: [...self.shape], q: [...wanted] },
    });
  }
  const x = flat ? reshape(self, [-1]) : self.shape.length === 0 ? reshape(self, [1]) : self;
  const rows = unsqueeze(sort(movedim(x, d, -1), -1)[0], -2);
  const size = rows.shape[rows.shape.length - 1]!;
  const nan = isnan(rows.data);
  const lead = rows.shape.slice(0, -2);
  const q2 = reshape(toDtype(q, float64), [...lead.map(() => 1), q.numel(), 1]);
  const last = ignoreNan
    ? sub(toDtype(sum(logicalNot(nan), -1, { keepdim: true }), float64), 1)
    : fillTensor(emptyTensor(new Array<number>(lead.length + 2).fill(1), float64), size - 1);
  // Rows of nothing but NaN have the rank of their first.
  let rank = expand(mul(q2, where(gt(last, 0), last, 0)), [...lead, q.numel(), 1]);
  if (!ignoreNan) rank = where(any(nan, -1, { keepdim: true }), size - 1, rank);
  const { at, weight } = positions(rank, interpolation);
  const wide = expand(rows, [...lead, q.numel(), size]);
  const lower = gatherAlong(wide, contiguous(toDtype(at, int32)), lead.length + 1);
  let out = lower;
  if (weight !== null) {
    const next = contiguous(toDtype(minimum(ceil(rank), size - 1), int32));
    const upper = gatherAlong(wide, next, lead.length + 1);
    const w = typeof weight === "number" ? weight : toDtype(weight, self.dtype);
    out = add(lower, mul(sub(upper, lower), w));
  }
  // (..., quantiles, 1): the quantiles come first, and the reduced dimension stays where it was or goes.
  out = movedim(squeeze(out, out.shape.length - 1), -1, 0);
  if (keepdim) {
    out = flat
      ? reshape(out, [q.numel(), ...self.shape.map(() => 1)])
      : self.shape.length === 0
        ? out
        : unsqueeze(out, d + 1);
  }
  return q.shape.length === 0 ? reshape(out, out.shape.slice(1)) : clone(out);
}

/**
 * The q-th quantiles of all elements or along a dimension; several of them come in a new first dimension.
 *
 * @throws ValueError for quantiles outside 0..1, and for integer or empty tensors
 *
 * @example
 * torch.quantile(torch.tensor([0, 1, 2, 3], { dtype: torch.float32 }), 0.5); // 1.5
 */
export function quantile(
  self: Tensor,
  q: number | Tensor | QuantileOptions,
  dim?: number | null | QuantileOptions,
  keepdim?: boolean | QuantileOptions,
  options?: QuantileOptions,
): Tensor {
  return quantiles(self, readKeywords<QuantileOptions>(["q", "dim", "keepdim"], [q, dim, keepdim, options]), false);
}

/** `quantile` that leaves NaN out. */
export function nanquantile(
  self: Tensor,
  q: number | Tensor | QuantileOptions,
  dim?: number | null | QuantileOptions,
  keepdim?: boolean | QuantileOptions,
  options?: QuantileOptions,
): Tensor {
  return quantiles(self, readKeywords<QuantileOptions>(["q", "dim", "keepdim"], [q, dim, keepdim, options]), true);
}
