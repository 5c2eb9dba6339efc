// What the notes and the book say of NaN, sentence by sentence.

import type { Localized } from "torchlet";
import type { Labels } from "../../report/text/labels.js";
import type { Wording } from "../../report/text/wording.js";
import { written } from "../bounds.js";
import { everySeed } from "../expectations.js";
import type { Claim } from "../experiment.js";
import { book, notes, pytorch, sources } from "../sources.js";
import { findingText } from "./finding.js";
import { type PatientId, patients } from "./patients.js";

/** Limits of the checks, as the claims say them. */
export const limits = {
  /** The loss after a cure, as a part of the loss before. */
  cured: 0.5,
  /** The shares of weights lost with every patient, and with half of them. */
  lost: [0.5, 0.99],
  softmax: "1.0000, 0.7311",
  /** The largest logits for which three losses are finite. */
  naive: [88.72, 0.02],
  shifted: [103.97, 0.02],
  crossEntropy: 1e6,
  layers: 2,
  /** How much gradients grow in the last steps of an explosion, and all sizes where there is none. */
  exploded: 1e6,
  calm: 100,
  together: 3,
} as const;

const qa = notes("3.6.3");

/** A claim about a patient: `torch.fit` and anomaly mode name the cause, and the cures help. */
function patient(id: PatientId, claim: Localized, source: Wording = qa): Claim {
  const { en, zh } = findingText(patients[id].finding);
  const cures = patients[id].cures.length;
  return {
    items: ["F121"],
    claim,
    expected: everySeed({
      en: `${en}; ${cures === 1 ? "the cure" : "each cure"} leaves < ${limits.cured} of the loss`,
      zh: `${zh}；${cures === 1 ? "治疗" : "每种疗法"}后损失 < 治疗前的 ${limits.cured}`,
    }),
    source,
  };
}

