// Writes matrix products, or hands them to the machine's BLAS.
import { blasSlices } from "../blas.js";
import { execute, f64, gemmScratch, i32, instruction, threadCount } from "../machine.js";
import { Op } from "../opcodes.js";
import { PRODUCT_WORK } from "./work.js";

/** Products from this many operations on go to the machine's BLAS: below, calling it costs more than it saves. */
const BLAS_FLOPS = 500_000;

/** C = act(alpha A B + beta C + bias), `batch` times; strides in elements. */
export function gemm(
  dtype: number,
  m: number,
  n: number,
  k: number,
  a: number,
  rowA: number,
  columnA: number,
  b: number,
  rowB: number,
  columnB: number,
  c: number,
  rowC: number,
  bias = 0,
  activation = 0,
  alpha = 1,
  beta = 0,
  batch = 1,
  batchA = 0,
  batchB = 0,
  batchC = 0,
): void {
  const flops = 2 * batch * m * n * k;
  const slices = flops < BLAS_FLOPS ? 0 : blasSlices(threadCount(), m, n, k, rowA, columnA, rowB, columnB);
  const p = instruction >> 2;
  i32[p] = Op.gemm;
  i32[p + 1] = 28;
  i32[p + 2] = dtype;
  i32[p + 3] = m;
  i32[p + 4] = n;
  i32[p + 5] = k;
  i32[p + 6] = a;
  i32[p + 7] = rowA;
  i32[p + 8] = columnA;
  i32[p + 9] = b;
  i32[p + 10] = rowB;
  i32[p + 11] = columnB;
  i32[p + 12] = c;
  i32[p + 13] = rowC;
  i32[p + 14] = bias;
  i32[p + 15] = activation;
  f64[(p + 16) >> 1] = alpha;
  f64[(p + 18) >> 1] = beta;
  i32[p + 20] = gemmScratch;
  i32[p + 21] = batch;
  i32[p + 22] = batchA;
  i32[p + 23] = batchB;
  i32[p + 24] = batchC;
  i32[p + 25] = slices;
  i32[p + 26] = 0;
  execute(flops * PRODUCT_WORK);
}
