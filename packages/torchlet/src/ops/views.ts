// Views: other shapes and strides over the same memory. Each gradient is the opposite view.
import { named, needsGraph, record, type Vjp } from "../autograd/index.js";
import { Fn } from "../engine/index.js";
import { IndexError, ShapeError } from "../errors/index.js";
import { formatShape, inferShape, normalizeDim, type Shape, viewStrides } from "../tensor/shape.js";
import { emptyTensor, Tensor } from "../tensor/tensor.js";
import { castTensor, computeType, runUnary } from "./elementwise.js";
import { fillTensor } from "./fill.js";
import { expandTo } from "./reduce-core.js";

/** Sizes as they may be passed: one by one, or as one array. */
export type Sizes = number[] | [Shape];

export function sizesOf(sizes: Sizes): Shape {
  return typeof sizes[0] === "object" ? sizes[0] : (sizes as readonly number[]);
}

/** A view, tied to its base and to the graph. */
export function view(
  x: Tensor,
  name: string,
  shape: Shape,
  strides: readonly number[],
  offset: number,
  vjp: Vjp,
): Tensor {
  const out = new Tensor(x.storage, x.dtype, shape, strides, offset);
  out.base = x.base ?? x;
  out.baseNode = x.base === null ? x.node : x.baseNode;
  if (needsGraph(x)) record(out, name, [x], null, vjp);
  return out;
}

/** The tensor itself where it is contiguous, else a copy that is. */
export function contiguous(self: Tensor): Tensor {
  return self.dense ? self : clone(self);
}

/** A copy with memory of its own; gradients flow through. */
export function clone(self: Tensor): Tensor {
  const out = emptyTensor(self.shape, self.dtype);
  runUnary(Fn.copy, self, out, computeType(self.dtype));
  if (needsGraph(self)) record(out, "CloneBackward0", [self], null, (g) => g);
  return out;
}

/** The same values and memory outside the graph. */
export function detach(self: Tensor): Tensor {
  return self.data;
}

/**
 * The same values in another shape; one size may be -1. A view where the strides allow it, else a copy.
 *
 * @throws ShapeError where the number of elements differs
 */
export function reshape(self: Tensor, ...sizes: Sizes): Tensor {
  const shape = inferShape("reshape", sizesOf(sizes), self.numel());
  const strides = viewStrides(self.shape, self.strides, shape);
  if (strides === null) return reshape(clone(self), shape);
  const { shape: before } = self;
  return view(self, "ViewBackward0", shape, strides, self.storageOffset, (g) => reshape(g, before));
}

/**
 * The same memory in another shape.
 *
 * @throws ShapeError where only a copy could have that shape (use `reshape`)
 */
export function viewAs(self: Tensor, other: Tensor): Tensor {
  return viewShape(self, other.shape);
}

/** `view` under another name, since `view` is taken by the helper above. */
export function viewShape(self: Tensor, ...sizes: Sizes): Tensor {
  const shape = inferShape("view", sizesOf(sizes), self.numel());
  const strides = viewStrides(self.shape, self.strides, shape);
  if (strides === null) {
    throw new ShapeError("view-strides", {
      path: "view",
      rule: {
        en: `shape ${formatShape(shape)} cannot be had without a copy from strides ${formatShape(self.strides)}`,
        zh: `步长 ${formatShape(self.strides)} 无法不经复制得到形状 ${formatShape(shape)}`,
      },
      received: shape,
      hint: { en: "use reshape(), or contiguous() first", zh: "请使用 reshape()，或先调用 contiguous()" },
    });
  }
  const { shape: before } = self;
  return view(self, "ViewBackward0", shape, strides, self.storageOffset, (g) => reshape(g, before));
}

/** All elements as a vector; a view where the tensor is contiguous. */
export function ravel(self: Tensor): Tensor {
  return reshape(self, [-1]);
}

/** `reshape` to the shape of another tensor. */
export function reshapeAs(self: Tensor, other: Tensor): Tensor {
  return reshape(self, other.shape);
}

/** The range of `flatten` by name. */
export interface FlattenOptions {
  readonly startDim?: number;
  readonly endDim?: number;
}

/** A dimension, by position or by name. */
export type DimArgument = number | { readonly dim?: number };

function dimOf(dim: DimArgument): number {
  return typeof dim === "number" ? dim : (dim.dim ?? 0);
}

