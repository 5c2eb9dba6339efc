// How wide the kernels of TPE are, on axes of length 1.

/** The constant of Scott's rule, and how narrow a kernel may become: what was best on test functions (see docs/search.md). */
const SCOTT = 0.08;
const FINEST_SCOTT = 1 / 60;
const FINEST_NEIGHBOURS = 1 / 100;

/**
 * One width for all of n observations in d dimensions: `0.08 n^(-1 / (d + 4))`, not below `1 / (3 n + 2)` nor below 1/60.
 *
 * Source: Scott, Multivariate density estimation, 1992.
 */
export function scottWidths(centers: readonly number[], dimensions: number): number[] {
  const n = centers.length;
  const width = Math.max(SCOTT * n ** (-1 / (dimensions + 4)), 1 / (3 * n + 2), FINEST_SCOTT);
  return centers.map(() => width);
}

/**
 * To the farther neighbour, ends of the range included: narrow where observations are dense, but not below `1 / (n + 2)` nor below 1/100.
 *
 * Source: Bergstra et al., Algorithms for hyper-parameter optimization, NeurIPS 2011.
 */
export function neighbourWidths(centers: readonly number[]): number[] {
  const n = centers.length;
  const least = Math.max(1 / (n + 2), FINEST_NEIGHBOURS);
  const order = centers.map((_, i) => i).sort((a, b) => centers[a]! - centers[b]!);
  const widths = new Array<number>(n);
  for (const [rank, i] of order.entries()) {
    const left = rank === 0 ? 0 : centers[order[rank - 1]!]!;
    const right = rank === n - 1 ? 1 : centers[order[rank + 1]!]!;
    widths[i] = Math.max(least, centers[i]! - left, right - centers[i]!);
  }
  return widths;
}
