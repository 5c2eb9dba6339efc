// The register tiles of matrix products: a few rows by 1 to 4 vectors of columns, summed over k in order.
//
// Each step of k stands in the loop once. V8 orders unrolled steps by accumulator, not by step: they wait for each other
// and spill (6 x 8: 51 GFLOP/s as it is, 36 with two steps in the loop; V8 11.3 and 13.6). For the same
// reason a tile ends with nothing but stores: what else is alive there would be spilled inside the loop.
// Every shape adds the same terms in the same order, so that shapes may be chosen freely.
import { madd, madd64 } from "./simd";

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

/** Columns in a vector. */
// @ts-ignore: decorator
@inline
export function lanes<T>(): i32 {
  return 16 / sizeof<T>();
}

// @ts-ignore: decorator
@inline
function splat<T>(address: usize): v128 {
  return sizeof<T>() == 4 ? v128.load32_splat(address) : v128.load64_splat(address);
}

// @ts-ignore: decorator
@inline
function step<T>(x: v128, b: v128, c: v128): v128 {
  return sizeof<T>() == 4 ? madd(x, b, c) : madd64(x, b, c);
}

// @ts-ignore: decorator
@inline
function put<T>(v: v128, c: usize, ending: i32): void {
  if (ending >= ADD) v = v128.add<T>(v, v128.load(c));
  // pmax keeps the first operand unless it is smaller.
  if (ending & 1) v = v128.pmax<T>(v, v128.splat<T>(<T>0));
  v128.store(c, v);
}

/**
 * `mr` rows by `nv` vectors of columns over k steps: sums begin with the row at `start`. A's element (i, p) lies at
 * a + i * rowA + p * columnA; rows of B lie `rowB` apart, those of C `rowC`. Instances are made below.
 */
// @ts-ignore: decorator
@inline
function tile<T>(mr: i32, nv: i32, k: i32, a: usize, rowA: usize, columnA: usize, b: usize, rowB: usize, start: usize, c: usize, rowC: usize, ending: i32): void {
  const s0 = v128.load(start);
  const s1 = nv > 1 ? v128.load(start, 16) : s0, s2 = nv > 2 ? v128.load(start, 32) : s0, s3 = nv > 3 ? v128.load(start, 48) : s0;
  let c00 = s0, c01 = s1, c02 = s2, c03 = s3, c10 = s0, c11 = s1, c12 = s2, c13 = s3, c20 = s0, c21 = s1, c22 = s2;
  let c30 = s0, c31 = s1, c40 = s0, c41 = s1, c50 = s0, c51 = s1;
  let a0 = a, a1 = a + rowA, a2 = a1 + rowA, a3 = a2 + rowA, a4 = a3 + rowA, a5 = a4 + rowA;
  let at = b;
  for (let p = k; p > 0; --p) {
    const b0 = v128.load(at);
    const b1 = nv > 1 ? v128.load(at, 16) : b0, b2 = nv > 2 ? v128.load(at, 32) : b0, b3 = nv > 3 ? v128.load(at, 48) : b0;
    const x0 = splat<T>(a0);
    c00 = step<T>(x0, b0, c00);
    if (nv > 1) c01 = step<T>(x0, b1, c01);
    if (nv > 2) c02 = step<T>(x0, b2, c02);
    if (nv > 3) c03 = step<T>(x0, b3, c03);
    if (mr > 1) {
      const x1 = splat<T>(a1);
      c10 = step<T>(x1, b0, c10);
      if (nv > 1) c11 = step<T>(x1, b1, c11);
      if (nv > 2) c12 = step<T>(x1, b2, c12);
      if (nv > 3) c13 = step<T>(x1, b3, c13);
    }
    if (mr > 2) {
      const x2 = splat<T>(a2);
      c20 = step<T>(x2, b0, c20);
      if (nv > 1) c21 = step<T>(x2, b1, c21);
      if (nv > 2) c22 = step<T>(x2, b2, c22);
    }
    if (mr > 3) {
      const x3 = splat<T>(a3);
      c30 = step<T>(x3, b0, c30);
      if (nv > 1) c31 = step<T>(x3, b1, c31);
    }
    if (mr > 4) {
      const x4 = splat<T>(a4);
      c40 = step<T>(x4, b0, c40);
      if (nv > 1) c41 = step<T>(x4, b1, c41);
    }
    if (mr > 5) {
      const x5 = splat<T>(a5);
      c50 = step<T>(x5, b0, c50);
      if (nv > 1) c51 = step<T>(x5, b1, c51);
    }
    a0 += columnA;
    if (mr > 1) a1 += columnA;
    if (mr > 2) a2 += columnA;
    if (mr > 3) a3 += columnA;
    if (mr > 4) a4 += columnA;
    if (mr > 5) a5 += columnA;
    at += rowB;
  }
  if (ending == STORE) putRows<T>(mr, nv, c, rowC, STORE, c00, c01, c02, c03, c10, c11, c12, c13, c20, c21, c22, c30, c31, c40, c41, c50, c51);
  else if (ending == STORE_RELU) putRows<T>(mr, nv, c, rowC, STORE_RELU, c00, c01, c02, c03, c10, c11, c12, c13, c20, c21, c22, c30, c31, c40, c41, c50, c51);
  else if (ending == ADD) putRows<T>(mr, nv, c, rowC, ADD, c00, c01, c02, c03, c10, c11, c12, c13, c20, c21, c22, c30, c31, c40, c41, c50, c51);
  else putRows<T>(mr, nv, c, rowC, ADD_RELU, c00, c01, c02, c03, c10, c11, c12, c13, c20, c21, c22, c30, c31, c40, c41, c50, c51);
}

