// Making tensors: from values, and filled by rule.
import { addressOf, instructions, machine, Op, recording, unrecorded } from "../engine/index.js";
import { DTypeError, ShapeError, ValueError } from "../errors/index.js";
import {
  bool,
  categoryOf,
  type DType,
  float32,
  float64,
  getDefaultDtype,
  int32,
  type TypedArray,
  uint8,
} from "../tensor/dtype.js";
import { formatShape, type Shape, sizeOf } from "../tensor/shape.js";
import type { TensorOf } from "../tensor/shape-types.js";
import { emptyTensor, Tensor } from "../tensor/tensor.js";
import { readKeywords } from "./arguments.js";
import { pow } from "./arithmetic.js";
import { castTensor } from "./elementwise.js";
import { fillTensor } from "./fill.js";
import { diagonal, expand, narrow, reshape } from "./views.js";

/** Options of every function that makes a tensor. */
export interface TensorOptions {
  /** Default: float32 for what has no type of its own. */
  readonly dtype?: DType;
  /** Whether gradients shall be accumulated. Default: false. */
  readonly requiresGrad?: boolean;
}

/** Values that `tensor` takes: numbers, booleans, nested arrays of them, typed arrays. */
export type TensorData = number | boolean | readonly TensorData[] | ArrayBufferView | Tensor;

/** Sizes one by one or as one array, then options. */
export type SizeArguments = readonly (number | Shape | TensorOptions | undefined)[];

/** Splits `(2, 3, { dtype })` or `([2, 3], { dtype })` into a shape and options. */
export function readSizes<O extends object = TensorOptions>(
  who: string,
  given: readonly (number | Shape | O | undefined)[],
): { shape: Shape; options: O } {
  const args = given.filter((a) => a !== undefined);
  const last = args[args.length - 1];
  const hasOptions = typeof last === "object" && !Array.isArray(last);
  const sizes = hasOptions ? args.slice(0, -1) : args;
  const shape = (sizes.length === 1 && typeof sizes[0] === "object" ? sizes[0] : sizes) as Shape;
  for (const size of shape) {
    if (!Number.isInteger(size) || size < 0) {
      throw new ShapeError("size", {
        path: who,
        rule: {
          en: `sizes must be non-negative integers, got ${formatShape(shape)}`,
          zh: `大小必须是非负整数，得到的是 ${formatShape(shape)}`,
        },
        received: [...shape],
      });
    }
  }
  return { shape, options: (hasOptions ? last : {}) as O };
}

function finish(x: Tensor, options: TensorOptions): Tensor {
  if (options.requiresGrad) x.requiresGrad_(true);
  return x;
}

/** A new tensor with values that JavaScript has. In a captured step they are a constant, copied in every replay. */
function fromTypedArray(values: TypedArray | readonly number[], dtype: DType, shape: Shape): Tensor {
  const constant = unrecorded(() => {
    const out = emptyTensor(shape, dtype);
    const address = addressOf(out.storage);
    new dtype.ArrayType(machine.u8.buffer, address, values.length).set(values);
    return out;
  });
  if (recording === null) return constant;
  const out = emptyTensor(shape, dtype);
  const from = constant.address();
  instructions.copyBytes(from, out.address(), constant.storage.bytes);
  return out;
}

function dtypeOfArray(values: ArrayBufferView): DType {
  if (values instanceof Float32Array) return float32;
  if (values instanceof Float64Array) return float64;
  if (values instanceof Int32Array) return int32;
  if (values instanceof Uint8Array || values instanceof Uint8ClampedArray) return uint8;
  throw new DTypeError("typed-array", {
    path: "tensor",
    rule: {
      en: `a ${values.constructor.name} has no matching data type`,
      zh: `${values.constructor.name} 没有对应的数据类型`,
    },
    expected: ["Float32Array", "Float64Array", "Int32Array", "Uint8Array"],
    received: values.constructor.name,
  });
}

function ragged(expected: number, received: number): ShapeError {
  return new ShapeError("ragged", {
    path: "tensor",
    rule: {
      en: `nested arrays must be of equal length, got ${expected} and ${received}`,
      zh: `嵌套数组的长度必须一致，得到的是 ${expected} 与 ${received}`,
    },
    expected,
    received,
  });
}

