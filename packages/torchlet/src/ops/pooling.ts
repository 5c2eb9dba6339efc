// Pooling: the largest or the mean of every window.
import { instructions, Op } from "../engine/index.js";
import { ShapeError } from "../errors/index.js";
import { int32 } from "../tensor/dtype.js";
import { formatShape, type Shape, sizeOf } from "../tensor/shape.js";
import { emptyTensor, type Tensor } from "../tensor/tensor.js";
import { readKeywords } from "./arguments.js";
import { add, div, mul } from "./arithmetic.js";
import { tensor } from "./creation.js";
import { takeAt } from "./indexing-core.js";
import { pad } from "./padding.js";
import { max, sum } from "./reduction.js";
import { contiguous, reshape, toDtype } from "./views.js";
import { type PerDim, perDim, span, type WindowShape, windows } from "./windows.js";

/** Options of max pooling. */
export interface MaxPoolOptions {
  readonly kernelSize?: PerDim;
  /** Default: the kernel size. */
  readonly stride?: PerDim | null;
  /** Margins that never are the largest. Default: 0. */
  readonly padding?: PerDim;
  /** Default: 1. */
  readonly dilation?: PerDim;
  /** Whether windows that reach beyond the end count. Default: false. */
  readonly ceilMode?: boolean;
  /** Whether the places of the largest elements are returned too. Default: false. */
  readonly returnIndices?: boolean;
}

/** Options of average pooling. */
export interface AvgPoolOptions {
  readonly kernelSize?: PerDim;
  /** Default: the kernel size. */
  readonly stride?: PerDim | null;
  /** Margins of zeros. Default: 0. */
  readonly padding?: PerDim;
  /** Whether windows that reach beyond the end count. Default: false. */
  readonly ceilMode?: boolean;
  /** Whether margins count as elements. Default: true. */
  readonly countIncludePad?: boolean;
  /** Divides the sums instead of the number of elements. */
  readonly divisorOverride?: number | null;
}

/** A pool's geometry over the last n dimensions. */
interface Pool {
  readonly shape: WindowShape;
  readonly padding: Shape;
  readonly sizes: Shape;
  readonly places: Shape;
}

function readPool(who: string, x: Tensor, n: number, options: MaxPoolOptions): Pool {
  if (x.shape.length !== n + 1 && x.shape.length !== n + 2) {
    throw new ShapeError("pool-dims", {
      path: who,
      rule: {
        en: `the input must have ${n + 1} or ${n + 2} dimensions, got shape ${formatShape(x.shape)}`,
        zh: `输入必须是 ${n + 1} 维或 ${n + 2} 维，得到的形状为 ${formatShape(x.shape)}`,
      },
      expected: [n + 1, n + 2],
      received: x.shape.length,
    });
  }
  const kernel = perDim(who, "kernelSize", options.kernelSize, n, 1);
  const stride = perDim(who, "stride", options.stride ?? undefined, n, kernel);
  const shape = { kernel, stride, dilation: perDim(who, "dilation", options.dilation, n, 1) };
  const padding = perDim(who, "padding", options.padding, n, 0);
  const sizes = x.shape.slice(-n);
  const places = sizes.map((size, d) => {
    const room = size + 2 * padding[d]! - span(shape, d);
    const count = (options.ceilMode ? Math.ceil(room / stride[d]!) : Math.floor(room / stride[d]!)) + 1;
    // The last window has to begin inside the input or its left margin.
    return options.ceilMode && (count - 1) * stride[d]! >= size + padding[d]! ? count - 1 : count;
  });
  if (places.some((p) => p < 1)) {
    throw new ShapeError("pool-size", {
      path: who,
      rule: {
        en: `an input of ${formatShape(sizes)} is too small for windows of ${formatShape(kernel)}`,
        zh: `大小为 ${formatShape(sizes)} 的输入对于大小为 ${formatShape(kernel)} 的窗口过小`,
      },
      expected: [...kernel],
      received: [...sizes],
    });
  }
  return { shape, padding, sizes, places };
}

