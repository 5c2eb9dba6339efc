// Joining tensors: one contiguous result, gradients are slices of it.
import { anyNeedsGraph, named, record } from "../autograd/index.js";
import { Fn } from "../engine/index.js";
import { ShapeError } from "../errors/index.js";
import { resultType } from "../tensor/dtype.js";
import { formatShape, normalizeDim, sizeOf } from "../tensor/shape.js";
import { emptyTensor, type Tensor } from "../tensor/tensor.js";
import { conversionType, runUnary } from "./elementwise.js";
import { slice, split, toDtype, unsqueeze } from "./views.js";

/** PyTorch leaves out tensors of shape [0], whatever the others are. */
function isLeftOut({ shape }: Tensor): boolean {
  return shape.length === 1 && shape[0] === 0;
}

/**
 * Tensors one after another along a dimension.
 *
 * @throws ShapeError unless all other sizes agree
 *
 * @example
 * torch.cat([torch.ones(2, 3), torch.zeros(1, 3)]); // shape [3, 3]
 */
export function cat(tensors: readonly Tensor[], dim: number | { readonly dim?: number } = 0): Tensor {
  const given = typeof dim === "number" ? dim : (dim.dim ?? 0);
  if (tensors.length === 0) {
    throw new ShapeError("cat-empty", {
      path: "cat",
      rule: { en: "at least one tensor is needed", zh: "至少需要一个张量" },
    });
  }
  const dtype = resultType(tensors);
  const parts = tensors.filter((x) => !isLeftOut(x));
  if (parts.length === 0) {
    const none = emptyTensor([0], dtype);
    if (anyNeedsGraph(tensors))
      record(none, "CatBackward0", tensors, null, (g) => tensors.map((x) => toDtype(g, x.dtype)));
    return none;
  }
  const first = parts[0]!;
  const d = normalizeDim("cat", given, first.shape.length);
  for (const x of parts) {
    if (
      x.shape.length === first.shape.length &&
      x.shape.length > 0 &&
      x.shape.every((s, i) => i === d || s === first.shape[i])
    )
      continue;
    throw new ShapeError("cat-shapes", {
      path: "cat",
      rule: {
        en: `sizes must agree except along dim ${d}, got ${formatShape(first.shape)} and ${formatShape(x.shape)}`,
        zh: `除第 ${d} 维外大小必须一致，得到的是 ${formatShape(first.shape)} 与 ${formatShape(x.shape)}`,
      },
      expected: [...first.shape],
      received: [...x.shape],
    });
  }
  const shape = [...first.shape];
  const sizes = parts.map((x) => x.shape[d]!);
  shape[d] = sizes.reduce((n, s) => n + s, 0);
  const out = emptyTensor(shape, dtype);
  let at = 0;
  for (const x of parts) {
    const size = x.shape[d]!;
    if (sizeOf(x.shape) > 0) runUnary(Fn.copy, x, slice(out.data, d, at, at + size, 1), conversionType(x.dtype, dtype));
    at += size;
  }
  if (anyNeedsGraph(tensors)) {
    // What was left out has a gradient without elements.
    record(out, "CatBackward0", tensors, null, (g) => {
      const pieces = split(g, sizes, d);
      return tensors.map((x) => toDtype(isLeftOut(x) ? emptyTensor(x.shape, g.dtype) : pieces.shift()!, x.dtype));
    });
  }
  return out;
}

/** Tensors of one shape along a new dimension. */
export function stack(tensors: readonly Tensor[], dim: number | { readonly dim?: number } = 0): Tensor {
  const given = typeof dim === "number" ? dim : (dim.dim ?? 0);
  const first = tensors[0];
  for (const x of tensors) {
    if (x.shape.length === first!.shape.length && x.shape.every((s, i) => s === first!.shape[i])) continue;
    throw new ShapeError("stack-shapes", {
      path: "stack",
      rule: {
        en: `all tensors must have the same shape, got ${formatShape(first!.shape)} and ${formatShape(x.shape)}`,
        zh: `所有张量的形状必须相同，得到的是 ${formatShape(first!.shape)} 与 ${formatShape(x.shape)}`,
      },
      expected: [...first!.shape],
      received: [...x.shape],
    });
  }
  const d = normalizeDim("stack", given, (first?.shape.length ?? 0) + 1);
  const joined = cat(
    tensors.map((x) => unsqueeze(x, d)),
    d,
  );
  return named(joined, "StackBackward0");
}
