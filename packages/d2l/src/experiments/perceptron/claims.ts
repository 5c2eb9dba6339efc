// What the notes claim about the perceptron, one sentence each.
import type { Claim, ExperimentContext } from "../experiment.js";

export const claims = {
  answers: {
    items: ["F1"],
    claim: {
      en: "σ answers 1 above 0, and 0 at 0 and below, for one sample as for a batch.",
      zh: "σ 在大于 0 时输出 1，在等于或小于 0 时输出 0，单个样本与批量相同。",
    },
    expected: "0, 0, 1",
    source: "notes 3.1.1.1",
  },
  labels: {
    items: ["F2", "P2"],
    claim: {
      en: "Trained with labels 0 and 1 instead of -1 and +1 the rule never ends, although the data can be separated.",
      zh: "若用标签 0 与 1 代替 -1 与 +1 训练，即使数据可分，规则也永远不会结束。",
    },
    expected: "-1, +1: converges; 0, 1: does not",
    source: "notes 3.1.1.1 and 3.1.1.2",
  },
  axioms: {
    items: ["F3"],
    claim: {
      en: "Softmax regression gives probabilities: none below 0, their sum is 1.",
      zh: "softmax 回归给出概率：没有负数，且和为 1。",
    },
    expected: "min >= 0, |sum - 1| <= 1e-6",
    source: "notes 3.1.1.1; axioms of probability",
  },
  kinds: {
    items: ["F3"],
    claim: {
      en: "On fresh points the perceptron gives two different answers, linear regression a real number each, softmax regression three numbers each.",
      zh: "在新点上，感知机只有两种不同的输出，线性回归每点给出一个实数，softmax 回归每点给出三个数。",
    },
    expected: "2 values; 1000 values; 1000 x 3",
    source: "notes 3.1.1.1",
  },
  plane: {
    items: ["F10"],
    claim: {
      en: "The perceptron cuts the plane in two half-planes: what lies midway between two points of one side is on that side.",
      zh: "感知机把平面切成两个半平面：同侧两点的中点仍在该侧。",
    },
    expected: "0 exceptions",
    source: "notes 3.1.1.4",
  },
  converges: {
    items: ["F4", "F7", "F15"],
    claim: {
      en: "Where a plane separates the data, training ends with a pass without mistakes.",
      zh: "只要数据可被平面分开，训练就会以一遍不犯错而结束。",
    },
    expected: "all runs",
    source: "notes 3.1.1.2",
  },
  bound: {
    items: ["F7", "P1"],
    claim: {
      en: "It never makes more than (r² + 1) / ρ² mistakes.",
      zh: "犯错次数从不超过 (r² + 1) / ρ²。",
    },
    expected: "largest share of the bound <= 1",
    source: "notes 3.1.1.3; Novikoff 1962",
  },
  reference: {
    items: ["F7"],
    claim: {
      en: "With margins of 0.3, 0.1 and 0.03 among 100 points of [-1, 1]² the most mistakes in ten data sets, and the bound, are those of the reference run.",
      zh: "在 [-1, 1]² 的 100 个点上，间隔为 0.3、0.1、0.03 时，十个数据集中最多的犯错次数以及上界与参考运行一致。",
    },
    expected: "5, 17, 73 within a factor of 2 (median over seeds); bounds 28, 191, 1099 ± 20 % (median)",
    source: "reference run",
  },
  counterExample: {
    items: ["F7", "P1"],
    claim: {
      en: "Two points refute the bound as it is printed in the notes, r² + 1/ρ²: 7 mistakes.",
      zh: "两个点即可推翻笔记中印出的上界 r² + 1/ρ²：犯错 7 次。",
    },
    expected: "7 mistakes; printed 6.5, correct 13.5",
    source: "reference run; exact",
  },
  largerExample: {
    items: ["F7", "P1"],
    claim: {
      en: "Farther from the origin it fails by more: 133 mistakes.",
      zh: "离原点更远时差得更多：犯错 133 次。",
    },
    expected: "133 mistakes; printed 69.0, correct 265.0",
    source: "reference run; exact",
  },
  descent: {
    items: ["F5", "F15", "P3"],
    claim: {
      en: "Stochastic gradient descent with batches of one on max(0, -y <w, x>) visits the same planes, to the last bit.",
      zh: "在 max(0, -y <w, x>) 上做批量为 1 的随机梯度下降，经过的平面完全相同，一位不差。",
    },
    expected: "difference 0",
    source: "notes 3.1.1.2",
  },
  relu: {
    items: ["F5", "P3"],
    claim: {
      en: "Written with relu it never starts: from w = 0 its gradient is 0. With maximum the first step is half as long.",
      zh: "若用 relu 来写则永远不会开始：从 w = 0 出发梯度为 0；用 maximum 时第一步只有一半长。",
    },
    expected: "relu 0, maximum 0.5",
    source: "subgradients of PyTorch 2.13",
  },
  bias: {
    items: ["F6"],
    claim: {
      en: "With a constant 1 at the end of every sample the bias is the last weight: the same planes.",
      zh: "在每个样本末尾加上常数 1，偏置就成为最后一个权重：经过的平面相同。",
    },
    expected: "difference <= 1e-12",
    source: "notes 3.1.1.2",
  },
  rate: {
    items: ["F8"],
    claim: {
      en: "Every learning rate makes the same mistakes; w only scales.",
      zh: "任何学习率都犯同样的错，w 只是按比例缩放。",
    },
    expected: "same number; w / lr differs by <= 1e-9",
    source: "notes 3.1.1.2",
  },
  order: {
    items: ["F9"],
    claim: {
      en: "The order of the samples decides on the plane and on the number of mistakes, which is below the bound in every order.",
      zh: "样本的顺序决定所得的平面与犯错次数；任何顺序下都不超过上界。",
    },
    expected: "more than 1 plane, more than 1 number of mistakes, all <= bound",
    source: "notes 3.1.1.3",
  },
  temperature: {
    items: ["F11"],
    claim: {
      en: "A line explains hardly anything of health by body temperature; a line in |T - 37| explains nearly all.",
      zh: "用直线几乎无法以体温解释健康状况；以 |T - 37| 为特征则几乎全部可以解释。",
    },
    expected: "R² <= 0.3, then >= 0.95",
    source: "notes 3.1.1.4; d2l-zh, mlp",
  },
  monotone: {
    items: ["F11"],
    claim: {
      en: "The line puts 37 °C between 35 and 39 °C, where the truth puts it above both.",
      zh: "直线把 37 °C 排在 35 与 39 °C 之间，而事实是它高于两者。",
    },
    expected: "line between, truth above",
    source: "notes 3.1.1.4",
  },
  wealth: {
    items: ["F12"],
    claim: {
      en: "A line in the logarithm of the assets fits the probability of repayment far better than a line in the assets.",
      zh: "以资产的对数为特征的直线，对还款概率的拟合远好于以资产为特征的直线。",
    },
    expected: "error at least halved",
    source: "notes 3.1.1.4; d2l-zh, mlp",
  },
  raise: {
    items: ["F12"],
    claim: {
      en: "From 0 to 50,000 matters more than from 1,000,000 to 1,050,000, but to a line both are the same.",
      zh: "从 0 到 5 万比从 100 万到 105 万更重要，而对直线来说二者相同。",
    },
    expected: "truth > 10 times, line 1, logarithm > 10 times",
    source: "notes 3.1.1.4; d2l-zh, mlp",
  },
  flipped: {
    items: ["F13"],
    claim: {
      en: "Pictures that are flipped are the same things, but a linear model does not know them any more.",
      zh: "翻转后的图片还是同样的东西，但线性模型不再认得它们。",
    },
    expected: "accuracy falls by at least 0.1 left-right, 0.3 upside down",
    source: "notes 3.1.1.4",
  },
  shifted: {
    items: ["F13"],
    claim: {
      en: "Shifted by some pixels they are lost as well, the more the farther.",
      zh: "平移几个像素后同样如此，移得越远越差。",
    },
    expected: "falls from 0 to 2 to 4 to 8 pixels, by at least 0.3 in all",
    source: "notes 3.1.1.4",
  },
} as const satisfies Record<string, Claim>;

export type ClaimId = keyof typeof claims;

/** What every part of the experiment is given. */
export type Context = ExperimentContext<ClaimId>;
