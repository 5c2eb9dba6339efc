import { Fn, instructions } from "../engine/index.js";
import { IndexError } from "../errors/index.js";
import { bool, int32, uint8 } from "../tensor/dtype.js";
import { broadcastShapes, contiguousStrides, formatShape, type Shape } from "../tensor/shape.js";
import { emptyTensor, Tensor } from "../tensor/tensor.js";
import { tensor } from "./creation.js";
import { runProgram } from "./elementwise.js";
import { checkIndices, type OffsetTerm } from "./indexing-core.js";
import { contiguous, select, slice as sliceDim, unsqueeze } from "./views.js";

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

/** Indices as far as they are views, and what is left of them. */
export interface Pending {
  view: Tensor;
  /** An index tensor for each dimension of the view that has one. */
  advanced: (Tensor | null)[];
}

/** Applies everything that is a view; index tensors stay for later. */
export function applyBasic(self: Tensor, indices: readonly Index[]): Pending {
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
export function maskPositions(mask: Tensor, shape: Shape): Tensor[] {
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
export function nonzeroPositions(x: Tensor): Tensor {
  const source = contiguous(x.data);
  const count = instructions.nonzero(source.dtype.code, source.numel(), source.address(), 0);
  const out = emptyTensor([count], int32);
  const from = source.address();
  instructions.nonzero(source.dtype.code, source.numel(), from, out.address());
  return out;
}

/** The result's shape and offset terms of index tensors over a view. */
export function advancedTerms({ view, advanced }: Pending): { shape: Shape; terms: OffsetTerm[] } {
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
