// What the notes say about products of many factors, and about gradients that explode or vanish.
import type { Labels } from "../../report/text/labels.js";
import { everySeed, inMedian, relativeDifference } from "../expectations.js";
import type { ExperimentContext } from "../experiment.js";
import { book, notes, pytorch, sources } from "../sources.js";

export const claims = {
  jacobian: {
    items: ["F103", "F105"],
    claim: {
      en: "The gradient of each layer's weights is the product of the Jacobians of all layers behind it: by hand as by autograd.",
      zh: "每层权重的梯度等于其后各层雅可比矩阵之积：手算与自动微分一致。",
    },
    expected: everySeed(relativeDifference("< 1e-12")),
    source: notes("3.6.1", "3.6.1.2"),
  },
  transposed: {
    items: ["F105", "P9"],
    claim: {
      en: "With W transposed the product is another one for square layers, and does not exist for others.",
      zh: "若把 W 转置，方阵层得到的是另一个积，而非方阵层的积不存在。",
    },
    expected: {
      en: "relative difference > 0.1 for 5 x 5 layers; shapes that do not fit for 6-9-5-8-4-3",
      zh: "5 x 5 的层：相对差 > 0.1；6-9-5-8-4-3 的层：形状不匹配",
    },
    source: { en: "chain rule, gradients as rows", zh: "链式法则（分子布局）" },
  },
  explosion: {
    items: ["F104"],
    claim: { en: "1.5 to the power of 100 is 4.07e17.", zh: "1.5 的 100 次方为 4.07e17。" },
    expected: {
      en: "4.065611775e17, relative error < 1e-9 in float64, < 1e-5 in float32",
      zh: "4.065611775e17，相对误差 float64 < 1e-9，float32 < 1e-5",
    },
    source: notes("3.6.1.1"),
  },
  vanishing: {
    items: ["F104"],
    claim: { en: "0.8 to the power of 100 is 2.04e-10.", zh: "0.8 的 100 次方为 2.04e-10。" },
    expected: {
      en: "2.037035976e-10, relative error < 1e-9 in float64, < 1e-5 in float32",
      zh: "2.037035976e-10，相对误差 float64 < 1e-9，float32 < 1e-5",
    },
    source: notes("3.6.1.1"),
  },
  half: {
    items: ["F104", "F107"],
    claim: {
      en: "Half precision holds neither: 1.5^100 is infinite, from the 28th factor on, and 0.8^100 is 0.",
      zh: "半精度两者都存不下：1.5^100 为无穷（自第 28 个因子起），0.8^100 为 0。",
    },
    expected: { en: "inf from factor 28 on; 0", zh: "自第 28 个因子起为 inf；0" },
    source: sources(notes("3.6.1.3"), "1.5^27 = 56815 < 65504 < 1.5^28"),
  },
  stuck: {
    items: ["F107"],
    claim: {
      en: "Multiplied step by step in half precision 0.8^n never gets to 0: two units of the last place times 0.8 round to two again.",
      zh: "用半精度逐步相乘时 0.8^n 永远到不了 0：末位的两个单位乘以 0.8 又舍入为两个单位。",
    },
    expected: { en: "1.19209e-7 = 2 · 2^-24 after 100 factors", zh: "100 个因子后为 1.19209e-7 = 2 · 2^-24" },
    source: pytorch({ en: "100 factors 0.8 in float16", zh: "float16 下 100 个因子 0.8" }),
  },
  range: {
    items: ["F107"],
    claim: {
      en: "Half precision ends at 65504 above; below, at 6.1e-5 with all digits and at 6.0e-8 with one.",
      zh: "半精度的上限为 65504；下限为 6.1e-5（保留全部位数）与 6.0e-8（仅一位）。",
    },
    expected: {
      en: "65504 stays, 65520 is inf; 2^-24 stays, 2^-25 is 0; 1 + 2^-10 keeps its last digit times 2^-14, and loses it times 2^-15",
      zh: "65504 不变，65520 为 inf；2^-24 不变，2^-25 为 0；1 + 2^-10 乘以 2^-14 保留末位，乘以 2^-15 则丢失",
    },
    source: { en: "IEEE 754, binary16", zh: "IEEE 754 标准的 binary16 格式" },
  },
  matrices: {
    items: ["F110"],
    claim: {
      en: "After a hundred products of 4 x 4 matrices of N(0, 1) the largest element is of the order of 10^25.",
      zh: "一百次与 4 x 4 的 N(0, 1) 矩阵相乘后，最大元素的量级为 10^25。",
    },
    expected: {
      en: "log10: mean 24.8 ± 0.4, standard deviation 1.8 ± 0.3; float32 and float64 apart by < 1e-3",
      zh: "log10：均值 24.8 ± 0.4，标准差 1.8 ± 0.3；float32 与 float64 相差 < 1e-3",
    },
    source: sources(
      pytorch({ en: "300 seeds, 24.8 and 1.8", zh: "300 个种子，24.8 与 1.8" }),
      book("numerical-stability-and-init"),
    ),
  },
  rank: {
    items: ["F110"],
    claim: {
      en: "That product is numerically of rank 1: its rows are proportional to each other.",
      zh: "该积在数值上秩为 1：各行成比例。",
    },
    expected: inMedian({ en: "second singular value / first < 1e-7", zh: "第二奇异值 / 第一奇异值 < 1e-7" }),
    source: sources(book("numerical-stability-and-init"), { en: "Lyapunov exponents", zh: "李雅普诺夫指数" }),
  },
  overflow: {
    items: ["F110", "P31"],
    claim: {
      en: "Half precision overflows after 11 to 25 of these factors for nearly all seeds, in the median after 18; single precision holds them all.",
      zh: "对几乎所有种子，半精度在 11 到 25 个因子后溢出，中位数为 18；单精度能容纳全部。",
    },
    expected: {
      en: "median 18 ± 1; 11 to 25 for at least 98 % of the seeds; float32 finite with every seed",
      zh: "中位数 18 ± 1；至少 98 % 的种子在 11 到 25 之间；每个种子的 float32 均有限",
    },
    source: pytorch({ en: "11 to 25, median 18", zh: "11 到 25，中位数 18" }),
  },
  linear: {
    items: ["P31"],
    claim: {
      en: "A linear net of width 256 with weights of N(0, 1) is infinite in single precision and then NaN within 50 layers.",
      zh: "宽 256、权重为 N(0, 1) 的线性网络在 50 层内于单精度下变为无穷，继而为 NaN。",
    },
    expected: everySeed({ en: "inf first, then NaN, by layer 50", zh: "先为 inf，后为 NaN，不晚于第 50 层" }),
    source: sources(pytorch(), {
      en: "16^32 = 3.4e38 is float32's largest number",
      zh: "16^32 = 3.4e38 即 float32 的最大数",
    }),
  },
  bounds: {
    items: [],
    claim: {
      en: "The largest eigenvalue of a product is at most its norm, and that at most the product of the norms.",
      zh: "矩阵积的最大特征值不超过其范数，而范数不超过各范数之积。",
    },
    expected: {
      en: "in this order with every seed; the last bound too large by a factor of 10^20 to 10^35 (median over the seeds)",
      zh: "每个种子都依此顺序；最后一个界偏大 10^20 至 10^35 倍（各种子的中位数）",
    },
    source: book("numerical-stability-and-init", { exercise: 3 }),
  },
  reluProduct: {
    items: ["F106"],
    claim: {
      en: "For ReLU the product consists of weights alone: rows and columns of silent units are struck out of the product of all W.",
      zh: "对 ReLU，该积只由权重组成：从各 W 之积中划去未激活单元的行与列。",
    },
    expected: everySeed(relativeDifference("< 1e-12")),
    source: notes("3.6.1.3"),
  },
  reluGrowth: {
    items: ["F106"],
    claim: {
      en: "The product's norm explodes with depth where weights are larger than He's, and vanishes where they are smaller.",
      zh: "权重大于 He 初始化时，积的范数随深度爆炸；小于时则消失。",
    },
    expected: inMedian({
      en: "99 further layers of 1.5, 1 and 1/1.5 times He's: 1.5^99 = 10^17.4, 1 and 10^-17.4, each within a factor of 100",
      zh: "再经 99 层，权重为 He 的 1.5、1、1/1.5 倍：1.5^99 = 10^17.4、1、10^-17.4，均在 100 倍以内",
    }),
    source: notes("3.6.1.3"),
  },
  rates: {
    items: ["F107"],
    claim: {
      en: "A learning rate that is too large ends in no number at all or above the first loss, in single and in half precision.",
      zh: "学习率过大时，单精度与半精度下损失都会变为非数或高于初始值。",
    },
    expected: everySeed({
      en: "lr = 100: loss not finite or above the first",
      zh: "lr = 100：损失非有限数或高于初始值",
    }),
    source: notes("3.6.1.3"),
  },
  blowUp: {
    items: ["F107"],
    claim: {
      en: "It does so because larger parameters have larger gradients, which make them larger still.",
      zh: "原因在于：参数越大梯度越大，而梯度又使参数更大。",
    },
    expected: everySeed({
      en: "norm of the gradient after two steps / at the beginning, float32: > 1e4 with lr = 100, < 2 with lr = 0.1",
      zh: "float32 下两步之后与开始时梯度范数之比：lr = 100 时 > 1e4，lr = 0.1 时 < 2",
    }),
    source: notes("3.6.1.3"),
  },
  window: {
    items: ["F107"],
    claim: {
      en: "In between both learn: the rate has to be adjusted.",
      zh: "居中的学习率在两种精度下都能学习：学习率需要调整。",
    },
    expected: inMedian({ en: "lr = 0.1 or 1: loss < 0.5 in both", zh: "lr = 0.1 或 1：两者损失均 < 0.5" }),
    source: notes("3.6.1.3"),
  },
  stalled: {
    items: ["F107"],
    claim: {
      en: "With a small one half precision leaves most parameters exactly as they were, where single precision moves them.",
      zh: "学习率很小时，半精度下大多数参数原封不动，而单精度下参数会变化。",
    },
    expected: everySeed({
      en: "lr = 1e-5: share that moved < 0.2 in float16, > 0.5 in float32",
      zh: "lr = 1e-5：变化的比例 float16 < 0.2，float32 > 0.5",
    }),
    source: notes("3.6.1.3"),
  },
  sigmoidGradient: {
    items: ["F108"],
    claim: {
      en: "The sigmoid's gradient is at most 1/4, at 0, and 0.0025 at ±6.",
      zh: "sigmoid 的梯度最大为 0 处的 1/4，在 ±6 处为 0.0025。",
    },
    expected: {
      en: "0.25 at 0; 0.00247 ± 1e-5 at 6 and -6; nowhere above 0.25",
      zh: "0 处 0.25；±6 处 0.00247 ± 1e-5；处处不超过 0.25",
    },
    source: notes("3.6.1.4"),
  },
  bottom: {
    items: ["F109"],
    claim: {
      en: "In a sigmoid network of 8 hidden layers the gradient at the bottom is less than a ten-thousandth of that at the top.",
      zh: "在含 8 个隐藏层的 sigmoid 网络中，底层梯度不到顶层的万分之一。",
    },
    expected: everySeed({ en: "bottom / top < 1e-4", zh: "底层 / 顶层 < 1e-4" }),
    source: notes("3.6.1.4"),
  },
  bottomHalf: {
    items: ["F109", "F107"],
    claim: {
      en: "In half precision most of the bottom layer's gradient is exactly 0.",
      zh: "在半精度下底层梯度的大部分恰为 0。",
    },
    expected: {
      en: "share of zeros > 0.5 in float16 (median over the seeds), 0 in float32 with every seed",
      zh: "零的比例：float16 > 0.5（各种子的中位数），float32 为 0（每个种子）",
    },
    source: notes("3.6.1.4"),
  },
  topOnly: {
    items: ["F109"],
    claim: {
      en: "Training moves the top layer's weights more than a hundred times as far as the bottom layer's.",
      zh: "训练使顶层权重的变化达到底层的一百倍以上。",
    },
    expected: inMedian({ en: "relative change, top / bottom > 100 (lr 1)", zh: "相对变化，顶层 / 底层 > 100（lr 1）" }),
    source: notes("3.6.1.4"),
  },
  noRate: {
    items: ["F109"],
    claim: {
      en: "No learning rate makes it learn: the loss stays that of guessing among three classes.",
      zh: "任何学习率都无法使其学习：损失停留在三类随机猜测的水平。",
    },
    expected: everySeed({
      en: "loss > 1.05 at the best of the rates (guessing has ln 3 = 1.0986)",
      zh: "最佳学习率下损失 > 1.05（随机猜测为 ln 3 = 1.0986）",
    }),
    source: notes("3.6.1.4"),
  },
  depth: {
    items: ["F109"],
    claim: {
      en: "One hidden layer learns the same data: depth has brought nothing.",
      zh: "而单个隐藏层能学会同样的数据：深度没有带来好处。",
    },
    expected: inMedian({ en: "loss < 0.3 at the best of the rates", zh: "最佳学习率下损失 < 0.3" }),
    source: notes("3.6.1.4"),
  },
};

/** What the parts of this experiment speak to. */
export type Context = ExperimentContext<keyof typeof claims>;

/** What people call its own measurements, options and parts. */
export const labels = {
  bestDeep: { en: "best deep loss", zh: "深层最佳损失" },
  bestShallow: { en: "best shallow loss", zh: "浅层最佳损失" },
  log10Max: { en: "mean log10 max |M|", zh: "log10 max |M| 的均值" },
  sweepSteps: { en: "steps a rate", zh: "每个学习率的步数" },
} satisfies Labels;
