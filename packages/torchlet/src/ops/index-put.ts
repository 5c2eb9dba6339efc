// Writing by index, as in Python and into the flattened tensor.
import { needsGraph, record } from "../autograd/index.js";
import { Fn } from "../engine/index.js";
import { ShapeError } from "../errors/index.js";
import { broadcastShapes, formatShape, type Shape, sameShape } from "../tensor/shape.js";
import { emptyTensor, type Tensor } from "../tensor/tensor.js";
import { computeType, conversionType, fit, runProgram, runUnary } from "./elementwise.js";
import { fillTensor } from "./fill.js";
import { advancedTerms, applyBasic, type Index, type Pending, slice } from "./index-terms.js";
import { index } from "./indexing.js";
import { computeOffsets, putAt } from "./indexing-core.js";
import { add_, copy_ } from "./inplace.js";
import { checkInPlace, continueFrom, isRecorded, snapshot } from "./inplace-core.js";
import { clone, reshape } from "./views.js";

/** Options of `indexPut` and `indexPut_`. */
export interface IndexPutOptions {
  /** Adds instead of replacing; elements named twice count twice. Default: false. */
  readonly accumulate?: boolean;
}

/** Values, broadcast, written or added at index tensors of a tensor without strides of its own; recorded. */
function putTensors(target: Tensor, advanced: Pending["advanced"], value: Tensor, accumulate: boolean): Tensor {
  const out = runUnary(Fn.copy, target, emptyTensor(target.shape, target.dtype), computeType(target.dtype));
  putValues({ view: out, advanced }, value, accumulate);
  if (needsGraph(target, value)) {
    const through = advanced.map((t) => t ?? slice());
    record(out, "IndexPutBackward0", [target, value], null, (g, node) => [
      node.needs(0) ? (accumulate ? g : putTensors(g, advanced, zeroOf(g), false)) : null,
      node.needs(1) ? fit(index(g, ...through), value) : null,
    ]);
  }
  return out;
}

function zeroOf(like: Tensor): Tensor {
  return fillTensor(emptyTensor([], like.dtype), 0);
}

/** Values written or added at index tensors, in place; not recorded. */
function putValues(pending: Pending, value: Tensor, accumulate: boolean): void {
  const { view } = pending;
  const { shape, terms } = advancedTerms(pending);
  if (!sameShape(broadcastShapes("indexPut_", shape, value.shape), shape))
    throw putShapeError("indexPut_", shape, value.shape);
  const values = emptyTensor(shape, view.dtype);
  runProgram(values, conversionType(value.dtype, view.dtype), [value], [{ fn: Fn.copy, a: 0 }]);
  putAt(view, computeOffsets(shape, terms, 0), values, accumulate);
}

/**
 * Writes through an index, in place: `x.indexPut_([0], 5)` is `x[0] = 5`.
 *
 * @param value broadcast over the indexed shape
 * @throws AutogradError for a leaf that requires a gradient, ShapeError where the value does not fit
 *
 * @example
 * x.indexPut_([x.lt(0)], 0); // x[x < 0] = 0
 */
export function indexPut_(
  self: Tensor,
  indices: readonly Index[],
  value: Tensor | number,
  options: IndexPutOptions | boolean = {},
): Tensor {
  const accumulate = typeof options === "boolean" ? options : (options.accumulate ?? false);
  const recorded = isRecorded(self, value);
  checkInPlace("indexPut_", self, recorded);
  const pending = applyBasic(recorded ? self : self.data, indices);
  const { view, advanced } = pending;
  const source = typeof value === "number" ? fillTensor(emptyTensor([], self.dtype), value) : value;
  if (advanced.every((t) => t === null)) {
    if (!sameShape(broadcastShapes("indexPut_", view.shape, source.shape), view.shape))
      throw putShapeError("indexPut_", view.shape, source.shape);
    if (accumulate) add_(view, source);
    else copy_(view, source);
    return self;
  }
  if (recorded) {
    const result = putTensors(snapshot(view), advanced, source, accumulate);
    runUnary(Fn.copy, result, view, computeType(view.dtype));
    continueFrom(view, result);
  } else {
    putValues(pending, source, accumulate);
  }
  self.storage.version++;
  return self;
}

/** A copy with a value written through an index: `indexPut_` that leaves the tensor as it is. */
export function indexPut(
  self: Tensor,
  indices: readonly Index[],
  value: Tensor | number,
  options: IndexPutOptions | boolean = {},
): Tensor {
  return indexPut_(clone(self), indices, value, options);
}

/** A copy with values written (or added) at indices of the flattened tensor. */
export function put(
  self: Tensor,
  indices: Tensor,
  source: Tensor,
  accumulate: boolean | IndexPutOptions = false,
): Tensor {
  const add = typeof accumulate === "boolean" ? accumulate : (accumulate.accumulate ?? false);
  const flat = reshape(indices, [-1]);
  const out = indexPut(reshape(self, [-1]), [flat], reshape(source, [-1]), { accumulate: add });
  return reshape(out, self.shape);
}

/** For values that do not fit where they are to be written. */
export function putShapeError(who: string, target: Shape, source: Shape): ShapeError {
  return new ShapeError("index-put-shape", {
    path: who,
    rule: {
      en: `a value of shape ${formatShape(source)} does not fit into the indexed shape ${formatShape(target)}`,
      zh: `形状为 ${formatShape(source)} 的值无法写入形状为 ${formatShape(target)} 的位置`,
    },
    expected: [...target],
    received: [...source],
  });
}
