// Matrix products: one instruction, any strides, gradients again matrix products.
import { needsGraph, record } from "../autograd/index.js";
import { Activation, instructions } from "../engine/index.js";
import { DTypeError, ShapeError } from "../errors/index.js";
import { float64, promote } from "../tensor/dtype.js";
import { broadcastShapes, formatShape, type Shape, sizeOf } from "../tensor/shape.js";
import type { FitsProduct, ProductOf } from "../tensor/shape-types.js";
import { emptyTensor, Tensor } from "../tensor/tensor.js";
import { add, mul } from "./arithmetic.js";
import { castTensor } from "./elementwise.js";
import { sumToShape } from "./reduce-core.js";
import { relu, reluGradient } from "./unary.js";
import { contiguous, expand, reshape, transpose, unsqueeze } from "./views.js";

function shapeError(who: string, en: string, zh: string, a: Shape, b: Shape): ShapeError {
  return new ShapeError("matmul-shapes", {
    path: who,
    rule: { en, zh },
    expected: [...a],
    received: [...b],
  });
}

function innerError(who: string, a: Tensor, b: Tensor): ShapeError {
  const inner = a.shape[a.shape.length - 1];
  const rows = b.shape[Math.max(b.shape.length - 2, 0)];
  return shapeError(
    who,
    `shapes ${formatShape(a.shape)} and ${formatShape(b.shape)} do not multiply: the first has ${inner} columns, the second ${rows} rows`,
    `形状 ${formatShape(a.shape)} 与 ${formatShape(b.shape)} 无法相乘：前者有 ${inner} 列，后者有 ${rows} 行`,
    a.shape,
    b.shape,
  );
}

/** Both operands in the type of the product; integers are multiplied in float64, which is exact below 2^53. */
function sameType(who: string, a: Tensor, b: Tensor): void {
  if (a.dtype === b.dtype) return;
  throw new DTypeError("matmul-dtypes", {
    path: who,
    rule: {
      en: `both tensors must have the same type, got ${a.dtype} and ${b.dtype}`,
      zh: `两个张量的类型必须相同，得到的是 ${a.dtype} 与 ${b.dtype}`,
    },
    expected: a.dtype.name,
    received: b.dtype.name,
    hint: { en: `convert with to(${promote(a.dtype, b.dtype)})`, zh: `请用 to(${promote(a.dtype, b.dtype)}) 转换` },
  });
}

/** A matrix whose rows or columns are contiguous serves in place; others (an expanded one, say) are copied. */
function usable(x: Tensor): Tensor {
  const { strides } = x;
  const n = strides.length;
  return strides[n - 2] === 0 || strides[n - 1] === 0 ? castTensor(x, x.dtype) : x;
}

/** The product of two matrices of one floating-point type, with the epilogue of a linear layer; not recorded. */
export function runGemm(
  a: Tensor,
  b: Tensor,
  bias: Tensor | null = null,
  activation: number = Activation.none,
): Tensor {
  const [m, k] = a.shape as [number, number];
  const n = b.shape[1]!;
  const out = emptyTensor([m, n], a.dtype);
  if (m === 0 || n === 0) return out;
  const x = usable(a);
  const y = usable(b);
  const biasAddress = bias === null ? 0 : bias.address();
  instructions.gemm(
    a.dtype.code,
    m,
    n,
    k,
    x.address(),
    x.strides[0]!,
    x.strides[1]!,
    y.address(),
    y.strides[0]!,
    y.strides[1]!,
    out.address(),
    n,
    biasAddress,
    activation,
  );
  return out;
}

/** Each operand is needed for the other one's gradient only. */
function operandsToSave(a: Tensor, b: Tensor): (Tensor | null)[] {
  return [b.requiresGrad ? a : null, a.requiresGrad ? b : null];
}

/**
 * The product of two matrices: `(n, m) x (m, p) -> (n, p)`.
 *
 * @throws ShapeError unless both have two dimensions that fit
 */
export function mm<A extends Tensor, B extends Tensor>(self: A, other: B & FitsProduct<A, B>): ProductOf<A, B>;
export function mm(self: Tensor, other: Tensor): Tensor {
  if (self.shape.length !== 2 || other.shape.length !== 2) {
    throw shapeError(
      "mm",
      `both tensors must be matrices, got shapes ${formatShape(self.shape)} and ${formatShape(other.shape)}`,
      `两个张量都必须是矩阵，得到的形状为 ${formatShape(self.shape)} 与 ${formatShape(other.shape)}`,
      self.shape,
      other.shape,
    );
  }
  sameType("mm", self, other);
  if (self.shape[1] !== other.shape[0]) throw innerError("mm", self, other);
  if (!self.dtype.isFloatingPoint)
    return castTensor(mm(castTensor(self, float64), castTensor(other, float64)), self.dtype);
  const out = runGemm(self, other);
  if (needsGraph(self, other)) {
    record(out, "MmBackward0", [self, other], operandsToSave(self, other), (g, node) => [
      node.needs(0) ? mm(g, transpose(node.saved(1), 0, 1)) : null,
      node.needs(1) ? mm(transpose(node.saved(0), 0, 1), g) : null,
    ]);
  }
  return out;
}

