// Searching: places in sorted sequences, distinct elements, membership, counts.
import { instructions, Op } from "../engine/index.js";
import { ShapeError, ValueError } from "../errors/index.js";
import { bool, float64, int32, resultType } from "../tensor/dtype.js";
import { contiguousStrides, formatShape, normalizeDim, sameShape } from "../tensor/shape.js";
import { emptyTensor, Tensor } from "../tensor/tensor.js";
import { readKeywords } from "./arguments.js";
import { floorDivide, remainder, sub } from "./arithmetic.js";
import { movedim } from "./axes.js";
import { eq, ne } from "./comparison.js";
import { fillTensor } from "./fill.js";
import { index, indexSelect, nonzero } from "./indexing.js";
import { scatterAlong } from "./indexing-core.js";
import { cat } from "./joining.js";
import { any } from "./reduction.js";
import { orderAlong } from "./sorting.js";
import { logicalNot } from "./unary.js";
import { contiguous, narrow, reshape, select, toDtype } from "./views.js";

/** Options of `searchsorted` and `bucketize`. */
export interface SearchOptions {
  /** Whether equal elements are passed, so that the place is behind them. Default: false. */
  readonly right?: boolean;
  /** `"right"` is `right: true`. */
  readonly side?: "left" | "right";
  /** Positions that sort each sequence, where it is not sorted. */
  readonly sorter?: Tensor | null;
  /** All indices are int32 here. */
  readonly outInt32?: boolean;
}

/**
 * Where values belong in sorted sequences (rows of the last dimension, or one vector for all): the index of the first
 * element that is not smaller, with `right` of the first that is larger.
 *
 * @throws ShapeError unless the leading dimensions agree
 *
 * @example
 * torch.searchsorted(torch.tensor([1, 3, 5]), torch.tensor([3, 6])); // tensor([1, 3])
 */
export function searchsorted(sortedSequence: Tensor, self: Tensor | number, options: SearchOptions = {}): Tensor {
  const behind = options.right === true || options.side === "right";
  const given = self instanceof Tensor ? self : fillTensor(emptyTensor([], resultType([sortedSequence, self])), self);
  const single = sortedSequence.shape.length === 1;
  if (!single && !sameShape(sortedSequence.shape.slice(0, -1), given.shape.slice(0, -1))) {
    throw new ShapeError("searchsorted-shapes", {
      path: "searchsorted",
      rule: {
        en: `sequences of shape ${formatShape(sortedSequence.shape)} and values of shape ${formatShape(given.shape)} differ in a leading dimension`,
        zh: `形状为 ${formatShape(sortedSequence.shape)} 的序列与形状为 ${formatShape(given.shape)} 的值的前几维不一致`,
      },
      expected: [...sortedSequence.shape],
      received: [...given.shape],
    });
  }
  // Compared in float64, which holds every type exactly, unless they agree.
  const dtype = sortedSequence.dtype === given.dtype ? given.dtype : float64;
  const sequences = contiguous(toDtype(sortedSequence.data, dtype));
  const values = contiguous(toDtype(given.data, dtype));
  const sorter = options.sorter ? contiguous(toDtype(options.sorter, int32)) : null;
  const out = emptyTensor(given.shape, int32);
  const count = values.numel();
  if (count === 0) return out;
  const n = sequences.shape[sequences.shape.length - 1]!;
  const per = single ? count : (values.shape[values.shape.length - 1] ?? 1);
  const from = sequences.address();
  const at = values.address();
  const by = sorter === null ? 0 : sorter.address();
  instructions.plain(Op.searchSorted, [dtype.code, count, n, from, at, out.address(), behind ? 1 : 0, per, by]);
  return out;
}

/** The bucket that each value falls into, between ascending boundaries: `searchsorted` the other way round. */
export function bucketize(self: Tensor | number, boundaries: Tensor, options: SearchOptions = {}): Tensor {
  return searchsorted(boundaries, self, options);
}

/** Options of `unique` and `uniqueConsecutive`. */
export interface UniqueOptions {
  /** Elements come sorted in any case. */
  readonly sorted?: boolean;
  /** Also returns, for every element of the input, the index of its like. Default: false. */
  readonly returnInverse?: boolean;
  /** Also returns how often each occurs. Default: false. */
  readonly returnCounts?: boolean;
  /** Slices of this dimension are compared as wholes. Default: elements of the flattened tensor. */
  readonly dim?: number | null;
}

