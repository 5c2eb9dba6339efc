// Indexing: numbers, slices, masks and index tensors, for reading and for writing.
import { needsGraph, record } from "../autograd/index.js";
import { Fn, instructions, Op } from "../engine/index.js";
import { DTypeError, IndexError, ShapeError } from "../errors/index.js";
import { bool, int32, uint8 } from "../tensor/dtype.js";
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
import { mul } from "./arithmetic.js";
import { tensor } from "./creation.js";
import { computeType, conversionType, fit, runProgram, runUnary } from "./elementwise.js";
import { fillTensor } from "./fill.js";
import {
  checkAlong,
  checkIndices,
  computeOffsets,
  gatherAlong,
  type OffsetTerm,
  offsetsAlong,
  putAt,
  takeAt,
} from "./indexing-core.js";
import { add_, copy_ } from "./inplace.js";
import { checkInPlace, continueFrom, isRecorded, snapshot } from "./inplace-core.js";
import { scatterReduce } from "./scattering.js";
import { clone, contiguous, expand, reshape, select, slice as sliceDim, toDtype, unsqueeze } from "./views.js";

/** `torch.slice(start, stop, step)`: Python's `start:stop:step`. */
export class Slice {
  constructor(
    readonly start: number | null,
    readonly stop: number | null,
    readonly step: number | null,
  ) {}
}

/**
 * A range of a dimension for `index`: Python's `start:stop:step`; null means its end.
 *
 * @example
 * x.index(torch.slice(0, 2), torch.slice(null, null)); // x[0:2, :]
 */
export function slice(start: number | null = null, stop: number | null = null, step: number | null = null): Slice {
  return new Slice(start, stop, step);
}

/** One index: a number, a slice, `"..."`, null (a new dimension), an index or mask tensor, or a list of numbers. */
export type Index = number | Slice | "..." | null | Tensor | readonly number[] | readonly boolean[] | boolean;

interface Pending {
  view: Tensor;
  /** An index tensor for each dimension of the view that has one. */
  advanced: (Tensor | null)[];
}

/** Applies everything that is a view; index tensors stay for later. */
function applyBasic(self: Tensor, indices: readonly Index[]): Pending {
  const consumed = indices.reduce<number>(
    (n, i) =>
      n + (i === null || i === "..." || typeof i === "boolean" ? 0 : isMask(i) ? (i as Tensor).shape.length : 1),
    0,
  );
  if (consumed > self.shape.length) {
    throw new IndexError("too-many-indices", {
      path: "index",
      rule: {
        en: `${consumed} indices for a tensor of ${self.shape.length} dimensions`,
        zh: `对 ${self.shape.length} 维张量使用了 ${consumed} 个索引`,
      },
      expected: self.shape.length,
      received: consumed,
    });
  }
  let view = self;
  let dim = 0;
  const advanced: (Tensor | null)[] = [];
  const skip = (n: number) => {
    for (; n > 0; n--, dim++) advanced.push(null);
  };
  for (const index of indices) {
    if (typeof index === "number") {
      view = select(view, dim, index);
    } else if (index === null) {
      view = unsqueeze(view, dim);
      skip(1);
    } else if (index === "...") {
      skip(self.shape.length - consumed);
    } else if (index instanceof Slice) {
      const step = index.step ?? 1;
      if (step <= 0) {
        throw new IndexError("slice-step", {
          path: "index",
          rule: { en: `slice step must be positive, got ${step}`, zh: `切片步长必须为正，得到的是 ${step}` },
          received: step,
          hint: { en: "use flip() to reverse", zh: "反转请用 flip()" },
        });
      }
      view = sliceDim(view, dim, index.start ?? 0, index.stop ?? view.shape[dim]!, step);
      skip(1);
    } else {
      const t = index instanceof Tensor ? index : tensor(index as number[]);
      if (isMask(t) && t.shape.length === 0) {
        // One truth value: a new dimension with all of the rest, or with nothing.
        view = unsqueeze(view, dim);
        advanced.push(nonzeroPositions(t));
        dim++;
      } else if (isMask(t)) {
        for (const positions of maskPositions(t, view.shape.slice(dim, dim + t.shape.length))) {
          advanced.push(positions);
          dim++;
        }
      } else {
        advanced.push(checkIndices("index", t, view.shape[dim]!, dim));
        dim++;
      }
    }
  }
  return { view, advanced };
}

