// Every operation whose first argument is a tensor is also a method of it, with the same name and documentation.
import {
  addGradientHook,
  type BackwardOptions,
  backward,
  type GradientHook,
  provideBackwardOperations,
  type RemovableHandle,
  retainGradient,
} from "../autograd/index.js";
import { Fn } from "../engine/index.js";
import type { DType } from "../tensor/dtype.js";
import { formatTensor } from "../tensor/print.js";
import type { FitsProduct, ProductOf } from "../tensor/shape-types.js";
import { Tensor } from "../tensor/tensor.js";
import * as aliases from "./aliases.js";
import * as arithmetic from "./arithmetic.js";
import * as comparison from "./comparison.js";
import { onesLike } from "./creation.js";
import * as cumulative from "./cumulative.js";
import { computeType, runBinary, type Scalar } from "./elementwise.js";
import { histc } from "./histogram.js";
import { indexPut_, put } from "./index-put.js";
import * as indexing from "./indexing.js";
import * as inplace from "./inplace.js";
import { inPlaceMethods } from "./inplace-methods.js";
import { inPlaceShapeMethods } from "./inplace-shape-methods.js";
import { addmm, bmm, dot, matmul, mm, mv, outer } from "./matmul.js";
import * as pointwise from "./pointwise.js";
import { bernoulli, inPlaceDraws, multinomial } from "./random.js";
import * as reduction from "./reduction.js";
import * as scattering from "./scatter.js";
import { overloadedShapeMethods, shapeMethods, variadicMethods } from "./shape-methods.js";
import { logSoftmax, softmax } from "./softmax.js";
import * as specials from "./special.js";
import * as statistics from "./statistics.js";
import * as jointStatistics from "./statistics-joint.js";
import * as unaries from "./unary.js";
import * as views from "./views.js";

const { slice: _slice, view: _view, viewShape, sizesOf: _sizesOf, toDtype, ...viewMethods } = views;
const { max, min, readOptions: _readOptions, spread: _spread, ...reductionMethods } = reduction;
const { variance, vectorNorm: _vectorNorm, floating: _floating, ...statisticMethods } = statistics;
const { NORMAL_CDF: _NORMAL_CDF, ndtr: _ndtr, entr: _entr, xlog1py: _xlog1py, polygamma, ...specialMethods } = specials;
const { fill: _fill, ...pointwiseMethods } = pointwise;
const { reluGradient: _reluGradient, ...unaryMethods } = unaries;

/** All of them by name. */
const methods = {
  ...unaryMethods,
  ...arithmetic,
  ...comparison,
  ...reductionMethods,
  ...statisticMethods,
  ...jointStatistics,
  ...cumulative,
  ...pointwiseMethods,
  ...specialMethods,
  histc,
  polygamma: (self: Tensor, n: number) => polygamma(n, self),
  where: (self: Tensor, condition: Tensor, other: Tensor | Scalar) => comparison.where(condition, self, other),
  ...viewMethods,
  ...indexing,
  ...scattering,
  indexPut_,
  put,
  ...shapeMethods,
  ...aliases,
  ...inPlaceMethods,
  ...inPlaceShapeMethods,
  ...inplace,
  ...inPlaceDraws,
  addmm,
  bernoulli,
  bmm,
  dot,
  logSoftmax,
  matmul,
  mm,
  multinomial,
  mv,
  outer,
  softmax,
  var: variance,
  view: viewShape,
};

/** A function of a tensor as a method: the first parameter becomes `this`. */
type Method<F> = F extends (self: Tensor, ...rest: infer R) => infer O
  ? O extends Tensor
    ? (...rest: R) => Tensor
    : (...rest: R) => O
  : F extends (self: never, ...rest: infer R) => infer O
    ? (...rest: R) => O
    : never;

/** The methods of a tensor, from the functions that they are. */
export type TensorMethods = { [K in Exclude<keyof typeof methods, "matmul" | "mm">]: Method<(typeof methods)[K]> };

