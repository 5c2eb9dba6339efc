// Exercise 5: a graph that is too large for one device, cut in two; or the batch cut into smaller ones.

import type { Tensor } from "torchlet";
import * as torch from "torchlet";
import { activations, forward, type Inputs, type Model } from "./by-hand.js";
import { storedBytes } from "./measure.js";

const { grad } = torch.autograd;

/** Gradients of W1 and W2. */
export type Gradients = readonly [dW1: Tensor, dW2: Tensor];

/** The gradients as one device gives them. */
export function onOneDevice(inputs: Inputs, model: Model): Gradients {
  const { W1, W2 } = inputs;
  const [dW1, dW2] = grad(forward(inputs, model).J, [W1, W2]);
  return [dW1!, dW2!];
}

/** The first layer on one device, the second on another: h goes there, ∂J/∂h comes back. */
export function onTwoDevices({ x, y, W1, W2 }: Inputs, { activation, lambd }: Model): Gradients {
  const h = activations[activation].phi(W1.matmul(x));
  // What arrives are numbers only: the other device does not know how they were computed.
  const arrived = h.detach().requiresGrad_();
  const L = torch.nn.functional.mseLoss(W2.matmul(arrived), y, { reduction: "sum" }).mul(0.5);
  const [dW2, dH] = grad(L, [W2, arrived]);
  const [dW1] = grad(h, W1, { gradOutputs: dH! });
  // Each device has the penalty of its own weights.
  return torch.noGrad(() => [dW1!.add(W1.mul(lambd)), dW2!.add(W2.mul(lambd))]);
}

/** The batch in pieces, one after the other: gradients add up, and only one piece's activations are there at a time. */
export function inMinibatches(
  inputs: Inputs,
  model: Model,
  pieces: number,
): { gradients: Gradients; bytes: number; bytesAtOnce: number } {
  const { x, y, W1, W2 } = inputs;
  const bytesOf = (some: Inputs) => storedBytes(forward(some, model).L, Object.values(some) as Tensor[]);
  const size = x.shape[1]! / pieces;
  let [dW1, dW2] = torch.noGrad(() => [W1.mul(model.lambd), W2.mul(model.lambd)] as const);
  let bytes = 0;
  for (let i = 0; i < pieces; i++) {
    const piece = { ...inputs, x: x.narrow(1, i * size, size).clone(), y: y.narrow(1, i * size, size).clone() };
    const [ofW1, ofW2] = grad(forward(piece, model).L, [W1, W2]);
    [dW1, dW2] = [dW1.add(ofW1!), dW2.add(ofW2!)];
    bytes = Math.max(bytes, bytesOf(piece));
  }
  return { gradients: [dW1, dW2], bytes, bytesAtOnce: bytesOf(inputs) };
}
