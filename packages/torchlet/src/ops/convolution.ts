// Convolutions: every window a row of a matrix product.
import { ShapeError, ValueError } from "../errors/index.js";
import { formatShape, type Shape, sizeOf } from "../tensor/shape.js";
import type { Tensor } from "../tensor/tensor.js";
import { isOptions, readKeywords } from "./arguments.js";
import { add } from "./arithmetic.js";
import { bmm } from "./matmul.js";
import { pad } from "./padding.js";
import { contiguous, permute, reshape } from "./views.js";
import { type PerDim, perDim, span, windows } from "./windows.js";

/** Options of the convolutions. */
export interface ConvOptions {
  /** Added to every output channel. Default: none. */
  readonly bias?: Tensor | null;
  /** Steps from one window to the next. Default: 1. */
  readonly stride?: PerDim;
  /** Zeros around the input; "same" keeps its size (stride 1), "valid" is 0. Default: 0. */
  readonly padding?: PerDim | "same" | "valid";
  /** Steps between the elements of a window. Default: 1. */
  readonly dilation?: PerDim;
  /** Into how many groups the channels fall that do not see each other. Default: 1. */
  readonly groups?: number;
}

const NAMES = ["bias", "stride", "padding", "dilation", "groups"] as const;

function convolve(who: string, input: Tensor, weight: Tensor, n: number, options: ConvOptions): Tensor {
  const { bias = null, groups = 1 } = options;
  const batched = input.shape.length === n + 2;
  const x = batched ? input : reshape(input, [1, ...input.shape]);
  const [outChannels, perGroup] = weight.shape as [number, number];
  const fits =
    x.shape.length === n + 2 &&
    weight.shape.length === n + 2 &&
    x.shape[1] === perGroup * groups &&
    outChannels % groups === 0;
  if (!fits) {
    throw new ShapeError("conv-shapes", {
      path: who,
      rule: {
        en: `input ${formatShape(input.shape)} and weight ${formatShape(weight.shape)} in ${groups} groups do not fit`,
        zh: `输入 ${formatShape(input.shape)} 与权重 ${formatShape(weight.shape)}（${groups} 组）不匹配`,
      },
      expected: ["(batch, channels, ...)", "(outChannels, channels / groups, ...)"],
      received: [[...input.shape], [...weight.shape]],
    });
  }
  const kernel = weight.shape.slice(2);
  const stride = perDim(who, "stride", options.stride, n, 1);
  const dilation = perDim(who, "dilation", options.dilation, n, 1);
  const shape = { kernel, stride, dilation };
  const margins = marginsOf(who, options.padding ?? 0, shape, n);
  const padded = margins.some((m) => m > 0) ? pad(x, margins) : contiguous(x);
  const all = windows(who, padded, shape);
  const places = all.shape.slice(2, 2 + n);
  const batch = x.shape[0]!;
  // (batch, channels, ...places, ...kernel) -> (groups, channels a group * kernel, batch * places)
  const order = [1, ...kernel.map((_, d) => 2 + n + d), 0, ...places.map((_, d) => 2 + d)];
  const columns = reshape(permute(all, order), [groups, perGroup * sizeOf(kernel), batch * sizeOf(places)]);
  const product = bmm(reshape(weight, [groups, outChannels / groups, perGroup * sizeOf(kernel)]), columns);
  const apart = reshape(product, [outChannels, batch, ...places]);
  let out = permute(apart, [1, 0, ...places.map((_, d) => 2 + d)]);
  out = bias === null ? contiguous(out) : add(out, reshape(bias, [outChannels, ...places.map(() => 1)]));
  return batched ? out : reshape(out, out.shape.slice(1));
}

/** Margins as `pad` takes them. */
function marginsOf(
  who: string,
  padding: PerDim | "same" | "valid",
  shape: { kernel: Shape; stride: Shape; dilation: Shape },
  n: number,
): number[] {
  if (padding === "valid") return new Array<number>(2 * n).fill(0);
  if (padding !== "same") {
    const sizes = perDim(who, "padding", padding, n, 0);
    return [...sizes].reverse().flatMap((p) => [p, p]);
  }
  if (shape.stride.some((s) => s !== 1)) {
    throw new ValueError("same-stride", {
      path: who,
      rule: { en: 'padding "same" needs stride 1', zh: 'padding 为 "same" 时步幅必须为 1' },
      expected: 1,
      received: [...shape.stride],
    });
  }
  return shape.kernel
    .map((_, d) => span(shape, d) - 1)
    .reverse()
    .flatMap((total) => [Math.floor(total / 2), Math.ceil(total / 2)]);
}

/**
 * Convolution of sequences: `out[b, o, t] = bias[o] + sum over c, k of weight[o, c, k] x[b, c, t stride + k dilation]`.
 *
 * @param input shape (batch, channels, length) or (channels, length)
 * @param weight shape (outChannels, channels / groups, kernel)
 * @throws ShapeError for shapes that do not fit, ValueError for "same" with a stride
 */
export function conv1d(
  input: Tensor,
  weight: Tensor,
  bias?: Tensor | null | ConvOptions,
  stride?: PerDim | ConvOptions,
  padding?: PerDim | "same" | "valid" | ConvOptions,
  dilation?: PerDim | ConvOptions,
  groups?: number | ConvOptions,
): Tensor {
  return convolve("conv1d", input, weight, 1, readConv([bias, stride, padding, dilation, groups]));
}

/**
 * Convolution of images, as `conv1d` in two dimensions.
 *
 * @param input shape (batch, channels, height, width) or (channels, height, width)
 * @param weight shape (outChannels, channels / groups, kernel height, kernel width)
 * @throws ShapeError for shapes that do not fit, ValueError for "same" with a stride
 *
 * @example
 * F.conv2d(torch.randn(1, 3, 8, 8), torch.randn(4, 3, 3, 3), { padding: 1 }).shape; // [1, 4, 8, 8]
 */
export function conv2d(
  input: Tensor,
  weight: Tensor,
  bias?: Tensor | null | ConvOptions,
  stride?: PerDim | ConvOptions,
  padding?: PerDim | "same" | "valid" | ConvOptions,
  dilation?: PerDim | ConvOptions,
  groups?: number | ConvOptions,
): Tensor {
  return convolve("conv2d", input, weight, 2, readConv([bias, stride, padding, dilation, groups]));
}

function readConv(values: readonly unknown[]): ConvOptions {
  return readKeywords<ConvOptions>(
    NAMES,
    values.map((v) => (v === null && !isOptions(v) ? undefined : v)),
  );
}
