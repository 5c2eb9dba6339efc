// What the book's sections on linear regression say and ask, as numbers.
import * as torch from "torchlet";
import { nn, type Tensor } from "torchlet";
import { linreg, sgd, squaredLoss, syntheticData } from "../../toolkit/linear-regression.js";

const float64 = { dtype: torch.float64 } as const;

/** The density of the normal distribution. */
export function normal(x: Tensor, mu: number, sigma: number): Tensor {
  const p = 1 / Math.sqrt(2 * Math.PI * sigma ** 2);
  return torch
    .exp(
      x
        .sub(mu)
        .square()
        .mul(-0.5 / sigma ** 2),
    )
    .mul(p);
}

/** w* = (X^T X)^-1 X^T y, with a column of ones for the bias. */
export function closedForm(features: Tensor, labels: Tensor): number[] {
  const X = torch.cat([features, torch.ones(features.shape[0]!, 1)], 1).to(torch.float64);
  const y = labels.to(torch.float64);
  return torch.linalg.solve(X.t().matmul(X), X.t().matmul(y)).reshape(-1).tolist() as number[];
}

/** The numbers b that make the sums of (x - b)^2 and of |x - b| smallest, found by descent on a grid. */
export function minimisers(x: Tensor): { squared: number; absolute: number } {
  const b = torch.linspace(x.min().item(), x.max().item(), 20_001, float64).reshape(-1, 1);
  const distances = x.reshape(1, -1).sub(b);
  const best = (loss: Tensor) => b.index(loss.sum(1).argmin().item(), 0).item();
  return { squared: best(distances.square()), absolute: best(distances.abs()) };
}

/** A full-batch fit of a line by some loss; returns w and b. */
export function fit(
  X: Tensor,
  y: Tensor,
  loss: (yHat: Tensor, y: Tensor) => Tensor,
  lr: number,
  steps: number,
): number[] {
  const net = new nn.Linear(X.shape[1]!, 1);
  nn.init.zeros_(net.weight);
  nn.init.zeros_(net.bias!);
  const optimizer = new torch.optim.SGD(net.parameters(), { lr });
  const step = torch.compile(() => {
    optimizer.zeroGrad();
    const l = loss(net(X), y);
    l.backward();
    optimizer.step();
    return l.detach();
  });
  for (let i = 0; i < steps; i++) step();
  return [...(net.weight.detach().reshape(-1).tolist() as number[]), net.bias!.item()];
}

/** Errors of w under Laplace noise, by half the squares and by absolute values: the median over some samples. */
export function underLaplaceNoise(samples: number): { squared: number; absolute: number } {
  const errors = Array.from({ length: samples }, () => {
    const X = torch.randn(200, 1);
    const u = torch.rand(200, 1).sub(0.5);
    const noise = torch
      .sign(u)
      .mul(torch.log1p(u.abs().mul(-2)))
      .neg();
    const y = X.mul(2).add(1).add(noise);
    const off = (loss: (a: Tensor, b: Tensor) => Tensor, lr: number) => Math.abs(fit(X, y, loss, lr, 400)[0]! - 2);
    return {
      squared: off((a, b) => squaredLoss(a, b).mean(), 0.1),
      absolute: off((a, b) => a.sub(b).abs().mean(), 0.05),
    };
  });
  const mean = (values: readonly number[]) => values.reduce((sum, v) => sum + v, 0) / values.length;
  return {
    squared: mean(errors.map(({ squared }) => squared)),
    absolute: mean(errors.map(({ absolute }) => absolute)),
  };
}

/** P16: how much the last step, on 40 samples of a batch of 64, moves w where sgd is told 64, relative to where it is told 40. */
export function shortBatchRatio(): number {
  const [X, y] = syntheticData(torch.tensor([2, -3.4]), 4.2, 40);
  const moved = [64, 40].map((told) => {
    const [w, b] = [torch.zeros(2, 1, { requiresGrad: true }), torch.zeros(1, { requiresGrad: true })];
    squaredLoss(linreg(X, w, b), y)
      .sum()
      .backward();
    sgd([w, b], 0.03, told);
    return w.norm().item();
  });
  return moved[0]! / moved[1]!;
}

/** P25: the shape of (n, 1) - (n), and what the mean of its squares is beside the mean squared error. */
export function silentBroadcast(n: number): { shape: readonly number[]; wrong: number; right: number } {
  const y = torch.randn(n);
  const yHat = y.reshape(-1, 1).add(0.1);
  return {
    shape: yHat.sub(y).shape,
    wrong: yHat.sub(y).square().div(2).mean().item(),
    right: squaredLoss(yHat, y).mean().item(),
  };
}

/** The largest difference between Huber's loss as the book has it and SmoothL1Loss with beta = sigma. */
export function huberError(sigma: number): number {
  const [y, yHat] = [torch.zeros(201, float64), torch.linspace(-5, 5, 201, float64)];
  const d = yHat.sub(y).abs();
  const byHand = torch.where(d.gt(sigma), d.sub(sigma / 2), d.square().div(2 * sigma));
  const loss = new nn.SmoothL1Loss({ reduction: "none", beta: sigma });
  return byHand.sub(loss(yHat, y)).abs().max().item();
}

/** The Hessian of half the mean squared error, by differentiating twice, and its distance from X^T X / n. */
export function hessianError(n: number, d: number): number {
  const X = torch.randn(n, d, float64);
  const y = torch.randn(n, 1, float64);
  const w = torch.zeros(d, 1, { ...float64, requiresGrad: true });
  const gradient = torch.autograd.grad([squaredLoss(X.matmul(w), y).mean()], [w], { createGraph: true })[0]!;
  const rows = Array.from({ length: d }, (_, i) =>
    torch.autograd.grad([gradient.index(i, 0)], [w], { retainGraph: true })[0]!.reshape(-1),
  );
  return torch.stack(rows).sub(X.t().matmul(X).div(n)).abs().max().item();
}

/** With two equal columns X^T X has no inverse: its rank, and the residual of least squares by pseudo-inverse. */
export function rankDeficient(n: number): { rank: number; residual: number } {
  const column = torch.randn(n, 1, float64);
  const X = torch.cat([column, column], 1);
  const w = torch.linalg.pinv(X).matmul(column.mul(3));
  return {
    rank: torch.linalg.matrixRank(X.t().matmul(X)).item(),
    residual: X.matmul(w).sub(column.mul(3)).abs().max().item(),
  };
}

/** Seconds of adding vectors element by element and at once, and the largest difference of the sums. */
export function vectorization(n: number): { loop: number; vector: number; difference: number } {
  const [a, b] = [torch.ones(n), torch.ones(n)];
  const c = torch.zeros(n);
  let begun = performance.now();
  for (let i = 0; i < n; i++) c.index(i).copy_(a.index(i).add(b.index(i)));
  const loop = (performance.now() - begun) / 1000;
  begun = performance.now();
  const d = a.add(b);
  const vector = (performance.now() - begun) / 1000;
  return { loop, vector, difference: c.sub(d).abs().max().item() };
}
