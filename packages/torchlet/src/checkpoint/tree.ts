// A state as JSON beside tensors: plain values keep their bits, tensors and typed arrays become parts of the file.
import { imageOf, type Part, tensorPart } from "../io/safetensors-image.js";
import { type DType, float32, float64, int32, uint8 } from "../tensor/dtype.js";
import { Tensor } from "../tensor/tensor.js";
import { capture, classOf, type Kind, kindOf, type StatefulObject } from "./kinds.js";
import { unsavable } from "./problems.js";

/** What JSON can say. Objects with one key that begins with `$` stand for what it cannot. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** What `$object` holds. */
export interface SavedObject {
  readonly kind: Kind;
  readonly class: string;
  readonly state: Json;
}

/** Deeper trees are refused, in both directions. */
export const DEEPEST = 100;

/** Typed arrays that a checkpoint holds. */
export const ARRAYS = {
  Float32Array: { type: Float32Array, dtype: float32 },
  Float64Array: { type: Float64Array, dtype: float64 },
  Int32Array: { type: Int32Array, dtype: int32 },
  Uint8Array: { type: Uint8Array, dtype: uint8 },
} as const;
export type ArrayName = keyof typeof ARRAYS;

/** Whether an object is a plain one, as `{}` makes it. */
export function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** A tree under way: its tensors' parts, each with a name of its own. */
export class TreeWriter {
  readonly parts: Part[] = [];
  private readonly names = new Set<string>(["__metadata__"]);
  private readonly above = new Set<unknown>();

  /** @throws ValueError that names the place of what cannot be saved */
  write(value: unknown, path: readonly string[]): Json {
    switch (typeof value) {
      case "string":
      case "boolean":
        return value;
      case "number":
        return isJsonNumber(value) ? value : { $number: Object.is(value, -0) ? "-0" : `${value}` };
      case "bigint":
        return { $bigint: `${value}` };
      case "undefined":
        return { $undefined: true };
      case "object":
      case "function":
        break;
      case "symbol":
        throw unsavable(pathText(path), "a symbol cannot be saved", "无法保存 symbol", "symbol");
    }
    if (value === null) return null;
    if (value instanceof Tensor) return { $tensor: this.add(path, (name) => tensorPart(name, value)) };
    const array = arrayName(value);
    if (array !== null) return this.array(array, value as Uint8Array, path);
    if (this.above.has(value) || path.length > DEEPEST) {
      throw unsavable(pathText(path), "it contains itself, or is nested too deeply", "它包含自身，或嵌套过深");
    }
    this.above.add(value);
    try {
      return this.container(value, path);
    } finally {
      this.above.delete(value);
    }
  }

  private container(value: object, path: readonly string[]): Json {
    const kind = kindOf(value);
    if (kind !== null) {
      const state = this.write(capture(value as StatefulObject), path);
      return { $object: { kind, class: classOf(kind, value), state } };
    }
    if (Array.isArray(value)) {
      // Histories are long: most of what they hold needs no path.
      return Array.from(value, (v, i) => (isJsonNumber(v) ? v : this.write(v, [...path, `${i}`])));
    }
    if (isPlain(value)) {
      const escape = (key: string) => (key.startsWith("$") ? `$${key}` : key);
      const entries = Object.entries(value).map(([key, v]) => [escape(key), this.write(v, [...path, key])] as const);
      return Object.fromEntries(entries);
    }
    const who = typeof value === "function" ? "function" : (value.constructor?.name ?? "object");
    throw unsavable(pathText(path), `a ${who} cannot be saved`, `无法保存 ${who}`, who);
  }

  private array(type: ArrayName, value: Uint8Array, path: readonly string[]): Json {
    const { dtype } = ARRAYS[type];
    const name = this.add(path, (unique) => {
      const write = (to: Uint8Array) => to.set(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
      return { name: unique, dtype: dtype as DType, shape: [value.length], bytes: value.byteLength, write };
    });
    return { $array: [name, type] };
  }

  private add(path: readonly string[], part: (name: string) => Part): string {
    const wanted = pathText(path);
    let name = wanted;
    for (let i = 2; this.names.has(name); i++) name = `${wanted}#${i}`;
    this.names.add(name);
    this.parts.push(part(name));
    return name;
  }

  /** The image of a file with this tree's tensors. */
  image(metadata: Readonly<Record<string, string>>, allocate?: (bytes: number) => Uint8Array): Uint8Array {
    return imageOf(this.parts, metadata, allocate);
  }
}

/** Whether JSON keeps a number's bits. */
function isJsonNumber(value: unknown): value is number {
  return Number.isFinite(value) && !Object.is(value, -0);
}

function arrayName(value: object): ArrayName | null {
  for (const [name, { type }] of Object.entries(ARRAYS)) {
    // A Buffer of Node is a Uint8Array too, and comes back as one.
    if (value instanceof type) return name as ArrayName;
  }
  return null;
}

export function pathText(path: readonly string[]): string {
  return path.length === 0 ? "state" : path.join(".");
}
