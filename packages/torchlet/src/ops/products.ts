// Products beside matmul: with something added, over chosen dimensions, of vectors in space.
import { ShapeError, ValueError } from "../errors/index.js";
import { broadcastShapes, formatShape, normalizeDim, type Shape, sizeOf } from "../tensor/shape.js";
import type { Tensor } from "../tensor/tensor.js";
import { isOptions, readKeywords } from "./arguments.js";
import { add, mul, sub } from "./arithmetic.js";
import { roll } from "./axes.js";
import { type AddmmOptions, bmm, dot, mm, mv, outer } from "./matmul.js";
import { expand, permute, reshape } from "./views.js";

/** `beta * self + alpha * product`; with beta 0 what is in `self` does not count, not even NaN. */
function added(self: Tensor, product: Tensor, options: AddmmOptions): Tensor {
  // Factors of integers are integers.
  const whole = !self.dtype.isFloatingPoint && !product.dtype.isFloatingPoint;
  const [alpha, beta] = [options.alpha ?? 1, options.beta ?? 1].map((v) => (whole ? Math.trunc(v) : v)) as [
    number,
    number,
  ];
  if (beta === 0) return alpha === 1 ? product : mul(product, alpha);
  return add(beta === 1 ? self : mul(self, beta), product, { alpha });
}

/** `beta * self + alpha * (mat @ vec)` */
export function addmv(self: Tensor, mat: Tensor, vec: Tensor, options: AddmmOptions = {}): Tensor {
  return added(self, mv(mat, vec), options);
}

/** `beta * self + alpha * outer(vec1, vec2)` */
export function addr(self: Tensor, vec1: Tensor, vec2: Tensor, options: AddmmOptions = {}): Tensor {
  return added(self, outer(vec1, vec2), options);
}

/** `beta * self + alpha * (batch1 @ batch2)`, batch by batch. */
export function baddbmm(self: Tensor, batch1: Tensor, batch2: Tensor, options: AddmmOptions = {}): Tensor {
  return added(self, bmm(batch1, batch2), options);
}

/** `beta * self + alpha * sum_i batch1[i] @ batch2[i]` */
export function addbmm(self: Tensor, batch1: Tensor, batch2: Tensor, options: AddmmOptions = {}): Tensor {
  const [b, n, m] = batch1.shape as [number, number, number];
  const side = reshape(permute(batch1, 1, 0, 2), [n, b * m]);
  return added(self, mm(side, reshape(batch2, [-1, batch2.shape[2] ?? 1])), options);
}

/** The sum of the products of two vectors' elements: `dot`, which for real numbers is the same. */
export function vdot(self: Tensor, other: Tensor): Tensor {
  return dot(self, other);
}

/**
 * The product over the last dimensions of two tensors: shape (...self without the last, ...other without the last).
 *
 * @throws ShapeError where the last sizes differ
 */
export function inner(self: Tensor, other: Tensor): Tensor {
  if (self.shape.length === 0 || other.shape.length === 0) return mul(self, other);
  return tensordot(self, other, [[self.shape.length - 1], [other.shape.length - 1]]);
}

/** Which dimensions `tensordot` sums over: the last n of the first and the first n of the second, or a list for each. */
export type ContractedDims = number | readonly [Shape, Shape];

/**
 * The sum of products over several dimensions at once.
 *
 * @param dims Default: 2
 * @throws ShapeError where their sizes differ
 *
 * @example
 * torch.tensordot(a, b, [[1], [0]]); // for matrices, the matrix product
 */
export function tensordot(
  self: Tensor,
  other: Tensor,
  dims: ContractedDims | { readonly dims?: ContractedDims } = 2,
): Tensor {
  const given = isOptions(dims) ? ((dims as { dims?: ContractedDims }).dims ?? 2) : (dims as ContractedDims);
  const a = self.shape.length;
  const b = other.shape.length;
  const [left, right] =
    typeof given === "number"
      ? [Array.from({ length: given }, (_, i) => a - given + i), Array.from({ length: given }, (_, i) => i)]
      : [given[0].map((d) => normalizeDim("tensordot", d, a)), given[1].map((d) => normalizeDim("tensordot", d, b))];
  const sizesA = left.map((d) => self.shape[d]!);
  const sizesB = right.map((d) => other.shape[d]!);
  // A dimension of size 1 is summed against the other's whole.
  const fits = sizesA.length === sizesB.length && sizesA.every((s, i) => s === sizesB[i] || s === 1 || sizesB[i] === 1);
  if (!fits) {
    throw new ShapeError("tensordot-sizes", {
      path: "tensordot",
      rule: {
        en: `the contracted sizes ${formatShape(sizesA)} and ${formatShape(sizesB)} differ`,
        zh: `被缩并的大小 ${formatShape(sizesA)} 与 ${formatShape(sizesB)} 不同`,
      },
      expected: sizesA,
      received: sizesB,
    });
  }
  const sizes = sizesA.length === 0 ? [] : broadcastShapes("tensordot", sizesA, sizesB);
  const widen = (x: Tensor, at: readonly number[]) =>
    expand(
      x,
      x.shape.map((s, d) => (at.includes(d) ? sizes[at.indexOf(d)]! : s)),
    );
  const freeA = self.shape.map((_, d) => d).filter((d) => !left.includes(d));
  const freeB = other.shape.map((_, d) => d).filter((d) => !right.includes(d));
  const outA = freeA.map((d) => self.shape[d]!);
  const outB = freeB.map((d) => other.shape[d]!);
  const k = sizeOf(sizes);
  const x = reshape(permute(widen(self, left), [...freeA, ...left]), [sizeOf(outA), k]);
  const y = reshape(permute(widen(other, right), [...right, ...freeB]), [k, sizeOf(outB)]);
  return reshape(mm(x, y), [...outA, ...outB]);
}

