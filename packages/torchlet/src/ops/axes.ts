// Dimensions moved, exchanged and reversed.
import { needsGraph, record } from "../autograd/index.js";
import { Fn } from "../engine/index.js";
import { ShapeError, ValueError } from "../errors/index.js";
import { formatShape, normalizeDim, normalizeDims, type Shape } from "../tensor/shape.js";
import { emptyTensor, Tensor } from "../tensor/tensor.js";
import { readKeywords } from "./arguments.js";
import { computeType, runUnary } from "./elementwise.js";
import { cat } from "./joining.js";
import { clone, narrow, permute, reshape, type Sizes, transpose } from "./views.js";

function needDims(who: string, self: Tensor, least: number): void {
  if (self.shape.length >= least) return;
  throw new ShapeError("dims-least", {
    path: who,
    rule: {
      en: `the tensor must have at least ${least} dimensions, got shape ${formatShape(self.shape)}`,
      zh: `张量至少要有 ${least} 维，得到的形状为 ${formatShape(self.shape)}`,
    },
    expected: least,
    received: self.shape.length,
  });
}

/**
 * Dimensions moved from `source` to `destination`; the others keep their order. A view.
 *
 * @throws ShapeError unless both name as many dimensions
 *
 * @example
 * torch.movedim(torch.ones(2, 3, 4), 0, -1).shape; // [3, 4, 2]
 */
export function movedim(self: Tensor, source: number | Shape, destination: number | Shape): Tensor {
  const ndim = self.shape.length;
  const list = (dims: number | Shape) =>
    (typeof dims === "number" ? [dims] : dims).map((d) => normalizeDim("movedim", d, ndim));
  const from = list(source);
  const to = list(destination);
  if (from.length !== to.length || new Set(from).size !== from.length || new Set(to).size !== to.length) {
    throw new ShapeError("movedim-dims", {
      path: "movedim",
      rule: {
        en: `source and destination must name as many different dimensions, got ${formatShape(from)} and ${formatShape(to)}`,
        zh: `source 与 destination 必须给出数量相同且互不重复的维度，得到的是 ${formatShape(from)} 与 ${formatShape(to)}`,
      },
      expected: from,
      received: to,
    });
  }
  if (ndim === 0) return permute(self, []);
  const rest = self.shape.map((_, d) => d).filter((d) => !from.includes(d));
  return permute(
    self,
    self.shape.map((_, d) => {
      const i = to.indexOf(d);
      return i >= 0 ? from[i]! : rest.shift()!;
    }),
  );
}

/** `movedim` by its NumPy name. */
export const moveaxis: typeof movedim = movedim;
/** `transpose` by its NumPy name. */
export const swapaxes: typeof transpose = transpose;
/** `transpose` by another name. */
export const swapdims: typeof transpose = transpose;

/**
 * Matrices of the last two dimensions transposed; in PyTorch the attribute `mT`. A view.
 *
 * @throws ShapeError for fewer than 2 dimensions
 */
export function mT(self: Tensor): Tensor {
  needDims("mT", self, 2);
  return transpose(self, -2, -1);
}

/** The transpose of matrices, which is the conjugate transpose where numbers are real. */
export function mH(self: Tensor): Tensor {
  needDims("mH", self, 2);
  return transpose(self, -2, -1);
}

/** The transpose of matrices, which is the conjugate transpose where numbers are real. */
export const adjoint: (self: Tensor) => Tensor = mH;

/** All dimensions in reverse order. */
export function reverseDims(self: Tensor): Tensor {
  return permute(self, self.shape.map((_, d) => d).reverse());
}

/** A copy that is read backwards along some dimensions: a strided walk with negative steps. */
function reversed(self: Tensor, dims: readonly number[]): Tensor {
  const strides = self.strides.map((s, d) => (dims.includes(d) ? -s : s));
  const offset = dims.reduce((at, d) => at + Math.max(self.shape[d]! - 1, 0) * self.strides[d]!, self.storageOffset);
  const backwards = new Tensor(self.storage, self.dtype, self.shape, strides, offset, false);
  const out = runUnary(Fn.copy, backwards, emptyTensor(self.shape, self.dtype), computeType(self.dtype));
  if (needsGraph(self)) record(out, "FlipBackward0", [self], null, (g) => reversed(g, dims));
  return out;
}

