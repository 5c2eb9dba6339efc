// The factorizations as instructions: batches of matrices in float64, without a graph.
import { instructions, Op } from "../../engine/index.js";
import { ShapeError, ValueError } from "../../errors/index.js";
import { float64, int32 } from "../../tensor/dtype.js";
import { formatShape, type Shape, sizeOf } from "../../tensor/shape.js";
import { emptyTensor, type Tensor } from "../../tensor/tensor.js";
import { castTensor } from "../elementwise.js";
import { fillTensor } from "../fill.js";
import { gatherAlong } from "../indexing-core.js";
import { contiguous, diagonal, expand, unsqueeze } from "../views.js";

/** @throws ShapeError unless a tensor is a floating-point matrix or a batch of them, square ones where `square` */
export function checkMatrices(who: string, x: Tensor, square: boolean): void {
  const [m, n] = x.shape.slice(-2);
  const fits = x.shape.length >= 2 && (!square || m === n);
  if (fits && x.dtype.isFloatingPoint) return;
  throw new ShapeError("linalg-matrices", {
    path: who,
    rule: {
      en: `floating-point ${square ? "square " : ""}matrices are needed, got ${x.dtype} of shape ${formatShape(x.shape)}`,
      zh: `需要浮点${square ? "方" : "矩"}阵，得到的是形状 ${formatShape(x.shape)} 的 ${x.dtype}`,
    },
    received: { dtype: x.dtype.name, shape: [...x.shape] },
  });
}

/** How many matrices there are, and their sizes. */
export function sizesOfMatrices(x: Tensor): [number, number, number] {
  const [m, n] = x.shape.slice(-2) as [number, number];
  return [sizeOf(x.shape.slice(0, -2)), m, n];
}

/** A contiguous copy in float64 that an instruction may overwrite. */
export function working(x: Tensor): Tensor {
  return castTensor(x.data, float64);
}

/** The identity in float64, as many times as a batch has matrices. */
export function identities(batch: Shape, n: number): Tensor {
  const one = fillTensor(emptyTensor([n, n], float64), 0);
  if (n > 0) fillTensor(diagonal(one), 1);
  return contiguous(expand(one, [...batch, n, n]));
}

/** `P A = L U` in one matrix, the permutation of rows, and its sign. */
export interface Lu {
  readonly lu: Tensor;
  readonly rows: Tensor;
  readonly sign: Tensor;
}

export function rawLu(a: Tensor): Lu {
  const [batch, m, n] = sizesOfMatrices(a);
  const lu = working(a);
  const lead = a.shape.slice(0, -2);
  const rows = emptyTensor([...lead, m], int32);
  const sign = emptyTensor(lead, int32);
  const at = lu.address();
  const p = rows.address();
  instructions.plain(Op.luFactor, [batch, m, n, at, p, sign.address()]);
  return { lu, rows, sign };
}

/** Whether a pivot of a factorization is 0. */
export function isSingular({ lu }: Lu): boolean {
  const pivots = contiguous(diagonal(lu, { offset: 0, dim1: -2, dim2: -1 }));
  return instructions.nonzero(float64.code, pivots.numel(), pivots.address(), 0) < pivots.numel();
}

/** @throws ValueError */
export function singularError(who: string): ValueError {
  return new ValueError("singular", {
    path: who,
    rule: { en: "the matrix is singular", zh: "矩阵是奇异的" },
    hint: { en: "use linalg.lstsq or linalg.pinv", zh: "请使用 linalg.lstsq 或 linalg.pinv" },
  });
}

/** `T X = B` for triangular T, both float64; B is overwritten. */
export function rawTriangular(t: Tensor, b: Tensor, upper: boolean, unit: boolean): Tensor {
  const [batch, n] = sizesOfMatrices(t);
  const k = b.shape[b.shape.length - 1]!;
  const from = t.address();
  instructions.plain(Op.triangularSolve, [batch, n, k, from, b.address(), upper ? 1 : 0, unit ? 1 : 0]);
  return b;
}

/** `A X = B` from a factorization of A. */
export function rawSolve({ lu, rows }: Lu, b: Tensor): Tensor {
  const k = b.shape[b.shape.length - 1]!;
  const wide = castTensor(b.data, float64);
  const order = contiguous(expand(unsqueeze(rows, -1), [...rows.shape, k]));
  const permuted = gatherAlong(wide, order, wide.shape.length - 2);
  return rawTriangular(lu, rawTriangular(lu, permuted, false, true), true, false);
}
