// What the notes and the book say about searching for hyperparameters.
import type { Claim } from "../experiment.js";

/** Claims of the experiment `hyperparameter-search`. */
export const claims = {
  budget: {
    items: ["F33"],
    claim: {
      en: "Every strategy has the same budget, and returns its trials and the best of them.",
      zh: "每种策略预算相同，并返回全部试验与其中最好的一个。",
    },
    expected: "12 trials each",
    source: "notes 3.1.2.6, exercise 2",
  },
  rates: {
    items: ["F33"],
    claim: {
      en: "On the same budget random search tries more learning rates than a grid.",
      zh: "同样的预算下，随机搜索比网格尝试更多的学习率。",
    },
    expected: "12 against 4",
    source: "Bergstra and Bengio 2012",
  },
  bayes: {
    items: ["F33"],
    claim: {
      en: "In the median of the seeds Bayesian search finds at least what random search finds.",
      zh: "按种子的中位数，贝叶斯搜索找到的结果不差于随机搜索。",
    },
    expected: "difference > -0.005",
    source: "notes 3.1.2.6, exercise 2",
  },
  found: {
    items: ["F33"],
    claim: {
      en: "Each of the four finds settings that beat the median of what was tried.",
      zh: "四种方法都找到优于所试设置中位数的设置。",
    },
    expected: "all above the median trial",
    source: "notes 3.1.2.6, exercise 2",
  },
  tested: {
    items: ["F33", "F49"],
    claim: {
      en: "On the test set, used once, the winner does about what the validation set promised.",
      zh: "在只使用一次的测试集上，优胜者与验证集所示大致相当。",
    },
    expected: "within 0.05",
    source: "notes 3.2.1.1",
  },
  activation: {
    items: ["F35"],
    claim: {
      en: "Which activation is used matters less than the learning rate.",
      zh: "激活函数的选择不如学习率重要。",
    },
    expected: "spread over activations < spread over rates",
    source: "notes 3.1.2.6, exercise 4",
  },
  shape: {
    items: ["F35"],
    claim: {
      en: "So does how the units are arranged: wide, deep, or narrowing.",
      zh: "单元的排列（宽、深或逐层变窄）也是如此。",
    },
    expected: "spread over shapes < spread over rates",
    source: "notes 3.1.2.6, exercise 4",
  },
  parameters: {
    items: ["F35", "F58"],
    claim: {
      en: "The wide and the deep network have the same number of parameters, within 2 %.",
      zh: "宽而浅与窄而深的网络参数个数相同，相差不超过 2 %。",
    },
    expected: "ratio 0.98 to 1.02",
    source: "notes 3.1.2.6, exercise 4",
  },
} as const satisfies Record<string, Claim>;
