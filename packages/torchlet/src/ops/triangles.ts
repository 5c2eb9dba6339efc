// Triangles and diagonals of matrices.
import { needsGraph, record } from "../autograd/index.js";
import { Fn, instructions, Op } from "../engine/index.js";
import { ShapeError, ValueError } from "../errors/index.js";
import { type DType, int32 } from "../tensor/dtype.js";
import { formatShape, normalizeDim } from "../tensor/shape.js";
import { emptyTensor, type Tensor } from "../tensor/tensor.js";
import { readKeywords } from "./arguments.js";
import { computeType, runProgram } from "./elementwise.js";
import { fillTensor } from "./fill.js";
import { nonzero } from "./indexing.js";
import { sum } from "./reduction.js";
import { contiguous, diagonal, reshape, transpose } from "./views.js";

/** 0, 1, 2, ... in a shape of one or two dimensions, along the last one or as a column. */
function ramp(size: number, column: boolean): Tensor {
  const out = emptyTensor(column ? [size, 1] : [size], int32);
  instructions.plain(Op.iota, [int32.code, size, out.address()], [0, 1]);
  return out;
}

/** Whether column - row satisfies a comparison with k, for every place of a matrix, in a type that `map` computes in. */
function band(rows: number, columns: number, compare: number, k: number): Tensor {
  const out = emptyTensor([rows, columns], int32);
  return runProgram(
    out,
    2,
    [ramp(columns, false), ramp(rows, true), k],
    [
      { fn: Fn.sub, a: 0, b: 1 },
      { fn: compare, a: 3, b: 2 },
    ],
  );
}

function triangle(who: string, self: Tensor, compare: number, k: number): Tensor {
  if (self.shape.length < 2) {
    throw new ShapeError("triangle-dims", {
      path: who,
      rule: {
        en: `the tensor must have at least 2 dimensions, got shape ${formatShape(self.shape)}`,
        zh: `张量至少要有 2 维，得到的形状为 ${formatShape(self.shape)}`,
      },
      expected: 2,
      received: self.shape.length,
    });
  }
  const [rows, columns] = self.shape.slice(-2) as [number, number];
  const out = emptyTensor(self.shape, self.dtype);
  runProgram(
    out,
    computeType(self.dtype),
    [self, 0, band(rows, columns, compare, k)],
    [{ fn: Fn.where, a: 0, b: 1, c: 2 }],
  );
  if (needsGraph(self)) {
    record(out, who === "tril" ? "TrilBackward0" : "TriuBackward0", [self], null, (g) => triangle(who, g, compare, k));
  }
  return out;
}

/** Which diagonal: 0 the main one, positive above it, negative below. */
export interface DiagonalOption {
  readonly diagonal?: number;
}

/** The lower triangle of matrices, 0 above the given diagonal (default 0, the main one). */
export function tril(self: Tensor, diagonal?: number | DiagonalOption): Tensor {
  return triangle("tril", self, Fn.le, readKeywords<DiagonalOption>(["diagonal"], [diagonal]).diagonal ?? 0);
}

/** The upper triangle of matrices, 0 below the given diagonal (default 0, the main one). */
export function triu(self: Tensor, diagonal?: number | DiagonalOption): Tensor {
  return triangle("triu", self, Fn.ge, readKeywords<DiagonalOption>(["diagonal"], [diagonal]).diagonal ?? 0);
}

/** Options of `trilIndices` and `triuIndices`. */
export interface TriangleIndicesOptions {
  /** Default: 0. */
  readonly offset?: number;
  readonly dtype?: DType;
}

function triangleIndices(
  compare: number,
  rows: number,
  columns: number,
  offset: number | TriangleIndicesOptions | undefined,
): Tensor {
  const k = readKeywords<TriangleIndicesOptions>(["offset"], [offset]).offset ?? 0;
  return contiguous(transpose(nonzero(band(rows, columns, compare, k)), 0, 1));
}

/** Row and column indices of the lower triangle of a (rows, columns) matrix: shape (2, count). */
export function trilIndices(rows: number, columns: number, offset?: number | TriangleIndicesOptions): Tensor {
  return triangleIndices(Fn.le, rows, columns, offset);
}

