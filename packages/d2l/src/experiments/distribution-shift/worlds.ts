// Worlds that change: covariates, labels, concepts.

import type { Tensor } from "torchlet";
import * as torch from "torchlet";

/** Samples with their labels. */
export interface Samples {
  readonly X: Tensor;
  readonly y: Tensor;
}

/** The law that does not change: y = -x + x³. */
export const cubic = (x: Tensor) => x.pow(3).sub(x);

/** Inputs of the source have mean 0.5 and standard deviation 0.5, those of the target 0 and 0.3. */
export const SOURCE = { mean: 0.5, std: 0.5 };
export const TARGET = { mean: 0, std: 0.3 };

/** Covariate shift: other inputs, the same law; X and y of shape (n, 1). */
export function drawCubic(n: number, { mean, std }: typeof SOURCE): Samples {
  const X = torch.randn(n, 1).mul(std).add(mean);
  return { X, y: cubic(X).add(torch.randn(n, 1).mul(0.1)) };
}

/** log p(x) / q(x) of target and source, exactly. */
export function logRatio(x: Tensor): Tensor {
  const logDensity = ({ mean, std }: typeof SOURCE) => x.sub(mean).div(std).square().div(-2).sub(Math.log(std));
  return logDensity(TARGET).sub(logDensity(SOURCE));
}

/** Where the three classes of label shift lie. */
const CENTRES = [
  [0, 0],
  [2, 0],
  [1, 1.7],
];

/** Label shift: other frequencies of the classes, the same p(x | y); X of shape (n, 2), y of classes. */
export function drawClasses(n: number, frequencies: readonly number[]): Samples {
  const y = torch.multinomial(torch.tensor(frequencies), n, { replacement: true }).to(torch.int32);
  return { X: torch.tensor(CENTRES).indexSelect(0, y).add(torch.randn(n, 2)), y };
}

/** Concept shift: at time t (0 to 1) the line that divides the classes has turned by 180 t degrees. */
export function drawTurning(n: number, t: number): Samples {
  const X = torch.randn(n, 2);
  const w = torch.tensor([Math.cos(Math.PI * t), Math.sin(Math.PI * t)], { dtype: torch.float32 });
  return { X, y: X.matmul(w).gt(0).to(torch.float32) };
}
