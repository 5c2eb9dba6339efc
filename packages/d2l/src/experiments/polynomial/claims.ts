// What the notes and the book say about fitting polynomials.
import type { Claim } from "../experiment.js";

const source = "d2l-zh, chapter_multilayer-perceptrons/underfit-overfit";
const recorded = "PyTorch 2.13, the book's code, 6 seeds";
const leastSquares = "numpy, exact least squares, 200 data sets";

/** Columns of the exact fits with the median errors that 200 data sets gave. */
export const exactReference = [
  { columns: 2, train: 8.06, test: 8.48 },
  { columns: 4, train: 0.00965, test: 0.01043 },
  { columns: 6, train: 0.00951, test: 0.0111 },
  { columns: 10, train: 0.00909, test: 0.0303 },
  { columns: 15, train: 0.00845, test: 16.7 },
  { columns: 20, train: 0.00823, test: 675 },
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
    source: "notes 3.3.3",
  },
  noiseFree: {
    items: ["F66"],
    claim: { en: "Without noise its label is 5.2164.", zh: "不含噪声时其标签为 5.2164。" },
    expected: "5.2164 ± 0.0001",
    source: "notes 3.3.3: 5.1592 with noise",
  },
  right: {
    items: ["F69"],
    claim: { en: "Degree 3 finds the true weights with every seed.", zh: "3 阶拟合在每个种子下都找到真实权重。" },
    expected: "differences below 0.1, 0.4, 0.3, 1.2",
    source: recorded,
  },
  rightLoss: {
    items: ["F69"],
    claim: { en: "Its training loss comes near the noise's variance 0.01.", zh: "其训练损失接近噪声方差 0.01。" },
    expected: "< 0.05 with every seed",
    source: recorded,
  },
  under: {
    items: ["F70", "P30"],
    claim: {
      en: "A line stays far above the noise, and does not improve after 20 epochs.",
      zh: "直线拟合的损失远高于噪声，20 轮后不再改善。",
    },
    expected: "> 1, and within a tenth of that after 20 epochs",
    source: recorded,
  },
  over: {
    items: ["F71"],
    claim: {
      en: "Degree 19 fits the training data, with weights where there should be none.",
      zh: "19 阶拟合了训练数据，并在本应为零处出现权重。",
    },
    expected: "train < 0.05, Σ|w[4:]| > 1, with every seed",
    source: recorded,
  },
  gap: {
    items: ["F71", "F73", "P29"],
    claim: { en: "Its test loss is above its training loss in the median.", zh: "其测试损失的中位数高于训练损失。" },
    expected: "ratio > 1",
    source: recorded,
  },
  optimum: {
    items: ["F70"],
    claim: { en: "With endless data the best line is 3.3 + 4x.", zh: "数据无限多时最佳直线为 3.3 + 4x。" },
    expected: "[3.3, 4.0] ± 0.1",
    source: "moments of the normal distribution",
  },
  exact: {
    items: ["F71", "F55", "P29"],
    claim: {
      en: "Exact least squares: the more monomials the smaller the training error, and the test error explodes.",
      zh: "精确最小二乘：单项式越多训练误差越小，测试误差却急剧上升。",
    },
    expected: exactReference.map(({ columns, train, test }) => `${columns}: ${train}/${test}`).join(", "),
    source: leastSquares,
  },
  degreeNeeded: {
    items: ["F73"],
    claim: {
      en: "The error reaches the noise from degree 3 on, and never 0.",
      zh: "误差从 3 阶起降到噪声水平，但不会为 0。",
    },
    expected: "degree 3; truth itself has 0.01 ± 0.002",
    source: `${source}, exercises 2 and 4`,
  },
  normalEquations: {
    items: ["F69"],
    claim: { en: "Normal equations and QR agree on 4 monomials.", zh: "4 个单项式时，正规方程与 QR 的解一致。" },
    expected: "difference < 1e-9",
    source: `${source}, exercise 1`,
  },
  unscaled: {
    items: ["F65"],
    claim: {
      en: "Without the factorials gradient descent diverges at once.",
      zh: "若不除以阶乘，梯度下降立即发散。",
    },
    expected: "not finite",
    source: "notes 3.3.2",
  },
  wrongMix: {
    items: ["P5"],
    claim: {
      en: "The mean loss with a learning rate of 0.001 does not get there in 400 epochs.",
      zh: "平均损失配学习率 0.001，400 轮内达不到。",
    },
    expected: "train > 0.1, w3 < 4",
    source: "PyTorch 2.13: w = [4.57, 2.34, -2.48, 2.51], train 0.3 to 0.85",
  },
} as const satisfies Record<string, Claim>;
