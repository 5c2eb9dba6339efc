// What the widths of initial values depend on: an activation's gain, and a weight's inputs and outputs.
import { ShapeError, ValueError } from "../../errors/index.js";
import { formatShape } from "../../tensor/shape.js";
import type { Tensor } from "../../tensor/tensor.js";

/** The activations that have a recommended gain, and the layers without one. */
export type Nonlinearity =
  | "linear"
  | "conv1d"
  | "conv2d"
  | "conv3d"
  | "conv_transpose1d"
  | "conv_transpose2d"
  | "conv_transpose3d"
  | "sigmoid"
  | "tanh"
  | "relu"
  | "leaky_relu"
  | "selu";

/**
 * The factor by which an activation's weights are widened: linear, convolutions and sigmoid 1, tanh 5/3, relu sqrt(2),
 * leaky_relu sqrt(2 / (1 + slope^2)), selu 3/4.
 *
 * @param param the slope of leaky_relu. Default: 0.01
 * @throws ValueError for an unknown activation
 *
 * @example
 * nn.init.calculateGain("leaky_relu", 0.2); // 1.3867504905630728
 */
export function calculateGain(nonlinearity: Nonlinearity, param?: number | null): number {
  switch (nonlinearity) {
    case "linear":
    case "conv1d":
    case "conv2d":
    case "conv3d":
    case "conv_transpose1d":
    case "conv_transpose2d":
    case "conv_transpose3d":
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

/**
 * Inputs and outputs of one unit: of a weight (out, in, ...) the second and the first size, times the rest.
 *
 * @throws ShapeError for tensors of fewer than 2 dimensions
 */
export function fans(who: string, tensor: Tensor): { fanIn: number; fanOut: number } {
  const { shape } = tensor;
  if (shape.length < 2) throw dimensionError(who, tensor, "at least 2 dimensions", "至少 2 维");
  const field = shape.slice(2).reduce((n, s) => n * s, 1);
  return { fanIn: shape[1]! * field, fanOut: shape[0]! * field };
}

/** The error of a tensor with another number of dimensions than an initializer needs. */
export function dimensionError(who: string, { shape }: Tensor, en: string, zh: string): ShapeError {
  return new ShapeError("init-dimensions", {
    path: who,
    rule: {
      en: `a tensor of ${en} is needed, got shape ${formatShape(shape)}`,
      zh: `需要${zh}的张量，得到的形状为 ${formatShape(shape)}`,
    },
    received: [...shape],
  });
}
