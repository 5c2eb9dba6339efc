// The matrix product in float32: C = act(alpha * A B + beta * C + bias), any strides, any sizes.
//
// A is read in place, tile by tile of 4 rows; B is packed into panels of 8 columns unless it already lies well.
// Tiles of 4 x 8 measured best: 41 to 49 GFLOP/s a core where 6 x 8 spills its registers and falls to 23 (V8 11.3, x86-64).
import { madd, sum4 } from "./simd";

const MR: i32 = 4;
const NR: i32 = 8;
/** Depth of a block: a panel of B (8 KiB) and a tile of A stay in the first cache. */
const KC: i32 = 256;
/** Rows of a block: MC * KC floats of A stay in the second cache while every panel passes over them. */
const MC: i32 = 240;
/** Columns of a block: bounds the packing buffer. */
const NC: i32 = 1024;

/** Floats that packing needs at most; the caller provides them at `scratch`. */
export function gemmScratchFloats(): i32 {
  return KC * (NC + NR) + KC * (MC + MR) + 64;
}

/** What the tile's result becomes; one set per call, read by every tile. */
let alpha: f32 = 1;
let beta: f32 = 0;
let firstBlock: bool = true;
let lastBlock: bool = true;
let biasAddress: usize = 0;
let activation: i32 = 0;

// @ts-ignore: decorator
@inline
function finish(acc: v128, c: usize, j: i32): v128 {
  let v = f32x4.mul(acc, f32x4.splat(alpha));
  if (!firstBlock) v = f32x4.add(v, v128.load(c));
  else if (beta != 0) v = madd(f32x4.splat(beta), v128.load(c), v);
  if (lastBlock) {
    if (biasAddress) v = f32x4.add(v, v128.load(biasAddress + (<usize>j << 2)));
    // pmax keeps the first operand unless it is smaller: a NaN stays a NaN.
    if (activation == 1) v = f32x4.pmax(v, f32x4.splat(0));
  }
  return v;
}

/** Stores one row of a tile: 8 or 4 columns, of which `columns` exist. */
// @ts-ignore: decorator
@inline
function storeRow(v0: v128, v1: v128, nr: i32, c: usize, j: i32, columns: i32): void {
  if (columns == nr) {
    v128.store(c, finish(v0, c, j));
    if (nr == 8) v128.store(c + 16, finish(v1, c + 16, j + 4));
    return;
  }
  // The last panel: the full vectors are formed (they may read past the row, never past memory) and only the
  // columns that exist are written.
  v0 = finish(v0, c, j);
  if (columns >= 4) {
    v128.store(c, v0);
    if (columns == 4) return;
    v0 = finish(v1, c + 16, j + 4);
    c += 16;
    columns -= 4;
  }
  f32.store(c, f32x4.extract_lane(v0, 0));
  if (columns > 1) f32.store(c + 4, f32x4.extract_lane(v0, 1));
  if (columns > 2) f32.store(c + 8, f32x4.extract_lane(v0, 2));
}

/**
 * One tile: mr rows by nr columns over k steps. `byRows`: each row of A is contiguous (rows `sa` bytes apart);
 * else each column of A is (columns `sa` bytes apart). Rows of B lie `sb` bytes apart.
 */
