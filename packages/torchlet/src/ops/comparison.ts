// Comparisons, logic, selection and bounds.
import { needsGraph, record } from "../autograd/index.js";
import { Fn } from "../engine/index.js";
import { DTypeError, ValueError } from "../errors/index.js";
import { bool, uint8 } from "../tensor/dtype.js";
import { broadcastShapes, sameShape } from "../tensor/shape.js";
import { emptyTensor, Tensor } from "../tensor/tensor.js";
import { binary, broadcastPair, computeType, fit, operandType, runProgram, type Scalar } from "./elementwise.js";
import { fillTensor } from "./fill.js";
import { expandTo } from "./reduce-core.js";
import { logicalNot } from "./unary.js";
import { toDtype } from "./views.js";

type Binary = (self: Tensor, other: Tensor | Scalar) => Tensor;

/** `self == other`, broadcast. */
export const eq: Binary = binary({ name: "eq", fn: Fn.eq, result: bool });
/** `self != other`, broadcast. */
export const ne: Binary = binary({ name: "ne", fn: Fn.ne, result: bool });
/** `self < other`, broadcast. */
export const lt: Binary = binary({ name: "lt", fn: Fn.lt, result: bool });
/** `self <= other`, broadcast. */
export const le: Binary = binary({ name: "le", fn: Fn.le, result: bool });
/** `self > other`, broadcast. */
export const gt: Binary = binary({ name: "gt", fn: Fn.gt, result: bool });
/** `self >= other`, broadcast. */
export const ge: Binary = binary({ name: "ge", fn: Fn.ge, result: bool });

/** A logical operation: operands count as true where they are not 0. */
function logical(name: string, fn: number): Binary {
  return (self, other) => {
    const dtype = operandType(self, other, false);
    const out = emptyTensor(broadcastPair(name, self, other), bool);
    return runProgram(
      out,
      computeType(dtype),
      [self, other, 0],
      [
        { fn: Fn.ne, a: 0, b: 2 },
        { fn: Fn.ne, a: 1, b: 2 },
        { fn, a: 3, b: 4 },
      ],
    );
  };
}
/** Whether both are true. */
export const logicalAnd: Binary = logical("logicalAnd", Fn.mul);
/** Whether one of them is true. */
export const logicalOr: Binary = logical("logicalOr", Fn.max);
/** Whether exactly one of them is true. */
export const logicalXor: Binary = logical("logicalXor", Fn.ne);

/** Whether an element is infinite. */
export function isinf(self: Tensor): Tensor {
  const out = emptyTensor(self.shape, bool);
  if (!self.dtype.isFloatingPoint) return fillTensor(out, 0);
  return runProgram(
    out,
    computeType(self.dtype),
    [self, Infinity],
    [
      { fn: Fn.abs, a: 0 },
      { fn: Fn.eq, a: 2, b: 1 },
    ],
  );
}

/** Whether an element is neither infinite nor NaN. */
export function isfinite(self: Tensor): Tensor {
  return logicalNot(logicalOr(isinf(self), ne(self, self)));
}

/** Whether two tensors have the same shape and the same elements. */
export function equal(self: Tensor, other: Tensor): boolean {
  if (!sameShape(self.shape, other.shape)) return false;
  const a = self.toTypedArray();
  const b = other.toTypedArray();
  return a.every((v, i) => v === b[i]);
}

/** Options of `allclose` and `isclose`. */
export interface CloseOptions {
  readonly rtol?: number;
  readonly atol?: number;
  readonly equalNan?: boolean;
}

/** Whether every element satisfies `|self - other| <= atol + rtol |other|` (defaults 1e-8 and 1e-5). */
export function allclose(self: Tensor, other: Tensor, options: CloseOptions = {}): boolean {
  const { rtol = 1e-5, atol = 1e-8, equalNan = false } = options;
  const shape = broadcastShapes("allclose", self.shape, other.shape);
  const a = expandTo(self, shape).toTypedArray();
  const b = expandTo(other, shape).toTypedArray();
  return a.every((v, i) => {
    const w = b[i]!;
    if (Number.isNaN(v) || Number.isNaN(w)) return equalNan && Number.isNaN(v) && Number.isNaN(w);
    return v === w || Math.abs(v - w) <= atol + rtol * Math.abs(w);
  });
}

/** Whether a value can be a condition: a bool tensor, or a uint8 one as in early PyTorch. */
function isCondition(x: Tensor | Scalar): boolean {
  return typeof x === "object" && (x.dtype === bool || x.dtype === uint8);
}

/**
 * Elements of `self` where the condition holds, of `other` elsewhere, broadcast.
 *
 * The order of the method, `where(self, condition, other)`, is understood too: the condition is the bool tensor.
 *
 * @throws DTypeError unless the condition is a bool tensor
 *
 * @example
 * torch.where(x.gt(0), x, 0);
 */
