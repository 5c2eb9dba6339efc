// The matrix product in float32: C = act(alpha * A B + beta * C + bias), any strides, any sizes.
//
// Blocks of B are packed into panels that stay in the first cache while all rows pass over them; A is read in place, or
// packed where its rows are not contiguous. Every element is summed over k in blocks of the same depth, each in
// order, whatever tile it falls into: results do not depend on how a product is divided among threads.
import { ADD, runTile, STORE, tileRows } from "./gemm-tile";
import { packB, packColumns, panelWidth } from "./gemm-pack";
import { madd, sum4 } from "./simd";

/** Depth of a block: a panel of B (12 KiB) and a tile of A (9 KiB) stay in the first cache. */
const KC: i32 = 384;
/** Rows of a block: MC * KC floats of A stay in the second cache while every panel passes over them. */
const MC: i32 = 120;
/** Columns of a block: bounds the packing buffer. */
const NC: i32 = 512;
/** Floats of one tile, where results wait that cannot go to C as they are. */
const TILE: i32 = 64;

/** Floats that packing needs at most; the caller provides them at `scratch`. */
export function gemmScratchFloats(): i32 {
  return KC * (NC + 4) + KC * MC + TILE + 64;
}

/** Where sums begin that have no bias: a row of zeros. */
const zeros: usize = memory.data(64, 16);

/** What becomes of results; one set per call, read where a tile cannot store by itself. */
let alpha: f32 = 1;
let bias: usize = 0;
let waiting: usize = 0;

/** A tile of which only some columns exist, or with alpha: goes to the waiting place first. */
function edgeTile(
  rows: i32, width: i32, columns: i32, k: i32, a: usize, rowA: usize, columnA: usize, b: usize, rowB: usize,
  start: usize, c: usize, rowC: usize, ending: i32, added: usize,
): void {
  const step = <usize>width << 2;
  runTile(rows, width, k, a, rowA, columnA, b, rowB, start, waiting, step, STORE);
  const relu = ending & 1, adds = ending >= ADD, factor = f32x4.splat(alpha);
  for (let from = waiting; rows > 0; --rows, from += step, c += rowC) {
    let j = 0;
    for (; j + 4 <= columns; j += 4) {
      const at = <usize>j << 2;
      let v = f32x4.mul(v128.load(from + at), factor);
      if (adds) v = f32x4.add(v, v128.load(c + at));
      if (added) v = f32x4.add(v, v128.load(added + at));
      if (relu) v = f32x4.pmax(v, f32x4.splat(0));
      v128.store(c + at, v);
    }
    for (; j < columns; ++j) {
      const at = <usize>j << 2;
      let v = f32.load(from + at) * alpha;
      if (adds) v += f32.load(c + at);
      if (added) v += f32.load(added + at);
      if (relu && v < 0) v = 0;
      f32.store(c + at, v);
    }
  }
}

/** One column of results from rows of A that are contiguous: dot products. */
function dotRows(m: i32, k: i32, a: usize, rsA: usize, b: usize, csB: usize, c: usize, sc: usize, beta: f32, activation: i32): void {
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
    if (bias) v += f32.load(bias);
    if (activation == 1 && v < 0) v = 0;
    f32.store(c, v);
  }
}

/** C = beta * C. */
function scale(m: i32, n: i32, c: usize, rowC: usize, beta: f32): void {
  for (; m > 0; --m, c += rowC) {
    for (let j = 0; j < n; ++j) {
      const at = c + (<usize>j << 2);
      f32.store(at, beta * f32.load(at));
    }
  }
}

