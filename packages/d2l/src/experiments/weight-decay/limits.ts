// F74 to F77: a ball for the weights, or a price on them: the same optimum.
import * as torch from "torchlet";
import { localize, type Tensor } from "torchlet";
import type { Panel } from "../../report/figure.js";
import * as visualize from "../../visualize/index.js";
import type { Part } from "./part.js";
import { type Linear, lossOf, meanLoss, ridge, samples, squaredNorm, withinBall } from "./ridge.js";

const difference = (a: Linear, b: Linear) => Math.max(a.w.sub(b.w).abs().max().item(), Math.abs(a.b - b.b));

/** For every lambda its theta = ||w*(lambda)||², and back: at the edge of the ball, lambda = -w · gradient / ||w||². */
export const limits: Part = async ({ report, check }) => {
  const [X, y] = samples([2, -1.5, 1, 0.5, 0, 0, -0.5, 1], 0.7, 60, 0.5);
  const lambdas = [0, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100];
  const soft = lambdas.map((lambda) => ridge(X, y, lambda));
  const thetas = soft.map(({ w }) => squaredNorm(w));
  const hard = thetas.map((theta) => withinBall(X, y, theta));
  const found = hard.map(({ w, b }) => {
    const leaf = w.clone().requiresGrad_(true);
    meanLoss(X, y, leaf, b).backward();
    return -leaf.grad!.mul(w).sum().item() / squaredNorm(w);
  });
  const apart = hard.map((each, i) => difference(each, soft[i]!));
  report.table({
    caption: {
      en: "The hard limit ‖w‖² <= θ and the soft one λ/2 ‖w‖²: for every λ a θ with the same optimum",
      zh: "硬性限制 ‖w‖² <= θ 与柔性限制 λ/2 ‖w‖²：每个 λ 都有一个 θ 给出同样的最优解",
    },
    columns: [
      { en: "λ", zh: "λ" },
      { en: "θ = ‖w*(λ)‖²", zh: "θ = ‖w*(λ)‖²" },
      { en: "λ found from θ", zh: "由 θ 求回的 λ" },
      { en: "largest difference", zh: "最大差异" },
      { en: "training loss", zh: "训练损失" },
    ],
    rows: lambdas.map((lambda, i) => [lambda, thetas[i]!, found[i]!, apart[i]!, lossOf(X, y, hard[i]!)]),
  });
  check("sameOptimum", Math.max(...apart), Math.max(...apart) < 1e-6);
  const errors = lambdas.map((lambda, i) => Math.abs(found[i]! - lambda));
  check("multiplier", Math.max(...errors), Math.max(...errors) < 1e-4);

  const fine = [0, ...Array.from({ length: 49 }, (_, i) => 10 ** (-3 + i / 8))];
  const norms = fine.map((lambda) => Math.sqrt(squaredNorm(ridge(X, y, lambda).w)));
  const rising = norms.slice(1).filter((norm, i) => !(norm < norms[i]!)).length;
  check("monotone", rising, rising === 0);
  const free = withinBall(X, y, Number.POSITIVE_INFINITY);
  const huge = Math.sqrt(squaredNorm(ridge(X, y, 1e9).w));
  const none = difference(free, soft[0]!);
  check("ends", `${none.toExponential(1)}, ${huge.toExponential(1)}`, none < 1e-6 && huge < 1e-6);
  const losses = hard.map((each) => lossOf(X, y, each));
  const falling = losses.slice(1).filter((loss, i) => !(loss > losses[i]!)).length;
  check("smallerTheta", falling, falling === 0);

  const caption = localize(contourCaption);
  report.figure(visualize.figureOf("contours", contourPanels(check), { caption, panelSize: [4.6, 2.7] }));
  const path: Panel = {
    xlabel: "λ",
    ylabel: "‖w*‖",
    xscale: "log",
    yscale: "log",
    series: [
      {
        x: fine.slice(1),
        y: norms.slice(1),
        label: localize({ en: "soft: ridge, solved", zh: "柔性：岭回归的解" }),
        format: "C0-",
      },
      {
        x: lambdas.slice(1),
        y: hard.slice(1).map(({ w }) => Math.sqrt(squaredNorm(w))),
        label: localize({ en: "hard: projected gradient", zh: "硬性：投影梯度下降" }),
        format: "C3o",
      },
    ],
  };
  report.figure(
    visualize.figureOf("limits", [path], {
      caption: localize({
        en: "The larger λ, the smaller the weights; gradient descent within the ball of θ = ‖w*(λ)‖² ends at the same norm.",
        zh: "λ 越大，权重越小；在 θ = ‖w*(λ)‖² 的球内做梯度下降，终点的范数相同。",
      }),
      panelSize: [5.5, 3],
    }),
  );
};

