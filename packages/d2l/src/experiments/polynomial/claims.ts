// What the notes and the book say about fitting polynomials.
import type { Labels } from "../../report/text/labels.js";
import { everySeed, inMedian, largestDifference } from "../expectations.js";
import type { Claim } from "../experiment.js";
import { book, bookInPytorch, notes, pytorch, sources } from "../sources.js";

/** What weights of degree 3 may be away from the true ones. */
export const weightTolerance = [0.1, 0.4, 0.3, 1.2] as const;

/**
 * Columns of the exact fits with the median errors that 200 data sets gave in NumPy. Ours may be away by a share of the training error and
 * by a factor of the test error: medians of heavy tails, which 200 other sets move by a factor of 2 and more where 10 columns and more are fitted.
 */
export const exactReference = [
  { columns: 2, train: 8.06, share: 0.25, test: 8.48, factor: 1.25 },
  { columns: 4, train: 0.00965, share: 0.05, test: 0.01043, factor: 1.1 },
  { columns: 6, train: 0.00951, share: 0.05, test: 0.0111, factor: 1.1 },
  { columns: 10, train: 0.00909, share: 0.05, test: 0.0303, factor: 2 },
  { columns: 15, train: 0.00845, share: 0.05, test: 16.7, factor: 5 },
  { columns: 20, train: 0.00823, share: 0.05, test: 675, factor: 5 },
] as const;