function isMask(index: Index): boolean {
  return index instanceof Tensor && (index.dtype === bool || index.dtype === uint8);
}

/** The positions of a mask's true elements, one int32 tensor a dimension. */
function maskPositions(mask: Tensor, shape: Shape): Tensor[] {
  if (mask.shape.some((size, d) => size !== shape[d])) {
    throw new IndexError("mask-shape", {
      path: "index",
      rule: {
        en: `the mask has shape ${formatShape(mask.shape)}, the indexed dimensions ${formatShape(shape)}`,
        zh: `掩码的形状为 ${formatShape(mask.shape)}，而被索引的维度为 ${formatShape(shape)}`,
      },
      expected: [...shape],
      received: [...mask.shape],
    });
  }
  const linear = nonzeroPositions(mask);
  const strides = contiguousStrides(mask.shape);
  return mask.shape.map((size, d) => {
    const out = emptyTensor(linear.shape, int32);
    return runProgram(
      out,
      2,
      [linear, strides[d]!, size],
      [
        { fn: Fn.floorDivide, a: 0, b: 1 },
        { fn: Fn.remainder, a: 3, b: 2 },
      ],
    );
  });
}

/** Linear positions of the elements that are not 0. */
function nonzeroPositions(x: Tensor): Tensor {
  const source = contiguous(x.data);
  const count = instructions.nonzero(source.dtype.code, source.numel(), source.address(), 0);
  const out = emptyTensor([count], int32);
  const from = source.address();
  instructions.nonzero(source.dtype.code, source.numel(), from, out.address());
  return out;
}

/** Options of `nonzero`. */
export interface NonzeroOptions {
  /** Whether a vector for each dimension is wanted, as an index takes them. Default: false. */
  readonly asTuple?: boolean;
}

/** Indices of the elements that are not 0: shape (found, ndim), or with `asTuple` a vector for each dimension. */
export function nonzero(self: Tensor): Tensor;
export function nonzero(self: Tensor, options: { readonly asTuple: true }): Tensor[];
export function nonzero(self: Tensor, options: NonzeroOptions): Tensor | Tensor[];
export function nonzero(self: Tensor, options?: NonzeroOptions): Tensor | Tensor[] {
  if (options?.asTuple) {
    const x = self.shape.length === 0 ? unsqueeze(self, 0) : self;
    return maskPositions(truths(x), x.shape);
  }
  const positions = maskPositions(truths(self), self.shape);
  const count = positions[0]?.shape[0] ?? (self.item() !== 0 ? 1 : 0);
  const out = emptyTensor([count, self.shape.length], int32);
  positions.forEach((p, d) => {
    runUnary(Fn.copy, p, select(out.data, 1, d), 2);
  });
  return out;
}

function truths(x: Tensor): Tensor {
  return runProgram(emptyTensor(x.shape, bool), computeType(x.dtype), [x, 0], [{ fn: Fn.ne, a: 0, b: 1 }]);
}

/** `nonzero` by its NumPy name. */
export function argwhere(self: Tensor): Tensor {
  return nonzero(self);
}

/** The result's shape and offset terms of index tensors over a view. */
function advancedTerms({ view, advanced }: Pending): { shape: Shape; terms: OffsetTerm[] } {
  const full = [...advanced, ...new Array<Tensor | null>(view.shape.length - advanced.length).fill(null)];
  const used = full.flatMap((t, d) => (t === null ? [] : [d]));
  const indexShape = broadcastShapes("index", ...used.map((d) => full[d]!.shape));
  const adjacent = used.every((d, i) => i === 0 || d === used[i - 1]! + 1);
  // Next to each other the indexed dimensions are replaced in place, otherwise the result's come first.
  const lead = adjacent ? used[0]! : 0;
  const rest = full.flatMap((t, d) => (t === null ? [d] : []));
  const before = rest.filter((_, i) => i < lead);
  const after = rest.filter((_, i) => i >= lead);
  const shape = [...before.map((d) => view.shape[d]!), ...indexShape, ...after.map((d) => view.shape[d]!)];
  const terms: OffsetTerm[] = [];
  before.forEach((d, i) => {
    terms.push({ indices: null, axis: i, stride: view.strides[d]! });
  });
  after.forEach((d, i) => {
    terms.push({ indices: null, axis: before.length + indexShape.length + i, stride: view.strides[d]! });
  });
  for (const d of used) {
    const t = full[d]!;
    // Trailing dimensions of size 1 line the indices up with their place in the result.
    const aligned = new Tensor(
      t.storage,
      t.dtype,
      [...t.shape, ...after.map(() => 1)],
      [...t.strides, ...after.map(() => 0)],
      t.storageOffset,
    );
    terms.push({ indices: aligned, axis: 0, stride: view.strides[d]! });
  }
  return { shape, terms };
}

