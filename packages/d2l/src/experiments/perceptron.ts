// F1 to F13, F15: the perceptron, its theorem, and where linear models fail. Each part is a file in perceptron/.
import * as torch from "torchlet";
import { defineExperiment } from "./experiment.js";
import { claims, labels } from "./perceptron/claims.js";
import { convergence } from "./perceptron/convergence.js";
import { descent } from "./perceptron/descent.js";
import { features } from "./perceptron/features.js";
import { learning } from "./perceptron/learning.js";
import { order } from "./perceptron/order.js";
import { outputs } from "./perceptron/outputs.js";
import { pictures } from "./perceptron/pictures.js";

/** `torchlet run perceptron` */
export const perceptron = defineExperiment({
  id: "perceptron",
  section: "3.1.1",
  title: { en: "The perceptron and its limits", zh: "感知机及其局限" },
  summary: {
    en: "how it learns, how many mistakes it may make, and what no linear model can do",
    zh: "它如何学习、最多犯多少错，以及线性模型做不到的事",
  },
  explain: {
    shows: {
      en: "A perceptron adds every sample that it gets wrong to its weights, until it gets none wrong. The theorem says how often that can happen, and two points show that the theorem is misprinted in the notes. The rule is then found again as gradient descent with batches of one. At the end three things that no linear model can do: relations with a turn, relations that flatten, and pictures that move.",
      zh: "感知机把每个分错的样本加到权重上，直到不再分错。收敛定理说明这最多发生多少次，而两个点就能说明笔记中的定理印错了。随后把该规则还原为批量为 1 的梯度下降。最后是线性模型做不到的三件事：有转折的关系、逐渐变平的关系，以及会移动的图片。",
    },
    lookFor: [
      {
        en: "The line jumps with every update, and settles when no sample is left on the wrong side.",
        zh: "每次更新直线都会跳动，直到没有样本在错误一侧才停下。",
      },
      {
        en: "The smaller the margin, the more mistakes; the bound grows as 1/ρ², the mistakes more slowly.",
        zh: "间隔越小犯错越多；上界按 1/ρ² 增长，实际犯错次数增长较慢。",
      },
      {
        en: "The model of pictures is right on most of them until they are flipped or moved by a few pixels.",
        zh: "图片模型对大多数图片判断正确，直到图片被翻转或移动几个像素。",
      },
    ],
  },
  covers: ["F1", "F2", "F4", "F10", "F11", "F12", "F13", "F15"],
  corrections: ["P1", "P2", "P3"],
  claims,
  labels,
  options: {
    points: {
      type: "integer",
      default: 100,
      min: 10,
      max: 5000,
      help: { en: "samples of every data set", zh: "每个数据集的样本数" },
    },
    side: {
      type: "number",
      default: 1,
      min: 0.5,
      max: 10,
      help: {
        en: "half the side of the square that the points for the bound lie in: r = side √2",
        zh: "检验上界所用的点所在正方形的半边长：r = side √2",
      },
    },
    seeds: {
      type: "integer",
      default: 5,
      min: 1,
      max: 100,
      help: {
        en: "seeds, each with ten data sets and a model of pictures",
        zh: "种子数，每个种子有十个数据集与一个图片模型",
      },
    },
    orders: {
      type: "integer",
      default: 200,
      min: 2,
      max: 10_000,
      help: { en: "orders in which the samples are visited", zh: "访问样本的不同顺序数" },
    },
    epochs: {
      type: "integer",
      default: 2,
      min: 1,
      max: 1000,
      help: { en: "passes of softmax regression over the pictures", zh: "softmax 回归遍历图片的轮数" },
    },
    seed: { type: "integer", default: 0, min: 0, help: { en: "seed of all random numbers", zh: "随机数种子" } },
  },
  quick: { seeds: 2, orders: 50, epochs: 1 },
  async run(context, { points, side, seeds, orders, epochs, seed }) {
    const parts: [en: string, zh: string, run: () => unknown][] = [
      ["the line as it learns", "学习中的直线", () => learning(context, points)],
      ["three kinds of output", "三种输出", () => outputs(context)],
      ["mistakes and the bound", "犯错次数与上界", () => convergence(context, { points, side, seeds, seed })],
      ["gradient descent", "梯度下降", () => descent(context, points, seeds, seed)],
      ["orders", "样本顺序", () => order(context, points, orders)],
      ["features", "特征", () => features(context, seeds, seed)],
      ["pictures", "图片", () => pictures(context, epochs, seeds, seed)],
    ];
    const measured: Record<string, unknown> = {};
    for (const [done, [en, zh, part]] of parts.entries()) {
      context.report.progress({ label: { en, zh }, done, total: parts.length });
      torch.manualSeed(seed);
      Object.assign(measured, await part());
      await torch.utils.data.breathe();
      if (context.signal.aborted) break;
    }
    const { dataset, ...metrics } = measured as { dataset?: string } & Record<string, number>;
    return { ...(dataset === undefined ? {} : { dataset }), metrics };
  },
});
