// Curves fitted by a line and by networks: four fields, and a large network under control.
import * as torch from "torchlet";
import { nn, type Tensor } from "torchlet";

/** Samples of a function of one number: x and y of shape (n, 1). */
export interface Curve {
  readonly x: Tensor;
  readonly y: Tensor;
}

/** The variance of the noise: no model can have a lower error on fresh samples. */
export const NOISE = 0.16;

const noise = (n: number) => torch.randn(n, 1).mul(Math.sqrt(NOISE));

/** Simple data: few samples of a line. */
export function drawSimple(n: number): Curve {
  const x = torch.rand(n, 1).mul(4).sub(2);
  return { x, y: x.mul(0.8).add(noise(n)) };
}

/** Complex data: samples of a wave on a line. */
export function drawComplex(n: number): Curve {
  const x = torch.rand(n, 1).mul(4).sub(2);
  return { x, y: waveOf(x).add(noise(n)) };
}

/** The wave without noise. */
export function waveOf(x: Tensor): Tensor {
  return torch.sin(x.mul(4)).mul(1.2).add(x.mul(0.8));
}

/** Low capacity: a line. */
export const makeLine = () => new nn.Sequential(new nn.Linear(1, 1));

/** A network of one hidden layer of three units. */
export const makeSmall = () => new nn.Sequential(new nn.Linear(1, 3), new nn.Tanh(), new nn.Linear(3, 1));

/** High capacity: two hidden layers of 24 units. */
export const makeLarge = () =>
  new nn.Sequential(new nn.Linear(1, 24), new nn.Tanh(), new nn.Linear(24, 24), new nn.Tanh(), new nn.Linear(24, 1));

/** Trains on all samples at once; `weightDecay` is λ of the penalty λ/2 ‖w‖². */
export function fit(net: nn.Sequential, { x, y }: Curve, maxIter: number, weightDecay = 0): void {
  const loss = new nn.MSELoss();
  const optimizer = new torch.optim.LBFGS(net.parameters(), { maxIter, historySize: 20, lineSearchFn: "strong_wolfe" });
  optimizer.step(() => {
    optimizer.zeroGrad();
    let l = loss(net(x), y);
    if (weightDecay > 0)
      for (const w of net.parameters())
        l = l.add(
          w
            .square()
            .sum()
            .mul(weightDecay / 2),
        );
    l.backward();
    return l;
  });
}

/** The mean squared error. */
export function errorOf(net: nn.Sequential, { x, y }: Curve): number {
  return torch.noGrad(() => nn.functional.mseLoss(net(x), y).item());
}
