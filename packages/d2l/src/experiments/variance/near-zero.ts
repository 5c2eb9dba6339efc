// Activations near 0: their Taylor series, and the sigmoid stretched so that it passes through 0 with slope 1.

import type { Tensor } from "torchlet";
import * as torch from "torchlet";

const { float64 } = torch;

/** What is left of sigmoid and tanh when the first terms of their series are taken away. */
export const remainders = {
  sigmoid: (x: Tensor) => torch.sigmoid(x).sub(x.div(4).sub(x.pow(3).div(48)).add(0.5)),
  tanh: (x: Tensor) => torch.tanh(x).sub(x.sub(x.pow(3).div(3))),
};

/** The value at one point, in double precision. */
export const at = (f: (x: Tensor) => Tensor, x: number) => f(torch.tensor([x], { dtype: float64 })).item();

/** The power of x that a function goes with, between two points. */
export function order(f: (x: Tensor) => Tensor, low: number, high: number): number {
  return Math.log(at(f, high) / at(f, low)) / Math.log(high / low);
}

/** The largest difference between 4 sigmoid(x) - 2 and 2 tanh(x / 2), and the slope at 0. */
export function adjustedSigmoid(): { difference: number; slope: number } {
  const adjusted = (x: Tensor) => torch.sigmoid(x).mul(4).sub(2);
  const x = torch.arange(-8, 8, 0.01, { dtype: float64 });
  const difference = adjusted(x)
    .sub(torch.tanh(x.div(2)).mul(2))
    .abs()
    .max()
    .item();
  const zero = torch.zeros(1, { dtype: float64, requiresGrad: true });
  adjusted(zero).backward();
  return { difference, slope: zero.grad!.item() };
}
