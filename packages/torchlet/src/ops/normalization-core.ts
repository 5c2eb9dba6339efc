// What the normalizations share: rows as one instruction forward and one backward, formulas for second derivatives.
import { anyNeedsGraph, record } from "../autograd/index.js";
import { instructions, markInternal, Op } from "../engine/index.js";
import { type Shape, sizeOf } from "../tensor/shape.js";
import { emptyTensor, type Tensor } from "../tensor/tensor.js";
import { add, mul, sub } from "./arithmetic.js";
import { formulaOp } from "./formula-op.js";
import { sumToShape } from "./reduce-core.js";
import { mean } from "./reduction.js";
import { rsqrt, square } from "./unary.js";
import { contiguous, reshape } from "./views.js";

const affineOp = formulaOp({
  name: "affine",
  operands: 3,
  forward: (k, [y, w, b]) => k.add(k.mul(y!, w!), b!),
  gradients: [(k, g, [, w]) => k.mul(g, w!), (k, g, [y]) => k.mul(g, y!), (_k, g) => g],
});

/** `y * weight + bias`, either of which may be missing, along the dimensions that `shape` keeps. */
export function affine(y: Tensor, weight: Tensor | null, bias: Tensor | null, shape: Shape): Tensor {
  if (weight === null && bias === null) return y;
  const w = weight === null ? 1 : reshape(weight, shape);
  const b = bias === null ? 0 : reshape(bias, shape);
  return affineOp([y, w, b]);
}

/** Channels (dimension 1) with everything else of size 1. */
export function channelShape(x: Tensor): number[] {
  return x.shape.map((size, d) => (d === Math.min(1, x.shape.length - 1) ? size : 1));
}

/** Normalized values and the factor that made them, of differentiable operations. */
export function standardized(
  x: Tensor,
  dims: readonly number[],
  eps: number,
  rootMeanSquare = false,
): { readonly values: Tensor; readonly factor: Tensor } {
  const options = { keepdim: true };
  const centred = rootMeanSquare ? x : sub(x, mean(x, dims, options));
  const factor = rsqrt(add(mean(square(centred), dims, options), eps));
  return { values: mul(centred, factor), factor };
}

/** `factor * (g - mean(g) - y * mean(g y))`, of differentiable operations. */
export function standardizedGradient(
  g: Tensor,
  y: Tensor,
  factor: Tensor,
  dims: readonly number[],
  rootMeanSquare = false,
): Tensor {
  const options = { keepdim: true };
  const centred = rootMeanSquare ? g : sub(g, mean(g, dims, options));
  return mul(factor, sub(centred, mul(y, mean(mul(g, y), dims, options))));
}

/** Nanoseconds for an element, forward and backward. */
const FORWARD_WORK = 0.4;
const BACKWARD_WORK = 0.7;

/** Pieces of the batch whose sums for weight and bias are joined at the end: a matter of the shape, never of the threads. */
function chunksOf(rows: number): number {
  return Math.min(16, Math.ceil(rows / 32));
}

/**
 * `(x - mean) / sqrt(variance + eps) * weight + bias` over the last dimensions; with `rootMeanSquare` the mean is left out.
 *
 * @param dims the last dimensions, ascending
 * @param weight in the shape of these dimensions, or null
 */
export function normalizeRows(
  name: string,
  x: Tensor,
  dims: readonly number[],
  weight: Tensor | null,
  bias: Tensor | null,
  eps: number,
  rootMeanSquare = false,
): Tensor {
  const count = x.numel();
  const last = x.shape.slice(x.shape.length - dims.length);
  if (count === 0 || !x.dtype.isFloatingPoint) {
    return affine(standardized(x, dims, eps, rootMeanSquare).values, weight, bias, last);
  }
  if ((weight !== null && weight.dtype !== x.dtype) || (bias !== null && bias.dtype !== x.dtype)) {
    return affine(normalizeRows(name, x, dims, null, null, eps, rootMeanSquare), weight, bias, last);
  }
  const source = contiguous(x);
  const scale = weight === null ? null : contiguous(weight);
  const shift = bias === null ? null : contiguous(bias);
  const columns = sizeOf(last);
  const rows = count / columns;
  const out = emptyTensor(x.shape, x.dtype);
  const kept = emptyTensor([rows, 2], x.dtype);
  const from = source.address();
  const w = scale === null ? 0 : scale.address();
  const b = shift === null ? 0 : shift.address();
  const rms = rootMeanSquare ? 1 : 0;
  instructions.plain(
    Op.rowNorm,
    [x.dtype.code, rows, columns, from, out.address(), w, b, kept.address(), rms],
    [eps],
    count * FORWARD_WORK,
  );
  const inputs = [source, scale, shift].filter((t) => t !== null);
  if (anyNeedsGraph(inputs)) {
    record(out, name, inputs, [source, scale, kept], (g, node) => {
      const input = node.saved(0);
      const own = scale === null ? null : node.saved(1);
      const wants = [
        node.needs(0),
        scale !== null && node.needs(1),
        shift !== null && node.needs(inputs.length - 1),
      ] as const;
      const results = anyNeedsGraph(own === null ? [g, input] : [g, input, own])
        ? differentiableGradients(g, input, own, dims, last, eps, rootMeanSquare, wants)
        : rowGradients(g, input, own, node.saved(2), last, rootMeanSquare, wants);
      return results.filter((_, i) => i === 0 || (i === 1 ? scale : shift) !== null);
    });
  }
  markInternal(kept.storage);
  return out;
}

type Wants = readonly [boolean, boolean, boolean];
type Gradients = readonly (Tensor | null)[];

function rowGradients(
  g: Tensor,
  x: Tensor,
  weight: Tensor | null,
  kept: Tensor,
  last: Shape,
  rootMeanSquare: boolean,
  wants: Wants,
): Gradients {
  const { dtype } = x;
  const columns = sizeOf(last);
  const rows = x.numel() / columns;
  const chunks = chunksOf(rows);
  const own = contiguous(g);
  const dx = wants[0] ? emptyTensor(x.shape, dtype) : null;
  const dweight = wants[1] ? emptyTensor(last, dtype) : null;
  const dbias = wants[2] ? emptyTensor(last, dtype) : null;
  const padded = (columns + 3) & ~3;
  const partials = wants[1] || wants[2] ? emptyTensor([chunks, 2, padded], dtype) : null;
  const address = (t: Tensor | null) => (t === null ? 0 : t.address());
  const from = [own.address(), x.address(), address(weight), kept.address()];
  const to = [address(dx), address(dweight), address(dbias), address(partials)];
  instructions.plain(
    Op.rowNormBackward,
    [dtype.code, rows, columns, ...from, ...to, chunks, rootMeanSquare ? 1 : 0, 0],
    [],
    rows * columns * BACKWARD_WORK,
  );
  if (partials !== null) markInternal(partials.storage);
  return [dx, dweight, dbias];
}

function differentiableGradients(
  g: Tensor,
  x: Tensor,
  weight: Tensor | null,
  dims: readonly number[],
  last: Shape,
  eps: number,
  rootMeanSquare: boolean,
  wants: Wants,
): Gradients {
  const { values, factor } = standardized(x, dims, eps, rootMeanSquare);
  const inner = weight === null ? g : mul(g, weight);
  return [
    wants[0] ? standardizedGradient(inner, values, factor, dims, rootMeanSquare) : null,
    wants[1] ? sumToShape(mul(g, values), last) : null,
    wants[2] ? sumToShape(g, last) : null,
  ];
}
