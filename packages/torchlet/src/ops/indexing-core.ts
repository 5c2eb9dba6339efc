// Elements by linear offset: every kind of indexing comes down to computing offsets and then taking or putting.
import { needsGraph, record } from "../autograd/index.js";
import { Fn, instructions, Op } from "../engine/index.js";
import { IndexError, ShapeError } from "../errors/index.js";
import { int32 } from "../tensor/dtype.js";
import { contiguousStrides, formatShape, type Shape } from "../tensor/shape.js";
import { emptyTensor, type Tensor } from "../tensor/tensor.js";
import { castTensor, runProgram } from "./elementwise.js";
import { fillTensor } from "./fill.js";

/** Where a position along some dimensions comes from: an index tensor, or every index in turn. */
export interface OffsetTerm {
  /** int32 indices, broadcast over the result's shape; or null: the position along `axis` itself. */
  readonly indices: Tensor | null;
  readonly axis: number;
  /** Elements that one step is worth. */
  readonly stride: number;
}

/**
 * Checks indices against a dimension and makes negative ones count from the end.
 *
 * @throws IndexError outside -size..size-1
 */
export function checkIndices(who: string, indices: Tensor, size: number, dim: number): Tensor {
  const x = indices.dtype === int32 && indices.dense ? indices : castTensor(indices, int32);
  if (x.numel() === 0 || (x === indices && instructions.withinRange(x.numel(), x.address(), 0, size - 1))) return x;
  const [low, high] = instructions.extent(x.numel(), x.address());
  if (low < -size || high >= size) {
    const bad = high >= size ? high : low;
    throw new IndexError("index-range", {
      path: who,
      rule: {
        en: `index ${bad} is out of bounds for dimension ${dim} with size ${size}`,
        zh: `索引 ${bad} 超出第 ${dim} 维的大小 ${size}`,
      },
      expected: [-size, size - 1],
      received: bad,
    });
  }
  if (low >= 0) return x;
  const out = emptyTensor(x.shape, int32);
  return runProgram(
    out,
    2,
    [x, 0, size],
    [
      { fn: Fn.lt, a: 0, b: 1 },
      { fn: Fn.fma, a: 0, b: 3, c: 2 },
    ],
  );
}

/** @internal An index along a dimension lies within the other dimensions of the tensor: elements outside would not be its own. */
export function checkAlong(who: string, indices: Tensor, dim: number, shape: Shape): void {
  const { shape: given } = indices;
  if (indices.numel() === 0) return;
  if (given.length === shape.length && given.every((size, d) => d === dim || size <= shape[d]!)) return;
  throw new ShapeError("index-shape", {
    path: who,
    rule: {
      en: `an index of shape ${formatShape(given)} does not fit along dim ${dim} of shape ${formatShape(shape)}`,
      zh: `形状为 ${formatShape(given)} 的索引与形状 ${formatShape(shape)} 的第 ${dim} 维不匹配`,
    },
    expected: [...shape],
    received: [...given],
  });
}

/** The linear offsets of a result of the given shape. */
export function computeOffsets(shape: Shape, terms: readonly OffsetTerm[], start: number): Tensor {
  let total = fillTensor(emptyTensor(shape, int32), start);
  for (const { indices, axis, stride } of terms) {
    const source = indices ?? positions(shape.length, axis, shape[axis]!);
    const next = emptyTensor(shape, int32);
    runProgram(next, 2, [total, source, stride], [{ fn: Fn.fma, a: 0, b: 1, c: 2 }]);
    total = next;
  }
  return total;
}

/** 0, 1, 2, ... along one axis, size 1 along all others. */
function positions(ndim: number, axis: number, size: number): Tensor {
  const shape = Array.from({ length: ndim }, (_, d) => (d === axis ? size : 1));
  const out = emptyTensor(shape, int32);
  instructions.plain(Op.iota, [int32.code, size, out.address()], [0, 1]);
  return out;
}

/** source[offset] for every offset. */
export function takeAt(source: Tensor, offsets: Tensor): Tensor {
  const out = emptyTensor(offsets.shape, source.dtype);
  const shift = Math.log2(source.dtype.itemsize);
  const from = source.address();
  const at = offsets.address();
  instructions.plain(Op.take, [shift, offsets.numel(), from, at, out.address()]);
  return out;
}

/** How values that are put combine with what is there. */
export const Put = { set: 0, add: 1, multiply: 2, larger: 3, smaller: 4 } as const;

/** target[offset] = value, or both combined (true: added), in order; values contiguous and of the target's type. */
export function putAt(target: Tensor, offsets: Tensor, values: Tensor, how: boolean | number): void {
  const to = target.address();
  const at = offsets.address();
  instructions.plain(Op.put, [target.dtype.code, offsets.numel(), to, at, values.address(), Number(how)]);
}

/** The offsets of `index` (same number of dimensions as the source) along `dim` in a tensor of these strides. */
export function offsetsAlong(index: Tensor, dim: number, strides: readonly number[], start: number): Tensor {
  const terms: OffsetTerm[] = strides.map((stride, axis) => ({ indices: axis === dim ? index : null, axis, stride }));
  return computeOffsets(index.shape, terms, start);
}

/** Zeros of a shape with values added at `index` along `dim`: the gradient of taking along a dimension. */
export function scatterAlong(values: Tensor, index: Tensor, dim: number, shape: Shape): Tensor {
  const out = fillTensor(emptyTensor(shape, values.dtype), 0);
  const offsets = offsetsAlong(index, dim, contiguousStrides(shape), 0);
  putAt(out, offsets, values.dense ? values : castTensor(values, values.dtype), true);
  if (needsGraph(values)) {
    record(out, "ScatterAddBackward0", [values], [index], (g, node) => gatherAlong(g, node.saved(0), dim));
  }
  return out;
}

/** Elements at `index` along `dim`; the index was checked. */
export function gatherAlong(self: Tensor, index: Tensor, dim: number): Tensor {
  const out = takeAt(self, offsetsAlong(index, dim, self.strides, 0));
  if (needsGraph(self)) {
    const { shape } = self;
    record(out, "GatherBackward0", [self], [index], (g, node) => scatterAlong(g, node.saved(0), dim, shape));
  }
  return out;
}
