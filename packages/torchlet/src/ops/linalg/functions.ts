// Functions of matrices made of products and factorizations.
import { needsGraph, record } from "../../autograd/index.js";
import { ValueError } from "../../errors/index.js";
import { float64, int32 } from "../../tensor/dtype.js";
import { emptyTensor, Tensor } from "../../tensor/tensor.js";
import { add, div, maximum, mul } from "../arithmetic.js";
import { gt, where } from "../comparison.js";
import { castTensor } from "../elementwise.js";
import { fillTensor } from "../fill.js";
import { matmul } from "../matmul.js";
import { crossAlong } from "../products.js";
import { amax, sum } from "../reduction.js";
import { clone, diagonal as diagonalView, toDtype, transpose, unsqueeze } from "../views.js";
import { qr, svd, svdvals } from "./factor.js";
import { type MatrixOrder, norm } from "./norms.js";
import { checkMatrices, identities, sizesOfMatrices } from "./raw.js";
import { inv, solveTriangular } from "./solve.js";

const T = (x: Tensor): Tensor => transpose(x, -2, -1);

/** Square matrices multiplied n times; negative powers are those of the inverse. */
export function matrixPower(A: Tensor, n: number): Tensor {
  checkMatrices("linalg.matrixPower", A, true);
  if (!Number.isInteger(n)) {
    throw new ValueError("matrix-power", {
      path: "linalg.matrixPower",
      rule: { en: `the power must be an integer, got ${n}`, zh: `幂必须是整数，得到的是 ${n}` },
      received: n,
    });
  }
  if (n < 0) return matrixPower(inv(A), -n);
  if (n === 0) {
    const [, size] = sizesOfMatrices(A);
    const out = castTensor(identities(A.shape.slice(0, -2), size), A.dtype);
    if (needsGraph(A)) record(out, "MatrixPowerBackward0", [A], null, (g) => mul(g, 0));
    return out;
  }
  let result: Tensor | null = null;
  let power = A;
  for (let left = n; ; power = matmul(power, power)) {
    if (left % 2 === 1) result = result === null ? power : matmul(result, power);
    left = Math.floor(left / 2);
    if (left === 0) return result === A ? clone(A) : result!;
  }
}

/** e^A for square matrices: Taylor's series of A / 2^s, squared s times. */
export function matrixExp(A: Tensor): Tensor {
  checkMatrices("linalg.matrixExp", A, true);
  const [, n] = sizesOfMatrices(A);
  if (A.numel() === 0) return clone(A);
  // The squarings multiply rounding errors: they are made in float64.
  if (A.dtype !== float64) return toDtype(matrixExp(toDtype(A, float64)), A.dtype);
  const one = identities(A.shape.slice(0, -2), n);
  const size = norm(A.data, Number.POSITIVE_INFINITY, [-2, -1]).max().item();
  const squarings = Math.max(0, Math.ceil(Math.log2(Math.max(size, 1e-300))) + 1);
  const x = mul(A, 2 ** -squarings);
  let out = one;
  // |x| <= 1/2: the term of order 18 is below 1e-21.
  for (let k = 18; k >= 1; k--) out = add(mul(matmul(x, out), 1 / k), one);
  for (let i = 0; i < squarings; i++) out = matmul(out, out);
  return out;
}

/** Options of `linalg.pinv` and `linalg.matrixRank`. */
export interface RankOptions {
  /** Singular values up to this share of the largest count as 0. Default: max(m, n) times the rounding error. */
  readonly rtol?: number | Tensor | null;
  /** And those up to this value. Default: 0. */
  readonly atol?: number | Tensor | null;
}

/** The singular value up to which all count as 0, one a matrix, shape (..., 1). */
function threshold(A: Tensor, s: Tensor, options: RankOptions): Tensor {
  const [, m, n] = sizesOfMatrices(A);
  const epsilon = A.dtype.itemsize === 4 ? 2 ** -23 : 2 ** -52;
  const { rtol, atol } = options;
  // A tensor holds a tolerance for each matrix.
  const column = (t: number | Tensor) => (t instanceof Tensor ? unsqueeze(t, -1) : t);
  const given = atol instanceof Tensor || (atol ?? 0) > 0;
  const relative = mul(amax(s, -1, { keepdim: true }), column(rtol ?? (given ? 0 : Math.max(m, n) * epsilon)));
  return atol === undefined || atol === null ? relative : maximum(relative, column(atol));
}