/** Merges the dimensions from `startDim` to `endDim` into one. */
export function flatten(
  self: Tensor,
  startDim: number | FlattenOptions = 0,
  endDim: number | FlattenOptions = -1,
): Tensor {
  if (typeof startDim === "object") return flatten(self, startDim.startDim ?? 0, startDim.endDim ?? -1);
  if (typeof endDim === "object") return flatten(self, startDim, endDim.endDim ?? -1);
  const { shape } = self;
  if (shape.length === 0) return reshape(self, [1]);
  const from = normalizeDim("flatten", startDim, shape.length);
  const to = normalizeDim("flatten", endDim, shape.length);
  if (from > to) {
    throw new IndexError("flatten-order", {
      path: "flatten",
      rule: { en: "startDim must not come after endDim", zh: "startDim 不能在 endDim 之后" },
      received: [startDim, endDim],
    });
  }
  if (from === to) return self;
  const merged = shape.slice(from, to + 1).reduce((n, s) => n * s, 1);
  return reshape(self, [...shape.slice(0, from), merged, ...shape.slice(to + 1)]);
}

/** One dimension split into several sizes, of which one may be -1. */
export function unflatten(self: Tensor, dim: number, sizes: Shape): Tensor {
  const d = normalizeDim("unflatten", dim, self.shape.length);
  const inner = inferShape("unflatten", sizes, self.shape[d]!);
  return reshape(self, [...self.shape.slice(0, d), ...inner, ...self.shape.slice(d + 1)]);
}

/** Dimensions in another order. */
export function permute(self: Tensor, ...dims: Sizes): Tensor {
  const order = sizesOf(dims).map((d) => normalizeDim("permute", d, self.shape.length));
  if (order.length !== self.shape.length || new Set(order).size !== order.length) {
    throw new ShapeError("permute-dims", {
      path: "permute",
      rule: {
        en: `every one of the ${self.shape.length} dimensions must appear once, got ${formatShape(order)}`,
        zh: `${self.shape.length} 个维度必须各出现一次，得到的是 ${formatShape(order)}`,
      },
      received: order,
    });
  }
  const inverse = new Array<number>(order.length);
  order.forEach((d, i) => {
    inverse[d] = i;
  });
  return view(
    self,
    "PermuteBackward0",
    order.map((d) => self.shape[d]!),
    order.map((d) => self.strides[d]!),
    self.storageOffset,
    (g) => permute(g, inverse),
  );
}

/** Two dimensions exchanged. */
export function transpose(self: Tensor, dim0: number, dim1: number): Tensor {
  const a = normalizeDim("transpose", dim0, self.shape.length);
  const b = normalizeDim("transpose", dim1, self.shape.length);
  const shape = [...self.shape];
  const strides = [...self.strides];
  if (shape.length > 0) {
    [shape[a], shape[b]] = [shape[b]!, shape[a]!];
    [strides[a], strides[b]] = [strides[b]!, strides[a]!];
  }
  return view(self, "TransposeBackward0", shape, strides, self.storageOffset, (g) => transpose(g, a, b));
}

/**
 * A matrix transposed; vectors and 0-dimensional tensors as they are.
 *
 * @throws ShapeError for more than two dimensions
 */
export function t(self: Tensor): Tensor {
  if (self.shape.length > 2) {
    throw new ShapeError("t-dims", {
      path: "t",
      rule: {
        en: `the tensor must have at most 2 dimensions, got ${self.shape.length}`,
        zh: `张量最多 2 维，得到的是 ${self.shape.length} 维`,
      },
      expected: 2,
      received: self.shape.length,
      hint: { en: "use transpose(dim0, dim1) or permute", zh: "请使用 transpose(dim0, dim1) 或 permute" },
    });
  }
  return self.shape.length < 2
    ? view(self, "TBackward0", self.shape, self.strides, self.storageOffset, (g) => g)
    : named(transpose(self, 0, 1), "TBackward0");
}

/** Without dimensions of size 1: all of them, or those named. */
export function squeeze(self: Tensor, dim?: number | readonly number[]): Tensor {
  const { shape, strides } = self;
  const named =
    dim === undefined
      ? null
      : (typeof dim === "number" ? [dim] : dim).map((d) => normalizeDim("squeeze", d, shape.length));
  const keep = shape.map((size, d) => size !== 1 || (named !== null && !named.includes(d)));
  return view(
    self,
    "SqueezeBackward0",
    shape.filter((_, d) => keep[d]),
    strides.filter((_, d) => keep[d]),
    self.storageOffset,
    (g) => reshape(g, shape),
  );
}

/** With a dimension of size 1 inserted. */
export function unsqueeze(self: Tensor, dim: number): Tensor {
  const d = normalizeDim("unsqueeze", dim, self.shape.length + 1);
  const { shape } = self;
  const stride = d < shape.length ? self.strides[d]! * shape[d]! : 1;
  return view(
    self,
    "UnsqueezeBackward0",
    [...shape.slice(0, d), 1, ...shape.slice(d)],
    [...self.strides.slice(0, d), stride, ...self.strides.slice(d)],
    self.storageOffset,
    (g) => reshape(g, shape),
  );
}

