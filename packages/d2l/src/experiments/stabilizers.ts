// F111: sums in place of products, gates, normalization, clipping; what each does to the gradients of deep networks.

import * as torch from "torchlet";
import { defineExperiment } from "./experiment.js";
import { seedsFrom } from "./seeds.js";
import { claims, labels } from "./stabilizers/claims.js";
import { showClippedTraining, showCutting } from "./stabilizers/clipping.js";
import { showDepth } from "./stabilizers/depth.js";
import { showLars } from "./stabilizers/lars.js";
import { showTime } from "./stabilizers/time.js";

/** `torchlet run stabilizers` */
export const stabilizers = defineExperiment({
  id: "stabilizers",
  section: "3.6.2.1",
  title: { en: "Making training stable", zh: "让训练更加稳定" },
  summary: {
    en: "residual connections, LSTM gates, normalization and clipping, by gradient norms",
    zh: "用梯度范数比较残差连接、LSTM 门控、归一化与裁剪",
  },
  explain: {
    shows: {
      en: "Gradients should stay in a range such as [1e-6, 1e3]. Four means: sums in place of products (residual connections, the cell of an LSTM), normalization, clipping, and initial weights and activations that fit each other.",
      zh: "梯度应保持在如 [1e-6, 1e3] 的范围内。四种办法：把乘法变加法（残差连接、LSTM 的记忆元）、归一化、裁剪，以及相互匹配的初始权重与激活函数。",
    },
    lookFor: [
      {
        en: "By depth: plain layers fall steeply, all others stay between the two black lines.",
        zh: "随深度：普通层急剧下降，其余都保持在两条黑线之间。",
      },
      {
        en: "Through time: the LSTM keeps gradients only where its forget gates are open; half open, it forgets too.",
        zh: "随时间：LSTM 仅在遗忘门打开时才能保持梯度；半开时同样会遗忘。",
      },
      {
        en: "Clipped and unclipped losses of the same networks: the unclipped ones end after one or two steps.",
        zh: "同样的网络裁剪与不裁剪的损失：不裁剪的一两步后就中断。",
      },
    ],
  },
  covers: [],
  claims,
  labels,
  options: {
    depth: { type: "integer", default: 100, min: 5, max: 500, help: { en: "most layers", zh: "最大层数" } },
    time: { type: "integer", default: 100, min: 10, max: 1000, help: { en: "steps of time", zh: "时间步数" } },
    steps: {
      type: "integer",
      default: 1000,
      min: 10,
      max: 100_000,
      help: { en: "steps of training of the deep network", zh: "深层网络的训练步数" },
    },
    maxNorm: {
      type: "number",
      default: 1,
      min: 0,
      help: { en: "threshold of clipping by norm", zh: "按范数裁剪的阈值" },
    },
    clipValue: {
      type: "number",
      default: 0.5,
      min: 0,
      help: { en: "threshold of clipping by value", zh: "按值裁剪的阈值" },
    },
    seeds: { type: "integer", default: 5, min: 1, max: 100, help: { en: "repetitions", zh: "重复次数" } },
    seed: { type: "integer", default: 0, help: { en: "first seed", zh: "第一个随机数种子" } },
  },
  quick: { seeds: 1 },
  async run(context, { depth, time, steps, maxNorm, clipValue, seeds, seed }) {
    const { signal } = context;
    const seedsOf = seedsFrom(seed, seeds);
    await showDepth(context, depth, seedsOf);
    if (signal.aborted) return {};
    const arrived = showTime(context, time, seedsOf);
    await torch.utils.data.breathe();
    if (signal.aborted) return { metrics: arrived };
    showCutting(context, maxNorm, clipValue, seedsOf);
    showClippedTraining(context, maxNorm, seedsOf);
    await torch.utils.data.breathe();
    if (signal.aborted) return { metrics: arrived };
    const best = await showLars(context, steps, seedsOf);
    return { metrics: { ...arrived, ...(best !== null && { larsLoss: best.LARS }) } };
  },
});