/** Row and column indices of the upper triangle of a (rows, columns) matrix: shape (2, count). */
export function triuIndices(rows: number, columns: number, offset?: number | TriangleIndicesOptions): Tensor {
  return triangleIndices(Fn.ge, rows, columns, offset);
}

/** Options of `diagEmbed`. */
export interface DiagEmbedOptions {
  /** Default: 0. */
  readonly offset?: number;
  /** Default: -2. */
  readonly dim1?: number;
  /** Default: -1. */
  readonly dim2?: number;
}

/**
 * Matrices with the last dimension of a tensor on a diagonal and 0 elsewhere.
 *
 * @throws ValueError where `dim1` and `dim2` are the same
 */
export function diagEmbed(
  self: Tensor,
  offset?: number | DiagEmbedOptions,
  dim1?: number | DiagEmbedOptions,
  dim2?: number | DiagEmbedOptions,
): Tensor {
  const given = readKeywords<DiagEmbedOptions>(["offset", "dim1", "dim2"], [offset, dim1, dim2]);
  const k = given.offset ?? 0;
  const ndim = self.shape.length + 1;
  const a = normalizeDim("diagEmbed", given.dim1 ?? -2, ndim);
  const b = normalizeDim("diagEmbed", given.dim2 ?? -1, ndim);
  if (a === b) {
    throw new ValueError("diag-embed-dims", {
      path: "diagEmbed",
      rule: { en: `dim1 and dim2 must differ, both are ${a}`, zh: `dim1 与 dim2 必须不同，二者均为 ${a}` },
      received: [a, b],
    });
  }
  const length = self.shape[self.shape.length - 1]!;
  const rest = self.shape.slice(0, -1);
  const shape = Array.from({ length: ndim }, (_, d) => (d === a || d === b ? length + Math.abs(k) : rest.shift()!));
  const out = fillTensor(emptyTensor(shape, self.dtype), 0);
  const place = diagonal(out.data, { offset: k, dim1: a, dim2: b });
  runProgram(place, computeType(self.dtype), [self], [{ fn: Fn.copy, a: 0 }]);
  if (needsGraph(self)) {
    record(out, "DiagEmbedBackward0", [self], null, (g) => diagonal(g, { offset: k, dim1: a, dim2: b }));
  }
  return out;
}

/**
 * A matrix with a vector on a diagonal, or the diagonal of a matrix as a vector.
 *
 * @throws ShapeError for other numbers of dimensions
 */
export function diag(self: Tensor, diagonalIndex?: number | DiagonalOption): Tensor {
  const k = readKeywords<DiagonalOption>(["diagonal"], [diagonalIndex]).diagonal ?? 0;
  if (self.shape.length === 1) return diagEmbed(self, { offset: k });
  if (self.shape.length === 2) return contiguous(diagonal(self, { offset: k }));
  throw new ShapeError("diag-dims", {
    path: "diag",
    rule: {
      en: `a vector or a matrix is needed, got shape ${formatShape(self.shape)}`,
      zh: `需要向量或矩阵，得到的形状为 ${formatShape(self.shape)}`,
    },
    expected: [1, 2],
    received: self.shape.length,
  });
}

/** A matrix with the elements of any tensor, flattened, on a diagonal. */
export function diagflat(self: Tensor, offset?: number | { readonly offset?: number }): Tensor {
  const k = readKeywords<{ offset: number }>(["offset"], [offset]).offset ?? 0;
  return diagEmbed(reshape(self, [-1]), { offset: k });
}

/**
 * The sum of the main diagonal of a matrix.
 *
 * @throws ShapeError unless there are two dimensions
 */
export function trace(self: Tensor): Tensor {
  if (self.shape.length !== 2) {
    throw new ShapeError("trace-dims", {
      path: "trace",
      rule: {
        en: `a matrix is needed, got shape ${formatShape(self.shape)}`,
        zh: `需要矩阵，得到的形状为 ${formatShape(self.shape)}`,
      },
      expected: 2,
      received: self.shape.length,
    });
  }
  return sum(diagonal(self));
}
