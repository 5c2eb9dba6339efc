// A tensor cut into several: at places, into parts, along the usual dimensions.
import { IndexError, ShapeError } from "../errors/index.js";
import { formatShape, normalizeDim, type Shape } from "../tensor/shape.js";
import { Tensor } from "../tensor/tensor.js";
import { readKeywords } from "./arguments.js";
import { slice, split } from "./views.js";

/** Pieces of given sizes along a dimension (default 0). */
export function splitWithSizes(
  self: Tensor,
  sizes: Shape,
  dim: number | { readonly dim?: number } | undefined = 0,
): Tensor[] {
  return split(self, sizes, typeof dim === "number" ? dim : (dim.dim ?? 0));
}

/** Options of `tensorSplit`. */
export interface TensorSplitOptions {
  readonly sections?: number;
  readonly indices?: Shape | Tensor;
  /** Default: 0. */
  readonly dim?: number;
}

/** Cuts along a dimension into `sections` parts whose sizes differ by at most 1, or before each of the given indices. */
function cut(who: string, self: Tensor, where: number | Shape | Tensor, dim: number): Tensor[] {
  const d = normalizeDim(who, dim, self.shape.length);
  if (self.shape.length === 0) {
    throw new ShapeError("split-scalar", {
      path: who,
      rule: { en: "a 0-dimensional tensor cannot be split", zh: "0 维张量不能分割" },
      received: [],
    });
  }
  const size = self.shape[d]!;
  const places = where instanceof Tensor ? (where.tolist() as number | number[]) : where;
  if (typeof places === "number") {
    if (!Number.isInteger(places) || places < 1) {
      throw new IndexError("split-sections", {
        path: who,
        rule: {
          en: `the number of sections must be a positive integer, got ${places}`,
          zh: `份数必须是正整数，得到的是 ${places}`,
        },
        received: places,
      });
    }
    const short = Math.floor(size / places);
    const longer = size % places;
    return split(
      self,
      Array.from({ length: places }, (_, i) => short + (i < longer ? 1 : 0)),
      d,
    );
  }
  return [...places, size].map((end, i) => {
    const start = i === 0 ? 0 : places[i - 1]!;
    return slice(self, d, start, i === places.length ? size : end, 1);
  });
}

/**
 * Parts along a dimension: `sections` of them (the first ones one longer where it does not divide), or cut before the
 * given indices.
 *
 * @example
 * torch.tensorSplit(torch.arange(5), 2); // [0, 1, 2], [3, 4]
 * torch.tensorSplit(torch.arange(5), [1, 3]); // [0], [1, 2], [3, 4]
 */
export function tensorSplit(
  self: Tensor,
  sectionsOrIndices: number | Shape | Tensor | TensorSplitOptions,
  dim?: number | TensorSplitOptions,
): Tensor[] {
  const given = readKeywords<TensorSplitOptions & { where: number | Shape | Tensor }>(
    ["where", "dim"],
    [sectionsOrIndices, dim],
  );
  return cut("tensorSplit", self, given.where ?? given.sections ?? given.indices ?? [], given.dim ?? 0);
}

/** `tensorSplit` that refuses parts of different sizes, as NumPy's relatives of split do. */
function cutEvenly(who: string, self: Tensor, where: number | Shape, dim: number, least: number): Tensor[] {
  if (self.shape.length < least) {
    throw new ShapeError("split-dims", {
      path: who,
      rule: {
        en: `the tensor must have at least ${least} dimensions, got shape ${formatShape(self.shape)}`,
        zh: `张量至少要有 ${least} 维，得到的形状为 ${formatShape(self.shape)}`,
      },
      expected: least,
      received: self.shape.length,
    });
  }
  if (typeof where === "number" && self.shape[dim]! % where !== 0) {
    throw new ShapeError("split-uneven", {
      path: who,
      rule: {
        en: `dimension ${dim} of size ${self.shape[dim]} does not divide into ${where} equal parts`,
        zh: `大小为 ${self.shape[dim]} 的第 ${dim} 维无法等分为 ${where} 份`,
      },
      expected: where,
      received: self.shape[dim],
    });
  }
  return cut(who, self, where, dim);
}

/** Equal parts, or parts between indices, along dimension 1 (0 for vectors). */
export function hsplit(self: Tensor, sectionsOrIndices: number | Shape): Tensor[] {
  return cutEvenly("hsplit", self, sectionsOrIndices, self.shape.length === 1 ? 0 : 1, 1);
}

/** Equal parts, or parts between indices, along dimension 0. */
export function vsplit(self: Tensor, sectionsOrIndices: number | Shape): Tensor[] {
  return cutEvenly("vsplit", self, sectionsOrIndices, 0, 2);
}

/** Equal parts, or parts between indices, along dimension 2. */
export function dsplit(self: Tensor, sectionsOrIndices: number | Shape): Tensor[] {
  return cutEvenly("dsplit", self, sectionsOrIndices, 2, 3);
}