/**
 * Products of two batches of matrices: `(b, n, m) x (b, m, p) -> (b, n, p)`.
 *
 * @throws ShapeError unless both have three dimensions that fit
 */
export function bmm(self: Tensor, other: Tensor): Tensor {
  if (self.shape.length !== 3 || other.shape.length !== 3 || self.shape[0] !== other.shape[0]) {
    throw shapeError(
      "bmm",
      `both tensors must be batches of as many matrices, got shapes ${formatShape(self.shape)} and ${formatShape(other.shape)}`,
      `两个张量必须是数量相同的矩阵批，得到的形状为 ${formatShape(self.shape)} 与 ${formatShape(other.shape)}`,
      self.shape,
      other.shape,
    );
  }
  sameType("bmm", self, other);
  if (self.shape[2] !== other.shape[1]) throw innerError("bmm", self, other);
  if (!self.dtype.isFloatingPoint)
    return castTensor(bmm(castTensor(self, float64), castTensor(other, float64)), self.dtype);
  const [batch, m, k] = self.shape as [number, number, number];
  const n = other.shape[2]!;
  const out = emptyTensor([batch, m, n], self.dtype);
  const x = usable(self);
  const y = usable(other);
  if (out.numel() > 0) {
    instructions.gemm(
      self.dtype.code,
      m,
      n,
      k,
      x.address(),
      x.strides[1]!,
      x.strides[2]!,
      y.address(),
      y.strides[1]!,
      y.strides[2]!,
      out.address(),
      n,
      0,
      Activation.none,
      1,
      0,
      batch,
      x.strides[0]!,
      y.strides[0]!,
      m * n,
    );
  }
  if (needsGraph(self, other)) {
    record(out, "BmmBackward0", [self, other], operandsToSave(self, other), (g, node) => [
      node.needs(0) ? bmm(g, transpose(node.saved(1), 1, 2)) : null,
      node.needs(1) ? bmm(transpose(node.saved(0), 1, 2), g) : null,
    ]);
  }
  return out;
}

/**
 * The product of two tensors by PyTorch's rules: vectors are rows on the left and columns on the right and lose that
 * dimension in the result; leading dimensions are batches and broadcast.
 *
 * @throws ShapeError where the inner sizes differ or an operand has no dimensions
 *
 * @example
 * torch.matmul(torch.ones(3, 4), torch.ones(4)); // shape [3]
 */
export function matmul<A extends Tensor, B extends Tensor>(self: A, other: B & FitsProduct<A, B>): ProductOf<A, B>;
export function matmul(self: Tensor, other: Tensor): Tensor {
  const a = self.shape.length;
  const b = other.shape.length;
  if (a === 2 && b === 2) return mm(self, other);
  if (a === 0 || b === 0) {
    throw shapeError(
      "matmul",
      `both tensors must have at least 1 dimension, got shapes ${formatShape(self.shape)} and ${formatShape(other.shape)}`,
      `两个张量都至少要有 1 维，得到的形状为 ${formatShape(self.shape)} 与 ${formatShape(other.shape)}`,
      self.shape,
      other.shape,
    );
  }
  if (self.shape[a - 1] !== other.shape[Math.max(b - 2, 0)]) throw innerError("matmul", self, other);
  if (a === 1 && b === 1) return reshape(mm(unsqueeze(self, 0), unsqueeze(other, 1)), []);
  if (a === 1 && b === 2) return reshape(mm(unsqueeze(self, 0), other), [other.shape[1]!]);
  if (b === 1) return reshape(matmul(self, unsqueeze(other, 1)), self.shape.slice(0, -1));
  if (a === 1) {
    const out = matmul(unsqueeze(self, 0), other);
    return reshape(out, [...out.shape.slice(0, -2), other.shape[b - 1]!]);
  }
  // A matrix on the right: all leading dimensions on the left are rows.
  if (b === 2) {
    const rows = sizeOf(self.shape.slice(0, -1));
    return reshape(mm(reshape(self, [rows, self.shape[a - 1]!]), other), [...self.shape.slice(0, -1), other.shape[1]!]);
  }
  const batch = broadcastShapes("matmul", self.shape.slice(0, -2), other.shape.slice(0, -2));
  const count = sizeOf(batch);
  const [m, k] = self.shape.slice(-2) as [number, number];
  const n = other.shape[b - 1]!;
  const left = reshape(expand(self, [...batch, m, k]), [count, m, k]);
  const right = reshape(expand(other, [...batch, k, n]), [count, k, n]);
  return reshape(bmm(left, right), [...batch, m, n]);
}

