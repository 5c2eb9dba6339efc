// Steps that come after a gradient step: onto a ball, and towards exact zeros.
import { noGrad } from "../autograd/index.js";
import { DTypeError, ValueError } from "../errors/index.js";
import { getTotalNorm } from "../nn/utils-clip.js";
import type { Tensor } from "../tensor/tensor.js";

type Tensors = Tensor | readonly Tensor[];

function checkNotNegative(path: string, name: string, value: number): void {
  if (value >= 0) return;
  throw new ValueError("negative", {
    path,
    rule: { en: `${name} must not be negative, got ${value}`, zh: `${name} 不能为负，得到的是 ${value}` },
    received: value,
  });
}

function listOf(path: string, parameters: Tensors): readonly Tensor[] {
  const list = "storage" in parameters ? [parameters] : parameters;
  for (const { dtype } of list) {
    if (dtype.isFloatingPoint) continue;
    throw new DTypeError("not-floating", {
      path,
      rule: {
        en: `parameters must be floating-point, got ${dtype.name}`,
        zh: `参数必须是浮点类型，得到的是 ${dtype.name}`,
      },
      received: dtype.name,
    });
  }
  return list;
}

/**
 * Moves parameters to the nearest point of the ball ||w|| <= radius, in place: w min(1, radius / ||w||), the norm taken over all of them
 * together. After each gradient step it makes projected gradient descent, which minimizes under that constraint.
 *
 * @returns the norm before
 * @throws DTypeError for integers; ValueError for a negative radius
 *
 * @example
 * optimizer.step();
 * torch.optim.projectL2_(net[0].weight, 1);
 *
 * Source: Goldstein, Convex programming in Hilbert space, 1964.
 */
export function projectL2_(parameters: Tensors, radius: number): number {
  checkNotNegative("projectL2_", "radius", radius);
  const list = listOf("projectL2_", parameters);
  return noGrad(() => {
    const norm = getTotalNorm(list).item();
    if (norm > radius) for (const parameter of list) parameter.mul_(radius / norm);
    return norm;
  });
}

/**
 * Takes `threshold` from the size of each number, not below 0, in place: sign(w) max(|w| - threshold, 0), the proximal step of
 * threshold ||w||_1. After a gradient step with learning rate eta, a threshold of eta * lambda makes the lasso's descent,
 * whose small weights become exactly 0.
 *
 * @throws DTypeError for integers; ValueError for a negative threshold
 *
 * @example
 * optimizer.step();
 * torch.optim.proximalL1_(w, lr * lambda);
 *
 * Source: Daubechies, Defrise and De Mol, An iterative thresholding algorithm, 2004.
 */
export function proximalL1_(parameters: Tensors, threshold: number): void {
  checkNotNegative("proximalL1_", "threshold", threshold);
  const list = listOf("proximalL1_", parameters);
  noGrad(() => {
    for (const w of list) w.copy_(w.sign().mul(w.abs().sub(threshold).clamp({ min: 0 })));
  });
}