/** The pseudoinverses (Moore and Penrose) of matrices. */
export function pinv(A: Tensor, options: RankOptions = {}): Tensor {
  checkMatrices("linalg.pinv", A, false);
  if (A.numel() === 0) return clone(T(A));
  const [U, S, Vh] = svd(A, false);
  const kept = gt(S.data, threshold(A, S.data, options));
  const inverse = where(kept, div(castTensor(fillTensor(emptyTensor([], S.dtype), 1), S.dtype), where(kept, S, 1)), 0);
  return matmul(mul(T(Vh), unsqueeze(inverse, -2)), T(U));
}

/** How many singular values are not 0. */
export function matrixRank(A: Tensor, options: RankOptions = {}): Tensor {
  checkMatrices("linalg.matrixRank", A, false);
  const s = svdvals(A.data);
  if (s.shape[s.shape.length - 1] === 0) return fillTensor(emptyTensor(A.shape.slice(0, -2), int32), 0);
  return toDtype(sum(gt(s, threshold(A, s, options)), -1), int32);
}

/** The condition numbers of matrices: the norm times that of the inverse; by default the ratio of singular values. */
export function cond(A: Tensor, p: MatrixOrder | null = null): Tensor {
  checkMatrices("linalg.cond", A, p !== null && p !== 2 && p !== -2);
  if (p !== null && p !== 2 && p !== -2) return mul(norm(A, p, [-2, -1]), norm(inv(A), p, [-2, -1]));
  const s = svdvals(A);
  const last = s.shape[s.shape.length - 1]! - 1;
  const [high, low] = [s.select(-1, 0), s.select(-1, last)];
  return p === -2 ? div(low, high) : div(high, low);
}

/**
 * The X that makes `|A X - B|` least, and of several the smallest; A has full rank.
 *
 * @returns the solution, the sums of squared residuals where A has more rows than columns, the rank, and no singular values
 */
export function lstsq(A: Tensor, B: Tensor): [Tensor, Tensor, Tensor, Tensor] {
  checkMatrices("linalg.lstsq", A, false);
  const [, m, n] = sizesOfMatrices(A);
  const vector = B.shape.length === A.shape.length - 1;
  const b = vector ? unsqueeze(B, -1) : B;
  let x: Tensor;
  if (m >= n) {
    const [Q, R] = qr(A);
    x = solveTriangular(R, matmul(T(Q), b), { upper: true });
  } else {
    const [Q, R] = qr(T(A));
    x = matmul(Q, solveTriangular(T(R), b, { upper: false }));
  }
  const residuals = m > n ? sum(matmul(A, x).sub(b).square(), -2) : emptyTensor([0], A.dtype);
  const rank = fillTensor(emptyTensor(A.shape.slice(0, -2), int32), Math.min(m, n));
  return [vector ? x.squeeze(-1) : x, residuals, rank, emptyTensor([0], A.dtype)];
}

/** `A = U diag(S) V^T` as `torch.svd` returns it: U, S and V, without the columns that S does not reach unless `some` is false. */
export function svdOf(A: Tensor, some: boolean | { readonly some?: boolean } = true): [Tensor, Tensor, Tensor] {
  const thin = typeof some === "boolean" ? some : (some.some ?? true);
  const [U, S, Vh] = svd(A, !thin);
  return [U, S, T(Vh)];
}

/** `linalg.qr` as `torch.qr` takes it: `some: false` for the complete Q. */
export function qrOf(A: Tensor, some: boolean | { readonly some?: boolean } = true): [Tensor, Tensor] {
  const thin = typeof some === "boolean" ? some : (some.some ?? true);
  return qr(A, thin ? "reduced" : "complete");
}

/** The vector product along a dimension of size 3 (default -1). */
export function cross(self: Tensor, other: Tensor, dim: number | { readonly dim?: number } = -1): Tensor {
  return crossAlong("linalg.cross", self, other, typeof dim === "number" ? dim : (dim.dim ?? -1));
}

/** The diagonals of matrices, of the last two dimensions unless others are named. A view. */
export function diagonal(
  A: Tensor,
  options: { readonly offset?: number; readonly dim1?: number; readonly dim2?: number } = {},
): Tensor {
  return diagonalView(A, { offset: 0, dim1: -2, dim2: -1, ...options });
}

/** Sums of products of the last dimension (or `dim`) of two tensors, broadcast. */
export function vecdot(x: Tensor, y: Tensor, options: { readonly dim?: number } = {}): Tensor {
  return sum(mul(x, y), options.dim ?? -1);
}
