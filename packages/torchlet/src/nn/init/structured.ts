// Initial values with a structure: constants, identities, orthogonal and sparse matrices.
import { noGrad } from "../../autograd/index.js";
import { ValueError } from "../../errors/index.js";
import { fillTensor } from "../../ops/fill.js";
import { tensor as makeTensor, matmul, randperm, where } from "../../ops/index.js";
import { bool, float64 } from "../../tensor/dtype.js";
import { emptyTensor, type Tensor } from "../../tensor/tensor.js";
import { type InitOptions, normal_, type XavierOptions } from "./draws.js";
import { dimensionError } from "./gain.js";

/** One value everywhere. */
export function constant_<T extends Tensor>(tensor: T, val: number): T {
  fillTensor(tensor, val);
  tensor.storage.version++;
  return tensor;
}

/** Zeros. */
export function zeros_<T extends Tensor>(tensor: T): T {
  return constant_(tensor, 0);
}

/** Ones. */
export function ones_<T extends Tensor>(tensor: T): T {
  return constant_(tensor, 1);
}

/** Copies values in row-major order. */
function write<T extends Tensor>(tensor: T, values: Float64Array): T {
  noGrad(() => tensor.data.copy_(makeTensor(values).reshape([...tensor.shape])));
  return tensor;
}

/**
 * Ones on the diagonal, zeros elsewhere: a linear layer that keeps its inputs.
 *
 * @throws ShapeError unless the tensor has 2 dimensions
 *
 * @example
 * nn.init.eye_(torch.empty(3, 5));
 */
export function eye_<T extends Tensor>(tensor: T): T {
  if (tensor.ndim !== 2) throw dimensionError("eye_", tensor, "2 dimensions", " 2 维");
  const [rows, columns] = tensor.shape as [number, number];
  const values = new Float64Array(rows * columns);
  for (let i = 0; i < Math.min(rows, columns); i++) values[i * columns + i] = 1;
  return write(tensor, values);
}

/**
 * Convolutions that keep their inputs: 1 in the middle of the kernel from channel i to channel i, zeros elsewhere.
 *
 * @param groups groups of channels, each an identity of its own. Default: 1
 * @throws ShapeError unless the tensor has 3 to 5 dimensions, ValueError unless groups divide the first of them
 *
 * @example
 * nn.init.dirac_(torch.empty(3, 16, 5, 5));
 */
export function dirac_<T extends Tensor>(tensor: T, groups: number | { readonly groups?: number } = 1): T {
  const count = typeof groups === "object" ? (groups.groups ?? 1) : groups;
  const { shape } = tensor;
  if (shape.length < 3 || shape.length > 5) throw dimensionError("dirac_", tensor, "3 to 5 dimensions", " 3 到 5 维");
  const [out, into, ...field] = shape as [number, number, ...number[]];
  if (!(count >= 1) || out % count !== 0) {
    throw new ValueError("dirac-groups", {
      path: "dirac_",
      rule: { en: `${count} groups do not divide ${out} channels`, zh: `${count} 个组不能整除 ${out} 个通道` },
      received: count,
    });
  }
  const size = field.reduce((n, s) => n * s, 1);
  const middle = field.reduce((at, s) => at * s + Math.floor(s / 2), 0);
  const values = new Float64Array(out * into * size);
  const each = out / count;
  for (let g = 0; g < count; g++) {
    for (let d = 0; d < Math.min(each, into); d++) values[((g * each + d) * into + d) * size + middle] = 1;
  }
  return write(tensor, values);
}

/**
 * A (semi-)orthogonal matrix, uniformly distributed, times `gain`; more than 2 dimensions are taken as (first, rest) (Saxe
 * et al., Exact solutions to the nonlinear dynamics of learning in deep linear neural networks, 2014).
 *
 * @throws ShapeError for tensors of fewer than 2 dimensions
 *
 * @example
 * nn.init.orthogonal_(torch.empty(3, 5));
 */
