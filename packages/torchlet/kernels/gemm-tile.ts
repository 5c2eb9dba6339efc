// The register tiles of the float32 product: a few rows by 4 to 16 columns, summed over k in order.
//
// Each step of k stands in the loop once. V8 orders unrolled steps by accumulator, not by step: they wait for each other
// and spill (6 x 8: 51 GFLOP/s as it is, 36 with two steps in the loop; V8 11.3 and 13.6, bench/kernels/tiles.mjs). For the same
// reason a tile ends with nothing but stores: what else is alive there would be spilled inside the loop.
// Every shape adds the same terms in the same order, so that shapes may be chosen freely.
import { madd } from "./simd";

/** What happens to a finished tile. */
// @ts-ignore: decorator
@inline
export const STORE: i32 = 0;
/** C = max(tile, 0), a NaN stays a NaN. */
// @ts-ignore: decorator
@inline
export const STORE_RELU: i32 = 1;
/** C = tile + C. */
// @ts-ignore: decorator
@inline
export const ADD: i32 = 2;
/** C = max(tile + C, 0). */
// @ts-ignore: decorator
@inline
export const ADD_RELU: i32 = 3;

// @ts-ignore: decorator
@inline
function put(v: v128, c: usize, ending: i32): void {
  if (ending >= ADD) v = f32x4.add(v, v128.load(c));
  // pmax keeps the first operand unless it is smaller.
  if (ending & 1) v = f32x4.pmax(v, f32x4.splat(0));
  v128.store(c, v);
}

/**
 * `mr` rows by `nv` vectors of columns over k steps: sums begin with the row at `start`. A's element (i, p) lies at
 * a + i * rowA + p * columnA; rows of B lie `rowB` apart, those of C `rowC`. Instances are made below.
 */
// @ts-ignore: decorator
@inline
function tile(mr: i32, nv: i32, k: i32, a: usize, rowA: usize, columnA: usize, b: usize, rowB: usize, start: usize, c: usize, rowC: usize, ending: i32): void {
  const s0 = v128.load(start);
  const s1 = nv > 1 ? v128.load(start, 16) : s0, s2 = nv > 2 ? v128.load(start, 32) : s0, s3 = nv > 3 ? v128.load(start, 48) : s0;
  let c00 = s0, c01 = s1, c02 = s2, c03 = s3, c10 = s0, c11 = s1, c12 = s2, c13 = s3, c20 = s0, c21 = s1, c22 = s2;
  let c30 = s0, c31 = s1, c40 = s0, c41 = s1, c50 = s0, c51 = s1;
  let a1 = a + rowA, a2 = a1 + rowA, a3 = a2 + rowA, a4 = a3 + rowA, a5 = a4 + rowA;
  for (; k > 0; --k) {
    const b0 = v128.load(b);
    const b1 = nv > 1 ? v128.load(b, 16) : b0, b2 = nv > 2 ? v128.load(b, 32) : b0, b3 = nv > 3 ? v128.load(b, 48) : b0;
    const x0 = v128.load32_splat(a);
    c00 = madd(x0, b0, c00);
    if (nv > 1) c01 = madd(x0, b1, c01);
    if (nv > 2) c02 = madd(x0, b2, c02);
    if (nv > 3) c03 = madd(x0, b3, c03);
    if (mr > 1) {
      const x1 = v128.load32_splat(a1);
      c10 = madd(x1, b0, c10);
      if (nv > 1) c11 = madd(x1, b1, c11);
      if (nv > 2) c12 = madd(x1, b2, c12);
      if (nv > 3) c13 = madd(x1, b3, c13);
    }
    if (mr > 2) {
      const x2 = v128.load32_splat(a2);
      c20 = madd(x2, b0, c20);
      if (nv > 1) c21 = madd(x2, b1, c21);
      if (nv > 2) c22 = madd(x2, b2, c22);
    }
    if (mr > 3) {
      const x3 = v128.load32_splat(a3);
      c30 = madd(x3, b0, c30);
      if (nv > 1) c31 = madd(x3, b1, c31);
    }
    if (mr > 4) {
      const x4 = v128.load32_splat(a4);
      c40 = madd(x4, b0, c40);
      if (nv > 1) c41 = madd(x4, b1, c41);
    }
    if (mr > 5) {
      const x5 = v128.load32_splat(a5);
      c50 = madd(x5, b0, c50);
      if (nv > 1) c51 = madd(x5, b1, c51);
    }
    a += columnA;
    if (mr > 1) a1 += columnA;
    if (mr > 2) a2 += columnA;
    if (mr > 3) a3 += columnA;
    if (mr > 4) a4 += columnA;
    if (mr > 5) a5 += columnA;
    b += rowB;
  }
  if (ending == STORE) putRows(mr, nv, c, rowC, STORE, c00, c01, c02, c03, c10, c11, c12, c13, c20, c21, c22, c30, c31, c40, c41, c50, c51);
  else if (ending == STORE_RELU) putRows(mr, nv, c, rowC, STORE_RELU, c00, c01, c02, c03, c10, c11, c12, c13, c20, c21, c22, c30, c31, c40, c41, c50, c51);
  else if (ending == ADD) putRows(mr, nv, c, rowC, ADD, c00, c01, c02, c03, c10, c11, c12, c13, c20, c21, c22, c30, c31, c40, c41, c50, c51);
  else putRows(mr, nv, c, rowC, ADD_RELU, c00, c01, c02, c03, c10, c11, c12, c13, c20, c21, c22, c30, c31, c40, c41, c50, c51);
}

