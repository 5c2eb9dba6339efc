// Arithmetic of two operands: forward and gradient side by side.
import { named, needsGraph, record } from "../autograd/index.js";
import { Fn } from "../engine/index.js";
import { ValueError } from "../errors/index.js";
import { emptyTensor, type Tensor } from "../tensor/tensor.js";
import {
  binary,
  broadcastPair,
  computeType,
  operandType,
  recordBinary,
  runBinary,
  runProgram,
  runUnary,
  type Scalar,
} from "./elementwise.js";
import { log, neg } from "./unary.js";

/** Options of `add` and `sub`. */
export interface AlphaOptions {
  /** Multiplies the second operand. Default: 1. */
  readonly alpha?: number;
}

const plainAdd = binary({ name: "add", fn: Fn.add, saves: "none", vjpA: (g) => g, vjpB: (g) => g });
const plainSub = binary<Tensor | Scalar>({
  name: "sub",
  fn: Fn.sub,
  saves: "none",
  noBool: "operands",
  vjpA: (g) => g,
  vjpB: (g) => neg(g),
});
const trueDiv: (self: Tensor | Scalar, other: Tensor | Scalar) => Tensor = binary<Tensor | Scalar>({
  name: "div",
  fn: Fn.div,
  floating: true,
  vjpA: (g, _a, b) => trueDiv(g, b),
  // Divided twice: b * b would overflow, or vanish, for b beyond the square root of the range.
  vjpB: (g, a, b) => neg(mul(g, trueDiv(trueDiv(a, b), b))),
});

/** a + alpha * b in one pass. */
function scaledAdd(name: string, a: Tensor, b: Tensor | Scalar, alpha: number): Tensor {
  const dtype = operandType(a, b, false);
  const out = emptyTensor(broadcastPair(name, a, b), dtype);
  runProgram(out, computeType(dtype), [a, b, alpha], [{ fn: Fn.fma, a: 0, b: 1, c: 2 }]);
  recordBinary(
    out,
    "AddBackward0",
    a,
    b,
    "none",
    (g) => g,
    (g) => mul(g, alpha),
  );
  return out;
}

/**
 * Sum: `self + alpha * other`, broadcast.
 *
 * @example
 * torch.tensor([1, 2]).add(torch.tensor([10, 20]), { alpha: 2 }); // tensor([21, 42])
 */
export function add(self: Tensor, other: Tensor | Scalar, options?: AlphaOptions): Tensor {
  const alpha = options?.alpha ?? 1;
  return alpha === 1 ? plainAdd(self, other) : scaledAdd("add", self, other, alpha);
}

/** Difference: `self - alpha * other`, broadcast. */
export function sub(self: Tensor, other: Tensor | Scalar, options?: AlphaOptions): Tensor {
  const alpha = options?.alpha ?? 1;
  return alpha === 1 ? plainSub(self, other) : scaledAdd("sub", self, other, -alpha);
}

/** Difference the other way round: `other - alpha * self`. */
export function rsub(self: Tensor, other: Tensor | Scalar, options?: AlphaOptions): Tensor {
  const alpha = options?.alpha ?? 1;
  if (alpha === 1) return plainSub(other, self);
  return typeof other === "object" ? sub(other, self, { alpha }) : plainSub(other, mul(self, alpha));
}

/** Product, broadcast. */
export const mul: (self: Tensor, other: Tensor | Scalar) => Tensor = binary({
  name: "mul",
  fn: Fn.mul,
  saves: "other",
  vjpA: (g, _a, b) => mul(g, b),
  vjpB: (g, a) => mul(g, a),
});

/** Options of `div`. */
export interface DivOptions {
  /** `"trunc"` rounds the quotient towards zero, `"floor"` down; without it the division is true. */
  readonly roundingMode?: "trunc" | "floor" | null;
}

/** Quotient, broadcast; true division of integers gives floats. */
export function div(self: Tensor, other: Tensor | Scalar, options?: DivOptions): Tensor {
  const mode = options?.roundingMode;
  if (mode === undefined || mode === null) return trueDiv(self, other);
  if (mode === "floor") return flat(floorDivide(self, other), self, other);
  if (mode !== "trunc") {
    throw new ValueError("rounding-mode", {
      path: "div",
      rule: {
        en: `roundingMode must be "trunc", "floor" or null, got ${JSON.stringify(mode)}`,
        zh: `roundingMode 必须是 "trunc"、"floor" 或 null，得到的是 ${JSON.stringify(mode)}`,
      },
      expected: ["trunc", "floor", null],
      received: mode,
    });
  }
  const dtype = operandType(self, other, false);
  const out = emptyTensor(broadcastPair("div", self, other), dtype);
  runProgram(
    out,
    computeType(dtype),
    [self, other],
    [
      { fn: Fn.div, a: 0, b: 1 },
      { fn: dtype.isFloatingPoint ? Fn.trunc : Fn.copy, a: 2 },
    ],
  );
  return flat(out, self, other);
}

/** Records a result that is constant but for its steps: gradients of 0. */
function flat(out: Tensor, self: Tensor, other: Tensor | Scalar): Tensor {
  if (out.dtype.isFloatingPoint) {
    const zero = (g: Tensor) => mul(g, 0);
    recordBinary(out, "DivBackward1", self, other, "none", zero, zero);
  }
  return out;
}