/** `count` tiles one below the other, `stepA` bytes from one to the next in A. */
// @ts-ignore: decorator
@inline
function tiles<T>(mr: i32, nv: i32, count: i32, k: i32, a: usize, stepA: usize, rowA: usize, columnA: usize, b: usize, rowB: usize, start: usize, c: usize, rowC: usize, ending: i32): void {
  for (; count > 0; --count, a += stepA, c += <usize>mr * rowC) tile<T>(mr, nv, k, a, rowA, columnA, b, rowB, start, c, rowC, ending);
}

// @ts-ignore: decorator
@inline
function putRows<T>(
  mr: i32, nv: i32, c: usize, rowC: usize, ending: i32, c00: v128, c01: v128, c02: v128, c03: v128,
  c10: v128, c11: v128, c12: v128, c13: v128, c20: v128, c21: v128, c22: v128, c30: v128, c31: v128, c40: v128, c41: v128, c50: v128, c51: v128,
): void {
  put<T>(c00, c, ending);
  if (nv > 1) put<T>(c01, c + 16, ending);
  if (nv > 2) put<T>(c02, c + 32, ending);
  if (nv > 3) put<T>(c03, c + 48, ending);
  if (mr > 1) {
    c += rowC;
    put<T>(c10, c, ending);
    if (nv > 1) put<T>(c11, c + 16, ending);
    if (nv > 2) put<T>(c12, c + 32, ending);
    if (nv > 3) put<T>(c13, c + 48, ending);
  }
  if (mr > 2) {
    c += rowC;
    put<T>(c20, c, ending);
    if (nv > 1) put<T>(c21, c + 16, ending);
    if (nv > 2) put<T>(c22, c + 32, ending);
  }
  if (mr > 3) {
    c += rowC;
    put<T>(c30, c, ending);
    if (nv > 1) put<T>(c31, c + 16, ending);
  }
  if (mr > 4) {
    c += rowC;
    put<T>(c40, c, ending);
    if (nv > 1) put<T>(c41, c + 16, ending);
  }
  if (mr > 5) {
    c += rowC;
    put<T>(c50, c, ending);
    if (nv > 1) put<T>(c51, c + 16, ending);
  }
}

