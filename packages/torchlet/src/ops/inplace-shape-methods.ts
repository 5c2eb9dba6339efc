// The in-place forms of functions that write at places, cut triangles and add products.
import type { Tensor } from "../tensor/tensor.js";
import { put } from "./index-put.js";
import { applyInPlace } from "./inplace-apply.js";
import { addmm } from "./matmul.js";
import { addbmm, addmv, addr, baddbmm } from "./products.js";
import { indexAdd, scatter, scatterAdd } from "./scatter.js";
import { indexCopy, indexFill, indexReduce, maskedScatter, scatterReduce } from "./scattering.js";
import { tril, triu } from "./triangles.js";

const functions = {
  ...{ addbmm, addmm, addmv, addr, baddbmm, indexAdd, indexCopy, indexFill, indexReduce, maskedScatter, put },
  ...{ scatter, scatterAdd, scatterReduce, tril, triu },
};

/** The function of each name with an underscore behind it. */
type InPlace = { [K in keyof typeof functions as `${K}_`]: (typeof functions)[K] };

/** @internal The methods: each writes its function's result over the tensor and returns the tensor. */
export const inPlaceShapeMethods = Object.fromEntries(
  Object.entries(functions).map(([name, f]) => [
    `${name}_`,
    (self: Tensor, ...rest: unknown[]) =>
      applyInPlace(
        `${name}_`,
        self,
        (before) => (f as (x: Tensor, ...rest: unknown[]) => Tensor)(before, ...rest),
        rest,
      ),
  ]),
) as InPlace;