// @ts-ignore: decorator
@inline
function putRows(
  mr: i32, nv: i32, c: usize, rowC: usize, ending: i32, c00: v128, c01: v128, c02: v128, c03: v128,
  c10: v128, c11: v128, c12: v128, c13: v128, c20: v128, c21: v128, c22: v128, c30: v128, c31: v128, c40: v128, c41: v128, c50: v128, c51: v128,
): void {
  put(c00, c, ending);
  if (nv > 1) put(c01, c + 16, ending);
  if (nv > 2) put(c02, c + 32, ending);
  if (nv > 3) put(c03, c + 48, ending);
  if (mr > 1) {
    c += rowC;
    put(c10, c, ending);
    if (nv > 1) put(c11, c + 16, ending);
    if (nv > 2) put(c12, c + 32, ending);
    if (nv > 3) put(c13, c + 48, ending);
  }
  if (mr > 2) {
    c += rowC;
    put(c20, c, ending);
    if (nv > 1) put(c21, c + 16, ending);
    if (nv > 2) put(c22, c + 32, ending);
  }
  if (mr > 3) {
    c += rowC;
    put(c30, c, ending);
    if (nv > 1) put(c31, c + 16, ending);
  }
  if (mr > 4) {
    c += rowC;
    put(c40, c, ending);
    if (nv > 1) put(c41, c + 16, ending);
  }
  if (mr > 5) {
    c += rowC;
    put(c50, c, ending);
    if (nv > 1) put(c51, c + 16, ending);
  }
}

// One function a shape: V8 then allocates registers for each loop by itself.
function tile6x4(k: i32, a: usize, rowA: usize, columnA: usize, b: usize, rowB: usize, start: usize, c: usize, rowC: usize, ending: i32): void { tile(6, 1, k, a, rowA, columnA, b, rowB, start, c, rowC, ending); }
function tile5x4(k: i32, a: usize, rowA: usize, columnA: usize, b: usize, rowB: usize, start: usize, c: usize, rowC: usize, ending: i32): void { tile(5, 1, k, a, rowA, columnA, b, rowB, start, c, rowC, ending); }
function tile4x4(k: i32, a: usize, rowA: usize, columnA: usize, b: usize, rowB: usize, start: usize, c: usize, rowC: usize, ending: i32): void { tile(4, 1, k, a, rowA, columnA, b, rowB, start, c, rowC, ending); }
function tile3x4(k: i32, a: usize, rowA: usize, columnA: usize, b: usize, rowB: usize, start: usize, c: usize, rowC: usize, ending: i32): void { tile(3, 1, k, a, rowA, columnA, b, rowB, start, c, rowC, ending); }
function tile2x4(k: i32, a: usize, rowA: usize, columnA: usize, b: usize, rowB: usize, start: usize, c: usize, rowC: usize, ending: i32): void { tile(2, 1, k, a, rowA, columnA, b, rowB, start, c, rowC, ending); }
function tile1x4(k: i32, a: usize, rowA: usize, columnA: usize, b: usize, rowB: usize, start: usize, c: usize, rowC: usize, ending: i32): void { tile(1, 1, k, a, rowA, columnA, b, rowB, start, c, rowC, ending); }
function tile6x8(k: i32, a: usize, rowA: usize, columnA: usize, b: usize, rowB: usize, start: usize, c: usize, rowC: usize, ending: i32): void { tile(6, 2, k, a, rowA, columnA, b, rowB, start, c, rowC, ending); }
function tile5x8(k: i32, a: usize, rowA: usize, columnA: usize, b: usize, rowB: usize, start: usize, c: usize, rowC: usize, ending: i32): void { tile(5, 2, k, a, rowA, columnA, b, rowB, start, c, rowC, ending); }
function tile4x8(k: i32, a: usize, rowA: usize, columnA: usize, b: usize, rowB: usize, start: usize, c: usize, rowC: usize, ending: i32): void { tile(4, 2, k, a, rowA, columnA, b, rowB, start, c, rowC, ending); }
function tile3x8(k: i32, a: usize, rowA: usize, columnA: usize, b: usize, rowB: usize, start: usize, c: usize, rowC: usize, ending: i32): void { tile(3, 2, k, a, rowA, columnA, b, rowB, start, c, rowC, ending); }
function tile2x8(k: i32, a: usize, rowA: usize, columnA: usize, b: usize, rowB: usize, start: usize, c: usize, rowC: usize, ending: i32): void { tile(2, 2, k, a, rowA, columnA, b, rowB, start, c, rowC, ending); }
function tile1x8(k: i32, a: usize, rowA: usize, columnA: usize, b: usize, rowB: usize, start: usize, c: usize, rowC: usize, ending: i32): void { tile(1, 2, k, a, rowA, columnA, b, rowB, start, c, rowC, ending); }
function tile3x12(k: i32, a: usize, rowA: usize, columnA: usize, b: usize, rowB: usize, start: usize, c: usize, rowC: usize, ending: i32): void { tile(3, 3, k, a, rowA, columnA, b, rowB, start, c, rowC, ending); }
function tile2x12(k: i32, a: usize, rowA: usize, columnA: usize, b: usize, rowB: usize, start: usize, c: usize, rowC: usize, ending: i32): void { tile(2, 3, k, a, rowA, columnA, b, rowB, start, c, rowC, ending); }
function tile1x12(k: i32, a: usize, rowA: usize, columnA: usize, b: usize, rowB: usize, start: usize, c: usize, rowC: usize, ending: i32): void { tile(1, 3, k, a, rowA, columnA, b, rowB, start, c, rowC, ending); }
function tile2x16(k: i32, a: usize, rowA: usize, columnA: usize, b: usize, rowB: usize, start: usize, c: usize, rowC: usize, ending: i32): void { tile(2, 4, k, a, rowA, columnA, b, rowB, start, c, rowC, ending); }
function tile1x16(k: i32, a: usize, rowA: usize, columnA: usize, b: usize, rowB: usize, start: usize, c: usize, rowC: usize, ending: i32): void { tile(1, 4, k, a, rowA, columnA, b, rowB, start, c, rowC, ending); }

