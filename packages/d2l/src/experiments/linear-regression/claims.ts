// What the book says about linear regression.
import type { Claim } from "../experiment.js";

const theory = "d2l, chapter_linear-networks/linear-regression";
const scratch = "d2l, chapter_linear-networks/linear-regression-scratch";
const concise = "d2l, chapter_linear-networks/linear-regression-concise";

/** Claims of the experiment `linear-regression`. */
export const claims = {
  lossScratch: {
    items: [],
    claim: {
      en: "From scratch, after 3 epochs, the loss is half the variance of the noise.",
      zh: "从零实现，3 轮后损失为噪声方差的一半。",
    },
    expected: "5e-5 ± 5 % (median over the seeds)",
    source: `${scratch}: 0.000051`,
  },
  lossConcise: {
    items: [],
    claim: {
      en: "With layers, whose loss has no half, it is that variance.",
      zh: "用层实现（损失不带二分之一）时，损失即噪声方差。",
    },
    expected: "10e-5 ± 5 % (median over the seeds)",
    source: `${concise}: 0.000103`,
  },
  weights: {
    items: [],
    claim: {
      en: "Both come to the true w and b.",
      zh: "两者都达到真实的 w 与 b。",
    },
    expected: "errors < 0.01 with every seed",
    source: `${scratch} and ${concise}`,
  },
  closedForm: {
    items: [],
    claim: {
      en: "The closed form (X^T X)^-1 X^T y is where gradient descent comes to.",
      zh: "解析解 (X^T X)^-1 X^T y 正是梯度下降所到达之处。",
    },
    expected: "difference < 0.005 with every seed",
    source: theory,
  },
  density: {
    items: [],
    claim: {
      en: "Each of the three normal densities has the area 1.",
      zh: "三条正态密度曲线下的面积都是 1。",
    },
    expected: "1 ± 0.001, three times",
    source: theory,
  },
  vectorization: {
    items: [],
    claim: {
      en: "Adding vectors at once gives what the loop over elements gives (the times are in the table).",
      zh: "整体相加向量与逐元素循环相加结果相同（用时见表）。",
    },
    expected: "largest difference 0",
    source: theory,
  },
  shortBatch: {
    items: ["P16"],
    claim: {
      en: "sgd divides by the number that it is told: told 64 for a last batch of 40 it moves only 40/64 of the way.",
      zh: "sgd 除以所给的批量大小：最后一批只有 40 个样本却给出 64 时，只移动了应有距离的 40/64。",
    },
    expected: "0.625",
    source: "40 / 64",
  },
  broadcast: {
    items: ["P25"],
    claim: {
      en: "Predictions (10, 1) minus labels (10) make (10, 10) without a word; squaredLoss brings them into one shape.",
      zh: "预测 (10, 1) 减标签 (10) 会悄悄得到 (10, 10)；squaredLoss 会先统一形状。",
    },
    expected: "10 x 10; wrong loss > 10 times the right one, which is 0.005",
    source: "PyTorch 2.13",
  },
  zeroInit: {
    items: [],
    claim: {
      en: "Starting from w = 0 works as well: the problem is convex.",
      zh: "从 w = 0 开始同样可行：这是凸问题。",
    },
    expected: "5e-5 ± 5 % (median over the seeds)",
    source: `${scratch}, exercise 1`,
  },
  secondDerivative: {
    items: [],
    claim: {
      en: "The second derivative of half the mean squared error is X^T X / n.",
      zh: "均方误差之半的二阶导数为 X^T X / n。",
    },
    expected: "largest error < 1e-12",
    source: `${scratch}, exercise 4`,
  },
  rates: {
    items: [],
    claim: {
      en: "A rate of 0.001 is too small for 3 epochs, 0.03 and 0.3 reach the noise, and 3 diverges.",
      zh: "学习率 0.001 在 3 轮内太小，0.03 与 0.3 达到噪声水平，3 则发散。",
    },
    expected: "> 0.1; < 1e-4, < 1e-4; not a number or > 1",
    source: `${scratch}, exercise 6`,
  },
  minimisers: {
    items: [],
    claim: {
      en: "The mean makes the sum of squares smallest, the median that of absolute values.",
      zh: "均值使平方和最小，中位数使绝对值之和最小。",
    },
    expected: "within 0.001 of mean and median",
    source: `${theory}, exercise 1`,
  },
  laplace: {
    items: [],
    claim: {
      en: "Under Laplace noise the absolute loss comes nearer to w than the squared one, on average.",
      zh: "噪声为拉普拉斯分布时，平均而言绝对损失比平方损失更接近 w。",
    },
    expected: "mean error: absolute < squared",
    source: `${theory}, exercise 3`,
  },
  outlier: {
    items: [],
    claim: {
      en: "One label of 10000 ruins the squared loss and leaves the absolute loss where it was.",
      zh: "一个为 10000 的标签就会毁掉平方损失的结果，而绝对损失几乎不变。",
    },
    expected: "|b error| > 1 squared; < 0.2 absolute",
    source: `${scratch}, exercises of the English edition`,
  },
  huber: {
    items: [],
    claim: {
      en: "The book's Huber loss is SmoothL1Loss with beta = sigma.",
      zh: "书中的 Huber 损失即 beta = sigma 的 SmoothL1Loss。",
    },
    expected: "largest difference < 1e-12",
    source: `${concise}, exercise 2`,
  },
  sumOrMean: {
    items: [],
    claim: {
      en: "With the sum in place of the mean the rate must be divided by the batch size: then nothing changes.",
      zh: "用总和代替平均损失时，学习率须除以批量大小：此后结果不变。",
    },
    expected: "difference of weights < 1e-5",
    source: `${concise}, exercise 1`,
  },
  rank: {
    items: [],
    claim: {
      en: "Two equal features leave X^T X without an inverse; the pseudo-inverse still fits.",
      zh: "两个相同的特征使 X^T X 不可逆；伪逆仍能拟合。",
    },
    expected: "rank 1; residual < 1e-9",
    source: `${theory}, exercises of the English edition`,
  },
} as const satisfies Record<string, Claim>;
