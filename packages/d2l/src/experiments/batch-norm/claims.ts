// What the notes answer when they are asked whether constant variance is batch normalization, and what follows from it.

import type { Labels } from "../../report/text/labels.js";
import { written } from "../bounds.js";
import { everySeed, largestDifference, relativeDifference } from "../expectations.js";
import type { Claim } from "../experiment.js";
import { book, notes, paper, pytorch } from "../sources.js";

/** Limits of the checks, as the claims say them. */
export const limits = {
  /** Standard deviation of layer 20 over that of layer 1. */
  ratio: { small: 1e-9, he: [0.25, 4], large: 1e9 },
  /** How far a normalized layer's standard deviation is from 1. */
  off: 0.01,
  drift: 1.5,
  /** What gamma and beta say, and how far some gamma has moved. */
  agree: 0.01,
  moved: 0.05,
  identity: 1e-4,
  stuck: 29,
  stuckBy: 0.1,
  solved: 0.001,
  learned: 0.02,
  sameOutput: 1e-3,
  noGradient: 1e-4,
  running: 1e-4,
  poorer: 0.1,
  collapsed: 0.2,
  changed: 0.01,
  sum: 1e-4,
} as const;

const qa = notes("3.6.3");
const batchNormalization = paper(2015, "Ioffe", "Szegedy");
const exercise = book("mlp", { exercise: 4 });
const { ratio } = limits;

