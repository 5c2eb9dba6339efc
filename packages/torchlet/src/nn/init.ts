// Initial values of parameters, drawn as PyTorch draws them.
import { noGrad } from "../autograd/index.js";
import { ShapeError, ValueError } from "../errors/index.js";
import { fillTensor } from "../ops/fill.js";
import { type Generator, inPlaceDraws } from "../ops/random.js";
import { formatShape } from "../tensor/shape.js";
import type { Tensor } from "../tensor/tensor.js";

/** Options of every random initializer. */
export interface InitOptions {
  readonly generator?: Generator | null;
}

/** The activations that have a recommended gain. */
export type Nonlinearity =
  | "linear"
  | "conv1d"
  | "conv2d"
  | "conv3d"
  | "sigmoid"
  | "tanh"
  | "relu"
  | "leaky_relu"
  | "selu";

/**
 * The factor by which an activation's weights are widened: linear and sigmoid 1, tanh 5/3, relu sqrt(2),
 * leaky_relu sqrt(2 / (1 + a^2)), selu 3/4.
 */
export function calculateGain(nonlinearity: Nonlinearity, param?: number): number {
  switch (nonlinearity) {
    case "linear":
    case "conv1d":
    case "conv2d":
    case "conv3d":
    case "sigmoid":
      return 1;
    case "tanh":
      return 5 / 3;
    case "relu":
      return Math.SQRT2;
    case "leaky_relu":
      return Math.sqrt(2 / (1 + (param ?? 0.01) ** 2));
    case "selu":
      return 0.75;
    default: {
      const unknown: never = nonlinearity;
      throw new ValueError("nonlinearity", {
        path: "calculateGain",
        rule: {
          en: `unknown nonlinearity ${JSON.stringify(unknown)}`,
          zh: `未知的非线性函数 ${JSON.stringify(unknown)}`,
        },
        expected: ["linear", "sigmoid", "tanh", "relu", "leaky_relu", "selu"],
        received: unknown,
      });
    }
  }
}

/** Inputs and outputs of one unit: of a weight (out, in, ...) the second and the first size, times the rest. */
function fans(who: string, tensor: Tensor): { fanIn: number; fanOut: number } {
  const { shape } = tensor;
  if (shape.length < 2) {
    throw new ShapeError("fans", {
      path: who,
      rule: {
        en: `a tensor of at least 2 dimensions is needed, got shape ${formatShape(shape)}`,
        zh: `需要至少 2 维的张量，得到的形状为 ${formatShape(shape)}`,
      },
      received: [...shape],
    });
  }
  const field = shape.slice(2).reduce((n, s) => n * s, 1);
  return { fanIn: shape[1]! * field, fanOut: shape[0]! * field };
}

/** Normal values with a mean and a standard deviation. */
export function normal_(
  tensor: Tensor,
  mean: number | { mean?: number; std?: number } = 0,
  std = 1,
  options: InitOptions = {},
): Tensor {
  if (typeof mean === "object") return normal_(tensor, mean.mean ?? 0, mean.std ?? 1, options);
  return noGrad(() => inPlaceDraws.normal_(tensor, mean, std, options));
}

/** Uniform values on [a, b). */
export function uniform_(
  tensor: Tensor,
  a: number | { a?: number; b?: number } = 0,
  b = 1,
  options: InitOptions = {},
): Tensor {
  if (typeof a === "object") return uniform_(tensor, a.a ?? 0, a.b ?? 1, options);
  return noGrad(() => inPlaceDraws.uniform_(tensor, a, b, options));
}

/** One value everywhere. */
export function constant_(tensor: Tensor, value: number): Tensor {
  fillTensor(tensor, value);
  tensor.storage.version++;
  return tensor;
}

/** Zeros. */
export function zeros_(tensor: Tensor): Tensor {
  return constant_(tensor, 0);
}

/** Ones. */
export function ones_(tensor: Tensor): Tensor {
  return constant_(tensor, 1);
}

function gainOf(gain: number | { gain?: number } | undefined): number {
  return typeof gain === "object" ? (gain.gain ?? 1) : (gain ?? 1);
}

/** Xavier's uniform values on +-gain sqrt(6 / (fanIn + fanOut)) (Glorot and Bengio, 2010). */
export function xavierUniform_(tensor: Tensor, gain?: number | { gain?: number }, options: InitOptions = {}): Tensor {
  const { fanIn, fanOut } = fans("xavierUniform_", tensor);
  const bound = Math.sqrt(3) * gainOf(gain) * Math.sqrt(2 / (fanIn + fanOut));
  return uniform_(tensor, -bound, bound, options);
}

/** Xavier's normal values with standard deviation gain sqrt(2 / (fanIn + fanOut)) (Glorot and Bengio, 2010). */
export function xavierNormal_(tensor: Tensor, gain?: number | { gain?: number }, options: InitOptions = {}): Tensor {
  const { fanIn, fanOut } = fans("xavierNormal_", tensor);
  return normal_(tensor, 0, gainOf(gain) * Math.sqrt(2 / (fanIn + fanOut)), options);
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
  const { fanIn, fanOut } = fans(who, tensor);
  return calculateGain(nonlinearity, a) / Math.sqrt(mode === "fan_in" ? fanIn : fanOut);
}

/** He's uniform values on +-gain sqrt(3 / fan) (He et al., 2015). */
export function kaimingUniform_(tensor: Tensor, options: KaimingOptions = {}): Tensor {
  const bound = Math.sqrt(3) * kaimingStd("kaimingUniform_", tensor, options);
  return uniform_(tensor, -bound, bound, options);
}

/** He's normal values with standard deviation gain / sqrt(fan) (He et al., 2015). */
export function kaimingNormal_(tensor: Tensor, options: KaimingOptions = {}): Tensor {
  return normal_(tensor, 0, kaimingStd("kaimingNormal_", tensor, options), options);
}
