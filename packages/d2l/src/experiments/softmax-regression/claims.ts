// What the book says about softmax regression, and the bounds that measured numbers are held against.
import { above, around, atLeast, below } from "../bounds.js";
import { everySeed, inMedian, largestError } from "../expectations.js";
import type { Claim } from "../experiment.js";
import { book, bookInPytorch, notes, pytorch, sources } from "../sources.js";

/** The book's numbers, and how far from them a run may be. */
export const bounds = {
  resized: "32 x 1 x 64 x 64 torch.float32; 32 torch.int32",
  sum: below(1e-6),
  untrained: around(0.1, 0.08),
  start: around(Math.LN10, 0.1),
  firstEpoch: around(0.7866, 0.02),
  loss: around(0.4475, 0.02),
  trainAccuracy: around(0.8476, 0.008),
  testAccuracy: atLeast(0.79),
  concise: below(1e-3),
  derivatives: below(1e-12),
  entropyGap: above(0),
  ownEntropy: below(1e-12),
  certain: below(0.01),
  even: around(Math.log(4), 0.01),
  /** Logarithms of the largest and of the smallest normal number of float16, bfloat16, float32 and float64. */
  largestExponents: [11.09, 88.72, 88.72, 709.78].map((limit) => around(limit, 0.01)),
  smallestExponents: [-9.7, -87.34, -87.34, -708.4].map((limit) => around(limit, 0.01)),
  // Over p from 0 to 1: the integrals of 20 p to 1/2, of 1 - p from 1/2; and both with 1/21 in place of 1/2.
  mostLikely: around(2.625, 0.25),
  leastCost: around(10 / 21, 0.05),
} as const;

