// Dense factorizations in double precision, one matrix of a batch after the other. All matrices are contiguous, by rows.
// They are rare and small here; what is long in them, products of matrices, is `gemm`.

// @ts-ignore: decorator
@inline
function word(pc: usize, index: i32): i32 {
  return i32.load(pc + (<usize>index << 2));
}

// @ts-ignore: decorator
@inline
function at(a: usize, n: i32, i: i32, j: i32): usize {
  return a + (<usize>(i * n + j) << 3);
}

function swapRows(a: usize, n: i32, i: i32, j: i32): void {
  for (let k = 0; k < n; ++k) {
    const x = f64.load(at(a, n, i, k));
    f64.store(at(a, n, i, k), f64.load(at(a, n, j, k)));
    f64.store(at(a, n, j, k), x);
  }
}

/**
 * P A = L U with partial pivoting, in place: U on and above the diagonal, L (unit diagonal) below.
 * Words: 2 batch, 3 rows m, 4 columns n, 5 A, 6 int32 permutation (m each; row i of P A is row p[i] of A),
 *   7 int32 results: 1 or -1, the sign of the permutation.
 */
export function luFactor(pc: usize): void {
  const batch = word(pc, 2), m = word(pc, 3), n = word(pc, 4);
  let a = <usize>word(pc, 5), p = <usize>word(pc, 6), sign = <usize>word(pc, 7);
  for (let b = 0; b < batch; ++b, a += <usize>(m * n) << 3, p += <usize>m << 2, sign += 4) {
    let s = 1;
    for (let i = 0; i < m; ++i) i32.store(p + (<usize>i << 2), i);
    for (let k = 0; k < min(m, n); ++k) {
      let pivot = k;
      for (let i = k + 1; i < m; ++i) if (abs(f64.load(at(a, n, i, k))) > abs(f64.load(at(a, n, pivot, k)))) pivot = i;
      if (pivot != k) {
        swapRows(a, n, k, pivot);
        const x = i32.load(p + (<usize>k << 2));
        i32.store(p + (<usize>k << 2), i32.load(p + (<usize>pivot << 2)));
        i32.store(p + (<usize>pivot << 2), x);
        s = -s;
      }
      const d = f64.load(at(a, n, k, k));
      if (d == 0) continue;
      for (let i = k + 1; i < m; ++i) {
        const f = f64.load(at(a, n, i, k)) / d;
        f64.store(at(a, n, i, k), f);
        if (f == 0) continue;
        for (let j = k + 1; j < n; ++j) f64.store(at(a, n, i, j), f64.load(at(a, n, i, j)) - f * f64.load(at(a, n, k, j)));
      }
    }
    i32.store(sign, s);
  }
}

/**
 * T X = B for a triangular T, in place of B; what is on the other side of the diagonal is not read.
 * Words: 2 batch, 3 n, 4 columns of B, 5 T, 6 B, 7 upper?, 8 unit diagonal?.
 */
export function triangularSolve(pc: usize): void {
  const batch = word(pc, 2), n = word(pc, 3), k = word(pc, 4), upper = word(pc, 7) != 0, unit = word(pc, 8) != 0;
  let t = <usize>word(pc, 5), x = <usize>word(pc, 6);
  for (let b = 0; b < batch; ++b, t += <usize>(n * n) << 3, x += <usize>(n * k) << 3) {
    for (let step = 0; step < n; ++step) {
      const i = upper ? n - 1 - step : step;
      const first = upper ? i + 1 : 0, end = upper ? n : i;
      for (let r = first; r < end; ++r) {
        const f = f64.load(at(t, n, i, r));
        if (f == 0) continue;
        for (let j = 0; j < k; ++j) f64.store(at(x, k, i, j), f64.load(at(x, k, i, j)) - f * f64.load(at(x, k, r, j)));
      }
      if (unit) continue;
      const d = f64.load(at(t, n, i, i));
      for (let j = 0; j < k; ++j) f64.store(at(x, k, i, j), f64.load(at(x, k, i, j)) / d);
    }
  }
}

/**
 * A = L L^T in place, the upper triangle set to 0.
 * Words: 2 batch, 3 n, 4 A, 5 int32 results: 0, or the number of the first column whose pivot is not positive.
 */