/** Walks nested arrays: their shape, their values in order, and what kinds occur. */
function flattenNested(data: TensorData): {
  shape: number[];
  values: number[];
  kind: "bool" | "integer" | "float";
  dtype: DType | null;
} {
  const shape: number[] = [];
  for (let level: TensorData = data; Array.isArray(level) || level instanceof Tensor || ArrayBuffer.isView(level); ) {
    if (level instanceof Tensor) {
      shape.push(...level.shape);
      break;
    }
    if (ArrayBuffer.isView(level)) {
      shape.push((level as TypedArray).length);
      break;
    }
    shape.push(level.length);
    if (level.length === 0) break;
    level = level[0] as TensorData;
  }
  const values: number[] = [];
  let kind: "bool" | "integer" | "float" = "bool";
  let dtype: DType | null = null;
  const widen = (next: "integer" | "float") => {
    if (kind !== "float") kind = next;
  };
  const visit = (item: TensorData, depth: number) => {
    if (item instanceof Tensor || ArrayBuffer.isView(item)) {
      const array = item instanceof Tensor ? item.toTypedArray() : (item as TypedArray);
      dtype ??= item instanceof Tensor ? item.dtype : dtypeOfArray(item);
      const expected = shape.slice(depth).reduce((n, s) => n * s, 1);
      if (array.length !== expected) throw ragged(expected, array.length);
      for (const v of array) values.push(v);
    } else if (Array.isArray(item)) {
      if (item.length !== shape[depth]) throw ragged(shape[depth] ?? 0, item.length);
      for (const inner of item) visit(inner as TensorData, depth + 1);
    } else {
      if (depth !== shape.length) throw ragged(shape[depth] ?? 0, 1);
      if (typeof item === "number") widen(categoryOf(item) === "integer" ? "integer" : "float");
      else if (typeof item !== "boolean") {
        throw new DTypeError("tensor-data", {
          path: "tensor",
          rule: {
            en: `values must be numbers or booleans, got ${item === null ? "null" : typeof item}`,
            zh: `值必须是数字或布尔值，得到的是 ${item === null ? "null" : typeof item}`,
          },
          received: item,
        });
      }
      values.push(Number(item));
    }
  };
  visit(data, 0);
  if (values.length === 0) kind = "float";
  return { shape, values, kind, dtype };
}

/**
 * A tensor with a copy of the given values.
 *
 * Integers in nested arrays give int32, fractions float32, booleans bool; typed arrays keep their type. JavaScript has
 * one kind of number: `tensor([1, 2])` is int32 as in PyTorch, and so is `tensor([1.0, 2.0])`; pass a dtype to have floats.
 * Integers beyond int32 give float32.
 *
 * @throws ShapeError for ragged arrays, DTypeError for values that are no numbers
 *
 * @example
 * torch.tensor([[1.5, 2], [3, 4]]);
 * torch.tensor([1, 2], { dtype: torch.float32, requiresGrad: true });
 */
export function tensor(data: TensorData, options: TensorOptions = {}): Tensor {
  if (ArrayBuffer.isView(data)) {
    const natural = dtypeOfArray(data);
    const values = data as TypedArray;
    const dtype = options.dtype ?? natural;
    if (dtype === bool && natural !== bool)
      return finish(castTensor(fromTypedArray(values, natural, [values.length]), bool), options);
    if (dtype !== natural && !dtype.isFloatingPoint && natural.isFloatingPoint) {
      return finish(castTensor(fromTypedArray(values, natural, [values.length]), dtype), options);
    }
    return finish(fromTypedArray(values, dtype, [values.length]), options);
  }
  if (data instanceof Tensor) {
    return finish(castTensor(data.data, options.dtype ?? data.dtype), options);
  }
  const { shape, values, kind, dtype: found } = flattenNested(data);
  const dtype = options.dtype ?? found ?? (kind === "bool" ? bool : kind === "integer" ? int32 : getDefaultDtype());
  if (dtype === bool)
    return finish(
      fromTypedArray(
        Uint8Array.from(values, (v) => (v !== 0 ? 1 : 0)),
        bool,
        shape,
      ),
      options,
    );
  return finish(fromTypedArray(dtype.isFloatingPoint ? values : values.map(Math.trunc), dtype, shape), options);
}

/** A tensor of zeros. */
export function zeros<const S extends Shape>(shape: S, options?: TensorOptions): TensorOf<S>;
export function zeros(...args: SizeArguments): Tensor;
export function zeros(...args: SizeArguments): Tensor {
  const { shape, options } = readSizes("zeros", args);
  return finish(fillTensor(emptyTensor(shape, options.dtype ?? getDefaultDtype()), 0), options);
}

/** A tensor of ones. */
export function ones<const S extends Shape>(shape: S, options?: TensorOptions): TensorOf<S>;
export function ones(...args: SizeArguments): Tensor;
export function ones(...args: SizeArguments): Tensor {
  const { shape, options } = readSizes("ones", args);
  return finish(fillTensor(emptyTensor(shape, options.dtype ?? getDefaultDtype()), 1), options);
}

