// Reductions as instructions: which dimensions merge, and the sum that brings a gradient back to a broadcast operand's shape.
import { needsGraph, record } from "../autograd/index.js";
import { instructions, Reduction } from "../engine/index.js";
import type { DType } from "../tensor/dtype.js";
import { type Shape, sameShape, sizeOf } from "../tensor/shape.js";
import { emptyTensor, Tensor } from "../tensor/tensor.js";

/**
 * Sizes and strides of the kept and of the reduced dimensions, neighbours merged where they can be. The reduced ones come in
 * the order of memory: a transposed tensor is summed as the contiguous one that it is.
 */
function splitDims(x: Tensor, dims: readonly number[]) {
  const kept = { sizes: [] as number[], strides: [] as number[] };
  const reduced = { sizes: [] as number[], strides: [] as number[] };
  const ordered = dims.length > 1 ? [...dims].sort((a, b) => x.strides[b]! - x.strides[a]!) : dims;
  let next = 0;
  for (let i = 0; i < x.shape.length; i++) {
    const isReduced = dims.includes(i);
    const d = isReduced ? ordered[next++]! : i;
    const size = x.shape[d]!;
    if (size === 1) continue;
    const { sizes, strides } = isReduced ? reduced : kept;
    const last = sizes.length - 1;
    if (last >= 0 && strides[last] === x.strides[d]! * size) {
      sizes[last]! *= size;
      strides[last] = x.strides[d]!;
    } else {
      sizes.push(size);
      strides.push(x.strides[d]!);
    }
  }
  return { kept, reduced };
}

/** The shape that is left of a reduction. */
export function reducedShape(shape: Shape, dims: readonly number[], keepdim: boolean): number[] {
  const out: number[] = [];
  for (let d = 0; d < shape.length; d++) {
    if (!dims.includes(d)) out.push(shape[d]!);
    else if (keepdim) out.push(1);
  }
  return out;
}

/** Reduces over `dims` (ascending) with a function of `Reduction`; x has a computing type (float32, float64, int32). */
export function runReduce(fn: number, x: Tensor, dims: readonly number[], keepdim: boolean, divisor = 1): Tensor {
  const out = emptyTensor(reducedShape(x.shape, dims, keepdim), x.dtype);
  if (sizeOf(out.shape) === 0) return out;
  if (x.dense && dims.length === x.shape.length) {
    instructions.reduceAll(fn, x.dtype.code, x.address(), out.address(), x.numel(), divisor);
    return out;
  }
  const { kept, reduced } = splitDims(x, dims);
  const count = dims.reduce((n, d) => n * x.shape[d]!, 1);
  if (count === 0) {
    reduced.sizes = [0];
    reduced.strides = [1];
  } else if (reduced.sizes.length === 0) {
    reduced.sizes = [1];
    reduced.strides = [1];
  }
  const address = x.address();
  instructions.reduce(
    fn,
    x.dtype.code,
    address,
    out.address(),
    0,
    kept.sizes,
    kept.strides,
    reduced.sizes,
    reduced.strides,
    divisor,
  );
  return out;
}

/** The extreme and its first position along one dimension. */
export function runExtreme(fn: number, x: Tensor, dim: number, keepdim: boolean, int32: DType): [Tensor, Tensor] {
  const shape = reducedShape(x.shape, [dim], keepdim);
  const values = emptyTensor(shape, x.dtype);
  const indices = emptyTensor(shape, int32);
  if (sizeOf(shape) === 0) return [values, indices];
  const kept = { sizes: [] as number[], strides: [] as number[] };
  x.shape.forEach((size, d) => {
    if (d === dim || size === 1) return;
    kept.sizes.push(size);
    kept.strides.push(x.strides[d]!);
  });
  const size = x.shape.length === 0 ? 1 : x.shape[dim]!;
  const stride = x.shape.length === 0 ? 1 : x.strides[dim]!;
  const address = x.address();
  const to = values.address();
  instructions.reduce(fn, x.dtype.code, address, to, indices.address(), kept.sizes, kept.strides, [size], [stride]);
  return [values, indices];
}

/** Sums a gradient over the dimensions along which an operand of the given shape was repeated. */
export function sumToShape(g: Tensor, shape: Shape): Tensor {
  if (sameShape(g.shape, shape)) return g;
  const lead = g.shape.length - shape.length;
  const dims: number[] = [];
  for (let d = 0; d < g.shape.length; d++) {
    if (d < lead || (shape[d - lead] === 1 && g.shape[d] !== 1)) dims.push(d);
  }
  const summed = runReduce(Reduction.sum, g, dims, true);
  const out = new Tensor(
    summed.storage,
    summed.dtype,
    shape,
    contiguousLike(summed, shape),
    summed.storageOffset,
    true,
  );
  if (needsGraph(g)) {
    const { shape: wide } = g;
    record(out, "SumToSizeBackward0", [g], null, (gradient) => expandTo(gradient, wide));
  }
  return out;
}

function contiguousLike(x: Tensor, shape: Shape): number[] {
  return x.strides.slice(x.shape.length - shape.length);
}

/** A view with repeated dimensions, recorded: the counterpart of `sumToShape`. */
export function expandTo(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return x;
  const lead = shape.length - x.shape.length;
  const strides = shape.map((size, d) =>
    d < lead || (x.shape[d - lead] === 1 && size !== 1) ? 0 : x.strides[d - lead]!,
  );
  const out = new Tensor(x.storage, x.dtype, shape, strides, x.storageOffset);
  out.base = x.base ?? x;
  out.baseNode = x.base === null ? x.node : x.baseNode;
  if (needsGraph(x)) {
    const { shape: narrow } = x;
    record(out, "ExpandBackward0", [x], null, (gradient) => sumToShape(gradient, narrow));
  }
  return out;
}