// @ts-ignore: decorator
@inline
function tile(mr: i32, nr: i32, byRows: bool, k: i32, a: usize, sa: usize, b: usize, sb: usize, c: usize, sc: usize, j: i32, columns: i32): void {
  let c00 = f32x4.splat(0), c01 = f32x4.splat(0);
  let c10 = f32x4.splat(0), c11 = f32x4.splat(0);
  let c20 = f32x4.splat(0), c21 = f32x4.splat(0);
  let c30 = f32x4.splat(0), c31 = f32x4.splat(0);
  let a1 = a + sa, a2 = a1 + sa, a3 = a2 + sa;
  for (let p = k; p > 0; --p) {
    const b0 = v128.load(b);
    const b1 = nr == 8 ? v128.load(b, 16) : b0;
    let x = v128.load32_splat(a);
    c00 = madd(x, b0, c00);
    if (nr == 8) c01 = madd(x, b1, c01);
    if (mr > 1) {
      x = byRows ? v128.load32_splat(a1) : v128.load32_splat(a, 4);
      c10 = madd(x, b0, c10);
      if (nr == 8) c11 = madd(x, b1, c11);
    }
    if (mr > 2) {
      x = byRows ? v128.load32_splat(a2) : v128.load32_splat(a, 8);
      c20 = madd(x, b0, c20);
      if (nr == 8) c21 = madd(x, b1, c21);
    }
    if (mr > 3) {
      x = byRows ? v128.load32_splat(a3) : v128.load32_splat(a, 12);
      c30 = madd(x, b0, c30);
      if (nr == 8) c31 = madd(x, b1, c31);
    }
    if (byRows) {
      a += 4;
      if (mr > 1) a1 += 4;
      if (mr > 2) a2 += 4;
      if (mr > 3) a3 += 4;
    } else {
      a += sa;
    }
    b += sb;
  }
  storeRow(c00, c01, nr, c, j, columns);
  if (mr > 1) storeRow(c10, c11, nr, c + sc, j, columns);
  if (mr > 2) storeRow(c20, c21, nr, c + 2 * sc, j, columns);
  if (mr > 3) storeRow(c30, c31, nr, c + 3 * sc, j, columns);
}

// One function a shape: V8 then allocates registers for each loop by itself.
function rows4x8(k: i32, a: usize, sa: usize, b: usize, sb: usize, c: usize, sc: usize, j: i32, n: i32): void { tile(4, 8, true, k, a, sa, b, sb, c, sc, j, n); }
function rows3x8(k: i32, a: usize, sa: usize, b: usize, sb: usize, c: usize, sc: usize, j: i32, n: i32): void { tile(3, 8, true, k, a, sa, b, sb, c, sc, j, n); }
function rows2x8(k: i32, a: usize, sa: usize, b: usize, sb: usize, c: usize, sc: usize, j: i32, n: i32): void { tile(2, 8, true, k, a, sa, b, sb, c, sc, j, n); }
function rows1x8(k: i32, a: usize, sa: usize, b: usize, sb: usize, c: usize, sc: usize, j: i32, n: i32): void { tile(1, 8, true, k, a, sa, b, sb, c, sc, j, n); }
function rows4x4(k: i32, a: usize, sa: usize, b: usize, sb: usize, c: usize, sc: usize, j: i32, n: i32): void { tile(4, 4, true, k, a, sa, b, sb, c, sc, j, n); }
function rows3x4(k: i32, a: usize, sa: usize, b: usize, sb: usize, c: usize, sc: usize, j: i32, n: i32): void { tile(3, 4, true, k, a, sa, b, sb, c, sc, j, n); }
function rows2x4(k: i32, a: usize, sa: usize, b: usize, sb: usize, c: usize, sc: usize, j: i32, n: i32): void { tile(2, 4, true, k, a, sa, b, sb, c, sc, j, n); }
function rows1x4(k: i32, a: usize, sa: usize, b: usize, sb: usize, c: usize, sc: usize, j: i32, n: i32): void { tile(1, 4, true, k, a, sa, b, sb, c, sc, j, n); }
function cols4x8(k: i32, a: usize, sa: usize, b: usize, sb: usize, c: usize, sc: usize, j: i32, n: i32): void { tile(4, 8, false, k, a, sa, b, sb, c, sc, j, n); }
function cols3x8(k: i32, a: usize, sa: usize, b: usize, sb: usize, c: usize, sc: usize, j: i32, n: i32): void { tile(3, 8, false, k, a, sa, b, sb, c, sc, j, n); }
function cols2x8(k: i32, a: usize, sa: usize, b: usize, sb: usize, c: usize, sc: usize, j: i32, n: i32): void { tile(2, 8, false, k, a, sa, b, sb, c, sc, j, n); }
function cols1x8(k: i32, a: usize, sa: usize, b: usize, sb: usize, c: usize, sc: usize, j: i32, n: i32): void { tile(1, 8, false, k, a, sa, b, sb, c, sc, j, n); }
function cols4x4(k: i32, a: usize, sa: usize, b: usize, sb: usize, c: usize, sc: usize, j: i32, n: i32): void { tile(4, 4, false, k, a, sa, b, sb, c, sc, j, n); }
function cols3x4(k: i32, a: usize, sa: usize, b: usize, sb: usize, c: usize, sc: usize, j: i32, n: i32): void { tile(3, 4, false, k, a, sa, b, sb, c, sc, j, n); }
function cols2x4(k: i32, a: usize, sa: usize, b: usize, sb: usize, c: usize, sc: usize, j: i32, n: i32): void { tile(2, 4, false, k, a, sa, b, sb, c, sc, j, n); }
function cols1x4(k: i32, a: usize, sa: usize, b: usize, sb: usize, c: usize, sc: usize, j: i32, n: i32): void { tile(1, 4, false, k, a, sa, b, sb, c, sc, j, n); }

