// Products of many factors: powers of a number, a hundred random matrices, in double, single and half precision.

import type { Tensor } from "torchlet";
import * as torch from "torchlet";

/** A way to store numbers: what each result becomes. */
export const formats: Readonly<Record<string, (x: Tensor) => Tensor>> = {
  float64: (x) => x,
  float32: (x) => x.to(torch.float32).to(torch.float64),
  float16: (x) => torch.roundToHalf(x),
};

/** base, base^2, ..., each rounded to the format. */
export function powers(base: number, depth: number, format: keyof typeof formats): number[] {
  const round = formats[format]!;
  const factor = round(torch.tensor(base, { dtype: torch.float64 }));
  let product: Tensor = torch.ones([], { dtype: torch.float64 });
  return Array.from({ length: depth }, () => {
    product = round(product.mul(factor));
    return product.item();
  });
}

/** What products of random matrices do, one entry a seed. */
export interface MatrixProducts {
  /** log10 of the largest element after each further factor: [factors][seeds]. */
  readonly logs: readonly (readonly number[])[];
  /** The same in double precision, at the end. */
  readonly logs64: readonly number[];
  /** The second singular value over the first, at the end. */
  readonly ratios: readonly number[];
  /** After how many further factors half precision is no longer finite. */
  readonly overflow: readonly number[];
  /** The product of the first seed. */
  readonly first: Tensor;
  /** log10 of |largest eigenvalue|, of the norm, and of the product of the norms: each bounds the one before. */
  readonly bounds: readonly (readonly [eigenvalue: number, norm: number, norms: number])[];
}

/**
 * The book's cell: M = normal(0, 1, (4, 4)), then a hundred times M = M · normal(0, 1, (4, 4)), once a seed. The products of
 * all seeds are made side by side.
 */
export function matrixProducts(seed: number, count: number, factors: number): MatrixProducts {
  const drawn = Array.from({ length: count }, (_, i) => {
    torch.manualSeed(seed + i);
    return torch.randn(factors + 1, 4, 4);
  });
  const A = torch.stack(drawn, 1);
  let M = A.index(0);
  let M64 = M.to(torch.float64);
  let half = torch.roundToHalf(M);
  let norms = torch.linalg.matrixNorm(M64, 2).log10();
  const overflow = new Array<number>(count).fill(Number.POSITIVE_INFINITY);
  const logOf = (x: Tensor) => x.abs().amax([1, 2]).log10().tolist() as number[];
  const logs: number[][] = [logOf(M)];
  for (let i = 1; i <= factors; i++) {
    const next = A.index(i);
    M = torch.bmm(M, next);
    M64 = torch.bmm(M64, next.to(torch.float64));
    norms = norms.add(torch.linalg.matrixNorm(next.to(torch.float64), 2).log10());
    logs.push(logOf(M));
    if (overflow.includes(Number.POSITIVE_INFINITY)) {
      half = torch.roundToHalf(torch.bmm(half, torch.roundToHalf(next)));
      const finite = half.isfinite().all(2).all(1).tolist() as boolean[];
      for (const [s, ok] of finite.entries()) if (!ok) overflow[s] = Math.min(overflow[s]!, i);
    }
  }
  const singular = torch.linalg.svdvals(M64);
  const ratios = singular.select(1, 1).div(singular.select(1, 0)).tolist() as number[];
  // Rank 1 within rounding: the largest eigenvalue is the trace.
  const trace = torch.diagonal(M64, { dim1: 1, dim2: 2 }).sum(1).abs().log10().tolist() as number[];
  const norm = singular.select(1, 0).log10().tolist() as number[];
  const product = norms.tolist() as number[];
  const bounds = trace.map((value, s) => [value, norm[s]!, product[s]!] as const);
  return { logs, logs64: logOf(M64), ratios, overflow, first: M.index(0), bounds };
}

/** Up to which layer a linear net with weights of N(0, 1) in single precision stays finite, and free of NaN. */
export function linearOverflow(depth: number, width: number, batch: number): { infinite: number; nan: number } {
  let h = torch.randn(batch, width);
  const first = { infinite: Number.POSITIVE_INFINITY, nan: Number.POSITIVE_INFINITY };
  for (let layer = 1; layer <= depth; layer++) {
    h = h.matmul(torch.randn(width, width));
    if (!h.isfinite().all().item()) first.infinite = Math.min(first.infinite, layer);
    if (h.isnan().any().item()) first.nan = Math.min(first.nan, layer);
  }
  return first;
}
