// The matrix product: C = act(alpha * A B + beta * C + bias), any strides, any sizes, float32 and float64.
//
// Blocks of B are packed into panels that stay in the first cache while all rows pass over them; A is read in place, or
// packed where its rows are not contiguous. Every element is summed over k in blocks of the same depth, each in
// order, whatever tile it falls into: results do not depend on how a product is divided among threads.
import { ADD, lanes, runTiles, STORE, tileRows } from "./gemm-tile";
import { dotRows } from "./gemm-dot";
import { packA, packB, panelVectors } from "./gemm-pack";

/** Bytes of a row that a block of k steps takes: a panel of B (16 KiB) and a tile of A (12 KiB) stay in the first cache. */
const DEPTH: i32 = 2048;
/** Rows of a block: MC * DEPTH bytes of A stay in the second cache while every panel passes over them. */
const MC: i32 = 96;
/** Columns of a block: bounds the packing buffer. */
const NC: i32 = 512;
/** Bytes of a tile, where results wait that cannot go to C as they are. */
const TILE: i32 = 256;
/** Products of so few rows cannot pay for packing B. */
const FEW: i32 = 12;

/** Floats that packing needs at most; the caller provides them at `scratch`. */
export function gemmScratchFloats(): i32 {
  return (TILE + DEPTH * (NC + 8) + DEPTH * MC + 256) >> 2;
}

/** Where sums begin that have no bias: a row of zeros. */
const zeros: usize = memory.data(64, 16);

/** A tile of which only some columns exist, or with a factor alpha: it waits at `waiting` until it is made part of C. */
function edgeTile<T>(
  rows: i32, vectors: i32, columns: i32, k: i32, a: usize, rowA: usize, columnA: usize, b: usize, rowB: usize,
  start: usize, c: usize, rowC: usize, ending: i32, alpha: T, added: usize, waiting: usize,
): void {
  const row = <usize>vectors << 4;
  runTiles<T>(rows, vectors, 1, k, a, 0, rowA, columnA, b, rowB, start, waiting, row, STORE);
  const relu = ending & 1, adds = ending >= ADD, factor = v128.splat<T>(alpha);
  const whole = <usize>(columns & -lanes<T>()) * sizeof<T>(), end = <usize>columns * sizeof<T>();
  for (let from = waiting; rows > 0; --rows, from += row, c += rowC) {
    let at: usize = 0;
    for (; at < whole; at += 16) {
      let v = v128.mul<T>(v128.load(from + at), factor);
      if (adds) v = v128.add<T>(v, v128.load(c + at));
      if (added) v = v128.add<T>(v, v128.load(added + at));
      if (relu) v = v128.pmax<T>(v, v128.splat<T>(<T>0));
      v128.store(c + at, v);
    }
    for (; at < end; at += sizeof<T>()) {
      let v = load<T>(from + at) * alpha;
      if (adds) v += load<T>(c + at);
      if (added) v += load<T>(added + at);
      if (relu && v < 0) v = 0;
      store<T>(c + at, v);
    }
  }
}

/** C = beta * C. */
function scale<T>(m: i32, n: i32, c: usize, rowC: usize, beta: T): void {
  for (; m > 0; --m, c += rowC) {
    for (let j = 0; j < n; ++j) {
      const at = c + <usize>j * sizeof<T>();
      store<T>(at, beta * load<T>(at));
    }
  }
}

/** The product of few rows with a B whose rows are contiguous: nothing is packed. */
function fewRows<T>(
  m: i32, n: i32, k: i32, depth: i32, a: usize, rowA: usize, columnA: usize, b: usize, rowB: usize, bias: usize,
  c: usize, rowC: usize, begins: i32, activation: i32, waiting: usize,
): void {
  const l = lanes<T>();
  let ending = begins, left = k;
  do {
    const kc = min(depth, left);
    left -= kc;
    if (left == 0) ending |= activation;
    for (let j = 0, vectors = 0; j < n; j += vectors * l) {
      vectors = m <= 2 && n - j >= 4 * l ? 4 : panelVectors<T>(n - j);
      const at = <usize>j * sizeof<T>(), start = bias ? bias + at : zeros;
      const most = tileRows(vectors);
      let rowsLeft = m, fromA = a, to = c + at;
      for (let tiles = (m + most - 1) / most; tiles > 0; --tiles) {
        const rows = (rowsLeft + tiles - 1) / tiles;
        if (vectors * l <= n - j) runTiles<T>(rows, vectors, 1, kc, fromA, 0, rowA, columnA, b + at, rowB, start, to, rowC, ending);
        else edgeTile<T>(rows, vectors, n - j, kc, fromA, rowA, columnA, b + at, rowB, start, to, rowC, ending, 1, 0, waiting);
        rowsLeft -= rows;
        fromA += <usize>rows * rowA;
        to += <usize>rows * rowC;
      }
    }
    a += <usize>kc * columnA;
    b += <usize>kc * rowB;
    bias = 0;
    ending = ADD;
  } while (left > 0);
}