export const claims = {
  initOnly: {
    items: ["F123"],
    claim: {
      en: "Without normalization the variance depends on the initialization: He's keeps it, standard deviations of 0.01 and 1 do not.",
      zh: "不做归一化时方差取决于初始化：He 初始化能保持，标准差 0.01 与 1 则不能。",
    },
    expected: everySeed({
      en: `standard deviation, layer 20 over layer 1: He ${ratio.he.join(" to ")}; 0.01 < ${written(ratio.small)}; 1 > ${written(ratio.large)}`,
      zh: `第 20 层与第 1 层的标准差之比：He ${ratio.he.join(" 至 ")}；0.01 < ${written(ratio.small)}；1 > ${written(ratio.large)}`,
    }),
    source: qa,
  },
  anyInit: {
    items: ["F123"],
    claim: {
      en: "With batch normalization every layer has a standard deviation of 1, whatever the initialization.",
      zh: "使用批量归一化时，无论如何初始化，每层的标准差都为 1。",
    },
    expected: everySeed({ en: `1 ± ${limits.off} in every layer`, zh: `每层均为 1 ± ${limits.off}` }),
    source: batchNormalization,
  },
  drift: {
    items: ["F123"],
    claim: {
      en: "A variance that was right in the beginning does not stay so in training.",
      zh: "一开始合适的方差在训练中并不会保持。",
    },
    expected: everySeed({
      en: `some layer's standard deviation becomes > ${limits.drift} times as large, or as small`,
      zh: `某一层的标准差增大或缩小 > ${limits.drift} 倍`,
    }),
    source: qa,
  },
  stays: {
    items: ["F123"],
    claim: {
      en: "Batch normalization without γ and β holds it at 1 in every step.",
      zh: "不带 γ 与 β 的批量归一化在每一步都使其保持为 1。",
    },
    expected: everySeed({
      en: `1 ± ${limits.off} in every layer and step`,
      zh: `每层每步均为 1 ± ${limits.off}`,
    }),
    source: qa,
  },
  free: {
    items: ["F123"],
    claim: {
      en: "With γ and β the layers are free again, and these alone say their scale: sqrt(mean(γ²) + var(β)).",
      zh: "有了 γ 与 β，各层重获自由，且尺度仅由二者决定：sqrt(mean(γ²) + var(β))。",
    },
    expected: everySeed({
      en: `agree within ${100 * limits.agree} % for γ and β that are learned, and that are drawn; some learned |γ - 1| > ${limits.moved}`,
      zh: `学得的与随机抽取的 γ、β 均相差不超过 ${100 * limits.agree} %；某个学得的 |γ - 1| > ${limits.moved}`,
    }),
    source: qa,
  },
  identity: {
    items: ["F123"],
    claim: {
      en: "With γ the standard deviation and β the mean of its input, batch normalization is the identity.",
      zh: "取 γ 为输入的标准差、β 为输入的均值，批量归一化就是恒等映射。",
    },
    expected: largestDifference(`< ${written(limits.identity)}`),
    source: batchNormalization,
  },
  restores: {
    items: ["F123"],
    claim: {
      en: "Outputs of mean 5 and standard deviation 3 cannot be learned without γ and β: the loss ends at 5² + 2²; with them it ends at 0.",
      zh: "没有 γ 与 β 就学不到均值 5、标准差 3 的输出：损失停在 5² + 2²；有了它们则降为 0。",
    },
    expected: `${limits.stuck} ± ${limits.stuckBy}; < ${limits.solved}; γ 3 ± ${limits.learned}, β 5 ± ${limits.learned}`,
    source: qa,
  },
  invariant: {
    items: ["F123"],
    claim: {
      en: "Normalization takes away the scale and the shift of the layer before it: ten times the weights give the same output, and its bias has no gradient.",
      zh: "归一化消去了前一层的尺度与平移：权重乘以十输出不变，其偏置的梯度为零。",
    },
    expected: {
      en: `output changes by < ${limits.sameOutput}; gradient of the bias < ${written(limits.noGradient)} of that of the weights`,
      zh: `输出变化 < ${limits.sameOutput}；偏置的梯度 < 权重梯度的 ${written(limits.noGradient)}`,
    },
    source: batchNormalization,
  },
  running: {
    items: ["F123"],
    claim: {
      en: "Running statistics are the exponential mean of the batches', with n - 1 in the variance.",
      zh: "移动统计量是各批统计量的指数平均，其中方差以 n - 1 为分母。",
    },
    expected: relativeDifference(`< ${written(limits.running)}`),
    source: pytorch("BatchNorm1d"),
  },
  smallBatches: {
    items: ["F123"],
    claim: {
      en: "Statistics of small batches are poor: tested two at a time in training mode, the accuracy is lower than with running statistics.",
      zh: "小批量的统计量不可靠：在训练模式下每次测试两张图片，精度低于使用移动统计量时。",
    },
    expected: everySeed({ en: `lower by > ${limits.poorer}`, zh: `降低 > ${limits.poorer}` }),
    source: exercise,
  },
  oneClass: {
    items: ["F123"],
    claim: {
      en: "Exercise: a batch of one class is normalized as if it had all: the accuracy collapses.",
      zh: "练习：只含一个类别的批次也被当作含全部类别来归一化：精度骤降。",
    },
    expected: everySeed({ en: `lower by > ${limits.collapsed}`, zh: `降低 > ${limits.collapsed}` }),
    source: exercise,
  },
  mates: {
    items: ["F123"],
    claim: {
      en: "Exercise: where a non-linearity looks at the whole minibatch, a picture's answer depends on the pictures beside it; in evaluation it does not.",
      zh: "练习：若非线性作用于整个小批量，一张图片的预测取决于同批的其他图片；评估模式下则不会。",
    },
    expected: everySeed({
      en: `training mode: > ${100 * limits.changed} % of the answers change; evaluation: none`,
      zh: `训练模式：改变的预测 > ${100 * limits.changed} %；评估模式：0`,
    }),
    source: exercise,
  },
  alone: {
    items: ["F123"],
    claim: {
      en: "Exercise: a batch of a single sample has no variance; training mode refuses it, evaluation mode takes it.",
      zh: "练习：单个样本的批次没有方差；训练模式会拒绝，评估模式可以接受。",
    },
    expected: { en: "refused, taken", zh: "拒绝，接受" },
    source: pytorch("BatchNorm1d"),
  },
  coupled: {
    items: ["F123"],
    claim: {
      en: "Exercise: the gradients of a sample reach all the others of its batch, and sum up to 0: what they share cannot be learned.",
      zh: "练习：一个样本的梯度会传到同批的所有样本，且总和为 0：它们共有的部分无法学习。",
    },
    expected: {
      en: `all 15 others reached; |sum| < ${written(limits.sum)} of the largest`,
      zh: `传到其余全部 15 个样本；|总和| < 最大者的 ${written(limits.sum)}`,
    },
    source: exercise,
  },
} as const satisfies Record<string, Claim>;

/** What people call its own measurements, options and parts. */
export const labels = {
  accuracyInPairs: { en: "accuracy, two at a time", zh: "精度（每批两张）" },
  accuracyOneClass: { en: "accuracy, one class a batch", zh: "精度（每批一类）" },
  depth: { en: "hidden layers", zh: "隐藏层数" },
} satisfies Labels;
