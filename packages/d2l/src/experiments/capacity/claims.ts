// What the notes claim about capacity, as numbers.
import type { Labels } from "../../report/text/labels.js";
import { everySeed, inMedian } from "../expectations.js";
import type { Claim } from "../experiment.js";
import { book, notes, paper, sources } from "../sources.js";

const leastSquares = sources("numpy.linalg.lstsq", {
  en: "medians of 200 data sets",
  zh: "200 个数据集的中位数",
});

/** Median errors that 200 data sets gave in NumPy, by the number of columns, and what ours may be away from them. */
export const reference = {
  4: { train: 0.00965, validation: 0.01043, tolerance: 0.0005 },
  10: { validation: 0.0303, factor: 2 },
  15: { validation: 16.7, factor: 8 },
} as const;

const zhang = paper(2017, "Zhang", "Bengio", "Hardt", "Recht", "Vinyals");

export const claims = {
  lowSimple: {
    items: ["F52", "F48"],
    claim: {
      en: "Low capacity, simple data: normal. The line's error on fresh samples is nearly that of the noise.",
      zh: "低容量、简单数据：正常。直线在新样本上的误差接近噪声。",
    },
    expected: inMedian({ en: "validation error <= 1.5 × 0.16", zh: "验证误差 <= 1.5 × 0.16" }),
    source: notes("3.2.2"),
  },
  lowComplex: {
    items: ["F52", "F53"],
    claim: {
      en: "Low capacity, complex data: underfitting. The line cannot even lower its training error.",
      zh: "低容量、复杂数据：欠拟合。直线连训练误差都降不下来。",
    },
    expected: inMedian({ en: "training error >= 3 × 0.16", zh: "训练误差 >= 3 × 0.16" }),
    source: notes("3.2.2"),
  },
  highSimple: {
    items: ["F52", "F53", "F48"],
    claim: {
      en: "High capacity, simple data: overfitting. The network learns the noise by heart and errs on fresh samples.",
      zh: "高容量、简单数据：过拟合。网络记住了噪声，在新样本上出错。",
    },
    expected: inMedian({
      en: "training error <= 0.5 × 0.16, validation error >= 2 × 0.16",
      zh: "训练误差 <= 0.5 × 0.16，验证误差 >= 2 × 0.16",
    }),
    source: notes("3.2.2"),
  },
  highComplex: {
    items: ["F52"],
    claim: {
      en: "High capacity, complex data: normal again.",
      zh: "高容量、复杂数据：再次正常。",
    },
    expected: inMedian({ en: "validation error <= 2 × 0.16", zh: "验证误差 <= 2 × 0.16" }),
    source: notes("3.2.2"),
  },
  memorize: {
    items: ["F53"],
    claim: {
      en: "A network of high capacity learns 300 random labels by heart.",
      zh: "高容量的网络能记住 300 个随机标签。",
    },
    expected: everySeed({ en: "training accuracy >= 0.99", zh: "训练精度 >= 0.99" }),
    source: sources(book("generalization-deep", { edition: "en" }), zhang),
  },
  memorizeTest: {
    items: ["F53", "F48"],
    claim: {
      en: "On the test set it names one picture in ten, as guessing does.",
      zh: "在测试集上它十张只对一张，与猜测无异。",
    },
    expected: { en: "mean over the seeds 0.1 ± 0.05", zh: "各种子的平均 0.1 ± 0.05" },
    source: sources(book("generalization-deep", { edition: "en" }), zhang),
  },
  lowCannot: {
    items: ["F53"],
    claim: {
      en: "A network with a single hidden unit cannot, in as many steps.",
      zh: "训练同样的步数，只有一个隐藏单元的网络记不住它们。",
    },
    expected: everySeed({ en: "training accuracy <= 0.5", zh: "训练精度 <= 0.5" }),
    source: notes("3.2.2.1"),
  },
  fits: {
    items: ["F54", "F48"],
    claim: {
      en: "Of three polynomials on one data set the training error falls with the degree, and the validation error is least for the middle one.",
      zh: "同一数据的三个多项式中，训练误差随次数下降，验证误差以中间的最低。",
    },
    expected: inMedian({ en: "training a > b > c, validation least at b", zh: "训练 a > b > c，验证以 b 最低" }),
    source: notes("3.2.2.1"),
  },
  trainFalls: {
    items: ["F55"],
    claim: {
      en: "The training error never rises with the capacity, on no data set: the models are nested.",
      zh: "训练误差从不随容量上升，任何数据集都如此：这些模型逐个包含。",
    },
    expected: { en: "0 rises", zh: "上升 0 次" },
    source: notes("3.2.2.1"),
  },
  uShape: {
    items: ["F55"],
    claim: {
      en: "The validation error falls, is least at the true degree (4 columns), and rises.",
      zh: "验证误差先降后升，在真实次数（4 列）处最低。",
    },
    expected: inMedian({ en: "least at 4 columns, higher at both ends", zh: "4 列处最低，两端更高" }),
    source: notes("3.2.2.1"),
  },
  gap: {
    items: ["F55"],
    claim: {
      en: "The gap between both errors grows from there on.",
      zh: "此后两种误差之间的差距不断扩大。",
    },
    expected: { en: "growing from 4 to 15 columns", zh: "从 4 列到 15 列逐一增大" },
    source: notes("3.2.2.1"),
  },
  atTruth: {
    items: ["F55", "P29"],
    claim: {
      en: "With 4 columns the median errors of exact least squares are the reference's.",
      zh: "4 列时精确最小二乘的误差中位数与参考值一致。",
    },
    expected: {
      en: `training ${reference[4].train}, validation ${reference[4].validation}, each ± ${reference[4].tolerance}`,
      zh: `训练 ${reference[4].train}，验证 ${reference[4].validation}，各 ± ${reference[4].tolerance}`,
    },
    source: leastSquares,
  },
  overfitted: {
    items: ["F55", "P29"],
    claim: {
      en: "With 10 columns the median validation error is a multiple of the noise, with 15 a thousandfold.",
      zh: "10 列时验证误差中位数为噪声的数倍，15 列时达千倍。",
    },
    expected: {
      en: `${reference[10].validation} within a factor of ${reference[10].factor}; ${reference[15].validation} within a factor of ${reference[15].factor}`,
      zh: `${reference[10].validation}（相差不超过 ${reference[10].factor} 倍）；${reference[15].validation}（不超过 ${reference[15].factor} 倍）`,
    },
    source: leastSquares,
  },
  control: {
    items: ["F56"],
    claim: {
      en: "First large, then controlled: with the weight decay that validation chose, the large network errs less on the test set than the small one, and than itself without control.",
      zh: "先大后控：用验证集选出的权重衰减，大网络的测试误差既低于小网络，也低于不加控制的自己。",
    },
    expected: inMedian({ en: "controlled < small, controlled < large", zh: "受控 < 小网络，受控 < 大网络" }),
    source: notes("3.2.2.1"),
  },
  accepted: {
    items: ["F56"],
    claim: {
      en: "Some overfitting is accepted: the best of all has a lower training than test error.",
      zh: "接受一定的过拟合：最好的模型，其训练误差仍低于测试误差。",
    },
    expected: inMedian({ en: "training < test", zh: "训练 < 测试" }),
    source: notes("3.2.2.1"),
  },
  range: {
    items: ["F57"],
    claim: {
      en: "With the number of parameters fixed, their range decides: the training error never rises as weights may grow, and validation is best in between.",
      zh: "参数个数不变时，取值范围起决定作用：权重的取值范围扩大时训练误差从不上升，而验证误差在中间最低。",
    },
    expected: { en: "0 rises, best in between", zh: "上升 0 次，中间最低" },
    source: notes("3.2.2.1"),
  },
  oneParameter: {
    items: ["F57"],
    claim: {
      en: "A model with a single parameter, sign(sin(αx)), labels five points in all 32 ways if α may be as large as 10⁶, and in few ways if it may not.",
      zh: "只有一个参数的模型 sign(sin(αx))：α 可达 10⁶ 时能以全部 32 种方式标记五个点，否则只有少数几种。",
    },
    expected: { en: "32 of 32 up to 10⁶, <= 8 up to 100", zh: "α 至 10⁶ 时 32 种，至 100 时 <= 8 种" },
    source: paper(1995, "Vapnik"),
  },
  counts: {
    items: ["F58"],
    claim: {
      en: "Softmax regression has 7,850 parameters, the network with 256 hidden units 203,530, with twice 256 it has 269,322.",
      zh: "softmax 回归有 7,850 个参数，含 256 个隐藏单元的网络有 203,530 个，含两层 256 个单元的有 269,322 个。",
    },
    expected: "7850, 203530, 269322",
    source: book("mlp-scratch"),
  },
  formulas: {
    items: ["F58"],
    claim: {
      en: "A linear model has d + 1 parameters, a network with one hidden layer (d + 1) m + (m + 1) k, whatever d, m and k (20 networks drawn at random).",
      zh: "对任意 d、m、k，线性模型有 d + 1 个参数，单隐藏层网络有 (d + 1) m + (m + 1) k 个（随机抽取 20 个网络）。",
    },
    expected: "20 / 20",
    source: notes("3.2.2.1"),
  },
  samples: {
    items: ["F62", "F63"],
    claim: {
      en: "More samples: a network of fixed capacity fits them less well, errs less on the test set, and the gap closes.",
      zh: "样本越多，固定容量的网络拟合得越差，测试误差却越低，差距缩小。",
    },
    expected: inMedian({
      en: "from 100 to 3000: training higher, test lower, gap at most half",
      zh: "从 100 到 3000：训练更高，测试更低，差距不超过一半",
    }),
    source: notes("3.2.2.3"),
  },
  elements: {
    items: ["F62"],
    claim: {
      en: "More elements a sample: with as many samples and hidden units the test error grows.",
      zh: "每个样本的元素越多，样本数与隐藏单元不变时测试误差越大。",
    },
    expected: inMedian("a < b < c"),
    source: notes("3.2.2.3"),
  },
  order: {
    items: ["F62"],
    claim: {
      en: "Structure: the pixels of all pictures in one other order change nothing for a multilayer perceptron (difference of the median test errors).",
      zh: "结构：所有图片的像素用同一种打乱的次序，对多层感知机没有影响（测试误差中位数之差）。",
    },
    expected: "0 ± 0.03",
    source: notes("3.2.2.3"),
  },
  structure: {
    items: ["F62"],
    claim: {
      en: "Structure: an order of its own for each picture makes them nearly impossible to learn (test error).",
      zh: "结构：每张图片的像素次序各异，则几乎无法学习（测试误差）。",
    },
    expected: inMedian(">= 0.6"),
    source: notes("3.2.2.3"),
  },
  diversity: {
    items: ["F62"],
    claim: {
      en: "More classes (2, 5, 10): the test error grows.",
      zh: "类别越多（2、5、10），测试误差越大。",
    },
    expected: inMedian("a < b < c"),
    source: notes("3.2.2.3"),
  },
  neighbour: {
    items: [],
    claim: {
      en: "The nearest neighbour has no training error with any number of samples, and its test error falls with 100, 300 and 1000 of them.",
      zh: "样本再多，最近邻的训练误差也为 0，而测试误差在样本数为 100、300、1000 时逐一下降。",
    },
    expected: {
      en: "training 0 with every seed; test a > b > c in the median",
      zh: "每个种子训练误差为 0；测试误差中位数 a > b > c",
    },
    source: book("generalization-deep", { edition: "en" }),
  },
  doubleDescent: {
    items: [],
    claim: {
      en: "Double descent: the test error is highest where there are as many hidden units as samples, and falls again beyond, though the training error is 0 (lowest before the peak, peak, with 400 units).",
      zh: "双下降：隐藏单元与样本一样多时测试误差最高，此后尽管训练误差为 0，测试误差却再次下降（峰前最低、峰值、400 个单元时）。",
    },
    expected: inMedian({
      en: "peak at 40 units; b >= 10 a, b >= 10 c; training < 1e-9",
      zh: "40 个单元处最高；b >= 10 a，b >= 10 c；训练 < 1e-9",
    }),
    source: sources(
      book("generalization-deep", { edition: "en" }),
      paper(2021, "Nakkiran", "Kaplun", "Bansal", "Yang", "Barak", "Sutskever"),
    ),
  },
  cleanFirst: {
    items: [],
    claim: {
      en: "With 40 % of the labels false the right ones are fitted first: where 80 % of them are, hardly more of the false ones are than by chance (largest share); later they are learned by heart.",
      zh: "40 % 的标签错误时先拟合正确的：正确标签拟合到 80 % 时，错误标签的拟合几乎不多于碰巧（最大比例）；后来才被记住。",
    },
    expected: { en: "<= 0.15 with every seed; > 0.3 at the end (median)", zh: "每个种子 <= 0.15；最后中位数 > 0.3" },
    source: book("generalization-deep", { edition: "en" }),
  },
  earlyStopping: {
    items: [],
    claim: {
      en: "Early stopping (no improvement by more than 0.002 in 5 epochs) lowers the test error where labels are false, and hardly changes it where all are right (by how much).",
      zh: "早停（5 轮内改善不超过 0.002 即停）在标签有错时降低测试误差，标签全部正确时几乎无影响（降低多少）。",
    },
    expected: inMedian(">= 0.05; 0 ± 0.03"),
    source: book("generalization-deep", { edition: "en" }),
  },
} as const satisfies Record<string, Claim>;

/** What people call its own measurements, options and parts. */
export const labels = {
  dataSets: { en: "data sets", zh: "数据集个数" },
} satisfies Labels;
