// Data types: what an element is, and which type the result of a mixed operation has.
import { DTypeError } from "../errors/index.js";

/** A number array of the kind that holds elements of some data type. */
export type TypedArray = Float32Array | Float64Array | Int32Array | Uint8Array;

/** The name of a data type. */
export type DTypeName = "float32" | "float64" | "int32" | "uint8" | "bool";

export type Category = "bool" | "integer" | "float";

/**
 * The type of a tensor's elements: `torch.float32`, `torch.float64`, `torch.int32`, `torch.uint8`, `torch.bool`.
 *
 * PyTorch's int64 and int32 both map to `int32`.
 */
export class DType {
  constructor(
    readonly name: DTypeName,
    /** The number that instructions carry (kernels/dtype.ts). */
    readonly code: number,
    /** Bytes an element. */
    readonly itemsize: number,
    readonly category: Category,
    readonly ArrayType: new (buffer: ArrayBufferLike, byteOffset: number, length: number) => TypedArray,
  ) {}

  get isFloatingPoint(): boolean {
    return this.category === "float";
  }

  toString(): string {
    return `torch.${this.name}`;
  }
}

export const float32 = new DType("float32", 0, 4, "float", Float32Array);
export const float64 = new DType("float64", 1, 8, "float", Float64Array);
export const int32 = new DType("int32", 2, 4, "integer", Int32Array);
export const uint8 = new DType("uint8", 3, 1, "integer", Uint8Array);
export const bool = new DType("bool", 4, 1, "bool", Uint8Array);

/** Every data type, by its code. */
export const dtypes: readonly DType[] = [float32, float64, int32, uint8, bool];

const RANK: Record<Category, number> = { bool: 0, integer: 1, float: 2 };

let defaultDtype: DType = float32;

/** The type of new floating-point tensors: float32 unless changed. */
export function getDefaultDtype(): DType {
  return defaultDtype;
}

/**
 * Sets the type of new floating-point tensors.
 *
 * @throws DTypeError unless it is float32 or float64
 */
export function setDefaultDtype(dtype: DType): void {
  if (!dtype.isFloatingPoint) {
    throw new DTypeError("default-dtype", {
      path: "setDefaultDtype",
      rule: { en: `the type must be floating-point, got ${dtype}`, zh: `类型必须是浮点类型，得到的是 ${dtype}` },
      expected: ["float32", "float64"],
      received: dtype.name,
    });
  }
  defaultDtype = dtype;
}

/** What a plain number counts as. An integer that int32 cannot hold is a float: 1e30 must not wrap around. */
export function categoryOf(value: number | boolean): Category {
  if (typeof value === "boolean") return "bool";
  return (value | 0) === value ? "integer" : "float";
}

/** The wider of two types of one category; of two categories, the higher one's type. */
export function promote(a: DType, b: DType): DType {
  if (a === b) return a;
  const ra = RANK[a.category];
  const rb = RANK[b.category];
  if (ra !== rb) return ra > rb ? a : b;
  if (a === float64 || b === float64) return float64;
  return int32;
}

/**
 * The type of an operation's result, as PyTorch decides it: tensors with dimensions count first; 0-dimensional tensors
 * and then plain numbers only where their category is higher (a float among integers gives the default float type).
 */
export function resultType(
  operands: readonly ({ dtype: DType; shape: readonly number[] } | number | boolean)[],
): DType {
  let dimensioned: DType | null = null;
  let scalar: DType | null = null;
  let number: Category | null = null;
  for (const operand of operands) {
    if (typeof operand === "object") {
      if (operand.shape.length > 0)
        dimensioned = dimensioned === null ? operand.dtype : promote(dimensioned, operand.dtype);
      else scalar = scalar === null ? operand.dtype : promote(scalar, operand.dtype);
    } else {
      const category = categoryOf(operand);
      if (number === null || RANK[category] > RANK[number]) number = category;
    }
  }
  let result = dimensioned;
  if (scalar !== null && (result === null || RANK[scalar.category] > RANK[result.category])) result = scalar;
  if (number !== null && (result === null || RANK[number] > RANK[result.category])) {
    result = number === "float" ? defaultDtype : number === "integer" ? int32 : bool;
  }
  return result ?? defaultDtype;
}
