// What the notes claim about XOR, one sentence each.
import type { Labels } from "../../report/text/labels.js";
import type { Claim, ExperimentContext } from "../experiment.js";
import { notes, paper, pytorch, sources } from "../sources.js";

/** Starts of 20 (seeds 0 to 19) that learn it with 2, 4 and 8 hidden units in PyTorch: full batch, rate 0.5, 4000 steps. */
export const reference = { relu: [4, 14, 18], tanh: [16, 20, 20], sigmoid: [14, 20, 20] } as const;

/** Counts by activation: `relu 4, 14, 18; tanh ...` */
export const countsText = (counts: Readonly<Record<keyof typeof reference, readonly number[]>>) =>
  Object.entries(counts)
    .map(([name, row]) => `${name} ${row.join(", ")}`)
    .join("; ");

/** Starts by which a count may differ from PyTorch's. */
export const tolerance = 2;

export const claims = {
  never: {
    items: ["F14", "F15"],
    claim: {
      en: "The perceptron never has a pass without a mistake on XOR, with four points or many.",
      zh: "无论四个点还是许多点，感知机在 XOR 上永远不会有一遍不犯错。",
    },
    expected: { en: "0 of 2 converge", zh: "2 次训练中 0 次收敛" },
    source: sources(notes("3.1.1.4"), paper(1969, "Minsky", "Papert")),
  },
  best: {
    items: ["F14"],
    claim: {
      en: "No line that the perceptron visits, and none of 10,000 random ones, is right on more than three of the four points.",
      zh: "感知机经过的直线以及 10,000 条随机直线，都不能分对四个点中的三个以上。",
    },
    expected: "3/4 = 0.75",
    source: notes("3.1.1.4"),
  },
  table: {
    items: ["F16"],
    claim: {
      en: "Sign of x, sign of y and their product are as in the notes' table of four points.",
      zh: "x 的符号、y 的符号及其乘积与笔记中四个点的表一致。",
    },
    expected: "+-+-, ++--, +--+",
    source: notes("3.1.2.1"),
  },
  byHand: {
    items: ["F16"],
    claim: {
      en: "Two layers of perceptrons with weights set by hand compute XOR of bits.",
      zh: "权重由手工设定的两层感知机能计算比特的 XOR。",
    },
    expected: "0, 1, 1, 0",
    source: notes("3.1.2.1"),
  },
  plane: {
    items: ["F16"],
    claim: {
      en: "With the signs as a first layer they are right in the whole plane.",
      zh: "再以符号作为第一层，则在整个平面上都正确。",
    },
    expected: { en: "10000 of 10000 points", zh: "10000 个点全部正确" },
    source: notes("3.1.2.1"),
  },
  wide: {
    items: ["F17"],
    claim: {
      en: "With 4 or 8 hidden units, tanh or sigmoid, learning succeeds from at least 95 % of the starts.",
      zh: "用 4 或 8 个隐藏单元及 tanh 或 sigmoid 时，至少 95 % 的起点能学会。",
    },
    expected: ">= 0.95",
    source: pytorch({ en: "all of 80", zh: "80 个起点全部" }),
  },
  narrow: {
    items: ["F17"],
    claim: {
      en: "With 2 ReLU units it fails from at least half of the starts.",
      zh: "用 2 个 ReLU 单元时，至少一半的起点学不会。",
    },
    expected: { en: "<= 0.5 succeed", zh: "成功比例 <= 0.5" },
    source: pytorch({ en: "4 of 20", zh: "20 个起点中 4 个" }),
  },
  reference: {
    items: ["F17"],
    claim: {
      en: "From the same 20 seeds as many starts succeed as in PyTorch, give or take two.",
      zh: "用同样的 20 个种子，成功的起点数与 PyTorch 相差不超过两个。",
    },
    expected: {
      en: `${countsText(reference)}; each ± ${tolerance}`,
      zh: `${countsText(reference)}；各 ± ${tolerance}`,
    },
    source: pytorch(),
  },
  curved: {
    items: ["F17"],
    claim: {
      en: "Networks that learned it from 400 points of the plane, from five starts, are right on nearly all fresh ones; the perceptron is not.",
      zh: "从平面上 400 个点学习的网络（五个起点）在新点上几乎全对，感知机则不然。",
    },
    expected: { en: "each network >= 0.9, perceptron <= 0.75", zh: "每个网络 >= 0.9，感知机 <= 0.75" },
    source: notes("3.1.2.1"),
  },
} as const satisfies Record<string, Claim>;

/** What every part of the experiment is given. */
export type Context = ExperimentContext<keyof typeof claims>;

/** What people call its own measurements, options and parts. */
export const labels = {
  bestLine: { en: "best line", zh: "最好的直线" },
  maxEpochs: { en: "most epochs", zh: "最大轮数" },
  network: { en: "network", zh: "网络" },
  perceptron: { en: "perceptron", zh: "感知机" },
  solved: { en: "solved", zh: "学会的个数" },
} satisfies Labels;
