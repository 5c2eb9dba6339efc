// The machinery of elementwise operations: types, broadcasting, the instruction, and the graph, written once.
import { needsGraph, record, type Vjp } from "../autograd/index.js";
import { Fn, instructions, type MapStep } from "../engine/index.js";
import { DTypeError } from "../errors/index.js";
import { bool, type DType, float32, getDefaultDtype, int32, resultType } from "../tensor/dtype.js";
import { broadcastShapes, type Shape, sameShape } from "../tensor/shape.js";
import { emptyTensor, type Tensor } from "../tensor/tensor.js";
import { sumToShape } from "./reduce-core.js";

/** What an elementwise operation takes beside tensors. */
export type Scalar = number | boolean;

/** The type that the kernels compute in for a given type: uint8 and bool are computed as int32. */
export function computeType(dtype: DType): number {
  return Math.min(dtype.code, 2);
}

/** The floating-point type that functions such as exp give for an operand: its own, or the default one for integers. */
export function floatType(dtype: DType): DType {
  return dtype.isFloatingPoint ? dtype : getDefaultDtype();
}

/** Runs a program over broadcast operands into a tensor (new, or given: then in place). The last step is the result. */
export function runProgram(
  out: Tensor,
  type: number,
  inputs: readonly (Tensor | Scalar)[],
  steps: readonly MapStep[],
): Tensor {
  const { shape } = out;
  for (let i = 0; i < inputs.length; i++) {
    const x = inputs[i]!;
    if (typeof x !== "object") instructions.setConstant(i, shape.length, Number(x));
    else instructions.setOperand(i, x.address(), x.dtype.code, x.shape, x.strides, shape);
  }
  instructions.setOperand(inputs.length, out.address(), out.dtype.code, shape, out.strides, shape);
  instructions.mapProgram(shape, type, inputs.length, steps);
  return out;
}

/** fn of one tensor into `out`, which has its shape. */
export function runUnary(fn: number, x: Tensor, out: Tensor, type: number): Tensor {
  if (x.dense && out.dense) {
    const a = x.address();
    instructions.mapOne(fn, type, out.numel(), a, x.dtype.code, out.address(), out.dtype.code);
    return out;
  }
  return runProgram(out, type, [x], [{ fn, a: 0 }]);
}

/** fn of two operands into `out`, which has the shape they broadcast to. */
export function runBinary(fn: number, a: Tensor | Scalar, b: Tensor | Scalar, out: Tensor, type: number): Tensor {
  if (out.dense) {
    const { shape } = out;
    if (typeof a === "object" && a.dense && sameShape(a.shape, shape)) {
      if (typeof b !== "object") {
        instructions.mapScalar(
          fn,
          type,
          out.numel(),
          a.address(),
          a.dtype.code,
          Number(b),
          false,
          out.address(),
          out.dtype.code,
        );
        return out;
      }
      if (b.dense && sameShape(b.shape, shape)) {
        instructions.mapTwo(
          fn,
          type,
          out.numel(),
          a.address(),
          a.dtype.code,
          b.address(),
          b.dtype.code,
          out.address(),
          out.dtype.code,
        );
        return out;
      }
    } else if (typeof a !== "object" && typeof b === "object" && b.dense && sameShape(b.shape, shape)) {
      instructions.mapScalar(
        fn,
        type,
        out.numel(),
        b.address(),
        b.dtype.code,
        Number(a),
        true,
        out.address(),
        out.dtype.code,
      );
      return out;
    }
  }
  return runProgram(out, type, [a, b], [{ fn, a: 0, b: 1 }]);
}

/** The shape of a result of two operands. */
export function broadcastPair(who: string, a: Tensor | Scalar, b: Tensor | Scalar): Shape {
  if (typeof a !== "object") return (b as Tensor).shape;
  if (typeof b !== "object" || a.shape === b.shape) return a.shape;
  return broadcastShapes(who, a.shape, b.shape);
}

/** An operation on one tensor. */
export interface UnaryDefinition {
  readonly name: string;
  readonly fn: number;
  /** Integers become the default float type first (exp, log, ...). */
  readonly floating?: boolean;
  /** Refuses bool operands (neg, ...). */
  readonly noBool?: boolean;
  /** The result's type, where it is another one (isnan gives bool). */
  readonly result?: DType;
  /** What the gradient needs: the input, the result, or nothing. */
  readonly saves?: "input" | "output";
  /** Gradient of the input, from that of the result and what was saved. */
  readonly vjp?: (gradient: Tensor, saved: Tensor) => Tensor | null;
}

/** Makes an operation on one tensor from its definition. */
export function unary(definition: UnaryDefinition): (self: Tensor) => Tensor {
  const { name, fn, floating, noBool, result, saves, vjp } = definition;
  const nodeName = nodeNameOf(name);
  const backward: Vjp = (g, node) => vjp!(g, saves === undefined ? g : node.saved(0));
  return (self) => {
    const dtype = floating ? floatType(self.dtype) : self.dtype;
    if (noBool && dtype === bool) throw boolError(name);
    const out = emptyTensor(self.shape, result ?? dtype);
    runUnary(fn, self, out, computeType(dtype));
    if (vjp !== undefined && needsGraph(self)) {
      record(out, nodeName, [self], saves === undefined ? null : [saves === "input" ? self : out], backward);
    }
    return out;
  };
}