export function cholesky(pc: usize): void {
  const batch = word(pc, 2), n = word(pc, 3);
  let a = <usize>word(pc, 4), info = <usize>word(pc, 5);
  for (let b = 0; b < batch; ++b, a += <usize>(n * n) << 3, info += 4) {
    i32.store(info, 0);
    for (let j = 0; j < n; ++j) {
      let d = f64.load(at(a, n, j, j));
      for (let k = 0; k < j; ++k) d -= f64.load(at(a, n, j, k)) * f64.load(at(a, n, j, k));
      if (!(d > 0)) {
        i32.store(info, j + 1);
        break;
      }
      d = Math.sqrt(d);
      f64.store(at(a, n, j, j), d);
      for (let i = j + 1; i < n; ++i) {
        let s = f64.load(at(a, n, i, j));
        for (let k = 0; k < j; ++k) s -= f64.load(at(a, n, i, k)) * f64.load(at(a, n, j, k));
        f64.store(at(a, n, i, j), s / d);
        f64.store(at(a, n, j, i), 0);
      }
    }
  }
}

/** to += f * from, n doubles. */
// @ts-ignore: decorator
@inline
function addRow(to: usize, from: usize, f: f64, n: i32): void {
  const scale = f64x2.splat(f);
  for (; n >= 2; n -= 2, to += 16, from += 16) {
    v128.store(to, f64x2.add(v128.load(to), f64x2.mul(scale, v128.load(from))));
  }
  if (n > 0) f64.store(to, f64.load(to) + f * f64.load(from));
}

/**
 * Reflects columns `first` to n - 1 of X (rows k to m - 1) by (I - tau v v^T); v is 1 and then column k of A below the diagonal.
 * Rows are run through twice, each in one piece: sums of columns go on side by side in `sums`.
 */
function reflect(a: usize, aColumns: i32, k: i32, tau: f64, x: usize, n: i32, first: i32, m: i32, sums: usize): void {
  const width = n - first;
  if (width <= 0) return;
  memory.copy(sums, at(x, n, k, first), <usize>width << 3);
  for (let i = k + 1; i < m; ++i) addRow(sums, at(x, n, i, first), f64.load(at(a, aColumns, i, k)), width);
  addRow(at(x, n, k, first), sums, -tau, width);
  for (let i = k + 1; i < m; ++i) addRow(at(x, n, i, first), sums, -tau * f64.load(at(a, aColumns, i, k)), width);
}

/**
 * A = Q R by Householder reflections: A (m, n) becomes R (on and above the diagonal, 0 below), Q is (m, c): its first c
 * columns, c at most m. Words: 2 batch, 3 m, 4 n, 5 A, 6 Q, 7 c, 8 scratch of min(m, n) + max(n, c) doubles.
 */
export function qr(pc: usize): void {
  const batch = word(pc, 2), m = word(pc, 3), n = word(pc, 4), c = word(pc, 7), steps = min(m, n);
  const taus = <usize>word(pc, 8), sums = taus + (<usize>steps << 3);
  let a = <usize>word(pc, 5), q = <usize>word(pc, 6);
  for (let b = 0; b < batch; ++b, a += <usize>(m * n) << 3, q += <usize>(m * c) << 3) {
    for (let k = 0; k < steps; ++k) {
      // The largest is taken out before squaring: 1e200 has a square in no format.
      let largest: f64 = 0;
      for (let i = k + 1; i < m; ++i) largest = max(largest, abs(f64.load(at(a, n, i, k))));
      // As in LAPACK: a column that is 0 below the diagonal is left as it is.
      f64.store(taus + (<usize>k << 3), 0);
      if (largest == 0) continue;
      const head = f64.load(at(a, n, k, k));
      largest = max(largest, abs(head));
      let norm: f64 = (head / largest) * (head / largest);
      for (let i = k + 1; i < m; ++i) norm += (f64.load(at(a, n, i, k)) / largest) * (f64.load(at(a, n, i, k)) / largest);
      const beta = -(head < 0 ? <f64>-1 : <f64>1) * (largest * Math.sqrt(norm));
      const tau = (beta - head) / beta;
      for (let i = k + 1; i < m; ++i) f64.store(at(a, n, i, k), f64.load(at(a, n, i, k)) / (head - beta));
      f64.store(taus + (<usize>k << 3), tau);
      f64.store(at(a, n, k, k), beta);
      reflect(a, n, k, tau, a, n, k + 1, m, sums);
    }
    // Q = H_0 H_1 ... I, from the right: before H_k nothing but the identity stands left of column k.
    memory.fill(q, 0, <usize>(m * c) << 3);
    for (let i = 0; i < c; ++i) f64.store(at(q, c, i, i), 1);
    for (let k = steps - 1; k >= 0; --k) {
      const tau = f64.load(taus + (<usize>k << 3));
      if (tau != 0) reflect(a, n, k, tau, q, c, k, m, sums);
    }
    for (let i = 1; i < m; ++i) memory.fill(at(a, n, i, 0), 0, <usize>min(i, n) << 3);
  }
}