/** Claims of the experiment `softmax-regression`. */
export const claims = {
  labels: {
    items: [],
    claim: {
      en: "Fashion-MNIST has 60,000 and 10,000 pictures, and the first 18 of them are what the book shows.",
      zh: "Fashion-MNIST 有 60,000 张训练图片与 10,000 张测试图片，前 18 张与书中所示一致。",
    },
    expected: "60000, 10000; 9 0 0 3 0 2 7 2 5 5 0 9 5 5 7 9 1 0",
    source: book("image-classification-dataset"),
  },
  resized: {
    items: [],
    claim: {
      en: "A batch of 32 pictures, resized to 64 pixels, has the shapes and types that the book prints; labels are int32 here, int64 there.",
      zh: "把 32 张图片的一个批量缩放到 64 像素，形状与类型如书中所印；标签在这里为 int32，书中为 int64。",
    },
    expected: { en: bounds.resized, zh: bounds.resized },
    source: book("image-classification-dataset"),
  },
  sums: {
    items: [],
    claim: {
      en: "Sums of a matrix along its rows and its columns keep two dimensions.",
      zh: "矩阵按行、按列求和时保留两个维度。",
    },
    expected: "[[5,7,9]]; [[6],[15]]",
    source: book("softmax-regression-scratch"),
  },
  cells: {
    items: [],
    claim: {
      en: "The book's small example: chosen probabilities, their cross entropies, and the share of right answers.",
      zh: "书中的小例子：选出的概率、交叉熵以及正确的比例。",
    },
    expected: "0.1, 0.5; 2.3026, 0.6931; 0.5",
    source: book("softmax-regression-scratch"),
  },
  kinds: {
    items: ["F3"],
    claim: {
      en: "A perceptron answers with 0 or 1, linear regression with any number, softmax regression with probabilities: none negative, each row with the sum 1.",
      zh: "感知机输出 0 或 1，线性回归输出任意实数，softmax 回归输出概率：非负且每行和为 1。",
    },
    expected: {
      en: `0, 1; not all from 0 to 1; smallest >= 0, |sum - 1| ${bounds.sum.text}`,
      zh: `0、1；不全在 0 与 1 之间；最小值 >= 0，|和 - 1| ${bounds.sum.text}`,
    },
    source: notes("3.1.1.1"),
  },
  order: {
    items: ["F30"],
    claim: {
      en: "Softmax keeps the order: the most likely class is the one with the largest output.",
      zh: "softmax 保持大小顺序：最可能的类别就是输出最大的那一个。",
    },
    expected: { en: "0 test pictures where they differ", zh: "不一致的测试图片 0 张" },
    source: notes("3.1.2.4"),
  },
  untrained: {
    items: [],
    claim: {
      en: "Before training one picture in ten is named correctly, by chance.",
      zh: "训练前约有十分之一的图片碰巧识别正确。",
    },
    expected: inMedian(bounds.untrained.text),
    source: book("softmax-regression-scratch", { prints: "0.0625" }),
  },
  start: {
    items: [],
    claim: { en: "Before training the loss is about ln 10.", zh: "训练前的损失约为 ln 10。" },
    expected: everySeed(bounds.start.text),
    source: book("softmax-regression"),
  },
  firstEpoch: {
    items: [],
    claim: { en: "The first epoch's training loss is the book's.", zh: "第一轮的训练损失与书中一致。" },
    expected: everySeed(bounds.firstEpoch.text),
    source: sources(book("softmax-regression-scratch"), bookInPytorch(["0.783", "0.787"])),
  },
  loss: {
    items: [],
    claim: { en: "After 10 epochs the training loss is the book's.", zh: "10 轮后训练损失与书中一致。" },
    expected: everySeed(bounds.loss.text),
    source: sources(book("softmax-regression-scratch"), bookInPytorch(["0.446", "0.447"])),
  },
  trainAccuracy: {
    items: [],
    claim: { en: "So is the training accuracy.", zh: "训练精度也与书中一致。" },
    expected: everySeed(bounds.trainAccuracy.text),
    source: sources(book("softmax-regression-scratch"), bookInPytorch(["0.848", "0.849"])),
  },
  testAccuracy: {
    items: [],
    claim: {
      en: "The test accuracy, the best of the last three epochs, is at least 0.79.",
      zh: "测试精度（最后三轮中最好的）至少为 0.79。",
    },
    expected: everySeed(bounds.testAccuracy.text),
    source: sources(book("softmax-regression-scratch", { prints: "0.8360" }), bookInPytorch(["0.816", "0.834"])),
  },
  predictions: {
    items: [],
    claim: { en: "The first six test images are named correctly.", zh: "前六张测试图像全部识别正确。" },
    expected: inMedian("6"),
    source: pytorch({
      en: "all six with seeds 0, 1, 2 and 4; with seed 3 it takes the shirt for a t-shirt",
      zh: "种子 0、1、2、4 六张全对；种子 3 把衬衫认作 T 恤",
    }),
  },
  concise: {
    items: [],
    claim: {
      en: "With layers, from the same weights and in the same order, training gives the same numbers.",
      zh: "用层实现时，以相同的权重、相同的顺序训练得到相同的数值。",
    },
    expected: { en: `last losses differ by ${bounds.concise.text}`, zh: `最后的损失相差 ${bounds.concise.text}` },
    source: book("softmax-regression-concise"),
  },
  overflow: {
    items: ["P28"],
    claim: {
      en: "The book's softmax gives NaN for (100, 0) and (-110, -111); torch.softmax and cross entropy on logits do not.",
      zh: "书中的 softmax 对 (100, 0) 与 (-110, -111) 给出 NaN；torch.softmax 与作用于 logits 的交叉熵不会。",
    },
    expected: {
      en: "rows with NaN: 2 by hand, 0 by torch.softmax; losses 100.0000, 1.3133 where the second class is true",
      zh: "含 NaN 的行：手写 2，torch.softmax 0；真实类别为第二类时损失 100.0000、1.3133",
    },
    source: pytorch(),
  },
  logZero: {
    items: ["P28"],
    claim: {
      en: "A true class of probability 0 makes the loss infinite and its gradients NaN; on logits both stay finite.",
      zh: "真实类别的概率为 0 时损失为无穷、梯度为 NaN；作用于 logits 时两者皆有限。",
    },
    expected: {
      en: "loss Infinity with 2 NaN in its gradient; 120 with 0",
      zh: "损失 Infinity，梯度中 2 个 NaN；损失 120，0 个",
    },
    source: pytorch(),
  },
  derivatives: {
    items: [],
    claim: {
      en: "The gradient of cross entropy on logits is softmax(o) - y, its second derivative diag(p) - p p^T.",
      zh: "交叉熵对 logits 的梯度为 softmax(o) - y，二阶导数为 diag(p) - p p^T。",
    },
    expected: largestError(bounds.derivatives.text),
    source: book("softmax-regression", { exercise: 1 }),
  },
  ternary: {
    items: [],
    claim: {
      en: "Three equally likely classes take 5/3 bits each in the best binary code, 29/18 where two of them are coded together; entropy allows log2 3 = 1.585.",
      zh: "三个等可能的类别，最优二进制编码平均每个 5/3 比特，两个一起编码时为 29/18 比特；熵的下界为 log2 3 = 1.585。",
    },
    expected: "1.6667, 1.6111 > 1.5850",
    source: book("softmax-regression", { exercise: 2 }),
  },
  entropy: {
    items: [],
    claim: {
      en: "Cross entropy is never below entropy, and equal to it where both distributions are the same.",
      zh: "交叉熵不小于熵，两个分布相同时取等号。",
    },
    expected: {
      en: `smallest gap ${bounds.entropyGap.text}; of a distribution and itself ${bounds.ownEntropy.text}`,
      zh: `最小差距 ${bounds.entropyGap.text}；分布与自身 ${bounds.ownEntropy.text}`,
    },
    source: book("softmax-regression"),
  },
  realSoftMax: {
    items: [],
    claim: {
      en: "RealSoftMax(a, b) = log(e^a + e^b) is above the maximum, and comes near to it when scaled by λ; with the signs turned it is below the minimum by as much.",
      zh: "RealSoftMax(a, b) = log(e^a + e^b) 大于最大值，按 λ 缩放后趋近最大值；取负号后则以同样的差距小于最小值。",
    },
    expected: {
      en: "gaps > 0, falling with λ, <= ln 2 / λ, for maximum and minimum",
      zh: "差距 > 0，随 λ 下降，<= ln 2 / λ，最大值与最小值皆然",
    },
    source: book("softmax-regression", { exercise: 3 }),
  },
  temperature: {
    items: [],
    claim: {
      en: "A high temperature makes softmax even, a low one makes it certain.",
      zh: "温度高时 softmax 趋于均匀，温度低时趋于确定。",
    },
    expected: {
      en: `entropy rises with T, from ${bounds.certain.text} to ${bounds.even.text}`,
      zh: `熵随 T 上升，从 ${bounds.certain.text} 到 ${bounds.even.text}`,
    },
    source: book("softmax-regression", { edition: "en", exercise: { en: "temperature", zh: "温度" } }),
  },
  exponents: {
    items: [],
    claim: {
      en: "In float16, bfloat16, float32 and float64 exp has a largest argument before it is infinite, and a smallest one before it loses digits.",
      zh: "在 float16、bfloat16、float32 与 float64 下，exp 有结果仍有限的最大自变量，也有结果不损失位数的最小自变量。",
    },
    expected: [bounds.largestExponents, bounds.smallestExponents]
      .map((limits) => limits.map(({ text }) => text).join(", "))
      .join("; "),
    source: sources(book("softmax-regression-scratch", { exercise: 1 }), {
      en: "logarithms of the formats' limits",
      zh: "各格式极限的对数",
    }),
  },
  costs: {
    items: [],
    claim: {
      en: "The most likely class is not always the best answer: where overlooking an illness costs 20 times more, deciding by expected cost is cheaper.",
      zh: "最可能的类别未必是最好的回答：漏诊的代价高 20 倍时，按期望代价决策更划算。",
    },
    expected: {
      en: `mean cost by the most likely class ${bounds.mostLikely.text}, by expected cost ${bounds.leastCost.text}`,
      zh: `平均代价：按最可能的类别 ${bounds.mostLikely.text}，按期望代价 ${bounds.leastCost.text}`,
    },
    source: sources(book("softmax-regression-scratch", { exercise: 4 }), "21/8, 10/21"),
  },
  vocabulary: {
    items: [],
    claim: {
      en: "With 100,000 words the sum of exponentials overflows half precision although each of them is 1: all probabilities become 0, where log softmax has their logarithm.",
      zh: "词表有 10 万个词时，即使每个指数都是 1，其和也会在半精度下溢出：概率全部变为 0；log softmax 仍给出其对数。",
    },
    expected: "0; -11.5129",
    source: sources(book("softmax-regression-scratch", { exercise: 5 }), "-ln 100,000"),
  },
} as const satisfies Record<string, Claim>;
