// Polynomials fitted exactly: capacity is the number of columns, or the range that the weights may have.

import type { Tensor } from "torchlet";
import * as torch from "torchlet";

/** Samples of a function of one number: x and y of shape (n, 1), in double precision. */
export interface Samples {
  readonly x: Tensor;
  readonly y: Tensor;
}

const dtype = torch.float64;

/** The book's polynomial of degree 3, with its noise: y = 5 + 1.2 x - 3.4 x²/2! + 5.6 x³/3! + 0.1 ε. */
export function drawCubic(n: number): Samples {
  const x = torch.randn(n, 1, { dtype });
  const weights = torch.tensor([5, 1.2, -3.4, 5.6], { dtype }).reshape(-1, 1);
  const y = monomials(x, 4)
    .matmul(weights)
    .add(torch.randn(n, 1, { dtype }).mul(0.1));
  return { x, y };
}

/** A wave with noise: y = sin(2πx) + 0.2 ε, x between 0 and 1. */
export function drawWave(n: number): Samples {
  const x = torch.rand(n, 1, { dtype });
  const y = torch.sin(x.mul(2 * Math.PI)).add(torch.randn(n, 1, { dtype }).mul(0.2));
  return { x, y };
}

/** The columns 1, x, x²/2!, x³/3!, ...: (n, columns). */
export function monomials(x: Tensor, columns: number): Tensor {
  let column = torch.onesLike(x);
  const all = [column];
  for (let i = 1; i < columns; i++) {
    column = column.mul(x).div(i);
    all.push(column);
  }
  return torch.cat(all, 1);
}

/** The weights of the least squared error, exactly: (columns, 1). */
export function leastSquares(X: Tensor, y: Tensor): Tensor {
  const [w] = torch.linalg.lstsq(X, y);
  return w;
}

/** The weights of the least mean squared error + λ‖w‖². */
export function ridge(X: Tensor, y: Tensor, lambd: number): Tensor {
  const [n, columns] = X.shape as [number, number];
  const gram = X.t()
    .matmul(X)
    .add(torch.eye(columns, { dtype }).mul(lambd * n));
  return torch.linalg.solve(gram, X.t().matmul(y));
}

/** The mean squared error. */
export function meanSquaredError(X: Tensor, y: Tensor, w: Tensor): number {
  return X.matmul(w).sub(y).square().mean().item();
}

/** Training and validation error for one number of columns after the other. */
export function errorsByColumns(
  train: Samples,
  validation: Samples,
  columns: readonly number[],
): { train: number; validation: number }[] {
  const most = Math.max(...columns);
  const [XTrain, XValidation] = [monomials(train.x, most), monomials(validation.x, most)];
  return columns.map((k) => {
    const X = XTrain.narrow(1, 0, k);
    const w = leastSquares(X, train.y);
    return {
      train: meanSquaredError(X, train.y, w),
      validation: meanSquaredError(XValidation.narrow(1, 0, k), validation.y, w),
    };
  });
}

/** How many of the 2^5 labelings of x = 0.1, 0.01, ..., 0.00001 the one-parameter model sign(sin(αx)) has with 0 < α <= limit. */
export function labelingsOfSine(limit: number): number {
  const seen = new Set<number>();
  // The fastest of the five changes its sign every 10π: steps of 5 miss nothing.
  for (let alpha = 5; alpha <= limit; alpha += 5) {
    let labels = 0;
    for (let i = 1; i <= 5; i++) labels = 2 * labels + (Math.sin(alpha * 10 ** -i) > 0 ? 1 : 0);
    seen.add(labels);
  }
  return seen.size;
}
