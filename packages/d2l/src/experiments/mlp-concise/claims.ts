// What the notes and the book say about the multilayer perceptron with layers, and the bounds that numbers are held against.
import type { Labels } from "../../report/text/labels.js";
import { above, around, atLeast, below } from "../bounds.js";
import { everySeed, inMedian } from "../expectations.js";
import type { Claim } from "../experiment.js";
import { book, bookInPytorch, notes, pytorch, sources } from "../sources.js";

/** The book's numbers, and how far from them a run may be. */
export const bounds = {
  deep: below(1e-5),
  sameNumbers: below(1e-4),
  start: around(Math.LN10, 0.05),
  firstEpoch: around(1.0445, 0.02),
  loss: around(0.382, 0.02),
  trainAccuracy: around(0.8652, 0.008),
  testAccuracy: atLeast(0.8),
  learnsNothing: atLeast(2),
  bottleneck: above(0.3),
  zeros: around(Math.LN10, 0.01),
} as const;

/** Claims of the experiment `mlp-concise`. */
export const claims = {
  deep: {
    items: ["F31"],
    claim: {
      en: "A network built from the widths 784, 128, 64, 32, 10 computes h1, h2, h3 and o of the notes: four layers.",
      zh: "由宽度 784、128、64、32、10 构造的网络计算的正是笔记中的 h1、h2、h3 与 o：共四层。",
    },
    expected: {
      en: `largest difference ${bounds.deep.text}; 4 layers, 111146 parameters`,
      zh: `最大差 ${bounds.deep.text}；4 层，111146 个参数`,
    },
    source: notes("3.1.2.5"),
  },
  sameNumbers: {
    items: ["F46"],
    claim: {
      en: "From the same weights and in the same order, layers give the numbers of the version from scratch.",
      zh: "以相同的权重、相同的顺序训练，用层实现与从零实现得到相同的数值。",
    },
    expected: {
      en: `losses of the first epoch differ by ${bounds.sameNumbers.text}`,
      zh: `第一轮的损失相差 ${bounds.sameNumbers.text}`,
    },
    source: notes("3.1.3.4"),
  },
  start: {
    items: ["F44"],
    claim: { en: "Before training the loss is about ln 10.", zh: "训练前的损失约为 ln 10。" },
    expected: everySeed(bounds.start.text),
    source: { en: "-ln (1/10): ten classes, equally likely", zh: "-ln (1/10)：十个类别概率相等" },
  },
  firstEpoch: {
    items: ["F44", "F46"],
    claim: {
      en: "The first epoch's training loss is that of PyTorch.",
      zh: "第一轮的训练损失与 PyTorch 一致。",
    },
    expected: everySeed(bounds.firstEpoch.text),
    source: bookInPytorch(["1.044", "1.045"]),
  },
  loss: {
    items: ["F46"],
    claim: { en: "After 10 epochs the training loss is the book's.", zh: "10 轮后训练损失与书中一致。" },
    expected: everySeed(bounds.loss.text),
    source: sources(book("mlp-concise"), bookInPytorch(["0.381", "0.387"])),
  },
  trainAccuracy: {
    items: ["F46"],
    claim: { en: "So is the training accuracy.", zh: "训练精度也与书中一致。" },
    expected: everySeed(bounds.trainAccuracy.text),
    source: sources(book("mlp-concise"), bookInPytorch(["0.863", "0.866"])),
  },
  testAccuracy: {
    items: ["F46"],
    claim: {
      en: "The test accuracy, the best of the last three epochs, is at least 0.80.",
      zh: "测试精度（最后三轮中最好的）至少为 0.80。",
    },
    expected: everySeed(bounds.testAccuracy.text),
    source: sources(book("mlp-concise", { prints: "0.8382" }), bookInPytorch(["0.821", "0.850"])),
  },
  predictions: {
    items: ["F45"],
    claim: {
      en: "The first six test images are named correctly.",
      zh: "前六张测试图像全部识别正确。",
    },
    expected: inMedian("6"),
    source: pytorch({ en: "all six with seeds 0, 1 and 2", zh: "种子 0、1、2 六张全对" }),
  },
  wider: {
    items: [],
    claim: {
      en: "More hidden units make the training loss smaller: 16, 64, 256, 1024 (exercise hidden).",
      zh: "隐藏单元越多，训练损失越小：16、64、256、1024（练习 hidden）。",
    },
    expected: everySeed({ en: "falling", zh: "递减" }),
    source: book("mlp-scratch", { exercise: 1 }),
  },
  deeper: {
    items: [],
    claim: {
      en: "So do more hidden layers of 256 units: none, 1, 2, 3, 4 (exercise layers).",
      zh: "含 256 个单元的隐藏层越多也是如此：0、1、2、3、4 层（练习 layers）。",
    },
    expected: everySeed({ en: "falling", zh: "递减" }),
    source: sources(book("mlp-scratch", { exercise: 2 }), book("mlp-concise", { exercise: 1 })),
  },
  learningRate: {
    items: [],
    claim: {
      en: "The best learning rate lies between those that learn slowly and those that do not learn (exercise lr).",
      zh: "最好的学习率介于学得慢的与学不会的之间（练习 lr）。",
    },
    expected: everySeed({
      en: `best 0.1 or 0.5; with 10 the loss ${bounds.learnsNothing.text} or NaN`,
      zh: `最好的是 0.1 或 0.5；学习率为 10 时损失 ${bounds.learnsNothing.text} 或为 NaN`,
    }),
    source: book("mlp-scratch", { exercise: 3 }),
  },
  slowest: {
    items: [],
    claim: {
      en: "Of seven activation functions the sigmoid learns slowest: its derivative is at most 1/4 (exercise activation).",
      zh: "七种激活函数中 sigmoid 学得最慢：其导数至多为 1/4（练习 activation）。",
    },
    expected: everySeed({ en: "sigmoid has the largest loss", zh: "sigmoid 的损失最大" }),
    source: book("mlp-concise", { exercise: 2 }),
  },
  bottleneck: {
    items: [],
    claim: {
      en: "A single hidden unit lets through too little: the accuracy stays far below that of 256 (exercise bottleneck).",
      zh: "单个隐藏单元通过的信息太少：精度远低于 256 个单元（练习 bottleneck）。",
    },
    expected: everySeed({
      en: `accuracy with 256 - accuracy with 1 ${bounds.bottleneck.text}`,
      zh: `256 个单元的精度 - 1 个单元的精度 ${bounds.bottleneck.text}`,
    }),
    source: book("mlp-scratch", { edition: "en", exercise: { en: "a single neuron", zh: "单个神经元" } }),
  },
  faster: {
    items: [],
    claim: {
      en: "From Xavier's and from He's weights the network learns faster than from the book's standard deviation of 0.01 (exercise init).",
      zh: "从 Xavier 或 He 的权重出发，网络学得比书中的标准差 0.01 更快（练习 init）。",
    },
    expected: everySeed({ en: "both losses below that of 0.01", zh: "两者的损失都低于 0.01 的" }),
    source: book("mlp-concise", { exercise: 3 }),
  },
  zeros: {
    items: [],
    claim: {
      en: "From weights of zero nothing is learned but the frequency of the classes (exercise init).",
      zh: "从全零权重出发，除类别频率外什么也学不到（练习 init）。",
    },
    expected: everySeed({ en: `loss ${bounds.zeros.text}`, zh: `损失 ${bounds.zeros.text}` }),
    source: book("mlp-concise", { exercise: 3 }),
  },
} as const satisfies Record<string, Claim>;

/** What people call its own measurements, options and parts. */
export const labels = {
  benchmark: { en: "benchmark", zh: "计时" },
  exerciseEpochs: { en: "exercise epochs", zh: "练习轮数" },
  init: { en: "initial weights", zh: "初始权重" },
} satisfies Labels;
