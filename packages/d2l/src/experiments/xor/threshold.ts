// Networks of perceptrons with weights set by hand: enough for XOR, and nothing in them is learned.
import type { Tensor } from "torchlet";
import * as torch from "torchlet";

/** W (inputs, outputs) and b (outputs). */
type Layer = readonly [W: readonly (readonly number[])[], b: readonly number[]];

const toFloat = (values: Layer[0] | Layer[1]) => torch.tensor(values).to(torch.float32);
const step = (Z: Tensor) => Z.gt(0).to(torch.float32);

/** Layers of perceptrons: H = σ(XW + b), each on the answers of the one before. */
export function thresholdNet(layers: readonly Layer[]): (X: Tensor) => Tensor {
  return (X) => layers.reduce((H, [W, b]) => step(H.matmul(toFloat(W)).add(toFloat(b))), X.to(torch.float32));
}

// Of two bits: is one of them 1, are both?
const orAnd: Layer = [
  [
    [1, 1],
    [1, 1],
  ],
  [-0.5, -1.5],
];

/** x1 xor x2 of bits, with two layers: or, but not and. */
export const xorOfBits = thresholdNet([orAnd, [[[1], [-1]], [-0.5]]]);

/** Whether x and y have the same sign, anywhere in the plane: their signs first, then "both, or none". */
export const sameSign = thresholdNet([
  [
    [
      [1, 0],
      [0, 1],
    ],
    [0, 0],
  ],
  orAnd,
  [[[-1], [1]], [0.5]],
]);
