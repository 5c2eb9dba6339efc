// Copies of a tensor with something else at some places: at indices, under masks, in the place of a view.
import { needsGraph, record } from "../autograd/index.js";
import { Fn, instructions, Op } from "../engine/index.js";
import { ShapeError, ValueError } from "../errors/index.js";
import { bool, int32 } from "../tensor/dtype.js";
import {
  broadcastShapes,
  contiguousStrides,
  formatShape,
  normalizeDim,
  type Shape,
  sameShape,
  sizeOf,
} from "../tensor/shape.js";
import { emptyTensor, Tensor } from "../tensor/tensor.js";
import { readKeywords } from "./arguments.js";
import { add, div, mul } from "./arithmetic.js";
import { eq, where } from "./comparison.js";
import { computeType, conversionType, runProgram, type Scalar } from "./elementwise.js";
import { fillTensor } from "./fill.js";
import { index as indexBy, take } from "./indexing.js";
import { checkAlong, checkIndices, gatherAlong, offsetsAlong, Put, putAt, scatterAlong } from "./indexing-core.js";
import { unique } from "./searching.js";
import { asStrided } from "./strided.js";
import { clone, contiguous, diagonal, expand, reshape, select, slice, toDtype } from "./views.js";

/** A copy of `self` with `source` in the place that a view shows. */
function placed(who: string, self: Tensor, source: Tensor, view: (x: Tensor) => Tensor): Tensor {
  const out = clone(self.data);
  const place = view(out.data);
  if (!sameShape(place.shape, source.shape)) {
    throw new ShapeError("placed-shape", {
      path: who,
      rule: {
        en: `the source must have shape ${formatShape(place.shape)}, got ${formatShape(source.shape)}`,
        zh: `source 的形状必须是 ${formatShape(place.shape)}，得到的是 ${formatShape(source.shape)}`,
      },
      expected: [...place.shape],
      received: [...source.shape],
    });
  }
  runProgram(place, conversionType(source.dtype, out.dtype), [source], [{ fn: Fn.copy, a: 0 }]);
  if (needsGraph(self, source)) {
    record(out, `${who[0]!.toUpperCase()}${who.slice(1)}Backward0`, [self, source], null, (g, node) => [
      node.needs(0) ? placed(who, g, fillTensor(emptyTensor(place.shape, g.dtype), 0), view) : null,
      node.needs(1) ? toDtype(view(g), source.dtype) : null,
    ]);
  }
  return out;
}

/** A copy with `source` at one index of a dimension. */
export function selectScatter(self: Tensor, source: Tensor, dim: number, index: number): Tensor {
  return placed("selectScatter", self, source, (x) => select(x, dim, index));
}

/** Options of `sliceScatter`. */
export interface SliceScatterOptions {
  readonly dim?: number;
  readonly start?: number | null;
  readonly end?: number | null;
  readonly step?: number;
}

/** A copy with `source` at `start:end:step` of a dimension (default 0, all of it). */
export function sliceScatter(
  self: Tensor,
  source: Tensor,
  dim?: number | SliceScatterOptions,
  start?: number | null | SliceScatterOptions,
  end?: number | null | SliceScatterOptions,
  step?: number | SliceScatterOptions,
): Tensor {
  const given = readKeywords<SliceScatterOptions>(["dim", "start", "end", "step"], [dim, start, end, step]);
  const d = normalizeDim("sliceScatter", given.dim ?? 0, self.shape.length);
  const size = self.shape[d] ?? 1;
  return placed("sliceScatter", self, source, (x) =>
    slice(x, d, given.start ?? 0, Math.min(given.end ?? size, size), given.step ?? 1),
  );
}

/** A copy with `source` on a diagonal. */
export function diagonalScatter(
  self: Tensor,
  source: Tensor,
  offset?: number | { readonly offset?: number; readonly dim1?: number; readonly dim2?: number },
  dim1?: number,
  dim2?: number,
): Tensor {
  const given = readKeywords<{ offset: number; dim1: number; dim2: number }>(
    ["offset", "dim1", "dim2"],
    [offset, dim1, dim2],
  );
  return placed("diagonalScatter", self, source, (x) => diagonal(x, given));
}

