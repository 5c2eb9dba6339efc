// In-place operations: the values change, the version counts, and the graph follows.
import { record } from "../autograd/index.js";
import { Fn } from "../engine/index.js";
import { DTypeError, ShapeError } from "../errors/index.js";
import { resultType } from "../tensor/dtype.js";
import { broadcastShapes, formatShape, sameShape } from "../tensor/shape.js";
import { emptyTensor, type Tensor } from "../tensor/tensor.js";
import { add, div, mul, sub } from "./arithmetic.js";
import {
  computeType,
  conversionType,
  fit,
  operandType,
  runBinary,
  runProgram,
  runUnary,
  type Scalar,
} from "./elementwise.js";
import { fillTensor } from "./fill.js";
import { checkInPlace, continueFrom, isRecorded, snapshot } from "./inplace-core.js";
import { relu } from "./unary.js";

/** An operation's result written over its first operand; the graph continues from the operation. */
function overwrite(
  who: string,
  self: Tensor,
  other: Tensor | Scalar | null,
  fn: number,
  outOfPlace: (before: Tensor) => Tensor,
): Tensor {
  const recorded = isRecorded(self, other);
  checkInPlace(who, self, recorded);
  if (other !== null) checkFits(who, self, other);
  if (recorded) {
    const result = outOfPlace(snapshot(self));
    runUnary(Fn.copy, result, self, conversionType(result.dtype, self.dtype));
    continueFrom(self, result);
  } else {
    const dtype = other === null ? self.dtype : operandType(self, other, fn === Fn.div);
    if (dtype.isFloatingPoint && !self.dtype.isFloatingPoint) throw castError(who, dtype.name, self.dtype.name);
    if (other === null) runUnary(fn, self, self, computeType(dtype));
    else runBinary(fn, self, overlapping(self, other), self, computeType(dtype));
  }
  self.storage.version++;
  return self;
}

/** @throws ShapeError where the result would be larger than the target */
function checkFits(who: string, self: Tensor, other: Tensor | Scalar): void {
  if (typeof other !== "object") return;
  const shape = broadcastShapes(who, self.shape, other.shape);
  if (!sameShape(shape, self.shape)) throw growError(who, self, shape);
}

/** An operand that shares memory with the target at other positions is copied first. */
function overlapping(self: Tensor, other: Tensor | Scalar): Tensor | Scalar {
  if (typeof other !== "object" || other.storage !== self.storage) return other;
  const same =
    other.storageOffset === self.storageOffset &&
    other.strides.every((s, d) => s === self.strides[d]) &&
    other.shape.length === self.shape.length;
  if (same) return other;
  const copy = emptyTensor(other.shape, other.dtype);
  return runUnary(Fn.copy, other, copy, computeType(other.dtype));
}

function growError(who: string, self: Tensor, shape: readonly number[]): ShapeError {
  return new ShapeError("in-place-shape", {
    path: who,
    rule: {
      en: `the result would have shape ${formatShape(shape)}, the tensor has ${formatShape(self.shape)}`,
      zh: `结果的形状为 ${formatShape(shape)}，而张量的形状为 ${formatShape(self.shape)}`,
    },
    expected: [...self.shape],
    received: [...shape],
  });
}

function castError(who: string, from: string, to: string): DTypeError {
  return new DTypeError("in-place-cast", {
    path: who,
    rule: { en: `a ${from} result cannot be stored in a ${to} tensor`, zh: `${from} 结果不能存入 ${to} 张量` },
    expected: to,
    received: from,
  });
}

/** `self += alpha * other` */
export function add_(self: Tensor, other: Tensor | Scalar, options?: { readonly alpha?: number }): Tensor {
  const alpha = options?.alpha ?? 1;
  if (alpha === 1) return overwrite("add_", self, other, Fn.add, (before) => add(before, other));
  if (isRecorded(self, other)) return overwrite("add_", self, other, Fn.add, (before) => add(before, other, { alpha }));
  checkInPlace("add_", self, false);
  checkFits("add_", self, other);
  const dtype = resultType([self, other, alpha]);
  if (dtype.isFloatingPoint && !self.dtype.isFloatingPoint) throw castError("add_", dtype.name, self.dtype.name);
  runProgram(
    self,
    computeType(self.dtype),
    [self, overlapping(self, other), alpha],
    [{ fn: Fn.fma, a: 0, b: 1, c: 2 }],
  );
  self.storage.version++;
  return self;
}

/** `self -= alpha * other` */
export function sub_(self: Tensor, other: Tensor | Scalar, options?: { readonly alpha?: number }): Tensor {
  const alpha = options?.alpha ?? 1;
  if (alpha !== 1) return add_(self, other, { alpha: -alpha });
  return overwrite("sub_", self, other, Fn.sub, (before) => sub(before, other));
}

/** `self *= other` */
export function mul_(self: Tensor, other: Tensor | Scalar): Tensor {
  return overwrite("mul_", self, other, Fn.mul, (before) => mul(before, other));
}

/** `self /= other` */
export function div_(self: Tensor, other: Tensor | Scalar): Tensor {
  return overwrite("div_", self, other, Fn.div, (before) => div(before, other));
}

/** `self = max(self, 0)` */
export function relu_(self: Tensor): Tensor {
  return overwrite("relu_", self, null, Fn.relu, (before) => relu(before));
}

function zerosLike(x: Tensor): Tensor {
  return fillTensor(emptyTensor(x.shape, x.dtype), 0);
}

/** All elements set to a value; gradients of what was there before end here. */
export function fill_(self: Tensor, value: number | Tensor): Tensor {
  if (typeof value === "object") return copy_(self, value);
  const recorded = isRecorded(self);
  checkInPlace("fill_", self, recorded);
  fillTensor(self, value);
  if (recorded) continueFrom(self, record(self.data, "FillBackward0", [self], null, zerosLike));
  self.storage.version++;
  return self;
}

/** All elements set to 0. */
export function zero_(self: Tensor): Tensor {
  return fill_(self, 0);
}

/** The values of another tensor (broadcast, converted) written over this one's. */
export function copy_(self: Tensor, source: Tensor): Tensor {
  const recorded = isRecorded(self, source);
  checkInPlace("copy_", self, recorded);
  const shape = broadcastShapes("copy_", self.shape, source.shape);
  if (shape.length !== self.shape.length || shape.some((s, d) => s !== self.shape[d]))
    throw growError("copy_", self, shape);
  runProgram(self, conversionType(source.dtype, self.dtype), [overlapping(self, source)], [{ fn: Fn.copy, a: 0 }]);
  if (recorded) {
    const result = record(self.data, "CopyBackwards", [self, source], null, (g, node) => [
      node.needs(0) ? zerosLike(g) : null,
      node.needs(1) ? fit(g, source) : null,
    ]);
    continueFrom(self, result);
  }
  self.storage.version++;
  return self;
}