/** Quotient rounded down, broadcast. */
export const floorDivide = binary({ name: "floorDivide", fn: Fn.floorDivide, noBool: "result" });

/** Remainder with the sign of the divisor, as in Python, broadcast. */
export const remainder: (self: Tensor, other: Tensor | Scalar) => Tensor = binary({
  name: "remainder",
  fn: Fn.remainder,
  noBool: "result",
  vjpA: (g) => g,
  vjpB: (g, a, b) => neg(mul(g, floorDivide(a as Tensor, b))),
});

/** Remainder with the sign of the dividend, as in C, broadcast. */
export const fmod: (self: Tensor, other: Tensor | Scalar) => Tensor = binary({
  name: "fmod",
  fn: Fn.fmod,
  vjpA: (g) => g,
  vjpB: (g, a, b) => neg(mul(g, div(a as Tensor, b, { roundingMode: "trunc" }))),
});

/** 1 where a comparison holds and one half where both sides are equal: how extremes share their gradient. */
function share(fn: number, a: Tensor | Scalar, b: Tensor | Scalar, like: Tensor): Tensor {
  const out = emptyTensor(broadcastPair("maximum", a, b), like.dtype);
  return runProgram(
    out,
    computeType(like.dtype),
    [a, b, 0.5],
    [
      { fn, a: 0, b: 1 },
      { fn: Fn.eq, a: 0, b: 1 },
      { fn: Fn.mul, a: 4, b: 2 },
      { fn: Fn.add, a: 3, b: 5 },
    ],
  );
}

/** The larger of two operands, broadcast; a NaN wins, and a tie shares the gradient. */
export const maximum: (self: Tensor, other: Tensor | Scalar) => Tensor = binary({
  name: "maximum",
  fn: Fn.max,
  vjpA: (g, a, b) => mul(g, share(Fn.gt, a, b, g)),
  vjpB: (g, a, b) => mul(g, share(Fn.lt, a, b, g)),
});

/** The smaller of two operands, broadcast; a NaN wins, and a tie shares the gradient. */
export const minimum: (self: Tensor, other: Tensor | Scalar) => Tensor = binary({
  name: "minimum",
  fn: Fn.min,
  vjpA: (g, a, b) => mul(g, share(Fn.lt, a, b, g)),
  vjpB: (g, a, b) => mul(g, share(Fn.gt, a, b, g)),
});

const powTensors: (self: Tensor | Scalar, other: Tensor | Scalar) => Tensor = binary<Tensor | Scalar>({
  name: "pow",
  fn: Fn.pow,
  noBool: "result",
  // b * a^(b - 1), and 0 for b = 0 even where a^-1 is infinite.
  vjpA: (g, a, b) => mul(g, maskZero(mul(powTensors(a as Tensor, sub(b as Tensor, 1)), b), b as Tensor)),
  // a^b log a, and 0 where a = 0 and b >= 0.
  vjpB: (g, a, b) => {
    if (typeof a !== "object") return a === 0 ? mul(g, 0) : mul(g, mul(powTensors(a, b), Math.log(Number(a))));
    return mul(g, maskZero(mul(powTensors(a, b), log(a)), a));
  },
});

/** x, and 0 wherever `gate` is 0. */
function maskZero(x: Tensor, gate: Tensor): Tensor {
  const out = emptyTensor(broadcastPair("pow", x, gate), x.dtype);
  runProgram(out, computeType(x.dtype), [x, gate, 0], [{ fn: Fn.where, a: 0, b: 2, c: 1 }]);
  if (needsGraph(x)) record(out, "WhereBackward0", [x], [gate], (g, node) => maskZero(g, node.saved(0)));
  return out;
}

/**
 * Power, broadcast: `self ** exponent`.
 *
 * @throws ValueError for integers to a negative integer power
 */
export function pow(self: Tensor | Scalar, exponent: Tensor | Scalar): Tensor {
  if (typeof exponent === "object") return named(powTensors(self, exponent), "PowBackward1");
  if (typeof self !== "object") return powTensors(self, exponent);
  const n = Number(exponent);
  const dtype = operandType(self, exponent, false);
  if (!dtype.isFloatingPoint && n < 0) {
    throw new ValueError("negative-integer-power", {
      path: "pow",
      rule: { en: "integers to negative integer powers are not allowed", zh: "整数不能取负整数次幂" },
      received: n,
      hint: { en: "convert to float32 first", zh: "请先转换为 float32" },
    });
  }
  const out = emptyTensor(self.shape, dtype);
  const fn = n === 2 ? Fn.square : n === 0.5 ? Fn.sqrt : n === -1 ? Fn.reciprocal : n === 1 ? Fn.copy : -1;
  if (fn >= 0) runUnary(fn, self, out, computeType(dtype));
  else runBinary(Fn.pow, self, n, out, computeType(dtype));
  if (needsGraph(self)) {
    record(out, "PowBackward0", [self], [self], (g, node) => {
      if (n === 0) return mul(g, 0);
      const x = node.saved(0);
      return mul(g, n === 2 ? mul(x, 2) : mul(pow(x, n - 1), n));
    });
  }
  return out;
}