/** A copy with `source` at the places of a strided view. */
export function asStridedScatter(
  self: Tensor,
  source: Tensor,
  size: Shape,
  stride: Shape,
  storageOffset?: number | null | { readonly storageOffset?: number | null },
): Tensor {
  return placed("asStridedScatter", contiguous(self), source, (x) =>
    asStrided(contiguous(x), size, stride, storageOffset),
  );
}

/** Indices of a vector lined up with one dimension of a shape, repeated along all others. */
function lined(indices: Tensor, dim: number, shape: Shape): Tensor {
  const sizes = shape.map((_, d) => (d === dim ? indices.numel() : 1));
  return expand(
    reshape(indices, sizes),
    shape.map((s, d) => (d === dim ? indices.numel() : s)),
  );
}

/** The tensor as one of at least one dimension, and back. */
function dimensioned(self: Tensor, body: (x: Tensor) => Tensor): Tensor {
  return self.shape.length > 0 ? body(self) : reshape(body(reshape(self, [1])), []);
}

/** A copy with `source` written, added, ... at `index` (as many dimensions, contiguous int32, checked) along `dim`. */
function written(self: Tensor, dim: number, index: Tensor, source: Tensor, how: number): Tensor {
  const out = clone(self.data);
  const values = contiguous(toDtype(source.data, out.dtype));
  putAt(out, offsetsAlong(index, dim, contiguousStrides(self.shape), 0), values, how);
  return out;
}

/** What is left of a gradient where indices are written over. */
function erased(g: Tensor, dim: number, index: Tensor): Tensor {
  const zeros = fillTensor(emptyTensor(index.shape, g.dtype), 0);
  const out = written(g, dim, index, zeros, Put.set);
  if (needsGraph(g)) record(out, "MaskedFillBackward0", [g], null, (gg) => erased(gg, dim, index));
  return out;
}

/** A copy with the slices of `source` at `index` along a dimension. */
export function indexCopy(self: Tensor, dim: number, index: Tensor, source: Tensor): Tensor {
  const d = normalizeDim("indexCopy", dim, self.shape.length);
  return dimensioned(self, (x) => {
    const flat = checkIndices("indexCopy", reshape(index, [-1]), x.shape[d]!, d);
    const shape = x.shape.map((s, i) => (i === d ? flat.numel() : s));
    const values = source.shape.length === 0 ? reshape(source, shape) : source;
    if (!sameShape(values.shape, shape)) throw sourceError("indexCopy", shape, source.shape);
    const at = contiguous(lined(flat, d, shape));
    const out = written(x, d, at, values, Put.set);
    if (needsGraph(x, values)) {
      record(out, "IndexCopyBackward0", [x, values], null, (g, node) => [
        node.needs(0) ? erased(g, d, at) : null,
        node.needs(1) ? gatherAlong(g, at, d) : null,
      ]);
    }
    return out;
  });
}

function sourceError(who: string, expected: Shape, received: Shape): ShapeError {
  return new ShapeError("index-source", {
    path: who,
    rule: {
      en: `the source must have shape ${formatShape(expected)}, got ${formatShape(received)}`,
      zh: `source 的形状必须是 ${formatShape(expected)}，得到的是 ${formatShape(received)}`,
    },
    expected: [...expected],
    received: [...received],
  });
}

/** A copy with one value at `index` along a dimension. */
export function indexFill(self: Tensor, dim: number, index: Tensor, value: Scalar | Tensor): Tensor {
  const d = normalizeDim("indexFill", dim, self.shape.length);
  const one = value instanceof Tensor ? value : fillTensor(emptyTensor([], self.dtype), Number(value));
  if (index.numel() === 0 || self.numel() === 0) return clone(self);
  // An index that is named twice is one place for the gradient of the value.
  const places = needsGraph(one) ? unique(checkIndices("indexFill", index, self.shape[d] ?? 1, d)) : index;
  const shape = self.shape.map((s, i) => (i === d ? places.numel() : s));
  return indexCopy(self, d, places, expand(reshape(one, []), shape));
}

/** How scattered values combine with what is there. */
export type ScatterReduction = "sum" | "prod" | "mean" | "amax" | "amin";

/** Options of `scatterReduce` and `indexReduce`. */
export interface ScatterReduceOptions {
  /** Whether what is there takes part. Default: true. */
  readonly includeSelf?: boolean;
}

