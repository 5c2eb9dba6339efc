// Order: sorting, and the order statistics that come from it. Values are gathered, so gradients go where they came from.
import { instructions, Op } from "../engine/index.js";
import { IndexError, ValueError } from "../errors/index.js";
import { int32 } from "../tensor/dtype.js";
import { formatShape, normalizeDim, sizeOf } from "../tensor/shape.js";
import { emptyTensor, type Tensor } from "../tensor/tensor.js";
import { readKeywords } from "./arguments.js";
import { floorDivide, maximum, sub } from "./arithmetic.js";
import { where } from "./comparison.js";
import { gatherAlong } from "./indexing-core.js";
import { any, sum } from "./reduction.js";
import { isnan, logicalNot } from "./unary.js";
import { toDtype as cast, clone, contiguous, narrow, reshape, squeeze, transpose } from "./views.js";

/** Positions along a dimension that sort it; equal elements keep their order. */
export function orderAlong(self: Tensor, dim: number, descending: boolean): Tensor {
  if (self.shape.length === 0) {
    const out = emptyTensor([], int32);
    instructions.fill(int32.code, 1, out.address(), 0);
    return out;
  }
  const rows = contiguous(transpose(self.data, dim, -1));
  const n = self.shape[dim]!;
  const order = emptyTensor(rows.shape, int32);
  const scratch = emptyTensor([n], int32);
  if (rows.numel() > 0) {
    const from = rows.address();
    const to = order.address();
    instructions.plain(Op.sort, [
      self.dtype.code,
      rows.numel() / n,
      n,
      from,
      to,
      scratch.address(),
      descending ? 1 : 0,
    ]);
  }
  return contiguous(transpose(order, dim, -1));
}

/** The elements at positions along a dimension; for a 0-dimensional tensor, the tensor. */
export function pickAlong(self: Tensor, order: Tensor, dim: number): Tensor {
  return self.shape.length === 0 ? clone(self) : gatherAlong(self, order, dim);
}

/** Options of `sort` and `argsort`. */
export interface SortOptions {
  /** Default: -1. */
  readonly dim?: number;
  /** Default: false. */
  readonly descending?: boolean;
  /** Equal elements always keep their order here. */
  readonly stable?: boolean;
}

function readSort(who: string, self: Tensor, dim: number | SortOptions | undefined, rest: readonly unknown[]) {
  const given = readKeywords<SortOptions>(["dim", "descending", "stable"], [dim, ...rest]);
  return { d: normalizeDim(who, given.dim ?? -1, self.shape.length), descending: given.descending ?? false };
}

/**
 * The elements along a dimension in ascending order, and where they came from. NaN counts as the largest.
 *
 * @param dim Default: -1
 * @returns values and int32 indices
 *
 * @example
 * const [values, indices] = torch.sort(torch.tensor([3, 1, 2])); // [1, 2, 3], [1, 2, 0]
 */
export function sort(
  self: Tensor,
  dim?: number | SortOptions,
  descending?: boolean | SortOptions,
  stable?: boolean | SortOptions,
): [Tensor, Tensor] {
  const { d, descending: down } = readSort("sort", self, dim, [descending, stable]);
  const order = orderAlong(self, d, down);
  return [pickAlong(self, order, d), order];
}

/** The indices that sort a dimension. */
export function argsort(
  self: Tensor,
  dim?: number | SortOptions,
  descending?: boolean | SortOptions,
  stable?: boolean | SortOptions,
): Tensor {
  const { d, descending: down } = readSort("argsort", self, dim, [descending, stable]);
  return orderAlong(self, d, down);
}

/** The tensor sorted along its first dimension. */
export function msort(self: Tensor): Tensor {
  return sort(self, 0)[0];
}

/** Options of `topk`. */
export interface TopkOptions {
  readonly k?: number;
  /** Default: -1. */
  readonly dim?: number;
  /** Whether the largest or the smallest are wanted. Default: true. */
  readonly largest?: boolean;
  /** They come sorted in any case. */
  readonly sorted?: boolean;
}

