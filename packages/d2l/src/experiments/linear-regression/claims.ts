// What the book says about linear regression, and what its exercises come to.
import { below } from "../bounds.js";
import { everySeed, largestDifference, largestError } from "../expectations.js";
import type { Claim } from "../experiment.js";
import { book, pytorch, sources } from "../sources.js";

/** What the numbers may be away from what is expected. */
export const limits = {
  /** Relative: of the loss that the noise leaves. */
  loss: 0.05,
  noiseFloor: 0.02,
  weights: 0.01,
  closedForm: 1e-5,
  area: 0.001,
  secondDerivative: 1e-12,
  minimisers: 1e-3,
  laplace: 0.75,
  huber: 1e-12,
  sumOrMean: 1e-5,
  residual: 1e-9,
  gradient: 1e-5,
  ohm: 0.02,
  /** Kelvin. */
  planck: 20,
  poisson: 0.05,
} as const;

const percent = (share: number) => `${100 * share} %`;

/** Claims of the experiment `linear-regression`. */
export const claims = {
  lossScratch: {
    items: [],
    claim: {
      en: "From scratch, after 3 epochs, the loss is half the variance of the noise.",
      zh: "从零实现，3 轮后损失为噪声方差的一半。",
    },
    expected: {
      en: `5e-5 ± ${percent(limits.loss)} (mean over the seeds; then smallest and largest)`,
      zh: `5e-5 ± ${percent(limits.loss)}（各种子的平均，其后为最小与最大）`,
    },
    source: book("linear-regression-scratch", { prints: "0.000051" }),
  },
  lossConcise: {
    items: [],
    claim: {
      en: "With layers, whose loss has no half, it is that variance.",
      zh: "用层实现（损失不带二分之一）时，损失即噪声方差。",
    },
    expected: {
      en: `1e-4 ± ${percent(limits.loss)} (mean over the seeds; then smallest and largest)`,
      zh: `1e-4 ± ${percent(limits.loss)}（各种子的平均，其后为最小与最大）`,
    },
    source: book("linear-regression-concise", { prints: "0.000103" }),
  },
  noiseFloor: {
    items: [],
    claim: {
      en: "Training cannot do better: the loss is that of the true w and b on the same samples.",
      zh: "训练无法做得更好：所得损失就是真实 w 与 b 在同一批样本上的损失。",
    },
    expected: everySeed({
      en: `ratio 1 ± ${percent(limits.noiseFloor)}`,
      zh: `比值 1 ± ${percent(limits.noiseFloor)}`,
    }),
    source: { en: "nothing in the features tells the noise", zh: "特征中不含噪声的任何信息" },
  },
  weights: {
    items: [],
    claim: {
      en: "Both come to the true w and b.",
      zh: "两种实现都得到真实的 w 与 b。",
    },
    expected: everySeed(largestError(below(limits.weights).text)),
    source: sources(book("linear-regression-scratch"), book("linear-regression-concise")),
  },
  zeroInit: {
    items: [],
    claim: {
      en: "Starting from w = 0 works as well: the problem is convex.",
      zh: "从 w = 0 开始同样可行：这是凸问题。",
    },
    expected: everySeed({
      en: `ratio to the loss of the true w and b: 1 ± ${percent(limits.noiseFloor)}`,
      zh: `与真实 w、b 的损失之比：1 ± ${percent(limits.noiseFloor)}`,
    }),
    source: book("linear-regression-scratch", { exercise: 1 }),
  },
  closedForm: {
    items: [],
    claim: {
      en: "The closed form (X^T X)^-1 X^T y is where gradient descent on all samples comes to: not the true w, but the best for these data.",
      zh: "用全部样本做梯度下降，终点就是解析解 (X^T X)^-1 X^T y：它不是真实的 w，而是对这些数据最好的 w。",
    },
    expected: everySeed({
      en: `largest difference ${below(limits.closedForm).text}, and nearer than the true w and b`,
      zh: `最大差 ${below(limits.closedForm).text}，且比真实的 w、b 更近`,
    }),
    source: book("linear-regression", { exercise: 2 }),
  },
  density: {
    items: [],
    claim: {
      en: "Each of the three normal densities has the area 1.",
      zh: "三条正态密度曲线下的面积都是 1。",
    },
    expected: { en: `1 ± ${limits.area}, three times`, zh: `1 ± ${limits.area}，三次` },
    source: book("linear-regression"),
  },
  vectorization: {
    items: [],
    claim: {
      en: "Adding vectors at once gives what the loop over elements gives (the times are in the table).",
      zh: "整体相加与逐元素循环相加结果相同（用时见表）。",
    },
    expected: { en: "1 + 1 = 2 everywhere, both ways", zh: "两种方式处处都是 1 + 1 = 2" },
    source: book("linear-regression"),
  },
  minimisers: {
    items: [],
    claim: {
      en: "The mean makes the sum of squares smallest, the median that of absolute values.",
      zh: "均值使平方和最小，中位数使绝对值之和最小。",
    },
    expected: {
      en: `${below(limits.minimisers).text} away from mean and median`,
      zh: `与均值、中位数相差 ${below(limits.minimisers).text}`,
    },
    source: book("linear-regression", { exercise: 1 }),
  },
  laplace: {
    items: [],
    claim: {
      en: "Under Laplace noise the absolute loss is the better one: its squared error of w is nearly half that of the squared loss.",
      zh: "噪声为拉普拉斯分布时应选绝对损失：其 w 的均方误差接近平方损失的一半。",
    },
    expected: {
      en: `ratio ${below(limits.laplace).text} (mean over 200 data sets)`,
      zh: `比值 ${below(limits.laplace).text}（200 个数据集的平均）`,
    },
    source: sources(book("linear-regression", { exercise: 3 }), {
      en: "1/2 for many samples: variances b^2/n and 2b^2/n",
      zh: "样本很多时为 1/2：方差分别为 b^2/n 与 2b^2/n",
    }),
  },
  rank: {
    items: [],
    claim: {
      en: "Two equal features leave X^T X without an inverse; the pseudo-inverse still fits.",
      zh: "两个相同的特征使 X^T X 不可逆；伪逆仍能拟合。",
    },
    expected: {
      en: `rank 1; residual ${below(limits.residual).text}`,
      zh: `秩 1；残差 ${below(limits.residual).text}`,
    },
    source: book("linear-regression", {
      edition: "en",
      exercise: { en: "a matrix without full rank", zh: "不满秩矩阵" },
    }),
  },
  poisson: {
    items: [],
    claim: {
      en: "Counts want the Poisson loss e^o - y o: it finds the w and b that made the rates.",
      zh: "计数数据应使用泊松损失 e^o - y o：它能找回生成速率的 w 与 b。",
    },
    expected: everySeed(largestError(below(limits.poisson).text)),
    source: book("linear-regression", {
      edition: "en",
      exercise: { en: "counts of apples sold", zh: "苹果销量（计数）" },
    }),
  },
  ohm: {
    items: [],
    claim: {
      en: "Autograd learns the resistance of Ohm's law U = R I from noisy measurements.",
      zh: "自动求导能从带噪声的测量中学到欧姆定律 U = R I 的电阻。",
    },
    expected: everySeed({ en: `2 ± ${limits.ohm} ohm`, zh: `2 ± ${limits.ohm} 欧姆` }),
    source: book("linear-regression-scratch", { exercise: 2 }),
  },
  planck: {
    items: [],
    claim: {
      en: "From a spectrum with 1 % of noise it learns the temperature in Planck's law: that of the sun.",
      zh: "从带 1 % 噪声的光谱中，它能学到普朗克定律里的温度：太阳的温度。",
    },
    expected: everySeed(`5772 ± ${limits.planck} K`),
    source: sources(book("linear-regression-scratch", { exercise: 3 }), {
      en: "nominal temperature of the sun, IAU 2015",
      zh: "太阳的标称温度（IAU 2015）",
    }),
  },
  secondDerivative: {
    items: [],
    claim: {
      en: "The second derivative of half the mean squared error is X^T X / n.",
      zh: "均方误差之半的二阶导数为 X^T X / n。",
    },
    expected: largestError(below(limits.secondDerivative).text),
    source: book("linear-regression-scratch", { exercise: 4 }),
  },
  broadcast: {
    items: ["P25"],
    claim: {
      en: "Predictions (10, 1) minus labels (10) make (10, 10) without a word; squaredLoss brings them into one shape.",
      zh: "预测 (10, 1) 减标签 (10) 会悄悄得到 (10, 10)；squaredLoss 会先统一形状。",
    },
    expected: {
      en: "10 x 10; wrong loss > 10 times the right one, which is 0.005",
      zh: "10 x 10；错误的损失是正确损失 0.005 的 10 倍以上",
    },
    source: sources(book("linear-regression-scratch", { exercise: 5 }), pytorch()),
  },
  rates: {
    items: [],
    claim: {
      en: "A rate of 0.001 is too small for 3 epochs, 0.03 and 0.3 reach the noise, and 3 diverges.",
      zh: "学习率 0.001 在 3 轮内太小，0.03 与 0.3 达到噪声水平，3 则发散。",
    },
    expected: { en: "> 0.1; < 1e-4; < 1e-4; > 1 or NaN", zh: "> 0.1；< 1e-4；< 1e-4；> 1 或 NaN" },
    source: book("linear-regression-scratch", { exercise: 6 }),
  },
  shortBatch: {
    items: ["P16"],
    claim: {
      en: "sgd divides by the number that it is told: told 64 for a last batch of 40 it moves only 40/64 of the way.",
      zh: "sgd 除以所给的批量大小：最后一批只有 40 个样本却给出 64 时，只移动了应有距离的 40/64。",
    },
    expected: "40 / 64 = 0.625",
    source: book("linear-regression-scratch", { exercise: 7 }),
  },
  outlier: {
    items: [],
    claim: {
      en: "One label of 10000 ruins the squared loss and leaves the absolute loss where it was.",
      zh: "一个为 10000 的标签就会毁掉平方损失的结果，而绝对损失几乎不变。",
    },
    expected: { en: "error of b: > 1 squared; < 0.2 absolute", zh: "b 的误差：平方损失 > 1；绝对损失 < 0.2" },
    source: book("linear-regression-scratch", {
      edition: "en",
      exercise: { en: "the absolute loss and outliers", zh: "绝对损失与离群值" },
    }),
  },
  sumOrMean: {
    items: [],
    claim: {
      en: "With the sum in place of the mean the rate must be divided by the batch size: then nothing changes.",
      zh: "用总和代替平均损失时，学习率须除以批量大小：此时结果不变。",
    },
    expected: largestDifference(below(limits.sumOrMean).text),
    source: book("linear-regression-concise", { exercise: 1 }),
  },
  huber: {
    items: [],
    claim: {
      en: "The book's Huber loss is SmoothL1Loss with beta = sigma.",
      zh: "书中的 Huber 损失即 beta = sigma 的 SmoothL1Loss。",
    },
    expected: largestDifference(below(limits.huber).text),
    source: book("linear-regression-concise", { exercise: 2 }),
  },
  gradient: {
    items: [],
    claim: {
      en: "net[0].weight.grad is the gradient: 2/n X^T (Xw + b - y).",
      zh: "net[0].weight.grad 就是梯度：2/n X^T (Xw + b - y)。",
    },
    expected: largestDifference(below(limits.gradient).text),
    source: book("linear-regression-concise", { exercise: 3 }),
  },
} as const satisfies Record<string, Claim>;