/** Options of `cross`. */
export interface CrossOptions {
  readonly dim?: number | null;
}

/** The vector product along a dimension of size 3. */
export function crossAlong(who: string, self: Tensor, other: Tensor, dim: number): Tensor {
  const shape = broadcastShapes(who, self.shape, other.shape);
  const d = normalizeDim(who, dim, shape.length);
  if (shape[d] !== 3 || self.shape.length !== other.shape.length) {
    throw new ShapeError("cross-size", {
      path: who,
      rule: {
        en: `dimension ${d} must have size 3, got shapes ${formatShape(self.shape)} and ${formatShape(other.shape)}`,
        zh: `第 ${d} 维的大小必须为 3，得到的形状为 ${formatShape(self.shape)} 与 ${formatShape(other.shape)}`,
      },
      expected: 3,
      received: [[...self.shape], [...other.shape]],
    });
  }
  const a = expand(self, shape);
  const b = expand(other, shape);
  return sub(mul(roll(a, -1, d), roll(b, -2, d)), mul(roll(a, -2, d), roll(b, -1, d)));
}

/**
 * The vector product along a dimension of size 3, by default the first such.
 *
 * @throws ShapeError where no dimension has size 3
 */
export function cross(self: Tensor, other: Tensor, dim?: number | null | CrossOptions): Tensor {
  const given = readKeywords<CrossOptions>(["dim"], [dim]).dim;
  const d = given ?? self.shape.indexOf(3);
  return crossAlong("cross", self, other, given === undefined || given === null ? Math.max(d, 0) : given);
}

/** Kronecker's product: every element of the first times the whole second. */
export function kron(self: Tensor, other: Tensor): Tensor {
  const n = Math.max(self.shape.length, other.shape.length);
  const pad = (shape: Shape) => [...new Array<number>(n - shape.length).fill(1), ...shape];
  const a = pad(self.shape);
  const b = pad(other.shape);
  const x = reshape(
    self,
    a.flatMap((s) => [s, 1]),
  );
  const y = reshape(
    other,
    b.flatMap((s) => [1, s]),
  );
  return reshape(
    mul(x, y),
    a.map((s, d) => s * b[d]!),
  );
}

/** The order in which a chain of matrices costs the fewest multiplications: where each product is split. */
function cheapest(sizes: Shape): number[][] {
  const n = sizes.length - 1;
  const cost = Array.from({ length: n }, () => new Array<number>(n).fill(0));
  const split = Array.from({ length: n }, () => new Array<number>(n).fill(0));
  for (let length = 2; length <= n; length++) {
    for (let i = 0; i + length <= n; i++) {
      const j = i + length - 1;
      cost[i]![j] = Number.POSITIVE_INFINITY;
      for (let k = i; k < j; k++) {
        const total = cost[i]![k]! + cost[k + 1]![j]! + sizes[i]! * sizes[k + 1]! * sizes[j + 1]!;
        if (total < cost[i]![j]!) {
          cost[i]![j] = total;
          split[i]![j] = k;
        }
      }
    }
  }
  return split;
}

/** The product of matrices in the cheapest order; the first and the last may be vectors. */
export function multiDot(tensors: readonly Tensor[]): Tensor {
  if (tensors.length < 2) {
    throw new ValueError("multi-dot-count", {
      path: "multiDot",
      rule: {
        en: `at least 2 tensors are needed, got ${tensors.length}`,
        zh: `至少需要 2 个张量，得到 ${tensors.length} 个`,
      },
      expected: 2,
      received: tensors.length,
    });
  }
  const list = [...tensors];
  const first = list[0]!;
  const last = list[list.length - 1]!;
  if (first.shape.length === 1) list[0] = reshape(first, [1, first.shape[0]!]);
  if (last.shape.length === 1) list[list.length - 1] = reshape(last, [last.shape[0]!, 1]);
  const split = cheapest([list[0]!.shape[0]!, ...list.map((x) => x.shape[1]!)]);
  const product = (i: number, j: number): Tensor => {
    if (i === j) return list[i]!;
    const k = split[i]![j]!;
    return mm(product(i, k), product(k + 1, j));
  };
  const out = product(0, list.length - 1);
  if (first.shape.length === 1 || last.shape.length === 1) {
    const rows = first.shape.length === 1 ? [] : [out.shape[0]!];
    const columns = last.shape.length === 1 ? [] : [out.shape[1]!];
    return reshape(out, [...rows, ...columns]);
  }
  return out;
}

/** The product of matrices in the cheapest order. */
export function chainMatmul(...matrices: Tensor[]): Tensor {
  return matrices.length === 1 ? matrices[0]! : multiDot(matrices);
}
