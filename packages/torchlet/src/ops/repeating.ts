// Tensors repeated: by a view where nothing is copied, else by one copy of such a view.
import { instructions, Op } from "../engine/index.js";
import { ShapeError, ValueError } from "../errors/index.js";
import { bool, int32, uint8 } from "../tensor/dtype.js";
import { broadcastShapes, formatShape, normalizeDim, type Shape, sameShape } from "../tensor/shape.js";
import { emptyTensor, type Tensor } from "../tensor/tensor.js";
import { isOptions, readKeywords } from "./arguments.js";
import { indexSelect } from "./indexing.js";
import { sumToShape } from "./reduce-core.js";
import { sum } from "./reduction.js";
import { clone, contiguous, expand, reshape, type Sizes, sizesOf, toDtype, unsqueeze } from "./views.js";

/** `expand` as a function: the tensor repeated to a shape without copying. */
export function broadcastTo(self: Tensor, size: Shape): Tensor {
  return expand(self, size);
}

/** All tensors expanded to the shape that they broadcast to. */
export function broadcastTensors(...tensors: Tensor[] | [readonly Tensor[]]): Tensor[] {
  const list = (Array.isArray(tensors[0]) ? tensors[0] : tensors) as readonly Tensor[];
  if (list.length === 0) return [];
  const shape = broadcastShapes("broadcastTensors", ...list.map((x) => x.shape));
  return list.map((x) => expand(x, shape));
}

/** The shape that shapes broadcast to. */
export function broadcastShapesOf(...shapes: (number | Shape)[]): number[] {
  const list = shapes.map((s) => (typeof s === "number" ? [s] : s));
  return list.length === 0 ? [] : [...broadcastShapes("broadcastShapes", ...list)];
}

/** The whole tensor side by side `counts[d]` times along each dimension; counts are aligned at the right. */
function tiled(who: string, self: Tensor, counts: Shape): Tensor {
  const lead = counts.length - self.shape.length;
  if (lead < 0 || counts.some((c) => !Number.isInteger(c) || c < 0)) {
    throw new ShapeError("repeat-counts", {
      path: who,
      rule: {
        en: `there must be a non-negative count for each of the ${self.shape.length} dimensions, got ${formatShape(counts)}`,
        zh: `${self.shape.length} 个维度各需一个非负次数，得到的是 ${formatShape(counts)}`,
      },
      expected: self.shape.length,
      received: [...counts],
    });
  }
  const sizes = counts.map((_, d) => (d < lead ? 1 : self.shape[d - lead]!));
  const apart = sizes.flatMap((s) => [1, s]);
  const wide = sizes.flatMap((s, d) => [counts[d]!, s]);
  const spread = expand(reshape(self, apart), wide);
  // The copy is always made: a result that shared memory with its source would change with it.
  return reshape(
    clone(spread),
    sizes.map((s, d) => s * counts[d]!),
  );
}

/**
 * The whole tensor repeated, `sizes[d]` times along dimension d.
 *
 * @throws ShapeError for fewer counts than dimensions
 *
 * @example
 * torch.tensor([1, 2]).repeat(2, 2); // [[1, 2, 1, 2], [1, 2, 1, 2]]
 */
export function repeat(self: Tensor, ...sizes: Sizes): Tensor {
  return tiled("repeat", self, sizesOf(sizes));
}

/** `repeat`, where counts that are missing on the left are 1. */
export function tile(self: Tensor, ...dims: Sizes | [{ readonly dims: Shape }]): Tensor {
  const counts = isOptions(dims[0]) ? (dims[0] as { dims: Shape }).dims : sizesOf(dims as Sizes);
  const missing = Math.max(self.shape.length - counts.length, 0);
  return tiled("tile", self, [...new Array<number>(missing).fill(1), ...counts]);
}

/** Options of `repeatInterleave`. */
export interface RepeatInterleaveOptions {
  readonly repeats?: number | Tensor;
  /** Default: the flattened tensor. */
  readonly dim?: number | null;
  /** The size that the repeated dimension gets, checked where it is given. */
  readonly outputSize?: number | null;
}