/** All windows of the input with its margins: (...leading, ...places, ...kernel). */
function pooled(who: string, x: Tensor, { shape, padding, sizes, places }: Pool, value: number): Tensor {
  const margins = sizes
    .map((size, d) => {
      const end = (places[d]! - 1) * shape.stride[d]! + span(shape, d);
      return [padding[d]!, Math.max(end - size - padding[d]!, 0)];
    })
    .reverse()
    .flat();
  const padded = margins.some((m) => m > 0) ? pad(x, margins, "constant", value) : contiguous(x);
  return windows(who, padded, shape, places);
}

/** Places in the input, counted through its last dimensions, from places in windows. */
function placesOf(inside: Tensor, { shape, padding, sizes, places }: Pool): Tensor {
  const n = sizes.length;
  const strides = sizes.map((_, d) => sizeOf(sizes.slice(d + 1)));
  let corner = tensor(0);
  places.forEach((count, d) => {
    const steps = emptyTensor([count, ...new Array<number>(n - 1 - d).fill(1)], int32);
    const first = -padding[d]! * strides[d]!;
    instructions.plain(Op.iota, [int32.code, count, steps.address()], [first, shape.stride[d]! * strides[d]!]);
    corner = add(corner, steps);
  });
  let table = tensor(0);
  shape.kernel.forEach((count, d) => {
    const steps = emptyTensor([count, ...new Array<number>(n - 1 - d).fill(1)], int32);
    instructions.plain(Op.iota, [int32.code, count, steps.address()], [0, shape.dilation[d]! * strides[d]!]);
    table = add(table, steps);
  });
  return add(takeAt(contiguous(table), contiguous(inside)), corner);
}

function maxPool(who: string, x: Tensor, n: number, options: MaxPoolOptions): [Tensor, Tensor] {
  const pool = readPool(who, x, n, options);
  const low = x.dtype.isFloatingPoint ? Number.NEGATIVE_INFINITY : -2147483648;
  const all = pooled(who, x, pool, low);
  const rows = reshape(all, [...all.shape.slice(0, -n), sizeOf(pool.shape.kernel)]);
  const [values, inside] = max(rows, -1);
  return [values, placesOf(inside, pool)];
}

const MAX_NAMES = ["kernelSize", "stride", "padding", "dilation", "ceilMode", "returnIndices"] as const;

/**
 * The largest element of every window of images.
 *
 * @param input shape (batch, channels, height, width) or (channels, height, width)
 * @returns shape (..., places down, places across); with `returnIndices` also where they are, counted through a plane
 * @throws ShapeError for other shapes and for windows that do not fit
 *
 * @example
 * F.maxPool2d(torch.randn(1, 3, 8, 8), 2).shape; // [1, 3, 4, 4]
 */
export function maxPool2d(
  input: Tensor,
  kernelSize: PerDim,
  stride?: PerDim | null,
  padding?: PerDim,
  dilation?: PerDim,
  ceilMode?: boolean,
): Tensor;
export function maxPool2d(
  input: Tensor,
  kernelSize: PerDim | MaxPoolOptions,
  options: MaxPoolOptions & { readonly returnIndices: true },
): [Tensor, Tensor];
export function maxPool2d(
  input: Tensor,
  kernelSize: PerDim | MaxPoolOptions,
  options?: MaxPoolOptions & { readonly returnIndices?: false },
): Tensor;
export function maxPool2d(input: Tensor, ...rest: unknown[]): Tensor | [Tensor, Tensor] {
  const given = readKeywords<MaxPoolOptions>(MAX_NAMES, rest);
  const [values, indices] = maxPool("maxPool2d", input, 2, given);
  return given.returnIndices ? [values, indices] : values;
}

