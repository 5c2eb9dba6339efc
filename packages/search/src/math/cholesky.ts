// Cholesky factors of small dense matrices, row by row in one array.

/**
 * The lower factor L with L L^T = A, of which the lower part is read; null where A is not positive definite.
 *
 * @param a n x n, row by row
 */
export function cholesky(a: Float64Array, n: number): Float64Array | null {
  const l = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    const row = i * n;
    for (let j = 0; j <= i; j++) {
      const other = j * n;
      let sum = a[row + j]!;
      for (let k = 0; k < j; k++) sum -= l[row + k]! * l[other + k]!;
      if (i === j) {
        if (!(sum > 0)) return null;
        l[row + i] = Math.sqrt(sum);
      } else {
        l[row + j] = sum / l[other + j]!;
      }
    }
  }
  return l;
}

/** Solves L x = b in place of b. */
export function solveLower(l: Float64Array, n: number, b: Float64Array): Float64Array {
  for (let i = 0; i < n; i++) {
    const row = i * n;
    let sum = b[i]!;
    for (let k = 0; k < i; k++) sum -= l[row + k]! * b[k]!;
    b[i] = sum / l[row + i]!;
  }
  return b;
}

/** Solves L^T x = b in place of b. */
export function solveUpper(l: Float64Array, n: number, b: Float64Array): Float64Array {
  for (let i = n - 1; i >= 0; i--) {
    const row = i * n;
    const x = b[i]! / l[row + i]!;
    b[i] = x;
    for (let k = 0; k < i; k++) b[k]! -= l[row + k]! * x;
  }
  return b;
}

/** The inverse of A = L L^T, both halves. */
export function inverseOf(l: Float64Array, n: number): Float64Array {
  // M = L^-1, kept transposed, so that every loop runs along rows: t[j * n + i] = M[i][j].
  const t = new Float64Array(n * n);
  for (let j = 0; j < n; j++) {
    const column = j * n;
    t[column + j] = 1 / l[j * n + j]!;
    for (let i = j + 1; i < n; i++) {
      const row = i * n;
      let sum = 0;
      for (let k = j; k < i; k++) sum += l[row + k]! * t[column + k]!;
      t[column + i] = -sum / l[row + i]!;
    }
  }
  const inverse = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = i; k < n; k++) sum += t[i * n + k]! * t[j * n + k]!;
      inverse[i * n + j] = sum;
      inverse[j * n + i] = sum;
    }
  }
  return inverse;
}
