// The book's dropout from scratch.
import * as torch from "torchlet";
import { type Tensor, ValueError } from "torchlet";

/**
 * Sets each element to 0 with probability `dropout` and divides the others by `1 - dropout`, so that the mean stays:
 * x' = 0 with probability p, x / (1 - p) otherwise.
 *
 * @param X any shape
 * @param dropout probability in 0..1; 0 returns `X` itself, 1 returns zeros
 * @throws ValueError for a probability outside 0..1
 *
 * @example
 * dropoutLayer(torch.ones(2, 8), 0.5); // zeros and twos
 *
 * Source: d2l, chapter_multilayer-perceptrons/dropout (`dropout_layer`).
 */
export function dropoutLayer(X: Tensor, dropout: number): Tensor {
  if (!(dropout >= 0 && dropout <= 1)) {
    throw new ValueError("dropout-probability", {
      path: "dropoutLayer",
      rule: {
        en: `dropout must be from 0 to 1, got ${dropout}`,
        zh: `dropout 必须在 0 到 1 之间，得到的是 ${dropout}`,
      },
      received: dropout,
    });
  }
  if (dropout === 1) return torch.zerosLike(X);
  if (dropout === 0) return X;
  const mask = torch.rand(X.shape).gt(dropout).to(X.dtype);
  return mask.mul(X).div(1 - dropout);
}