/**
 * Indexing as in Python: `x.index(0)` is `x[0]`, `x.index(torch.slice(0, 2), 1)` is `x[0:2, 1]`,
 * `x.index([0, 1], y)` is `x[[0, 1], y]`, `x.index(mask)` is `x[mask]`.
 *
 * Numbers and slices give views; index tensors and masks give copies.
 *
 * @throws IndexError for an index outside its dimension, and for too many of them
 */
export function index(self: Tensor, ...indices: Index[]): Tensor {
  const pending = applyBasic(self, indices);
  if (pending.advanced.every((t) => t === null)) return pending.view;
  const { view } = pending;
  const { shape, terms } = advancedTerms(pending);
  const offsets = computeOffsets(shape, terms, 0);
  const out = takeAt(view, offsets);
  if (needsGraph(view)) {
    const { shape: whole } = view;
    record(out, "IndexBackward0", [view], null, (g) => {
      const zeros = fillTensor(emptyTensor(whole, g.dtype), 0);
      const dense = { view: zeros, advanced: pending.advanced };
      putAt(zeros, computeOffsets(shape, advancedTerms(dense).terms, 0), contiguous(g.data), true);
      if (needsGraph(g))
        record(zeros, "IndexPutBackward0", [g], null, (gg) => index(gg, ...pending.advanced.map((t) => t ?? slice())));
      return zeros;
    });
  }
  return out;
}

/** Options of `indexPut` and `indexPut_`. */
export interface IndexPutOptions {
  /** Adds instead of replacing; elements named twice count twice. Default: false. */
  readonly accumulate?: boolean;
}

/** Values, broadcast, written or added at index tensors of a tensor without strides of its own; recorded. */
function putTensors(target: Tensor, advanced: Pending["advanced"], value: Tensor, accumulate: boolean): Tensor {
  const out = runUnary(Fn.copy, target, emptyTensor(target.shape, target.dtype), computeType(target.dtype));
  putValues({ view: out, advanced }, value, accumulate);
  if (needsGraph(target, value)) {
    const through = advanced.map((t) => t ?? slice());
    record(out, "IndexPutBackward0", [target, value], null, (g, node) => [
      node.needs(0) ? (accumulate ? g : putTensors(g, advanced, zeroOf(g), false)) : null,
      node.needs(1) ? fit(index(g, ...through), value) : null,
    ]);
  }
  return out;
}

function zeroOf(like: Tensor): Tensor {
  return fillTensor(emptyTensor([], like.dtype), 0);
}

/** Values written or added at index tensors, in place; not recorded. */
function putValues(pending: Pending, value: Tensor, accumulate: boolean): void {
  const { view } = pending;
  const { shape, terms } = advancedTerms(pending);
  if (!sameShape(broadcastShapes("indexPut_", shape, value.shape), shape))
    throw putShapeError("indexPut_", shape, value.shape);
  const values = emptyTensor(shape, view.dtype);
  runProgram(values, conversionType(value.dtype, view.dtype), [value], [{ fn: Fn.copy, a: 0 }]);
  putAt(view, computeOffsets(shape, terms, 0), values, accumulate);
}

/**
 * Writes through an index, in place: `x.indexPut_([0], 5)` is `x[0] = 5`.
 *
 * @param value broadcast over the indexed shape
 * @throws AutogradError for a leaf that requires a gradient, ShapeError where the value does not fit
 *
 * @example
 * x.indexPut_([x.lt(0)], 0); // x[x < 0] = 0
 */
