// What calls have in common: the structure of their arguments, with shapes and types of tensors and values of all else.
import type { DType } from "../tensor/dtype.js";
import { Tensor } from "../tensor/tensor.js";

/** The structure of a value; tensors stand for themselves, in order. */
export type Pattern =
  | {
      readonly kind: "tensor";
      readonly dtype: DType;
      readonly shape: readonly number[];
      readonly strides: readonly number[];
      readonly requiresGrad: boolean;
    }
  | { readonly kind: "constant"; readonly value: unknown }
  | { readonly kind: "list"; readonly items: readonly Pattern[] }
  | { readonly kind: "record"; readonly keys: readonly string[]; readonly items: readonly Pattern[] };

function isRecord(value: object): value is Record<string, unknown> {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** The pattern of a value; its tensors are added to the list. */
export function patternOf(value: unknown, tensors: Tensor[]): Pattern {
  if (value instanceof Tensor) {
    tensors.push(value);
    const { dtype, shape, strides, requiresGrad } = value;
    return { kind: "tensor", dtype, shape: [...shape], strides: [...strides], requiresGrad };
  }
  if (Array.isArray(value)) return { kind: "list", items: value.map((item) => patternOf(item, tensors)) };
  if (typeof value === "object" && value !== null && isRecord(value)) {
    const keys = Object.keys(value);
    return { kind: "record", keys, items: keys.map((key) => patternOf(value[key], tensors)) };
  }
  return { kind: "constant", value };
}

function sameNumbers(a: readonly number[], b: readonly number[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Whether a value has a pattern; if so, its tensors are added to the list. */
export function matchPattern(pattern: Pattern, value: unknown, tensors: Tensor[]): boolean {
  switch (pattern.kind) {
    case "tensor": {
      if (!(value instanceof Tensor) || value.dtype !== pattern.dtype || value.requiresGrad !== pattern.requiresGrad)
        return false;
      if (!sameNumbers(pattern.shape, value.shape) || !sameNumbers(pattern.strides, value.strides)) return false;
      tensors.push(value);
      return true;
    }
    case "constant":
      return Object.is(pattern.value, value);
    case "list": {
      if (!Array.isArray(value) || value.length !== pattern.items.length) return false;
      return pattern.items.every((item, i) => matchPattern(item, value[i], tensors));
    }
    case "record": {
      if (typeof value !== "object" || value === null || value instanceof Tensor || !isRecord(value)) return false;
      const { keys, items } = pattern;
      if (Object.keys(value).length !== keys.length) return false;
      return keys.every((key, i) => key in value && matchPattern(items[i]!, value[key], tensors));
    }
    default:
      return pattern satisfies never;
  }
}

/** A value of a pattern made of other tensors, taken from the list in order. */
export function fillPattern(pattern: Pattern, tensors: Iterator<Tensor>): unknown {
  switch (pattern.kind) {
    case "tensor":
      return tensors.next().value;
    case "constant":
      return pattern.value;
    case "list":
      return pattern.items.map((item) => fillPattern(item, tensors));
    case "record":
      return Object.fromEntries(pattern.keys.map((key, i) => [key, fillPattern(pattern.items[i]!, tensors)]));
    default:
      return pattern satisfies never;
  }
}
