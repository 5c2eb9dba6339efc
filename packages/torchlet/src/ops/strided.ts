// Any strided look at memory, overlapping ones too, and the way of gradients between two such looks.
import { needsGraph, record } from "../autograd/index.js";
import { Fn } from "../engine/index.js";
import { IndexError, ShapeError } from "../errors/index.js";
import { formatShape, normalizeDim, type Shape, sizeOf } from "../tensor/shape.js";
import { emptyTensor, Tensor } from "../tensor/tensor.js";
import { computeType, runBinary, runUnary } from "./elementwise.js";
import { fillTensor } from "./fill.js";
import { computeOffsets, putAt } from "./indexing-core.js";
import { contiguous, view } from "./views.js";

/** Where the elements of a tensor lie in a storage. */
export interface Layout {
  readonly shape: Shape;
  readonly strides: readonly number[];
  readonly storageOffset: number;
}

/** One past the last element. */
function endOf({ shape, strides, storageOffset }: Layout): number {
  return shape.reduce((at, size, d) => at + (size - 1) * strides[d]!, storageOffset + 1);
}

/** Whether two indices over the dimensions in `kept` (bits) might show the same element. */
function overlaps({ shape, strides }: Layout, kept: number): boolean {
  const dims = shape.map((_, d) => d).filter((d) => shape[d]! > 1 && (kept >> d) & 1);
  dims.sort((a, b) => strides[a]! - strides[b]!);
  let reach = 0;
  for (const d of dims) {
    if (strides[d]! <= reach) return true;
    reach += (shape[d]! - 1) * strides[d]!;
  }
  return false;
}

/** Whether a tensor shows an element of its memory more than once. */
export function overlapsItself(layout: Layout): boolean {
  return overlaps(layout, -1);
}

/** The dimensions to walk one index at a time so that what is left shows every element once; null where that takes long. */
function walkedDims(layout: Layout): number[] | null {
  const { shape } = layout;
  let best: number[] | null = null;
  let cost = 512;
  if (shape.length > 10) return null;
  for (let kept = 0; kept < 1 << shape.length; kept++) {
    const walked = shape.map((_, d) => d).filter((d) => !((kept >> d) & 1));
    const count = walked.reduce((n, d) => n * shape[d]!, 1);
    if (count < cost && !overlaps(layout, kept)) {
      best = walked;
      cost = count;
    }
  }
  return best;
}

/** Adds x into a buffer that begins at element `start` of its storage's numbering. */
function addAt(buffer: Tensor, x: Tensor, { shape, strides, storageOffset }: Layout, start: number): void {
  const walked = walkedDims({ shape, strides, storageOffset });
  if (walked === null) {
    const terms = strides.map((stride, axis) => ({ indices: null, axis, stride }));
    putAt(buffer, computeOffsets(shape, terms, storageOffset - start), contiguous(x.data), true);
    return;
  }
  const rest = shape.map((_, d) => d).filter((d) => !walked.includes(d));
  const sizes = rest.map((d) => shape[d]!);
  const step = (from: number, into: number, i: number) => {
    if (i === walked.length) {
      const part = new Tensor(x.storage, x.dtype, sizes, pick(x.strides, rest), from);
      const place = new Tensor(buffer.storage, buffer.dtype, sizes, pick(strides, rest), into);
      runBinary(Fn.add, place, part, place, computeType(x.dtype));
      return;
    }
    const d = walked[i]!;
    for (let k = 0; k < shape[d]!; k++) step(from + k * x.strides[d]!, into + k * strides[d]!, i + 1);
  };
  step(x.storageOffset, storageOffset - start, 0);
}

function pick(values: readonly number[], dims: readonly number[]): number[] {
  return dims.map((d) => values[d]!);
}

/**
 * What `to` shows of a memory of zeros into which x was added at the places of `from`: the gradient of a tensor laid
 * out as `to` when that of its strided view `from` is x. Its own gradient is the way back.
 */
