// What the notes and the book say about searching for hyperparameters.
import type { Labels } from "../../report/text/labels.js";
import { above, below, between } from "../bounds.js";
import type { Claim } from "../experiment.js";
import { notes, paper, sources } from "../sources.js";

/** How many trainings each strategy may spend. */
export const budget = 12;

/** What measured numbers are held against. */
export const bounds = {
  bayes: above(-0.005),
  tested: below(0.05),
  parameters: between(0.98, 1.02),
  wideFirst: above(0),
} as const;

/** An exercise of the notes. */
const exercise = (number: number) =>
  sources({ en: `notes, 3.1.2.6, exercise ${number}`, zh: `笔记 3.1.2.6，练习 ${number}` });

/** Claims of the experiment `hyperparameter-search`. */
export const claims = {
  budget: {
    items: ["F33"],
    claim: {
      en: "Every strategy has the same budget, and returns its trials and the best of them.",
      zh: "每种策略预算相同，并返回全部试验与其中最好的一个。",
    },
    expected: { en: `${budget} trials each`, zh: `每种 ${budget} 次试验` },
    source: exercise(2),
  },
  rates: {
    items: ["F33"],
    claim: {
      en: "On the same budget random search tries more learning rates than a grid.",
      zh: "同样的预算下，随机搜索比网格尝试更多的学习率。",
    },
    expected: `${budget} > 4`,
    source: paper(2012, "Bergstra", "Bengio"),
  },
  bayes: {
    items: ["F33"],
    claim: {
      en: "In the median of the seeds Bayesian search finds at least what random search finds.",
      zh: "按种子的中位数，贝叶斯搜索找到的结果不差于随机搜索。",
    },
    expected: { en: `difference of accuracies ${bounds.bayes.text}`, zh: `精度之差 ${bounds.bayes.text}` },
    source: exercise(2),
  },
  found: {
    items: ["F33"],
    claim: {
      en: "Each of the four finds settings that beat the median of what was tried.",
      zh: "四种方法都找到优于所试设置中位数的设置。",
    },
    expected: { en: "the worst search of each above the median trial", zh: "每种方法最差的一次搜索也高于试验的中位数" },
    source: exercise(2),
  },
  tested: {
    items: ["F33", "F49"],
    claim: {
      en: "On the test set, used once, the winner does about what the validation set promised.",
      zh: "在只使用一次的测试集上，优胜者与验证集所示大致相当。",
    },
    expected: { en: `accuracies differ by ${bounds.tested.text}`, zh: `精度相差 ${bounds.tested.text}` },
    source: notes("3.2.1.1"),
  },
  activation: {
    items: ["F35"],
    claim: {
      en: "Which activation is used matters less than the learning rate or the width.",
      zh: "激活函数的选择不如学习率与宽度重要。",
    },
    expected: {
      en: "spread over activations < spread over rates, over widths",
      zh: "不同激活函数的极差 < 不同学习率、不同宽度的极差",
    },
    source: exercise(4),
  },
  shape: {
    items: ["F35"],
    claim: {
      en: "So does how the units are arranged: wide, deep, or narrowing.",
      zh: "单元的排列（宽、深或逐层变窄）也是如此。",
    },
    expected: { en: "spread over shapes < spread over rates", zh: "不同形状的极差 < 不同学习率的极差" },
    source: exercise(4),
  },
  wideFirst: {
    items: ["F35"],
    claim: {
      en: "The first hidden layer may be wider than the input, with narrower ones after it: on 49 inputs 256-32 does better than 32-32.",
      zh: "第一个隐藏层可以比输入更宽，之后逐层变窄：49 个输入时，256-32 优于 32-32。",
    },
    expected: { en: `gain in mean accuracy ${bounds.wideFirst.text}`, zh: `平均精度的提高 ${bounds.wideFirst.text}` },
    source: exercise(4),
  },
  parameters: {
    items: ["F35", "F58"],
    claim: {
      en: "The wide, the deep and the narrowing network have the same number of parameters, within 2 %.",
      zh: "宽而浅、窄而深、逐层变窄的网络参数个数相同，相差不超过 2 %。",
    },
    expected: { en: `ratio ${bounds.parameters.text}`, zh: `比值 ${bounds.parameters.text}` },
    source: exercise(4),
  },
} as const satisfies Record<string, Claim>;

/** What people call its own measurements, options and parts. */
export const labels = {
  byActivation: { en: "spread by activation", zh: "激活函数极差" },
  byRate: { en: "spread by learning rate", zh: "学习率极差" },
  byShape: { en: "spread by shape", zh: "形状极差" },
  byWidth: { en: "spread by width", zh: "宽度极差" },
} satisfies Labels;
