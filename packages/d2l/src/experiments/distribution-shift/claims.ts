// What the notes and the book say about shifting distributions.
import type { Claim } from "../experiment.js";

/** Claims of the experiment `distribution-shift`. */
export const claims = {
  misled: {
    items: [],
    claim: {
      en: "The empirical risk misleads: the line that has the least risk on the source has many times the least risk on the target.",
      zh: "经验风险会误导：在源域上风险最小的直线，在目标域上的风险是最小值的许多倍。",
    },
    expected: ">= 5 x the risk of the line trained on the target",
    source: "d2l-zh, environment",
  },
  ratio: {
    items: [],
    claim: {
      en: "The score of the classifier that tells source from target is log p(x)/q(x).",
      zh: "区分源域与目标域的分类器得分就是 log p(x)/q(x)。",
    },
    expected: "median error of the logarithm <= 0.15",
    source: "d2l-zh, environment; densities known",
  },
  covariate: {
    items: [],
    claim: {
      en: "Weighted training lowers the risk on the target by more than half, with every seed, and comes near to training on the target itself.",
      zh: "加权训练使目标域风险降低一半以上（每个种子），并接近直接在目标域上训练。",
    },
    expected: "<= 0.5 x unweighted; median <= 1.5 x trained on the target",
    source: "d2l-zh, environment",
  },
  frequencies: {
    items: [],
    claim: {
      en: "C p(y) = μ(ŷ) gives the frequencies of the classes, where counting predictions does not.",
      zh: "解 C p(y) = μ(ŷ) 可得类别频率，而直接统计预测不行。",
    },
    expected: "median error <= 0.04; that of counting >= 2 x as large",
    source: "d2l-zh, environment; frequencies known",
  },
  label: {
    items: [],
    claim: {
      en: "Training with weights p(y)/q(y) raises the accuracy on the target, with every seed.",
      zh: "以 p(y)/q(y) 为权重训练可提高目标域精度（每个种子）。",
    },
    expected: "gain > 0.02",
    source: "d2l-zh, environment",
  },
  concept: {
    items: [],
    claim: {
      en: "When the concept turns round, a model that stays ends up wrong, one that learns on does not.",
      zh: "当概念反转时，不再更新的模型最终全错，继续学习的模型则不会。",
    },
    expected: "frozen >= 0.8, online <= 0.15",
    source: "d2l-zh, environment",
  },
  alarm: {
    items: [],
    claim: {
      en: "Without a shift the detector gives a false alarm in one of twenty cases.",
      zh: "没有偏移时，检测器的误报率为二十分之一。",
    },
    expected: "0.05 ± 0.05",
    source: "binomial test at 5 %; d2l-zh, environment, exercise 2",
  },
  detected: {
    items: [],
    claim: {
      en: "A shift by half a standard deviation in one of five features is noticed.",
      zh: "五个特征之一偏移半个标准差时能被发现。",
    },
    expected: ">= 0.9",
    source: "d2l-zh, environment, exercise 2",
  },
  feedback: {
    items: [],
    claim: {
      en: "Patrols that follow recorded crime end up in one of two districts that are alike.",
      zh: "跟随案件记录的巡逻最终集中于两个相同街区之一。",
    },
    expected: ">= 0.95 of the patrols, with every seed",
    source: "d2l-zh, environment: runaway feedback loops",
  },
  corrected: {
    items: [],
    claim: {
      en: "Patrols that follow recorded crime per patrol stay even.",
      zh: "若跟随每次巡逻的案件记录，则保持均衡。",
    },
    expected: "0.5 ± 0.1, with every seed",
    source: "the rates are equal",
  },
} as const satisfies Record<string, Claim>;