function howOf(who: string, reduce: string): number {
  switch (reduce) {
    case "sum":
    case "mean":
      return Put.add;
    case "prod":
      return Put.multiply;
    case "amax":
      return Put.larger;
    case "amin":
      return Put.smaller;
    default:
      throw new ValueError("scatter-reduce", {
        path: who,
        rule: { en: `unknown reduction ${JSON.stringify(reduce)}`, zh: `未知的归约方式 ${JSON.stringify(reduce)}` },
        expected: ["sum", "prod", "mean", "amax", "amin"],
        received: reduce,
      });
  }
}

/** What a reduction starts from. */
function neutral(reduce: ScatterReduction, x: Tensor): number {
  if (reduce === "prod") return 1;
  if (reduce === "sum" || reduce === "mean") return 0;
  const least = x.dtype.isFloatingPoint ? Infinity : x.dtype === int32 ? 2147483647 : x.dtype === bool ? 1 : 255;
  const low = x.dtype.isFloatingPoint ? -Infinity : x.dtype === int32 ? -2147483648 : 0;
  return reduce === "amax" ? low : least;
}

/** `written` with a reduction, and its gradients; index and source have one shape. */
function reducedInto(
  who: string,
  self: Tensor,
  d: number,
  at: Tensor,
  source: Tensor,
  reduce: ScatterReduction,
  includeSelf: boolean,
): Tensor {
  const how = howOf(who, reduce);
  const ones = fillTensor(emptyTensor(at.shape, self.dtype), 1);
  const start = includeSelf
    ? self.data
    : written(self.data, d, at, fillTensor(emptyTensor(at.shape, self.dtype), neutral(reduce, self)), Put.set);
  let out = written(start, d, at, source, how);
  const base = fillTensor(emptyTensor(self.shape, self.dtype), 1);
  const startCounts = includeSelf
    ? base
    : written(base, d, at, fillTensor(emptyTensor(at.shape, self.dtype), 0), Put.set);
  const counts = reduce === "mean" ? written(startCounts, d, at, ones, Put.add) : null;
  if (counts !== null) {
    out = self.dtype.isFloatingPoint
      ? div(out, counts)
      : runProgram(
          emptyTensor(out.shape, out.dtype),
          computeType(out.dtype),
          [out, counts],
          [{ fn: Fn.floorDivide, a: 0, b: 1 }],
        );
  }
  if (!needsGraph(self, source)) return out;
  record(out, "ScatterReduceBackward0", [self, source], [self, source, out], (g, node) => {
    const x = node.saved(0);
    const values = node.saved(1);
    const result = node.saved(2);
    let own: Tensor;
    let given: Tensor;
    if (reduce === "sum" || reduce === "mean") {
      const share = counts === null ? g : div(g, counts);
      own = share;
      given = gatherAlong(share, at, d);
    } else if (reduce === "prod") {
      // Exact only where factors are not 0; PyTorch's second derivative has the same limit.
      const zero = eq(values, 0);
      const zeros = scatterAlong(toDtype(zero, g.dtype), at, d, x.shape);
      const safe = where(zero, 1, values);
      const rest = reducedInto(who, x, d, at, safe, "prod", includeSelf);
      const others = where(
        eq(gatherAlong(zeros, at, d), 0),
        div(gatherAlong(rest, at, d), safe),
        where(zero, where(eq(gatherAlong(zeros, at, d), 1), gatherAlong(rest, at, d), 0), 0),
      );
      given = mul(gatherAlong(g, at, d), others);
      own = mul(g, where(eq(x, 0), reducedInto(who, onesOf(x), d, at, values, "prod", includeSelf), div(result, x)));
    } else {
      const hitSelf = eq(x, result);
      const hitValues = eq(values, gatherAlong(result, at, d));
      const ties = scatterAlong(toDtype(hitValues, g.dtype), at, d, x.shape);
      const total = includeSelf ? add(ties, toDtype(hitSelf, g.dtype)) : ties;
      const share = div(g, where(eq(total, 0), 1, total));
      own = where(hitSelf, share, 0);
      given = where(hitValues, gatherAlong(share, at, d), 0);
    }
    return [
      node.needs(0) ? (includeSelf ? own : erased(reduce === "sum" || reduce === "mean" ? own : g, d, at)) : null,
      node.needs(1) ? toDtype(given, values.dtype) : null,
    ];
  });
  return out;
}

