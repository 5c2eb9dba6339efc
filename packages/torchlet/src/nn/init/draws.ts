// Initial values drawn from uniform and normal distributions, as PyTorch draws them.
import { noGrad } from "../../autograd/index.js";
import { ValueError } from "../../errors/index.js";
import { type Generator, inPlaceDraws } from "../../ops/random.js";
import type { Tensor } from "../../tensor/tensor.js";
import { calculateGain, fans, type Nonlinearity } from "./gain.js";

/** Options of every random initializer. */
export interface InitOptions {
  /** Where the numbers come from. Default: the generator that `manualSeed` seeds. */
  readonly generator?: Generator | null;
}

/** Options of `uniform_`. */
export interface UniformOptions extends InitOptions {
  /** Default: 0. */
  readonly a?: number;
  /** Default: 1. */
  readonly b?: number;
}

/**
 * Uniform values on [a, b).
 *
 * @example
 * nn.init.uniform_(w, -0.1, 0.1);
 */
export function uniform_<T extends Tensor>(
  tensor: T,
  a: number | UniformOptions = 0,
  b = 1,
  options: InitOptions = {},
): T {
  if (typeof a === "object") return uniform_(tensor, a.a ?? 0, a.b ?? 1, a);
  noGrad(() => inPlaceDraws.uniform_(tensor, a, b, options));
  return tensor;
}

/** Options of `normal_`. */
export interface NormalOptions extends InitOptions {
  /** Default: 0. */
  readonly mean?: number;
  /** Default: 1. */
  readonly std?: number;
}

/**
 * Normal values with a mean and a standard deviation.
 *
 * @throws ValueError for a negative standard deviation
 *
 * @example
 * nn.init.normal_(w, 0, 0.01);
 */
export function normal_<T extends Tensor>(
  tensor: T,
  mean: number | NormalOptions = 0,
  std = 1,
  options: InitOptions = {},
): T {
  if (typeof mean === "object") return normal_(tensor, mean.mean ?? 0, mean.std ?? 1, mean);
  noGrad(() => inPlaceDraws.normal_(tensor, mean, std, options));
  return tensor;
}

/** Options of Xavier's initializers. */
export interface XavierOptions extends InitOptions {
  /** Default: 1. */
  readonly gain?: number;
}

function readGain(gain: number | XavierOptions | undefined, options: InitOptions): [number, InitOptions] {
  return typeof gain === "object" ? [gain.gain ?? 1, gain] : [gain ?? 1, options];
}

/**
 * Uniform values on +-gain sqrt(6 / (fanIn + fanOut)), so that forward and backward pass both keep their variance (Glorot
 * and Bengio, Understanding the difficulty of training deep feedforward neural networks, 2010).
 *
 * @throws ShapeError for tensors of fewer than 2 dimensions
 *
 * @example
 * nn.init.xavierUniform_(w, nn.init.calculateGain("tanh"));
 */
export function xavierUniform_<T extends Tensor>(
  tensor: T,
  gain?: number | XavierOptions,
  options: InitOptions = {},
): T {
  const { fanIn, fanOut } = fans("xavierUniform_", tensor);
  const [factor, rest] = readGain(gain, options);
  const bound = Math.sqrt(3) * factor * Math.sqrt(2 / (fanIn + fanOut));
  return uniform_(tensor, -bound, bound, rest);
}

/**
 * Normal values with standard deviation gain sqrt(2 / (fanIn + fanOut)) (Glorot and Bengio, 2010).
 *
 * @throws ShapeError for tensors of fewer than 2 dimensions
 *
 * @example
 * nn.init.xavierNormal_(w);
 */
export function xavierNormal_<T extends Tensor>(
  tensor: T,
  gain?: number | XavierOptions,
  options: InitOptions = {},
): T {
  const { fanIn, fanOut } = fans("xavierNormal_", tensor);
  const [factor, rest] = readGain(gain, options);
  return normal_(tensor, 0, factor * Math.sqrt(2 / (fanIn + fanOut)), rest);
}

/** Options of He's initializers. */
export interface KaimingOptions extends InitOptions {
  /** The slope of the leaky ReLU that follows. Default: 0. */
  readonly a?: number;
  /** Whether the forward or the backward pass keeps its variance. Default: "fan_in". */
  readonly mode?: "fan_in" | "fan_out";
  /** Default: "leaky_relu". */
  readonly nonlinearity?: Nonlinearity;
}

function kaimingStd(who: string, tensor: Tensor, options: KaimingOptions): number {
  const { a = 0, mode = "fan_in", nonlinearity = "leaky_relu" } = options;
  if (mode !== "fan_in" && mode !== "fan_out") {
    const got = JSON.stringify(mode);
    throw new ValueError("fan-mode", {
      path: who,
      rule: {
        en: `mode must be "fan_in" or "fan_out", got ${got}`,
        zh: `mode 必须是 "fan_in" 或 "fan_out"，得到的是 ${got}`,
      },
      expected: ["fan_in", "fan_out"],
      received: mode,
    });
  }
  const { fanIn, fanOut } = fans(who, tensor);
  return calculateGain(nonlinearity, a) / Math.sqrt(mode === "fan_in" ? fanIn : fanOut);
}

function readKaiming(a: number | KaimingOptions, options: KaimingOptions): KaimingOptions {
  return typeof a === "object" ? a : { ...options, a };
}

/**
 * Uniform values on +-gain sqrt(3 / fan), for layers before a ReLU (He et al., Delving Deep into Rectifiers, 2015).
 *
 * @param a the slope of the leaky ReLU that follows, or all options
 * @throws ShapeError for tensors of fewer than 2 dimensions, ValueError for an unknown mode or activation
 *
 * @example
 * nn.init.kaimingUniform_(w, { nonlinearity: "relu" });
 */
export function kaimingUniform_<T extends Tensor>(
  tensor: T,
  a: number | KaimingOptions = 0,
  options: KaimingOptions = {},
): T {
  // The fan of an empty tensor may be 0.
  if (tensor.numel() === 0) return tensor;
  const given = readKaiming(a, options);
  const bound = Math.sqrt(3) * kaimingStd("kaimingUniform_", tensor, given);
  return uniform_(tensor, -bound, bound, given);
}

/**
 * Normal values with standard deviation gain / sqrt(fan) (He et al., 2015).
 *
 * @param a the slope of the leaky ReLU that follows, or all options
 * @throws ShapeError for tensors of fewer than 2 dimensions, ValueError for an unknown mode or activation
 *
 * @example
 * nn.init.kaimingNormal_(w, { mode: "fan_out", nonlinearity: "relu" });
 */
export function kaimingNormal_<T extends Tensor>(
  tensor: T,
  a: number | KaimingOptions = 0,
  options: KaimingOptions = {},
): T {
  if (tensor.numel() === 0) return tensor;
  const given = readKaiming(a, options);
  return normal_(tensor, 0, kaimingStd("kaimingNormal_", tensor, given), given);
}
