// Sliding windows over the last dimensions: what convolution and pooling read, as views.
import { ShapeError, ValueError } from "../errors/index.js";
import { formatShape, type Shape } from "../tensor/shape.js";
import { emptyTensor, type Tensor } from "../tensor/tensor.js";
import { readKeywords } from "./arguments.js";
import { pad } from "./padding.js";
import { layoutOf, stridedView, transport } from "./strided.js";
import { contiguous, permute, reshape, slice } from "./views.js";

/** One number for all dimensions, or one for each. */
export type PerDim = number | Shape;

/** A value for each of `n` dimensions; an empty list stands for what `missing` says. */
export function perDim(who: string, name: string, value: PerDim | undefined, n: number, missing: PerDim): Shape {
  const given = value === undefined || (typeof value === "object" && value.length === 0) ? missing : value;
  const list = typeof given === "number" ? new Array<number>(n).fill(given) : given;
  const spread = list.length === 1 ? new Array<number>(n).fill(list[0]!) : list;
  const least = name === "padding" ? 0 : 1;
  if (spread.length === n && spread.every((v) => Number.isInteger(v) && v >= least)) return spread;
  throw new ValueError("per-dim", {
    path: who,
    rule: {
      en: `${name} must be an integer of at least ${least}, or ${n} of them, got ${formatShape(list)}`,
      zh: `${name} 必须是不小于 ${least} 的整数，或 ${n} 个这样的整数，得到的是 ${formatShape(list)}`,
    },
    expected: n,
    received: [...list],
  });
}

/** How windows lie: sizes, distances from one to the next, and between the elements of one. */
export interface WindowShape {
  readonly kernel: Shape;
  readonly stride: Shape;
  readonly dilation: Shape;
}

/** How many elements a window spans along a dimension. */
export function span({ kernel, dilation }: WindowShape, d: number): number {
  return dilation[d]! * (kernel[d]! - 1) + 1;
}

/**
 * All windows that fit, as a view of shape (...leading, ...places, ...kernel).
 *
 * @throws ShapeError where a window is larger than the tensor
 */
export function windows(who: string, x: Tensor, shape: WindowShape, count?: Shape): Tensor {
  const n = shape.kernel.length;
  const lead = x.shape.length - n;
  const places = shape.kernel.map((_, d) => {
    const size = x.shape[lead + d]!;
    const fitting = Math.floor((size - span(shape, d)) / shape.stride[d]!) + 1;
    return Math.min(fitting, count?.[d] ?? fitting);
  });
  if (places.some((p) => p < 1)) {
    throw new ShapeError("window-size", {
      path: who,
      rule: {
        en: `windows of ${formatShape(shape.kernel.map((_, d) => span(shape, d)))} elements do not fit into ${formatShape(x.shape.slice(lead))}`,
        zh: `大小为 ${formatShape(shape.kernel.map((_, d) => span(shape, d)))} 的窗口放不进 ${formatShape(x.shape.slice(lead))}`,
      },
      expected: [...shape.kernel],
      received: [...x.shape],
    });
  }
  const own = x.strides;
  const steps = shape.stride.map((s, d) => s * own[lead + d]!);
  const inside = shape.dilation.map((s, d) => s * own[lead + d]!);
  return stridedView(
    x,
    "WindowsBackward0",
    [...x.shape.slice(0, lead), ...places, ...shape.kernel],
    [...own.slice(0, lead), ...steps, ...inside],
    x.storageOffset,
  );
}

/** Options of `unfold` and `fold`. */
export interface UnfoldOptions {
  readonly dilation?: PerDim;
  readonly padding?: PerDim;
  readonly stride?: PerDim;
}

function readWindows(who: string, kernelSize: PerDim, values: readonly unknown[]) {
  const options = readKeywords<UnfoldOptions>(["dilation", "padding", "stride"], values);
  const kernel = perDim(who, "kernelSize", kernelSize, 2, 1);
  const dilation = perDim(who, "dilation", options.dilation, 2, 1);
  const stride = perDim(who, "stride", options.stride, 2, 1);
  const margins = perDim(who, "padding", options.padding, 2, 0) as readonly [number, number];
  return { shape: { kernel, stride, dilation }, margins };
}

/**
 * Every window of images as a column: (batch, channels, height, width) becomes (batch, channels * kernel, windows).
 */
export function unfoldWindows(
  input: Tensor,
  kernelSize: PerDim,
  dilation?: PerDim | UnfoldOptions,
  padding?: PerDim | UnfoldOptions,
  stride?: PerDim | UnfoldOptions,
): Tensor {
  const { shape, margins } = readWindows("unfold", kernelSize, [dilation, padding, stride]);
  const [ph, pw] = margins;
  const batched = input.shape.length === 4;
  const x = batched ? input : reshape(input, [1, ...input.shape]);
  const all = windows("unfold", contiguous(pad(x, [pw, pw, ph, ph])), shape);
  const [n, c, oh, ow, kh, kw] = all.shape as [number, number, number, number, number, number];
  const columns = reshape(permute(all, 0, 1, 4, 5, 2, 3), [n, c * kh * kw, oh * ow]);
  return batched ? columns : reshape(columns, columns.shape.slice(1));
}

/** The sums of columns at the places of their windows: the opposite of `unfold`. */
export function foldWindows(
  input: Tensor,
  outputSize: PerDim,
  kernelSize: PerDim,
  dilation?: PerDim | UnfoldOptions,
  padding?: PerDim | UnfoldOptions,
  stride?: PerDim | UnfoldOptions,
): Tensor {
  const { shape, margins } = readWindows("fold", kernelSize, [dilation, padding, stride]);
  const size = perDim("fold", "outputSize", outputSize, 2, 1);
  const [ph, pw] = margins;
  const [kh, kw] = shape.kernel as [number, number];
  const batched = input.shape.length === 3;
  const x = batched ? input : reshape(input, [1, ...input.shape]);
  const [n, columns] = x.shape as [number, number, number];
  const channels = columns / (kh * kw);
  const like = pad(emptyTensor([n, channels, size[0]!, size[1]!], x.dtype), [pw, pw, ph, ph]);
  const shown = windows("fold", like, shape);
  const [oh, ow] = shown.shape.slice(2, 4) as [number, number];
  if (!Number.isInteger(channels) || x.shape[2] !== oh * ow) {
    throw new ShapeError("fold-shape", {
      path: "fold",
      rule: {
        en: `columns of shape ${formatShape(input.shape)} are not the ${oh * ow} windows of ${formatShape(size)}`,
        zh: `形状为 ${formatShape(input.shape)} 的列不是 ${formatShape(size)} 的 ${oh * ow} 个窗口`,
      },
      expected: oh * ow,
      received: [...input.shape],
    });
  }
  const placed = permute(reshape(x, [n, channels, kh, kw, oh, ow]), 0, 1, 4, 5, 2, 3);
  const whole = transport(placed, layoutOf(shown), layoutOf(like));
  const out = slice(slice(whole, 2, ph, ph + size[0]!, 1), 3, pw, pw + size[1]!, 1);
  return batched ? out : reshape(out, out.shape.slice(1));
}