/** An order of the rows of a matrix in which equal ones are neighbours and the first column counts most. */
function rowOrder(rows: Tensor): Tensor {
  const [count, width] = rows.shape as [number, number];
  let order = emptyTensor([count], int32);
  instructions.plain(Op.iota, [int32.code, count, order.address()], [0, 1]);
  for (let c = width - 1; c >= 0; c--) {
    order = indexSelect(order, 0, orderAlong(indexSelect(select(rows, 1, c), 0, order), 0, false));
  }
  return order;
}

/** Groups of equal neighbours among rows: where each begins, and the group of every row. */
function groups(rows: Tensor): { starts: Tensor; group: Tensor } {
  const count = rows.shape[0]!;
  const differs =
    count < 2
      ? fillTensor(emptyTensor([0], bool), 0)
      : any(ne(narrow(rows, 0, 1, count - 1), narrow(rows, 0, 0, count - 1)), 1);
  const first = fillTensor(emptyTensor([Math.min(count, 1)], bool), 1);
  const starts = reshape(nonzero(cat([first, toDtype(differs, bool)])), [-1]);
  const place = emptyTensor([count], int32);
  instructions.plain(Op.iota, [int32.code, count, place.address()], [0, 1]);
  return { starts, group: sub(searchsorted(starts, place, { right: true }), 1) };
}

type UniqueResult = Tensor | [Tensor, ...Tensor[]];

function distinct(self: Tensor, options: UniqueOptions, consecutive: boolean): UniqueResult {
  const { returnInverse = false, returnCounts = false, dim } = options;
  const flat = dim === undefined || dim === null;
  const d = flat ? 0 : normalizeDim("unique", dim, self.shape.length);
  const source = self.data;
  const lines = flat
    ? reshape(source, [-1, 1])
    : movedim(source.shape.length === 0 ? reshape(source, [1]) : source, d, 0);
  const count = flat ? self.numel() : (self.shape[d] ?? 1);
  const rows = reshape(contiguous(lines), [count, count === 0 ? 1 : lines.numel() / count]);
  const order = consecutive ? null : flat ? orderAlong(reshape(rows, [-1]), 0, false) : rowOrder(rows);
  const sorted = order === null ? rows : indexSelect(rows, 0, order);
  const { starts, group } = groups(sorted);
  const firsts = order === null ? starts : indexSelect(order, 0, starts);
  const values = flat
    ? index(reshape(source, [-1]), firsts)
    : indexSelect(self.shape.length === 0 ? lines : source, d, firsts);
  const results: [Tensor, ...Tensor[]] = [values];
  if (returnInverse) {
    const inverse = order === null ? group : scatterAlong(group, order, 0, [count]);
    results.push(flat ? reshape(inverse, self.shape) : inverse);
  }
  if (returnCounts) {
    const end = fillTensor(emptyTensor([Math.min(count, 1)], int32), count);
    const edges = cat([starts, end]);
    const n = starts.shape[0]!;
    results.push(n === 0 ? starts : sub(narrow(edges, 0, 1, n), narrow(edges, 0, 0, n)));
  }
  return results.length === 1 ? values : results;
}

/**
 * The distinct elements (or slices of `dim`), sorted; on request where each element's like is, and how often it occurs.
 *
 * @example
 * torch.unique(torch.tensor([3, 1, 3])); // tensor([1, 3])
 * const [values, inverse, counts] = torch.unique(x, { returnInverse: true, returnCounts: true });
 */
export function unique(self: Tensor): Tensor;
export function unique(self: Tensor, options: UniqueOptions): UniqueResult;
export function unique(
  self: Tensor,
  sorted?: boolean | UniqueOptions,
  returnInverse?: boolean | UniqueOptions,
  returnCounts?: boolean | UniqueOptions,
  dim?: number | null | UniqueOptions,
): UniqueResult;
export function unique(
  self: Tensor,
  sorted?: boolean | UniqueOptions,
  returnInverse?: boolean | UniqueOptions,
  returnCounts?: boolean | UniqueOptions,
  dim?: number | null | UniqueOptions,
): UniqueResult {
  const names = ["sorted", "returnInverse", "returnCounts", "dim"] as const;
  return distinct(self, readKeywords<UniqueOptions>(names, [sorted, returnInverse, returnCounts, dim]), false);
}

