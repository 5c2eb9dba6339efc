// What gamma and beta can do, and what normalization takes from the layer before it.
import * as torch from "torchlet";
import { nn, type Tensor } from "torchlet";

/** The population variance of each column. */
const varianceOf = (h: Tensor) => h.sub(h.mean(0)).square().mean(0);

/** Features that have means and standard deviations of their own (256, 8). */
export function drawFeatures(): Tensor {
  return torch.randn(256, 8).mul(torch.rand(8).add(0.5)).add(torch.randn(8).mul(5));
}

/** Gamma the standard deviation and beta the mean: the largest difference of what goes in and what comes out. */
export function undone(h: Tensor): number {
  const norm = new nn.BatchNorm1d(h.shape[1]!);
  torch.noGrad(() => {
    norm.weight!.copy_(varianceOf(h).add(norm.eps).sqrt());
    norm.bias!.copy_(h.mean(0));
  });
  return norm(h).sub(h).abs().max().item();
}

/** A training that has to give outputs of mean 5 and standard deviation 3. */
export interface LearnedOutput {
  readonly losses: readonly number[];
  readonly gamma: number;
  readonly beta: number;
}

/** Inputs of mean 0 and variance 1, and what is to be made of them. */
export function drawOutputs(): [z: Tensor, y: Tensor] {
  const raw = torch.randn(256, 1);
  const z = raw.sub(raw.mean()).div(varianceOf(raw).sqrt());
  return [z, z.mul(3).add(5)];
}

/** Learns y from z by a linear layer and batch normalization. */
export function learnOutput(affine: boolean, z: Tensor, y: Tensor): LearnedOutput {
  const norm = new nn.BatchNorm1d(1, { affine });
  const net = new nn.Sequential(new nn.Linear(1, 1), norm);
  torch.noGrad(() => net.parameters()[0]!.fill_(1));
  const loss = new nn.MSELoss();
  const updater = new torch.optim.SGD(net.parameters(), { lr: 0.05 });
  const losses: number[] = [];
  for (let step = 0; step < 200; step++) {
    updater.zeroGrad();
    const l = loss(net(z), y);
    l.backward();
    updater.step();
    losses.push(l.item());
  }
  return { losses, gamma: norm.weight?.item() ?? 1, beta: norm.bias?.item() ?? 0 };
}

/** Ten times the weights before a normalization: how much its output changes; and its bias's share of the gradient. */
export function invariance(h: Tensor): { changed: number; biasShare: number } {
  const linear = new nn.Linear(8, 8);
  const norm = new nn.BatchNorm1d(8);
  const before = norm(linear(h));
  before.sub(torch.randn(256, 8)).square().mean().backward();
  const largest = (gradient: Tensor) => gradient.abs().max().item();
  const biasShare = largest(linear.bias!.grad!) / largest(linear.weight.grad!);
  torch.noGrad(() => linear.weight.mul_(10));
  return { changed: norm(linear(h)).sub(before).abs().max().item(), biasShare };
}

/** Running statistics of 50 batches against their exponential mean by hand: the largest relative difference. */
export function runningDifference(): number {
  const norm = new nn.BatchNorm1d(4);
  let [runningMean, runningVar] = [torch.zeros(4), torch.ones(4)];
  for (let i = 0; i < 50; i++) {
    const batch = torch.randn(16, 4).mul(2).add(1);
    norm(batch);
    runningMean = runningMean.mul(0.9).add(batch.mean(0).mul(0.1));
    runningVar = runningVar.mul(0.9).add(batch.var(0).mul(0.1));
  }
  const relative = (a: Tensor, b: Tensor) => a.sub(b).abs().div(b.abs()).max().item();
  return Math.max(relative(norm.runningMean!, runningMean), relative(norm.runningVar!, runningVar));
}
