// What the notes claim about the perceptron, one sentence each.
import type { Labels } from "../../report/text/labels.js";
import { everySeed, largestDifference } from "../expectations.js";
import type { Claim, ExperimentContext } from "../experiment.js";
import { book, notes, paper, pytorch, sources } from "../sources.js";

export const claims = {
  answers: {
    items: ["F1"],
    claim: {
      en: "σ answers 1 above 0, and 0 at 0 and below, for one sample as for a batch.",
      zh: "σ 在大于 0 时输出 1，在等于或小于 0 时输出 0，单个样本与批量相同。",
    },
    expected: "0, 0, 1",
    source: notes("3.1.1.1"),
  },
  labels: {
    items: ["F2", "P2"],
    claim: {
      en: "Trained with labels 0 and 1 instead of -1 and +1 the rule never ends, although the data can be separated.",
      zh: "若用标签 0 与 1 代替 -1 与 +1 训练，即使数据可分，规则也永远不会结束。",
    },
    expected: { en: "-1, +1: converges; 0, 1: does not", zh: "-1、+1：收敛；0、1：不收敛" },
    source: notes("3.1.1.1", "3.1.1.2"),
  },
  axioms: {
    items: ["F3"],
    claim: {
      en: "Softmax regression gives probabilities: none below 0, their sum is 1.",
      zh: "softmax 回归给出概率：没有负数，且和为 1。",
    },
    expected: { en: "smallest >= 0, |sum - 1| <= 1e-6", zh: "最小值 >= 0，|和 - 1| <= 1e-6" },
    source: sources(notes("3.1.1.1"), { en: "axioms of probability", zh: "概率公理" }),
  },
  kinds: {
    items: ["F3"],
    claim: {
      en: "On fresh points the perceptron gives two different answers, linear regression a real number each, softmax regression three numbers each.",
      zh: "在新点上，感知机只有两种不同的输出，线性回归每点给出一个实数，softmax 回归每点给出三个数。",
    },
    expected: {
      en: "2 values; more than 990 values on 1000 points; 1000 x 3",
      zh: "2 种值；1000 个点上超过 990 种值；1000 x 3",
    },
    source: notes("3.1.1.1"),
  },
  plane: {
    items: ["F10"],
    claim: {
      en: "The perceptron cuts the plane in two half-planes: what lies midway between two points of one side is on that side.",
      zh: "感知机把平面切成两个半平面：同侧两点的中点仍在该侧。",
    },
    expected: { en: "0 exceptions among 5000 pairs", zh: "5000 对点中 0 个例外" },
    source: notes("3.1.1.4"),
  },
  converges: {
    items: ["F4", "F7", "F15"],
    claim: {
      en: "Where a plane separates the data, training ends with a pass without mistakes.",
      zh: "只要数据可被平面分开，训练就会以一遍不犯错而结束。",
    },
    expected: { en: "all data sets", zh: "所有数据集" },
    source: notes("3.1.1.2"),
  },
  bound: {
    items: ["F7", "P1"],
    claim: {
      en: "It never makes more than (r² + 1) / ρ² mistakes.",
      zh: "犯错次数从不超过 (r² + 1) / ρ²。",
    },
    expected: { en: "largest share of the bound <= 1", zh: "占上界的最大比例 <= 1" },
    source: sources(notes("3.1.1.3"), paper(1962, "Novikoff")),
  },
  reference: {
    items: ["F7"],
    claim: {
      en: "With margins of 0.3, 0.1 and 0.03 among 100 points of [-1, 1]² the most mistakes in ten data sets, and the bound, are those of the same perceptron in PyTorch.",
      zh: "在 [-1, 1]² 的 100 个点上，间隔为 0.3、0.1、0.03 时，十个数据集中最多的犯错次数以及上界与 PyTorch 中的结果一致。",
    },
    expected: {
      en: "5, 17, 73 within a factor of 2 (median over the seeds); bounds 28, 191, 1099 ± 20 % (median)",
      zh: "5、17、73，相差不超过 2 倍（各种子的中位数）；上界 28、191、1099，± 20 %（中位数）",
    },
    source: pytorch("5, 17, 73; 28, 191, 1099"),
  },
  counterExample: {
    items: ["F7", "P1"],
    claim: {
      en: "Two points refute the bound as it is printed in the notes, r² + 1/ρ²: 7 mistakes are more than 6.5.",
      zh: "两个点即可推翻笔记中印出的上界 r² + 1/ρ²：犯错 7 次，多于 6.5。",
    },
    expected: { en: "7 mistakes; printed 6.5, correct 13.5", zh: "犯错 7 次；印出的上界 6.5，正确的 13.5" },
    source: { en: "exact", zh: "可手算验证" },
  },
  largerExample: {
    items: ["F7", "P1"],
    claim: {
      en: "Farther from the origin it fails by more: 133 mistakes.",
      zh: "离原点更远时差得更多：犯错 133 次。",
    },
    expected: { en: "133 mistakes; printed 69.0, correct 265.0", zh: "犯错 133 次；印出的上界 69.0，正确的 265.0" },
    source: { en: "exact", zh: "精确计算" },
  },
  descent: {
    items: ["F5", "F15", "P3"],
    claim: {
      en: "Stochastic gradient descent with batches of one on max(0, -y <w, x>) visits the same planes, to the last bit.",
      zh: "在 max(0, -y <w, x>) 上做批量为 1 的随机梯度下降，经过的平面完全相同，一位不差。",
    },
    expected: everySeed(largestDifference("0")),
    source: notes("3.1.1.2"),
  },
  relu: {
    items: ["F5", "P3"],
    claim: {
      en: "Written with relu it never starts: from w = 0 its gradient is 0. With maximum the first step is half as long.",
      zh: "若用 relu 来写则永远不会开始：从 w = 0 出发梯度为 0；用 maximum 时第一步只有一半长。",
    },
    expected: { en: "relu 0, maximum 1/2 of a step", zh: "relu 0 步，maximum 1/2 步" },
    source: pytorch({ en: "subgradients at a tie", zh: "平局处的次梯度" }),
  },
  bias: {
    items: ["F6"],
    claim: {
      en: "With a constant 1 at the end of every sample the bias is the last weight: the same planes.",
      zh: "在每个样本末尾加上常数 1，偏置就成为最后一个权重：经过的平面相同。",
    },
    expected: everySeed(largestDifference("<= 1e-12")),
    source: notes("3.1.1.2"),
  },
  rate: {
    items: ["F8"],
    claim: {
      en: "Every learning rate makes the same mistakes; w only scales.",
      zh: "任何学习率都犯同样的错，w 只是按比例缩放。",
    },
    expected: everySeed({ en: "same number; w / lr differs by <= 1e-9", zh: "次数相同；w / lr 相差 <= 1e-9" }),
    source: notes("3.1.1.2"),
  },
  order: {
    items: ["F9"],
    claim: {
      en: "The order of the samples decides on the plane and on the number of mistakes, which is below the bound in every order.",
      zh: "样本的顺序决定所得的平面与犯错次数；任何顺序下都不超过上界。",
    },
    expected: {
      en: "more than 1 plane, more than 1 number of mistakes, all <= bound",
      zh: "超过 1 个平面，犯错次数超过 1 种，且都 <= 上界",
    },
    source: notes("3.1.1.3"),
  },
  temperature: {
    items: ["F11"],
    claim: {
      en: "A line explains hardly anything of health by body temperature; a line in |T - 37| explains nearly all.",
      zh: "用直线几乎无法以体温解释健康状况；以 |T - 37| 为特征则几乎全部可以解释。",
    },
    expected: everySeed({ en: "R² <= 0.3, then >= 0.95", zh: "R² <= 0.3，之后 >= 0.95" }),
    source: sources(notes("3.1.1.4"), book("mlp")),
  },
  monotone: {
    items: ["F11"],
    claim: {
      en: "The line puts 37 °C between 35 and 39 °C, where the truth puts it above both.",
      zh: "直线把 37 °C 排在 35 与 39 °C 之间，而事实是它高于两者。",
    },
    expected: everySeed({ en: "line between, truth above", zh: "直线在两者之间，事实高于两者" }),
    source: notes("3.1.1.4"),
  },
  wealth: {
    items: ["F12"],
    claim: {
      en: "A line in the logarithm of the assets fits the probability of repayment far better than a line in the assets.",
      zh: "以资产的对数为特征的直线，对还款概率的拟合远好于以资产为特征的直线。",
    },
    expected: everySeed({ en: "mean squared error at least halved", zh: "均方误差至少减半" }),
    source: sources(notes("3.1.1.4"), book("mlp")),
  },
  raise: {
    items: ["F12"],
    claim: {
      en: "From 0 to 50,000 matters more than from 1,000,000 to 1,050,000, but to a line both are the same.",
      zh: "从 0 到 5 万比从 100 万到 105 万更重要，而对直线来说二者相同。",
    },
    expected: everySeed({
      en: "truth > 10 times, line 1 time, logarithm > 10 times",
      zh: "事实 > 10 倍，直线 1 倍，对数 > 10 倍",
    }),
    source: sources(notes("3.1.1.4"), book("mlp")),
  },
  flipped: {
    items: ["F13"],
    claim: {
      en: "Pictures that are flipped are the same things, but a linear model does not know them any more.",
      zh: "翻转后的图片还是同样的东西，但线性模型不再认得它们。",
    },
    expected: everySeed({
      en: "accuracy falls by at least 0.1 left-right, 0.3 upside down",
      zh: "精度下降：左右翻转至少 0.1，上下颠倒至少 0.3",
    }),
    source: notes("3.1.1.4"),
  },
  shifted: {
    items: ["F13"],
    claim: {
      en: "Shifted by some pixels they are lost as well, the more the farther.",
      zh: "平移几个像素后同样如此，移得越远越差。",
    },
    expected: everySeed({
      en: "falls from 0 to 2 to 4 to 8 pixels, by at least 0.3 in all",
      zh: "从 0 到 2、4、8 个像素依次下降，共下降至少 0.3",
    }),
    source: notes("3.1.1.4"),
  },
} as const satisfies Record<string, Claim>;

export type ClaimId = keyof typeof claims;

/** What every part of the experiment is given. */
export type Context = ExperimentContext<ClaimId>;

/** What people call its own measurements, options and parts. */
export const labels = {
  largestShareOfBound: { en: "largest share of the bound", zh: "占上界的最大比例" },
  mirrored: { en: "flipped left-right", zh: "左右翻转" },
  orders: { en: "orders", zh: "样本顺序数" },
  original: { en: "original", zh: "原图" },
  points: { en: "points", zh: "样本点数" },
  shifted4: { en: "shifted by 4", zh: "右移 4 像素" },
  side: { en: "half the side", zh: "半边长" },
  upsideDown: { en: "upside down", zh: "上下颠倒" },
} satisfies Labels;
