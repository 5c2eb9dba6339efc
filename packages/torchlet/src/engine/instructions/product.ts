// Writes matrix products, or hands them to the machine's BLAS.
import { blasAvailable } from "../blas.js";
import { execute, executeBlas, f64, gemmScratch, i32, instruction } from "../machine.js";
import { Fn, Op } from "../opcodes.js";
import { mapOne, mapProgram, setOperand } from "./elementwise.js";
import { PRODUCT_WORK } from "./work.js";

/** Products from this many operations on go to the machine's BLAS: below, calling it costs more than it saves. */
const BLAS_FLOPS = 500_000;

/** Writes one row into every row of a contiguous matrix. */
function spreadRow(dtype: number, row: number, rows: number, columns: number, to: number): void {
  const shape = [rows, columns];
  setOperand(0, row, dtype, [columns], [1], shape);
  setOperand(1, to, dtype, shape, [columns, 1], shape);
  mapProgram(shape, dtype, 1, [{ fn: Fn.copy, a: 0 }]);
}

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
  if (flops >= BLAS_FLOPS) {
    const contiguous = rowC === n && (batch === 1 || batchC === m * n);
    if ((bias === 0 && activation === 0) || (contiguous && beta === 0 && blasAvailable())) {
      // The library has no epilogue: the bias is what the product is added to.
      if (bias !== 0) spreadRow(dtype, bias, batch * m, n, c);
      const keep = bias === 0 ? beta : 1;
      const operands = [
        m,
        n,
        k,
        a,
        rowA,
        columnA,
        b,
        rowB,
        columnB,
        c,
        rowC,
        alpha,
        keep,
        batch,
        batchA,
        batchB,
        batchC,
      ] as const;
      if (executeBlas(dtype === 1, ...operands)) {
        if (activation !== 0) mapOne(Fn.relu, dtype, batch * m * n, c, dtype, c, dtype);
        return;
      }
    }
  }
  const p = instruction >> 2;
  i32[p] = Op.gemm;
  i32[p + 1] = 26;
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
  execute(flops * PRODUCT_WORK);
}