export function orthogonal_<T extends Tensor>(tensor: T, gain?: number | XavierOptions, options: InitOptions = {}): T {
  if (tensor.ndim < 2) throw dimensionError("orthogonal_", tensor, "at least 2 dimensions", "至少 2 维");
  if (tensor.numel() === 0) return tensor;
  const [factor, rest] = typeof gain === "object" ? [gain.gain ?? 1, gain] : [gain ?? 1, options];
  const rows = tensor.shape[0]!;
  const columns = tensor.numel() / rows;
  noGrad(() => {
    const drawn = normal_(emptyTensor([rows, columns], tensor.dtype), 0, 1, rest).to(float64);
    const isWide = rows < columns;
    const vectors = orthonormalize(isWide ? drawn : drawn.t().contiguous());
    tensor.data.copy_((isWide ? vectors : vectors.t()).reshape([...tensor.shape])).mul_(factor);
  });
  return tensor;
}

/** Rows in one block: what lies before it is projected out by matrix products. */
const BLOCK = 32;

/** Makes rows orthonormal in place by Gram and Schmidt's method: the Q whose R has a positive diagonal, which is unique. */
function orthonormalize(vectors: Tensor): Tensor {
  const [count, n] = vectors.shape as [number, number];
  for (let start = 0; start < count; start += BLOCK) {
    const size = Math.min(BLOCK, count - start);
    const block = vectors.narrow(0, start, size);
    const done = vectors.narrow(0, 0, start);
    // Twice is enough (Giraud et al., 2005).
    for (let pass = 0; pass < 2 && start > 0; pass++) block.sub_(matmul(matmul(block, done.t()), done));
    const values = block.toTypedArray() as Float64Array;
    for (let i = 0; i < size; i++) orthonormalizeRow(values, i, n);
    block.copy_(makeTensor(values).reshape([size, n]));
  }
  return vectors;
}

/** Makes row i orthogonal to the rows before it, and its length 1. */
function orthonormalizeRow(values: Float64Array, i: number, n: number): void {
  const row = values.subarray(i * n, (i + 1) * n);
  for (let pass = 0; pass < 2; pass++) {
    for (let j = 0; j < i; j++) {
      const other = values.subarray(j * n, (j + 1) * n);
      let product = 0;
      for (let k = 0; k < n; k++) product += row[k]! * other[k]!;
      for (let k = 0; k < n; k++) row[k]! -= product * other[k]!;
    }
  }
  let square = 0;
  for (let k = 0; k < n; k++) square += row[k]! * row[k]!;
  const length = Math.sqrt(square);
  for (let k = 0; k < n; k++) row[k]! /= length;
}

/** Options of `sparse_`. */
export interface SparseOptions extends InitOptions {
  /** The share of each column that is 0. */
  readonly sparsity: number;
  /** The standard deviation of the others. Default: 0.01. */
  readonly std?: number;
}

/**
 * Normal values of which a share of every column is 0 (Martens, Deep learning via Hessian-free optimization, 2010).
 *
 * @throws ShapeError unless the tensor has 2 dimensions, ValueError for a sparsity outside 0..1
 *
 * @example
 * nn.init.sparse_(torch.empty(3, 5), 0.1);
 */
export function sparse_<T extends Tensor>(
  tensor: T,
  sparsity: number | SparseOptions,
  std = 0.01,
  options: InitOptions = {},
): T {
  if (typeof sparsity === "object") return sparse_(tensor, sparsity.sparsity, sparsity.std ?? 0.01, sparsity);
  if (tensor.ndim !== 2) throw dimensionError("sparse_", tensor, "2 dimensions", " 2 维");
  if (!(sparsity >= 0 && sparsity <= 1)) {
    throw new ValueError("sparsity", {
      path: "sparse_",
      rule: {
        en: `sparsity must be between 0 and 1, got ${sparsity}`,
        zh: `sparsity 必须在 0 到 1 之间，得到的是 ${sparsity}`,
      },
      expected: [0, 1],
      received: sparsity,
    });
  }
  const [rows, columns] = tensor.shape as [number, number];
  normal_(tensor, 0, std, options);
  const zeros = Math.ceil(sparsity * rows);
  const isZero = new Uint8Array(rows * columns);
  // The columns' orders come from the default generator, whichever drew the values: so they do in PyTorch.
  for (let column = 0; column < columns; column++) {
    const order = randperm(rows).toTypedArray();
    for (let i = 0; i < zeros; i++) isZero[order[i]! * columns + column] = 1;
  }
  noGrad(() => {
    const mask = makeTensor(isZero, { dtype: bool }).reshape([rows, columns]);
    tensor.data.copy_(where(mask, 0, tensor.data));
  });
  return tensor;
}
