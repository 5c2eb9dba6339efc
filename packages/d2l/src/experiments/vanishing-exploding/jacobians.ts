// A gradient as the product that the chain rule makes of it, beside autograd's.

import * as torch from "torchlet";
import { localize, type Tensor } from "torchlet";
import { figureOf } from "../../visualize/index.js";
import { median } from "../measured.js";
import { withSeeds } from "../seeds.js";
import { short } from "../short.js";
import type { Context } from "./claims.js";
import { count, lineFormats } from "./numbers.js";

const { float64 } = torch;

export const activations = {
  sigmoid: { f: (z: Tensor) => torch.sigmoid(z), slope: (z: Tensor) => torch.sigmoid(z).mul(torch.sigmoid(z.neg())) },
  tanh: { f: (z: Tensor) => torch.tanh(z), slope: (z: Tensor) => torch.tanh(z).square().neg().add(1) },
  relu: { f: (z: Tensor) => torch.relu(z), slope: (z: Tensor) => z.gt(0).to(z.dtype) },
};

export type ActivationName = keyof typeof activations;

/** h^t = σ(W^t h^(t-1)): weights as they multiply columns, h[0] being the input, z[t] = W^t h[t-1]. */
export interface DeepNet {
  readonly W: readonly Tensor[];
  readonly z: readonly Tensor[];
  readonly h: readonly Tensor[];
}

/** A net with layers of these widths and weights of variance 2 / n, run on a random input. */
export function deepNet(widths: readonly number[], name: ActivationName): DeepNet {
  const W = widths.slice(1).map((rows, i) => {
    const columns = widths[i]!;
    return torch
      .randn(rows, columns, { dtype: float64 })
      .mul(Math.sqrt(2 / columns))
      .requiresGrad_();
  });
  const h = [torch.randn(widths[0]!, { dtype: float64 }).requiresGrad_()];
  const z: Tensor[] = [];
  for (const [t, Wt] of W.entries()) {
    z.push(Wt.matmul(h[t]!));
    h.push(activations[name].f(z[t]!));
  }
  return { W, z, h };
}

/** ∂h^(t+1)/∂h^t = diag(σ'(W h)) W for every layer, from the first to the last. */
export function jacobians({ W, z }: DeepNet, name: ActivationName): Tensor[] {
  return torch.noGrad(() => W.map((Wt, t) => torch.diag(activations[name].slope(z[t]!)).matmul(Wt)));
}

/** The product of the Jacobians of layers t + 1 to d, the last on the left. */
export function productFrom(J: readonly Tensor[], t: number): Tensor {
  let product = torch.eye(J.at(-1)!.shape[0]!, { dtype: float64 });
  for (let i = J.length - 1; i >= t; i--) product = product.matmul(J[i]!);
  return product;
}

/** The largest difference over the largest element. */
export function difference(a: Tensor, b: Tensor): number {
  return a.data.sub(b.data).abs().max().item() / Math.max(b.data.abs().max().item(), Number.MIN_VALUE);
}

/**
 * ∂ℓ/∂W^t = (∂ℓ/∂h^d · product of Jacobians · diag(σ')) as a column, times h^(t-1) as a row; ℓ = ½‖h^d - y‖².
 *
 * @returns the largest relative difference from autograd's, over all layers
 */
export function byHandAgainstAutograd(net: DeepNet, name: ActivationName): number {
  const { W, z, h } = net;
  const out = h.at(-1)!;
  const y = torch.randn(out.shape, { dtype: float64 });
  const loss = out.sub(y).square().sum().div(2);
  const expected = torch.autograd.grad(loss, [...W]);
  return torch.noGrad(() => {
    const J = jacobians(net, name);
    const last = out.data.sub(y);
    const differences = W.map((_, t) => {
      const arriving = last.matmul(productFrom(J, t + 1));
      const atZ = arriving.mul(activations[name].slope(z[t]!));
      return difference(torch.outer(atZ, h[t]!.data), expected[t]!);
    });
    return Math.max(...differences);
  });
}

/** What becomes of the product when each W is transposed, as the notes write it: a number, or null where the shapes do not fit. */
export function transposedForm(net: DeepNet, name: ActivationName): number | null {
  const J = jacobians(net, name);
  try {
    const transposed = net.W.map((Wt, t) => torch.diag(activations[name].slope(net.z[t]!)).matmul(Wt.data.t()));
    return difference(productFrom(transposed, 0), productFrom(J, 0));
  } catch (error) {
    if (error instanceof torch.ShapeError) return null;
    throw error;
  }
}