/** C (m x n, rows `ldc` floats apart) from A (m x k) and B (k x n); strides in floats. */
export function gemm(
  m: i32, n: i32, k: i32,
  a: usize, rsA: i32, csA: i32,
  b: usize, rsB: i32, csB: i32,
  c: usize, ldc: i32,
  scaleProduct: f32, beta: f32, biasAddress: usize, activation: i32, scratch: usize,
): void {
  alpha = scaleProduct;
  bias = biasAddress;
  waiting = scratch;
  const rowC = <usize>ldc << 2;
  let rowA = <usize>rsA << 2, columnA = <usize>csA << 2, rowB = <usize>rsB << 2, columnB = <usize>csB << 2;

  if (n == 1 && csA == 1) {
    dotRows(m, k, a, rowA, b, rowB, c, rowC, beta, activation);
    return;
  }
  if (n == 1 && ldc == 1 && bias == 0 && rsA == 1) {
    // A column of results from contiguous columns of A: the transposed product has vectors to work on.
    const t = a; a = b; b = t;
    n = m; m = 1;
    rowB = columnA; columnB = 4;
    columnA = rowA; rowA = 4;
    columnA = <usize>rsB << 2;
  }
  if (beta != 0 && beta != 1) scale(m, n, c, rowC, beta);

  // Few rows cannot pay for packing B; if its rows are contiguous they serve as they are.
  const packsB = columnB != 4 || m > 12;
  // A whose columns are contiguous is packed when several panels will pass over it.
  const packsA = columnA != 4 && rowA == 4 && n > 32;
  const blocksK = (k + KC - 1) / KC;
  const depth = blocksK > 1 ? ((k + blocksK - 1) / blocksK + 3) & ~3 : k;
  const blocksM = (m + MC - 1) / MC, height = blocksM > 1 ? ((m + blocksM - 1) / blocksM + 5) / 6 * 6 : m;
  const packedB = scratch + TILE * 4, packedA = packedB + <usize>(KC * (NC + 4)) * 4;
  const plain = alpha == 1;

  for (let j0 = 0; j0 < n; j0 += NC) {
    const nc = min(NC, n - j0);
    let p0 = 0;
    do {
      const kc = min(depth, k - p0), first = p0 == 0, last = p0 + kc >= k;
      let ending = first && beta == 0 ? STORE : ADD;
      if (last && activation == 1) ending |= 1;
      const starts = first && bias && plain, adds = last && bias && !plain;
      const fromB = b + <usize>p0 * rowB + <usize>j0 * columnB;
      if (packsB) packB(kc, nc, fromB, rowB, columnB, packedB);
      for (let i0 = 0, mc = 0; i0 < m; i0 += mc) {
        mc = min(height, m - i0);
        const fromA = a + <usize>i0 * rowA + <usize>p0 * columnA;
        if (packsA) {
          const tiles = (mc + 5) / 6;
          packColumns(mc, kc, mc / tiles, mc % tiles, fromA, columnA, packedA);
        }
        for (let j = 0, width = 0; j < nc; j += width) {
          width = panelWidth(nc - j);
          if (!packsB && nc - j >= 16 && m <= 2) width = 16;
          const columns = min(width, nc - j);
          const panel = packsB ? packedB + (<usize>(j * kc) << 2) : fromB + (<usize>j << 2);
          const stepB = packsB ? <usize>width << 2 : rowB;
          const start = starts ? bias + (<usize>(j0 + j) << 2) : zeros;
          const added = adds ? bias + (<usize>(j0 + j) << 2) : 0;
          const direct = plain && columns == width;
          // Tiles of even height: the last one is never a thin one.
          const packed = packsA && width <= 8;
          const most = tileRows(width), tiles = (mc + most - 1) / most;
          const rows = mc / tiles, more = mc % tiles;
          let out = c + <usize>i0 * rowC + (<usize>(j0 + j) << 2);
          for (let t = 0, i = 0, mr = 0; t < tiles; ++t, i += mr) {
            mr = t < more ? rows + 1 : rows;
            const at = packed ? packedA + (<usize>(i * kc) << 2) : fromA + <usize>i * rowA;
            const stepRow: usize = packed ? 4 : rowA, stepColumn = packed ? <usize>mr << 2 : columnA;
            if (direct) runTile(mr, width, kc, at, stepRow, stepColumn, panel, stepB, start, out, rowC, ending);
            else edgeTile(mr, width, columns, kc, at, stepRow, stepColumn, panel, stepB, start, out, rowC, ending, added);
            out += <usize>mr * rowC;
          }
        }
      }
      p0 += kc;
    } while (p0 < k);
  }
}
