// Packing for matrix products: copies of blocks in the order in which the tiles read them.
//
// A panel is a few columns of B (or rows of A), step of k after step of k. All panels of 8 k steps are written before the
// next 8 begin: then a matrix is read along its rows, wherever its strides would put the lines of one column.
import { lanes } from "./gemm-tile";

const STEPS: i32 = 8;

/** Vectors of the next panel of B: 2, at the end also 3 (a tile of 3 vectors is better than one of 2 and one of 1) or 1. */
// @ts-ignore: decorator
@inline
export function panelVectors<T>(columnsLeft: i32): i32 {
  const l = lanes<T>();
  return columnsLeft > 3 * l ? 2 : columnsLeft > 2 * l ? 3 : columnsLeft > l ? 2 : 1;
}

/** Turns over a square of one vector's size: rows `stride` bytes apart become rows `rowTo` bytes apart. */
// @ts-ignore: decorator
@inline
function transpose<T>(from: usize, stride: usize, to: usize, rowTo: usize): void {
  const r0 = v128.load(from), r1 = v128.load(from + stride);
  if (sizeof<T>() == 8) {
    v128.store(to, v128.shuffle<f64>(r0, r1, 0, 2));
    v128.store(to + rowTo, v128.shuffle<f64>(r0, r1, 1, 3));
    return;
  }
  const r2 = v128.load(from + 2 * stride), r3 = v128.load(from + 3 * stride);
  const t0 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5), t1 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
  const t2 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5), t3 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<f32>(t0, t2, 0, 1, 4, 5));
  v128.store(to + rowTo, v128.shuffle<f32>(t0, t2, 2, 3, 6, 7));
  v128.store(to + 2 * rowTo, v128.shuffle<f32>(t1, t3, 0, 1, 4, 5));
  v128.store(to + 3 * rowTo, v128.shuffle<f32>(t1, t3, 2, 3, 6, 7));
}

/** A panel of a B whose rows are not contiguous: `columns` of its columns exist, the others become 0. */
function packPanel<T>(k: i32, vectors: i32, columns: i32, b: usize, rs: usize, cs: usize, to: usize): void {
  const l = lanes<T>(), rowTo = <usize>vectors << 4;
  for (; vectors > 0; --vectors, columns -= l, b += <usize>l * cs, to += 16) {
    let from = b, at = to, p = 0;
    if (rs == sizeof<T>() && columns >= l) {
      for (; p + l <= k; p += l, from += 16, at += <usize>l * rowTo) transpose<T>(from, cs, at, rowTo);
    }
    const count = min(l, columns);
    for (; p < k; ++p, from += rs, at += rowTo) {
      if (count < l) v128.store(at, f32x4.splat(0));
      for (let r = 0; r < count; ++r) store<T>(at + <usize>r * sizeof<T>(), load<T>(from + <usize>r * cs));
    }
  }
}

/** Packs k rows by n columns of B (strides in bytes). The panel of column j begins j * k elements from `to`. */
export function packB<T>(k: i32, n: i32, b: usize, rs: usize, cs: usize, to: usize): void {
  const l = lanes<T>();
  if (cs != sizeof<T>()) {
    for (let j = 0, vectors = 0; j < n; j += vectors * l) {
      vectors = panelVectors<T>(n - j);
      packPanel<T>(k, vectors, n - j, b + <usize>j * cs, rs, cs, to + <usize>(j * k) * sizeof<T>());
    }
    return;
  }
  // Rows are contiguous. The last panel may read past the end of a row: what comes of it is not stored.
  for (let p0 = 0; p0 < k; p0 += STEPS, b += <usize>STEPS * rs) {
    const steps = min(STEPS, k - p0);
    for (let j = 0, vectors = 0; j < n; j += vectors * l) {
      vectors = panelVectors<T>(n - j);
      let from = b + <usize>j * sizeof<T>(), at = to + <usize>(j * k + p0 * vectors * l) * sizeof<T>();
      if (vectors == 2) {
        for (let s = steps; s > 0; --s, from += rs, at += 32) {
          v128.store(at, v128.load(from));
          v128.store(at, v128.load(from, 16), 16);
        }
      } else {
        for (let s = steps; s > 0; --s, from += rs) {
          for (let q = 0; q < vectors; ++q, at += 16) v128.store(at, v128.load(from + (<usize>q << 4)));
        }
      }
    }
  }
}

/** Packs k columns of A, contiguous and `cs` bytes apart, into tiles: `more` of rows + 1 rows, then such of `rows` rows. */
export function packA<T>(m: i32, k: i32, rows: i32, more: i32, a: usize, cs: usize, to: usize): void {
  for (let p0 = 0; p0 < k; p0 += STEPS, a += <usize>STEPS * cs) {
    const steps = min(STEPS, k - p0);
    for (let i = 0, t = 0, mr = 0; i < m; i += mr, ++t) {
      mr = t < more ? rows + 1 : rows;
      let from = a + <usize>i * sizeof<T>(), at = to + <usize>(i * k + p0 * mr) * sizeof<T>();
      const step = <usize>mr * sizeof<T>();
      if (mr >= 4) {
        // 4 to 6 elements are 2 (of 8 bytes: 3) vectors, of which the last two overlap.
        const last = step - 16;
        for (let s = steps; s > 0; --s, from += cs, at += step) {
          v128.store(at, v128.load(from));
          if (sizeof<T>() == 8) v128.store(at, v128.load(from, 16), 16);
          v128.store(at + last, v128.load(from + last));
        }
      } else {
        for (let s = steps; s > 0; --s, from += cs, at += step) {
          for (let r = 0; r < mr; ++r) store<T>(at + <usize>r * sizeof<T>(), load<T>(from + <usize>r * sizeof<T>()));
        }
      }
    }
  }
}
