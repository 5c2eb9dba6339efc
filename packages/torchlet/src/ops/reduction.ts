// Reductions: forward and gradient side by side.
import { named, needsGraph, record, recordMany } from "../autograd/index.js";
import { Fn, Reduction } from "../engine/index.js";
import { ValueError } from "../errors/index.js";
import { bool, type DType, int32, uint8 } from "../tensor/dtype.js";
import { formatShape, normalizeDim, normalizeDims, type Shape } from "../tensor/shape.js";
import { emptyTensor, Tensor } from "../tensor/tensor.js";
import { div, maximum, minimum, mul } from "./arithmetic.js";
import { eq, ne, where } from "./comparison.js";
import { castTensor, computeType, runProgram } from "./elementwise.js";
import { scatterAlong } from "./indexing-core.js";
import { expandTo, runExtreme, runReduce } from "./reduce-core.js";
import { reshape, toDtype, unsqueeze } from "./views.js";

/** Which dimensions, and whether they stay as size 1. */
export interface ReduceOptions {
  readonly dim?: number | readonly number[] | null;
  readonly keepdim?: boolean;
  readonly dtype?: DType;
}
/** A dimension, several, or options; none means all. */
export type Dim = number | readonly number[] | null | ReduceOptions;

interface Reduced {
  dims: number[];
  keepdim: boolean;
  dtype: DType | undefined;
  /** Whether no dimension was named. */
  all: boolean;
}

/** @internal Reads `(dim, options)`, `(dim, keepdim)` or `(options)`. */
export function readOptions(
  who: string,
  x: Tensor,
  dim: Dim | undefined,
  options: ReduceOptions | boolean | undefined,
): Reduced {
  const isOptions = dim !== null && typeof dim === "object" && !Array.isArray(dim);
  const trailing = typeof options === "boolean" ? { keepdim: options } : options;
  const given = (isOptions ? (dim as ReduceOptions) : trailing) ?? {};
  const which = isOptions ? given.dim : ((dim as number | readonly number[] | null | undefined) ?? given.dim);
  const dims = normalizeDims(who, which, x.shape.length);
  return { dims, keepdim: given.keepdim ?? false, dtype: given.dtype, all: which === undefined || which === null };
}

/** @internal A gradient of a reduction, spread over what was reduced. */
export function spread(g: Tensor, shape: Shape, dims: readonly number[]): Tensor {
  const kept = shape.map((size, d) => (dims.includes(d) ? 1 : size));
  return expandTo(g.shape.length === kept.length ? g : reshape(g, kept), shape);
}

/** uint8 and bool are reduced as int32. */
function reducible(x: Tensor, dtype: DType | undefined): Tensor {
  if (dtype !== undefined) return toDtype(x, dtype);
  return x.dtype.code > 2 ? castTensor(x, int32) : x;
}

function sumOrMean(name: string, self: Tensor, { dims, keepdim }: Reduced, divisor: number): Tensor {
  const out = runReduce(Reduction.sum, self, dims, keepdim, divisor);
  if (needsGraph(self)) {
    const { shape } = self;
    record(out, name, [self], null, (g) => spread(divisor === 1 ? g : div(g, divisor), shape, dims));
  }
  return out;
}

/**
 * Sum over all elements or over `dim`. Integers and booleans are summed as int32.
 *
 * @example
 * torch.tensor([[1, 2], [3, 4]]).sum(1, { keepdim: true }); // [[3], [7]]
 */
export function sum(self: Tensor, dim?: Dim, options?: ReduceOptions | boolean): Tensor {
  const reduced = readOptions("sum", self, dim, options);
  return sumOrMean(reduced.all ? "SumBackward0" : "SumBackward1", reducible(self, reduced.dtype), reduced, 1);
}

/** Arithmetic mean over all elements or over `dim`. */
export function mean(self: Tensor, dim?: Dim, options?: ReduceOptions | boolean): Tensor {
  const reduced = readOptions("mean", self, dim, options);
  const x = reducible(self, reduced.dtype);
  if (!x.dtype.isFloatingPoint) {
    throw new ValueError("mean-dtype", {
      path: "mean",
      rule: {
        en: `the tensor must be floating-point, got ${self.dtype}`,
        zh: `张量必须是浮点类型，得到的是 ${self.dtype}`,
      },
      received: self.dtype.name,
      hint: { en: "convert with to(torch.float32)", zh: "请用 to(torch.float32) 转换" },
    });
  }
  const count = reduced.dims.reduce((n, d) => n * self.shape[d]!, 1);
  return sumOrMean(reduced.all ? "MeanBackward0" : "MeanBackward1", x, reduced, count);
}

