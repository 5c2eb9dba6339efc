// Activation functions as their formulas say, and experiments with chains of them.

import type { Tensor } from "torchlet";
import * as torch from "torchlet";

/** `max(0, x) + alpha min(0, x)` */
export function prelu(x: Tensor, alpha: number): Tensor {
  return x.clamp({ min: 0 }).add(x.clamp({ max: 0 }).mul(alpha));
}

/** `x Phi(x)`, with the distribution function of the normal distribution. */
export function gelu(x: Tensor): Tensor {
  return x.mul(torch.erf(x.div(Math.SQRT2)).add(1).div(2));
}

/** `x sigmoid(beta x)` */
export function swish(x: Tensor, beta: number): Tensor {
  return x.mul(torch.sigmoid(x.mul(beta)));
}

/** `sigmoid(beta x) + beta x sigmoid(beta x) (1 - sigmoid(beta x))` */
export function swishDerivative(x: Tensor, beta: number): Tensor {
  const s = torch.sigmoid(x.mul(beta));
  return s.add(x.mul(beta).mul(s).mul(s.neg().add(1)));
}

/** The derivative of `f(f(...f(x)))` for 1, 2, ... layers. */
export function chainedGradients(f: (x: Tensor) => Tensor, at: number, layers: number): number[] {
  const x = torch.tensor(at, { dtype: torch.float32, requiresGrad: true });
  let h = x;
  return Array.from({ length: layers }, () => {
    h = f(h);
    return torch.autograd.grad([h], [x], { retainGraph: true })[0]!.item();
  });
}

/**
 * A network with sigmoids and the one with tanh that computes the same: tanh(z) = 2 sigmoid(2z) - 1, so halve W1 and b1,
 * halve W2, and add half of W2's columns to b2.
 *
 * @returns the largest difference of their outputs on random inputs
 */
export function tanhFromSigmoid(inputs: number, hidden: number, outputs: number): number {
  const [W1, b1] = [torch.randn(inputs, hidden), torch.randn(hidden)];
  const [W2, b2] = [torch.randn(hidden, outputs), torch.randn(outputs)];
  const X = torch.randn(100, inputs);
  const withSigmoid = torch.sigmoid(X.matmul(W1).add(b1)).matmul(W2).add(b2);
  const half = torch.tanh(X.matmul(W1.div(2)).add(b1.div(2)));
  const withTanh = half.matmul(W2.div(2)).add(b2.add(W2.sum(0).div(2)));
  return withSigmoid.sub(withTanh).abs().max().item();
}
