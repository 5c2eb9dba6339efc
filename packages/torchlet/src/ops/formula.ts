// Elementwise formulas, written once: compiled to a program that runs in one pass, or evaluated with differentiable operations.
import { Fn, type MapStep } from "../engine/index.js";
import type { Tensor } from "../tensor/tensor.js";
import { add, div, maximum, minimum, mul, pow, sub } from "./arithmetic.js";
import { eq, ge, gt, le, logicalAnd, logicalOr, lt, ne, where } from "./comparison.js";
import {
  abs,
  cos,
  exp,
  exp2,
  expm1,
  isnan,
  log,
  log1p,
  log2,
  logicalNot,
  neg,
  rsqrt,
  sigmoid,
  sign,
  sin,
  sqrt,
  square,
  tanh,
} from "./unary.js";

const UNARY = {
  neg: Fn.neg,
  abs: Fn.abs,
  square: Fn.square,
  sqrt: Fn.sqrt,
  rsqrt: Fn.rsqrt,
  sign: Fn.sign,
  not: Fn.not,
  isnan: Fn.isnan,
  exp: Fn.exp,
  exp2: Fn.exp2,
  expm1: Fn.expm1,
  log: Fn.log,
  log2: Fn.log2,
  log1p: Fn.log1p,
  sigmoid: Fn.sigmoid,
  tanh: Fn.tanh,
  sin: Fn.sin,
  cos: Fn.cos,
} as const;
const BINARY = {
  add: Fn.add,
  sub: Fn.sub,
  mul: Fn.mul,
  div: Fn.div,
  max: Fn.max,
  min: Fn.min,
  pow: Fn.pow,
  eq: Fn.eq,
  ne: Fn.ne,
  lt: Fn.lt,
  le: Fn.le,
  gt: Fn.gt,
  ge: Fn.ge,
  and: Fn.mul,
  or: Fn.max,
} as const;
type UnaryName = keyof typeof UNARY;
type BinaryName = keyof typeof BINARY;

/** The operations that formulas are written with; comparisons give truth values for `and`, `or`, `not` and `where`. */
export type Algebra<V> = {
  readonly [K in UnaryName]: (a: V | number) => V;
} & {
  readonly [K in BinaryName]: (a: V | number, b: V | number) => V;
} & {
  /** `condition ? a : b`; what is not chosen may be anything, NaN too. */
  readonly where: (condition: V, a: V | number, b: V | number) => V;
  /** A function that has an operation and a number of its own. */
  readonly apply: (f: Applied, a: V | number) => V;
};

/** A function of one tensor that formulas may use beside those of the algebra. */
export interface Applied {
  readonly fn: number;
  readonly operation: (x: Tensor) => Tensor;
}

/** A formula of operands that broadcast and of numbers. */
export type Formula = <V>(
  k: Algebra<V>,
  operands: readonly (V | number)[],
  parameters: readonly (V | number)[],
) => V | number;

/** A formula of the gradient that comes, of the operands and of numbers. */
export type GradientFormula = <V>(
  k: Algebra<V>,
  gradient: V,
  operands: readonly (V | number)[],
  parameters: readonly (V | number)[],
) => V | number;

/** A formula as a program; its inputs are those it was compiled for, then the constants. */
export interface CompiledFormula {
  readonly constants: readonly number[];
  readonly steps: readonly MapStep[];
}

/** An input, a constant or the result of a step, numbered within its kind. */
interface Register {
  readonly kind: "input" | "constant" | "step";
  readonly index: number;
}

