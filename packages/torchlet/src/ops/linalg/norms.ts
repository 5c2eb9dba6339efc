// Norms of vectors and of matrices.
import { ValueError } from "../../errors/index.js";
import type { DType } from "../../tensor/dtype.js";
import { normalizeDim, normalizeDims } from "../../tensor/shape.js";
import type { Tensor } from "../../tensor/tensor.js";
import { readKeywords } from "../arguments.js";
import { movedim } from "../axes.js";
import { amax, amin, sum } from "../reduction.js";
import { vectorNorm as runNorm } from "../statistics.js";
import { abs } from "../unary.js";
import { toDtype, unsqueeze } from "../views.js";
import { svdvals } from "./factor.js";

/** Orders of matrix norms: Frobenius, nuclear, sums of rows or columns (Infinity, 1), singular values (2), the smallest of these (negative). */
export type MatrixOrder = "fro" | "nuc" | number;

/** Options of the norms. */
export interface LinalgNormOptions {
  readonly ord?: MatrixOrder | null;
  readonly dim?: number | readonly number[] | null;
  /** Default: false. */
  readonly keepdim?: boolean;
  readonly dtype?: DType | null;
}

const NAMES = ["ord", "dim", "keepdim"] as const;

function typed(self: Tensor, dtype: DType | null | undefined): Tensor {
  return dtype ? toDtype(self, dtype) : self;
}

/**
 * The vector norm `(sum |x|^ord)^(1/ord)` over all elements or over `dim`.
 *
 * @param ord any number, or +-Infinity. Default: 2
 */
export function vectorNorm(
  self: Tensor,
  ord?: number | LinalgNormOptions,
  dim?: number | readonly number[] | null | LinalgNormOptions,
  keepdim?: boolean | LinalgNormOptions,
): Tensor {
  const given = readKeywords<LinalgNormOptions>(NAMES, [ord, dim, keepdim]);
  const x = typed(self, given.dtype);
  const dims = normalizeDims("linalg.vectorNorm", given.dim, x.shape.length);
  return runNorm(x, (given.ord ?? 2) as number, dims, given.keepdim ?? false);
}

function overMatrices(self: Tensor, ord: MatrixOrder, dims: readonly number[], keepdim: boolean): Tensor {
  const ndim = self.shape.length;
  const [rows, columns] = dims.map((d) => normalizeDim("linalg.matrixNorm", d, ndim)) as [number, number];
  if (dims.length !== 2 || rows === columns || ndim < 2) {
    throw new ValueError("matrix-norm-dims", {
      path: "linalg.matrixNorm",
      rule: { en: "dim must name two different dimensions", zh: "dim 必须给出两个不同的维度" },
      received: [...dims],
    });
  }
  if (ord === "fro")
    return runNorm(
      self,
      2,
      [rows, columns].sort((a, b) => a - b),
      keepdim,
    );
  const x = movedim(self, [rows, columns], [-2, -1]);
  let out: Tensor;
  if (ord === "nuc") out = sum(svdvals(x), -1);
  else if (ord === 2) out = amax(svdvals(x), -1);
  else if (ord === -2) out = amin(svdvals(x), -1);
  else if (ord === 1) out = amax(sum(abs(x), -2), -1);
  else if (ord === -1) out = amin(sum(abs(x), -2), -1);
  else if (ord === Number.POSITIVE_INFINITY) out = amax(sum(abs(x), -1), -1);
  else if (ord === Number.NEGATIVE_INFINITY) out = amin(sum(abs(x), -1), -1);
  else {
    throw new ValueError("matrix-norm-order", {
      path: "linalg.matrixNorm",
      rule: { en: `there is no matrix norm of order ${ord}`, zh: `没有 ${ord} 阶矩阵范数` },
      expected: ["fro", "nuc", "+-1", "+-2", "+-Infinity"],
      received: ord,
    });
  }
  if (!keepdim) return out;
  const [first, second] = rows < columns ? [rows, columns] : [columns, rows];
  return unsqueeze(unsqueeze(out, first), second);
}

/**
 * A norm of matrices, of the last two dimensions unless others are named.
 *
 * @param ord Default: "fro"
 */
export function matrixNorm(
  self: Tensor,
  ord?: MatrixOrder | LinalgNormOptions,
  dim?: readonly number[] | LinalgNormOptions,
  keepdim?: boolean | LinalgNormOptions,
): Tensor {
  const given = readKeywords<LinalgNormOptions>(NAMES, [ord, dim, keepdim]);
  const dims = given.dim ?? [-2, -1];
  return overMatrices(
    typed(self, given.dtype),
    given.ord ?? "fro",
    typeof dims === "number" ? [dims] : dims,
    given.keepdim ?? false,
  );
}

/**
 * A vector or matrix norm. Without an order all elements are one vector; with one, one dimension takes a vector norm and
 * two take a matrix norm.
 */
export function norm(
  self: Tensor,
  ord?: MatrixOrder | null | LinalgNormOptions,
  dim?: number | readonly number[] | null | LinalgNormOptions,
  keepdim?: boolean | LinalgNormOptions,
): Tensor {
  const given = readKeywords<LinalgNormOptions>(NAMES, [ord, dim, keepdim]);
  const x = typed(self, given.dtype);
  const keep = given.keepdim ?? false;
  const dims = given.dim === undefined || given.dim === null ? null : [given.dim].flat();
  const order = given.ord ?? null;
  if (order === null || (dims?.length ?? x.shape.length) === 1) {
    if (typeof order === "string") return overMatrices(x, order, dims ?? [], keep);
    return runNorm(x, order ?? 2, normalizeDims("linalg.norm", dims, x.shape.length), keep);
  }
  return overMatrices(x, order, dims ?? x.shape.map((_, d) => d), keep);
}
