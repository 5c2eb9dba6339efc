// Packing for the float32 product: copies of blocks in the order in which the tiles read them.
//
// A panel is a few columns of B (or rows of A), step of k after step of k. All panels of 8 k steps are written before the
// next 8 begin: then a matrix is read along its rows, wherever its strides would put the lines of one column.
const STEPS: i32 = 8;

/** Columns of the next panel of B: 8, at the end also 12 (a tile of 12 columns is better than one of 8 and one of 4) or 4. */
// @ts-ignore: decorator
@inline
export function panelWidth(columnsLeft: i32): i32 {
  return columnsLeft > 12 ? 8 : columnsLeft > 8 ? 12 : columnsLeft > 4 ? 8 : 4;
}

/** Turns over 4 rows of 4 floats (`stride` bytes apart) into 4 rows that lie `rowTo` bytes apart. */
// @ts-ignore: decorator
@inline
function transpose4(from: usize, stride: usize, to: usize, rowTo: usize): void {
  const r0 = v128.load(from), r1 = v128.load(from + stride), r2 = v128.load(from + 2 * stride), r3 = v128.load(from + 3 * stride);
  const t0 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5), t1 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
  const t2 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5), t3 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<f32>(t0, t2, 0, 1, 4, 5));
  v128.store(to + rowTo, v128.shuffle<f32>(t0, t2, 2, 3, 6, 7));
  v128.store(to + 2 * rowTo, v128.shuffle<f32>(t1, t3, 0, 1, 4, 5));
  v128.store(to + 3 * rowTo, v128.shuffle<f32>(t1, t3, 2, 3, 6, 7));
}

/** A panel of B whose columns are not contiguous across: `columns` of `width` exist, the others become 0. */
function packPanel(k: i32, width: i32, columns: i32, b: usize, rs: usize, cs: usize, to: usize): void {
  const rowTo = <usize>width << 2;
  for (let q = 0; q < width; q += 4, b += 4 * cs, to += 16) {
    let from = b, at = to, p = 0;
    if (rs == 4 && q + 4 <= columns) {
      for (; p + 4 <= k; p += 4, from += 16, at += 4 * rowTo) transpose4(from, cs, at, rowTo);
    }
    const count = min(4, columns - q);
    for (; p < k; ++p, from += rs, at += rowTo) {
      if (count < 4) v128.store(at, f32x4.splat(0));
      for (let r = 0; r < count; ++r) f32.store(at + (<usize>r << 2), f32.load(from + <usize>r * cs));
    }
  }
}

/** Packs k rows by n columns of B (strides in bytes). The panel of column j begins at to + 4 k j. */
export function packB(k: i32, n: i32, b: usize, rs: usize, cs: usize, to: usize): void {
  if (cs != 4) {
    for (let j = 0, width = 0; j < n; j += width) {
      width = panelWidth(n - j);
      packPanel(k, width, min(width, n - j), b + <usize>j * cs, rs, cs, to + (<usize>(j * k) << 2));
    }
    return;
  }
  // Rows are contiguous. The last panel may read past the end of a row: what comes of it is not stored.
  for (let p0 = 0; p0 < k; p0 += STEPS, b += <usize>STEPS * rs) {
    const steps = min(STEPS, k - p0);
    for (let j = 0, width = 0; j < n; j += width) {
      width = panelWidth(n - j);
      let from = b + (<usize>j << 2), at = to + (<usize>(j * k + p0 * width) << 2);
      if (width == 8) {
        for (let s = steps; s > 0; --s, from += rs, at += 32) {
          v128.store(at, v128.load(from));
          v128.store(at, v128.load(from, 16), 16);
        }
      } else {
        for (let s = steps; s > 0; --s, from += rs) {
          for (let q = 0; q < width; q += 4, at += 16) v128.store(at, v128.load(from + (<usize>q << 2)));
        }
      }
    }
  }
}

/** Packs k columns of A, `cs` bytes apart and contiguous, into tiles: `more` of rows + 1 rows, then such of `rows` rows. */
export function packColumns(m: i32, k: i32, rows: i32, more: i32, a: usize, cs: usize, to: usize): void {
  for (let p0 = 0; p0 < k; p0 += STEPS, a += <usize>STEPS * cs) {
    const steps = min(STEPS, k - p0);
    for (let i = 0, t = 0, mr = 0; i < m; i += mr, ++t) {
      mr = t < more ? rows + 1 : rows;
      let from = a + (<usize>i << 2), at = to + (<usize>(i * k + p0 * mr) << 2);
      const step = <usize>mr << 2;
      if (mr >= 4) {
        // 5 and 6 floats are two vectors that overlap.
        const second = step - 16;
        for (let s = steps; s > 0; --s, from += cs, at += step) {
          v128.store(at, v128.load(from));
          v128.store(at + second, v128.load(from + second));
        }
      } else {
        for (let s = steps; s > 0; --s, from += cs, at += step) {
          for (let r = 0; r < mr; ++r) f32.store(at + (<usize>r << 2), f32.load(from + (<usize>r << 2)));
        }
      }
    }
  }
}