function negativeRepeats(received: number): ValueError {
  return new ValueError("repeats-negative", {
    path: "repeatInterleave",
    rule: { en: `repeats must not be negative, got ${received}`, zh: `repeats 不能为负，得到的是 ${received}` },
    received,
  });
}

/** The index i written counts[i] times, for every i in turn. */
function repeatedPositions(counts: Tensor): Tensor {
  const list = contiguous(toDtype(counts, int32));
  const n = list.numel();
  const [low] = n === 0 ? [0] : instructions.extent(n, list.address());
  if (low < 0) throw negativeRepeats(low);
  const out = emptyTensor([n === 0 ? 0 : sum(list).item()], int32);
  const from = list.address();
  instructions.plain(Op.repeatIndex, [n, from, out.address()]);
  return out;
}

/**
 * Every element (or index along `dim`) repeated in its place, `repeats` times or as often as a tensor says.
 *
 * @throws ValueError for negative repeats, ShapeError unless there is a count for each index
 *
 * @example
 * torch.repeatInterleave(torch.tensor([1, 2]), 2); // tensor([1, 1, 2, 2])
 */
export function repeatInterleave(
  self: Tensor,
  repeats?: number | Tensor | RepeatInterleaveOptions,
  dim?: number | null | RepeatInterleaveOptions,
  options?: RepeatInterleaveOptions,
): Tensor {
  const given = readKeywords<RepeatInterleaveOptions>(["repeats", "dim", "outputSize"], [repeats, dim, options]);
  if (given.repeats === undefined) return repeatedPositions(self);
  const flat = given.dim === undefined || given.dim === null;
  const x = flat ? reshape(self, [-1]) : self.shape.length === 0 ? reshape(self, [1]) : self;
  const d = flat ? 0 : normalizeDim("repeatInterleave", given.dim!, x.shape.length);
  const size = x.shape[d]!;
  if (typeof given.repeats === "number") {
    const { repeats: times } = given;
    if (!(times >= 0)) throw negativeRepeats(times);
    const wide = expand(unsqueeze(x, d + 1), [...x.shape.slice(0, d + 1), times, ...x.shape.slice(d + 1)]);
    return reshape(clone(wide), [...x.shape.slice(0, d), size * times, ...x.shape.slice(d + 1)]);
  }
  let counts = given.repeats;
  if (counts.numel() === 1) counts = expand(reshape(counts, [1]), [size]);
  if (counts.shape.length !== 1 || counts.shape[0] !== size) {
    throw new ShapeError("repeats-shape", {
      path: "repeatInterleave",
      rule: {
        en: `repeats must have ${size} elements, one for each index of dimension ${d}, got shape ${formatShape(counts.shape)}`,
        zh: `repeats 必须有 ${size} 个元素（第 ${d} 维每个索引一个），得到的形状为 ${formatShape(counts.shape)}`,
      },
      expected: size,
      received: [...counts.shape],
    });
  }
  return indexSelect(x, d, repeatedPositions(counts));
}

/**
 * The sum over broadcast dimensions that brings a tensor to a shape: the opposite of `expand`.
 *
 * @throws ShapeError unless the shape expands to the tensor's
 */
export function sumToSize(self: Tensor, ...sizes: Sizes): Tensor {
  const shape = sizesOf(sizes);
  const lead = self.shape.length - shape.length;
  if (lead < 0 || shape.some((s, d) => s !== 1 && s !== self.shape[d + lead])) {
    throw new ShapeError("sum-to-size", {
      path: "sumToSize",
      rule: {
        en: `shape ${formatShape(shape)} does not expand to ${formatShape(self.shape)}`,
        zh: `形状 ${formatShape(shape)} 无法扩展为 ${formatShape(self.shape)}`,
      },
      expected: [...self.shape],
      received: [...shape],
    });
  }
  if (sameShape(shape, self.shape)) return self;
  return sumToShape(self.dtype === bool || self.dtype === uint8 ? toDtype(self, int32) : self, shape);
}