/** All tiles of one panel of B: m rows, `rowA` bytes from one row of A to the next. */
function panel(byRows: bool, m: i32, columns: i32, k: i32, a: usize, sa: usize, rowA: usize, b: usize, sb: usize, c: usize, sc: usize, j: i32): void {
  let i: i32 = 0;
  if (byRows) {
    if (columns > 4) {
      for (; i + MR <= m; i += MR, a += rowA * MR, c += sc * MR) rows4x8(k, a, sa, b, sb, c, sc, j, columns);
      switch (m - i) {
        case 3: rows3x8(k, a, sa, b, sb, c, sc, j, columns); break;
        case 2: rows2x8(k, a, sa, b, sb, c, sc, j, columns); break;
        case 1: rows1x8(k, a, sa, b, sb, c, sc, j, columns); break;
      }
    } else {
      for (; i + MR <= m; i += MR, a += rowA * MR, c += sc * MR) rows4x4(k, a, sa, b, sb, c, sc, j, columns);
      switch (m - i) {
        case 3: rows3x4(k, a, sa, b, sb, c, sc, j, columns); break;
        case 2: rows2x4(k, a, sa, b, sb, c, sc, j, columns); break;
        case 1: rows1x4(k, a, sa, b, sb, c, sc, j, columns); break;
      }
    }
  } else if (columns > 4) {
    for (; i + MR <= m; i += MR, a += rowA * MR, c += sc * MR) cols4x8(k, a, sa, b, sb, c, sc, j, columns);
    switch (m - i) {
      case 3: cols3x8(k, a, sa, b, sb, c, sc, j, columns); break;
      case 2: cols2x8(k, a, sa, b, sb, c, sc, j, columns); break;
      case 1: cols1x8(k, a, sa, b, sb, c, sc, j, columns); break;
    }
  } else {
    for (; i + MR <= m; i += MR, a += rowA * MR, c += sc * MR) cols4x4(k, a, sa, b, sb, c, sc, j, columns);
    switch (m - i) {
      case 3: cols3x4(k, a, sa, b, sb, c, sc, j, columns); break;
      case 2: cols2x4(k, a, sa, b, sb, c, sc, j, columns); break;
      case 1: cols1x4(k, a, sa, b, sb, c, sc, j, columns); break;
    }
  }
}