/** The elements (or slices of `dim`) that differ from the one before. */
export function uniqueConsecutive(self: Tensor): Tensor;
export function uniqueConsecutive(
  self: Tensor,
  returnInverse?: boolean | UniqueOptions,
  returnCounts?: boolean | UniqueOptions,
  dim?: number | null | UniqueOptions,
): UniqueResult;
export function uniqueConsecutive(
  self: Tensor,
  returnInverse?: boolean | UniqueOptions,
  returnCounts?: boolean | UniqueOptions,
  dim?: number | null | UniqueOptions,
): UniqueResult {
  const names = ["returnInverse", "returnCounts", "dim"] as const;
  return distinct(self, readKeywords<UniqueOptions>(names, [returnInverse, returnCounts, dim]), true);
}

/** Options of `isin`. */
export interface IsinOptions {
  readonly assumeUnique?: boolean;
  /** Whether elements that are not among them are wanted. Default: false. */
  readonly invert?: boolean;
}

/** Whether each element is among the test elements. */
export function isin(elements: Tensor | number, testElements: Tensor | number, options: IsinOptions = {}): Tensor {
  const asTensor = (x: Tensor | number) =>
    x instanceof Tensor ? x.data : fillTensor(emptyTensor([], resultType([x])), x);
  const x = asTensor(elements);
  const tests = reshape(asTensor(testElements), [-1]);
  let found = fillTensor(emptyTensor(x.shape, bool), 0);
  if (tests.numel() > 0) {
    const dtype = x.dtype === tests.dtype ? x.dtype : float64;
    const order = orderAlong(tests, 0, false);
    const sorted = toDtype(indexSelect(tests, 0, order), dtype);
    const values = toDtype(x, dtype);
    // The place behind all equal elements: what stands before it is the element itself, if it is there.
    const place = sub(searchsorted(sorted, values, { right: true }), 1);
    found = eq(index(sorted, place), values);
  }
  return options.invert ? logicalNot(found) : found;
}

/** Options of `bincount`. */
export interface BincountOptions {
  /** What each element counts; without it 1. */
  readonly weights?: Tensor | null;
  /** The least number of bins. Default: 0. */
  readonly minlength?: number;
}

/**
 * How often 0, 1, 2, ... occur in a vector of non-negative integers, or the sums of their weights.
 *
 * @throws ValueError for negative or non-integer elements
 */
export function bincount(
  self: Tensor,
  weights?: Tensor | null | BincountOptions,
  minlength?: number | BincountOptions,
): Tensor {
  const given = readKeywords<BincountOptions>(["weights", "minlength"], [weights, minlength]);
  const least = given.minlength ?? 0;
  const values = contiguous(toDtype(self.data, int32));
  const [low, high] = values.numel() === 0 ? [0, -1] : instructions.extent(values.numel(), values.address());
  if (self.shape.length !== 1 || self.dtype.isFloatingPoint || low < 0 || least < 0) {
    throw new ValueError("bincount-values", {
      path: "bincount",
      rule: {
        en: `a vector of non-negative integers is needed, got ${self.dtype} of shape ${formatShape(self.shape)} with the smallest element ${low}`,
        zh: `需要非负整数向量，得到的是形状 ${formatShape(self.shape)} 的 ${self.dtype}，最小元素为 ${low}`,
      },
      received: low,
    });
  }
  const bins = Math.max(high + 1, least);
  const w = given.weights ?? null;
  if (w !== null && !sameShape(w.shape, values.shape)) {
    throw new ShapeError("bincount-weights", {
      path: "bincount",
      rule: {
        en: `weights must have shape ${formatShape(values.shape)}, got ${formatShape(w.shape)}`,
        zh: `weights 的形状必须是 ${formatShape(values.shape)}，得到的是 ${formatShape(w.shape)}`,
      },
      expected: [...values.shape],
      received: [...w.shape],
    });
  }
  const counted =
    w === null
      ? fillTensor(emptyTensor(values.shape, int32), 1)
      : contiguous(w.dtype.isFloatingPoint ? w.data : toDtype(w.data, float64));
  return scatterAlong(counted, values, 0, [bins]);
}

/**
 * The coordinates, one tensor a dimension, of elements counted through a shape.
 *
 * @example
 * torch.unravelIndex(torch.tensor([5]), [2, 3]); // [1], [2]
 */
export function unravelIndex(indices: Tensor, shape: number | readonly number[]): Tensor[] {
  const sizes = typeof shape === "number" ? [shape] : shape;
  const strides = contiguousStrides(sizes);
  return sizes.map((size, d) => remainder(floorDivide(indices, strides[d]!), size));
}
