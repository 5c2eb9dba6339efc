// Gradients held against finite differences.
import { AutogradError } from "../errors/index.js";
import { Tensor } from "../tensor/tensor.js";
import { grad } from "./grad.js";
import { enableGrad, noGrad } from "./modes.js";

/** Options of `gradcheck`. */
export interface GradcheckOptions {
  /** Half the distance of the two points of a difference. Default: 1e-6. */
  readonly eps?: number;
  /** Default: 1e-5. */
  readonly atol?: number;
  /** Default: 1e-3. */
  readonly rtol?: number;
  /** Throws instead of returning false. Default: true. */
  readonly raiseException?: boolean;
}

type Checked = (...inputs: Tensor[]) => Tensor | readonly Tensor[];

function outputsOf(body: Checked, inputs: readonly Tensor[]): readonly Tensor[] {
  const out = body(...inputs);
  return (out instanceof Tensor ? [out] : out).filter((t) => t.dtype.isFloatingPoint);
}

/**
 * Whether a function's gradients agree with central differences: `(f(x + eps) - f(x - eps)) / 2 eps`, element by element,
 * in float64.
 *
 * @param inputs float64 leaves; those that require a gradient are checked
 * @throws AutogradError where they differ, unless `raiseException` is false
 *
 * @example
 * const x = torch.randn(3, { dtype: torch.float64, requiresGrad: true });
 * torch.autograd.gradcheck((x) => x.exp(), [x]); // true
 */
export function gradcheck(body: Checked, inputs: readonly Tensor[], options: GradcheckOptions = {}): boolean {
  const { eps = 1e-6, atol = 1e-5, rtol = 1e-3, raiseException = true } = options;
  const checked = inputs.filter((x) => x.requiresGrad);
  const outputs = outputsOf(body, inputs).filter((t) => t.requiresGrad);
  const perElement = (evaluate: () => readonly Tensor[]) => evaluate().map((t) => t.toTypedArray());
  for (const [which, x] of checked.entries()) {
    if (x.dtype.name !== "float64") {
      throw new AutogradError("gradcheck-dtype", {
        path: "gradcheck",
        rule: {
          en: `input ${which} must be float64, got ${x.dtype}`,
          zh: `第 ${which} 个输入必须是 float64，得到的是 ${x.dtype}`,
        },
        expected: "float64",
        received: x.dtype.name,
        hint: { en: "differences of float32 values are too coarse", zh: "float32 的差分精度不够" },
      });
    }
    // Each element of each output has a row of analytical derivatives.
    const analytical = outputs.map((out) =>
      Array.from({ length: out.numel() }, (_, j) => {
        const seed = out.detach().mul(0);
        seed.reshape(-1).narrow(0, j, 1).fill_(1);
        const [g] = grad(out, x, { gradOutputs: seed, retainGraph: true, allowUnused: true });
        return g?.toTypedArray() ?? null;
      }),
    );
    const flat = x.data.reshape(-1);
    for (let i = 0; i < x.numel(); i++) {
      const element = flat.narrow(0, i, 1);
      const before = element.item();
      const at = (value: number) => {
        element.fill_(value);
        return perElement(() => noGrad(() => outputsOf(body, inputs)));
      };
      const high = at(before + eps);
      const low = at(before - eps);
      element.fill_(before);
      for (const [o, rows] of analytical.entries()) {
        for (const [j, row] of rows.entries()) {
          const numerical = (high[o]![j]! - low[o]![j]!) / (2 * eps);
          const own = row?.[i] ?? 0;
          if (Math.abs(own - numerical) <= atol + rtol * Math.abs(numerical)) continue;
          if (!raiseException) return false;
          throw new AutogradError("gradcheck", {
            path: "gradcheck",
            rule: {
              en: `the derivative of output ${o}[${j}] by input ${which}[${i}] is ${own}, finite differences say ${numerical}`,
              zh: `输出 ${o}[${j}] 对输入 ${which}[${i}] 的导数为 ${own}，有限差分为 ${numerical}`,
            },
            expected: numerical,
            received: own,
          });
        }
      }
    }
  }
  return true;
}

/** Whether the gradients of a function's gradients agree with central differences; see `gradcheck`. */
export function gradgradcheck(body: Checked, inputs: readonly Tensor[], options: GradcheckOptions = {}): boolean {
  const first = (...given: Tensor[]) => {
    const outputs = outputsOf(body, given).filter((t) => t.requiresGrad);
    const wanted = given.filter((x) => x.requiresGrad);
    // Weights that differ from element to element, so that no mistake cancels out.
    const seeds = outputs.map((t) => {
      const seed = t.detach().mul(0).add(1);
      const values = seed.reshape(-1);
      for (let i = 0; i < t.numel(); i++) values.narrow(0, i, 1).fill_(1 + 0.1 * ((i * 7) % 5));
      return seed;
    });
    const gradients = grad(outputs, wanted, { gradOutputs: seeds, createGraph: true, allowUnused: true });
    return gradients.filter((g): g is Tensor => g?.requiresGrad === true);
  };
  // The inner gradient needs recording even where the differences are taken.
  const recorded = (...given: Tensor[]) => enableGrad(() => first(...given));
  return gradcheck(recorded, inputs, options);
}