// One function a shape: V8 then allocates registers for each loop by itself.
function tile6x1<T>(count: i32, k: i32, a: usize, stepA: usize, rowA: usize, columnA: usize, b: usize, rowB: usize, start: usize, c: usize, rowC: usize, ending: i32): void { tiles<T>(6, 1, count, k, a, stepA, rowA, columnA, b, rowB, start, c, rowC, ending); }
function tile5x1<T>(count: i32, k: i32, a: usize, stepA: usize, rowA: usize, columnA: usize, b: usize, rowB: usize, start: usize, c: usize, rowC: usize, ending: i32): void { tiles<T>(5, 1, count, k, a, stepA, rowA, columnA, b, rowB, start, c, rowC, ending); }
function tile4x1<T>(count: i32, k: i32, a: usize, stepA: usize, rowA: usize, columnA: usize, b: usize, rowB: usize, start: usize, c: usize, rowC: usize, ending: i32): void { tiles<T>(4, 1, count, k, a, stepA, rowA, columnA, b, rowB, start, c, rowC, ending); }
function tile3x1<T>(count: i32, k: i32, a: usize, stepA: usize, rowA: usize, columnA: usize, b: usize, rowB: usize, start: usize, c: usize, rowC: usize, ending: i32): void { tiles<T>(3, 1, count, k, a, stepA, rowA, columnA, b, rowB, start, c, rowC, ending); }
function tile2x1<T>(count: i32, k: i32, a: usize, stepA: usize, rowA: usize, columnA: usize, b: usize, rowB: usize, start: usize, c: usize, rowC: usize, ending: i32): void { tiles<T>(2, 1, count, k, a, stepA, rowA, columnA, b, rowB, start, c, rowC, ending); }
function tile1x1<T>(count: i32, k: i32, a: usize, stepA: usize, rowA: usize, columnA: usize, b: usize, rowB: usize, start: usize, c: usize, rowC: usize, ending: i32): void { tiles<T>(1, 1, count, k, a, stepA, rowA, columnA, b, rowB, start, c, rowC, ending); }
// The largest two are called once a tile: V8 unrolls loops of up to a certain size, larger ones where they stand in another
// loop, and these then spill (20 to 24 instead of 50 GFLOP/s; V8 11.3, 5 x 8 on shared memory, 6 x 8 on memory of one thread).
function tile6x2<T>(count: i32, k: i32, a: usize, stepA: usize, rowA: usize, columnA: usize, b: usize, rowB: usize, start: usize, c: usize, rowC: usize, ending: i32): void {
  for (; count > 0; --count, a += stepA, c += 6 * rowC) single6x2<T>(k, a, rowA, columnA, b, rowB, start, c, rowC, ending);
}
function single6x2<T>(k: i32, a: usize, rowA: usize, columnA: usize, b: usize, rowB: usize, start: usize, c: usize, rowC: usize, ending: i32): void { tile<T>(6, 2, k, a, rowA, columnA, b, rowB, start, c, rowC, ending); }
function tile5x2<T>(count: i32, k: i32, a: usize, stepA: usize, rowA: usize, columnA: usize, b: usize, rowB: usize, start: usize, c: usize, rowC: usize, ending: i32): void {
  for (; count > 0; --count, a += stepA, c += 5 * rowC) single5x2<T>(k, a, rowA, columnA, b, rowB, start, c, rowC, ending);
}
function single5x2<T>(k: i32, a: usize, rowA: usize, columnA: usize, b: usize, rowB: usize, start: usize, c: usize, rowC: usize, ending: i32): void { tile<T>(5, 2, k, a, rowA, columnA, b, rowB, start, c, rowC, ending); }
function tile4x2<T>(count: i32, k: i32, a: usize, stepA: usize, rowA: usize, columnA: usize, b: usize, rowB: usize, start: usize, c: usize, rowC: usize, ending: i32): void { tiles<T>(4, 2, count, k, a, stepA, rowA, columnA, b, rowB, start, c, rowC, ending); }
function tile3x2<T>(count: i32, k: i32, a: usize, stepA: usize, rowA: usize, columnA: usize, b: usize, rowB: usize, start: usize, c: usize, rowC: usize, ending: i32): void { tiles<T>(3, 2, count, k, a, stepA, rowA, columnA, b, rowB, start, c, rowC, ending); }
function tile2x2<T>(count: i32, k: i32, a: usize, stepA: usize, rowA: usize, columnA: usize, b: usize, rowB: usize, start: usize, c: usize, rowC: usize, ending: i32): void { tiles<T>(2, 2, count, k, a, stepA, rowA, columnA, b, rowB, start, c, rowC, ending); }
function tile1x2<T>(count: i32, k: i32, a: usize, stepA: usize, rowA: usize, columnA: usize, b: usize, rowB: usize, start: usize, c: usize, rowC: usize, ending: i32): void { tiles<T>(1, 2, count, k, a, stepA, rowA, columnA, b, rowB, start, c, rowC, ending); }
function tile3x3<T>(count: i32, k: i32, a: usize, stepA: usize, rowA: usize, columnA: usize, b: usize, rowB: usize, start: usize, c: usize, rowC: usize, ending: i32): void { tiles<T>(3, 3, count, k, a, stepA, rowA, columnA, b, rowB, start, c, rowC, ending); }
function tile2x3<T>(count: i32, k: i32, a: usize, stepA: usize, rowA: usize, columnA: usize, b: usize, rowB: usize, start: usize, c: usize, rowC: usize, ending: i32): void { tiles<T>(2, 3, count, k, a, stepA, rowA, columnA, b, rowB, start, c, rowC, ending); }
function tile1x3<T>(count: i32, k: i32, a: usize, stepA: usize, rowA: usize, columnA: usize, b: usize, rowB: usize, start: usize, c: usize, rowC: usize, ending: i32): void { tiles<T>(1, 3, count, k, a, stepA, rowA, columnA, b, rowB, start, c, rowC, ending); }
function tile2x4<T>(count: i32, k: i32, a: usize, stepA: usize, rowA: usize, columnA: usize, b: usize, rowB: usize, start: usize, c: usize, rowC: usize, ending: i32): void { tiles<T>(2, 4, count, k, a, stepA, rowA, columnA, b, rowB, start, c, rowC, ending); }
function tile1x4<T>(count: i32, k: i32, a: usize, stepA: usize, rowA: usize, columnA: usize, b: usize, rowB: usize, start: usize, c: usize, rowC: usize, ending: i32): void { tiles<T>(1, 4, count, k, a, stepA, rowA, columnA, b, rowB, start, c, rowC, ending); }