/** Turns columns p and q of a matrix with `rows` rows by an angle. */
function rotateColumns(a: usize, rows: i32, n: i32, p: i32, q: i32, c: f64, s: f64): void {
  for (let i = 0; i < rows; ++i) {
    const x = f64.load(at(a, n, i, p)), y = f64.load(at(a, n, i, q));
    f64.store(at(a, n, i, p), c * x - s * y);
    f64.store(at(a, n, i, q), s * x + c * y);
  }
}

/**
 * Eigenvalues and eigenvectors of symmetric matrices by Jacobi's rotations; the eigenvalues are left on A's diagonal,
 * unsorted, the eigenvectors are the columns of V. Words: 2 batch, 3 n, 4 A, 5 V.
 */
export function eigh(pc: usize): void {
  const batch = word(pc, 2), n = word(pc, 3);
  let a = <usize>word(pc, 4), v = <usize>word(pc, 5);
  for (let b = 0; b < batch; ++b, a += <usize>(n * n) << 3, v += <usize>(n * n) << 3) {
    for (let i = 0; i < n; ++i) for (let j = 0; j < n; ++j) f64.store(at(v, n, i, j), i == j ? 1 : 0);
    for (let sweep = 0; sweep < 60; ++sweep) {
      let off: f64 = 0, all: f64 = 0;
      for (let i = 0; i < n; ++i) for (let j = 0; j < n; ++j) {
        const x = f64.load(at(a, n, i, j));
        all += x * x;
        if (i != j) off += x * x;
      }
      if (!(off > all * 1e-32)) break;
      for (let p = 0; p < n; ++p) for (let q = p + 1; q < n; ++q) {
        const apq = f64.load(at(a, n, p, q));
        if (apq == 0) continue;
        const theta = (f64.load(at(a, n, q, q)) - f64.load(at(a, n, p, p))) / (2 * apq);
        const t = (theta < 0 ? <f64>-1 : <f64>1) / (abs(theta) + Math.sqrt(theta * theta + 1));
        const c = 1 / Math.sqrt(t * t + 1), s = t * c;
        rotateColumns(a, n, n, p, q, c, s);
        for (let k = 0; k < n; ++k) {
          const x = f64.load(at(a, n, p, k)), y = f64.load(at(a, n, q, k));
          f64.store(at(a, n, p, k), c * x - s * y);
          f64.store(at(a, n, q, k), s * x + c * y);
        }
        rotateColumns(v, n, n, p, q, c, s);
      }
    }
  }
}

/**
 * Singular values and vectors of matrices with m >= n by one-sided Jacobi: A's columns become U S, unsorted,
 * V is (n, n). Words: 2 batch, 3 m, 4 n, 5 A, 6 V.
 */
export function svd(pc: usize): void {
  const batch = word(pc, 2), m = word(pc, 3), n = word(pc, 4);
  let a = <usize>word(pc, 5), v = <usize>word(pc, 6);
  for (let b = 0; b < batch; ++b, a += <usize>(m * n) << 3, v += <usize>(n * n) << 3) {
    for (let i = 0; i < n; ++i) for (let j = 0; j < n; ++j) f64.store(at(v, n, i, j), i == j ? 1 : 0);
    for (let sweep = 0; sweep < 60; ++sweep) {
      let turned = false;
      for (let p = 0; p < n; ++p) for (let q = p + 1; q < n; ++q) {
        let alpha: f64 = 0, beta: f64 = 0, gamma: f64 = 0;
        for (let i = 0; i < m; ++i) {
          const x = f64.load(at(a, n, i, p)), y = f64.load(at(a, n, i, q));
          alpha += x * x;
          beta += y * y;
          gamma += x * y;
        }
        if (!(abs(gamma) > 1e-16 * Math.sqrt(alpha * beta)) || gamma == 0) continue;
        turned = true;
        const zeta = (beta - alpha) / (2 * gamma);
        const t = (zeta < 0 ? <f64>-1 : <f64>1) / (abs(zeta) + Math.sqrt(zeta * zeta + 1));
        const c = 1 / Math.sqrt(t * t + 1), s = t * c;
        rotateColumns(a, m, n, p, q, c, s);
        rotateColumns(v, n, n, p, q, c, s);
      }
      if (!turned) break;
    }
  }
}
