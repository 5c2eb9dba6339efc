// The matrix product in float64: tiles of 4 x 4, B packed into panels of 4 columns, A read in place.
import { madd64 } from "./simd";

/** Depth of a block: a panel of B takes 8 KiB. */
const KC: i32 = 256;
const NC: i32 = 512;

// @ts-ignore: decorator
@inline
function tile(mr: i32, k: i32, a: usize, rs: usize, cs: usize, b: usize, c: usize, sc: usize, columns: i32, first: bool, alpha: f64, beta: f64): void {
  let c00 = f64x2.splat(0), c01 = f64x2.splat(0), c10 = f64x2.splat(0), c11 = f64x2.splat(0);
  let c20 = f64x2.splat(0), c21 = f64x2.splat(0), c30 = f64x2.splat(0), c31 = f64x2.splat(0);
  const r2 = rs + rs, r3 = r2 + rs;
  for (; k > 0; --k, a += cs, b += 32) {
    const b0 = v128.load(b), b1 = v128.load(b, 16);
    let x = v128.load64_splat(a);
    c00 = madd64(x, b0, c00);
    c01 = madd64(x, b1, c01);
    if (mr > 1) {
      x = v128.load64_splat(a + rs);
      c10 = madd64(x, b0, c10);
      c11 = madd64(x, b1, c11);
    }
    if (mr > 2) {
      x = v128.load64_splat(a + r2);
      c20 = madd64(x, b0, c20);
      c21 = madd64(x, b1, c21);
    }
    if (mr > 3) {
      x = v128.load64_splat(a + r3);
      c30 = madd64(x, b0, c30);
      c31 = madd64(x, b1, c31);
    }
  }
  row(c00, c01, c, columns, first, alpha, beta);
  if (mr > 1) row(c10, c11, c + sc, columns, first, alpha, beta);
  if (mr > 2) row(c20, c21, c + sc + sc, columns, first, alpha, beta);
  if (mr > 3) row(c30, c31, c + sc + sc + sc, columns, first, alpha, beta);
}

function row(v0: v128, v1: v128, c: usize, columns: i32, first: bool, alpha: f64, beta: f64): void {
  put(f64x2.extract_lane(v0, 0), c, first, alpha, beta);
  if (columns > 1) put(f64x2.extract_lane(v0, 1), c + 8, first, alpha, beta);
  if (columns > 2) put(f64x2.extract_lane(v1, 0), c + 16, first, alpha, beta);
  if (columns > 3) put(f64x2.extract_lane(v1, 1), c + 24, first, alpha, beta);
}

// @ts-ignore: decorator
@inline
function put(v: f64, c: usize, first: bool, alpha: f64, beta: f64): void {
  v *= alpha;
  if (!first) v += f64.load(c);
  else if (beta != 0) v += beta * f64.load(c);
  f64.store(c, v);
}

function rows4(k: i32, a: usize, rs: usize, cs: usize, b: usize, c: usize, sc: usize, n: i32, first: bool, alpha: f64, beta: f64): void {
  tile(4, k, a, rs, cs, b, c, sc, n, first, alpha, beta);
}
function rows1(k: i32, a: usize, rs: usize, cs: usize, b: usize, c: usize, sc: usize, n: i32, first: bool, alpha: f64, beta: f64): void {
  tile(1, k, a, rs, cs, b, c, sc, n, first, alpha, beta);
}

/** C = act(alpha * A B + beta * C + bias); strides in elements. */
export function gemm64(
  m: i32, n: i32, k: i32, a: usize, rsA: i32, csA: i32, b: usize, rsB: i32, csB: i32, c: usize, ldc: i32,
  alpha: f64, beta: f64, bias: usize, activation: i32, scratch: usize,
): void {
  const rowA = <usize>rsA << 3, columnA = <usize>csA << 3, rowB = <usize>rsB << 3, columnB = <usize>csB << 3, sc = <usize>ldc << 3;
  for (let j0 = 0; j0 < n; j0 += NC) {
    const nc = min(NC, n - j0);
    let p0 = 0;
    do {
      const kc = min(KC, k - p0);
      let to = scratch;
      for (let j = j0; j < j0 + nc; j += 4) {
        const columns = min(4, j0 + nc - j);
        let from = b + <usize>p0 * rowB + <usize>j * columnB;
        for (let p = 0; p < kc; ++p, from += rowB, to += 32) {
          for (let q = 0; q < 4; ++q) f64.store(to + (<usize>q << 3), q < columns ? f64.load(from + <usize>q * columnB) : 0);
        }
      }
      for (let j = 0; j < nc; j += 4) {
        const columns = min(4, nc - j);
        const panel = scratch + (<usize>(j * kc) << 3);
        let at = a + <usize>p0 * columnA;
        let out = c + (<usize>(j0 + j) << 3);
        let i = 0;
        for (; i + 4 <= m; i += 4, at += rowA * 4, out += sc * 4) rows4(kc, at, rowA, columnA, panel, out, sc, columns, p0 == 0, alpha, beta);
        for (; i < m; ++i, at += rowA, out += sc) rows1(kc, at, rowA, columnA, panel, out, sc, columns, p0 == 0, alpha, beta);
      }
      p0 += kc;
    } while (p0 < k);
  }
  if (bias == 0 && activation == 0) return;
  for (let i = 0; i < m; ++i, c += sc) {
    for (let j = 0; j < n; ++j) {
      const at = c + (<usize>j << 3);
      let v = f64.load(at);
      if (bias) v += f64.load(bias + (<usize>j << 3));
      if (activation == 1 && v < 0) v = 0;
      f64.store(at, v);
    }
  }
}
