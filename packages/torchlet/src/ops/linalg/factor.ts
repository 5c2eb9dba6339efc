// Factorizations: Cholesky, QR, eigenvalues of symmetric matrices, singular values; forward and gradient.
import { needsGraph, record, recordMany } from "../../autograd/index.js";
import { instructions, Op } from "../../engine/index.js";
import { ValueError } from "../../errors/index.js";
import { float64, int32 } from "../../tensor/dtype.js";
import { emptyTensor, type Tensor } from "../../tensor/tensor.js";
import { add, div, mul, sub } from "../arithmetic.js";
import { eq, where } from "../comparison.js";
import { castTensor } from "../elementwise.js";
import { gatherAlong } from "../indexing-core.js";
import { cat } from "../joining.js";
import { matmul } from "../matmul.js";
import { sum } from "../reduction.js";
import { orderAlong } from "../sorting.js";
import { diagEmbed, tril, triu } from "../triangles.js";
import { sign, sqrt, square } from "../unary.js";
import { contiguous, diagonal, expand, narrow, transpose, unsqueeze } from "../views.js";
import { checkMatrices, identities, sizesOfMatrices, working } from "./raw.js";
import { inv, solveTriangular } from "./solve.js";

const T = (x: Tensor): Tensor => transpose(x, -2, -1);
const diagonalOf = (x: Tensor): Tensor => diagonal(x, { offset: 0, dim1: -2, dim2: -1 });

/** Options of `linalg.cholesky`. */
export interface CholeskyOptions {
  /** Whether the factor is upper triangular: `A = R^T R`. Default: false, `A = L L^T`. */
  readonly upper?: boolean;
}

/**
 * The Cholesky factor of symmetric positive definite matrices: `A = L L^T`; only the lower triangle is read.
 *
 * @throws ValueError where a matrix is not positive definite
 */
export function cholesky(A: Tensor, options: CholeskyOptions = {}): Tensor {
  checkMatrices("linalg.cholesky", A, true);
  const [batch, n] = sizesOfMatrices(A);
  const factor = working(A);
  const info = emptyTensor([batch], int32);
  const at = factor.address();
  instructions.plain(Op.cholesky, [batch, n, at, info.address()]);
  const failed = batch === 0 ? 0 : instructions.extent(batch, info.address())[1];
  if (failed > 0) {
    throw new ValueError("not-positive-definite", {
      path: "linalg.cholesky",
      rule: {
        en: `the matrix is not positive definite: its leading minor of order ${failed} is not positive`,
        zh: `矩阵不是正定的：其 ${failed} 阶顺序主子式不为正`,
      },
      received: failed,
    });
  }
  const out = castTensor(factor, A.dtype);
  if (needsGraph(A)) {
    record(out, "LinalgCholeskyExBackward0", [A], [out], (g, node) => {
      const L = node.saved(0);
      const product = tril(matmul(T(L), g));
      const phi = sub(product, mul(diagEmbed(diagonalOf(product)), 0.5));
      const inverse = inv(L);
      const half = matmul(matmul(T(inverse), phi), inverse);
      return mul(add(half, T(half)), 0.5);
    });
  }
  return options.upper ? T(out) : out;
}

/** How much of Q and R is wanted. */
export type QrMode = "reduced" | "complete" | "r";

/** The first columns of Q, (m, columns), and R (m, n) in float64. */
function rawQr(a: Tensor, columns: number): [Tensor, Tensor] {
  const [batch, m, n] = sizesOfMatrices(a);
  const r = working(a);
  const q = emptyTensor([...a.shape.slice(0, -2), m, columns], float64);
  const scratch = emptyTensor([Math.min(m, n) + Math.max(n, columns)], float64);
  const from = r.address();
  const to = q.address();
  instructions.plain(Op.qr, [batch, m, n, from, to, columns, scratch.address()]);
  return [q, r];
}

/** The gradient of A = Q R with as many columns in Q as R has rows and columns. */
function qrGradient(gQ: Tensor | null, gR: Tensor | null, Q: Tensor, R: Tensor): Tensor {
  const fromR = gR === null ? null : matmul(gR, T(R));
  const fromQ = gQ === null ? null : matmul(T(Q), gQ);
  const m = fromR === null ? mul(fromQ!, -1) : fromQ === null ? fromR : sub(fromR, fromQ);
  const upper = triu(m);
  const symmetric = sub(add(upper, T(upper)), diagEmbed(diagonalOf(upper)));
  const inner = matmul(Q, symmetric);
  // X R^T = inner, from the right.
  return T(solveTriangular(R, T(gQ === null ? inner : add(gQ, inner)), { upper: true }));
}

