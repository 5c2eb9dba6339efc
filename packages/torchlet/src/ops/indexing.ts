// Reading by index: as in Python, along a dimension, under a mask.
import { needsGraph, record } from "../autograd/index.js";
import { Fn, instructions, Op } from "../engine/index.js";
import { bool, int32 } from "../tensor/dtype.js";
import { broadcastShapes, normalizeDim, sizeOf } from "../tensor/shape.js";
import { emptyTensor, Tensor } from "../tensor/tensor.js";
import { computeType, runProgram, runUnary } from "./elementwise.js";
import { fillTensor } from "./fill.js";
import { advancedTerms, applyBasic, type Index, maskPositions, slice } from "./index-terms.js";
import { checkAlong, checkIndices, computeOffsets, gatherAlong, putAt, takeAt } from "./indexing-core.js";
import { contiguous, expand, reshape, select, unsqueeze } from "./views.js";

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

/** Elements of the flattened tensor by index. */
export function take(self: Tensor, indices: Tensor): Tensor {
  const flat = reshape(self, -1);
  return index(flat, checkIndices("take", indices, flat.shape[0]!, 0));
}