/** Compiles a formula of `inputs` registers. Equal steps are computed once. */
export function compileFormula(
  inputs: number,
  body: (k: Algebra<Register>, inputs: readonly Register[]) => Register | number,
): CompiledFormula {
  const constants: number[] = [];
  const steps: { fn: number; operands: Register[]; register: Register }[] = [];
  const known = new Map<string, Register>();
  const remember = (key: string, make: () => Register) => {
    let register = known.get(key);
    if (register === undefined) {
      register = make();
      known.set(key, register);
    }
    return register;
  };
  const registerOf = (x: Register | number) =>
    typeof x === "object"
      ? x
      : remember(`constant ${Object.is(x, -0) ? "-0" : x}`, () => ({
          kind: "constant",
          index: constants.push(x) - 1,
        }));
  const emit = (fn: number, ...given: (Register | number)[]) => {
    const operands = given.map(registerOf);
    return remember(`${fn} ${operands.map((r) => `${r.kind} ${r.index}`).join(", ")}`, () => {
      const register: Register = { kind: "step", index: steps.length };
      steps.push({ fn, operands, register });
      return register;
    });
  };
  const entries: [string, unknown][] = [
    ...Object.entries(UNARY).map(([name, fn]): [string, unknown] => [name, (a: Register | number) => emit(fn, a)]),
    ...Object.entries(BINARY).map(([name, fn]): [string, unknown] => [
      name,
      (a: Register | number, b: Register | number) => emit(fn, a, b),
    ]),
    [
      "where",
      (condition: Register, a: Register | number, b: Register | number) => emit(Fn.where, a, b, condition as Register),
    ],
    ["apply", (f: Applied, a: Register | number) => emit(f.fn, a)],
  ];
  const k = Object.fromEntries(entries) as unknown as Algebra<Register>;
  const result = body(
    k,
    Array.from({ length: inputs }, (_, index): Register => ({ kind: "input", index })),
  );
  // The result of the program is that of its last step.
  if (typeof result === "number" || result.index !== steps.length - 1 || result.kind !== "step") {
    const operands = [registerOf(result)];
    steps.push({ fn: Fn.copy, operands, register: { kind: "step", index: steps.length } });
  }
  const start = { input: 0, constant: inputs, step: inputs + constants.length };
  const place = (r: Register | undefined) => (r === undefined ? 0 : start[r.kind] + r.index);
  return {
    constants,
    steps: steps.map(({ fn, operands: [a, b, c] }) => ({ fn, a: place(a), b: place(b), c: place(c) })),
  };
}

type Value = Tensor | number;
const both =
  (ofNumbers: (a: number, b: number) => number | boolean, ofTensors: (a: Tensor, b: Value) => Tensor) =>
  (a: Value, b: Value): Value =>
    typeof a === "object" ? ofTensors(a, b) : typeof b === "object" ? ofTensors(b, a) : Number(ofNumbers(a, b));
/** The same for operations whose operands cannot be exchanged; `flipped` is the operation with them exchanged. */
const ordered =
  (
    ofNumbers: (a: number, b: number) => number | boolean,
    ofTensors: (a: Tensor, b: Value) => Tensor,
    flipped: (b: Tensor, a: number) => Tensor,
  ) =>
  (a: Value, b: Value): Value =>
    typeof a === "object" ? ofTensors(a, b) : typeof b === "object" ? flipped(b, a) : Number(ofNumbers(a, b));
const one =
  (ofNumber: (a: number) => number | boolean, ofTensor: (a: Tensor) => Tensor) =>
  (a: Value): Value =>
    typeof a === "object" ? ofTensor(a) : Number(ofNumber(a));

/** Formulas evaluated with differentiable operations: what second derivatives are made of. */
export const tensorAlgebra: Algebra<Value> = {
  neg: one((a) => -a, neg),
  abs: one(Math.abs, abs),
  square: one((a) => a * a, square),
  sqrt: one(Math.sqrt, sqrt),
  rsqrt: one((a) => 1 / Math.sqrt(a), rsqrt),
  sign: one(Math.sign, sign),
  not: one((a) => a === 0, logicalNot),
  isnan: one(Number.isNaN, isnan),
  exp: one(Math.exp, exp),
  exp2: one((a) => 2 ** a, exp2),
  expm1: one(Math.expm1, expm1),
  log: one(Math.log, log),
  log2: one(Math.log2, log2),
  log1p: one(Math.log1p, log1p),
  sigmoid: one((a) => 1 / (1 + Math.exp(-a)), sigmoid),
  tanh: one(Math.tanh, tanh),
  sin: one(Math.sin, sin),
  cos: one(Math.cos, cos),
  add: both((a, b) => a + b, add),
  sub: ordered(
    (a, b) => a - b,
    sub,
    (b, a) => add(neg(b), a),
  ),
  mul: both((a, b) => a * b, mul),
  div: ordered(
    (a, b) => a / b,
    div,
    (b, a) => divideNumber(a, b),
  ),
  max: both(Math.max, maximum),
  min: both(Math.min, minimum),
  pow: ordered(
    (a, b) => a ** b,
    pow,
    (b, a) => pow(a, b),
  ),
  eq: both((a, b) => a === b, eq),
  ne: both((a, b) => a !== b, ne),
  lt: ordered((a, b) => a < b, lt, gt),
  le: ordered((a, b) => a <= b, le, ge),
  gt: ordered((a, b) => a > b, gt, lt),
  ge: ordered((a, b) => a >= b, ge, le),
  and: both((a, b) => a !== 0 && b !== 0, logicalAnd),
  or: both((a, b) => a !== 0 || b !== 0, logicalOr),
  where: (condition, a, b) => (typeof condition === "object" ? where(condition, a, b) : condition !== 0 ? a : b),
  apply: (f, a) => f.operation(a as Tensor),
};

/** number / tensor: division takes a number on the left as well, though its public type does not say so. */
function divideNumber(a: number, b: Tensor): Tensor {
  return div(a as unknown as Tensor, b);
}