/**
 * `A = Q R`, Q with orthonormal columns and R upper triangular.
 *
 * @param mode "reduced" (default): Q (m, k) and R (k, n), k = min(m, n); "complete": Q (m, m); "r": R alone, Q empty
 */
export function qr(A: Tensor, mode: QrMode | { readonly mode?: QrMode } = "reduced"): [Tensor, Tensor] {
  checkMatrices("linalg.qr", A, false);
  const how = typeof mode === "string" ? mode : (mode.mode ?? "reduced");
  const [, m, n] = sizesOfMatrices(A);
  const k = Math.min(m, n);
  const [q, r] = rawQr(A, how === "complete" ? m : how === "r" ? 0 : k);
  const R = castTensor(how === "complete" ? r : narrow(r, -2, 0, k), A.dtype);
  if (how === "r") return [emptyTensor([0], A.dtype), R];
  const Q = castTensor(q, A.dtype);
  if (needsGraph(A) && !(how === "complete" && m > n)) {
    recordMany([Q, R], "LinalgQrBackward0", [A], [A, Q, R], ([gQ, gR], node) => {
      const q = node.saved(1);
      const r = node.saved(2);
      if (m >= n) return qrGradient(gQ ?? null, gR ?? null, q, r);
      // A = [X Y], R = [U V]: X = Q U, and V = Q^T Y depends on Q.
      const Y = narrow(node.saved(0), -1, m, n - m);
      const U = narrow(r, -1, 0, m);
      if (gR == null) return cat([qrGradient(gQ!, null, q, U), mul(Y, 0)], -1);
      const gU = narrow(gR, -1, 0, m);
      const gV = narrow(gR, -1, m, n - m);
      const viaY = matmul(Y, T(gV));
      return cat([qrGradient(gQ == null ? viaY : add(gQ, viaY), gU, q, U), matmul(q, gV)], -1);
    });
  }
  return [Q, R];
}

/** Columns in the order of a vector of keys. */
function ordered(keys: Tensor, descending: boolean, ...matrices: Tensor[]): Tensor[] {
  const order = orderAlong(keys, keys.shape.length - 1, descending);
  const columns = matrices.map((x) =>
    gatherAlong(x, contiguous(expand(unsqueeze(order, -2), x.shape)), x.shape.length - 1),
  );
  return [gatherAlong(keys, order, keys.shape.length - 1), ...columns];
}

/** x_j - x_i for every i and j, with 1 on the diagonal. */
function differences(x: Tensor): Tensor {
  const gaps = sub(unsqueeze(x, -2), unsqueeze(x, -1));
  const ones = castTensor(identities(x.shape.slice(0, -1), x.shape[x.shape.length - 1]!), x.dtype);
  return add(gaps, ones);
}

/**
 * Eigenvalues in ascending order and eigenvectors (as columns) of symmetric matrices.
 *
 * @param UPLO which triangle is read. Default: "L"
 */
export function eigh(A: Tensor, UPLO: "L" | "U" | { readonly UPLO?: "L" | "U" } = "L"): [Tensor, Tensor] {
  checkMatrices("linalg.eigh", A, true);
  const upper = (typeof UPLO === "string" ? UPLO : (UPLO.UPLO ?? "L")) === "U";
  const [batch, n] = sizesOfMatrices(A);
  const half = upper ? triu(A.data) : tril(A.data);
  const full = working(sub(add(half, T(half)), diagEmbed(diagonalOf(half))));
  const vectors = emptyTensor(A.shape, float64);
  const at = full.address();
  instructions.plain(Op.eigh, [batch, n, at, vectors.address()]);
  const [values, columns] = ordered(contiguous(diagonalOf(full)), false, vectors) as [Tensor, Tensor];
  const L = castTensor(values, A.dtype);
  const V = castTensor(columns, A.dtype);
  if (needsGraph(A)) {
    recordMany([L, V], "LinalgEighBackward0", [A], [L, V], ([gL, gV], node) => {
      const v = node.saved(1);
      let inner = gL == null ? null : diagEmbed(gL);
      if (gV != null) {
        // Only turns of the vectors against each other count: the part of V^T gV that changes sign when transposed.
        const product = matmul(T(v), gV);
        const turned = div(mul(sub(product, T(product)), 0.5), differences(node.saved(0)));
        inner = inner === null ? turned : add(inner, turned);
      }
      return matmul(matmul(v, inner!), T(v));
    });
  }
  return [L, V];
}

