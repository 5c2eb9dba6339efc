// Setting all elements of a tensor.
import { Fn, instructions } from "../engine/index.js";
import type { Tensor } from "../tensor/tensor.js";
import { computeType, runProgram } from "./elementwise.js";

/** Sets every element, whatever the strides; not recorded. */
export function fillTensor(x: Tensor, value: number): Tensor {
  if (x.dense) {
    instructions.fill(x.dtype.code, x.numel(), x.address(), value);
    return x;
  }
  return runProgram(x, computeType(x.dtype), [value], [{ fn: Fn.copy, a: 0 }]);
}
