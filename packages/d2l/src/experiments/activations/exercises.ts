// F25 and the book's exercises: pReLU, Swish and GELU, networks with sigmoid as networks with tanh, functions of a whole minibatch.
import * as torch from "torchlet";
import { localize, nn, type Tensor } from "torchlet";
import { plot } from "../../toolkit/plot.js";
import { maxDifference } from "../measured.js";
import { type Context, limits } from "./claims.js";
import { gelu, prelu, swish, swishDerivative, tanhFromSigmoid } from "./functions.js";

const { functional: F } = nn;

/** The relatives of relu: their formulas, their derivatives, and both drawn. */
export function relatives({ check }: Context, alpha: number, beta: number): void {
  const x = torch.arange(-8.0, 8.0, 0.1, { requiresGrad: true });
  const slope = torch.tensor([alpha], { requiresGrad: true });
  const y = F.prelu(x, slope);
  y.sum().backward();
  const preluErrors = [
    maxDifference(y, prelu(x, alpha)),
    maxDifference(x.grad!, torch.where(x.detach().le(0), slope.detach(), torch.onesLike(slope))),
    // The sum over the points: of size 324, hence relative.
    Math.abs(slope.grad!.item() / x.detach().clamp({ max: 0 }).sum().item() - 1),
  ];
  check("prelu", Math.max(...preluErrors), Math.max(...preluErrors) < limits.prelu);

  const wide = x.detach().to(torch.float64).requiresGrad_();
  // At beta = 1 alone a forgotten factor beta would not be seen.
  const swishErrors = [beta, 2].map((factor) => {
    const [gradient] = torch.autograd.grad([swish(wide, factor).sum()], [wide]);
    return maxDifference(gradient!, swishDerivative(wide.detach(), factor));
  });
  const geluError = maxDifference(F.gelu(wide), gelu(wide));
  const worst = Math.max(...swishErrors, geluError);
  check("swish", worst, worst < limits.swish);

  const functions = [F.prelu(x, slope.detach()), gelu(x), swish(x, beta)];
  const derivatives = functions.map((f) => torch.autograd.grad([f.sum()], [x])[0]!);
  const shown = {
    figsize: [5, 2.5],
    legend: [`pReLU, α = ${alpha}`, "GELU", `Swish, β = ${beta}`],
    xlim: [-4, 4],
  } as const;
  plot(x.detach(), functions, "x", "f(x)", {
    ...shown,
    id: "relatives",
    ylim: [-1.2, 4],
    caption: localize({
      en: "Relatives of ReLU, which let something of the negative side through",
      zh: "ReLU 的变体：负半轴不全为 0",
    }),
  });
  plot(x.detach(), derivatives, "x", "grad of f", {
    ...shown,
    id: "grad-of-relatives",
    caption: localize({
      en: "Their derivatives: GELU and Swish have no step at 0, and go above 1",
      zh: "它们的导数：GELU 与 Swish 在 0 处没有跳跃，且会超过 1",
    }),
  });
}

/** Two questions of the book: are sigmoid and tanh the same, and may a non-linearity see the whole minibatch? */
export function questions({ check }: Context): void {
  const converted = tanhFromSigmoid(5, 8, 3);
  check("sameClass", converted, converted < limits.sameClass);

  // Standardized over the minibatch, a sample's output depends on its company.
  const batch = torch.randn(8, 4);
  const over = (X: Tensor) => X.sub(X.mean(0)).div(X.var(0, { correction: 0 }).sqrt());
  const firstOf = (n: number) => over(batch.narrow(0, 0, n)).narrow(0, 0, 1);
  const company = maxDifference(firstOf(8), firstOf(4));
  const undefinedAlone = firstOf(1).isnan().sum().item();
  check("minibatch", `${company.toFixed(2)}; ${undefinedAlone}`, company > limits.minibatch && undefinedAlone === 4);
}
