// How wide the kernels of TPE are, on axes of length 1.

/** Scott's rule over several parameters, with the constant that was best on test functions (see docs/search.md). */
const SCOTT = 0.12;
/** No kernel is narrower than the share of the range that one observation of this many has. */
const FINEST_GOOD = 20;
const FINEST_REST = 100;

/**
 * One width for all of n observations in d dimensions: `0.12 n^(-1 / (d + 4))`, not below `1 / (n + 2)` nor below 1/20.
 *
 * Source: Scott, Multivariate density estimation, 1992; the floor as in Bergstra et al. 2013.
 */
export function scottWidths(centers: readonly number[], dimensions: number): number[] {
  const n = centers.length;
  const width = Math.max(SCOTT * n ** (-1 / (dimensions + 4)), 1 / Math.min(FINEST_GOOD, n + 2));
  return centers.map(() => width);
}

/**
 * To the farther neighbour, ends of the range included: narrow where observations are dense.
 *
 * Source: Bergstra et al., Algorithms for hyper-parameter optimization, NeurIPS 2011.
 */
export function neighbourWidths(centers: readonly number[]): number[] {
  const n = centers.length;
  const least = 1 / Math.min(FINEST_REST, n + 2);
  const order = centers.map((_, i) => i).sort((a, b) => centers[a]! - centers[b]!);
  const widths = new Array<number>(n);
  for (const [rank, i] of order.entries()) {
    const left = rank === 0 ? 0 : centers[order[rank - 1]!]!;
    const right = rank === n - 1 ? 1 : centers[order[rank + 1]!]!;
    widths[i] = Math.max(least, centers[i]! - left, right - centers[i]!);
  }
  return widths;
}