/** The product for ReLU from weights alone: rows and columns of silent units struck out, nothing else changed. */
export function reluProduct({ W, z }: DeepNet): Tensor {
  return torch.noGrad(() => {
    const active = z.map((zt) => torch.argwhere(zt.gt(0)).reshape(-1));
    let product = W[0]!.data.indexSelect(0, active[0]!);
    for (let t = 1; t < W.length; t++) {
      const rows = W[t]!.data.indexSelect(0, active[t]!);
      product = rows.indexSelect(1, active[t - 1]!).matmul(product);
    }
    // Silent outputs have rows of zeros.
    const full = torch.zeros(z.at(-1)!.shape[0]!, W[0]!.shape[1]!, { dtype: float64 });
    return full.indexCopy(0, active.at(-1)!, product);
  });
}

/** The norm of the product of ReLU layers by depth, for weights of standard deviation gain sqrt(2 / width). */
export function reluNorms(depth: number, width: number, gain: number): number[] {
  let h = torch.randn(width, { dtype: float64 });
  let product = torch.eye(width, { dtype: float64 });
  return Array.from({ length: depth }, () => {
    const W = torch.randn(width, width, { dtype: float64 }).mul(gain * Math.sqrt(2 / width));
    const z = W.matmul(h);
    product = torch.diag(activations.relu.slope(z)).matmul(W).matmul(product);
    // Only the direction of h decides which units are active; its length would overflow.
    h = torch.relu(z).div(z.norm());
    return product.norm().item();
  });
}

/** The chain rule as a product, and what transposing W would make of it. */
export function showChainRule({ check }: Context, seeds: readonly number[]): void {
  const names = ["sigmoid", "tanh", "relu"] as const;
  const widths = [6, 9, 5, 8, 4, 3];
  const byHand = Math.max(
    ...names.flatMap((name) => withSeeds(seeds, () => byHandAgainstAutograd(deepNet(widths, name), name))),
  );
  check("jacobian", byHand, byHand < 1e-12);
  const square = Math.min(...withSeeds(seeds, () => transposedForm(deepNet([5, 5, 5, 5], "tanh"), "tanh")!));
  const unfit = withSeeds(seeds, () => transposedForm(deepNet(widths, "tanh"), "tanh")).every((of) => of === null);
  check(
    "transposed",
    {
      en: `${short(square)} at least; ${unfit ? "shapes do not fit" : "shapes fit"}`,
      zh: `至少 ${short(square)}；${unfit ? "形状不匹配" : "形状匹配"}`,
    },
    square > 0.1 && unfit,
  );
}

/** Products of ReLU layers: made of weights alone, and growing or shrinking with them by depth. */
export function showReluProducts({ report, check }: Context, depth: number, seeds: readonly number[]): void {
  const fromWeights = withSeeds(seeds, () => {
    const net = deepNet([6, 20, 20, 20, 4], "relu");
    return difference(reluProduct(net), productFrom(jacobians(net, "relu"), 0));
  });
  check("reluProduct", Math.max(...fromWeights), Math.max(...fromWeights) < 1e-12);

  const gains = [1.5, 1, 1 / 1.5];
  const norms = gains.map((gain) => {
    const runs = withSeeds(seeds, () => reluNorms(depth, 64, gain));
    return count(depth).map((i) => median(runs.map((run) => run[i]! / run[0]!)));
  });
  report.figure(
    figureOf(
      "relu-products",
      [
        {
          xlabel: localize({ en: "layers", zh: "层数" }),
          ylabel: localize({ en: "norm of the product", zh: "积的范数" }),
          yscale: "log",
          series: norms.map((y, i) => ({
            x: count(depth).map((layer) => layer + 1),
            y,
            label: localize({ en: `gain ${gains[i]!.toFixed(2)}`, zh: `增益 ${gains[i]!.toFixed(2)}` }),
            format: lineFormats[i]!,
          })),
        },
      ],
      {
        panelSize: [4.5, 3],
        caption: localize({
          en: "ReLU layers whose weights have standard deviation gain · sqrt(2 / width); the norm over that of one layer (medians)",
          zh: "权重标准差为 增益 · sqrt(2 / 宽度) 的 ReLU 层；范数以单层的为 1（中位数）",
        }),
      },
    ),
  );
  if (depth === 100) {
    const ends = norms.map((y) => Math.log10(y.at(-1)!));
    const expected = gains.map((gain) => 99 * Math.log10(gain));
    check(
      "reluGrowth",
      ends.map((end) => `10^${end.toFixed(1)}`).join(", "),
      ends.every((end, i) => Math.abs(end - expected[i]!) < 2),
    );
  }
}