/** The most rows of a tile of 1 to 4 vectors. */
// @ts-ignore: decorator
@inline
export function tileRows(vectors: i32): i32 {
  return vectors <= 2 ? 6 : vectors == 3 ? 3 : 2;
}

/** `count` tiles of `rows` rows and `vectors` vectors, see `tile`. */
// @ts-ignore: decorator
@inline
export function runTiles<T>(rows: i32, vectors: i32, count: i32, k: i32, a: usize, stepA: usize, rowA: usize, columnA: usize, b: usize, rowB: usize, start: usize, c: usize, rowC: usize, ending: i32): void {
  switch ((vectors << 3) + rows) {
    case 22: count == 1 ? single6x2<T>(k, a, rowA, columnA, b, rowB, start, c, rowC, ending) : tile6x2<T>(count, k, a, stepA, rowA, columnA, b, rowB, start, c, rowC, ending); break;
    case 21: count == 1 ? single5x2<T>(k, a, rowA, columnA, b, rowB, start, c, rowC, ending) : tile5x2<T>(count, k, a, stepA, rowA, columnA, b, rowB, start, c, rowC, ending); break;
    case 20: tile4x2<T>(count, k, a, stepA, rowA, columnA, b, rowB, start, c, rowC, ending); break;
    case 19: tile3x2<T>(count, k, a, stepA, rowA, columnA, b, rowB, start, c, rowC, ending); break;
    case 18: tile2x2<T>(count, k, a, stepA, rowA, columnA, b, rowB, start, c, rowC, ending); break;
    case 17: tile1x2<T>(count, k, a, stepA, rowA, columnA, b, rowB, start, c, rowC, ending); break;
    case 27: tile3x3<T>(count, k, a, stepA, rowA, columnA, b, rowB, start, c, rowC, ending); break;
    case 26: tile2x3<T>(count, k, a, stepA, rowA, columnA, b, rowB, start, c, rowC, ending); break;
    case 25: tile1x3<T>(count, k, a, stepA, rowA, columnA, b, rowB, start, c, rowC, ending); break;
    case 34: tile2x4<T>(count, k, a, stepA, rowA, columnA, b, rowB, start, c, rowC, ending); break;
    case 33: tile1x4<T>(count, k, a, stepA, rowA, columnA, b, rowB, start, c, rowC, ending); break;
    case 14: tile6x1<T>(count, k, a, stepA, rowA, columnA, b, rowB, start, c, rowC, ending); break;
    case 13: tile5x1<T>(count, k, a, stepA, rowA, columnA, b, rowB, start, c, rowC, ending); break;
    case 12: tile4x1<T>(count, k, a, stepA, rowA, columnA, b, rowB, start, c, rowC, ending); break;
    case 11: tile3x1<T>(count, k, a, stepA, rowA, columnA, b, rowB, start, c, rowC, ending); break;
    case 10: tile2x1<T>(count, k, a, stepA, rowA, columnA, b, rowB, start, c, rowC, ending); break;
    case 9: tile1x1<T>(count, k, a, stepA, rowA, columnA, b, rowB, start, c, rowC, ending); break;
  }
}