/**
 * A copy with the order of elements reversed along dimensions.
 *
 * @example
 * torch.flip(torch.arange(3), 0); // tensor([2, 1, 0])
 */
export function flip(self: Tensor, ...dims: Sizes | [{ readonly dims: number | Shape }]): Tensor {
  const given = readKeywords<{ dims: number | Shape }>(["dims"], [dims.length === 1 ? dims[0] : dims]).dims ?? [];
  const list = typeof given === "number" ? [given] : given;
  if (list.length === 0 || self.shape.length === 0) return clone(self);
  return reversed(self, normalizeDims("flip", list, self.shape.length));
}

/** Columns (dimension 1) in reverse order. */
export function fliplr(self: Tensor): Tensor {
  needDims("fliplr", self, 2);
  return reversed(self, [1]);
}

/** Rows (dimension 0) in reverse order. */
export function flipud(self: Tensor): Tensor {
  needDims("flipud", self, 1);
  return reversed(self, [0]);
}

/** Options of `roll`. */
export interface RollOptions {
  readonly shifts?: number | Shape;
  readonly dims?: number | Shape;
}

/**
 * Elements shifted along dimensions; what leaves at one end comes in at the other. Without dimensions the flattened
 * tensor is shifted.
 *
 * @throws ValueError unless there is a shift for each dimension
 *
 * @example
 * torch.roll(torch.arange(4), 1); // tensor([3, 0, 1, 2])
 */
export function roll(self: Tensor, shifts: number | Shape | RollOptions, dims?: number | Shape | RollOptions): Tensor {
  const given = readKeywords<RollOptions>(["shifts", "dims"], [shifts, dims]);
  const list = (v: number | Shape | undefined) => (v === undefined ? [] : typeof v === "number" ? [v] : v);
  const by = list(given.shifts);
  const along = list(given.dims);
  if (along.length === 0 && by.length === 1) {
    return reshape(rollOne(reshape(self, [-1]), by[0]!, 0), self.shape);
  }
  if (by.length === 0 || by.length !== along.length) {
    throw new ValueError("roll-dims", {
      path: "roll",
      rule: {
        en: `there must be one shift for each dimension, got ${by.length} shifts and ${along.length} dimensions`,
        zh: `每个维度需对应一个位移，得到 ${by.length} 个位移与 ${along.length} 个维度`,
      },
      expected: along.length,
      received: by.length,
    });
  }
  return along.reduce<Tensor>((x, d, i) => rollOne(x, by[i]!, normalizeDim("roll", d, self.shape.length)), self);
}

function rollOne(self: Tensor, shift: number, dim: number): Tensor {
  const size = self.shape[dim] ?? 1;
  const by = size === 0 ? 0 : ((shift % size) + size) % size;
  if (by === 0) return clone(self);
  return cat([narrow(self, dim, size - by, by), narrow(self, dim, 0, size - by)], dim);
}

/** Options of `rot90`. */
export interface Rot90Options {
  readonly k?: number;
  readonly dims?: Shape;
}

/**
 * A rotation by `k` quarter turns in the plane of two dimensions, from the first towards the second.
 *
 * @param k quarter turns. Default: 1
 * @param dims the plane. Default: [0, 1]
 * @throws ValueError unless two different dimensions are given
 */
export function rot90(self: Tensor, k?: number | Rot90Options, dims?: Shape | Rot90Options): Tensor {
  const given = readKeywords<Rot90Options>(["k", "dims"], [k, dims]);
  const plane = (given.dims ?? [0, 1]).map((d) => normalizeDim("rot90", d, self.shape.length));
  if (plane.length !== 2 || plane[0] === plane[1]) {
    throw new ValueError("rot90-dims", {
      path: "rot90",
      rule: {
        en: `two different dimensions are needed, got ${formatShape(plane)}`,
        zh: `需要两个不同的维度，得到的是 ${formatShape(plane)}`,
      },
      expected: 2,
      received: plane,
    });
  }
  const [a, b] = plane as [number, number];
  switch ((((given.k ?? 1) % 4) + 4) % 4) {
    case 1:
      return transpose(reversed(self, [b]), a, b);
    case 2:
      return reversed(self, [a, b]);
    case 3:
      return transpose(reversed(self, [a]), a, b);
    default:
      return clone(self);
  }
}
