// Tensors put together as rows, columns, blocks and tuples.
import { ShapeError } from "../errors/index.js";
import { int32, resultType } from "../tensor/dtype.js";
import { formatShape, type Shape } from "../tensor/shape.js";
import { emptyTensor, Tensor } from "../tensor/tensor.js";
import { readKeywords } from "./arguments.js";
import { mul } from "./arithmetic.js";
import { meshgrid } from "./creation.js";
import { fillTensor } from "./fill.js";
import { index, nonzero } from "./indexing.js";
import { cat, stack } from "./joining.js";
import { triu } from "./triangles.js";
import { expand, reshape, select, unsqueeze } from "./views.js";

type Tensors = readonly Tensor[];

function atLeast(inputs: readonly (Tensor | Tensors)[], body: (x: Tensor) => Tensor): Tensor | Tensor[] {
  if (inputs.length === 1 && inputs[0] instanceof Tensor) return body(inputs[0]);
  return (inputs.flat() as Tensor[]).map(body);
}

const one = (x: Tensor): Tensor => (x.shape.length === 0 ? reshape(x, [1]) : x);
const two = (x: Tensor): Tensor => (x.shape.length < 2 ? unsqueeze(one(x), 0) : x);
const three = (x: Tensor): Tensor => (x.shape.length < 3 ? unsqueeze(two(x), 2) : x);

/** Tensors with at least 1 dimension: a 0-dimensional one becomes a vector of one element. */
export function atleast1d(tensor: Tensor): Tensor;
export function atleast1d(...tensors: (Tensor | Tensors)[]): Tensor[];
export function atleast1d(...tensors: (Tensor | Tensors)[]): Tensor | Tensor[] {
  return atLeast(tensors, one);
}

/** Tensors with at least 2 dimensions: a vector becomes a row. */
export function atleast2d(tensor: Tensor): Tensor;
export function atleast2d(...tensors: (Tensor | Tensors)[]): Tensor[];
export function atleast2d(...tensors: (Tensor | Tensors)[]): Tensor | Tensor[] {
  return atLeast(tensors, two);
}

/** Tensors with at least 3 dimensions: a vector becomes (1, n, 1), a matrix (m, n, 1). */
export function atleast3d(tensor: Tensor): Tensor;
export function atleast3d(...tensors: (Tensor | Tensors)[]): Tensor[];
export function atleast3d(...tensors: (Tensor | Tensors)[]): Tensor | Tensor[] {
  return atLeast(tensors, three);
}

/** Side by side: along dimension 1, vectors along dimension 0. */
export function hstack(tensors: Tensors): Tensor {
  const list = tensors.map(one);
  return cat(list, list[0]?.shape.length === 1 ? 0 : 1);
}

/** One above the other: along dimension 0, vectors as rows. */
export function vstack(tensors: Tensors): Tensor {
  return cat(tensors.map(two), 0);
}
/** `vstack` by another name. */
export const rowStack: typeof vstack = vstack;

/** One behind the other: along dimension 2. */
export function dstack(tensors: Tensors): Tensor {
  return cat(tensors.map(three), 2);
}

/** Side by side, with vectors and single values as columns. */
export function columnStack(tensors: Tensors): Tensor {
  return hstack(tensors.map((x) => (x.shape.length <= 1 ? reshape(x, [x.numel(), 1]) : x)));
}

/**
 * A matrix with the given matrices along its diagonal and 0 elsewhere; vectors are rows.
 *
 * @throws ShapeError for more than 2 dimensions
 */
export function blockDiag(...tensors: Tensor[]): Tensor {
  const blocks = tensors.map((x) => {
    if (x.shape.length <= 2) return two(x);
    throw new ShapeError("block-diag-dims", {
      path: "blockDiag",
      rule: {
        en: `every tensor must have at most 2 dimensions, got shape ${formatShape(x.shape)}`,
        zh: `每个张量最多 2 维，得到的形状为 ${formatShape(x.shape)}`,
      },
      expected: 2,
      received: x.shape.length,
    });
  });
  if (blocks.length === 0) return emptyTensor([1, 0], resultType([]));
  const dtype = resultType(blocks);
  const columns = blocks.reduce((n, x) => n + x.shape[1]!, 0);
  let at = 0;
  const rows = blocks.map((x) => {
    const [m, n] = x.shape as [number, number];
    const zeros = (width: number) => fillTensor(emptyTensor([m, width], dtype), 0);
    const row = cat([zeros(at), x, zeros(columns - at - n)], 1);
    at += n;
    return row;
  });
  return cat(rows, 0);
}

/** All tuples with one element of each vector: shape (product of sizes, number of vectors). */
export function cartesianProd(...tensors: Tensor[]): Tensor {
  if (tensors.length === 1) return tensors[0]!;
  return stack(
    meshgrid(...tensors).map((x) => reshape(x, [-1])),
    1,
  );
}

/** Options of `combinations`. */
export interface CombinationsOptions {
  /** Elements a combination. Default: 2. */
  readonly r?: number;
  /** Whether an element can be taken again. Default: false. */
  readonly withReplacement?: boolean;
}

/**
 * All combinations of `r` elements of a vector, in the order of their indices: shape (count, r).
 *
 * @example
 * torch.combinations(torch.tensor([1, 2, 3])); // [[1, 2], [1, 3], [2, 3]]
 */
export function combinations(
  self: Tensor,
  r?: number | CombinationsOptions,
  withReplacement?: boolean | CombinationsOptions,
): Tensor {
  const given = readKeywords<CombinationsOptions>(["r", "withReplacement"], [r, withReplacement]);
  const count = given.r ?? 2;
  const n = self.shape[0] ?? 0;
  if (count === 0) return emptyTensor([0], self.dtype);
  // The places of an n^r cube whose coordinates ascend: products of the triangles of neighbouring coordinates.
  const cube: Shape = new Array<number>(count).fill(n);
  let mask = fillTensor(emptyTensor(cube, int32), 1);
  for (let i = 0; i + 1 < count; i++) {
    const pair = triu(fillTensor(emptyTensor([n, n], int32), 1), given.withReplacement ? 0 : 1);
    const lined = reshape(
      pair,
      cube.map((size, d) => (d === i || d === i + 1 ? size : 1)),
    );
    mask = mul(mask, expand(lined, cube));
  }
  const places = nonzero(mask);
  return stack(
    cube.map((_, d) => index(self, select(places, 1, d))),
    1,
  );
}