/** A tensor whose values are whatever its memory held. */
export function empty<const S extends Shape>(shape: S, options?: TensorOptions): TensorOf<S>;
export function empty(...args: SizeArguments): Tensor;
export function empty(...args: SizeArguments): Tensor {
  const { shape, options } = readSizes("empty", args);
  return finish(emptyTensor(shape, options.dtype ?? getDefaultDtype()), options);
}

/** A tensor of one value. */
export function full(shape: Shape, value: number | boolean, options: TensorOptions = {}): Tensor {
  const natural = { bool, integer: int32, float: getDefaultDtype() }[categoryOf(value)];
  const { shape: checked } = readSizes("full", [shape]);
  return finish(fillTensor(emptyTensor(checked, options.dtype ?? natural), Number(value)), options);
}

/** Zeros in the shape and type of another tensor. */
export function zerosLike(self: Tensor, options: TensorOptions = {}): Tensor {
  return finish(fillTensor(emptyTensor(self.shape, options.dtype ?? self.dtype), 0), options);
}

/** Ones in the shape and type of another tensor. */
export function onesLike(self: Tensor, options: TensorOptions = {}): Tensor {
  return finish(fillTensor(emptyTensor(self.shape, options.dtype ?? self.dtype), 1), options);
}

/** One value in the shape and type of another tensor. */
export function fullLike(self: Tensor, value: number | boolean, options: TensorOptions = {}): Tensor {
  return finish(fillTensor(emptyTensor(self.shape, options.dtype ?? self.dtype), Number(value)), options);
}

/** Undefined values in the shape and type of another tensor. */
export function emptyLike(self: Tensor, options: TensorOptions = {}): Tensor {
  return finish(emptyTensor(self.shape, options.dtype ?? self.dtype), options);
}

function sequence(count: number, start: number, step: number, dtype: DType): Tensor {
  const out = emptyTensor([count], dtype);
  instructions.plain(Op.iota, [dtype.code, count, out.address()], [start, step]);
  return out;
}

/**
 * Numbers from `start` (default 0) up to but without `end`, in steps: `ceil((end - start) / step)` of them, each
 * computed as `start + i * step`.
 *
 * @throws ValueError for step 0 and for a step that leads away from the end
 */
export function arange(end: number, options?: TensorOptions): Tensor;
export function arange(start: number, end: number, options?: TensorOptions): Tensor;
export function arange(start: number, end: number, step: number, options?: TensorOptions): Tensor;
export function arange(options: TensorOptions & RangeOptions): Tensor;
export function arange(...args: (NumberLike | (TensorOptions & RangeOptions) | undefined)[]): Tensor {
  const numbers = args
    .filter((a): a is NumberLike => typeof a === "number" || typeof a === "boolean" || a instanceof Tensor)
    .map(numberOf);
  const options = (args.find((a) => typeof a === "object" && !(a instanceof Tensor)) ?? {}) as TensorOptions &
    RangeOptions;
  const startFirst = numbers.length > 1 || (numbers.length === 1 && options.end !== undefined);
  let start = startFirst ? numbers[0]! : numberOf(options.start ?? 0);
  let end = startFirst || numbers.length === 0 ? (numbers[1] ?? numberOf(options.end ?? Number.NaN)) : numbers[0]!;
  let step = numbers[2] ?? numberOf(options.step ?? 1);
  if (options.dtype !== undefined && !options.dtype.isFloatingPoint) {
    [start, end, step] = [Math.trunc(start), Math.trunc(end), Math.trunc(step)];
  }
  if (step === 0 || !Number.isFinite(start) || !Number.isFinite(end) || (end - start) / step < 0) {
    throw new ValueError("arange-range", {
      path: "arange",
      rule: {
        en: `steps of ${step} do not lead from ${start} to ${end}`,
        zh: `以步长 ${step} 无法从 ${start} 到达 ${end}`,
      },
      received: [start, end, step],
    });
  }
  const given = [...numbers, ...[options.start, options.end, options.step].filter((v) => v !== undefined)];
  const floating = args.some((a) => a instanceof Tensor && a.dtype.isFloatingPoint);
  const dtype =
    options.dtype ?? (!floating && given.every((v) => Number.isInteger(numberOf(v))) ? int32 : getDefaultDtype());
  return finish(sequence(Math.ceil((end - start) / step), start, step, dtype), options);
}

/** A number, or a tensor that holds one. */
export type NumberLike = number | Tensor;

function numberOf(value: NumberLike): number {
  return value instanceof Tensor ? value.item() : Number(value);
}

/** The range of `arange` and `linspace` by name. */
export interface RangeOptions {
  readonly start?: NumberLike;
  readonly end?: NumberLike;
  readonly step?: NumberLike;
  readonly steps?: number;
  readonly base?: number;
}

