// Arguments by position or by keyword: PyTorch takes both, here keywords stand in one trailing object.
import { DType } from "../tensor/dtype.js";
import { Tensor } from "../tensor/tensor.js";

/** A value at its position, or the object with this and the following arguments by name. */
export type Keyword<T, O> = T | O | undefined;

/** Whether a value is an object of options rather than an argument of its own. */
export function isOptions(value: unknown): value is object {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !ArrayBuffer.isView(value) &&
    !(value instanceof Tensor) &&
    !(value instanceof DType)
  );
}

/**
 * Arguments by name, from values at the positions of `names`; an object among them names its own.
 *
 * `readKeywords(["dim", "keepdim"], [1, { keepdim: true }])` is `{ dim: 1, keepdim: true }`.
 */
export function readKeywords<O extends object>(
  names: readonly (keyof O)[],
  values: readonly unknown[],
): { -readonly [K in keyof O]?: O[K] } {
  const result: { -readonly [K in keyof O]?: O[K] } = {};
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (isOptions(value)) Object.assign(result, value);
    else if (value !== undefined && i < names.length) result[names[i]!] = value as O[keyof O];
  }
  return result;
}
