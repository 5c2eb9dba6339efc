// Statistics of several numbers at once: both extremes, covariance and correlation, differences of neighbours.
import { ValueError } from "../errors/index.js";
import { bool } from "../tensor/dtype.js";
import { normalizeDim } from "../tensor/shape.js";
import { Tensor } from "../tensor/tensor.js";
import { readKeywords } from "./arguments.js";
import { div, mul, sub } from "./arithmetic.js";
import { clamp, clampMin, ne } from "./comparison.js";
import { cat } from "./joining.js";
import { matmul } from "./matmul.js";
import { amax, amin, type Dim, type ReduceOptions, sum } from "./reduction.js";
import { sqrt } from "./unary.js";
import { clone, diagonal, narrow, reshape, squeeze, toDtype, transpose, unsqueeze } from "./views.js";

/** The smallest and the largest element, over all or along `dim`; ties share the gradient evenly. */
export function aminmax(self: Tensor, dim?: Dim, options?: ReduceOptions | boolean): [Tensor, Tensor] {
  return [amin(self, dim, options), amax(self, dim, options)];
}

/** Options of `cov`. */
export interface CovOptions {
  /** What is subtracted from the number of observations. Default: 1. */
  readonly correction?: number;
  /** How often each observation counts: integers. */
  readonly fweights?: Tensor | null;
  /** How much each observation counts. */
  readonly aweights?: Tensor | null;
}

/**
 * The covariance of variables (rows) over observations (columns): shape (variables, variables), or () for one variable.
 *
 * @throws ValueError for more than 2 dimensions
 *
 * @example
 * torch.cov(torch.randn(3, 100)).shape; // [3, 3]
 */
export function cov(self: Tensor, options: CovOptions = {}): Tensor {
  const { correction = 1, fweights = null, aweights = null } = options;
  if (self.shape.length > 2) {
    throw new ValueError("cov-dims", {
      path: "cov",
      rule: {
        en: `the tensor must have at most 2 dimensions, got ${self.shape.length}`,
        zh: `张量最多 2 维，得到的是 ${self.shape.length} 维`,
      },
      expected: 2,
      received: self.shape.length,
    });
  }
  const rows = self.shape.length < 2 ? reshape(self, [1, -1]) : self;
  const weights = fweights === null ? aweights : aweights === null ? fweights : mul(aweights, fweights);
  const w = weights === null ? null : toDtype(weights, rows.dtype);
  const total: Tensor | number = w === null ? rows.shape[1]! : sum(w);
  const mean = div(sum(w === null ? rows : mul(rows, w), 1), total);
  const centred = sub(rows, unsqueeze(mean, 1));
  const product = matmul(centred, transpose(w === null ? centred : mul(centred, w), 0, 1));
  return squeeze(div(product, freedom(total, w, aweights, correction)));
}

/** The number of observations less the correction, weighted as the observations are; not below 0. */
function freedom(
  total: Tensor | number,
  w: Tensor | null,
  aweights: Tensor | null,
  correction: number,
): Tensor | number {
  if (typeof total === "number") return Math.max(total - correction, 0);
  if (w === null || aweights === null || correction === 0) return clampMin(sub(total, correction), 0);
  return clampMin(sub(total, mul(div(sum(mul(w, aweights)), total), correction)), 0);
}

/** Pearson's correlation of variables (rows) over observations (columns), within -1..1. */
export function corrcoef(self: Tensor): Tensor {
  const c = cov(self);
  if (c.shape.length === 0) return div(c, c);
  const deviations = sqrt(diagonal(c));
  return clamp(div(div(c, unsqueeze(deviations, 1)), unsqueeze(deviations, 0)), -1, 1);
}

/** Options of `diff`. */
export interface DiffOptions {
  /** How often differences are taken. Default: 1. */
  readonly n?: number;
  /** Default: -1. */
  readonly dim?: number;
  /** Put before the elements first. */
  readonly prepend?: Tensor | null;
  /** Put behind the elements first. */
  readonly append?: Tensor | null;
}

/**
 * Differences of neighbours along a dimension, n times: `x_i+1 - x_i`. Of booleans: whether neighbours differ.
 *
 * @throws ValueError for a negative n, and for a 0-dimensional tensor
 *
 * @example
 * torch.diff(torch.tensor([1, 4, 9])); // tensor([3, 5])
 */
export function diff(
  self: Tensor,
  n?: number | DiffOptions,
  dim?: number | DiffOptions,
  prepend?: Tensor | null | DiffOptions,
  append?: Tensor | null | DiffOptions,
): Tensor {
  const given = readKeywords<DiffOptions>(["n", "dim", "prepend", "append"], [n, dim, prepend, append]);
  const times = given.n ?? 1;
  if (self.shape.length === 0 || !(Number.isInteger(times) && times >= 0)) {
    throw new ValueError("diff-order", {
      path: "diff",
      rule: {
        en: `at least 1 dimension and an order from 0 on are needed, got ${self.shape.length} dimensions and n = ${times}`,
        zh: `至少需要 1 维且阶数非负，得到 ${self.shape.length} 维与 n = ${times}`,
      },
      received: [self.shape.length, times],
    });
  }
  const d = normalizeDim("diff", given.dim ?? -1, self.shape.length);
  // Without differences nothing is put before or behind, as in PyTorch.
  if (times === 0) return clone(self);
  const parts = [given.prepend, self, given.append].filter((x): x is Tensor => x instanceof Tensor);
  let x = parts.length > 1 ? cat(parts, d) : clone(self);
  for (let i = Math.min(times, x.shape[d]!); i > 0; i--) {
    const length = Math.max(x.shape[d]! - 1, 0);
    const [next, here] = [narrow(x, d, x.shape[d]! - length, length), narrow(x, d, 0, length)];
    x = x.dtype === bool ? ne(next, here) : sub(next, here);
  }
  return x;
}