/** Dimensions of size 1 repeated without copying; -1 keeps a size. */
export function expand(self: Tensor, ...sizes: Sizes): Tensor {
  const wanted = sizesOf(sizes);
  const lead = wanted.length - self.shape.length;
  const shape = wanted.map((size, d) => (size === -1 && d >= lead ? self.shape[d - lead]! : size));
  const fits =
    lead >= 0 &&
    shape.every((size, d) => size >= 0 && (d < lead || self.shape[d - lead] === 1 || self.shape[d - lead] === size));
  if (!fits) {
    throw new ShapeError("expand", {
      path: "expand",
      rule: {
        en: `shape ${formatShape(self.shape)} cannot be expanded to ${formatShape(wanted)}: only dimensions of size 1 can grow`,
        zh: `形状 ${formatShape(self.shape)} 无法扩展为 ${formatShape(wanted)}：只有大小为 1 的维度可以扩展`,
      },
      expected: [...self.shape],
      received: [...wanted],
    });
  }
  const out = expandTo(self, shape);
  return out === self ? view(self, "ExpandBackward0", shape, self.strides, self.storageOffset, (g) => g) : out;
}

/** `expand` to the shape of another tensor. */
export function expandAs(self: Tensor, other: Tensor): Tensor {
  return expand(self, other.shape);
}

/** A zero tensor with the gradient in the place that a view showed. */
function embed(g: Tensor, shape: Shape, place: (whole: Tensor) => Tensor): Tensor {
  const whole = emptyTensor(shape, g.dtype);
  fillTensor(whole, 0);
  const target = place(whole.data).data;
  runUnary(Fn.copy, g, target, computeType(g.dtype));
  if (needsGraph(g)) record(whole, "EmbedBackward0", [g], null, (gradient) => place(gradient));
  return whole;
}

/**
 * `length` elements of a dimension from `start` on.
 *
 * @throws IndexError outside the dimension
 */
export function narrow(self: Tensor, dim: number, start: number | Tensor, length: number): Tensor {
  if (typeof start === "object") return narrow(self, dim, start.item(), length);
  const d = normalizeDim("narrow", dim, self.shape.length);
  const size = self.shape[d] ?? 1;
  const from = start < 0 ? start + size : start;
  if (!(Number.isInteger(from) && Number.isInteger(length)) || from < 0 || length < 0 || from + length > size) {
    throw new IndexError("narrow-range", {
      path: "narrow",
      rule: {
        en: `start ${start} and length ${length} leave dimension ${d} of size ${size}`,
        zh: `起点 ${start} 与长度 ${length} 超出第 ${d} 维的大小 ${size}`,
      },
      expected: size,
      received: [start, length],
    });
  }
  return slice(self, d, from, from + length, 1);
}

/** Elements of a dimension from `start` to `end` (exclusive) in steps; indices as in Python. */
export function slice(self: Tensor, dim: number, start: number, end: number, step: number): Tensor {
  const { shape: before } = self;
  const size = before[dim]!;
  const clip = (i: number) => Math.min(Math.max(i < 0 ? i + size : i, 0), size);
  const from = clip(start);
  const to = Math.max(clip(end), from);
  const shape = [...before];
  const strides = [...self.strides];
  shape[dim] = Math.ceil((to - from) / step);
  strides[dim] = strides[dim]! * step;
  const offset = self.storageOffset + from * self.strides[dim]!;
  return view(self, "SliceBackward0", shape, strides, offset, (g) =>
    embed(g, before, (whole) => slice(whole, dim, from, to, step)),
  );
}

/**
 * One index of a dimension, which disappears.
 *
 * @throws IndexError outside the dimension
 */
export function select(self: Tensor, dim: number, index: number): Tensor {
  if (self.shape.length === 0) {
    throw new IndexError("select-scalar", {
      path: "select",
      rule: { en: "a 0-dimensional tensor cannot be indexed", zh: "0 维张量不能被索引" },
      hint: { en: "use item() for its value", zh: "请用 item() 取值" },
    });
  }
  const d = normalizeDim("select", dim, self.shape.length);
  const { shape: before } = self;
  const size = before[d]!;
  const at = index < 0 ? index + size : index;
  if (!Number.isInteger(at) || at < 0 || at >= size) {
    throw new IndexError("index-range", {
      path: "select",
      rule: {
        en: `index ${index} is out of bounds for dimension ${d} with size ${size}`,
        zh: `索引 ${index} 超出第 ${d} 维的大小 ${size}`,
      },
      expected: [-size, size - 1],
      received: index,
    });
  }
  const offset = self.storageOffset + at * self.strides[d]!;
  return view(
    self,
    "SelectBackward0",
    before.filter((_, i) => i !== d),
    self.strides.filter((_, i) => i !== d),
    offset,
    (g) => embed(g, before, (whole) => select(whole, d, at)),
  );
}