function kError(who: string, k: number | undefined, size: number): IndexError {
  return new IndexError("k-range", {
    path: who,
    rule: {
      en: `k must be an integer of at most ${size}, the size of the dimension, got ${k}`,
      zh: `k 必须是不超过该维大小 ${size} 的整数，得到的是 ${k}`,
    },
    expected: size,
    received: k,
  });
}

/**
 * The k largest (or smallest) elements along a dimension, sorted, and where they came from.
 *
 * @throws IndexError for k beyond the size of the dimension
 */
export function topk(
  self: Tensor,
  k: number | TopkOptions,
  dim?: number | TopkOptions,
  largest?: boolean | TopkOptions,
  sorted?: boolean | TopkOptions,
): [Tensor, Tensor] {
  const given = readKeywords<TopkOptions>(["k", "dim", "largest", "sorted"], [k, dim, largest, sorted]);
  const d = normalizeDim("topk", given.dim ?? -1, self.shape.length);
  const size = self.shape[d] ?? 1;
  const count = given.k;
  if (count === undefined || !Number.isInteger(count) || count < 0 || count > size) throw kError("topk", count, size);
  const order = orderAlong(self, d, given.largest ?? true);
  if (self.shape.length === 0) return [pickAlong(self, order, d), order];
  const first = contiguous(narrow(order, d, 0, count));
  return [pickAlong(self, first, d), first];
}

/** Options of order statistics along a dimension. */
export interface AlongOptions {
  readonly dim?: number | null;
  readonly keepdim?: boolean;
}

/** Elements at one position a row, the dimension gone unless `keepdim`. */
function picked(self: Tensor, at: Tensor, dim: number, keepdim: boolean): [Tensor, Tensor] {
  const values = pickAlong(self, at, dim);
  if (keepdim || self.shape.length === 0) return [values, at];
  return [squeeze(values, dim), squeeze(at, dim)];
}

/** Options of `kthvalue`. */
export interface KthvalueOptions extends AlongOptions {
  readonly k?: number;
}

/** The k-th smallest element (from 1) along a dimension (default -1), and its index. */
export function kthvalue(
  self: Tensor,
  k: number | KthvalueOptions,
  dim?: number | KthvalueOptions,
  keepdim?: boolean | KthvalueOptions,
): [Tensor, Tensor] {
  const given = readKeywords<KthvalueOptions>(["k", "dim", "keepdim"], [k, dim, keepdim]);
  const d = normalizeDim("kthvalue", given.dim ?? -1, self.shape.length);
  const size = self.shape[d] ?? 1;
  const at = given.k;
  if (at === undefined || !Number.isInteger(at) || at < 1 || at > size) throw kError("kthvalue", at, size);
  const order = orderAlong(self, d, false);
  const one = self.shape.length === 0 ? order : contiguous(narrow(order, d, at - 1, 1));
  return picked(self, one, d, given.keepdim ?? false);
}

/** The lower median along a dimension: where NaN is met it wins, or is left out. */
function medianAlong(self: Tensor, d: number, keepdim: boolean, ignoreNan: boolean): [Tensor, Tensor] {
  const size = self.shape[d] ?? 1;
  if (size === 0) {
    throw new IndexError("median-empty", {
      path: "median",
      rule: {
        en: `dimension ${d} of shape ${formatShape(self.shape)} has no elements`,
        zh: `形状 ${formatShape(self.shape)} 的第 ${d} 维没有元素`,
      },
      received: [...self.shape],
    });
  }
  const order = orderAlong(self, d, false);
  if (self.shape.length === 0) return [clone(self), order];
  let at: Tensor;
  const middle = (size - 1) >> 1;
  if (!self.dtype.isFloatingPoint) at = contiguous(narrow(order, d, middle, 1));
  else {
    const nan = isnan(self.data);
    // NaN stands last: among n numbers the lower median is at (n - 1) / 2; the first NaN is at n.
    const numbers = sum(logicalNot(nan), d, { keepdim: true });
    const place = ignoreNan
      ? maximum(floorDivide(sub(numbers, 1), 2), 0)
      : where(any(nan, d, { keepdim: true }), numbers, middle);
    at = gatherAlong(order, contiguous(cast(place, int32)), d);
  }
  return picked(self, at, d, keepdim);
}

