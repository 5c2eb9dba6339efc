// Systems of linear equations, inverses and determinants, from one factorization P A = L U.
import { needsGraph, record, recordMany } from "../../autograd/index.js";
import { Reduction } from "../../engine/index.js";
import { ShapeError } from "../../errors/index.js";
import { float64 } from "../../tensor/dtype.js";
import { broadcastShapes, formatShape, sameShape } from "../../tensor/shape.js";
import { emptyTensor, type Tensor } from "../../tensor/tensor.js";
import { add, mul } from "../arithmetic.js";
import { eq, where } from "../comparison.js";
import { castTensor } from "../elementwise.js";
import { fillTensor } from "../fill.js";
import { matmul } from "../matmul.js";
import { runReduce } from "../reduce-core.js";
import { sum } from "../reduction.js";
import { tril, triu } from "../triangles.js";
import { abs, log, neg, sign } from "../unary.js";
import { contiguous, diagonal, expand, squeeze, toDtype, transpose, unsqueeze } from "../views.js";
import {
  checkMatrices,
  identities,
  isSingular,
  type Lu,
  rawLu,
  rawSolve,
  rawTriangular,
  singularError,
  sizesOfMatrices,
  working,
} from "./raw.js";

const T = (x: Tensor): Tensor => transpose(x, -2, -1);

/** `A X = B` for matrices of one batch shape, recorded. */
function solveMatrices(who: string, a: Tensor, b: Tensor): Tensor {
  const factors = rawLu(a);
  if (isSingular(factors)) throw singularError(who);
  const out = castTensor(rawSolve(factors, b), a.dtype);
  if (needsGraph(a, b)) {
    record(out, "LinalgSolveExBackward0", [a, b], [a, out], (g, node) => {
      const gradient = solveMatrices(who, T(node.saved(0)), g);
      return [node.needs(0) ? neg(matmul(gradient, T(node.saved(1)))) : null, node.needs(1) ? gradient : null];
    });
  }
  return out;
}

/** Options of `linalg.solve`. */
export interface SolveOptions {
  /** Whether the system is `A X = B` rather than `X A = B`. Default: true. */
  readonly left?: boolean;
}

/**
 * The solution X of `A X = B`. B is a batch of vectors where its shape is that of A without the last dimension.
 *
 * @throws ValueError for a singular matrix, ShapeError for shapes that do not fit
 *
 * @example
 * torch.linalg.solve(A, b); // A^-1 b
 */
export function solve(A: Tensor, B: Tensor, options: SolveOptions = {}): Tensor {
  checkMatrices("linalg.solve", A, true);
  const { left = true } = options;
  const vector = B.shape.length === 1 || sameShape(B.shape, A.shape.slice(0, -1));
  const right = vector ? unsqueeze(B, -1) : B;
  const b = left || vector ? right : T(right);
  if (b.shape.length < 2 || b.shape[b.shape.length - 2] !== A.shape[A.shape.length - 1]) {
    throw new ShapeError("solve-shapes", {
      path: "linalg.solve",
      rule: {
        en: `matrices of shape ${formatShape(A.shape)} and right sides of shape ${formatShape(B.shape)} do not fit`,
        zh: `形状为 ${formatShape(A.shape)} 的矩阵与形状为 ${formatShape(B.shape)} 的右端项不匹配`,
      },
      expected: [...A.shape],
      received: [...B.shape],
    });
  }
  const batch = broadcastShapes("linalg.solve", A.shape.slice(0, -2), b.shape.slice(0, -2));
  const wide = (x: Tensor) => expand(x, [...batch, ...x.shape.slice(-2)]);
  const out = solveMatrices("linalg.solve", wide(left ? A : T(A)), wide(b));
  return vector ? squeeze(out, -1) : left ? out : T(out);
}

/**
 * The inverses of square matrices.
 *
 * @throws ValueError for a singular matrix
 */
export function inv(A: Tensor): Tensor {
  checkMatrices("linalg.inv", A, true);
  const [, n] = sizesOfMatrices(A);
  return solveMatrices("linalg.inv", A, castTensor(identities(A.shape.slice(0, -2), n), A.dtype));
}

/** Options of `linalg.solveTriangular`. */
export interface SolveTriangularOptions {
  /** Which triangle of A counts. */
  readonly upper: boolean;
  /** Whether the system is `A X = B` rather than `X A = B`. Default: true. */
  readonly left?: boolean;
  /** Whether the diagonal counts as ones. Default: false. */
  readonly unitriangular?: boolean;
}