export const claims = {
  learningRate: patient("learningRate", {
    en: "A learning rate that is too large ends in NaN; a smaller one does not, and neither does clipping.",
    zh: "学习率过大会得到 NaN；减小学习率或裁剪梯度则不会。",
  }),
  exponential: patient(
    "exponential",
    {
      en: "exp of large logits overflows; the cross entropy of logits does not.",
      zh: "对较大的 logits 取 exp 会溢出；作用于 logits 的交叉熵不会。",
    },
    sources(book("softmax-regression-concise"), qa),
  ),
  logarithm: patient("logarithm", {
    en: "The logarithm of a probability that has become 0 is infinite; log-sum-exp has none, and inputs of ordinary size keep away from it.",
    zh: "概率变为 0 后其对数为无穷；log-sum-exp 不会出现这种情况，正常大小的输入也可避免。",
  }),
  division: patient("division", {
    en: "Dividing by a standard deviation of 0 gives NaN; a small number added to it cures.",
    zh: "除以为 0 的标准差会得到 NaN；加上一个小量即可。",
  }),
  root: patient("root", {
    en: "The root of 0 is 0, but its gradient is NaN: it shows in the backward pass only.",
    zh: "0 的平方根是 0，但其梯度为 NaN：只在反向传播中出现。",
  }),
  masked: patient("masked", {
    en: "A mask behind an operation hides its NaN from the loss but not from the gradients; a mask before it hides it from both.",
    zh: "在运算之后掩蔽只对损失隐藏 NaN，梯度仍会受影响；在运算之前掩蔽则两者都不受影响。",
  }),
  initialization: patient("initialization", {
    en: "Weights drawn from N(0, 1) overflow a deep network in its first pass; Xavier's initialization does not.",
    zh: "从 N(0, 1) 抽取的权重使深层网络在第一次前向传播就溢出；Xavier 初始化不会。",
  }),
  data: patient("data", {
    en: "One missing value in the data is found with its batch, sample and column.",
    zh: "能指出数据中的一个缺失值所在的批次、样本与列。",
  }),
  spread: {
    items: ["F121"],
    claim: {
      en: "Unwatched, one step with NaN takes nearly all weights with it; watched, every weight is still a number.",
      zh: "若无人监视，含 NaN 的一步会毁掉几乎全部权重；有监视时所有权重仍为有限值。",
    },
    expected: {
      en: `>= ${limits.lost[0]} of the weights lost in every run, >= ${limits.lost[1]} in the median; watched 0`,
      zh: `每次运行毁掉的权重 >= ${limits.lost[0]}，中位数 >= ${limits.lost[1]}；有监视时为 0`,
    },
    source: qa,
  },
  naive: {
    items: ["F121", "P28"],
    claim: {
      en: "exp over its sum gives NaN for the logits (100, 0) and (-110, -111); the softmax of the library does not.",
      zh: "按 exp 除以总和计算时，logits (100, 0) 与 (-110, -111) 得到 NaN；库中的 softmax 不会。",
    },
    expected: `NaN, NaN; ${limits.softmax}`,
    source: pytorch(),
  },
  limits: {
    items: ["F121", "P28"],
    claim: {
      en: "The book's loss is finite up to a logit of 88.72, with the maximum subtracted up to 103.97, that of the library always.",
      zh: "书中的损失在 logit 不超过 88.72 时有限，减去最大值后到 103.97，而作用于 logits 的交叉熵始终有限。",
    },
    expected: `${limits.naive.join(" ± ")}; ${limits.shifted.join(" ± ")}; >= ${written(limits.crossEntropy)}`,
    source: { en: "float32: ln(2^128), ln(2^150)", zh: "float32：ln(2^128)、ln(2^150)" },
  },
  overflowLayer: {
    items: ["F121", "P31"],
    claim: {
      en: "With N(0, 1) every layer of width n multiplies by sqrt(n): the layer that overflows is known before.",
      zh: "权重为 N(0, 1) 时，宽度为 n 的每层放大 sqrt(n) 倍：哪一层溢出可以预知。",
    },
    expected: everySeed({ en: `predicted layer ± ${limits.layers}`, zh: `与预测的层相差不超过 ${limits.layers}` }),
    source: notes("3.6.2.3"),
  },
  explosion: {
    items: ["F122"],
    claim: {
      en: "Where the learning rate is the cause, gradients grow by orders in the steps before the NaN.",
      zh: "若起因是学习率，则 NaN 之前的几步中梯度会按数量级增长。",
    },
    expected: everySeed({
      en: `within the last 10 steps > ${written(limits.exploded)} times the median of the first half`,
      zh: `最后 10 步内 > 前半程中位数的 ${written(limits.exploded)} 倍`,
    }),
    source: qa,
  },
  together: {
    items: ["F122"],
    claim: {
      en: "Features and gradients leave their usual range within some steps of each other.",
      zh: "中间特征与梯度在相差不多的几步内先后越出平常范围。",
    },
    expected: everySeed({ en: `<= ${limits.together} steps apart`, zh: `相差 <= ${limits.together} 步` }),
    source: qa,
  },
  calm: {
    items: ["F122"],
    claim: {
      en: "Where a logarithm of 0 is the cause, nothing has grown: features and gradients are of ordinary size until the NaN.",
      zh: "若起因是对 0 取对数，则没有任何量增长：直到出现 NaN，特征与梯度都保持正常大小。",
    },
    expected: everySeed({
      en: `the largest <= ${limits.calm} times that of the first step`,
      zh: `最大者 <= 第一步的 ${limits.calm} 倍`,
    }),
    source: qa,
  },
} as const satisfies Record<string, Claim>;

/** What people call its own measurements, options and parts. */
export const labels = {
  explodedAtStep: { en: "explosion at step", zh: "爆炸于第几步" },
  logOfZeroAtStep: { en: "log of 0 at step", zh: "对 0 取对数于第几步" },
  patient: { en: "patient", zh: "病例" },
} satisfies Labels;