/** C (m x n, rows `ldc` elements apart) from A (m x k) and B (k x n); strides in elements. */
export function gemm<T>(
  m: i32, n: i32, k: i32,
  a: usize, rsA: i32, csA: i32,
  b: usize, rsB: i32, csB: i32,
  c: usize, ldc: i32,
  alpha: T, beta: T, bias: usize, activation: i32, scratch: usize,
): void {
  const size = sizeof<T>(), l = lanes<T>();
  const rowC = <usize>ldc * size;
  let rowA = <usize>rsA * size, columnA = <usize>csA * size, rowB = <usize>rsB * size, columnB = <usize>csB * size;

  // A column from contiguous rows, and a row from contiguous columns, are dot products.
  if (n == 1 && csA == 1) {
    dotRows<T>(m, k, a, rowA, b, rowB, c, rowC, alpha, beta, bias, 0, activation);
    return;
  }
  if (m == 1 && csB != 1 && rsB == 1) {
    dotRows<T>(n, k, b, columnB, a, columnA, c, size, alpha, beta, bias, bias ? size : 0, activation);
    return;
  }
  if (n == 1 && ldc == 1 && bias == 0 && rsA == 1) {
    // A column of results from contiguous columns of A: the transposed product has vectors to work on.
    const t = a; a = b; b = t;
    n = m; m = 1;
    const between = rowB;
    rowB = columnA; columnB = rowA;
    columnA = between;
  }
  if (beta != 0 && beta != 1) scale<T>(m, n, c, rowC, beta);
  const maxDepth: i32 = DEPTH / sizeof<T>(), plain = alpha == 1;
  const begins = beta == 0 ? STORE : ADD;
  const blocksK = (k + maxDepth - 1) / maxDepth;
  const depth = blocksK > 1 ? ((k + blocksK - 1) / blocksK + 3) & ~3 : k;
  if (m <= FEW && columnB == size && plain) {
    fewRows<T>(m, n, k, depth, a, rowA, columnA, b, rowB, bias, c, rowC, begins, activation, scratch);
    return;
  }

  // A whose columns are contiguous is packed when several panels will pass over it.
  const packsA = columnA != size && rowA == size && n > 8 * l;
  const blocksM = (m + MC - 1) / MC;
  const height = blocksM > 1 ? ((m + blocksM - 1) / blocksM + 5) / 6 * 6 : m;
  const packedB = scratch + TILE, packedA = packedB + DEPTH * (NC + 8);

  for (let j0 = 0; j0 < n; j0 += NC) {
    const nc = min(NC, n - j0);
    let p0 = 0;
    do {
      const kc = min(depth, k - p0), first = p0 == 0, last = p0 + kc >= k;
      const ending = (first ? begins : ADD) | (last ? activation : 0);
      const starts = first && bias && plain, adds = last && bias && !plain;
      const fromB = b + <usize>p0 * rowB + <usize>j0 * columnB;
      packB<T>(kc, nc, fromB, rowB, columnB, packedB);
      for (let i0 = 0, mc = 0; i0 < m; i0 += mc) {
        mc = min(height, m - i0);
        const fromA = a + <usize>i0 * rowA + <usize>p0 * columnA;
        if (packsA) {
          const tiles = (mc + 5) / 6;
          packA<T>(mc, kc, mc / tiles, mc % tiles, fromA, columnA, packedA);
        }
        for (let j = 0, vectors = 0; j < nc; j += vectors * l) {
          vectors = panelVectors<T>(nc - j);
          const columns = min(vectors * l, nc - j);
          const panel = packedB + <usize>(j * kc) * size, stepB = <usize>vectors << 4;
          const atBias = bias + <usize>(j0 + j) * size;
          const start = starts ? atBias : zeros, added: usize = adds ? atBias : 0;
          // Tiles of even height: the last one is never a thin one. Those of 3 vectors are lower than the packed ones.
          const packed = packsA && vectors <= 2;
          const most = tileRows(vectors), tiles = (mc + most - 1) / most, more = mc % tiles;
          let at = packed ? packedA : fromA, to = c + <usize>i0 * rowC + <usize>(j0 + j) * size;
          for (let rows = mc / tiles + 1, count = more; rows >= mc / tiles; --rows, count = tiles - more) {
            const stepRow: usize = packed ? size : rowA, stepColumn = packed ? <usize>rows * size : columnA;
            const stepTile = packed ? <usize>(rows * kc) * size : <usize>rows * rowA, stepC = <usize>rows * rowC;
            if (plain && columns == vectors * l) {
              if (count) runTiles<T>(rows, vectors, count, kc, at, stepTile, stepRow, stepColumn, panel, stepB, start, to, rowC, ending);
              at += <usize>count * stepTile;
              to += <usize>count * stepC;
            } else {
              for (let t = count; t > 0; --t, at += stepTile, to += stepC) {
                edgeTile<T>(rows, vectors, columns, kc, at, stepRow, stepColumn, panel, stepB, start, to, rowC, ending, alpha, added, scratch);
              }
            }
          }
        }
      }
      p0 += kc;
    } while (p0 < k);
  }
}