/** Eigenvalues of symmetric matrices in ascending order. */
export function eigvalsh(A: Tensor, UPLO: "L" | "U" = "L"): Tensor {
  return eigh(A, UPLO)[0];
}

/** U (m, k), S (k) and V (n, k) in float64, S descending. */
function rawSvd(a: Tensor): [Tensor, Tensor, Tensor] {
  const [batch, m, n] = sizesOfMatrices(a);
  if (m < n) {
    const [u, s, v] = rawSvd(T(a));
    return [v, s, u];
  }
  const scaled = working(a);
  const v = emptyTensor([...a.shape.slice(0, -2), n, n], float64);
  const at = scaled.address();
  instructions.plain(Op.svd, [batch, m, n, at, v.address()]);
  const [s, us, vs] = ordered(sqrt(sum(square(scaled), -2)), true, scaled, v) as [Tensor, Tensor, Tensor];
  const lengths = unsqueeze(s, -2);
  return [where(eq(lengths, 0), 0, div(us, lengths)), s, vs];
}

/** Orthonormal columns continued to `size` of them, also in place of columns of zeros. */
function completed(u: Tensor, size: number): Tensor {
  const [q, r] = rawQr(u, size);
  const signs = sign(diagonalOf(r));
  const k = u.shape[u.shape.length - 1]!;
  const own = mul(narrow(q, -1, 0, k), unsqueeze(where(eq(signs, 0), 1, signs), -2));
  return size === k ? own : cat([own, narrow(q, -1, k, size - k)], -1);
}

/** Options of `linalg.svd`. */
export interface SvdOptions {
  /** Whether U and V are square. Default: true. */
  readonly fullMatrices?: boolean;
}

/**
 * Singular values in descending order with their vectors: `A = U diag(S) Vh`.
 *
 * @returns U, S and Vh
 */
export function svd(A: Tensor, fullMatrices: boolean | SvdOptions = true): [Tensor, Tensor, Tensor] {
  checkMatrices("linalg.svd", A, false);
  const full = typeof fullMatrices === "boolean" ? fullMatrices : (fullMatrices.fullMatrices ?? true);
  const [, m, n] = sizesOfMatrices(A);
  const k = Math.min(m, n);
  const [u, s, v] = rawSvd(A);
  const U = castTensor(completed(u, full ? m : k), A.dtype);
  const V = castTensor(T(completed(v, full ? n : k)), A.dtype);
  const S = castTensor(s, A.dtype);
  if (needsGraph(A)) {
    recordMany([U, S, V], "LinalgSvdBackward0", [A], [U, S, V], ([gU, gS, gV], node) => {
      const thin = (x: Tensor | null | undefined, dim: number) => (x == null ? null : narrow(x, dim, 0, k));
      return svdGradient(
        thin(gU, -1),
        gS ?? null,
        thin(gV, -2),
        narrow(node.saved(0), -1, 0, k),
        node.saved(1),
        narrow(node.saved(2), -2, 0, k),
      );
    });
  }
  return [U, S, V];
}

/** The gradient of A = U diag(S) Vh, all of k = min(m, n) columns. */
function svdGradient(
  gU: Tensor | null,
  gS: Tensor | null,
  gVh: Tensor | null,
  U: Tensor,
  S: Tensor,
  Vh: Tensor,
): Tensor {
  const [, m, k] = sizesOfMatrices(U);
  const n = Vh.shape[Vh.shape.length - 1]!;
  const skew = (x: Tensor) => sub(x, T(x));
  const squares = square(S);
  const E = differences(squares);
  const column = unsqueeze(S, -1);
  const row = unsqueeze(S, -2);
  let inner = gS === null ? null : diagEmbed(gS);
  const plus = (x: Tensor) => {
    inner = inner === null ? x : add(inner, x);
  };
  if (gU !== null) plus(mul(div(skew(matmul(T(U), gU)), E), row));
  if (gVh !== null) plus(mul(column, div(skew(matmul(Vh, T(gVh))), E)));
  let out = matmul(matmul(U, inner!), Vh);
  if (gU !== null && m > k) {
    const rest = sub(gU, matmul(U, matmul(T(U), gU)));
    out = add(out, matmul(div(rest, row), Vh));
  }
  if (gVh !== null && n > k) {
    const rest = sub(gVh, matmul(matmul(gVh, T(Vh)), Vh));
    out = add(out, matmul(U, div(rest, column)));
  }
  return out;
}

/** Singular values in descending order. */
export function svdvals(A: Tensor): Tensor {
  return svd(A, false)[1];
}
