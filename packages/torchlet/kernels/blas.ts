// Matrix products by the machine's BLAS: every thread calls it on slices of its own, on one thread each.
//
// The library's own threads measured slower on the sizes of small networks (OpenBLAS 0.3.21, 2 cores: 128 against 167
// GFLOP/s at 256x784x256), and would fight with ours for the processors.
import { F32 } from "./dtype";
import { shareCount, shareIndex } from "./parallel";

/** cblas_sgemm or cblas_dgemm in row-major order; addresses are those of the engine, strides in elements. */
@external("env", "blas")
declare function blas(
  double: i32, transposeA: i32, transposeB: i32, m: i32, n: i32, k: i32,
  alpha: f64, a: usize, lda: i32, b: usize, ldb: i32, beta: f64, c: usize, ldc: i32,
): void;

// @ts-ignore: decorator
@inline
function word(pc: usize, index: i32): i32 {
  return i32.load(pc + (<usize>index << 2));
}

/** Bias and activation on rows of results in float32; `bias` 0: none. */
function finish32(rows: i32, columns: i32, c: usize, ldc: i32, bias: usize, activation: i32): void {
  const step = <usize>ldc << 2, zero = f32x4.splat(0);
  for (; rows > 0; --rows, c += step) {
    let j: usize = 0;
    const end = <usize>columns << 2, vectors = end & ~15;
    for (; j < vectors; j += 16) {
      let v = v128.load(c + j);
      if (bias) v = f32x4.add(v, v128.load(bias + j));
      // pmax keeps the first operand unless it is smaller: a NaN stays a NaN.
      if (activation == 1) v = f32x4.pmax(v, zero);
      v128.store(c + j, v);
    }
    for (; j < end; j += 4) {
      let v = f32.load(c + j);
      if (bias) v += f32.load(bias + j);
      if (activation == 1 && v < 0) v = 0;
      f32.store(c + j, v);
    }
  }
}

/** The same in float64. */
function finish64(rows: i32, columns: i32, c: usize, ldc: i32, bias: usize, activation: i32): void {
  for (; rows > 0; --rows, c += <usize>ldc << 3) {
    for (let j: usize = 0; j < <usize>columns << 3; j += 8) {
      let v = f64.load(c + j);
      if (bias) v += f64.load(bias + j);
      if (activation == 1 && v < 0) v = 0;
      f64.store(c + j, v);
    }
  }
}

/** Sets results to 0 where the output of a ReLU at `mask` is not above 0; both float32, rows `ldc` elements apart. */
export function mask32(rows: i32, columns: i32, c: usize, mask: usize, ldc: i32): void {
  const step = <usize>ldc << 2, zero = f32x4.splat(0);
  for (; rows > 0; --rows, c += step, mask += step) {
    let j: usize = 0;
    const end = <usize>columns << 2, vectors = end & ~15;
    // A NaN in the output lets the gradient through, as in PyTorch.
    for (; j < vectors; j += 16) v128.store(c + j, v128.andnot(v128.load(c + j), f32x4.le(v128.load(mask + j), zero)));
    for (; j < end; j += 4) if (f32.load(mask + j) <= 0) f32.store(c + j, 0);
  }
}

/** The same in float64. */
export function mask64(rows: i32, columns: i32, c: usize, mask: usize, ldc: i32): void {
  const step = <usize>ldc << 3;
  for (; rows > 0; --rows, c += step, mask += step) {
    for (let j: usize = 0; j < <usize>columns << 3; j += 8) if (f64.load(mask + j) <= 0) f64.store(c + j, 0);
  }
}

/** The first row (or column) of slice s of n, in multiples of 8. */
// @ts-ignore: decorator
@inline
function cut(n: i32, s: i32, slices: i32): i32 {
  return min(n, <i32>(<i64>((n + 7) >> 3) * s / slices) << 3);
}

/** One product, or a part of it. */
// @ts-ignore: decorator
@inline
function part(pc: usize, i: i32, row: i32, rows: i32, column: i32, columns: i32): void {
  if (rows <= 0 || columns <= 0) return;
  const float = word(pc, 2) == F32;
  const shift: i32 = float ? 2 : 3, k = word(pc, 5), ldc = word(pc, 13);
  const rsA = word(pc, 7), csA = word(pc, 8), rsB = word(pc, 10), csB = word(pc, 11);
  const a = <usize>(word(pc, 6) + (i * word(pc, 22) + row * rsA << shift));
  const b = <usize>(word(pc, 9) + (i * word(pc, 23) + column * csB << shift));
  const c = <usize>(word(pc, 12) + (i * word(pc, 24) + row * ldc + column << shift));
  const plainA = csA == 1 && rsA >= k, plainB = csB == 1 && rsB >= word(pc, 4);
  blas(
    float ? 0 : 1, plainA ? 0 : 1, plainB ? 0 : 1, rows, columns, k, f64.load(pc + 64),
    a, plainA ? rsA : csA, b, plainB ? rsB : csB, f64.load(pc + 72), c, ldc,
  );
  const bias = word(pc, 14) ? <usize>(word(pc, 14) + (column << shift)) : 0, activation = word(pc, 15);
  if (bias != 0 || activation != 0) {
    if (float) finish32(rows, columns, c, ldc, bias, activation);
    else finish64(rows, columns, c, ldc, bias, activation);
  }
  if (word(pc, 26)) {
    const mask = <usize>(word(pc, 26) + (row * ldc + column << shift));
    if (float) mask32(rows, columns, c, mask, ldc);
    else mask64(rows, columns, c, mask, ldc);
  }
}

/**
 * The gemm instruction (kernels/index.ts) where word 25 is not 0: in so many slices, whoever computes them, so that
 * results do not depend on how many threads happen to be ready.
 */
export function blasProduct(pc: usize): void {
  const slices = word(pc, 25), batch = word(pc, 21), m = word(pc, 3), n = word(pc, 4);
  for (let s = shareIndex(); s < slices; s += shareCount()) {
    if (batch > 1) {
      for (let i = batch * s / slices; i < batch * (s + 1) / slices; ++i) part(pc, i, 0, m, 0, n);
    } else if (m >= 16 * slices) {
      const row = cut(m, s, slices);
      part(pc, 0, row, cut(m, s + 1, slices) - row, 0, n);
    } else {
      const column = cut(n, s, slices);
      part(pc, 0, 0, m, column, cut(n, s + 1, slices) - column);
    }
  }
}