/** An operation on two operands that broadcast. */
export interface BinaryDefinition {
  readonly name: string;
  readonly fn: number;
  /** Integers become the default float type first (true division, ...). */
  readonly floating?: boolean;
  /** Refuses bool operands: any of them, or only where the result would be bool. */
  readonly noBool?: "operands" | "result";
  readonly result?: DType;
  /** Which operands the gradients need: each needs both (default), or only the other one, or none. */
  readonly saves?: "both" | "other" | "none";
  /** Gradient of the first and of the second operand. */
  readonly vjpA?: (gradient: Tensor, a: Tensor | Scalar, b: Tensor | Scalar) => Tensor;
  readonly vjpB?: (gradient: Tensor, a: Tensor | Scalar, b: Tensor | Scalar) => Tensor;
}

/** Makes an operation on two operands from its definition. */
export function binary<A extends Tensor | Scalar = Tensor>(
  definition: BinaryDefinition,
): (self: A, other: Tensor | Scalar) => Tensor {
  const { name, fn, floating, noBool, result, saves, vjpA, vjpB } = definition;
  const nodeName = nodeNameOf(name);
  const differentiable = vjpA !== undefined;
  return (self, other) => {
    const a = self as Tensor | Scalar;
    const b = other;
    const dtype = operandType(a, b, floating === true);
    if (noBool !== undefined && (dtype === bool || (noBool === "operands" && (isBool(a) || isBool(b))))) {
      throw boolError(name);
    }
    const out = emptyTensor(broadcastPair(name, a, b), result ?? dtype);
    runBinary(fn, a, b, out, computeType(dtype));
    if (differentiable) recordBinary(out, nodeName, a, b, saves ?? "both", vjpA, vjpB!);
    return out;
  };
}

function isBool(x: Tensor | Scalar): boolean {
  return typeof x === "object" ? x.dtype === bool : typeof x === "boolean";
}

/** The type two operands are computed in. */
export function operandType(a: Tensor | Scalar, b: Tensor | Scalar, floating: boolean): DType {
  let dtype: DType;
  if (typeof a === "object" && typeof b === "object" && a.dtype === b.dtype) dtype = a.dtype;
  else if (typeof a === "object" && a.dtype === float32 && typeof b !== "object") dtype = float32;
  else dtype = resultType([a, b]);
  return floating ? floatType(dtype) : dtype;
}

/** Records an operation on two operands; gradients of broadcast operands are summed to their shapes. */
export function recordBinary(
  out: Tensor,
  name: string,
  a: Tensor | Scalar,
  b: Tensor | Scalar,
  saves: "both" | "other" | "none",
  vjpA: (gradient: Tensor, a: Tensor | Scalar, b: Tensor | Scalar) => Tensor,
  vjpB: (gradient: Tensor, a: Tensor | Scalar, b: Tensor | Scalar) => Tensor,
): void {
  if (typeof a !== "object") {
    if (typeof b !== "object" || !needsGraph(b)) return;
    const both = saves === "both";
    record(out, name, [b], both ? [b] : null, (g, node) => fit(vjpB(g, a, both ? node.saved(0) : b), b));
  } else if (typeof b !== "object") {
    if (!needsGraph(a)) return;
    const both = saves === "both";
    record(out, name, [a], both ? [a] : null, (g, node) => fit(vjpA(g, both ? node.saved(0) : a, b), a));
  } else if (needsGraph(a, b)) {
    const keepsA = saves === "both" || (saves === "other" && b.requiresGrad);
    const keepsB = saves === "both" || (saves === "other" && a.requiresGrad);
    record(out, name, [a, b], keepsA || keepsB ? [keepsA ? a : null, keepsB ? b : null] : null, (g, node) => {
      const savedA = keepsA ? node.saved(0) : a;
      const savedB = keepsB ? node.saved(1) : b;
      return [
        node.needs(0) ? fit(vjpA(g, savedA, savedB), a) : null,
        node.needs(1) ? fit(vjpB(g, savedA, savedB), b) : null,
      ];
    });
  }
}

/** A gradient in the shape and the type of the operand it belongs to. */
export function fit(gradient: Tensor, like: Tensor): Tensor {
  const g = sumToShape(gradient, like.shape);
  if (g.dtype === like.dtype) return g;
  const out = castTensor(g, like.dtype);
  if (needsGraph(g)) record(out, "ToCopyBackward0", [g], null, (gg) => fit(gg, g));
  return out;
}

/** A contiguous copy in another type. */
export function castTensor(x: Tensor, dtype: DType): Tensor {
  const out = emptyTensor(x.shape, dtype);
  runUnary(Fn.copy, x, out, conversionType(x.dtype, dtype));
  return out;
}

/** The type to convert through, so that nothing is lost on the way. */
export function conversionType(from: DType, to: DType): number {
  if (from.code === to.code) return computeType(from);
  if (from.code === 1 || to.code === 1) return 1;
  // float32 holds bytes exactly and converts to integers as C does; int32 to float32 rounds once.
  if (to === float32) return 0;
  if (from === float32) return to === int32 || to.code === 3 ? 1 : 0;
  return 2;
}

/** "MulBackward0" from "mul", as PyTorch names its nodes. */
export function nodeNameOf(name: string): string {
  if (name === "square") return "PowBackward0";
  return `${name[0]!.toUpperCase()}${name.slice(1)}Backward0`;
}

function boolError(name: string): DTypeError {
  return new DTypeError("bool-operand", {
    path: name,
    rule: { en: "bool tensors are not supported", zh: "不支持 bool 张量" },
    received: "bool",
    hint: {
      en: "convert with to(torch.int32), or use a logical operation",
      zh: "请用 to(torch.int32) 转换，或使用逻辑运算",
    },
  });
}
