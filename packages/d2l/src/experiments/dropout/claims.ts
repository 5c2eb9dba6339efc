// What the notes and the book claim about dropout, as far as numbers can tell.
import type { Labels } from "../../report/text/labels.js";
import { everySeed, inMedian } from "../expectations.js";
import type { Claim } from "../experiment.js";
import { book, bookInPytorch, notes, paper, sources } from "../sources.js";

/** What the book prints after 10 epochs, and what ours may be away from it. */
export const printedByBook = {
  scratch: { loss: 0.3303, accuracy: 0.8774 },
  concise: { loss: 0.3435, accuracy: 0.8747 },
  tolerance: { loss: 0.02, accuracy: 0.008 },
  testAccuracy: 0.8,
} as const;

/** Loss and accuracy on the training set with dropout off, in PyTorch. */
export const evaluatedInPytorch = { loss: [0.299, 0.351], accuracy: [0.865, 0.888] } as const;

const nearLoss = (form: "scratch" | "concise") =>
  everySeed(`${printedByBook[form].loss} ± ${printedByBook.tolerance.loss}`);
const nearAccuracy = (form: "scratch" | "concise") =>
  everySeed(
    `${printedByBook[form].accuracy} ± ${printedByBook.tolerance.accuracy}; >= ${printedByBook.testAccuracy.toFixed(2)}`,
  );

const srivastava = paper(2014, "Srivastava", "Hinton", "Krizhevsky", "Sutskever", "Salakhutdinov");

