// Points that no line separates: three arms of a spiral, one a class.

import type { Tensor } from "torchlet";
import * as torch from "torchlet";

/** `n` points in the plane and their classes, 0 to 2. */
export function spirals(n: number, noise = 0.15): [X: Tensor, y: Tensor] {
  const r = torch.rand(n);
  const y = torch.arange(n).remainder(3).to(torch.int32);
  const angle = r
    .mul(4)
    .add(y.mul((2 * Math.PI) / 3))
    .add(torch.randn(n).mul(noise));
  return [torch.stack([r.mul(angle.cos()), r.mul(angle.sin())], 1).mul(2), y];
}