/** The diagonal of two dimensions as a view, appended as the last dimension. */
export function diagonal(
  self: Tensor,
  options: number | { readonly offset?: number; readonly dim1?: number; readonly dim2?: number } = 0,
  first?: number,
  second?: number,
): Tensor {
  const given = typeof options === "number" ? { offset: options, dim1: first, dim2: second } : options;
  const { offset = 0, dim1 = 0, dim2 = 1 } = given;
  const a = normalizeDim("diagonal", dim1, self.shape.length);
  const b = normalizeDim("diagonal", dim2, self.shape.length);
  if (a === b) {
    throw new IndexError("diagonal-dims", {
      path: "diagonal",
      rule: { en: `dim1 and dim2 must differ, both are ${a}`, zh: `dim1 与 dim2 必须不同，两者都是 ${a}` },
      received: [dim1, dim2],
    });
  }
  const { shape: before } = self;
  const rows = before[a]! + Math.min(offset, 0);
  const columns = before[b]! - Math.max(offset, 0);
  const length = Math.max(Math.min(rows, columns), 0);
  const rest = before.map((_, d) => d).filter((d) => d !== a && d !== b);
  const start = length === 0 ? 0 : offset >= 0 ? offset * self.strides[b]! : -offset * self.strides[a]!;
  return view(
    self,
    "DiagonalBackward0",
    [...rest.map((d) => before[d]!), length],
    [...rest.map((d) => self.strides[d]!), self.strides[a]! + self.strides[b]!],
    self.storageOffset + start,
    (g) => embed(g, before, (whole) => diagonal(whole, { offset, dim1: a, dim2: b })),
  );
}

/** Along a dimension, pieces of a size (the last may be shorter) or of given sizes. */
export function split(self: Tensor, size: number | readonly number[], dim: DimArgument = 0): Tensor[] {
  const d = normalizeDim("split", dimOf(dim), self.shape.length);
  const whole = self.shape[d]!;
  const fits =
    typeof size === "number"
      ? Number.isInteger(size) && (size > 0 || (size === 0 && whole === 0))
      : size.reduce((n, s) => n + s, 0) === whole;
  if (!fits) {
    throw new ShapeError("split-sizes", {
      path: "split",
      rule: {
        en: `pieces of ${typeof size === "number" ? size : formatShape(size)} do not make up dimension ${d} of size ${whole}`,
        zh: `大小为 ${typeof size === "number" ? size : formatShape(size)} 的各段无法组成第 ${d} 维的大小 ${whole}`,
      },
      expected: whole,
      received: size,
    });
  }
  const sizes =
    typeof size === "number"
      ? Array.from({ length: Math.ceil(whole / size) || 1 }, (_, i) => Math.min(size, whole - i * size))
      : size;
  let start = 0;
  return sizes.map((length) => {
    const piece = narrow(self, d, start, length);
    start += length;
    return piece;
  });
}

/** Along a dimension, at most `chunks` pieces of equal size (the last may be shorter). */
export function chunk(self: Tensor, chunks: number, dim: DimArgument = 0): Tensor[] {
  const d = normalizeDim("chunk", dimOf(dim), self.shape.length);
  if (!Number.isInteger(chunks) || chunks < 1) {
    throw new ShapeError("chunk-count", {
      path: "chunk",
      rule: { en: `chunks must be a positive integer, got ${chunks}`, zh: `chunks 必须是正整数，得到的是 ${chunks}` },
      received: chunks,
    });
  }
  return split(self, Math.max(Math.ceil(self.shape[d]! / chunks), 1), d);
}

/** Along a dimension, every index as a tensor of its own. */
export function unbind(self: Tensor, dim: DimArgument = 0): Tensor[] {
  const d = normalizeDim("unbind", dimOf(dim), self.shape.length);
  return Array.from({ length: self.shape[d]! }, (_, i) => select(self, d, i));
}

/** Another type; the tensor itself where it has it already. Gradients flow between floating-point types. */
export function toDtype(self: Tensor, dtype: Tensor["dtype"]): Tensor {
  if (self.dtype === dtype) return self;
  const out = castTensor(self, dtype);
  if (dtype.isFloatingPoint && needsGraph(self)) {
    const { dtype: before } = self;
    record(out, "ToCopyBackward0", [self], null, (g) => toDtype(g, before));
  }
  return out;
}