/** The product of a matrix and a vector. */
export function mv(self: Tensor, vector: Tensor): Tensor {
  if (self.shape.length !== 2 || vector.shape.length !== 1) throw innerError("mv", self, vector);
  return matmul(self, vector);
}

/** The sum of the products of two vectors' elements. */
export function dot(self: Tensor, other: Tensor): Tensor {
  if (self.shape.length !== 1 || other.shape.length !== 1) throw innerError("dot", self, other);
  return matmul(self, other);
}

/** Every element of one vector times every element of another. */
export function outer(self: Tensor, other: Tensor): Tensor {
  return mul(unsqueeze(self, 1), unsqueeze(other, 0));
}

/** Options of `addmm`. */
export interface AddmmOptions {
  readonly beta?: number;
  readonly alpha?: number;
}

/** `beta * self + alpha * (a @ b)` */
export function addmm(self: Tensor, a: Tensor, b: Tensor, options: AddmmOptions = {}): Tensor {
  const { alpha = 1, beta = 1 } = options;
  return add(beta === 1 ? self : mul(self, beta), mm(a, b), { alpha });
}

function biasError(shape: Shape, outFeatures: number): ShapeError {
  return new ShapeError("linear-bias", {
    path: "linear",
    rule: {
      en: `the bias must have shape [${outFeatures}], got ${formatShape(shape)}`,
      zh: `偏置的形状必须是 [${outFeatures}]，得到的是 ${formatShape(shape)}`,
    },
    expected: [outFeatures],
    received: [...shape],
  });
}

/**
 * A linear layer: `x W^T + b`, over the last dimension of `x`.
 *
 * @param weight shape (out, in)
 * @param bias shape (out), or null
 * @param activation applied in the product's epilogue; used by layers that are known to follow each other
 * @throws ShapeError where the last dimension of `x` is not `in`
 */
export function linear(
  x: Tensor,
  weight: Tensor,
  bias: Tensor | null = null,
  activation: number = Activation.none,
): Tensor {
  const { shape } = x;
  const ndim = shape.length;
  const [outFeatures, inFeatures] = weight.shape as [number, number];
  if (ndim === 0 || shape[ndim - 1] !== inFeatures) {
    throw new ShapeError("linear-features", {
      path: "linear",
      rule: {
        en: `the last dimension must be ${inFeatures}, got ${formatShape(shape)}`,
        zh: `最后一维必须是 ${inFeatures}，得到的形状为 ${formatShape(shape)}`,
      },
      expected: inFeatures,
      received: [...shape],
      hint: { en: "is an nn.Flatten or a layer missing?", zh: "是否缺少 nn.Flatten 或某一层？" },
    });
  }
  sameType("linear", x, weight);
  if (!x.dtype.isFloatingPoint) {
    const product = matmul(x, transpose(weight, 0, 1));
    const sums = bias === null ? product : add(product, bias);
    return activation === Activation.relu ? relu(sums) : sums;
  }
  if (bias !== null) {
    sameType("linear", x, bias);
    if (bias.shape.length !== 1 || bias.shape[0] !== outFeatures) throw biasError(bias.shape, outFeatures!);
  }
  if (ndim !== 2) {
    const flat = reshape(x, [sizeOf(shape.slice(0, -1)), inFeatures]);
    return reshape(linear(flat, weight, bias, activation), [...shape.slice(0, -1), outFeatures]);
  }
  const transposed = new Tensor(
    weight.storage,
    weight.dtype,
    [inFeatures, outFeatures],
    [weight.strides[1]!, weight.strides[0]!],
    weight.storageOffset,
    false,
  );
  const out = runGemm(x, transposed, bias === null || bias.dense ? bias : contiguous(bias.data), activation);
  if (needsGraph(x, weight, bias ?? undefined)) {
    const relu = activation === Activation.relu;
    const inputs = bias === null ? [x, weight] : [x, weight, bias];
    record(
      out,
      relu ? "LinearReluBackward0" : bias === null ? "MmBackward0" : "AddmmBackward0",
      inputs,
      relu ? [...operandsToSave(x, weight), out] : operandsToSave(x, weight),
      (gradient, node) => {
        const g = relu ? reluGradient(gradient, node.saved(2)) : gradient;
        return [
          node.needs(0) ? mm(g, node.saved(1)) : null,
          node.needs(1) ? mm(transpose(g, 0, 1), node.saved(0)) : null,
          bias !== null && node.needs(2) ? sumToShape(g, bias.shape) : null,
        ];
      },
    );
  }
  return out;
}
