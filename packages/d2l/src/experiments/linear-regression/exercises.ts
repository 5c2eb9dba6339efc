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

/** The numbers b that make the sums of (x - b)^2 and of |x - b| smallest, looked for on a grid. */
export function minimisers(x: Tensor): { squared: number; absolute: number } {
  const b = torch.linspace(x.min().item(), x.max().item(), 20_001, float64).reshape(-1, 1);
  const distances = x.reshape(1, -1).sub(b);
  const best = (loss: Tensor) => b.index(loss.sum(1).argmin().item(), 0).item();
  return { squared: best(distances.square()), absolute: best(distances.abs()) };
}

/** Gradient descent on all samples at once: w, then b. */
export function fit(
  X: Tensor,
  y: Tensor,
  loss: (yHat: Tensor, y: Tensor) => Tensor,
  lr: number,
  steps: number,
): number[] {
  const net = new nn.Linear(X.shape[1]!, 1, { dtype: X.dtype });
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
  step.dispose();
  return [...(net.weight.detach().reshape(-1).tolist() as number[]), net.bias!.item()];
}

/**
 * Laplace noise: the mean squared error of w with the absolute loss, as a share of that with the squared loss. All data sets are
 * fitted at once, a row each.
 */
export function underLaplaceNoise(dataSets: number, samples: number): number {
  const X = torch.randn(dataSets, samples);
  const u = torch.rand(dataSets, samples).sub(0.5);
  const noise = torch
    .sign(u)
    .mul(torch.log1p(u.abs().mul(-2)))
    .neg();
  const y = X.mul(2).add(noise);
  const errorWith = (loss: (difference: Tensor) => Tensor) => {
    const w = torch.zeros(dataSets, 1, { requiresGrad: true });
    const steps = 150;
    for (let i = 0; i < steps; i++) {
      loss(X.mul(w).sub(y)).mean(1).sum().backward();
      // A constant rate would leave the absolute loss swinging about its minimum.
      sgd([w], 0.5 * (1 - i / steps), 1);
    }
    return w.detach().sub(2).square().mean().item();
  };
  return errorWith((d) => d.abs()) / errorWith((d) => d.square().div(2));
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

/** Seconds of adding ones element by element and at once, and whether every sum is 2. */
export function vectorization(n: number): { loop: number; vector: number; right: boolean } {
  const [a, b] = [torch.ones(n), torch.ones(n)];
  const c = torch.zeros(n);
  let begun = performance.now();
  for (let i = 0; i < n; i++) c.index(i).copy_(a.index(i).add(b.index(i)));
  const loop = (performance.now() - begun) / 1000;
  begun = performance.now();
  const d = a.add(b);
  const vector = (performance.now() - begun) / 1000;
  const isTwo = (sum: Tensor) => sum.eq(2).all().item() === 1;
  return { loop, vector, right: isTwo(c) && isTwo(d) };
}

/** Counts with the rates e^(1.5 x + 0.5), fitted by the Poisson loss: the larger error of w and b. */
export function poissonError(samples: number): number {
  const x = torch.rand(samples, 1).mul(2).sub(1);
  const rates = x.mul(1.5).add(0.5).exp().reshape(-1).tolist() as number[];
  const draws = torch.rand(samples).tolist() as number[];
  // The count is where the sum of the probabilities e^-r r^k / k! passes the random number.
  const counts = rates.map((rate, i) => {
    let [k, p] = [0, Math.exp(-rate)];
    for (let sum = p; sum < draws[i]! && k < 100; sum += p) p *= rate / ++k;
    return k;
  });
  const loss = new nn.PoissonNLLLoss();
  const [w, b] = fit(x, torch.tensor(counts).to(torch.float32).reshape(-1, 1), (o, y) => loss(o, y), 0.3, 200);
  return Math.max(Math.abs(w! - 1.5), Math.abs(b! - 0.5));
}

/** Ohm's law: the resistance (2 ohm) from 50 measurements of current and voltage. */
export function resistance(): number {
  const current = torch.rand(50);
  const voltage = current.mul(2).add(torch.randn(50).mul(0.02));
  const R = torch.tensor(1, { dtype: torch.float32, requiresGrad: true });
  for (let i = 0; i < 100; i++) {
    squaredLoss(current.mul(R), voltage).mean().backward();
    sgd([R], 1, 1);
  }
  return R.item();
}

/** Planck's law: energy at a wavelength (micrometres) and a temperature (1000 K), up to a factor; hc / k is 14.388 of these units. */
const planck = (wavelength: Tensor, temperature: Tensor | number) =>
  wavelength.pow(-5).div(torch.expm1(wavelength.mul(temperature).reciprocal().mul(14.388)));

/** The temperature of the sun (5772 K) in kelvin, from a spectrum of 200 wavelengths with 1 % of noise. */
export function temperature(): number {
  const wavelength = torch.linspace(0.2, 3, 200, float64);
  const spectrum = planck(wavelength, 5.772).mul(torch.randn(200, float64).mul(0.01).add(1));
  // Hotter bodies shine by orders of magnitude more: the logarithm is what the descent can follow from far away.
  const T = torch.tensor(3, { ...float64, requiresGrad: true });
  for (let i = 0; i < 200; i++) {
    squaredLoss(planck(wavelength, T).log(), spectrum.log()).mean().backward();
    sgd([T], 3, 1);
  }
  return 1000 * T.item();
}

/** The largest difference between net[0].weight.grad after one batch and the formula of the gradient. */
export function gradientError(features: Tensor, labels: Tensor): number {
  const net = new nn.Sequential(new nn.Linear(features.shape[1]!, 1));
  const loss = new nn.MSELoss();
  loss(net(features), labels).backward();
  const { weight, bias } = net[0];
  const residual = torch.noGrad(() => linreg(features, weight.t(), bias!).sub(labels));
  const formula = features
    .t()
    .matmul(residual)
    .mul(2 / features.shape[0]!);
  return formula.t().sub(weight.grad!).abs().max().item();
}
