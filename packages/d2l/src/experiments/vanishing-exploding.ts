// F103 to F110: gradients are products of many factors; what that makes of them, above all in half precision.
import * as torch from "torchlet";
import { localize } from "torchlet";
import { plot } from "../toolkit/plot.js";
import { defineExperiment } from "./experiment.js";
import { seedsFrom } from "./seeds.js";
import { short } from "./short.js";
import { type Context, claims, labels } from "./vanishing-exploding/claims.js";
import { showDeepSigmoid } from "./vanishing-exploding/deep-sigmoid.js";
import { showChainRule, showReluProducts } from "./vanishing-exploding/jacobians.js";
import { showRates } from "./vanishing-exploding/learning-rates.js";
import { matrixTable, showMatrices, showPowers } from "./vanishing-exploding/products.js";

/** The book's cell: one matrix, times a hundred others. */
function showMatrix({ report }: Context, seed: number, factors: number): void {
  torch.manualSeed(seed);
  let M = torch.normal(0, 1, [4, 4]);
  report.table(matrixTable(M, { en: "A single matrix", zh: "一个矩阵" }));
  for (let i = 0; i < factors; i++) M = torch.mm(M, torch.normal(0, 1, [4, 4]));
  report.table(matrixTable(M, { en: `After ${factors} products`, zh: `乘以 ${factors} 个矩阵后` }));
}

/** The sigmoid and its gradient, as the book draws them. */
function showSigmoid({ report, check }: Context): void {
  const x = torch.arange(-8, 8, 0.1, { requiresGrad: true });
  const y = torch.sigmoid(x);
  y.backward(torch.onesLike(x));
  const drawn = plot(x.detach(), [y.detach(), x.grad!], {
    legend: ["sigmoid", "gradient"],
    xlabel: "x",
    figsize: [4.5, 2.5],
    id: "sigmoid",
  });
  report.figure({ ...drawn, caption: localize({ en: "The sigmoid and its gradient", zh: "sigmoid 及其梯度" }) });

  const points = torch.tensor([0, 6, -6], { dtype: torch.float64, requiresGrad: true });
  torch.sigmoid(points).backward(torch.onesLike(points));
  const [middle, ...tails] = points.grad!.tolist() as [number, number, number];
  check(
    "sigmoidGradient",
    [middle, ...tails].map((value) => short(value)).join(", "),
    middle === 0.25 && tails.every((value) => Math.abs(value - 0.00247) < 1e-5) && x.grad!.max().item() <= 0.25,
  );
}

/** `torchlet run vanishing-exploding` */
export const vanishingExploding = defineExperiment({
  id: "vanishing-exploding",
  section: "3.6.1",
  title: { en: "Vanishing and exploding gradients", zh: "梯度消失与梯度爆炸" },
  summary: {
    en: "products of Jacobians and of random matrices, half precision, deep sigmoid networks",
    zh: "雅可比矩阵与随机矩阵之积、半精度、深层 sigmoid 网络",
  },
  explain: {
    shows: {
      en: "The gradient of a deep network is a product with one Jacobian a layer. A product of many factors grows or shrinks exponentially: it overflows, which half precision does after a dozen factors, or nothing is left of it for the layers at the bottom.",
      zh: "深层网络的梯度是逐层雅可比矩阵之积。许多因子之积按指数增长或缩小：要么溢出（半精度在十几个因子后就会），要么传到底层时已所剩无几。",
    },
    lookFor: [
      {
        en: "Straight lines on logarithmic axes; in half precision they end at 65504 above and at 6e-8 below.",
        zh: "对数坐标上的直线；半精度的线上止于 65504，下止于 6e-8。",
      },
      {
        en: "The window of learning rates that work, between those that change nothing and those that end in NaN; in half precision the lower end is rounded away.",
        zh: "可用学习率的窗口：过小则毫无变化，过大则以 NaN 告终；半精度下较小的更新会被舍入掉。",
      },
      {
        en: "The last figure: only the top layers of a deep sigmoid network have gradients, and only they move.",
        zh: "最后一幅图：深层 sigmoid 网络只有顶部几层有梯度，也只有它们在变化。",
      },
    ],
  },
  covers: ["F103", "F104", "F108", "F110"],
  corrections: ["P9", "P31"],
  claims,
  labels,
  options: {
    depth: {
      type: "integer",
      default: 100,
      min: 2,
      max: 1000,
      help: { en: "factors of the products", zh: "积的因子数" },
    },
    trials: {
      type: "integer",
      default: 300,
      min: 5,
      max: 10_000,
      help: { en: "products of random matrices", zh: "随机矩阵之积的个数" },
    },
    layers: {
      type: "integer",
      default: 8,
      min: 1,
      max: 50,
      help: { en: "hidden layers of the deep sigmoid network", zh: "深层 sigmoid 网络的隐藏层数" },
    },
    steps: { type: "integer", default: 1000, min: 10, max: 100_000, help: { en: "steps of training", zh: "训练步数" } },
    sweepSteps: {
      type: "integer",
      default: 200,
      min: 10,
      max: 10_000,
      help: { en: "steps of training for each learning rate", zh: "每个学习率的训练步数" },
    },
    seeds: { type: "integer", default: 5, min: 1, max: 100, help: { en: "repetitions", zh: "重复次数" } },
    seed: { type: "integer", default: 0, help: { en: "first seed", zh: "第一个随机数种子" } },
  },
  quick: { seeds: 1 },
  async run(context, { depth, trials, layers, steps, sweepSteps, seeds, seed }) {
    const { signal } = context;
    const seedsOf = seedsFrom(seed, seeds);
    showChainRule(context, seedsOf);
    showPowers(context, depth);
    await torch.utils.data.breathe();
    showMatrix(context, seed, depth);
    const log10Max = showMatrices(context, depth, trials, seedsOf);
    await torch.utils.data.breathe();
    if (signal.aborted) return { metrics: { log10Max } };
    showReluProducts(context, depth, seedsOf);
    await showRates(context, sweepSteps, seedsOf);
    if (signal.aborted) return { metrics: { log10Max } };
    showSigmoid(context);
    const best = await showDeepSigmoid(context, layers, steps, seedsOf);
    return { metrics: { log10Max, ...best } };
  },
});
