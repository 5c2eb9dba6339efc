// Operations made of formulas: types, broadcasting, one pass forward, one pass for each gradient, and the graph.
import { anyNeedsGraph, record } from "../autograd/index.js";
import { DTypeError } from "../errors/index.js";
import { type DType, resultType } from "../tensor/dtype.js";
import { broadcastShapes, type Shape } from "../tensor/shape.js";
import { emptyTensor, Tensor } from "../tensor/tensor.js";
import { computeType, fit, floatType, nodeNameOf, runProgram, type Scalar } from "./elementwise.js";
import { type CompiledFormula, compileFormula, type Formula, type GradientFormula, tensorAlgebra } from "./formula.js";

/** An elementwise operation as formulas. */
export interface FormulaDefinition {
  readonly name: string;
  /** How many operands broadcast against each other. Default: 1. */
  readonly operands?: number;
  /** How many numbers follow. Default: 0. */
  readonly parameters?: number;
  /** Integers: become the default float type (default), stay what they are, or are refused. */
  readonly integers?: "promote" | "keep" | "refuse";
  readonly forward: Formula;
  /** The gradient of each operand; none: it gets none. */
  readonly gradients?: readonly (GradientFormula | null)[];
}

type Operand = Tensor | Scalar;

/** The type of an operation's result. */
function typeOf(definition: FormulaDefinition, operands: readonly Operand[]): DType {
  const { name, integers = "promote" } = definition;
  const dtype =
    operands.length === 1 && typeof operands[0] === "object" ? operands[0].dtype : resultType([...operands]);
  if (dtype.isFloatingPoint || integers === "keep") return dtype;
  if (integers === "promote") return floatType(dtype);
  throw new DTypeError("floating-operand", {
    path: name,
    rule: { en: `a floating-point tensor is needed, got ${dtype}`, zh: `需要浮点张量，得到的是 ${dtype}` },
    expected: ["float32", "float64"],
    received: dtype.name,
    hint: { en: "convert with to(torch.float32)", zh: "请用 to(torch.float32) 转换" },
  });
}

function shapeOf(name: string, operands: readonly Operand[]): Shape {
  const shapes = operands.filter((x): x is Tensor => typeof x === "object").map((x) => x.shape);
  return shapes.length === 0 ? [] : broadcastShapes(name, ...(shapes as [Shape, ...Shape[]]));
}

/** Makes an operation from its formulas. */
export function formulaOp(
  definition: FormulaDefinition,
): (operands: readonly Operand[], parameters?: readonly number[]) => Tensor {
  const { name, operands: count = 1, parameters: extra = 0, forward, gradients = [] } = definition;
  const nodeName = nodeNameOf(name);
  let program: CompiledFormula | null = null;
  const programs: CompiledFormula[] = [];

  /** The gradient of operand i: one pass, or differentiable operations where a graph of it is wanted. */
  const gradientOf = (
    i: number,
    g: Tensor,
    values: readonly Operand[],
    parameters: readonly number[],
  ): Tensor | null => {
    const formula = gradients[i];
    if (formula == null) return null;
    if (anyNeedsGraph([g, ...values.filter((x): x is Tensor => typeof x === "object")])) {
      const numbers = values.map((x) => (typeof x === "boolean" ? Number(x) : x));
      const result = formula(tensorAlgebra, g, numbers, parameters);
      return typeof result === "object"
        ? result
        : runProgram(emptyTensor(g.shape, g.dtype), computeType(g.dtype), [result], COPY);
    }
    const compiled = (programs[i] ??= compileFormula(1 + count + extra, (k, inputs) =>
      formula(k, inputs[0]!, inputs.slice(1, 1 + count), inputs.slice(1 + count)),
    ));
    const out = emptyTensor(g.shape, g.dtype);
    return runProgram(out, computeType(g.dtype), [g, ...values, ...parameters, ...compiled.constants], compiled.steps);
  };

  return (operands, parameters = []) => {
    const dtype = typeOf(definition, operands);
    program ??= compileFormula(count + extra, (k, inputs) => forward(k, inputs.slice(0, count), inputs.slice(count)));
    const out = emptyTensor(shapeOf(name, operands), dtype);
    runProgram(out, computeType(dtype), [...operands, ...parameters, ...program.constants], program.steps);
    const tensors = operands.filter((x): x is Tensor => x instanceof Tensor);
    if (gradients.length > 0 && dtype.isFloatingPoint && anyNeedsGraph(tensors)) {
      record(out, nodeName, tensors, tensors, (g, node) => {
        let at = 0;
        const values = operands.map((x) => (typeof x === "object" ? node.saved(at++) : x));
        at = 0;
        const results: (Tensor | null)[] = [];
        operands.forEach((x, i) => {
          if (typeof x !== "object") return;
          const gradient = node.needs(at++) ? gradientOf(i, g, values, parameters) : null;
          results.push(gradient === null ? null : fit(gradient, x));
        });
        return results;
      });
    }
    return out;
  };
}

const COPY = [{ fn: 0, a: 0 }];

/** Makes a function of one tensor from its formulas. */
export function formulaUnary(definition: FormulaDefinition): (self: Tensor) => Tensor {
  const run = formulaOp(definition);
  return (self) => run([self]);
}

/** Makes a function of two operands from its formulas. */
export function formulaBinary(definition: FormulaDefinition): (self: Tensor, other: Tensor | Scalar) => Tensor {
  const run = formulaOp({ operands: 2, ...definition });
  return (self, other) => run([self, other]);
}
