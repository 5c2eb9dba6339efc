// Gradients against central finite differences in float64, first and second derivatives.
import * as torch from "../../src/index.js";
import { numbers } from "./compare.js";

export type Differentiable = (...inputs: torch.Tensor[]) => torch.Tensor | readonly torch.Tensor[];

/** A float64 leaf of values on [low, high] that no two runs change. */
export function leaf(shape: readonly number[], low = -1, high = 1, seed = 1): torch.Tensor {
  const random = numbers(seed * 7919 + shape.length);
  const count = shape.reduce((n, s) => n * s, 1);
  const values = Float64Array.from({ length: count }, () => low + (high - low) * random());
  return torch.tensor(values).reshape(shape).requiresGrad_();
}

/** The results' sum under fixed random weights: one number that depends on every element of every result. */
function weighted(results: torch.Tensor | readonly torch.Tensor[]): torch.Tensor {
  const list = results instanceof torch.Tensor ? [results] : results.filter((r) => r.requiresGrad);
  return list.map((r, i) => r.mul(leaf(r.shape, 0.5, 1.5, 100 + i).detach()).sum()).reduce((a, b) => a.add(b));
}

const STEP = 1e-6;

/** The derivative of `value` after each element of `x`, by central differences. */
function numeric(x: torch.Tensor, value: () => number): Float64Array {
  const values = x.toTypedArray();
  const out = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const at = (v: number) => {
      const changed = Float64Array.from(values);
      changed[i] = v;
      torch.noGrad(() => x.copy_(torch.tensor(changed).reshape(x.shape)));
      return value();
    };
    out[i] = (at(values[i]! + STEP) - at(values[i]! - STEP)) / (2 * STEP);
  }
  torch.noGrad(() => x.copy_(torch.tensor(Float64Array.from(values)).reshape(x.shape)));
  return out;
}

function compare(what: string, got: ArrayLike<number>, want: ArrayLike<number>, tolerance: number): string | null {
  for (let i = 0; i < want.length; i++) {
    if (!(Math.abs(got[i]! - want[i]!) <= tolerance * (1 + Math.abs(want[i]!)))) {
      return `${what}, element ${i}: got ${got[i]}, finite differences ${want[i]}`;
    }
  }
  return null;
}

/** Compares the gradients of every input; a text where they differ, else null. */
export function gradcheck(f: Differentiable, inputs: readonly torch.Tensor[], tolerance = 1e-7): string | null {
  const grads = torch.autograd.grad(weighted(f(...inputs)), inputs, { allowUnused: true });
  for (const [i, x] of inputs.entries()) {
    if (!x.requiresGrad) continue;
    const want = numeric(x, () => weighted(f(...inputs)).item());
    const got = grads[i]?.toTypedArray() ?? new Float64Array(want.length);
    const wrong = compare(`gradient of input ${i}`, got, want, tolerance);
    if (wrong !== null) return wrong;
  }
  return null;
}

/** The same for second derivatives, through `createGraph`; of the squares, so that those of linear operations are not 0. */
export function gradgradcheck(f: Differentiable, inputs: readonly torch.Tensor[], tolerance = 1e-6): string | null {
  return gradcheck(
    (...xs) => {
      const wanted = xs.filter((x) => x.requiresGrad);
      const results = f(...xs);
      const squares = (results instanceof torch.Tensor ? [results] : results).map((r) => r.mul(r));
      const grads = torch.autograd.grad(weighted(squares), wanted, { createGraph: true, allowUnused: true });
      return grads.filter((g): g is torch.Tensor => g !== null);
    },
    inputs,
    tolerance,
  );
}