function onesOf(x: Tensor): Tensor {
  return fillTensor(emptyTensor(x.shape, x.dtype), 1);
}

/** The part of `source` that an index of fewer elements names. */
function corner(source: Tensor, shape: Shape): Tensor {
  return shape.reduce((x, size, d) => (x.shape[d] === size ? x : slice(x, d, 0, size, 1)), source);
}

/** A copy where `source` is combined with what is at `index` along a dimension. */
export function scatterReduce(
  self: Tensor,
  dim: number,
  index: Tensor,
  source: Tensor,
  reduce: ScatterReduction,
  options: ScatterReduceOptions = {},
): Tensor {
  const d = normalizeDim("scatterReduce", dim, self.shape.length);
  checkAlong("scatterReduce", index, d, self.shape);
  checkAlong("scatterReduce", index, -1, source.shape);
  const at = contiguous(checkIndices("scatterReduce", index, self.shape[d] ?? 1, d));
  return reducedInto("scatterReduce", self, d, at, corner(source, at.shape), reduce, options.includeSelf ?? true);
}

/** A copy where the slices of `source` are combined with those at `index` along a dimension. */
export function indexReduce(
  self: Tensor,
  dim: number,
  index: Tensor,
  source: Tensor,
  reduce: Exclude<ScatterReduction, "sum">,
  options: ScatterReduceOptions = {},
): Tensor {
  const d = normalizeDim("indexReduce", dim, self.shape.length);
  return dimensioned(self, (x) => {
    const flat = checkIndices("indexReduce", reshape(index, [-1]), x.shape[d]!, d);
    const shape = x.shape.map((s, i) => (i === d ? flat.numel() : s));
    const at = contiguous(lined(flat, d, shape));
    return reducedInto("indexReduce", x, d, at, reshape(source, shape), reduce, options.includeSelf ?? true);
  });
}

/**
 * A copy with the elements of `source`, in order, wherever a mask (broadcast) holds.
 *
 * @throws ShapeError where the source has fewer elements than the mask has places
 */
export function maskedScatter(self: Tensor, mask: Tensor, source: Tensor): Tensor {
  const shape = broadcastShapes("maskedScatter", self.shape, mask.shape);
  const x = expand(self, shape);
  const where = contiguous(expand(mask, shape));
  const places = indexBy(reshape(positionsOf(shape), shape), where);
  const count = places.numel();
  if (source.numel() < count) throw sourceError("maskedScatter", [count], [source.numel()]);
  const values = slice(reshape(source, [-1]), 0, 0, count, 1);
  const out = indexCopy(reshape(x, [-1]), 0, places, values);
  return reshape(out, shape);
}

/** 0, 1, 2, ... as many as a shape has elements. */
function positionsOf(shape: Shape): Tensor {
  const out = emptyTensor([sizeOf(shape)], int32);
  instructions.plain(Op.iota, [int32.code, out.numel(), out.address()], [0, 1]);
  return out;
}

/** Options of `takeAlongDim`. */
export interface TakeAlongDimOptions {
  readonly dim?: number | null;
}

/** Elements by index along a dimension, other dimensions broadcast; without a dimension, of the flattened tensor. */
export function takeAlongDim(self: Tensor, indices: Tensor, dim?: number | null | TakeAlongDimOptions): Tensor {
  const given = readKeywords<TakeAlongDimOptions>(["dim"], [dim]).dim;
  if (given === undefined || given === null) return take(self, reshape(indices, [-1]));
  const d = normalizeDim("takeAlongDim", given, self.shape.length);
  const sizes = (x: Tensor) => x.shape.map((s, i) => (i === d ? 1 : s));
  const shape = broadcastShapes("takeAlongDim", sizes(self), sizes(indices));
  const wide = (x: Tensor) =>
    expand(
      x,
      shape.map((s, i) => (i === d ? x.shape[d]! : s)),
    );
  const at = checkIndices("takeAlongDim", contiguous(wide(indices)), self.shape[d]!, d);
  return gatherAlong(wide(self), at, d);
}