function triangularMatrices(a: Tensor, b: Tensor, upper: boolean, unit: boolean): Tensor {
  const out = castTensor(rawTriangular(contiguous(working(a)), working(b), upper, unit), a.dtype);
  if (needsGraph(a, b)) {
    record(out, "LinalgSolveTriangularBackward0", [a, b], [a, out], (g, node) => {
      const gradient = triangularMatrices(T(node.saved(0)), g, !upper, unit);
      const full = node.needs(0) ? neg(matmul(gradient, T(node.saved(1)))) : null;
      const own = full === null ? null : upper ? triu(full, unit ? 1 : 0) : tril(full, unit ? -1 : 0);
      return [own, node.needs(1) ? gradient : null];
    });
  }
  return out;
}

/** The solution X of `A X = B` for triangular A; the other triangle is not read. */
export function solveTriangular(A: Tensor, B: Tensor, options: SolveTriangularOptions): Tensor {
  checkMatrices("linalg.solveTriangular", A, true);
  const { upper, left = true, unitriangular = false } = options;
  const batch = broadcastShapes("linalg.solveTriangular", A.shape.slice(0, -2), B.shape.slice(0, -2));
  const wide = (x: Tensor) => expand(x, [...batch, ...x.shape.slice(-2)]);
  if (left) return triangularMatrices(wide(A), wide(B), upper, unitriangular);
  return T(triangularMatrices(T(wide(A)), T(wide(B)), !upper, unitriangular));
}

/** The products of the pivots, and their logarithms' sums. */
function pivotsOf({ lu }: Lu): Tensor {
  return contiguous(diagonal(lu, { offset: 0, dim1: -2, dim2: -1 }));
}

/** The determinants of square matrices; 1 for matrices without elements. */
export function det(A: Tensor): Tensor {
  checkMatrices("linalg.det", A, true);
  const factors = rawLu(A);
  const pivots = pivotsOf(factors);
  const product = runReduce(Reduction.prod, pivots, [pivots.shape.length - 1], false);
  const out = castTensor(mul(product, factors.sign), A.dtype);
  if (needsGraph(A)) {
    record(out, "LinalgDetBackward0", [A], [A, out], (g, node) => {
      const a = node.saved(0);
      const d = node.saved(1);
      if (!isSingular(rawLu(a))) return mul(expandLast(mul(g, d)), T(inv(a)));
      return mul(expandLast(g), adjugate(a));
    });
  }
  return out;
}

function expandLast(x: Tensor): Tensor {
  return unsqueeze(unsqueeze(x, -1), -1);
}

/** det(A) A^-T where A is singular: pivots that are 0 are moved by a rounding error, which cancels. */
function adjugate(a: Tensor): Tensor {
  const factors = rawLu(a);
  const pivots = diagonal(factors.lu, { offset: 0, dim1: -2, dim2: -1 });
  const moved = add(pivots, where(eq(pivots, 0), fillTensor(emptyTensor([], float64), 2 ** -52), 0));
  const place = diagonal(factors.lu.data, { offset: 0, dim1: -2, dim2: -1 });
  place.copy_(moved);
  const [, n] = sizesOfMatrices(a);
  const inverse = rawSolve(factors, identities(a.shape.slice(0, -2), n));
  const product = runReduce(Reduction.prod, contiguous(moved), [moved.shape.length - 1], false);
  return toDtype(mul(expandLast(mul(product, factors.sign)), T(inverse)), a.dtype);
}

/** Signs and logarithms of the absolute determinants, for determinants beyond the range of numbers. */
export function slogdet(A: Tensor): [Tensor, Tensor] {
  checkMatrices("linalg.slogdet", A, true);
  const factors = rawLu(A);
  const pivots = pivotsOf(factors);
  const signs = runReduce(Reduction.prod, sign(pivots), [pivots.shape.length - 1], false);
  const signed = castTensor(mul(signs, factors.sign), A.dtype);
  const logarithm = castTensor(sum(log(abs(pivots)), -1), A.dtype);
  if (needsGraph(A)) {
    recordMany([signed, logarithm], "LinalgSlogdetBackward0", [A], [A], ([, g], node) =>
      g === null || g === undefined ? null : mul(expandLast(g), T(inv(node.saved(0)))),
    );
  }
  return [signed, logarithm];
}

/** The logarithms of determinants; NaN where they are negative. */
export function logdet(A: Tensor): Tensor {
  const [signed, logarithm] = slogdet(A);
  return where(eq(signed.data, -1), Number.NaN, logarithm);
}
