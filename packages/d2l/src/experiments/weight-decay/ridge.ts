// Least squares with limits on the weights: the minimum under a penalty, solved; the minimum within a ball, walked to.

import type { Tensor } from "torchlet";
import * as torch from "torchlet";

/** A linear model: w as a column, and the bias. */
export interface Linear {
  readonly w: Tensor;
  readonly b: number;
}

/** Half the mean squared error, as a tensor that can be differentiated. */
export function meanLoss(X: Tensor, y: Tensor, w: Tensor, b: Tensor | number): Tensor {
  return X.matmul(w).add(b).sub(y).square().mean().div(2);
}

export function lossOf(X: Tensor, y: Tensor, { w, b }: Linear): number {
  return meanLoss(X, y, w, b).item();
}

/**
 * The minimum of half the mean squared error + lambda / 2 ||w||²: (AᵀA / n + lambda D) (w, b) = Aᵀy / n, where A is X with a column of
 * ones, and D has ones for what is penalized.
 */
export function ridge(X: Tensor, y: Tensor, lambda: number, penalizeBias = false): Linear {
  const [n, d] = X.shape as [number, number];
  const A = torch.cat([X, torch.onesLike(y)], 1);
  const D = torch.onesLike(A.index(0));
  if (!penalizeBias) D.index(d).fill_(0);
  const gram = A.t().matmul(A).div(n).add(torch.diag(D).mul(lambda));
  const solution = torch.linalg.solve(gram, A.t().matmul(y).div(n));
  return { w: solution.narrow(0, 0, d), b: solution.index(d).item() };
}

/** What gradient descent may do to the weights after each step: nothing, into a ball, towards zeros. */
export type AfterStep = (w: Tensor, lr: number) => void;

/** Gradient descent from 0 on half the mean squared error, with something done to w after every step. */
export function descend(X: Tensor, y: Tensor, steps: number, afterStep: AfterStep): Linear {
  const n = X.shape[0]!;
  const { dtype } = X;
  const w = torch.zeros(X.shape[1]!, 1, { dtype, requiresGrad: true });
  const b = torch.zeros(1, { dtype, requiresGrad: true });
  // 1 / the largest curvature.
  const A = torch.cat([X, torch.onesLike(y)], 1);
  const lr = n / torch.linalg.matrixNorm(A, 2).item() ** 2;
  const optimizer = new torch.optim.SGD([w, b], { lr });
  for (let i = 0; i < steps; i++) {
    optimizer.zeroGrad();
    meanLoss(X, y, w, b).backward();
    optimizer.step();
    afterStep(w, lr);
  }
  return { w: w.detach(), b: b.item() };
}

/** The hard form: the minimum under ||w||² <= theta. */
export function withinBall(X: Tensor, y: Tensor, theta: number, steps = 150): Linear {
  return descend(X, y, steps, (w) => torch.optim.projectL2_(w, Math.sqrt(theta)));
}

/** The minimum of half the mean squared error + lambda ||w||_1, whose small weights are exactly 0. */
export function lasso(X: Tensor, y: Tensor, lambda: number, steps = 300): Linear {
  return descend(X, y, steps, (w, lr) => torch.optim.proximalL1_(w, lr * lambda));
}

/** Samples of a linear model in double precision: X ~ N(0, 1), noise of the given standard deviation. */
export function samples(trueW: readonly number[], b: number, n: number, noise: number): [X: Tensor, y: Tensor] {
  const w = torch.tensor(trueW, { dtype: torch.float64 }).reshape(-1, 1);
  const X = torch.randn(n, trueW.length, { dtype: torch.float64 });
  return [
    X,
    X.matmul(w)
      .add(b)
      .add(torch.randn(n, 1, { dtype: torch.float64 }).mul(noise)),
  ];
}

export function squaredNorm(w: Tensor): number {
  return w.square().sum().item();
}