/** The largest element of every window of sequences; see `maxPool2d`. */
export function maxPool1d(
  input: Tensor,
  kernelSize: PerDim,
  stride?: PerDim | null,
  padding?: PerDim,
  dilation?: PerDim,
  ceilMode?: boolean,
): Tensor;
export function maxPool1d(
  input: Tensor,
  kernelSize: PerDim | MaxPoolOptions,
  options: MaxPoolOptions & { readonly returnIndices: true },
): [Tensor, Tensor];
export function maxPool1d(
  input: Tensor,
  kernelSize: PerDim | MaxPoolOptions,
  options?: MaxPoolOptions & { readonly returnIndices?: false },
): Tensor;
export function maxPool1d(input: Tensor, ...rest: unknown[]): Tensor | [Tensor, Tensor] {
  const given = readKeywords<MaxPoolOptions>(MAX_NAMES, rest);
  const [values, indices] = maxPool("maxPool1d", input, 1, given);
  return given.returnIndices ? [values, indices] : values;
}

/** How many elements the windows along a dimension count. */
function counts({ shape, padding, sizes, places }: Pool, d: number, margins: boolean): number[] {
  return Array.from({ length: places[d]! }, (_, i) => {
    const from = i * shape.stride[d]! - padding[d]!;
    const to = Math.min(from + shape.kernel[d]!, sizes[d]! + padding[d]!);
    return margins ? to - from : Math.min(to, sizes[d]!) - Math.max(from, 0);
  });
}

function avgPool(who: string, x: Tensor, n: number, options: AvgPoolOptions): Tensor {
  const { countIncludePad = true, divisorOverride = null } = options;
  const { countIncludePad: _c, divisorOverride: _d, ...geometry } = options;
  const pool = readPool(who, x, n, geometry);
  const all = pooled(who, x, pool, 0);
  const total = sum(
    all,
    pool.shape.kernel.map((_, d) => d - n),
  );
  const rounding = x.dtype.isFloatingPoint ? {} : ({ roundingMode: "trunc" } as const);
  if (divisorOverride !== null) return div(total, divisorOverride, rounding);
  let divisor = tensor(1);
  pool.places.forEach((count, d) => {
    const own = reshape(tensor(counts(pool, d, countIncludePad)), [count, ...new Array<number>(n - 1 - d).fill(1)]);
    divisor = mul(divisor, own);
  });
  return div(total, toDtype(divisor, x.dtype), rounding);
}

const AVG_NAMES = ["kernelSize", "stride", "padding", "ceilMode", "countIncludePad", "divisorOverride"] as const;

/**
 * The mean of every window of images.
 *
 * @param input shape (batch, channels, height, width) or (channels, height, width)
 * @throws ShapeError for other shapes and for windows that do not fit
 */
export function avgPool2d(
  input: Tensor,
  kernelSize: PerDim | AvgPoolOptions,
  stride?: PerDim | null | AvgPoolOptions,
  padding?: PerDim | AvgPoolOptions,
  ceilMode?: boolean | AvgPoolOptions,
  countIncludePad?: boolean | AvgPoolOptions,
  divisorOverride?: number | null | AvgPoolOptions,
): Tensor {
  const values = [kernelSize, stride, padding, ceilMode, countIncludePad, divisorOverride];
  return avgPool("avgPool2d", input, 2, readKeywords<AvgPoolOptions>(AVG_NAMES, values));
}

/** The mean of every window of sequences; see `avgPool2d`. */
export function avgPool1d(
  input: Tensor,
  kernelSize: PerDim | AvgPoolOptions,
  stride?: PerDim | null | AvgPoolOptions,
  padding?: PerDim | AvgPoolOptions,
  ceilMode?: boolean | AvgPoolOptions,
  countIncludePad?: boolean | AvgPoolOptions,
): Tensor {
  const values = [kernelSize, stride, padding, ceilMode, countIncludePad];
  return avgPool("avgPool1d", input, 1, readKeywords<AvgPoolOptions>(AVG_NAMES, values));
}
