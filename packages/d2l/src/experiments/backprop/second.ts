// Second derivatives: the gradient is a function too, and can be differentiated.

import type { Tensor } from "torchlet";
import * as torch from "torchlet";

const { grad } = torch.autograd;

/** The gradient with its own graph. */
export function gradientOf(J: Tensor, w: Tensor): Tensor {
  return grad(J, w, { createGraph: true })[0]!;
}

/** All second derivatives (n, n): one backward pass through the gradient's graph for each of its n numbers. */
export function hessian(J: Tensor, w: Tensor): { H: Tensor; passes: number } {
  const g = gradientOf(J, w).reshape(-1);
  const rows = g.unbind().map((gi) => grad(gi, w, { retainGraph: true })[0]!.reshape(-1));
  return { H: torch.stack(rows), passes: 1 + rows.length };
}

/** H v without H: the gradient of <g, v>, two passes whatever n is. */
export function hessianVector(J: Tensor, w: Tensor, v: Tensor): Tensor {
  return grad(gradientOf(J, w).mul(v).sum(), w)[0]!;
}

/** The same by differences of the gradient of w, which is changed by a small step in each of its numbers: a test of `hessian`. */
export function hessianByDifferences(objective: () => Tensor, w: Tensor, step = 1e-5): Tensor {
  const flat = w.data.reshape(-1);
  const gradientAt = (k: number, by: number) => {
    torch.noGrad(() => flat.select(0, k).add_(by));
    const gradient = grad(objective(), w)[0]!.reshape(-1);
    torch.noGrad(() => flat.select(0, k).add_(-by));
    return gradient;
  };
  const rows = Array.from({ length: w.numel() }, (_, k) => gradientAt(k, step).sub(gradientAt(k, -step)));
  return torch.stack(rows).div(2 * step);
}
