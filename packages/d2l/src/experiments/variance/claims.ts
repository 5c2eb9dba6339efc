// What the notes say about variance, initial weights and activations near 0.
import type { Labels } from "../../report/text/labels.js";
import { everySeed, inMedian } from "../expectations.js";
import type { ExperimentContext } from "../experiment.js";
import { notes, paper, pytorch, sources } from "../sources.js";
import type { Initializer } from "./layers.js";
import { factor, rowText } from "./reference.js";

const fiftyLayers = pytorch({
  en: "50 layers, width 256, batch 256, no bias",
  zh: "50 层，宽 256，批量 256，无偏置",
});

/** A row of the table: its claim, and its ten numbers. */
const row = (init: Initializer, en: string, zh: string, items: readonly string[]) => ({
  items,
  claim: { en, zh },
  expected: inMedian({
    en: `${rowText(init).en}, each within a factor of ${factor}`,
    zh: `${rowText(init).zh}，均在 ${factor} 倍以内`,
  }),
  source: fiftyLayers,
});

const xavierPaper = paper(2010, "Glorot", "Bengio");
const hePaper = paper(2015, "He", "Zhang", "Ren", "Sun");

export const claims = {
  forward: {
    items: ["F114"],
    claim: {
      en: "Without activation a layer multiplies the variance of its inputs by n_in γ, γ being the variance of its weights.",
      zh: "无激活函数时，一层把输入的方差乘以 n_in γ，γ 为权重的方差。",
    },
    expected: everySeed({ en: "measured / (n_in γ) = 1 ± 0.04", zh: "实测 / (n_in γ) = 1 ± 0.04" }),
    source: notes("3.6.2.3"),
  },
  backward: {
    items: ["F115"],
    claim: {
      en: "On the way back it multiplies the variance of the gradient by n_out γ.",
      zh: "反向传播时它把梯度的方差乘以 n_out γ。",
    },
    expected: everySeed({ en: "measured / (n_out γ) = 1 ± 0.04", zh: "实测 / (n_out γ) = 1 ± 0.04" }),
    source: notes("3.6.2.3"),
  },
  xavierShape: {
    items: ["F116", "P11"],
    claim: {
      en: "Xavier's γ = 2 / (n_in + n_out) meets both conditions only where n_in = n_out: from 400 to 100 units they are 1.6 and 0.4.",
      zh: "Xavier 的 γ = 2 / (n_in + n_out) 仅在 n_in = n_out 时同时满足两个条件：从 400 到 100 个单元时分别为 1.6 与 0.4。",
    },
    expected: everySeed({
      en: "400 to 100: 1.6 and 0.4; 250 to 250: 1 and 1; each ± 4 %",
      zh: "400 到 100：1.6 与 0.4；250 到 250：1 与 1；均 ± 4 %",
    }),
    source: notes("3.6.2.3"),
  },
  reluHalves: {
    items: ["F34", "F119"],
    claim: {
      en: "ReLU halves the mean square of a signal that is as often positive as negative: hence He's factor 2.",
      zh: "ReLU 使正负对称的信号的均方值减半：He 的因子 2 由此而来。",
    },
    expected: everySeed({
      en: "mean of relu(z)² / mean of z² = 0.5 ± 0.01",
      zh: "relu(z)² 的均值 / z² 的均值 = 0.5 ± 0.01",
    }),
    source: hePaper,
  },
  empirical: {
    items: ["F116", "F119"],
    claim: {
      en: "Drawn weights have the variance that Xavier and He ask for, normal and uniform alike, for every shape.",
      zh: "无论正态或均匀分布、何种形状，抽取的权重都具有 Xavier 与 He 所要求的方差。",
    },
    expected: everySeed({
      en: "variance / (2 / (n_in + n_out)) and variance / (2 / n_in) = 1 ± 0.02",
      zh: "方差 / (2 / (n_in + n_out)) 与方差 / (2 / n_in) = 1 ± 0.02",
    }),
    source: sources(xavierPaper, hePaper),
  },
  uniformBound: {
    items: ["F116"],
    claim: {
      en: "The uniform form fills ±sqrt(6 / (n_in + n_out)), since U(-a, a) has variance a²/3.",
      zh: "均匀形式填满 ±sqrt(6 / (n_in + n_out))，因为 U(-a, a) 的方差为 a²/3。",
    },
    expected: everySeed({
      en: "largest weight 0.999 to 1 times the bound a; variance / (a²/3) = 1 ± 0.02",
      zh: "最大权重为界 a 的 0.999 至 1 倍；方差 / (a²/3) = 1 ± 0.02",
    }),
    source: notes("3.6.2.3"),
  },
  heDoubles: {
    items: ["F119", "P8"],
    claim: {
      en: "For a square layer He's variance is twice Xavier's, not half.",
      zh: "对方阵层，He 的方差是 Xavier 的两倍，而不是一半。",
    },
    expected: everySeed("2 ± 0.04"),
    source: hePaper,
  },
  sigmoidRemainder: {
    items: ["F117"],
    claim: {
      en: "sigmoid(0.5) exceeds 1/2 + x/4 - x³/48 by almost x⁵/480.",
      zh: "sigmoid(0.5) 比 1/2 + x/4 - x³/48 大，差值接近 x⁵/480。",
    },
    expected: "6.35e-5 ± 1e-7",
    source: sources({ en: "Taylor series", zh: "泰勒级数" }, "x⁵/480 = 6.51e-5"),
  },
  tanhRemainder: {
    items: ["F117"],
    claim: { en: "tanh(0.5) exceeds x - x³/3 by almost 2x⁵/15.", zh: "tanh(0.5) 比 x - x³/3 大，差值接近 2x⁵/15。" },
    expected: "3.78e-3 ± 1e-5",
    source: sources({ en: "Taylor series", zh: "泰勒级数" }, "2x⁵/15 = 4.17e-3"),
  },
  order: {
    items: ["F117"],
    claim: {
      en: "Both remainders shrink as x⁵, and relu(x) = x for x >= 0 has none.",
      zh: "两个余项都按 x⁵ 缩小；而 x >= 0 时 relu(x) = x，没有余项。",
    },
    expected: { en: "order 5 ± 0.05 twice; 0", zh: "两者均为 5 ± 0.05 阶；0" },
    source: notes("3.6.2.3"),
  },
  adjusted: {
    items: ["F118"],
    claim: {
      en: "4 sigmoid(x) - 2 is 2 tanh(x / 2): it passes through 0 with slope 1.",
      zh: "4 sigmoid(x) - 2 即 2 tanh(x / 2)：过原点且斜率为 1。",
    },
    expected: {
      en: "largest difference < 1e-12; at 0: value 0, slope 1",
      zh: "最大差 < 1e-12；0 处：值 0，斜率 1",
    },
    source: notes("3.6.2.3"),
  },
  rowSmall: row(
    "std 0.01",
    "Weights of standard deviation 0.01 kill signal and gradient within 50 layers.",
    "标准差 0.01 的权重在 50 层内使信号与梯度消失。",
    ["F113"],
  ),
  rowOne: row(
    "std 1",
    "Weights of standard deviation 1 make linear and ReLU layers overflow and gradients explode.",
    "标准差 1 的权重使线性层与 ReLU 层溢出、梯度爆炸。",
    ["F112"],
  ),
  rowXavier: row(
    "Xavier",
    "Xavier keeps linear layers, tanh and 4 sigmoid - 2 alive, but neither ReLU nor the sigmoid.",
    "Xavier 使线性层、tanh 与 4 sigmoid - 2 保持活力，但不适用于 ReLU 与 sigmoid。",
    ["F116", "F118", "P11"],
  ),
  rowHe: row("He", "He keeps ReLU alive.", "He 使 ReLU 保持活力。", ["F119"]),
  rowTorch: row(
    "torch default",
    "PyTorch's default for linear layers does not preserve variance: each layer divides it by 3.",
    "PyTorch 线性层的默认初始化并不保持方差：每层使其变为三分之一。",
    ["F116"],
  ),
  alive: {
    items: ["F118", "F119"],
    claim: {
      en: "After 50 layers standard deviations are still of the order of 1, both ways, for linear, tanh and 4 sigmoid - 2 with Xavier and for ReLU with He.",
      zh: "经过 50 层后，线性、tanh、4 sigmoid - 2（Xavier）与 ReLU（He）的标准差在两个方向上仍与 1 同量级。",
    },
    expected: everySeed({ en: "0.05 to 20", zh: "0.05 至 20" }),
    source: fiftyLayers,
  },
  sigmoidDies: {
    items: ["F118"],
    claim: {
      en: "The sigmoid's gradient is lost with Xavier, with He and with PyTorch's default.",
      zh: "无论 Xavier、He 还是 PyTorch 的默认初始化，sigmoid 的梯度都会消失。",
    },
    expected: everySeed("< 1e-20"),
    source: fiftyLayers,
  },
  reluRate: {
    items: ["F116", "P11"],
    claim: {
      en: "With Xavier each ReLU layer divides the standard deviation by the square root of 2.",
      zh: "使用 Xavier 时，每个 ReLU 层使标准差除以根号 2。",
    },
    expected: inMedian({ en: "0.707 ± 0.02 a layer", zh: "每层 0.707 ± 0.02" }),
    source: { en: "half of the variance is left at each layer", zh: "每层只剩一半方差" },
  },
  constant: {
    items: ["F112", "F114"],
    claim: {
      en: "With Xavier every one of the linear layers has mean 0 and the variance of the input, forward and backward.",
      zh: "使用 Xavier 时每个线性层的均值都为 0，方差都与输入相同，前向与反向皆然。",
    },
    expected: everySeed({
      en: "|mean| < 0.05; standard deviation 0.6 to 1.6 in all layers",
      zh: "各层 |均值| < 0.05；标准差 0.6 至 1.6",
    }),
    source: notes("3.6.2.2"),
  },
};

/** What the parts of this experiment speak to. */
export type Context = ExperimentContext<keyof typeof claims>;

/** What people call its own measurements, options and parts. */
export const labels = {
  backwardRatio: { en: "backward, measured / n_out γ", zh: "反向：实测 / n_out γ" },
  batch: { en: "batch", zh: "批次" },
  forwardRatio: { en: "forward, measured / n_in γ", zh: "前向：实测 / n_in γ" },
} satisfies Labels;