export function indexPut_(
  self: Tensor,
  indices: readonly Index[],
  value: Tensor | number,
  options: IndexPutOptions | boolean = {},
): Tensor {
  const accumulate = typeof options === "boolean" ? options : (options.accumulate ?? false);
  const recorded = isRecorded(self, value);
  checkInPlace("indexPut_", self, recorded);
  const pending = applyBasic(recorded ? self : self.data, indices);
  const { view, advanced } = pending;
  const source = typeof value === "number" ? fillTensor(emptyTensor([], self.dtype), value) : value;
  if (advanced.every((t) => t === null)) {
    if (!sameShape(broadcastShapes("indexPut_", view.shape, source.shape), view.shape))
      throw putShapeError("indexPut_", view.shape, source.shape);
    if (accumulate) add_(view, source);
    else copy_(view, source);
    return self;
  }
  if (recorded) {
    const result = putTensors(snapshot(view), advanced, source, accumulate);
    runUnary(Fn.copy, result, view, computeType(view.dtype));
    continueFrom(view, result);
  } else {
    putValues(pending, source, accumulate);
  }
  self.storage.version++;
  return self;
}

/** A copy with a value written through an index: `indexPut_` that leaves the tensor as it is. */
export function indexPut(
  self: Tensor,
  indices: readonly Index[],
  value: Tensor | number,
  options: IndexPutOptions | boolean = {},
): Tensor {
  return indexPut_(clone(self), indices, value, options);
}

function putShapeError(who: string, target: Shape, source: Shape): ShapeError {
  return new ShapeError("index-put-shape", {
    path: who,
    rule: {
      en: `a value of shape ${formatShape(source)} does not fit into the indexed shape ${formatShape(target)}`,
      zh: `形状为 ${formatShape(source)} 的值无法写入形状为 ${formatShape(target)} 的位置`,
    },
    expected: [...target],
    received: [...source],
  });
}

/**
 * Elements along a dimension by index; the index has as many dimensions as the tensor.
 *
 * @throws IndexError for an index outside the dimension
 */
export function gather(self: Tensor, dim: number, indices: Tensor): Tensor {
  const d = normalizeDim("gather", dim, self.shape.length);
  if (self.shape.length === 0 && indices.shape.length === 1) {
    return gather(reshape(self, [1]), 0, indices);
  }
  checkAlong("gather", indices, d, self.shape);
  return gatherAlong(self, checkIndices("gather", indices, self.shape[d] ?? 1, d), d);
}

/** Whole rows of a contiguous tensor; not recorded. */
function takeRows(self: Tensor, rows: Tensor): Tensor {
  const out = emptyTensor([rows.numel(), ...self.shape.slice(1)], self.dtype);
  const from = self.address();
  const at = rows.address();
  const { code } = self.dtype;
  instructions.plain(
    Op.gatherRows,
    [from, code, sizeOf(self.shape.slice(1)), at, rows.numel(), out.address(), code, 0],
    [1],
    out.numel() * 0.2,
  );
  return out;
}

/** Along a dimension, the indices named by a vector. */
export function indexSelect(self: Tensor, dim: number, indices: Tensor): Tensor {
  const d = normalizeDim("indexSelect", dim, self.shape.length);
  const flat = checkIndices("indexSelect", indices, self.shape[d] ?? 1, d);
  if (self.shape.length === 0) return select(unsqueeze(self, 0), 0, 0);
  if (d === 0 && self.dense && !needsGraph(self)) return takeRows(self, flat);
  const aligned = new Tensor(
    flat.storage,
    flat.dtype,
    flat.shape.length === 0 ? [1] : flat.shape,
    flat.shape.length === 0 ? [1] : flat.strides,
    flat.storageOffset,
  );
  return index(self, ...Array.from({ length: d }, () => slice()), aligned);
}

/** The elements where a mask (broadcast) holds, as a vector. */
export function maskedSelect(self: Tensor, mask: Tensor): Tensor {
  const shape = broadcastShapes("maskedSelect", self.shape, mask.shape);
  return index(reshape(expand(self, shape), [-1]), reshape(expand(mask, shape), [-1]));
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

/** A copy with values written (or added) at indices of the flattened tensor. */
export function put(
  self: Tensor,
  indices: Tensor,
  source: Tensor,
  accumulate: boolean | IndexPutOptions = false,
): Tensor {
  const add = typeof accumulate === "boolean" ? accumulate : (accumulate.accumulate ?? false);
  const flat = reshape(indices, [-1]);
  const out = indexPut(reshape(self, [-1]), [flat], reshape(source, [-1]), { accumulate: add });
  return reshape(out, self.shape);
}

/** Elements of the flattened tensor by index. */
export function take(self: Tensor, indices: Tensor): Tensor {
  const flat = reshape(self, -1);
  return index(flat, checkIndices("take", indices, flat.shape[0]!, 0));
}