/** Product over all elements or over one dimension. */
export function prod(self: Tensor, dim?: Dim, options?: ReduceOptions | boolean): Tensor {
  const { dims, keepdim, dtype } = readOptions("prod", self, dim, options);
  const x = reducible(self, dtype);
  const out = runReduce(Reduction.prod, x, dims, keepdim);
  if (needsGraph(x)) {
    record(out, "ProdBackward0", [x], [x], (g, node) => {
      // The product of the others, exact where factors are 0: the zeros are counted.
      const input = node.saved(0);
      const isZero = eq(input, 0);
      const zeros = spread(sum(isZero, dims, { keepdim: true }), input.shape, dims);
      const nonzero = where(isZero, 1, input);
      const others = spread(prod(nonzero, dims, { keepdim: true }), input.shape, dims);
      const full = div(others, nonzero);
      const gradient = where(eq(zeros, 0), full, where(isZero, where(eq(zeros, 1), others, 0), 0));
      return mul(spread(g, input.shape, dims), gradient);
    });
  }
  return out;
}

function emptyError(who: string, shape: Shape): ValueError {
  return new ValueError("reduce-empty", {
    path: who,
    rule: {
      en: `the tensor of shape ${formatShape(shape)} has no elements to choose from`,
      zh: `形状为 ${formatShape(shape)} 的张量没有可供选择的元素`,
    },
    received: [...shape],
  });
}

/** An extreme over any dimensions; ties share the gradient. */
function extremeValues(who: string, fn: number, self: Tensor, dims: number[], keepdim: boolean): Tensor {
  if (dims.some((d) => self.shape[d] === 0)) throw emptyError(who, self.shape);
  const x = self.dtype.code > 2 ? castTensor(self, int32) : self;
  const out = runReduce(fn, x, dims, keepdim);
  if (needsGraph(self)) {
    record(out, `${who[0]!.toUpperCase()}${who.slice(1)}Backward0`, [self], [self, out], (g, node) => {
      const input = node.saved(0);
      const best = spread(node.saved(1), input.shape, dims);
      const hit = where(eq(best, best), eq(input, best), ne(input, input));
      const ties = spread(sum(hit, dims, { keepdim: true }), input.shape, dims);
      return where(hit, div(spread(g, input.shape, dims), ties), 0);
    });
  }
  return self.dtype.code > 2 ? castTensor(out, self.dtype) : out;
}

/** Largest value over `dim` (all by default); ties share the gradient evenly. */
export function amax(self: Tensor, dim?: Dim, options?: ReduceOptions | boolean): Tensor {
  const { dims, keepdim } = readOptions("amax", self, dim, options);
  return extremeValues("amax", Reduction.max, self, dims, keepdim);
}

/** Smallest value over `dim` (all by default); ties share the gradient evenly. */
export function amin(self: Tensor, dim?: Dim, options?: ReduceOptions | boolean): Tensor {
  const { dims, keepdim } = readOptions("amin", self, dim, options);
  return extremeValues("amin", Reduction.min, self, dims, keepdim);
}

/** The values and first positions along one dimension; the gradient goes to those positions. */
function extremeAlong(who: string, fn: number, self: Tensor, dim: number, keepdim: boolean): [Tensor, Tensor] {
  const d = normalizeDim(who, dim, self.shape.length);
  if (self.shape[d] === 0) throw emptyError(who, self.shape);
  const x = self.dtype.code > 2 ? castTensor(self, int32) : self;
  const [found, indices] = runExtreme(fn, x, d, keepdim, int32);
  const values = self.dtype.code > 2 ? castTensor(found, self.dtype) : found;
  if (needsGraph(self)) {
    const { shape } = self;
    recordMany([values], `${who[0]!.toUpperCase()}${who.slice(1)}Backward0`, [self], [indices], ([g], node) => {
      const at = node.saved(0);
      const keep = (t: Tensor) => (keepdim || shape.length === 0 ? t : unsqueeze(t, d));
      return shape.length === 0 ? g! : scatterAlong(keep(g!), keep(at), d, shape);
    });
  }
  return [values, indices];
}

/**
 * The largest element (no argument), the largest along a dimension with its index, or the larger of two tensors.
 *
 * @example
 * const [values, indices] = x.max(1);
 */