/** By name, in the order in which they are checked. */
export const claims = {
  printed: {
    items: ["F96", "F97"],
    claim: {
      en: "Of 0 to 15, dropoutLayer returns the same with probability 0, each number doubled or 0 with 0.5, and zeros with 1 (how many of the three).",
      zh: "对 0 到 15，dropoutLayer 在概率为 0 时原样返回，为 0.5 时每个数变为两倍或 0，为 1 时全为 0（三者中成立的个数）。",
    },
    expected: "3 / 3",
    source: book("dropout"),
  },
  mean: {
    items: ["F92", "F95"],
    claim: {
      en: "Dropout keeps the mean: 20 million ones for each of p = 0.1, 0.5, 0.9, from scratch and with the layer (largest error).",
      zh: "丢弃法保持均值：p = 0.1、0.5、0.9 各抽两千万个 1，从零实现与使用层（最大误差）。",
    },
    expected: "< 0.003",
    source: "E[x'] = x",
  },
  variance: {
    items: ["F92", "F95"],
    claim: {
      en: "Its variance is x² p / (1 - p): 0.1111, 1, 9 (largest relative error).",
      zh: "其方差为 x² p / (1 - p)：0.1111、1、9（最大相对误差）。",
    },
    expected: "< 0.01",
    source: "Var[x'] = x² p / (1 - p)",
  },
  undivided: {
    items: ["F92", "P6"],
    claim: {
      en: "Without the division by 1 - p the mean would be 1 - p (largest difference).",
      zh: "若不除以 1 - p，均值将是 1 - p（最大差异）。",
    },
    expected: "< 0.003",
    source: "E[m x] = (1 - p) x",
  },
  gaussian: {
    items: ["F91"],
    claim: {
      en: "A Gaussian factor from N(1, p / (1 - p)) has the same mean and variance (largest error).",
      zh: "取自 N(1, p / (1 - p)) 的高斯因子有同样的均值与方差（最大误差）。",
    },
    expected: "< 0.01",
    source: sources(book("dropout", { exercise: 7 }), srivastava),
  },
  inputNoise: {
    items: ["F91"],
    claim: {
      en: "Noise of variance s² on the inputs is the penalty s² / 2 ‖w‖²: the weights trained on noisy copies are ridge regression's (largest relative difference over 5 seeds).",
      zh: "输入加方差为 s² 的噪声就是惩罚项 s² / 2 ‖w‖²：在加噪副本上训练的权重即岭回归的权重（5 个种子的最大相对差异）。",
    },
    expected: "< 0.03",
    source: paper(1995, "Bishop"),
  },
  gradients: {
    items: ["F93"],
    claim: {
      en: "With h2 and h5 dropped, exactly their weights get no gradient, before and after the layer.",
      zh: "丢弃 h2 与 h5 后，恰好是它们前后两层的权重没有梯度。",
    },
    expected: "10110, 10110",
    source: notes("3.5.1.2"),
  },
  mask: {
    items: ["F96", "P7"],
    claim: {
      en: "Each call draws a new mask, the gradient passes through the same one, p = 0 returns the input itself, p = 1 zeros, and what is no probability is refused (exceptions).",
      zh: "每次调用抽取新掩码，梯度通过同一掩码，p = 0 原样返回输入，p = 1 返回零，不是概率的值被拒绝（例外数）。",
    },
    expected: "0",
    source: book("dropout"),
  },
  evaluation: {
    items: ["F94", "F99", "P22"],
    claim: {
      en: "Two passes of the module differ in training and not in evaluation; those of a plain function differ after eval() too.",
      zh: "模块的两次前向在训练时不同、在评估时相同；普通函数在 eval() 之后仍不相同。",
    },
    expected: "> 0, 0, > 0",
    source: notes("3.5.1.2"),
  },
  replaced: {
    items: ["F102"],
    claim: {
      en: "Dropout replaces h by a random variable whose mean is h: relative error of 20,000 draws.",
      zh: "丢弃法把 h 换成期望为 h 的随机变量：两万次抽样的相对误差。",
    },
    expected: "< 0.02",
    source: notes("3.5.3"),
  },
  dropConnect: {
    items: [],
    claim: {
      en: "Dropping weights instead of units keeps the mean of a layer's output as well: relative error of 2,000 draws.",
      zh: "丢弃权重而非单元同样保持层输出的均值：两千次抽样的相对误差。",
    },
    expected: "< 0.1",
    source: sources(book("dropout", { exercise: 6 }), paper(2013, "Wan", "Zeiler", "Zhang", "LeCun", "Fergus")),
  },
  scratchLoss: {
    items: ["F98", "F100"],
    claim: {
      en: "From scratch, training loss after 10 epochs.",
      zh: "从零实现，10 轮后的训练损失。",
    },
    expected: nearLoss("scratch"),
    source: sources(book("dropout"), bookInPytorch(["0.335", "0.340"])),
  },
  scratchAccuracy: {
    items: ["F100"],
    claim: {
      en: "From scratch, training accuracy, and best test accuracy of the last 3 epochs.",
      zh: "从零实现，训练精度，以及最后 3 轮中最高的测试精度。",
    },
    expected: nearAccuracy("scratch"),
    source: sources(book("dropout"), bookInPytorch(["0.876", "0.877"])),
  },
  scratchEvaluated: {
    items: ["F100", "P20"],
    claim: {
      en: "From scratch, loss and accuracy on the training set with dropout off: no worse than while training.",
      zh: "从零实现，关闭丢弃后在训练集上的损失与精度：不差于训练时。",
    },
    expected: inMedian(`${evaluatedInPytorch.loss.join(" – ")}; ${evaluatedInPytorch.accuracy.join(" – ")}`),
    source: bookInPytorch(),
  },
  conciseLoss: {
    items: ["F101"],
    claim: { en: "With layers, training loss after 10 epochs.", zh: "使用层，10 轮后的训练损失。" },
    expected: nearLoss("concise"),
    source: sources(book("dropout"), bookInPytorch(["0.343", "0.349"])),
  },
  conciseAccuracy: {
    items: ["F101"],
    claim: {
      en: "With layers, training accuracy, and best test accuracy of the last 3 epochs.",
      zh: "使用层，训练精度，以及最后 3 轮中最高的测试精度。",
    },
    expected: nearAccuracy("concise"),
    source: sources(book("dropout"), bookInPytorch(["0.872", "0.875"])),
  },
  firstEpoch: {
    items: ["F101", "P23"],
    claim: {
      en: "The first epoch shows the initial weights: with a standard deviation of 0.01 its loss is higher than with PyTorch's default (default, 0.01).",
      zh: "第一轮反映了初始权重：标准差为 0.01 时的损失高于 PyTorch 默认值（先默认值，后 0.01）。",
    },
    expected: everySeed("b - a > 0.15"),
    source: sources(book("dropout"), bookInPytorch()),
  },
  testAbove: {
    items: ["P20"],
    claim: {
      en: "In the first epoch the test accuracy is above the training accuracy, which is measured with dropout on (test - training).",
      zh: "第一轮的测试精度高于训练精度，因为后者是在丢弃开启时测得的（测试减训练）。",
    },
    expected: everySeed("> 0"),
    source: sources(book("dropout"), bookInPytorch()),
  },
  overfitting: {
    items: ["F102"],
    claim: {
      en: "On 500 pictures dropout makes the gap between test and training loss smaller (number of seeds), and the test loss lower (medians, with and without).",
      zh: "在 500 张图片上，丢弃法使测试与训练损失的差距变小（种子数），测试损失更低（中位数，使用与不用）。",
    },
    expected: "5 / 5; a < b",
    source: notes("3.5.3"),
  },
  variances: {
    items: [],
    claim: {
      en: "With dropout the activations of both hidden layers vary less at the end (medians of each layer, without and with).",
      zh: "使用丢弃法时，两个隐藏层的激活值最后方差更小（各层的中位数，不用与使用）。",
    },
    expected: everySeed("a > b; a > b"),
    source: book("dropout", { exercise: 3 }),
  },
  together: {
    items: ["F102"],
    claim: {
      en: "It works together with weight decay: both give a smaller gap (number of seeds), and smaller weights than dropout alone (medians of ‖w‖).",
      zh: "它可与权重衰减一起使用：两者并用时差距更小（种子数），且权重小于仅用丢弃法时（‖w‖ 的中位数）。",
    },
    expected: "5 / 5; a < b",
    source: sources(notes("3.5.3"), book("dropout", { exercise: 5 })),
  },
} as const satisfies Record<string, Claim>;

/** What people call its own measurements, options and parts. */
export const labels = {
  conciseTestAccuracy: { en: "test accuracy, with layers", zh: "测试精度，使用层" },
  conciseTrainLoss: { en: "train loss, with layers", zh: "训练损失，使用层" },
  dropout1: { en: "dropout after layer 1", zh: "第一层后的丢弃率" },
  dropout2: { en: "dropout after layer 2", zh: "第二层后的丢弃率" },
  fewPictures: { en: "500 pictures", zh: "500 张图片" },
  noise: { en: "noise", zh: "噪声" },
  scratchTestAccuracy: { en: "test accuracy, from scratch", zh: "测试精度，从零实现" },
  scratchTrainLoss: { en: "train loss, from scratch", zh: "训练损失，从零实现" },
  smallEpochs: { en: "epochs on 500 pictures", zh: "500 张图片上的轮数" },
} satisfies Labels;
