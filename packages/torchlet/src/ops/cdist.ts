// The distances of all rows of one matrix to all rows of another one.
import { needsGraph, record } from "../autograd/index.js";
import { DTypeError, ShapeError } from "../errors/index.js";
import type { DType } from "../tensor/dtype.js";
import { broadcastShapes, formatShape } from "../tensor/shape.js";
import { emptyTensor, type Tensor } from "../tensor/tensor.js";
import { div, mul, sub } from "./arithmetic.js";
import { eq, where } from "./comparison.js";
import { fit } from "./elementwise.js";
import { copy_ } from "./inplace.js";
import { matmul } from "./matmul.js";
import { mean, sum } from "./reduction.js";
import { vectorNorm } from "./statistics.js";
import { narrow, transpose, unsqueeze } from "./views.js";

/** Options of `cdist`. */
export interface CdistOptions {
  /** The order of the norm. Default: 2. */
  readonly p?: number;
}

/** Differences that are held at one time, in elements: they fit in a cache. */
const BLOCK = 1 << 17;

/** Every row less every row: (..., n, m, d). */
function apart(x1: Tensor, x2: Tensor): Tensor {
  return sub(unsqueeze(x1, -2), unsqueeze(x2, -3));
}

/** The distances, some rows of the first matrix at a time: all differences at once would take d times the memory of the result. */
function distances(x1: Tensor, x2: Tensor, order: number): Tensor {
  const [n, d] = x1.shape.slice(-2) as [number, number];
  const m = x2.shape[x2.shape.length - 2]!;
  const batch = broadcastShapes("cdist", x1.shape.slice(0, -2), x2.shape.slice(0, -2));
  const aRow = batch.reduce((size, next) => size * next, m * d);
  const rows = Math.max(1, Math.floor(BLOCK / Math.max(aRow, 1)));
  const of = (part: Tensor) => {
    const differences = apart(part, x2);
    return vectorNorm(differences, order, [differences.shape.length - 1], false);
  };
  if (rows >= n) return of(x1);
  const out = emptyTensor([...batch, n, m], x1.dtype);
  for (let first = 0; first < n; first += rows) {
    const count = Math.min(rows, n - first);
    copy_(narrow(out, -2, first, count), of(narrow(x1, -2, first, count)));
  }
  return out;
}

/**
 * The distances of every row of the first to every row of the second: `|x1_i - x2_j|_p`; (..., n, d) and (..., m, d) give
 * (..., n, m).
 *
 * They are computed from differences, also where PyTorch takes a product of matrices (more than 25 rows), with which a row may lie
 * some thousandths away from itself.
 *
 * @throws ShapeError for rows of different lengths and for fewer than two dimensions, DTypeError for integers
 *
 * @example
 * torch.cdist(points, centres).argmin(1); // the nearest centre of each point
 */
export function cdist(x1: Tensor, x2: Tensor, p: number | CdistOptions = 2): Tensor {
  const order = typeof p === "number" ? p : (p.p ?? 2);
  for (const { dtype } of [x1, x2]) if (!dtype.isFloatingPoint) throw typeError(dtype);
  if (x1.ndim < 2 || x2.ndim < 2 || x1.shape.at(-1) !== x2.shape.at(-1)) throw rowsError(x1, x2);
  if (order !== 2 && needsGraph(x1, x2)) {
    return vectorNorm(apart(x1, x2), order, [Math.max(x1.ndim, x2.ndim)], false);
  }
  const out = distances(x1.data, x2.data, order);
  if (needsGraph(x1, x2)) {
    record(out, "CdistBackward0", [x1, x2], [x1, x2, out], (g, node) => {
      const [a, b, length] = [node.saved(0), node.saved(1), node.saved(2)];
      // The gradient of |a - b| is (a - b) / |a - b|, and 0 where both are the same: sums of rows, which are products.
      const same = eq(length, 0);
      const weights = where(same, 0, div(g, where(same, 1, length)));
      // What both have in common takes no part, and would cost digits.
      const centre = mean(b.data, -2, { keepdim: true });
      const [x, y] = [sub(a, centre), sub(b, centre)];
      const pull = (w: Tensor, own: Tensor, other: Tensor) =>
        sub(mul(sum(w, -1, { keepdim: true }), own), matmul(w, other));
      return [
        node.needs(0) ? fit(pull(weights, x, y), a) : null,
        node.needs(1) ? fit(pull(transpose(weights, -2, -1), y, x), b) : null,
      ];
    });
  }
  return out;
}

function typeError(dtype: DType): DTypeError {
  return new DTypeError("cdist-dtype", {
    path: "cdist",
    rule: {
      en: `both tensors must be floating-point, got ${dtype}`,
      zh: `两个张量都必须是浮点类型，得到的是 ${dtype}`,
    },
    received: dtype.name,
    hint: { en: "convert with to(torch.float32)", zh: "请用 to(torch.float32) 转换" },
  });
}

function rowsError(x1: Tensor, x2: Tensor): ShapeError {
  return new ShapeError("cdist-rows", {
    path: "cdist",
    rule: {
      en: `both tensors must be matrices with rows of the same length, got ${formatShape(x1.shape)} and ${formatShape(x2.shape)}`,
      zh: `两个张量都必须是行长相同的矩阵，得到的是 ${formatShape(x1.shape)} 与 ${formatShape(x2.shape)}`,
    },
    received: [[...x1.shape], [...x2.shape]],
  });
}