export function max(self: Tensor): Tensor;
export function max(self: Tensor, other: Tensor): Tensor;
export function max(self: Tensor, dim: number, options?: { readonly keepdim?: boolean } | boolean): [Tensor, Tensor];
export function max(
  self: Tensor,
  dim?: number | Tensor,
  options?: { readonly keepdim?: boolean } | boolean,
): Tensor | [Tensor, Tensor] {
  if (dim === undefined) {
    const out = extremeValues("max", Reduction.max, self, normalizeDims("max", null, self.ndim), false);
    return named(out, "MaxBackward1");
  }
  if (dim instanceof Tensor) return maximum(self, dim);
  return extremeAlong(
    "max",
    Reduction.max,
    self,
    dim,
    typeof options === "boolean" ? options : (options?.keepdim ?? false),
  );
}

/** The smallest element, the smallest along a dimension with its index, or the smaller of two tensors. */
export function min(self: Tensor): Tensor;
export function min(self: Tensor, other: Tensor): Tensor;
export function min(self: Tensor, dim: number, options?: { readonly keepdim?: boolean } | boolean): [Tensor, Tensor];
export function min(
  self: Tensor,
  dim?: number | Tensor,
  options?: { readonly keepdim?: boolean } | boolean,
): Tensor | [Tensor, Tensor] {
  if (dim === undefined) {
    const out = extremeValues("min", Reduction.min, self, normalizeDims("min", null, self.ndim), false);
    return named(out, "MinBackward1");
  }
  if (dim instanceof Tensor) return minimum(self, dim);
  return extremeAlong(
    "min",
    Reduction.min,
    self,
    dim,
    typeof options === "boolean" ? options : (options?.keepdim ?? false),
  );
}

function argExtreme(
  who: string,
  fn: number,
  self: Tensor,
  dim: Dim | undefined,
  options: ReduceOptions | boolean | undefined,
): Tensor {
  const isOptions = dim !== null && typeof dim === "object" && !Array.isArray(dim);
  const trailing = typeof options === "boolean" ? { keepdim: options } : options;
  const given = (isOptions ? (dim as ReduceOptions) : trailing) ?? {};
  const which = (isOptions ? given.dim : (dim ?? given.dim)) as number | null | undefined;
  const x = self.dtype.code > 2 ? castTensor(self, int32) : self;
  if (which === undefined || which === null) {
    if (self.numel() === 0) throw emptyError(who, self.shape);
    const [, index] = runExtreme(fn, reshape(x.data, [-1]), 0, false, int32);
    return given.keepdim
      ? reshape(
          index,
          self.shape.map(() => 1),
        )
      : index;
  }
  const d = normalizeDim(who, which, self.shape.length);
  if (self.shape[d] === 0) throw emptyError(who, self.shape);
  return runExtreme(fn, x, d, given.keepdim ?? false, int32)[1];
}

/** The index of the first largest element, over all elements or along `dim`. */
export function argmax(self: Tensor, dim?: Dim, options?: ReduceOptions | boolean): Tensor {
  return argExtreme("argmax", Reduction.max, self, dim, options);
}

/** The index of the first smallest element, over all elements or along `dim`. */
export function argmin(self: Tensor, dim?: Dim, options?: ReduceOptions | boolean): Tensor {
  return argExtreme("argmin", Reduction.min, self, dim, options);
}

/** 1 where elements are not 0, as int32. */
function truth(self: Tensor): Tensor {
  const out = emptyTensor(self.shape, int32);
  return runProgram(out, computeType(self.dtype), [self, 0], [{ fn: Fn.ne, a: 0, b: 1 }]);
}

/** Counts as truths; uint8 served as bool in early PyTorch and keeps its type. */
function asTruth(counts: Tensor, self: Tensor): Tensor {
  const truths = castTensor(counts, bool);
  return self.dtype === uint8 ? castTensor(truths, uint8) : truths;
}

/** Whether any element (of a dimension) is true. */
export function any(self: Tensor, dim?: Dim, options?: ReduceOptions | boolean): Tensor {
  const { dims, keepdim } = readOptions("any", self, dim, options);
  return asTruth(runReduce(Reduction.sum, truth(self), dims, keepdim), self);
}

/** Whether all elements (of a dimension) are true. */
export function all(self: Tensor, dim?: Dim, options?: ReduceOptions | boolean): Tensor {
  const { dims, keepdim } = readOptions("all", self, dim, options);
  return asTruth(runReduce(Reduction.prod, truth(self), dims, keepdim), self);
}

/** How many elements are not 0. */
export function countNonzero(self: Tensor, dim?: Dim): Tensor {
  const { dims } = readOptions("countNonzero", self, dim, undefined);
  return runReduce(Reduction.sum, truth(self), dims, false);
}
