// What the notes and the book say about the multilayer perceptron with layers.
import type { Claim } from "../experiment.js";

const book = "d2l, chapter_multilayer-perceptrons/mlp-concise";
const reference = "PyTorch 2.13, the book's code";

/** Claims of the experiment `mlp-concise`. */
export const claims = {
  deep: {
    items: ["F31"],
    claim: {
      en: "A network built from the widths 784, 128, 64, 32, 10 computes h1, h2, h3 and o of the notes: four layers.",
      zh: "由宽度 784、128、64、32、10 构造的网络计算的正是笔记中的 h1、h2、h3 与 o：共四层。",
    },
    expected: "largest difference < 1e-5; 4 layers, 111146 parameters",
    source: "notes, 3.1.2.5",
  },
  sameNumbers: {
    items: ["F46"],
    claim: {
      en: "From the same weights and in the same order, layers give the numbers of the version from scratch.",
      zh: "以相同的权重、相同的顺序训练，用层实现与从零实现得到相同的数值。",
    },
    expected: "difference of the first epoch's losses < 1e-4",
    source: "notes, 3.1.3.4",
  },
  start: {
    items: ["F44"],
    claim: { en: "Before training the loss is about ln 10.", zh: "训练前的损失约为 ln 10。" },
    expected: "2.3026 ± 0.05 with every seed",
    source: "ten classes, nearly equal outputs",
  },
  firstEpoch: {
    items: ["F44", "F46"],
    claim: {
      en: "The first epoch's training loss is that of PyTorch.",
      zh: "第一轮的训练损失与 PyTorch 一致。",
    },
    expected: "1.0445 ± 0.02 with every seed",
    source: `${reference}: 1.044 to 1.045`,
  },
  loss: {
    items: ["F46"],
    claim: { en: "After 10 epochs the training loss is the book's.", zh: "10 轮后训练损失与书中一致。" },
    expected: "0.3820 ± 0.02 with every seed",
    source: `${book}; ${reference}: 0.381 to 0.387`,
  },
  trainAccuracy: {
    items: ["F46"],
    claim: { en: "So is the training accuracy.", zh: "训练精度也与书中一致。" },
    expected: "0.8652 ± 0.008 with every seed",
    source: `${book}; ${reference}: 0.863 to 0.866`,
  },
  testAccuracy: {
    items: ["F46"],
    claim: {
      en: "The test accuracy, the best of the last three epochs, is at least 0.80.",
      zh: "测试精度（最后三轮中最好的）至少为 0.80。",
    },
    expected: ">= 0.80 with every seed",
    source: `${book}; ${reference}: 0.821 to 0.850`,
  },
  predictions: {
    items: ["F45"],
    claim: {
      en: "The first six test images are named correctly.",
      zh: "前六张测试图像全部识别正确。",
    },
    expected: "median over the seeds 6",
    source: reference,
  },
  wider: {
    items: [],
    claim: {
      en: "More hidden units make the training loss smaller: 16, 64, 256, 1024 (exercise hidden).",
      zh: "隐藏单元越多，训练损失越小：16、64、256、1024（练习 hidden）。",
    },
    expected: "falling",
    source: "d2l, chapter_multilayer-perceptrons/mlp-scratch, exercise 1",
  },
  learningRate: {
    items: [],
    claim: {
      en: "The best learning rate lies between those that learn slowly and those that do not learn (exercise lr).",
      zh: "最好的学习率介于学得慢的与学不会的之间（练习 lr）。",
    },
    expected: "0.1 or 0.5; 10 ends above ln 10 - 0.3 or not a number",
    source: "d2l, chapter_multilayer-perceptrons/mlp-scratch, exercise 3",
  },
  bottleneck: {
    items: [],
    claim: {
      en: "A single hidden unit lets through too little: the accuracy stays far below that of 256 (exercise bottleneck).",
      zh: "单个隐藏单元通过的信息太少：精度远低于 256 个单元（练习 bottleneck）。",
    },
    expected: "accuracy with 1 unit < accuracy with 256 - 0.3",
    source: "d2l, chapter_multilayer-perceptrons/mlp-scratch, exercises of the English edition",
  },
  zeros: {
    items: [],
    claim: {
      en: "From weights of zero nothing is learned but the frequency of the classes (exercise init).",
      zh: "从全零权重出发，除类别频率外什么也学不到（练习 init）。",
    },
    expected: "loss 2.3026 ± 0.01",
    source: `${book}, exercise 3`,
  },
} as const satisfies Record<string, Claim>;
