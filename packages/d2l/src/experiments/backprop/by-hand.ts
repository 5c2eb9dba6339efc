// The book's network with one hidden layer and a penalty: forward, and backward by hand, equation by equation.

import type { Tensor } from "torchlet";
import * as torch from "torchlet";

/** Hidden units' activations, with derivatives as functions of the unit's input z. */
export const activations = {
  relu: { phi: (z: Tensor) => torch.relu(z), slope: (z: Tensor) => z.gt(0).to(z.dtype) },
  tanh: { phi: (z: Tensor) => torch.tanh(z), slope: (z: Tensor) => torch.tanh(z).square().neg().add(1) },
  sigmoid: {
    phi: (z: Tensor) => torch.sigmoid(z),
    slope: (z: Tensor) => torch.sigmoid(z).mul(torch.sigmoid(z).neg().add(1)),
  },
} as const;

export type Activation = keyof typeof activations;

/** x (d, 1), y (q, 1), or a column for each sample; W1 (h, d), W2 (q, h); b1 (h, 1), b2 (q, 1) where there is a bias. */
export interface Inputs {
  readonly x: Tensor;
  readonly y: Tensor;
  readonly W1: Tensor;
  readonly W2: Tensor;
  readonly b1?: Tensor;
  readonly b2?: Tensor;
}

/** What the network and its objective are made of. */
export interface Model {
  readonly activation: Activation;
  readonly lambd: number;
}

/** What is drawn beside x, y, W1 and W2. */
interface Drawn {
  readonly bias?: boolean;
  readonly samples?: number;
  readonly dtype?: torch.DType;
}

/** Random inputs and parameters; the parameters require gradients. */
export function drawInputs(
  [d, h, q]: readonly [d: number, h: number, q: number],
  { bias = false, samples = 1, dtype = torch.float32 }: Drawn = {},
): Inputs {
  const parameter = (...shape: number[]) => torch.randn(...shape, { dtype }).requiresGrad_();
  const inputs = {
    x: torch.randn(d, samples, { dtype }),
    y: torch.nn.functional
      .oneHot(torch.randint(0, q, [samples]), q)
      .to(dtype)
      .t(),
    W1: parameter(h, d),
    W2: parameter(q, h),
  };
  return bias ? { ...inputs, b1: parameter(h, 1), b2: parameter(q, 1) } : inputs;
}

/** Forward propagation: all variables of the graph; l is half the squared distance. */
export function forward({ x, y, W1, W2, b1, b2 }: Inputs, { activation, lambd }: Model) {
  const z = b1 === undefined ? W1.matmul(x) : W1.matmul(x).add(b1);
  const h = activations[activation].phi(z);
  const o = b2 === undefined ? W2.matmul(h) : W2.matmul(h).add(b2);
  const L = torch.nn.functional.mseLoss(o, y, { reduction: "sum" }).mul(0.5);
  const s = W1.square()
    .sum()
    .add(W2.square().sum())
    .mul(lambd / 2);
  const J = L.add(s);
  return { z, h, o, L, s, J };
}

/** Backpropagation: the chain rule from J back to W1, with what forward propagation stored. */
export function backward(
  { x, y, W1, W2, b1 }: Inputs,
  { z, h, o }: ReturnType<typeof forward>,
  { activation, lambd }: Model,
): Record<string, Tensor> {
  return torch.noGrad(() => {
    // dJ/dL and dJ/ds are 1.
    const dO = o.sub(y);
    const dW2 = dO.matmul(h.t()).add(W2.mul(lambd));
    const dH = W2.t().matmul(dO);
    const dZ = dH.mul(activations[activation].slope(z));
    const dW1 = dZ.matmul(x.t()).add(W1.mul(lambd));
    // A bias is added to z and to o, so that it receives their gradients as they are.
    return { o: dO, W2: dW2, h: dH, z: dZ, W1: dW1, ...(b1 === undefined ? {} : { b1: dZ, b2: dO }) };
  });
}
