// F112, F114 to F119: what keeps variance the same from layer to layer, and what fifty layers make of a signal where it is not.

import * as torch from "torchlet";
import { defineExperiment } from "./experiment.js";
import { seedsFrom } from "./seeds.js";
import { showByLayer } from "./variance/by-layer.js";
import { claims, labels } from "./variance/claims.js";
import { showConditions, showDrawnWeights } from "./variance/conditions.js";
import { showTable } from "./variance/fifty-layers.js";
import { showNearZero } from "./variance/near-zero.js";

/** `torchlet run variance` */
export const variance = defineExperiment({
  id: "variance",
  section: "3.6.2.3",
  title: { en: "Variance through fifty layers", zh: "五十层中的方差" },
  summary: {
    en: "conditions on initial weights, Xavier, He, and which activations they keep alive",
    zh: "初始权重的条件、Xavier 与 He，以及它们适用的激活函数",
  },
  explain: {
    shows: {
      en: "A signal passes forward through 50 layers and a gradient passes back. Each layer multiplies their variances by a number that depends on the initial weights and on the activation; only where it is 1 in both directions does anything arrive.",
      zh: "信号向前通过 50 层，梯度反向返回。每一层都把方差乘以一个取决于初始权重与激活函数的数；只有两个方向上该数都为 1 时，才有东西能到达另一端。",
    },
    lookFor: [
      {
        en: "Straight lines on the logarithmic scale: the factor of a layer is the same at every depth.",
        zh: "对数坐标上的直线：每一层的倍数在各深度都相同。",
      },
      {
        en: "Xavier keeps linear layers, tanh and 4 sigmoid - 2 alive; He keeps ReLU; nothing keeps the plain sigmoid, whose slope is at most 1/4.",
        zh: "Xavier 使线性层、tanh 与 4 sigmoid - 2 保持活力；He 适用于 ReLU；而斜率至多为 1/4 的普通 sigmoid 无法挽救。",
      },
      {
        en: "Near 0 tanh, ReLU (to the right) and 4 sigmoid - 2 follow the diagonal; the sigmoid has slope 1/4 and does not pass through 0.",
        zh: "在 0 附近 tanh、ReLU（右侧）与 4 sigmoid - 2 都贴近对角线；sigmoid 的斜率为 1/4，且不过原点。",
      },
    ],
  },
  covers: ["F112", "F118"],
  corrections: ["P8", "P11"],
  claims,
  labels,
  options: {
    depth: { type: "integer", default: 50, min: 2, max: 500, help: { en: "layers", zh: "层数" } },
    width: { type: "integer", default: 256, min: 8, max: 2048, help: { en: "units a layer", zh: "每层的单元数" } },
    batch: { type: "integer", default: 256, min: 8, max: 4096, help: { en: "samples", zh: "样本数" } },
    seeds: { type: "integer", default: 5, min: 1, max: 100, help: { en: "repetitions", zh: "重复次数" } },
    seed: { type: "integer", default: 0, help: { en: "first seed", zh: "第一个随机数种子" } },
  },
  quick: { seeds: 1 },
  async run(context, { depth, width, batch, seeds, seed }) {
    const seedsOf = seedsFrom(seed, seeds);
    const size = { depth, width, batch };
    const metrics = showConditions(context, seedsOf);
    await torch.utils.data.breathe();
    if (context.signal.aborted) return { metrics };
    showDrawnWeights(context, seedsOf);
    await torch.utils.data.breathe();
    if (context.signal.aborted) return { metrics };
    showNearZero(context);
    if (await showTable(context, size, seedsOf)) await showByLayer(context, size, seedsOf);
    return { metrics };
  },
});
