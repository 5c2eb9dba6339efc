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
    return { kind: "tensor", dtype, shape, strides, requiresGrad };
  }
  if (Array.isArray(value)) return { kind: "list", items: value.map((item) => patternOf(item, tensors)) };
  if (typeof value === "object" && value !== null && isRecord(value)) {
    const keys = Object.keys(value);
    return { kind: "record", keys, items: keys.map((key) => patternOf(value[key], tensors)) };
  }
  return { kind: "constant", value };
}

/** Calls a function with everything in a pattern that is no tensor. */
export function forEachConstant(pattern: Pattern, body: (value: unknown) => void): void {
  if (pattern.kind === "constant") body(pattern.value);
  else if (pattern.kind !== "tensor") for (const item of pattern.items) forEachConstant(item, body);
}

function sameNumbers(a: readonly number[], b: readonly number[]): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Whether a value has a pattern: if so, its tensors stand in the list from `at` on, and the place after them comes back; else -1. */
export function matchPattern(pattern: Pattern, value: unknown, tensors: Tensor[], at: number): number {
  switch (pattern.kind) {
    case "tensor": {
      if (!(value instanceof Tensor) || value.dtype !== pattern.dtype || value.requiresGrad !== pattern.requiresGrad)
        return -1;
      if (!sameNumbers(pattern.shape, value.shape) || !sameNumbers(pattern.strides, value.strides)) return -1;
      tensors[at] = value;
      return at + 1;
    }
    case "constant":
      return Object.is(pattern.value, value) ? at : -1;
    case "list": {
      const { items } = pattern;
      if (!Array.isArray(value) || value.length !== items.length) return -1;
      let next = at;
      for (let i = 0; i < items.length && next >= 0; i++) next = matchPattern(items[i]!, value[i], tensors, next);
      return next;
    }
    case "record": {
      if (typeof value !== "object" || value === null || value instanceof Tensor || !isRecord(value)) return -1;
      const { keys, items } = pattern;
      if (Object.keys(value).length !== keys.length) return -1;
      let next = at;
      for (let i = 0; i < keys.length && next >= 0; i++) {
        const key = keys[i]!;
        next = Object.hasOwn(value, key) ? matchPattern(items[i]!, value[key], tensors, next) : -1;
      }
      return next;
    }
    default:
      return pattern satisfies never;
  }
}

/** Who has the tensors of a value, by number. */
export interface TensorSource {
  make(i: number): Tensor;
}

/** How many tensors a pattern has. */
function countOf(pattern: Pattern): number {
  if (pattern.kind === "tensor") return 1;
  if (pattern.kind === "constant") return 0;
  return pattern.items.reduce((n, item) => n + countOf(item), 0);
}

/** A value of a pattern made of other tensors, from number `first` on. */
export function fillPattern(pattern: Pattern, first: number, source: TensorSource): unknown {
  switch (pattern.kind) {
    case "tensor":
      return source.make(first);
    case "constant":
      return pattern.value;
    case "list": {
      const { items } = pattern;
      const list = new Array<unknown>(items.length);
      for (let i = 0, at = first; i < items.length; at += countOf(items[i]!), i++)
        list[i] = fillPattern(items[i]!, at, source);
      return list;
    }
    case "record": {
      const { keys, items } = pattern;
      const record: Record<string, unknown> = {};
      for (let i = 0, at = first; i < items.length; at += countOf(items[i]!), i++)
        record[keys[i]!] = fillPattern(items[i]!, at, source);
      return record;
    }
    default:
      return pattern satisfies never;
  }
}
