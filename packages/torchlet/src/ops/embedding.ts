// Rows of a table by number, and products of two inputs.
import { needsGraph, noGrad, record } from "../autograd/index.js";
import { ShapeError } from "../errors/index.js";
import { bool } from "../tensor/dtype.js";
import { formatShape, sizeOf } from "../tensor/shape.js";
import type { Tensor } from "../tensor/tensor.js";
import { emptyTensor } from "../tensor/tensor.js";
import { add, div } from "./arithmetic.js";
import { gt, ne, where } from "./comparison.js";
import { fillTensor } from "./fill.js";
import { checkIndices, computeOffsets, putAt, scatterAlong, takeAt } from "./indexing-core.js";
import { copy_ } from "./inplace.js";
import { bmm, matmul } from "./matmul.js";
import { renorm } from "./statistics.js";
import { contiguous, permute, reshape, unsqueeze } from "./views.js";

/** Options of `embedding`. */
export interface EmbeddingOptions {
  /** A row that gets no gradient. */
  readonly paddingIdx?: number | null;
  /** Whether gradients are divided by how often a row was used. Default: false. */
  readonly scaleGradByFreq?: boolean;
}

/** The rows at some offsets summed into a table of this shape: the gradient of taking rows. */
function sumRows(g: Tensor, rows: Tensor, shape: readonly number[]): Tensor {
  const [, width] = shape as [number, number];
  const out = fillTensor(emptyTensor(shape, g.dtype), 0);
  const places = computeOffsets(
    g.shape,
    [
      { indices: unsqueeze(rows, 1), axis: 0, stride: width },
      { indices: null, axis: 1, stride: 1 },
    ],
    0,
  );
  putAt(out, places, contiguous(g), true);
  if (needsGraph(g))
    record(out, "EmbeddingDenseBackward0", [g], [rows], (h, node) => takeRows(h, node.saved(0), width));
  return out;
}

/** Rows of a matrix by number, recorded. */
function takeRows(weight: Tensor, rows: Tensor, width: number): Tensor {
  const [row, column] = weight.strides as [number, number];
  const places = computeOffsets(
    [rows.numel(), width],
    [
      { indices: unsqueeze(rows, 1), axis: 0, stride: row },
      { indices: null, axis: 1, stride: column },
    ],
    0,
  );
  const out = takeAt(weight, places);
  const { shape } = weight;
  if (needsGraph(weight))
    record(out, "EmbeddingBackward0", [weight], [rows], (g, node) => sumRows(g, node.saved(0), shape));
  return out;
}

/** @internal Scales the rows that are used and longer than `maxNorm` down to it, in place and outside the graph. */
export function renormRows(weight: Tensor, input: Tensor, maxNorm: number, normType: number): void {
  noGrad(() => {
    const count = weight.shape[0]!;
    const rows = reshape(checkIndices("embedding", input, count, 0), [-1]);
    const ones = fillTensor(emptyTensor(rows.shape, weight.dtype), 1);
    const uses = unsqueeze(scatterAlong(ones, rows, 0, [count]), 1);
    copy_(weight.data, where(gt(uses, 0), renorm(weight.data, normType, 0, maxNorm), weight.data));
  });
}

/**
 * Rows of a table by number: `weight[input]`.
 *
 * @param input int32 numbers of any shape
 * @param weight shape (rows, size)
 * @returns shape (...input, size); the two may also come in the other order: the table is the floating-point one
 * @throws IndexError for a number outside the table
 *
 * @example
 * F.embedding(torch.tensor([[1, 2], [4, 5]]), torch.rand(10, 3)).shape; // [2, 2, 3]
 */
export function embedding(input: Tensor, weight: Tensor, options: EmbeddingOptions = {}): Tensor {
  if (input.dtype.isFloatingPoint && !weight.dtype.isFloatingPoint) return embedding(weight, input, options);
  const [count, width] = weight.shape as [number, number];
  const rows = contiguous(reshape(checkIndices("embedding", input, count, 0), [-1]));
  let table = weight;
  const { paddingIdx = null, scaleGradByFreq = false } = options;
  if (paddingIdx !== null || scaleGradByFreq) {
    if (needsGraph(weight)) table = scaledGradient(weight, rows, paddingIdx, scaleGradByFreq);
  }
  return reshape(takeRows(table, rows, width), [...input.shape, width]);
}

/** The table itself, whose gradient is 0 at one row, and divided by how often each row is used. */
function scaledGradient(weight: Tensor, rows: Tensor, paddingIdx: number | null, byFrequency: boolean): Tensor {
  const count = weight.shape[0]!;
  const out = weight.data;
  record(out, "EmbeddingScaleBackward0", [weight], null, (g) => {
    let gradient = g;
    if (byFrequency) {
      const ones = fillTensor(emptyTensor(rows.shape, g.dtype), 1);
      const uses = scatterAlong(ones, rows, 0, [count]);
      gradient = div(gradient, unsqueeze(where(ne(uses, 0), uses, 1), 1));
    }
    if (paddingIdx === null) return gradient;
    const row = paddingIdx < 0 ? paddingIdx + count : paddingIdx;
    const kept = fillTensor(emptyTensor([count, 1], bool), 1);
    fillTensor(kept.data.narrow(0, row, 1), 0);
    return where(kept, gradient, 0);
  });
  return out;
}

/**
 * A bilinear form for each output: `y_o = x1^T W_o x2 + b_o`, over the last dimensions.
 *
 * @param weight shape (out, in1, in2)
 * @param bias shape (out), or null
 * @throws ShapeError where the last dimensions do not fit
 */
export function bilinear(x1: Tensor, x2: Tensor, weight: Tensor, bias: Tensor | null = null): Tensor {
  const [out, in1, in2] = weight.shape as [number, number, number];
  const lead = x1.shape.slice(0, -1);
  const sizes = [x1.shape[x1.shape.length - 1], x2.shape[x2.shape.length - 1]];
  if (sizes[0] !== in1 || sizes[1] !== in2 || String(lead) !== String(x2.shape.slice(0, -1))) {
    throw new ShapeError("bilinear-features", {
      path: "bilinear",
      rule: {
        en: `inputs must have shapes (..., ${in1}) and (..., ${in2}) with the same leading sizes, got ${formatShape(x1.shape)} and ${formatShape(x2.shape)}`,
        zh: `输入的形状必须是 (..., ${in1}) 与 (..., ${in2}) 且前面的维度相同，得到的是 ${formatShape(x1.shape)} 与 ${formatShape(x2.shape)}`,
      },
      expected: [in1, in2],
      received: sizes,
    });
  }
  const batch = sizeOf(lead);
  // (batch, in1) x (in1, out in2) gives x1^T W for every output at once.
  const left = matmul(reshape(x1, [batch, in1]), reshape(permute(weight, [1, 0, 2]), [in1, out * in2]));
  const form = bmm(reshape(left, [batch, out, in2]), reshape(x2, [batch, in2, 1]));
  const y = reshape(form, [...lead, out]);
  return bias === null ? y : add(y, bias);
}
