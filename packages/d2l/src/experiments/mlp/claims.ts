// What the notes and the book say about the multilayer perceptron from scratch, and the bounds that numbers are held against.
import type { Labels } from "../../report/text/labels.js";
import { above, around, atLeast, below } from "../bounds.js";
import { everySeed, inMedian, largestDifference } from "../expectations.js";
import type { Claim } from "../experiment.js";
import { book, bookInPytorch, notes, pytorch, sources } from "../sources.js";

/** The book's numbers, and how far from them a run may be. */
export const bounds = {
  forward: below(1e-5),
  sum: below(1e-6),
  collapse: below(1e-5),
  curved: above(0.1),
  start: around(Math.LN10, 0.01),
  firstEpoch: around(1.0435, 0.02),
  loss: around(0.3845, 0.02),
  trainAccuracy: around(0.8631, 0.008),
  testAccuracy: atLeast(0.8),
  measuredDuring: above(0),
} as const;

/** Claims of the experiment `mlp`. */
export const claims = {
  forward: {
    items: ["F18", "F30", "P12"],
    claim: {
      en: "A 4-5-1 and a 4-5-3 network written as W1 x + b1 give what nn.Linear gives with transposed weights; for three classes W2 is a matrix.",
      zh: "按 W1 x + b1 手写的 4-5-1 与 4-5-3 网络，与权重转置后的 nn.Linear 结果相同；三分类时 W2 是矩阵。",
    },
    expected: {
      en: `largest difference ${bounds.forward.text}; 1 and 3 outputs`,
      zh: `最大差 ${bounds.forward.text}；1 个与 3 个输出`,
    },
    source: notes("3.1.2.2", "3.1.2.4"),
  },
  softmaxHead: {
    items: ["F30"],
    claim: {
      en: "Softmax turns the three outputs into probabilities with the sum 1 and leaves their order.",
      zh: "softmax 把三个输出化为和为 1 的概率，且保持大小顺序。",
    },
    expected: {
      en: `|sum - 1| ${bounds.sum.text}; 0 samples in another order`,
      zh: `|和 - 1| ${bounds.sum.text}；顺序改变的样本 0 个`,
    },
    source: notes("3.1.2.4"),
  },
  counts: {
    items: ["F19", "F39", "F58"],
    claim: {
      en: "784-256-10 has 2 layers, of which 1 is hidden (the input is not counted), and 203,530 parameters.",
      zh: "784-256-10 有 2 层，其中 1 个隐藏层（输入层不计），203,530 个参数。",
    },
    expected: "2, 1, 203530",
    source: "(784 + 1) 256 + (256 + 1) 10",
  },
  collapse: {
    items: ["F20"],
    claim: {
      en: "Without an activation two layers are one: W = W1 W2, b = b1 W2 + b2; with relu they are not.",
      zh: "没有激活函数时两层等于一层：W = W1 W2，b = b1 W2 + b2；有 relu 时则不然。",
    },
    expected: {
      en: `relative difference ${bounds.collapse.text}; with relu ${bounds.curved.text}`,
      zh: `相对差 ${bounds.collapse.text}；有 relu 时 ${bounds.curved.text}`,
    },
    source: notes("3.1.2.2"),
  },
  rank: {
    items: ["F20"],
    claim: {
      en: "More linear layers never help, and a narrow one in the middle loses rank: 784 to 10 through 3 units has rank 3.",
      zh: "增加线性层并无益处，中间的窄层还会降秩：从 784 经 3 个单元到 10，秩为 3。",
    },
    expected: { en: "3, where a single layer has 10", zh: "3，而单层为 10" },
    source: book("mlp", { edition: "en", exercise: { en: "linear layers", zh: "线性层" } }),
  },
  batches: {
    items: ["F38"],
    claim: {
      en: "Batches of 256: 235 of them for training, the last with 96, and 40 for testing, the last with 16.",
      zh: "批量为 256 时，训练集有 235 批，最后一批 96 个样本；测试集有 40 批，最后一批 16 个样本。",
    },
    expected: "235, 96; 40, 16",
    source: sources(notes("3.1.3.1"), "60,000 / 256, 10,000 / 256"),
  },
  relu: {
    items: ["F41"],
    claim: {
      en: "max(X, 0) by hand gives what torch.relu gives.",
      zh: "手写的 max(X, 0) 与 torch.relu 的结果相同。",
    },
    expected: largestDifference("0"),
    source: book("mlp-scratch"),
  },
  shapes: {
    items: ["F42", "F43"],
    claim: {
      en: "The net gives ten outputs a sample that are no probabilities, and the loss one value a sample.",
      zh: "网络对每个样本给出十个输出，它们不是概率；损失对每个样本给出一个值。",
    },
    expected: { en: "256 x 10, some of them negative; 256", zh: "256 x 10，其中有负数；256" },
    source: book("mlp-scratch"),
  },
  accuracyCounts: {
    items: ["F37", "P26"],
    claim: {
      en: "accuracy counts: 1 of the book's two samples is right.",
      zh: "accuracy 返回个数：书中的两个样本有 1 个正确。",
    },
    expected: { en: "1, a share of 0.5", zh: "1，比例为 0.5" },
    source: book("softmax-regression-scratch", { prints: "0.5" }),
  },
  start: {
    items: ["F44"],
    claim: { en: "Before training the loss is ln 10.", zh: "训练前的损失为 ln 10。" },
    expected: everySeed(bounds.start.text),
    source: { en: "-ln (1/10): ten classes, equally likely", zh: "-ln (1/10)：十个类别概率相等" },
  },
  firstEpoch: {
    items: ["F44"],
    claim: {
      en: "The first epoch's training loss is that of PyTorch.",
      zh: "第一轮的训练损失与 PyTorch 一致。",
    },
    expected: everySeed(bounds.firstEpoch.text),
    source: bookInPytorch(["1.041", "1.046"]),
  },
  loss: {
    items: ["F44"],
    claim: { en: "After 10 epochs the training loss is the book's.", zh: "10 轮后训练损失与书中一致。" },
    expected: everySeed(bounds.loss.text),
    source: sources(book("mlp-scratch"), bookInPytorch(["0.382", "0.384"])),
  },
  trainAccuracy: {
    items: ["F44"],
    claim: { en: "So is the training accuracy.", zh: "训练精度也与书中一致。" },
    expected: everySeed(bounds.trainAccuracy.text),
    source: sources(book("mlp-scratch"), bookInPytorch(["0.864", "0.865"])),
  },
  testAccuracy: {
    items: ["F44"],
    claim: {
      en: "The test accuracy, the best of the last three epochs, is at least 0.80.",
      zh: "测试精度（最后三轮中最好的）至少为 0.80。",
    },
    expected: everySeed(bounds.testAccuracy.text),
    source: sources(book("mlp-scratch", { prints: "0.8232" }), bookInPytorch(["0.832", "0.850"])),
  },
  measuredDuring: {
    items: ["P20"],
    claim: {
      en: "Training accuracy is measured while the weights change: in the first epoch the test accuracy, measured after it, is higher.",
      zh: "训练精度是在权重变化时测得的：第一轮中，在其结束后测得的测试精度更高。",
    },
    expected: everySeed({
      en: `test accuracy - training accuracy ${bounds.measuredDuring.text}`,
      zh: `测试精度 - 训练精度 ${bounds.measuredDuring.text}`,
    }),
    source: book("mlp-scratch", { prints: "0.7500, 0.6438" }),
  },
  predictions: {
    items: ["F45"],
    claim: {
      en: "The first six test images are named correctly.",
      zh: "前六张测试图像全部识别正确。",
    },
    expected: inMedian("6"),
    source: sources(book("mlp-scratch"), pytorch({ en: "all six with seeds 0, 1 and 2", zh: "种子 0、1、2 六张全对" })),
  },
} as const satisfies Record<string, Claim>;

/** What people call its own measurements, options and parts. */
export const labels = {
  fromScratch: { en: "from scratch", zh: "从零实现" },
} satisfies Labels;