/** Numbers at equal distances, those of the second half counted from the end; `whole`: the ends are cut off to integers first. */
function spaced(who: string, start: number, end: number, steps: number, dtype: DType, whole: boolean): Tensor {
  if (whole) return spaced(who, Math.trunc(start), Math.trunc(end), steps, dtype, false);
  if (!Number.isInteger(steps) || steps < 0) {
    throw new ValueError("steps", {
      path: who,
      rule: { en: `steps must be a non-negative integer, got ${steps}`, zh: `steps 必须是非负整数，得到的是 ${steps}` },
      received: steps,
    });
  }
  const step = steps > 1 ? (end - start) / (steps - 1) : 0;
  const out = sequence(steps, start, step, dtype);
  if (steps < 2) return out;
  const back = steps - (steps >> 1);
  const address = out.address() + (steps >> 1) * dtype.itemsize;
  instructions.plain(Op.iota, [dtype.code, back, address], [end - (back - 1) * step, step]);
  // Rounding might miss it.
  fillTensor(narrow(out, 0, steps - 1, 1), end);
  return out;
}

/**
 * `steps` numbers at equal distances from `start` to `end`, both included; integers are cut off towards 0.
 *
 * @throws ValueError for a negative number of steps
 *
 * @example
 * torch.linspace(0, 1, 5); // [0, 0.25, 0.5, 0.75, 1]
 */
export function linspace(
  start: NumberLike | (TensorOptions & RangeOptions),
  end?: NumberLike | (TensorOptions & RangeOptions),
  steps?: number | (TensorOptions & RangeOptions),
  options?: TensorOptions,
): Tensor {
  const given = readKeywords<TensorOptions & RangeOptions>(["start", "end", "steps"], [start, end, steps, options]);
  const dtype = given.dtype ?? getDefaultDtype();
  const from = numberOf(given.start ?? Number.NaN);
  return finish(
    spaced(
      "linspace",
      from,
      numberOf(given.end ?? Number.NaN),
      given.steps ?? Number.NaN,
      dtype,
      !dtype.isFloatingPoint,
    ),
    given,
  );
}

/** `steps` numbers `base^x` (base 10 unless given) for equally spaced x from `start` to `end`. */
export function logspace(
  start: NumberLike | (TensorOptions & RangeOptions),
  end?: NumberLike | (TensorOptions & RangeOptions),
  steps?: number | (TensorOptions & RangeOptions),
  base?: number | (TensorOptions & RangeOptions),
  options?: TensorOptions,
): Tensor {
  const names = ["start", "end", "steps", "base"] as const;
  const given = readKeywords<TensorOptions & RangeOptions>(names, [start, end, steps, base, options]);
  const dtype = given.dtype ?? getDefaultDtype();
  const from = numberOf(given.start ?? Number.NaN);
  const exponents = spaced(
    "logspace",
    from,
    numberOf(given.end ?? Number.NaN),
    given.steps ?? Number.NaN,
    float64,
    !dtype.isFloatingPoint,
  );
  return finish(castTensor(pow(given.base ?? 10, exponents), dtype), given);
}

/** The identity matrix. */
export function eye(rows: number, columns?: number | TensorOptions, options: TensorOptions = {}): Tensor {
  const given = typeof columns === "object" ? columns : options;
  const n = typeof columns === "number" ? columns : rows;
  const { shape } = readSizes("eye", [[rows, n]]);
  const out = fillTensor(emptyTensor(shape, given.dtype ?? getDefaultDtype()), 0);
  if (out.numel() > 0) fillTensor(diagonal(out), 1);
  return finish(out, given);
}

/** Whether a value is a tensor. */
export function isTensor(value: unknown): value is Tensor {
  return value instanceof Tensor;
}

/** Grids of coordinates: one tensor an input, `indexing: "ij"` (default) or `"xy"`. */
export function meshgrid(...args: (Tensor | readonly Tensor[] | { readonly indexing?: "ij" | "xy" })[]): Tensor[] {
  const last = args[args.length - 1];
  const isOptions = typeof last === "object" && !(last instanceof Tensor) && !Array.isArray(last);
  const { indexing = "ij" } = (isOptions ? last : {}) as { indexing?: "ij" | "xy" };
  const list = (isOptions ? args.slice(0, -1) : args).flat() as Tensor[];
  const inputs = indexing === "xy" && list.length > 1 ? [list[1]!, list[0]!, ...list.slice(2)] : list;
  const sizes = inputs.map((x) => sizeOf(x.shape));
  const grids = inputs.map((x, i) =>
    expand(
      reshape(
        x,
        sizes.map((size, d) => (d === i ? size : 1)),
      ),
      sizes,
    ),
  );
  return indexing === "ij" || grids.length < 2 ? grids : [grids[1]!, grids[0]!, ...grids.slice(2)];
}