export function transport(x: Tensor, from: Layout, to: Layout): Tensor {
  const out = emptyTensor(to.shape, x.dtype);
  if (sizeOf(from.shape) === 0) fillTensor(out, 0);
  else if (out.numel() > 0) {
    const start = Math.min(from.storageOffset, to.storageOffset);
    const buffer = fillTensor(emptyTensor([Math.max(endOf(from), endOf(to)) - start], x.dtype), 0);
    if (overlapsItself(from)) addAt(buffer, x, from, start);
    else {
      const place = new Tensor(buffer.storage, x.dtype, from.shape, from.strides, from.storageOffset - start);
      runUnary(Fn.copy, x, place, computeType(x.dtype));
    }
    const shown = new Tensor(buffer.storage, x.dtype, to.shape, to.strides, to.storageOffset - start);
    runUnary(Fn.copy, shown, out, computeType(x.dtype));
  }
  if (needsGraph(x)) record(out, "AsStridedBackward0", [x], null, (g) => transport(g, to, from));
  return out;
}

/** Where a tensor's elements lie. */
export function layoutOf({ shape, strides, storageOffset }: Tensor): Layout {
  return { shape, strides, storageOffset };
}

/** A view of any shape and strides on a tensor's own elements. */
export function stridedView(
  self: Tensor,
  name: string,
  shape: Shape,
  strides: readonly number[],
  storageOffset: number,
): Tensor {
  const own = layoutOf(self);
  const shown: Layout = { shape, strides, storageOffset };
  return view(self, name, shape, strides, storageOffset, (g) => transport(g, shown, own));
}

/**
 * A view of the tensor's storage with any sizes and strides.
 *
 * @param size sizes of the view
 * @param stride elements from one index to the next, for each dimension
 * @param storageOffset elements before the first one. Default: the tensor's own
 * @throws ShapeError unless there is a stride for each size, IndexError beyond the storage
 */
export function asStrided(
  self: Tensor,
  size: Shape,
  stride: Shape,
  storageOffset?: number | null | { readonly storageOffset?: number | null },
): Tensor {
  if (size.length !== stride.length || size.some((s) => s < 0) || stride.some((s) => s < 0)) {
    throw new ShapeError("as-strided", {
      path: "asStrided",
      rule: {
        en: `sizes and strides must be of equal number and not negative, got ${formatShape(size)} and ${formatShape(stride)}`,
        zh: `大小与步长的数量必须相同且不为负，得到的是 ${formatShape(size)} 与 ${formatShape(stride)}`,
      },
      expected: size.length,
      received: stride.length,
    });
  }
  const given = typeof storageOffset === "object" ? storageOffset?.storageOffset : storageOffset;
  const offset = given ?? self.storageOffset;
  const room = self.storage.bytes / self.dtype.itemsize;
  const end = sizeOf(size) === 0 ? offset : endOf({ shape: size, strides: stride, storageOffset: offset });
  if (offset < 0 || end > room) {
    throw new IndexError("as-strided-range", {
      path: "asStrided",
      rule: {
        en: `the view would reach element ${end - 1} of a storage of ${room}`,
        zh: `该视图会到达存储的第 ${end - 1} 个元素，而存储只有 ${room} 个`,
      },
      expected: room,
      received: end,
    });
  }
  return stridedView(self, "AsStridedBackward0", size, stride, offset);
}

/**
 * All windows of `size` elements along a dimension, `step` apart, as a view with the windows in a new last dimension.
 *
 * @throws IndexError where a window is larger than the dimension
 *
 * @example
 * torch.arange(5).unfold(0, 3, 1); // [[0, 1, 2], [1, 2, 3], [2, 3, 4]]
 */
export function unfold(self: Tensor, dimension: number, size: number, step: number): Tensor {
  const d = normalizeDim("unfold", dimension, self.shape.length);
  const length = self.shape[d] ?? 1;
  if (!(size >= 0 && size <= length) || !(step > 0)) {
    throw new IndexError("unfold-range", {
      path: "unfold",
      rule: {
        en: `windows of ${size} every ${step} elements do not fit dimension ${d} of size ${length}`,
        zh: `每隔 ${step} 个元素、大小为 ${size} 的窗口不适合大小为 ${length} 的第 ${d} 维`,
      },
      expected: length,
      received: [size, step],
    });
  }
  if (self.shape.length === 0) {
    return stridedView(self, "UnfoldBackward0", [size], [1], self.storageOffset);
  }
  const shape = self.shape.map((s, i) => (i === d ? Math.floor((length - size) / step) + 1 : s));
  const strides = self.strides.map((s, i) => (i === d ? s * step : s));
  return stridedView(self, "UnfoldBackward0", [...shape, size], [...strides, self.strides[d]!], self.storageOffset);
}
