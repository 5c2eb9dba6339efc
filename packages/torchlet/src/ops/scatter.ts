// Writing and adding along a dimension, at indices that a tensor names.
import { needsGraph, record } from "../autograd/index.js";
import { Fn } from "../engine/index.js";
import { DTypeError } from "../errors/index.js";
import { contiguousStrides, normalizeDim, type Shape, sameShape } from "../tensor/shape.js";
import { emptyTensor, Tensor } from "../tensor/tensor.js";
import { mul } from "./arithmetic.js";
import { computeType, runUnary } from "./elementwise.js";
import { fillTensor } from "./fill.js";
import { putShapeError } from "./index-put.js";
import { indexSelect } from "./indexing.js";
import {
  checkAlong,
  checkIndices,
  computeOffsets,
  gatherAlong,
  type OffsetTerm,
  offsetsAlong,
  putAt,
} from "./indexing-core.js";
import { scatterReduce } from "./scattering.js";
import { clone, contiguous, slice as sliceDim, toDtype } from "./views.js";

/** Options of `scatter`. */
export interface ScatterOptions {
  readonly value?: number;
  /** Combines with what is there instead of replacing it. */
  readonly reduce?: "add" | "multiply" | null;
}

/**
 * A copy with `source` (or one value) written at `index` along a dimension; with `reduce` added or multiplied.
 *
 * @throws ShapeError where the index does not lie within the tensor and the source, DTypeError for a source of another type
 */
export function scatter(
  self: Tensor,
  dim: number,
  indices: Tensor,
  source: Tensor | number | ScatterOptions,
  options: ScatterOptions = {},
): Tensor {
  if (typeof source === "object" && !(source instanceof Tensor)) {
    return scatter(self, dim, indices, source.value ?? 0, source);
  }
  const { reduce } = options;
  if (reduce === undefined || reduce === null) return scattered("scatter", self, dim, indices, source, false);
  const values = source instanceof Tensor ? source : fillTensor(emptyTensor(indices.shape, self.dtype), source);
  return scatterReduce(self, dim, indices, values, reduce === "multiply" ? "prod" : "sum");
}

/** A copy with `source` added at `index` along a dimension. */
export function scatterAdd(self: Tensor, dim: number, indices: Tensor, source: Tensor): Tensor {
  return scattered("scatterAdd", self, dim, indices, source, true);
}

/** A copy with `source` written (or added) at `index` along a dimension. */
function scattered(
  name: string,
  self: Tensor,
  dim: number,
  indices: Tensor,
  source: Tensor | number,
  add: boolean,
): Tensor {
  const d = normalizeDim(name, dim, self.shape.length);
  checkAlong(name, indices, d, self.shape);
  if (source instanceof Tensor) {
    checkAlong(name, indices, -1, source.shape);
    if (source.dtype !== self.dtype) throw sourceTypeError(name, self, source);
  }
  const at = checkIndices(name, indices, self.shape[d] ?? 1, d);
  const out = clone(self.data);
  let values: Tensor;
  if (typeof source === "number") values = fillTensor(emptyTensor(at.shape, self.dtype), source);
  else values = contiguous(at.shape.reduce((x, size, axis) => sliceDim(x, axis, 0, size, 1), source.data));
  putAt(out, offsetsAlong(at, d, contiguousStrides(self.shape), 0), values, add);
  const from = source instanceof Tensor ? source : undefined;
  if (needsGraph(self, from)) {
    const inputs = from === undefined ? [self] : [self, from];
    record(out, `${name}Backward0`, inputs, null, (g) => {
      const kept = add ? g : scattered("scatter", g, d, at, 0, false);
      if (from === undefined) return [kept];
      return [kept, padTo(gatherAlong(g, at, d), from.shape)];
    });
  }
  return out;
}

function sourceTypeError(who: string, self: Tensor, source: Tensor): DTypeError {
  return new DTypeError("scatter-dtype", {
    path: who,
    rule: {
      en: `both tensors must have the same type, got ${self.dtype} and ${source.dtype}`,
      zh: `两个张量的类型必须相同，得到的是 ${self.dtype} 与 ${source.dtype}`,
    },
    expected: self.dtype.name,
    received: source.dtype.name,
  });
}

/** A gradient of a corner of a tensor, with zeros elsewhere. */
function padTo(g: Tensor, shape: Shape): Tensor {
  if (g.shape.every((size, d) => size === shape[d])) return g;
  const out = fillTensor(emptyTensor(shape, g.dtype), 0);
  const corner = g.shape.reduce((x, size, axis) => sliceDim(x, axis, 0, size, 1), out.data);
  runUnary(Fn.copy, g, corner, computeType(g.dtype));
  return out;
}

/** Adds `source` at `indices` along a dimension of a copy. */
export function indexAdd(
  self: Tensor,
  dim: number,
  indices: Tensor,
  source: Tensor,
  options: { alpha?: number } = {},
): Tensor {
  const { alpha = 1 } = options;
  const d = normalizeDim("indexAdd", dim, self.shape.length);
  const at = checkIndices("indexAdd", indices, self.shape[d]!, d);
  const fitting = self.shape.map((size, axis) => (axis === d ? at.numel() : size));
  if (!sameShape(source.shape, fitting)) throw putShapeError("indexAdd", fitting, source.shape);
  const out = clone(self.data);
  putAlong(out, d, at, alpha === 1 ? source : mul(source, alpha));
  if (needsGraph(self, source)) {
    record(out, "IndexAddBackward0", [self, source], null, (g, node) => [
      g,
      node.needs(1) ? mul(indexSelect(g, d, at), alpha) : null,
    ]);
  }
  return out;
}

function putAlong(out: Tensor, dim: number, at: Tensor, source: Tensor): void {
  const lined = new Tensor(
    at.storage,
    at.dtype,
    source.shape.map((_, axis) => (axis === dim ? at.numel() : 1)),
    source.shape.map((_, axis) => (axis === dim ? 1 : 0)),
    at.storageOffset,
  );
  const strides = contiguousStrides(out.shape);
  const terms: OffsetTerm[] = strides.map((stride, axis) => ({ indices: axis === dim ? lined : null, axis, stride }));
  putAt(out, computeOffsets(source.shape, terms, 0), contiguous(toDtype(source.data, out.dtype)), true);
}