/** Packs k rows by n columns of B (strides in bytes) into panels of 8 columns, the last one padded with zeros. */
function packB(k: i32, n: i32, b: usize, rs: usize, cs: usize, to: usize): void {
  for (let j = 0; j < n; j += NR) {
    const columns = min(NR, n - j);
    let from = b + <usize>j * cs;
    if (columns < NR) {
      for (let p = 0; p < k; ++p, from += rs, to += NR * 4) {
        v128.store(to, f32x4.splat(0));
        v128.store(to, f32x4.splat(0), 16);
        for (let q = 0; q < columns; ++q) f32.store(to + (<usize>q << 2), f32.load(from + <usize>q * cs));
      }
    } else if (cs == 4) {
      for (let p = 0; p < k; ++p, from += rs, to += NR * 4) {
        v128.store(to, v128.load(from));
        v128.store(to, v128.load(from, 16), 16);
      }
    } else if (rs == 4) {
      // B is a transposed matrix: 4 x 4 blocks are turned over in registers.
      let p = 0;
      for (; p + 4 <= k; p += 4, from += 16, to += NR * 16) {
        transpose4(from, cs, to);
        transpose4(from + 4 * cs, cs, to + 16);
      }
      for (; p < k; ++p, from += 4, to += NR * 4) {
        for (let q = 0; q < NR; ++q) f32.store(to + (<usize>q << 2), f32.load(from + <usize>q * cs));
      }
    } else {
      for (let p = 0; p < k; ++p, from += rs, to += NR * 4) {
        for (let q = 0; q < NR; ++q) f32.store(to + (<usize>q << 2), f32.load(from + <usize>q * cs));
      }
    }
  }
}

/** Turns over 4 rows of 4 floats (rows `cs` bytes apart) into 4 rows that lie 32 bytes apart. */
// @ts-ignore: decorator
@inline
function transpose4(from: usize, cs: usize, to: usize): void {
  const r0 = v128.load(from), r1 = v128.load(from + cs), r2 = v128.load(from + 2 * cs), r3 = v128.load(from + 3 * cs);
  const t0 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5), t1 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
  const t2 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5), t3 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<f32>(t0, t2, 0, 1, 4, 5));
  v128.store(to, v128.shuffle<f32>(t0, t2, 2, 3, 6, 7), 32);
  v128.store(to, v128.shuffle<f32>(t1, t3, 0, 1, 4, 5), 64);
  v128.store(to, v128.shuffle<f32>(t1, t3, 2, 3, 6, 7), 96);
}

/** Packs m rows by k columns of A into tiles of 4 rows, column after column. */
function packA(m: i32, k: i32, a: usize, rs: usize, cs: usize, to: usize): void {
  for (let i = 0; i < m; i += MR) {
    const rows = min(MR, m - i);
    let from = a + <usize>i * rs;
    if (rows == MR && rs == 4) {
      for (let p = 0; p < k; ++p, from += cs, to += MR * 4) {
        v128.store(to, v128.load(from));
      }
    } else {
      for (let p = 0; p < k; ++p, from += cs, to += MR * 4) {
        for (let q = 0; q < rows; ++q) f32.store(to + (<usize>q << 2), f32.load(from + <usize>q * rs));
      }
    }
  }
}

/** One column of results from rows of A that are contiguous: dot products. */
function dotRows(m: i32, k: i32, a: usize, rsA: usize, b: usize, csB: usize, c: usize, sc: usize): void {
  for (let i = 0; i < m; ++i, a += rsA, c += sc) {
    let s0 = f32x4.splat(0), s1 = f32x4.splat(0);
    let p = 0;
    let tail: f32 = 0;
    if (csB == 4) {
      for (; p + 8 <= k; p += 8) {
        const at = <usize>p << 2;
        s0 = madd(v128.load(a + at), v128.load(b + at), s0);
        s1 = madd(v128.load(a + at, 16), v128.load(b + at, 16), s1);
      }
      if (p + 4 <= k) {
        const at = <usize>p << 2;
        s0 = madd(v128.load(a + at), v128.load(b + at), s0);
        p += 4;
      }
    }
    for (; p < k; ++p) tail += f32.load(a + (<usize>p << 2)) * f32.load(b + <usize>p * csB);
    let v = alpha * (sum4(f32x4.add(s0, s1)) + tail);
    if (beta != 0) v += beta * f32.load(c);
    if (biasAddress) v += f32.load(biasAddress);
    if (activation == 1 && v < 0) v = 0;
    f32.store(c, v);
  }
}

