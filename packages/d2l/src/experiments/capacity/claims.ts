// What the notes claim about capacity, as numbers.
import type { Claim } from "../experiment.js";

export const claims = {
  counts: {
    items: ["F58"],
    claim: {
      en: "Softmax regression has 7,850 parameters, the network with 256 hidden units 203,530, with twice 256 it has 269,322.",
      zh: "softmax 回归有 7,850 个参数，含 256 个隐藏单元的网络有 203,530 个，含两层 256 个单元的有 269,322 个。",
    },
    expected: "7850, 203530, 269322",
    source: "d2l-zh, mlp-scratch; counted by hand",
  },
  formulas: {
    items: ["F58"],
    claim: {
      en: "A linear model has d + 1 parameters, a network with one hidden layer (d + 1) m + (m + 1) k, whatever d, m and k.",
      zh: "对任意 d、m、k，线性模型有 d + 1 个参数，单隐藏层网络有 (d + 1) m + (m + 1) k 个。",
    },
    expected: "20 of 20",
    source: "notes 3.2.2.1",
  },
  lowSimple: {
    items: ["F52", "F48"],
    claim: {
      en: "Low capacity, simple data: normal. The line's error on fresh samples is nearly that of the noise.",
      zh: "低容量、简单数据：正常。直线在新样本上的误差接近噪声。",
    },
    expected: "validation <= 1.5 x 0.16",
    source: "notes 3.2.2",
  },
  lowComplex: {
    items: ["F52", "F53"],
    claim: {
      en: "Low capacity, complex data: underfitting. The line cannot even lower its training error.",
      zh: "低容量、复杂数据：欠拟合。直线连训练误差都降不下来。",
    },
    expected: "training >= 3 x 0.16",
    source: "notes 3.2.2",
  },
  highSimple: {
    items: ["F52", "F53", "F48"],
    claim: {
      en: "High capacity, simple data: overfitting. The network learns the noise by heart and errs on fresh samples.",
      zh: "高容量、简单数据：过拟合。网络记住了噪声，在新样本上出错。",
    },
    expected: "training <= 0.5 x 0.16, validation >= 2 x 0.16",
    source: "notes 3.2.2",
  },
  highComplex: {
    items: ["F52"],
    claim: {
      en: "High capacity, complex data: normal again.",
      zh: "高容量、复杂数据：再次正常。",
    },
    expected: "validation <= 2 x 0.16",
    source: "notes 3.2.2",
  },
  fits: {
    items: ["F54", "F48"],
    claim: {
      en: "Of three polynomials on one data set the training error falls with the degree, and the validation error is least for the middle one.",
      zh: "同一数据的三个多项式中，训练误差随次数下降，验证误差以中间的最低。",
    },
    expected: "train falls, validation least at degree 3",
    source: "notes 3.2.2.1",
  },
  trainFalls: {
    items: ["F55"],
    claim: {
      en: "The training error never rises with the capacity, on no data set.",
      zh: "训练误差从不随容量上升，任何数据集都如此。",
    },
    expected: "0 rises",
    source: "notes 3.2.2.1; the models are nested",
  },
  uShape: {
    items: ["F55"],
    claim: {
      en: "The validation error falls, is least at the true degree (4 columns), and rises.",
      zh: "验证误差先降后升，在真实次数（4 列）处最低。",
    },
    expected: "least at 4 columns, higher at both ends",
    source: "notes 3.2.2.1",
  },
  gap: {
    items: ["F55"],
    claim: {
      en: "The gap between both errors grows from there on.",
      zh: "此后两种误差之间的差距不断扩大。",
    },
    expected: "growing from 4 to 15 columns",
    source: "notes 3.2.2.1",
  },
  atTruth: {
    items: ["F55", "P29"],
    claim: {
      en: "With 4 columns the median errors of exact least squares are the reference's.",
      zh: "4 列时精确最小二乘的误差中位数与参考值一致。",
    },
    expected: "train 0.00965, validation 0.01043, each ± 0.0005",
    source: "200 runs of least squares in NumPy",
  },
  overfitted: {
    items: ["F55", "P29"],
    claim: {
      en: "With 10 columns the median validation error is a multiple of the noise, with 15 a thousandfold.",
      zh: "10 列时验证误差中位数为噪声的数倍，15 列时达千倍。",
    },
    expected: "0.0303 within a factor of 2; 16.7 within a factor of 8",
    source: "200 runs of least squares in NumPy",
  },
  memorize: {
    items: ["F53"],
    claim: {
      en: "A network of high capacity learns 300 random labels by heart.",
      zh: "高容量的网络能记住 300 个随机标签。",
    },
    expected: "training accuracy >= 0.99 with every seed",
    source: "notes 3.2.2.1; Zhang et al. 2017",
  },
  memorizeTest: {
    items: ["F53", "F48"],
    claim: {
      en: "On the test set it names one picture in ten, as guessing does.",
      zh: "在测试集上它十张只对一张，与猜测无异。",
    },
    expected: "mean 0.1 ± 0.05",
    source: "notes 3.2.2.1; Zhang et al. 2017",
  },
  lowCannot: {
    items: ["F53"],
    claim: {
      en: "A network with a single hidden unit cannot, in as many steps.",
      zh: "训练同样的步数，只有一个隐藏单元的网络记不住它们。",
    },
    expected: "training accuracy <= 0.5 with every seed",
    source: "notes 3.2.2.1",
  },
  control: {
    items: ["F56"],
    claim: {
      en: "First large, then controlled: with the weight decay that validation chose, the large network errs less on the test set than the small one, and than itself without control.",
      zh: "先大后控：用验证集选出的权重衰减，大网络的测试误差既低于小网络，也低于不加控制的自己。",
    },
    expected: "controlled < small, controlled < large",
    source: "notes 3.2.2.1",
  },
  accepted: {
    items: ["F56"],
    claim: {
      en: "Some overfitting is accepted: the best of all has a lower training than test error.",
      zh: "接受一定的过拟合：最好的模型，其训练误差仍低于测试误差。",
    },
    expected: "training < test",
    source: "notes 3.2.2.1",
  },
  range: {
    items: ["F57"],
    claim: {
      en: "With the number of parameters fixed, their range decides: the training error never rises as weights may grow, and validation is best in between.",
      zh: "参数个数不变时，取值范围起决定作用：权重可取值越大训练误差越不会升高，而验证误差在中间最低。",
    },
    expected: "0 rises, best in between",
    source: "notes 3.2.2.1",
  },
  oneParameter: {
    items: ["F57"],
    claim: {
      en: "A model with a single parameter, sign(sin(αx)), labels five points in all 32 ways if α may be as large as 10⁶, and in few ways if it may not.",
      zh: "只有一个参数的模型 sign(sin(αx))：α 可达 10⁶ 时能以全部 32 种方式划分五个点，否则只有少数几种。",
    },
    expected: "32 of 32 up to 10⁶, <= 8 up to 100",
    source: "Vapnik 1995",
  },
  samples: {
    items: ["F62", "F63"],
    claim: {
      en: "More samples: a network of fixed capacity fits them less well, errs less on the test set, and the gap closes.",
      zh: "样本越多，固定容量的网络拟合得越差，测试误差却越低，差距缩小。",
    },
    expected: "training higher, test lower, gap <= half",
    source: "notes 3.2.2.3",
  },
  elements: {
    items: ["F62"],
    claim: {
      en: "More elements a sample: with as many samples and hidden units the test error grows.",
      zh: "每个样本的元素越多，样本数与隐藏单元不变时测试误差越大。",
    },
    expected: "rising",
    source: "notes 3.2.2.3",
  },
  order: {
    items: ["F62"],
    claim: {
      en: "Structure: the pixels of all pictures in one other order change nothing for a multilayer perceptron.",
      zh: "结构：所有图片的像素用同一种打乱的次序，对多层感知机没有影响。",
    },
    expected: "difference of test errors within ± 0.03",
    source: "notes 3.2.2.3",
  },
  structure: {
    items: ["F62"],
    claim: {
      en: "Structure: an order of its own for each picture makes them nearly impossible to learn.",
      zh: "结构：每张图片的像素次序各异，则几乎无法学习。",
    },
    expected: "test error >= 0.6",
    source: "notes 3.2.2.3",
  },
  diversity: {
    items: ["F62"],
    claim: {
      en: "More classes: the test error grows.",
      zh: "类别越多，测试误差越大。",
    },
    expected: "rising",
    source: "notes 3.2.2.3",
  },
} as const satisfies Record<string, Claim>;