/** Claims of the experiment `polynomial`. */
export const claims = {
  monomials: {
    items: ["F66"],
    claim: {
      en: "For x = 0.26584 the monomials are those that the notes print.",
      zh: "x = 0.26584 时各单项式与笔记所印一致。",
    },
    expected: "0.26584, 0.035335, 0.0031311, 2.0809e-4, ..., 9.6070e-29",
    source: notes("3.3.3"),
  },
  noiseFree: {
    items: ["F66"],
    claim: {
      en: "Without noise its label is 5.2164 (the notes print 5.1592, with a noise of -0.057).",
      zh: "不含噪声时其标签为 5.2164（笔记所印为 5.1592，含噪声 -0.057）。",
    },
    expected: "5.2164 ± 0.0001",
    source: notes("3.3.2", "3.3.3"),
  },
  right: {
    items: ["F69"],
    claim: { en: "Degree 3 finds the true weights with every seed.", zh: "3 阶拟合在每个种子下都找到真实权重。" },
    expected: everySeed(largestDifference(`< ${weightTolerance.join(", ")}`)),
    source: bookInPytorch(),
  },
  rightLoss: {
    items: ["F69"],
    claim: { en: "Its training loss comes near the noise's variance 0.01.", zh: "其训练损失接近噪声方差 0.01。" },
    expected: everySeed("< 0.05"),
    source: bookInPytorch(["0.0098", "0.0305"]),
  },
  under: {
    items: ["F70", "P30"],
    claim: {
      en: "A line stays far above the noise, and does not improve after 20 epochs.",
      zh: "直线拟合的损失远高于噪声，20 轮后不再改善。",
    },
    expected: everySeed({
      en: "> 1, and after 20 epochs at most 1.1 times as much",
      zh: "> 1，且 20 轮时不超过其 1.1 倍",
    }),
    source: bookInPytorch(["2.2", "10.5"]),
  },
  over: {
    items: ["F71"],
    claim: {
      en: "Degree 19 fits the training data, with weights where there should be none.",
      zh: "19 阶拟合了训练数据，并在本应为零处出现权重。",
    },
    expected: everySeed({ en: "training loss < 0.05, Σ|w[4:]| > 1", zh: "训练损失 < 0.05，Σ|w[4:]| > 1" }),
    source: bookInPytorch(),
  },
  gap: {
    items: ["F71", "F73", "P29"],
    claim: {
      en: "Its test loss is above its training loss (test / training).",
      zh: "其测试损失高于训练损失（测试与训练之比）。",
    },
    expected: inMedian("> 1"),
    source: bookInPytorch(["0.97", "42"]),
  },
  optimum: {
    items: ["F70"],
    claim: { en: "With endless data the best line is 3.3 + 4x.", zh: "数据无限多时最佳直线为 3.3 + 4x。" },
    expected: "[3.3, 4.0] ± 0.1",
    source: sources(notes("3.3.5.2"), { en: "moments of the normal distribution", zh: "正态分布的矩" }),
  },
  nested: {
    items: ["F71", "F55"],
    claim: {
      en: "On no data set does the exact training error rise up to 12 monomials (rises).",
      zh: "在任何数据集上，精确解的训练误差在 12 个单项式以内从不上升（上升次数）。",
    },
    expected: "0",
    source: book("underfit-overfit", { exercise: 2 }),
  },
  exact: {
    items: ["F71", "F55", "P29"],
    claim: {
      en: "Exact least squares: the more monomials the smaller the training error, and the test error explodes (monomials: medians of training and test error).",
      zh: "精确最小二乘：单项式越多训练误差越小，测试误差却急剧上升（单项式数：训练与测试误差的中位数）。",
    },
    expected: exactReference
      .map(({ columns, train, share, test, factor }) => `${columns}: ${train} ± ${100 * share} %, ${test} ×÷ ${factor}`)
      .join("; "),
    source: sources("numpy.linalg.lstsq", { en: "200 data sets", zh: "200 个数据集" }),
  },
  degreeNeeded: {
    items: ["F73"],
    claim: {
      en: "The training error reaches the noise from degree 3 on; no generalization error is smaller than that of the true weights, which is the noise's variance.",
      zh: "训练误差从 3 阶起降到噪声水平；泛化误差不会小于真实权重的误差，即噪声方差。",
    },
    expected: { en: "degree 3; the true weights err by 0.01 ± 0.002", zh: "3 阶；真实权重的误差 0.01 ± 0.002" },
    source: sources(book("underfit-overfit", { exercise: 2 }), book("underfit-overfit", { exercise: 4 })),
  },
  interpolation: {
    items: [],
    claim: {
      en: "Only as many monomials as samples bring the training loss to 0: 9 and 10 of them on 10 samples (smallest and largest of 5 data sets).",
      zh: "只有单项式与样本一样多时训练损失才为 0：10 个样本，9 个与 10 个单项式（5 个数据集中的最小与最大值）。",
    },
    expected: "> 1e-9; < 1e-12",
    source: book("underfit-overfit", { exercise: 2 }),
  },
  moreData: {
    items: ["F73"],
    claim: {
      en: "More data cure overfitting: the test error of degree 11 falls from 25 samples to 1000, and both errors end at the noise (test with 25; training and test with 1000).",
      zh: "更多数据可治过拟合：从 25 个样本到 1000 个，11 阶的测试误差不断下降，两种误差最终都接近噪声（25 个样本的测试误差；1000 个的训练与测试误差）。",
    },
    expected: { en: "falling; 0.01 ± 20 % twice (medians)", zh: "不断下降；均为 0.01 ± 20 %（中位数）" },
    source: book("underfit-overfit", { exercise: 2 }),
  },
  normalEquations: {
    items: ["F69"],
    claim: { en: "Normal equations and QR agree on 4 monomials.", zh: "4 个单项式时，正规方程与 QR 的解一致。" },
    expected: largestDifference("< 1e-9"),
    source: book("underfit-overfit", { exercise: 1 }),
  },
  unscaled: {
    items: ["F65"],
    claim: {
      en: "Without the factorials gradient descent is at infinity or NaN after one epoch (data sets).",
      zh: "若不除以阶乘，梯度下降一轮之后就是无穷或 NaN（数据集个数）。",
    },
    expected: "5 / 5",
    source: sources(notes("3.3.2"), book("underfit-overfit", { exercise: 3 })),
  },
  remedies: {
    items: ["F65"],
    claim: {
      en: "Two other scalings cure it: x mapped to [-1, 1], and orthogonal polynomials (training loss over the variance of the labels after 100 epochs, largest of 5 data sets).",
      zh: "另有两种有效的缩放方式：把 x 映射到 [-1, 1]，以及正交多项式（100 轮后训练损失与标签方差之比，5 个数据集中的最大值）。",
    },
    expected: "< 0.3, < 0.3",
    source: book("underfit-overfit", { exercise: 3 }),
  },
  wrongMix: {
    items: ["P5"],
    claim: {
      en: "The mean loss with a learning rate of 0.001 does not get there in 400 epochs (training loss, and weight of x³/3!, which should be 5.6: medians of 5 data sets).",
      zh: "平均损失配学习率 0.001，400 轮内达不到（训练损失，以及 x³/3! 的权重，应为 5.6：5 个数据集的中位数）。",
    },
    expected: "> 0.1; < 5",
    source: pytorch("w = [4.57, 2.34, -2.48, 2.51], 0.3 – 0.85"),
  },
} as const satisfies Record<string, Claim>;

/** What people call its own measurements, options and parts. */
export const labels = {
  exactSets: { en: "data sets of exact fits", zh: "精确拟合的数据集个数" },
  longEpochs: { en: "epochs of degree 19", zh: "19 阶的轮数" },
} satisfies Labels;
