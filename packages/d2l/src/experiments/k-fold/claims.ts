// What the notes say about K-fold cross-validation, and the bounds that numbers are held against.
import type { Labels } from "../../report/text/labels.js";
import { above, atLeast, below, between } from "../bounds.js";
import { largestDifference } from "../expectations.js";
import type { Claim } from "../experiment.js";
import { book, notes } from "../sources.js";

/** The degree that the data are made with. */
export const trueDegree = 3;

/** What measured numbers are held against. */
export const bounds = {
  byHand: below(1e-12),
  estimate: between(0.8, 1.25),
  share: atLeast(0.95),
  explosion: above(100),
  bias: above(1),
} as const;

/** The exercises of the English edition on the cost and on the bias of cross-validation. */
const exercise = book("underfit-overfit", {
  edition: "en",
  exercise: { en: "K-fold cross-validation", zh: "交叉验证" },
});

/** Claims of the experiment `k-fold`. */
export const claims = {
  partition: {
    items: ["F50"],
    claim: {
      en: "Every sample validates exactly once, and in no fold both trains and validates.",
      zh: "每个样本恰好验证一次，且不会同时用于同一折的训练。",
    },
    expected: { en: "all, each once; 0 in both", zh: "全部，各一次；两者皆用 0 个" },
    source: notes("3.2.1.1"),
  },
  byHand: {
    items: ["F50"],
    claim: {
      en: "The algorithm by hand and the library give the same mean.",
      zh: "手写算法与库函数给出相同的平均误差。",
    },
    expected: largestDifference(bounds.byHand.text),
    source: notes("3.2.1.1"),
  },
  cost: {
    items: ["F50"],
    claim: { en: "K folds cost K trainings.", zh: "K 折需要训练 K 次。" },
    expected: "2, 5, 10",
    source: exercise,
  },
  estimate: {
    items: ["F50", "F48"],
    claim: {
      en: "Its mean is an honest estimate: in the median of the seeds near the error on fresh samples.",
      zh: "其平均误差是可信的估计：取各种子的中位数，接近新样本上的误差。",
    },
    expected: { en: `ratio of medians ${bounds.estimate.text}`, zh: `中位数之比 ${bounds.estimate.text}` },
    source: notes("3.2.1.1"),
  },
  chooses: {
    items: ["F51"],
    claim: {
      en: "5 folds, passed through several times, choose degree 3 by the rule of one standard error.",
      zh: "5 折交叉验证重复数遍，按一个标准误规则选出 3 阶。",
    },
    expected: { en: `share of the seeds ${bounds.share.text}`, zh: `种子中的比例 ${bounds.share.text}` },
    source: notes("3.2.1.2"),
  },
  ushape: {
    items: ["F51", "F55"],
    claim: {
      en: "The validation error is smallest at degree 3, and at degree 19 more than 100 times as large; the training error never rises.",
      zh: "验证误差在 3 阶最小，19 阶时大 100 倍以上；训练误差从不上升。",
    },
    expected: {
      en: `${trueDegree}; ${bounds.explosion.text}; falling`,
      zh: `${trueDegree}；${bounds.explosion.text}；下降`,
    },
    source: notes("3.2.2.1"),
  },
  bias: {
    items: ["F50"],
    claim: {
      en: "Two folds train on half of the data, so their estimate is above that of ten.",
      zh: "两折只用一半数据训练，因此估计高于十折。",
    },
    expected: { en: `ratio ${bounds.bias.text}`, zh: `比值 ${bounds.bias.text}` },
    source: exercise,
  },
} as const satisfies Record<string, Claim>;

/** What people call its own measurements, options and parts. */
export const labels = {
  estimate: { en: "estimated error", zh: "估计误差" },
  fresh: { en: "error on fresh samples", zh: "新样本误差" },
  right: { en: "share right", zh: "正确比例" },
} satisfies Labels;