const heights = {
  loss: { en: "loss", zh: "损失" },
  lossTitle: { en: "the loss ℓ", zh: "损失 ℓ" },
  sum: { en: "loss + penalty", zh: "损失 + 惩罚" },
};

const contourCaption = {
  en: "Left: without a limit the minimum is w̃*; within the ball it moves to w*, where a contour of the loss touches the circle. Right: with the penalty the same w* is the minimum of the sum.",
  zh: "左：没有限制时最优解是 w̃*；限制在圆内时移到 w*，损失的等高线在此与圆相切。右：加上惩罚项后，同一个 w* 是两项之和的最小点。",
};

/** F77: the loss of two weights, with and without the penalty. */
function contourPanels(check: Parameters<Part>[0]["check"]): Panel[] {
  const correlated = torch.tensor([[1, 0.6], [0, 0.8]], { dtype: torch.float64 }); // biome-ignore format: a matrix
  const [Z] = samples([0, 0], 0, 80, 0);
  const X = Z.matmul(correlated);
  const y = X.matmul(torch.tensor([[2.9], [0.9]], { dtype: torch.float64 })).add(torch.randn(80, 1).mul(0.3));
  const lambda = 1;
  const [free, held] = [0, lambda].map((l) => ridge(X, y, l)) as [Linear, Linear];
  const at = ({ w }: Linear) => w.reshape(-1).tolist() as [number, number];
  const radius = Math.sqrt(squaredNorm(held.w));

  // The bias has its best value for each pair of weights: that of the means.
  const [centredX, centredY] = [X.sub(X.mean(0)), y.sub(y.mean())];
  const losses = (W: Tensor) => {
    const errors = centredX.matmul(W.to(torch.float64).t()).sub(centredY);
    return errors.square().mean(0).div(2);
  };
  const gradient = centredX.t().matmul(centredX.matmul(held.w).sub(centredY));
  const cosine = gradient.mul(held.w).sum().div(gradient.norm().mul(held.w.norm())).item();
  check("contours", cosine, Math.abs(cosine + 1) < 1e-9 && radius < Math.sqrt(squaredNorm(free.w)));

  const trail = Array.from({ length: 60 }, (_, i) => at(ridge(X, y, 10 ** (-3 + i / 10))));
  const box = { xlim: [-3, 4.8], ylim: [-2.1, 2.7], xlabel: "w1", ylabel: "w2", scale: "log" } as const;
  const points = (): Pick<Panel, "marks" | "series"> => ({
    series: [
      { x: trail.map(([a]) => a), y: trail.map(([, b]) => b), label: "w*(λ)", format: "k:" },
      visualize.circle(radius, "‖w‖² = θ", "r--"),
    ],
    marks: [
      { kind: "dots", x: [at(free)[0], at(held)[0], 0], y: [at(free)[1], at(held)[1], 0], color: "C3", size: 3.5 },
      {
        kind: "texts",
        x: [at(free)[0], at(held)[0], 0],
        y: [at(free)[1], at(held)[1], 0],
        texts: ["w̃*", "w*", "0"],
        above: 9,
      },
    ],
  });
  const sum = (W: Tensor) =>
    losses(W).add(
      W.to(torch.float64)
        .square()
        .sum(1)
        .mul(lambda / 2),
    );
  return [
    visualize.contours(losses, {
      ...box,
      ...points(),
      label: localize(heights.loss),
      title: localize(heights.lossTitle),
    }),
    visualize.contours(sum, { ...box, ...points(), label: localize(heights.sum), title: "ℓ + λ/2 ‖w‖², λ = 1" }),
  ];
}

/** F74: one theta for 5, 20 and 80 weights. */
export const components: Part = async ({ report, check }) => {
  const rows = [5, 20, 80].map((d) => {
    const [X, y] = samples(new Array<number>(d).fill(1), 0, 400, 0.1);
    const w = withinBall(X, y, 1).w.abs();
    return [d, w.max().item(), w.mean().item(), squaredNorm(w)] as const;
  });
  report.table({
    caption: {
      en: "The same θ = 1 for more and more weights (all true weights are 1)",
      zh: "同样的 θ = 1，权重越来越多（真实权重都是 1）",
    },
    columns: [
      { en: "weights", zh: "权重数" },
      { en: "largest |w|", zh: "最大 |w|" },
      { en: "mean |w|", zh: "平均 |w|" },
      { en: "‖w‖²", zh: "‖w‖²" },
    ],
    rows,
  });
  const largest = rows.map(([, max]) => max);
  check(
    "components",
    largest.map((max) => max.toFixed(3)).join(", "),
    largest.every((max, i) => i === 0 || max < largest[i - 1]!),
  );
};
