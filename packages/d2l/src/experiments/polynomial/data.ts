// The book's polynomial data, and what exact least squares makes of it.

import type { Tensor } from "torchlet";
import * as torch from "torchlet";

export const maxDegree = 20;
export const trueW = [5, 1.2, -3.4, 5.6];

/** n! = Γ(n + 1) */
export function factorial(n: number): number {
  let product = 1;
  for (let i = 2; i <= n; i++) product *= i;
  return product;
}

/** x⁰/0!, x¹/1!, ... in columns: without the factorials the last ones would be a billion times as large. */
export function monomials(features: Tensor, scaled = true): Tensor {
  const polyFeatures = features.pow(torch.arange(maxDegree).reshape(1, -1));
  if (!scaled) return polyFeatures;
  const gamma = torch.tensor(
    Array.from({ length: maxDegree }, (_, i) => factorial(i)),
    { dtype: features.dtype },
  );
  return polyFeatures.div(gamma);
}

/** y = 5 + 1.2x - 3.4x²/2! + 5.6x³/3! + ε, ε ~ N(0, 0.1²), from the default generator. */
export function makeData(
  n: number,
  dtype: torch.DType = torch.float32,
): { features: Tensor; polyFeatures: Tensor; labels: Tensor } {
  const features = torch.randn([n, 1], { dtype });
  const polyFeatures = monomials(features);
  const w = torch.cat([torch.tensor(trueW, { dtype }), torch.zeros(maxDegree - trueW.length, { dtype })]);
  const labels = polyFeatures.matmul(w);
  return { features, polyFeatures, labels: labels.add(torch.randn([n], { dtype }).mul(0.1)) };
}

const meanSquaredError = (X: Tensor, y: Tensor, w: Tensor) => X.matmul(w).sub(y).square().mean().item();

/** Mean squared errors of the exact solution on `columns` monomials, on the first half of the samples, which it is fitted to, and on the other. */
export function exactErrors(
  { polyFeatures, labels }: { readonly polyFeatures: Tensor; readonly labels: Tensor },
  columns: number,
): { train: number; test: number } {
  const X = polyFeatures.narrow(1, 0, columns);
  const y = labels.reshape(-1, 1);
  const n = X.shape[0]! / 2;
  // By singular values, those at the size of rounding left out, as numpy.linalg.lstsq does it: 20 monomials nearly depend on each other.
  const w = torch.linalg.pinv(X.narrow(0, 0, n)).matmul(y.narrow(0, 0, n));
  return {
    train: meanSquaredError(X.narrow(0, 0, n), y.narrow(0, 0, n), w),
    test: meanSquaredError(X.narrow(0, n, n), y.narrow(0, n, n), w),
  };
}
