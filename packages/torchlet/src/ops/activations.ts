// Smooth activations: each one pass forward and one pass backward, finite wherever the mathematics is.
import { ValueError } from "../errors/index.js";
import { normalizeDim } from "../tensor/shape.js";
import type { Tensor } from "../tensor/tensor.js";
import { isOptions, readKeywords } from "./arguments.js";
import { mul } from "./arithmetic.js";
import { formulaOp, formulaUnary } from "./formula-op.js";
import { type SoftmaxOptions, softmax } from "./softmax.js";
import { NORMAL_CDF } from "./special.js";
import { neg, sigmoid } from "./unary.js";
import { narrow } from "./views.js";

type Unary = (self: Tensor) => Tensor;

/**
 * `x * sigmoid(x)`, also called swish (Elfwing et al., 2017).
 *
 * @throws DTypeError for integers
 */
export const silu: Unary = formulaUnary({
  name: "silu",
  integers: "refuse",
  forward: (k, [x]) => k.mul(x!, k.sigmoid(x!)),
  gradients: [
    (k, g, [x]) => {
      const s = k.sigmoid(x!);
      return k.mul(g, k.mul(s, k.add(k.mul(x!, k.sigmoid(k.neg(x!))), 1)));
    },
  ],
});

/** Options of `gelu`. */
export interface GeluOptions {
  /** `"none"` (default): the normal distribution function itself; `"tanh"`: its usual approximation. */
  readonly approximate?: "none" | "tanh";
}

const exactGelu = formulaUnary({
  name: "gelu",
  integers: "refuse",
  forward: (k, [x]) => k.mul(x!, k.apply(NORMAL_CDF, x!)),
  // Phi(x) + x phi(x)
  gradients: [
    (k, g, [x]) => {
      const density = k.mul(k.exp(k.mul(k.square(x!), -0.5)), 0.3989422804014327);
      return k.mul(g, k.add(k.apply(NORMAL_CDF, x!), k.mul(x!, density)));
    },
  ],
});
/** 2 sqrt(2 / pi) */
const GELU_SCALE = 1.5957691216057308;
// x (1 + tanh u) / 2 is x sigmoid(2u), which keeps its bits where tanh is close to -1.
const tanhGelu = formulaUnary({
  name: "gelu",
  integers: "refuse",
  forward: (k, [x]) => {
    const inner = k.mul(k.mul(x!, k.add(k.mul(k.square(x!), 0.044715), 1)), GELU_SCALE);
    return k.mul(x!, k.sigmoid(inner));
  },
  gradients: [
    (k, g, [x]) => {
      const squared = k.square(x!);
      const inner = k.mul(k.mul(x!, k.add(k.mul(squared, 0.044715), 1)), GELU_SCALE);
      const slope = k.mul(k.add(k.mul(squared, 3 * 0.044715), 1), GELU_SCALE);
      const s = k.sigmoid(inner);
      // s (1 - s) is 0 long before x * slope could overflow in the product with it.
      const bend = k.mul(k.mul(s, k.sigmoid(k.neg(inner))), x!);
      return k.mul(g, k.add(s, k.where(k.eq(bend, 0), 0, k.mul(bend, slope))));
    },
  ],
});

/**
 * `x * Phi(x)` with the normal distribution function Phi (Hendrycks and Gimpel, 2016).
 *
 * @throws DTypeError for integers, ValueError for another approximation
 *
 * @example
 * F.gelu(x, { approximate: "tanh" });
 */
export function gelu(self: Tensor, options: GeluOptions = {}): Tensor {
  const { approximate = "none" } = options;
  if (approximate === "none") return exactGelu(self);
  if (approximate === "tanh") return tanhGelu(self);
  throw new ValueError("gelu-approximate", {
    path: "gelu",
    rule: {
      en: `approximate must be "none" or "tanh", got ${JSON.stringify(approximate)}`,
      zh: `approximate 必须是 "none" 或 "tanh"，得到的是 ${JSON.stringify(approximate)}`,
    },
    expected: ["none", "tanh"],
    received: approximate,
  });
}

/** Options of `softplus`. */
export interface SoftplusOptions {
  /** Default: 1. */
  readonly beta?: number;
  /** Above this value of `beta * x` the function is x itself. Default: 20. */
  readonly threshold?: number;
}
const softplusOp = formulaOp({
  name: "softplus",
  parameters: 2,
  integers: "refuse",
  forward: (k, [x], [beta, threshold]) => {
    const z = k.mul(x!, beta!);
    const smooth = k.add(k.max(z, 0), k.log1p(k.exp(k.neg(k.abs(z)))));
    return k.where(k.gt(z, threshold!), x!, k.div(smooth, beta!));
  },
  gradients: [
    (k, g, [x], [beta, threshold]) => {
      const z = k.mul(x!, beta!);
      return k.where(k.gt(z, threshold!), g, k.mul(g, k.sigmoid(z)));
    },
  ],
});
/**
 * `log(1 + e^(beta x)) / beta`, a smooth ReLU; neither it nor its gradient, a sigmoid, overflows.
 *
 * @throws DTypeError for integers
 */
export function softplus(self: Tensor, beta?: number | SoftplusOptions, threshold?: number | SoftplusOptions): Tensor {
  const given = readKeywords<SoftplusOptions>(["beta", "threshold"], [beta, threshold]);
  return softplusOp([self], [given.beta ?? 1, given.threshold ?? 20]);
}