/** The most rows of a tile of `width` columns (4, 8, 12 or 16). */
// @ts-ignore: decorator
@inline
export function tileRows(width: i32): i32 {
  return width <= 8 ? 6 : width == 12 ? 3 : 2;
}

/** One tile of `rows` rows and `width` columns, see `tile`. */
// @ts-ignore: decorator
@inline
export function runTile(rows: i32, width: i32, k: i32, a: usize, rowA: usize, columnA: usize, b: usize, rowB: usize, start: usize, c: usize, rowC: usize, ending: i32): void {
  switch ((width << 1) + rows) {
    case 22: tile6x8(k, a, rowA, columnA, b, rowB, start, c, rowC, ending); break;
    case 21: tile5x8(k, a, rowA, columnA, b, rowB, start, c, rowC, ending); break;
    case 20: tile4x8(k, a, rowA, columnA, b, rowB, start, c, rowC, ending); break;
    case 19: tile3x8(k, a, rowA, columnA, b, rowB, start, c, rowC, ending); break;
    case 18: tile2x8(k, a, rowA, columnA, b, rowB, start, c, rowC, ending); break;
    case 17: tile1x8(k, a, rowA, columnA, b, rowB, start, c, rowC, ending); break;
    case 27: tile3x12(k, a, rowA, columnA, b, rowB, start, c, rowC, ending); break;
    case 26: tile2x12(k, a, rowA, columnA, b, rowB, start, c, rowC, ending); break;
    case 25: tile1x12(k, a, rowA, columnA, b, rowB, start, c, rowC, ending); break;
    case 34: tile2x16(k, a, rowA, columnA, b, rowB, start, c, rowC, ending); break;
    case 33: tile1x16(k, a, rowA, columnA, b, rowB, start, c, rowC, ending); break;
    case 14: tile6x4(k, a, rowA, columnA, b, rowB, start, c, rowC, ending); break;
    case 13: tile5x4(k, a, rowA, columnA, b, rowB, start, c, rowC, ending); break;
    case 12: tile4x4(k, a, rowA, columnA, b, rowB, start, c, rowC, ending); break;
    case 11: tile3x4(k, a, rowA, columnA, b, rowB, start, c, rowC, ending); break;
    case 10: tile2x4(k, a, rowA, columnA, b, rowB, start, c, rowC, ending); break;
    case 9: tile1x4(k, a, rowA, columnA, b, rowB, start, c, rowC, ending); break;
  }
}
