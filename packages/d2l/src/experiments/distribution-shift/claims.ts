// What the book says about shifting distributions.
import type { Labels } from "../../report/text/labels.js";
import { everySeed, inMedian } from "../expectations.js";
import type { Claim } from "../experiment.js";
import { book, sources } from "../sources.js";

/** Limits of the checks, as the claims say them. */
export const limits = {
  misled: 5,
  logRatio: 0.15,
  /** The weighted line's risk, over the unweighted one's and over that of the line trained on the target. */
  weighted: 0.5,
  beside: 1.5,
  frequency: 0.05,
  counting: 2,
  gain: 0.02,
  frozen: 0.8,
  online: 0.15,
  alarms: { rate: 0.05, tolerance: 0.03 },
  detected: 0.9,
  concentrated: 0.95,
  even: 0.1,
} as const;

const section = book("environment");
const known = { en: "the densities are known", zh: "密度已知" };
const knownToo = { en: "the frequencies are known", zh: "频率已知" };
const detector = book("environment", { exercise: 2 });

/** Claims of the experiment `distribution-shift`. */
export const claims = {
  misled: {
    items: [],
    claim: {
      en: "The empirical risk misleads: the line that has the least risk on the source has many times the least risk on the target.",
      zh: "经验风险会误导：在源域上风险最小的直线，在目标域上的风险是最小值的许多倍。",
    },
    expected: inMedian({
      en: `>= ${limits.misled} times the risk of the line trained on the target`,
      zh: `>= 在目标域上训练的直线的风险的 ${limits.misled} 倍`,
    }),
    source: section,
  },
  ratio: {
    items: [],
    claim: {
      en: "The score of the classifier that tells source from target is log p(x)/q(x).",
      zh: "区分源域与目标域的分类器得分就是 log p(x)/q(x)。",
    },
    expected: inMedian({
      en: `median error of the logarithm <= ${limits.logRatio}`,
      zh: `对数的误差中位数 <= ${limits.logRatio}`,
    }),
    source: sources(section, known),
  },
  covariate: {
    items: [],
    claim: {
      en: "Weighted training lowers the risk on the target by more than half, and comes near to training on the target itself.",
      zh: "加权训练使目标域风险降低一半以上，并接近直接在目标域上训练。",
    },
    expected: {
      en: `<= ${limits.weighted} times that of the unweighted line with every seed; <= ${limits.beside} times that of training on the target (median over the seeds)`,
      zh: `<= 未加权直线的 ${limits.weighted} 倍（每个种子）；<= 在目标域上训练的 ${limits.beside} 倍（各种子的中位数）`,
    },
    source: book("environment", { exercise: 3 }),
  },
  frequencies: {
    items: [],
    claim: {
      en: "C p(y) = μ(ŷ) gives the frequencies of the classes, where counting predictions does not.",
      zh: "解 C p(y) = μ(ŷ) 可得类别频率，而直接统计预测不行。",
    },
    expected: inMedian({
      en: `error <= ${limits.frequency}; that of counting >= ${limits.counting} times as large`,
      zh: `误差 <= ${limits.frequency}；直接统计的误差 >= 其 ${limits.counting} 倍`,
    }),
    source: sources(section, knownToo),
  },
  label: {
    items: [],
    claim: {
      en: "Training with weights p(y)/q(y) raises the accuracy on the target.",
      zh: "以 p(y)/q(y) 为权重训练可提高目标域精度。",
    },
    expected: everySeed({ en: `by > ${limits.gain}`, zh: `提高 > ${limits.gain}` }),
    source: section,
  },
  concept: {
    items: [],
    claim: {
      en: "When the concept turns round, a model that stays ends up wrong, one that learns on does not.",
      zh: "当概念反转时，不再更新的模型最终几乎全错，继续学习的模型则不会。",
    },
    expected: inMedian({
      en: `error of the one >= ${limits.frozen}, of the other <= ${limits.online}`,
      zh: `前者错误率 >= ${limits.frozen}，后者 <= ${limits.online}`,
    }),
    source: section,
  },
  alarm: {
    items: [],
    claim: {
      en: "Without a shift the detector gives a false alarm in one of twenty cases.",
      zh: "没有偏移时，检测器的误报率为二十分之一。",
    },
    expected: `${limits.alarms.rate} ± ${limits.alarms.tolerance}`,
    source: sources({ en: "binomial test at 5 %", zh: "显著性水平 5 % 的二项检验" }, detector),
  },
  detected: {
    items: [],
    claim: {
      en: "A shift by half a standard deviation in one of five features is noticed.",
      zh: "五个特征之一偏移半个标准差时能被发现。",
    },
    expected: { en: `in >= ${limits.detected} of the cases`, zh: `发现的比例 >= ${limits.detected}` },
    source: detector,
  },
  feedback: {
    items: [],
    claim: {
      en: "Patrols that are sent where most crime was recorded (by the squares of the records) end up in one of two districts that are alike.",
      zh: "若巡逻优先派往记录案件最多的街区（按记录的平方分配），最终会集中于两个相同街区之一。",
    },
    expected: everySeed({
      en: `>= ${limits.concentrated} of the patrols in one of them`,
      zh: `其中之一占巡逻的比例 >= ${limits.concentrated}`,
    }),
    source: section,
  },
  corrected: {
    items: [],
    claim: {
      en: "Patrols that follow recorded crime per patrol stay even.",
      zh: "若跟随每次巡逻的案件记录，则保持均衡。",
    },
    expected: everySeed(`0.5 ± ${limits.even}`),
    source: { en: "the districts' rates are equal", zh: "两个街区的犯罪率相同" },
  },
} as const satisfies Record<string, Claim>;

/** What people call its own measurements, options and parts. */
export const labels = {
  clip: { en: "largest weight", zh: "最大权重" },
  covariateRisk: { en: "weighted risk", zh: "加权后的风险" },
  detected: { en: "shifts detected", zh: "发现的偏移" },
  falseAlarms: { en: "false alarms", zh: "误报率" },
  labelGain: { en: "gain by label weights", zh: "按标签加权的提高" },
  shift: { en: "shift", zh: "偏移量" },
  tests: { en: "tests", zh: "检验次数" },
  unweightedRisk: { en: "unweighted risk", zh: "未加权的风险" },
} satisfies Labels;
