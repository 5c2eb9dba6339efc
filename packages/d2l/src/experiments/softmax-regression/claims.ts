// What the book says about softmax regression.
import type { Claim } from "../experiment.js";

const scratch = "d2l, chapter_linear-networks/softmax-regression-scratch";
const theory = "d2l, chapter_linear-networks/softmax-regression";
const reference = "PyTorch 2.13, the book's code";

/** Claims of the experiment `softmax-regression`. */
export const claims = {
  labels: {
    items: [],
    claim: {
      en: "Fashion-MNIST has 60,000 and 10,000 pictures, and the first 18 of them are what the book shows.",
      zh: "Fashion-MNIST 有 60,000 与 10,000 张图片，前 18 张与书中所示一致。",
    },
    expected: "60000, 10000; 9 0 0 3 0 2 7 2 5 5 0 9 5 5 7 9 1 0",
    source: "d2l, chapter_linear-networks/image-classification-dataset",
  },
  cells: {
    items: [],
    claim: {
      en: "The book's small example: chosen probabilities, their cross entropies, and the share of right answers.",
      zh: "书中的小例子：选出的概率、交叉熵以及正确的比例。",
    },
    expected: "0.1, 0.5; 2.3026, 0.6931; 0.5",
    source: scratch,
  },
  kinds: {
    items: ["F3"],
    claim: {
      en: "A perceptron answers with 0 or 1, linear regression with a number, softmax regression with probabilities: none negative, each row with the sum 1.",
      zh: "感知机输出 0 或 1，线性回归输出一个实数，softmax 回归输出概率：非负且每行和为 1。",
    },
    expected: "0 and 1 only; smallest >= 0; |sum - 1| < 1e-6",
    source: "notes, 3.1.1.1",
  },
  order: {
    items: ["F30"],
    claim: {
      en: "Softmax keeps the order: the most likely class is the one with the largest output.",
      zh: "softmax 保持大小顺序：最可能的类别就是输出最大的那一个。",
    },
    expected: "0 test pictures where they differ",
    source: "notes, 3.1.2.4",
  },
  start: {
    items: [],
    claim: { en: "Before training the loss is about ln 10.", zh: "训练前的损失约为 ln 10。" },
    expected: "2.3026 ± 0.1 with every seed",
    source: theory,
  },
  firstEpoch: {
    items: [],
    claim: { en: "The first epoch's training loss is the book's.", zh: "第一轮的训练损失与书中一致。" },
    expected: "0.7866 ± 0.02 with every seed",
    source: `${scratch}; ${reference}: 0.783 to 0.787`,
  },
  loss: {
    items: [],
    claim: { en: "After 10 epochs the training loss is the book's.", zh: "10 轮后训练损失与书中一致。" },
    expected: "0.4475 ± 0.02 with every seed",
    source: `${scratch}; ${reference}: 0.446 to 0.447`,
  },
  trainAccuracy: {
    items: [],
    claim: { en: "So is the training accuracy.", zh: "训练精度也与书中一致。" },
    expected: "0.8476 ± 0.008 with every seed",
    source: `${scratch}; ${reference}: 0.848 to 0.849`,
  },
  testAccuracy: {
    items: [],
    claim: {
      en: "The test accuracy, the best of the last three epochs, is at least 0.79.",
      zh: "测试精度（最后三轮中最好的）至少为 0.79。",
    },
    expected: ">= 0.79 with every seed",
    source: `${scratch}; ${reference}: 0.816 to 0.834`,
  },
  predictions: {
    items: [],
    claim: { en: "The first six test images are named correctly.", zh: "前六张测试图像全部识别正确。" },
    expected: "median over the seeds 6",
    source: `${reference}: all six with seeds 0, 1, 2 and 4; with seed 3 it takes the shirt for a t-shirt, too`,
  },
  concise: {
    items: [],
    claim: {
      en: "With layers, from the same weights and in the same order, training gives the same numbers.",
      zh: "用层实现时，以相同的权重、相同的顺序训练得到相同的数值。",
    },
    expected: "difference of the last losses < 1e-3",
    source: "d2l, chapter_linear-networks/softmax-regression-concise",
  },
  overflow: {
    items: ["P28"],
    claim: {
      en: "The book's softmax gives NaN for (100, 0) and (-110, -111); torch.softmax and cross entropy on logits do not.",
      zh: "书中的 softmax 对 (100, 0) 与 (-110, -111) 给出 NaN；torch.softmax 与作用于 logits 的交叉熵不会。",
    },
    expected: "2 of 2 rows NaN by hand; 0 by torch; loss 100, 1.3133 (true class: the second)",
    source: reference,
  },
  logZero: {
    items: ["P28"],
    claim: {
      en: "A true class of probability 0 makes the loss infinite and its gradients NaN; on logits both stay finite.",
      zh: "真实类别的概率为 0 时损失为无穷、梯度为 NaN；作用于 logits 时两者皆有限。",
    },
    expected: "Infinity, 2 NaN; 120, 0 NaN",
    source: reference,
  },
  derivatives: {
    items: [],
    claim: {
      en: "The gradient of cross entropy on logits is softmax(o) - y, its second derivative diag(p) - p p^T.",
      zh: "交叉熵对 logits 的梯度为 softmax(o) - y，二阶导数为 diag(p) - p p^T。",
    },
    expected: "largest error < 1e-12",
    source: `${theory}, exercise 1`,
  },
  entropy: {
    items: [],
    claim: {
      en: "Cross entropy is never below entropy, and equal to it where both distributions are the same.",
      zh: "交叉熵不小于熵，两个分布相同时取等号。",
    },
    expected: "smallest gap > 0; own gap < 1e-12",
    source: theory,
  },
  realSoftMax: {
    items: [],
    claim: {
      en: "RealSoftMax(a, b) = log(e^a + e^b) is above the maximum, and comes near to it when scaled by lambda.",
      zh: "RealSoftMax(a, b) = log(e^a + e^b) 大于最大值，按 lambda 缩放后趋近最大值。",
    },
    expected: "gap > 0, falls with lambda, <= ln 2 / lambda",
    source: `${theory}, exercise 3`,
  },
  temperature: {
    items: [],
    claim: {
      en: "A high temperature makes softmax even, a low one makes it certain.",
      zh: "温度高时 softmax 趋于均匀，温度低时趋于确定。",
    },
    expected: "entropy rises with T, from < 0.01 to within 0.01 of ln 4",
    source: `${theory}, exercises of the English edition`,
  },
  exponents: {
    items: [],
    claim: {
      en: "The largest arguments of exp in half, single and double precision.",
      zh: "半精度、单精度与双精度下 exp 的最大自变量。",
    },
    expected: "11.09, 88.72, 709.78 (± 0.01)",
    source: `${scratch}, exercise 1`,
  },
  costs: {
    items: [],
    claim: {
      en: "The most likely class is not always the best answer: where overlooking an illness costs 20 times more, deciding by expected cost is cheaper.",
      zh: "最可能的类别未必是最好的回答：漏诊的代价高 20 倍时，按期望代价决策更划算。",
    },
    expected: "least expected cost < half of most likely",
    source: `${scratch}, exercise 4`,
  },
} as const satisfies Record<string, Claim>;