declare module "../tensor/tensor.js" {
  interface Tensor extends TensorMethods {
    /** The product of two tensors by PyTorch's rules; see `torch.matmul`. */
    matmul<A extends Tensor, B extends Tensor>(this: A, other: B & FitsProduct<A, B>): ProductOf<A, B>;
    /** The product of two matrices. */
    mm<A extends Tensor, B extends Tensor>(this: A, other: B & FitsProduct<A, B>): ProductOf<A, B>;
    /** The largest element, the largest along a dimension with its index, or the larger of two tensors. */
    max(): Tensor;
    max(other: Tensor): Tensor;
    max(dim: number, options?: { readonly keepdim?: boolean } | boolean): [Tensor, Tensor];
    /** The smallest element, the smallest along a dimension with its index, or the smaller of two tensors. */
    min(): Tensor;
    min(other: Tensor): Tensor;
    min(dim: number, options?: { readonly keepdim?: boolean } | boolean): [Tensor, Tensor];
    /**
     * Accumulates the gradients of this tensor in the leaves it was computed from.
     *
     * @param gradient needed unless the tensor has one element
     * @throws AutogradError without a graph, for a missing gradient, and for a second pass without `retainGraph`
     */
    backward(gradient?: Tensor | null, options?: Omit<BackwardOptions, "gradient">): void;
    backward(options: BackwardOptions): void;
    /** Another type (or that of another tensor); the tensor itself where it has it already. */
    to(target: DType | Tensor): Tensor;
    type(dtype: DType): Tensor;
    float(): Tensor;
    double(): Tensor;
    int(): Tensor;
    long(): Tensor;
    bool(): Tensor;
    byte(): Tensor;
    /** Keeps the gradient of a tensor that is no leaf. */
    retainGrad(): void;
    /**
     * Calls a function with this tensor's gradient whenever a backward pass has computed it; what it returns takes its place.
     *
     * @example
     * const hook = h.registerHook((g) => g.mul(2));
     * hook.remove();
     */
    registerHook(hook: GradientHook): RemovableHandle;
    /** Values without history, in place: the tensor becomes a leaf. */
    detach_(): Tensor;
    /** The tensors along the first dimension, as in Python. */
    [Symbol.iterator](): Generator<Tensor>;
  }
}

function define(name: string, body: (this: Tensor, ...args: never[]) => unknown): void {
  Object.defineProperty(Tensor.prototype, name, { value: body, writable: true, configurable: true });
}

type Loose = (self: Tensor, ...rest: unknown[]) => unknown;
for (const [name, method] of Object.entries({ ...methods, ...overloadedShapeMethods, max, min })) {
  const f = method as unknown as Loose;
  // Up to three parameters are passed as such: collecting them in an array would cost more than small operations do.
  if (variadicMethods.has(name)) {
    define(name, function (this: Tensor, ...rest: unknown[]) {
      return f(this, ...rest);
    });
  } else {
    define(name, function (this: Tensor, a?: unknown, b?: unknown, c?: unknown) {
      return f(this, a, b, c);
    });
  }
}

import { bool, float32, float64, int32, uint8 } from "../tensor/dtype.js";

define("backward", function (this: Tensor, first?: Tensor | BackwardOptions | null, options?: BackwardOptions) {
  if (first instanceof Tensor) backward(this, { ...options, gradient: first });
  else backward(this, { ...options, ...first });
});
define("to", function (this: Tensor, target: DType | Tensor) {
  return toDtype(this, target instanceof Tensor ? target.dtype : target);
});
define("type", function (this: Tensor, dtype: DType) {
  return toDtype(this, dtype);
});
for (const [name, dtype] of Object.entries({
  float: float32,
  double: float64,
  int: int32,
  long: int32,
  bool,
  byte: uint8,
})) {
  define(name, function (this: Tensor) {
    return toDtype(this, dtype);
  });
}
define("retainGrad", function (this: Tensor) {
  retainGradient(this);
});
define("registerHook", function (this: Tensor, hook: GradientHook) {
  return addGradientHook(this, hook);
});
define("detach_", function (this: Tensor) {
  this.node = null;
  return this;
});
define("toString", function (this: Tensor) {
  return formatTensor(this);
});
Object.defineProperty(Tensor.prototype, Symbol.for("nodejs.util.inspect.custom"), {
  value(this: Tensor) {
    return String(this);
  },
});
/** A tensor of several dimensions is iterated over its first, as in Python. */
Object.defineProperty(Tensor.prototype, Symbol.iterator, {
  value: function* (this: Tensor) {
    for (let i = 0; i < this.size(0); i++) yield views.select(this, 0, i);
  },
});

provideBackwardOperations({
  add: arithmetic.add,
  addInto: (target, other) => {
    runBinary(Fn.add, target, other, target, computeType(target.dtype));
  },
  onesLike,
  copy: views.clone,
  toType: (x, like) => views.toDtype(x, like.dtype),
});