/** `log(sigmoid(x))`, about x for very negative x. */
export const logsigmoid: Unary = formulaUnary({
  name: "logSigmoid",
  integers: "refuse",
  forward: (k, [x]) => k.sub(k.min(x!, 0), k.log1p(k.exp(k.neg(k.abs(x!))))),
  gradients: [(k, g, [x]) => k.mul(g, k.sigmoid(k.neg(x!)))],
});

/**
 * `x * tanh(softplus(x))` (Misra, 2019).
 *
 * With e = e^x the tanh is `n / (n + 2)`, n = e (e + 2); from x = 20 on it is 1.
 *
 * @throws DTypeError for integers
 */
export const mish: Unary = formulaUnary({
  name: "mish",
  integers: "refuse",
  forward: (k, [x]) => {
    const e = k.exp(k.min(x!, 20));
    const n = k.mul(e, k.add(e, 2));
    return k.mul(x!, k.div(n, k.add(n, 2)));
  },
  gradients: [
    (k, g, [x]) => {
      const e = k.exp(k.min(x!, 20));
      const n = k.mul(e, k.add(e, 2));
      const t = k.div(n, k.add(n, 2));
      // 1 - t^2 = 4 (e + 1)^2 / (n + 2)^2; times sigmoid = e / (e + 1); beyond 20 it counts no more.
      const bend = k.div(k.mul(k.mul(e, k.add(e, 1)), 4), k.square(k.add(n, 2)));
      return k.mul(g, k.add(t, k.where(k.gt(x!, 20), 0, k.mul(x!, bend))));
    },
  ],
});

const eluOp = formulaOp({
  name: "elu",
  parameters: 3,
  integers: "refuse",
  forward: (k, [x], [alpha, scale, inner]) =>
    k.where(k.gt(x!, 0), k.mul(x!, scale!), k.mul(k.expm1(k.mul(x!, inner!)), k.mul(alpha!, scale!))),
  gradients: [
    (k, g, [x], [alpha, scale, inner]) => {
      const slope = k.mul(k.exp(k.mul(x!, inner!)), k.mul(k.mul(alpha!, scale!), inner!));
      return k.mul(g, k.where(k.gt(x!, 0), scale!, slope));
    },
  ],
});

/** Options of `elu` and `celu`. */
export interface AlphaOption {
  /** The value far below 0 is -alpha. Default: 1. */
  readonly alpha?: number;
}

/**
 * `x` above 0, `alpha (e^x - 1)` below (Clevert et al., 2015).
 *
 * @throws DTypeError for integers
 */
export function elu(self: Tensor, alpha: number | AlphaOption = 1): Tensor {
  return eluOp([self], [typeof alpha === "number" ? alpha : (alpha.alpha ?? 1), 1, 1]);
}

/**
 * `x` above 0, `alpha (e^(x / alpha) - 1)` below: an ELU with a continuous slope (Barron, 2017).
 *
 * @throws DTypeError for integers, ValueError for alpha 0
 */
export function celu(self: Tensor, alpha: number | AlphaOption = 1): Tensor {
  const a = typeof alpha === "number" ? alpha : (alpha.alpha ?? 1);
  if (a === 0) {
    throw new ValueError("celu-alpha", {
      path: "celu",
      rule: { en: "alpha must not be 0", zh: "alpha 不能为 0" },
      received: a,
    });
  }
  return eluOp([self], [a, 1, 1 / a]);
}

const SELU_ALPHA = 1.6732632423543772;
const SELU_SCALE = 1.0507009873554805;

/**
 * The self-normalizing ELU: scale 1.0507, alpha 1.6733 (Klambauer et al., 2017).
 *
 * @throws DTypeError for integers
 */
export function selu(self: Tensor): Tensor {
  return eluOp([self], [SELU_ALPHA, SELU_SCALE, 1]);
}

/** `x / (1 + |x|)` */
export const softsign: Unary = formulaUnary({
  name: "softsign",
  forward: (k, [x]) => k.div(x!, k.add(k.abs(x!), 1)),
  gradients: [(k, g, [x]) => k.div(g, k.square(k.add(k.abs(x!), 1)))],
});

/** `x - tanh(x)` */
export const tanhshrink: Unary = formulaUnary({
  name: "tanhshrink",
  forward: (k, [x]) => k.sub(x!, k.tanh(x!)),
  gradients: [(k, g, [x]) => k.mul(g, k.square(k.tanh(x!)))],
});

/**
 * The first half of a dimension times the sigmoid of the second (Dauphin et al., 2016).
 *
 * @param dim default -1
 * @throws ValueError unless the dimension's size is even
 */
export function glu(self: Tensor, dim: number | { readonly dim?: number } = -1): Tensor {
  const d = normalizeDim("glu", typeof dim === "number" ? dim : (dim.dim ?? -1), self.shape.length);
  const size = self.shape[d] ?? 1;
  if (size % 2 !== 0) {
    throw new ValueError("glu-size", {
      path: "glu",
      rule: {
        en: `the size of dimension ${d} must be even, got ${size}`,
        zh: `第 ${d} 维的大小必须为偶数，得到的是 ${size}`,
      },
      received: size,
    });
  }
  return mul(narrow(self, d, 0, size / 2), sigmoid(narrow(self, d, size / 2, size / 2)));
}

/** Softmax of the negative: `e^-x_i / sum_j e^-x_j` along a dimension. */
export function softmin(
  self: Tensor,
  dim: number | (SoftmaxOptions & { readonly dim: number }),
  options: SoftmaxOptions = {},
): Tensor {
  return isOptions(dim) ? softmax(neg(self), dim.dim, dim) : softmax(neg(self), dim as number, options);
}