/** C (m x n, rows `ldc` floats apart) from A (m x k) and B (k x n); strides in floats. */
export function gemm(
  m: i32, n: i32, k: i32,
  a: usize, rsA: i32, csA: i32,
  b: usize, rsB: i32, csB: i32,
  c: usize, ldc: i32,
  scaleProduct: f32, scaleC: f32, bias: usize, act: i32, scratch: usize,
): void {
  alpha = scaleProduct;
  beta = scaleC;
  biasAddress = bias;
  activation = act;
  firstBlock = true;
  lastBlock = true;
  const sc = <usize>ldc << 2;
  let rowA = <usize>rsA << 2, columnA = <usize>csA << 2, rowB = <usize>rsB << 2, columnB = <usize>csB << 2;

  if (n == 1 && csA == 1) {
    dotRows(m, k, a, rowA, b, rowB, c, sc);
    return;
  }
  if (n == 1 && ldc == 1 && bias == 0 && rsA == 1) {
    // A column of results from contiguous columns of A: the transposed product has vectors to work on.
    const t = a; a = b; b = t;
    n = m; m = 1;
    rowB = columnA; columnB = 4;
    columnA = <usize>rsB << 2; rowA = 4;
    csA = rsB; rsA = 1; csB = 1;
  }
  if (k == 0) {
    // An empty sum: every element is beta * C + bias.
    for (let j = 0; j < n; j += NR) panel(true, m, min(NR, n - j), 0, a, rowA, rowA, b, rowB, c + (<usize>j << 2), sc, j);
    return;
  }

  // Few rows cannot pay for packing B; if its rows are contiguous they serve as they are.
  const packsB = csB != 1 || m > 2 * MR;
  // A whose columns are contiguous is packed when many panels will pass over it.
  const byRows = csA == 1;
  const packsA = !byRows && (rsA != 1 || (n > 4 * NR && k > 32));
  const blocksK = (k + KC - 1) / KC;
  const depth = ((k + blocksK - 1) / blocksK + 3) & ~3;
  const packedA = scratch + <usize>(KC * (NC + NR)) * 4;

  for (let j0 = 0; j0 < n; j0 += NC) {
    const nc = min(NC, n - j0);
    for (let p0 = 0; p0 < k; p0 += depth) {
      const kc = min(depth, k - p0);
      firstBlock = p0 == 0;
      lastBlock = p0 + kc >= k;
      let blockB = b + <usize>p0 * rowB + <usize>j0 * columnB;
      if (packsB) {
        packB(kc, nc, blockB, rowB, columnB, scratch);
        blockB = scratch;
      }
      for (let i0 = 0; i0 < m; i0 += MC) {
        const mc = min(MC, m - i0);
        let blockA = a + <usize>i0 * rowA + <usize>p0 * columnA;
        let sa = byRows ? rowA : columnA;
        let stepA = rowA;
        if (packsA) {
          packA(mc, kc, blockA, rowA, columnA, packedA);
          blockA = packedA;
          sa = MR * 4;
          // Tiles of 4 rows follow each other kc columns apart.
          stepA = <usize>kc * 4;
        }
        for (let j = 0; j < nc; j += NR) {
          const columns = min(NR, nc - j);
          const panelB = packsB ? blockB + <usize>j * <usize>kc * 4 : blockB + <usize>j * 4;
          panel(byRows, mc, columns, kc, blockA, sa, stepA, panelB, packsB ? <usize>(NR * 4) : rowB, c + <usize>i0 * sc + (<usize>(j0 + j) << 2), sc, j0 + j);
        }
      }
    }
  }
}