export function where(condition: Tensor, self: Tensor | Scalar, other: Tensor | Scalar): Tensor {
  if (!isCondition(condition)) {
    if (isCondition(self)) return where(self as Tensor, condition, other);
    throw new DTypeError("where-condition", {
      path: "where",
      rule: {
        en: `the condition must be a bool tensor, got ${condition.dtype}`,
        zh: `条件必须是 bool 张量，得到的是 ${condition.dtype}`,
      },
      expected: "bool",
      received: condition.dtype.name,
      hint: { en: "compare first, or convert with bool()", zh: "请先比较，或用 bool() 转换" },
    });
  }
  const dtype = operandType(self, other, false);
  const pair = typeof self !== "object" && typeof other !== "object" ? [] : broadcastPair("where", self, other);
  const out = emptyTensor(broadcastShapes("where", condition.shape, pair), dtype);
  runProgram(out, computeType(dtype), [self, other, condition], [{ fn: Fn.where, a: 0, b: 1, c: 2 }]);
  const a = self instanceof Tensor ? self : null;
  const b = other instanceof Tensor ? other : null;
  const inputs = [a, b].filter((x): x is Tensor => x !== null);
  if (dtype.isFloatingPoint && inputs.length > 0 && needsGraph(inputs[0]!, inputs[1])) {
    record(out, "WhereBackward0", inputs, [condition], (g, node) => {
      const mask = node.saved(0);
      const gradients: (Tensor | null)[] = [];
      if (a !== null) gradients.push(fit(where(mask, g, 0), a));
      if (b !== null) gradients.push(fit(where(mask, 0, g), b));
      return gradients;
    });
  }
  return out;
}

/** Options of `clamp`. */
export interface ClampOptions {
  readonly min?: number | Tensor | null;
  readonly max?: number | Tensor | null;
}

/**
 * Bounds every element: `min(max(x, min), max)`. At a bound the gradient is 1, beyond it 0.
 *
 * @throws ValueError without any bound
 */
export function clamp(self: Tensor, min?: number | Tensor | null | ClampOptions, max?: number | Tensor | null): Tensor {
  if (min !== null && typeof min === "object" && !(min instanceof Tensor)) return clamp(self, min.min, min.max);
  const low = min ?? null;
  const high = max ?? null;
  if (low === null && high === null) {
    throw new ValueError("clamp-bounds", {
      path: "clamp",
      rule: { en: "at least one of min and max must be given", zh: "min 与 max 至少要给出一个" },
    });
  }
  const bounds = [low, high].filter((b): b is number | Tensor => b !== null);
  let dtype = self.dtype;
  for (const b of bounds) dtype = operandType(dtype === self.dtype ? self : emptyTensor(self.shape, dtype), b, false);
  const shape = broadcastShapes("clamp", self.shape, ...bounds.map((b) => (b instanceof Tensor ? b.shape : [])));
  const out = emptyTensor(shape, dtype);
  const steps = [];
  if (low !== null) steps.push({ fn: Fn.max, a: 0, b: 1 });
  const n = 1 + bounds.length;
  if (high !== null) steps.push({ fn: Fn.min, a: low === null ? 0 : n, b: bounds.length });
  runProgram(out, computeType(dtype), [self, ...bounds], steps);
  const inputs = [self, ...bounds.filter((b): b is Tensor => b instanceof Tensor)];
  if (inputs.some((t) => t.requiresGrad) && needsGraph(inputs[0]!, inputs[1], inputs[2])) {
    record(out, "ClampBackward1", inputs, inputs, (g, node) => {
      const x = node.saved(0);
      const lower = low instanceof Tensor ? node.saved(1) : low;
      const upper = high instanceof Tensor ? node.saved(inputs.length - 1) : high;
      const gradients: (Tensor | null)[] = [];
      let inside: Tensor | null = null;
      if (lower !== null) inside = ge(x, lower);
      if (upper !== null) inside = inside === null ? le(x, upper) : logicalAnd(inside, le(x, upper));
      gradients.push(fit(where(inside!, g, 0), self));
      // Where the lower bound is above the upper one the result is the upper one, whatever x is.
      if (lower instanceof Tensor) {
        const reached = upper === null ? lt(x, lower) : logicalAnd(lt(x, lower), lt(lower, upper));
        gradients.push(fit(where(reached, g, 0), lower));
      }
      if (upper instanceof Tensor) {
        const reached = lower === null ? gt(x, upper) : logicalOr(gt(x, upper), lt(upper, lower));
        gradients.push(fit(where(reached, g, 0), upper));
      }
      return gradients;
    });
  }
  return out;
}

/** Lower bound. */
export function clampMin(self: Tensor, min: number | Tensor): Tensor {
  return clamp(self, min, null);
}

/** Upper bound. */
export function clampMax(self: Tensor, max: number | Tensor): Tensor {
  return clamp(self, null, max);
}

/** A copy with `value` wherever the mask holds. */
export function maskedFill(self: Tensor, mask: Tensor, value: number | Tensor): Tensor {
  const out = where(mask, value, self);
  return toDtype(out, self.dtype);
}
