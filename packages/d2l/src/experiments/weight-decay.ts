// F74 to F90: weight decay, as a limit, as a penalty, and as a factor in every update.
import * as torch from "torchlet";
import { localize } from "torchlet";
import { defineExperiment } from "./experiment.js";
import { makeSetting, train, trainConcise } from "./weight-decay/book.js";
import { claims, labels } from "./weight-decay/claims.js";
import { deep } from "./weight-decay/deep.js";
import { biasPenalty, formulas, lambdaCurve } from "./weight-decay/exercises.js";
import { components, limits } from "./weight-decay/limits.js";
import type { Part } from "./weight-decay/part.js";
import { ridgeAndLasso } from "./weight-decay/ridge-lasso.js";
import { biasFree, overSeeds, speed } from "./weight-decay/seeds.js";
import { update } from "./weight-decay/update.js";

/** What `--part` can be: all of them, or one. */
const parts = {
  limits: [limits, components, biasPenalty],
  lasso: [ridgeAndLasso],
  update: [update],
  norms: [overSeeds, biasFree, speed],
  deep: [deep],
  exercises: [lambdaCurve, formulas],
} as const satisfies Record<string, readonly Part[]>;

/** `torchlet run weight-decay` */
export const weightDecay = defineExperiment({
  id: "weight-decay",
  section: "3.4",
  title: { en: "Weight decay", zh: "权重衰减" },
  summary: {
    en: "limit and penalty, ridge and lasso, the shrinking update; 200 inputs against 20 samples, from scratch and concise",
    zh: "限制与惩罚、岭回归与套索回归、收缩的更新；200 个输入对 20 个样本，从零实现与简洁实现",
  },
  explain: {
    shows: {
      en: "A linear model with 200 weights has 20 samples to learn from. It fits them exactly and fails on all others, until its weights are kept small: by a limit on their norm, by a penalty, or by a factor in each update, which are three forms of one thing.",
      zh: "一个有 200 个权重的线性模型只有 20 个样本可学。它能完全拟合这些样本却在其他样本上失败，除非让权重保持很小：限制其范数、加惩罚项，或在每次更新中乘一个因子，这是同一件事的三种形式。",
    },
    lookFor: [
      {
        en: "The contours: w̃* is the minimum of the loss, w* the nearest that the circle allows, and also the minimum of loss plus penalty.",
        zh: "等高线图：w̃* 是损失的最小点，w* 是圆内所能达到的最好点，也是损失加惩罚项的最小点。",
      },
      {
        en: "The four curves: without decay the lower line falls by orders of magnitude while the upper one stays; with λ = 3 both fall together.",
        zh: "四条曲线：无衰减时下面的线下降几个数量级而上面的线不动；λ = 3 时两条线一起下降。",
      },
      {
        en: "The norms: 13.4 and 0.36 are not what was learned, but what is left of the initial weights in the 180 dimensions that no sample reaches.",
        zh: "范数：13.4 与 0.36 并不是学到的东西，而是初始权重在样本触及不到的 180 维中所剩的部分。",
      },
    ],
  },
  covers: ["F80", "F81", "F87"],
  claims,
  labels,
  corrections: ["P15", "P16", "P17", "P18"],
  quick: { seeds: 5, deepEpochs: 0 },
  options: {
    part: {
      type: "choice",
      default: "all",
      choices: ["all", "book", ...Object.keys(parts)],
      help: {
        en: "all of it, the book's four trainings alone, or one more part: limits, lasso, update, norms, deep, exercises",
        zh: "全部、仅书中的四次训练，或其中一部分：limits、lasso、update、norms、deep、exercises",
      },
    },
    lambd: {
      type: "number",
      default: 3,
      min: 0,
      max: 300,
      help: { en: "strength of the decay in the four curves", zh: "四条曲线中衰减的强度" },
    },
    epochs: {
      type: "integer",
      default: 100,
      min: 5,
      max: 10_000,
      help: { en: "passes over the training data", zh: "遍历训练数据的轮数" },
    },
    lr: { type: "number", default: 0.003, min: 0, max: 0.1, help: { en: "learning rate", zh: "学习率" } },
    nTrain: {
      type: "integer",
      default: 20,
      min: 5,
      max: 10_000,
      help: { en: "training samples", zh: "训练样本数" },
    },
    numInputs: {
      type: "integer",
      default: 200,
      min: 1,
      max: 10_000,
      help: { en: "inputs of the linear model", zh: "线性模型的输入数" },
    },
    deepEpochs: {
      type: "integer",
      default: 150,
      min: 0,
      max: 1000,
      help: {
        en: "epochs of the network on 300 pictures; 0 leaves it out",
        zh: "在 300 张图片上训练网络的轮数；0 表示略去",
      },
    },
    seeds: {
      type: "integer",
      default: 20,
      min: 1,
      max: 1000,
      help: { en: "seeds that norms and losses are measured over", zh: "测量范数与损失所用的种子数" },
    },
    seed: { type: "integer", default: 0, help: { en: "the first seed", zh: "第一个种子" } },
  },
  async run(context, options) {
    const { report, signal } = context;
    const { part, seed, nTrain, numInputs, epochs: numEpochs, lr, lambd } = options;
    const metrics: Record<string, number> = {};
    const seconds: Record<string, number> = {};
    const chosen = Object.entries(parts).filter(([name]) => part === "all" || part === name);
    const run = async (name: string, steps: readonly Part[]) => {
      const begun = performance.now();
      for (const step of steps) {
        torch.manualSeed(seed);
        if (!signal.aborted) await step(context, options);
        await torch.utils.data.breathe();
      }
      seconds[name] = (performance.now() - begun) / 1000;
    };
    const early = chosen.filter(([name]) => name === "limits" || name === "lasso" || name === "update");
    for (const [name, steps] of early) await run(name, steps);

    if (part === "all" || part === "book") {
      torch.manualSeed(seed);
      const setting = makeSetting({ nTrain, numInputs, batchSize: 5, numEpochs, lr });
      const show = (name: string, { norm }: { readonly norm: number }) => {
        metrics[name] = norm;
        report.text({ en: `L2 norm of w: ${norm}`, zh: `w 的 L2 范数是：${norm}` });
      };
      const named = (en: string, zh: string) => ({ ...setting, caption: localize({ en, zh }) });
      show(
        "scratchNorm",
        train(0, named("train(lambd = 0): from scratch, no decay", "train(lambd = 0)：从零实现，无衰减"), "scratch-0"),
      );
      show(
        "scratchNormDecayed",
        train(
          lambd,
          named(`train(lambd = ${lambd}): from scratch, with decay`, `train(lambd = ${lambd})：从零实现，使用权重衰减`),
          "scratch-decay",
        ),
      );
      show(
        "conciseNorm",
        trainConcise(
          0,
          named("trainConcise(0): with layers, no decay", "trainConcise(0)：简洁实现，无衰减"),
          "concise-0",
        ),
      );
      show(
        "conciseNormDecayed",
        trainConcise(
          lambd,
          named(`trainConcise(${lambd}): decay by the optimizer`, `trainConcise(${lambd})：由优化器做衰减`),
          "concise-decay",
        ),
      );
    }
    for (const entry of chosen) if (!early.includes(entry)) await run(...entry);
    return { metrics, seconds };
  },
});