function median1(
  self: Tensor,
  dim: number | AlongOptions | undefined,
  keepdim: boolean | AlongOptions | undefined,
  ignoreNan: boolean,
): Tensor | [Tensor, Tensor] {
  const given = readKeywords<AlongOptions>(["dim", "keepdim"], [dim, keepdim]);
  if (given.dim !== undefined && given.dim !== null) {
    const d = normalizeDim("median", given.dim, self.shape.length);
    return medianAlong(self, d, given.keepdim ?? false, ignoreNan);
  }
  if (self.numel() === 0) {
    const none = emptyTensor([], self.dtype);
    instructions.fill(self.dtype.code, 1, none.address(), self.dtype.isFloatingPoint ? Number.NaN : 0);
    return none;
  }
  return medianAlong(reshape(self, [-1]), 0, false, ignoreNan)[0];
}

/**
 * The median of all elements (the lower of two), or the medians along a dimension with their indices. NaN wins.
 *
 * @example
 * torch.median(torch.tensor([1, 3, 2, 4])); // 2
 */
export function median(self: Tensor): Tensor;
export function median(self: Tensor, dim: number, keepdim?: boolean | AlongOptions): [Tensor, Tensor];
export function median(self: Tensor, options: AlongOptions): Tensor | [Tensor, Tensor];
export function median(
  self: Tensor,
  dim?: number | AlongOptions,
  keepdim?: boolean | AlongOptions,
): Tensor | [Tensor, Tensor] {
  return median1(self, dim, keepdim, false);
}

/** `median` that leaves NaN out. */
export function nanmedian(self: Tensor): Tensor;
export function nanmedian(self: Tensor, dim: number, keepdim?: boolean | AlongOptions): [Tensor, Tensor];
export function nanmedian(self: Tensor, options: AlongOptions): Tensor | [Tensor, Tensor];
export function nanmedian(
  self: Tensor,
  dim?: number | AlongOptions,
  keepdim?: boolean | AlongOptions,
): Tensor | [Tensor, Tensor] {
  return median1(self, dim, keepdim, true);
}

/** The most frequent element along a dimension (default -1; the smallest of several), and its last index. */
export function mode(self: Tensor, dim?: number | AlongOptions, keepdim?: boolean | AlongOptions): [Tensor, Tensor] {
  const given = readKeywords<AlongOptions>(["dim", "keepdim"], [dim, keepdim]);
  const d = normalizeDim("mode", given.dim ?? -1, self.shape.length);
  const n = self.shape[d] ?? 1;
  if (self.shape.length === 0) return [clone(self), orderAlong(self, 0, false)];
  if (n === 0) {
    throw new ValueError("mode-empty", {
      path: "mode",
      rule: { en: `dimension ${d} has no elements`, zh: `第 ${d} 维没有元素` },
      received: [...self.shape],
    });
  }
  const rows = contiguous(transpose(self.data, d, -1));
  const order = contiguous(transpose(orderAlong(self, d, false), d, -1));
  const shape = [...rows.shape.slice(0, -1), 1];
  const at = emptyTensor(shape, int32);
  const keys = rows.address();
  const positions = order.address();
  instructions.plain(Op.mode, [self.dtype.code, sizeOf(shape), n, keys, positions, at.address()]);
  return picked(self, contiguous(transpose(at, d, -1)), d, given.keepdim ?? false);
}
