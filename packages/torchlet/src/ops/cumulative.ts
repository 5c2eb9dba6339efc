// Running results along a dimension: one scan instruction forward, scans from the other end backward.
import { needsGraph, record, recordMany } from "../autograd/index.js";
import { instructions, Op, Scan } from "../engine/index.js";
import { type DType, float64, int32 } from "../tensor/dtype.js";
import { normalizeDim, type Shape } from "../tensor/shape.js";
import { emptyTensor, type Tensor } from "../tensor/tensor.js";
import { readKeywords } from "./arguments.js";
import { add, div, mul, sub } from "./arithmetic.js";
import { eq, gt, logicalAnd, lt, where } from "./comparison.js";
import { castTensor } from "./elementwise.js";
import { scatterAlong } from "./indexing-core.js";
import { floating } from "./statistics.js";
import { abs, exp, log } from "./unary.js";
import { contiguous, toDtype } from "./views.js";

/** Options of running sums and products. */
export interface CumulativeOptions {
  readonly dim?: number;
  readonly dtype?: DType | null;
}

/** Elements before, along and behind a dimension. */
function sizesAround(shape: Shape, dim: number): [number, number, number] {
  const product = (sizes: Shape) => sizes.reduce((n, s) => n * s, 1);
  return [product(shape.slice(0, dim)), shape[dim] ?? 1, product(shape.slice(dim + 1))];
}

function runScan(fn: number, self: Tensor, dim: number, reverse = false, indices: Tensor | null = null): Tensor {
  const x = contiguous(self.data);
  const out = emptyTensor(x.shape, x.dtype);
  const [outer, n, inner] = sizesAround(x.shape, dim);
  const from = x.address();
  const at = indices === null ? 0 : indices.address();
  instructions.plain(Op.scan, [fn, x.dtype.code, from, out.address(), at, outer, n, inner, reverse ? 1 : 0]);
  return out;
}

/** uint8 and bool are accumulated as int32. */
function accumulable(x: Tensor, dtype: DType | null | undefined): Tensor {
  if (dtype != null) return toDtype(x, dtype);
  return x.dtype.code > 2 ? castTensor(x, int32) : x;
}

/** Running sums from either end; the gradient of the one is the other. */
function runningSum(x: Tensor, dim: number, reverse: boolean): Tensor {
  const out = runScan(Scan.sum, x, dim, reverse);
  if (needsGraph(x)) record(out, "CumsumBackward0", [x], null, (g) => runningSum(g, dim, !reverse));
  return out;
}

/**
 * Running sums along a dimension: `y_i = x_0 + ... + x_i`.
 *
 * @example
 * torch.cumsum(torch.tensor([1, 2, 3]), 0); // tensor([1, 3, 6])
 */
export function cumsum(self: Tensor, dim: number | CumulativeOptions, options?: CumulativeOptions): Tensor {
  const given = readKeywords<CumulativeOptions>(["dim"], [dim, options]);
  const d = normalizeDim("cumsum", given.dim!, self.shape.length);
  return runningSum(accumulable(self, given.dtype), d, false);
}

/**
 * Running products along a dimension: `y_i = x_0 ... x_i`.
 *
 * The gradient is exact where factors are 0: before the first zero it is the running sum of `g y` from the end over x;
 * at the first zero the same with that factor left out; behind it 0.
 */
export function cumprod(self: Tensor, dim: number | CumulativeOptions, options?: CumulativeOptions): Tensor {
  const given = readKeywords<CumulativeOptions>(["dim"], [dim, options]);
  const d = normalizeDim("cumprod", given.dim!, self.shape.length);
  return runningProduct(accumulable(self, given.dtype), d);
}

function runningProduct(x: Tensor, dim: number): Tensor {
  const out = runScan(Scan.prod, x, dim);
  if (needsGraph(x)) {
    record(out, "CumprodBackward0", [x], [x, out], (g, node) => {
      const input = node.saved(0);
      const isZero = eq(input.data, 0);
      const zeros = runScan(Scan.sum, castTensor(isZero, int32), dim);
      const firstZero = logicalAnd(isZero, eq(zeros, 1));
      const before = div(runningSum(mul(g, node.saved(1)), dim, true), where(isZero, 1, input));
      const without = runningProduct(where(firstZero, 1, input), dim);
      // Terms before the zero do not contain it.
      const behind = runningSum(where(eq(zeros, 0), 0, mul(g, without)), dim, true);
      return where(eq(zeros, 0), before, where(firstZero, behind, 0));
    });
  }
  return out;
}

/** Options of `cummax` and `cummin`. */
export interface DimOption {
  readonly dim: number;
}

function runningExtreme(who: string, fn: number, self: Tensor, dim: number | DimOption): [Tensor, Tensor] {
  const d = normalizeDim(who, typeof dim === "number" ? dim : dim.dim, self.shape.length);
  const indices = emptyTensor(self.shape, int32);
  const found = runScan(fn, self.dtype.code > 2 ? castTensor(self, int32) : self, d, false, indices);
  const values = self.dtype.code > 2 ? castTensor(found, self.dtype) : found;
  if (needsGraph(self)) {
    const { shape } = self;
    recordMany([values], `${who[0]!.toUpperCase()}${who.slice(1)}Backward0`, [self], [indices], ([g], node) =>
      shape.length === 0 ? g! : scatterAlong(g!, node.saved(0), d, shape),
    );
  }
  return [values, indices];
}

/** Running maxima along a dimension and their positions, the latest of equal ones; a NaN stays. */
export function cummax(self: Tensor, dim: number | DimOption): [Tensor, Tensor] {
  return runningExtreme("cummax", Scan.max, self, dim);
}

/** Running minima along a dimension and their positions, the latest of equal ones; a NaN stays. */
export function cummin(self: Tensor, dim: number | DimOption): [Tensor, Tensor] {
  return runningExtreme("cummin", Scan.min, self, dim);
}

function runningLogSum(x: Tensor, dim: number, reverse: boolean): Tensor {
  const out = runScan(Scan.logSumExp, x, dim, reverse);
  if (needsGraph(x)) {
    record(out, "LogcumsumexpBackward0", [x], [x, out], (g, node) => {
      // e^x times the running sum of g e^-y from the other end, positive and negative parts apart, as logarithms.
      const [input, y] = [node.saved(0), node.saved(1)];
      const lowest = x.dtype === float64 ? -Number.MAX_VALUE : -3.4028234663852886e38;
      const magnitude = log(abs(where(eq(g, 0), 1, g)));
      const part = (chosen: Tensor) =>
        exp(add(runningLogSum(sub(where(chosen, magnitude, lowest), y), dim, !reverse), input));
      return sub(part(gt(g, 0)), part(lt(g, 0)));
    });
  }
  return out;
}

/** The logarithm of running sums of exponentials along a dimension, finite wherever the result is. */
export function logcumsumexp(self: Tensor, dim: number | DimOption): Tensor {
  const d = normalizeDim("logcumsumexp", typeof dim === "number" ? dim : dim.dim, self.shape.length);
  return runningLogSum(floating("logcumsumexp", self), d, false);
}
