// What the notes say about products of many factors, and about gradients that explode or vanish.
import type { ExperimentContext } from "../experiment.js";

export const claims = {
  jacobian: {
    items: ["F103", "F105"],
    claim: {
      en: "The gradient of each layer's weights is the product of the Jacobians of all layers behind it: by hand as by autograd.",
      zh: "每层权重的梯度等于其后各层雅可比矩阵之积：手算与自动微分一致。",
    },
    expected: "largest relative difference < 1e-12 (float64; sigmoid, tanh, ReLU; all layers, all seeds)",
    source: "notes 3.6.1; chain rule",
  },
  transposed: {
    items: ["F105", "P9"],
    claim: {
      en: "With W transposed the product is another one for square layers, and does not exist for others.",
      zh: "若把 W 转置，方阵层得到的是另一个积，而非方阵层的积不存在。",
    },
    expected: "relative difference > 0.1; shapes that do not fit",
    source: "P9",
  },
  reluProduct: {
    items: ["F106"],
    claim: {
      en: "For ReLU the product consists of weights alone: rows and columns of silent units are struck out of the product of all W.",
      zh: "对 ReLU，该积只由权重组成：从各 W 之积中划去未激活单元的行与列。",
    },
    expected: "relative difference from the Jacobians < 1e-12",
    source: "notes 3.6.1.3",
  },
  reluGrowth: {
    items: ["F106"],
    claim: {
      en: "The product's norm explodes with depth where weights are larger than He's, and vanishes where they are smaller.",
      zh: "权重大于 He 初始化时，积的范数随深度爆炸；小于时则消失。",
    },
    expected: "100 layers, gain 1.5: 1.5^100 = 10^17.6 within 10^±2; gain 1/1.5: 10^-17.6 within 10^±2 (medians)",
    source: "notes 3.6.1.3",
  },
  explosion: {
    items: ["F104"],
    claim: { en: "1.5 to the power of 100 is 4.07e17.", zh: "1.5 的 100 次方为 4.07e17。" },
    expected: "4.065611775e17, relative error < 1e-9 (float64) and < 1e-5 (float32)",
    source: "notes 3.6.1.1",
  },
  vanishing: {
    items: ["F104"],
    claim: { en: "0.8 to the power of 100 is 2.04e-10.", zh: "0.8 的 100 次方为 2.04e-10。" },
    expected: "2.037035976e-10, relative error < 1e-9 (float64) and < 1e-5 (float32)",
    source: "notes 3.6.1.1",
  },
  half: {
    items: ["F104", "F107"],
    claim: {
      en: "Half precision holds neither: 1.5^100 is infinite, from the 28th factor on, and 0.8^100 is 0.",
      zh: "半精度两者都存不下：1.5^100 为无穷（自第 28 个因子起），0.8^100 为 0。",
    },
    expected: "inf from 28; 0",
    source: "notes 3.6.1.3; largest number 65504, smallest 5.96e-8",
  },
  stuck: {
    items: ["F107"],
    claim: {
      en: "Multiplied step by step in half precision 0.8^n never gets to 0: two units of the last place times 0.8 round to two again.",
      zh: "用半精度逐步相乘时 0.8^n 永远到不了 0：末位的两个单位乘以 0.8 又舍入为两个单位。",
    },
    expected: "1.19209e-7 (2 · 2^-24) after 100 factors",
    source: "PyTorch 2.13: float16 product of 100 factors 0.8",
  },
  range: {
    items: ["F107"],
    claim: {
      en: "Half precision ends at 65504 above; below, at 6.1e-5 with all digits and at 6.0e-8 with one.",
      zh: "半精度的上限为 65504；下限为 6.1e-5（保留全部位数）与 6.0e-8（仅一位）。",
    },
    expected: "65504 stays, 65520 is inf; 2^-24 stays, 2^-25 is 0; 2^-14 (1 + 2^-10) stays, half of it does not",
    source: "IEEE 754 binary16",
  },
  matrices: {
    items: ["F110"],
    claim: {
      en: "After a hundred products of 4 x 4 matrices of N(0, 1) the largest element is of the order of 10^25.",
      zh: "一百次与 4 x 4 的 N(0, 1) 矩阵相乘后，最大元素的量级为 10^25。",
    },
    expected: "log10: mean 24.8 ± 0.4, standard deviation 1.8 ± 0.3; float32 as float64 (300 seeds)",
    source: "PyTorch 2.13; d2l, numerical-stability-and-init",
  },
  rank: {
    items: ["F110"],
    claim: {
      en: "That product is numerically of rank 1: its rows are proportional to each other.",
      zh: "该积在数值上秩为 1：各行成比例。",
    },
    expected: "second singular value / first: median < 1e-7",
    source: "d2l, numerical-stability-and-init",
  },
  overflow: {
    items: ["F110", "P31"],
    claim: {
      en: "Half precision overflows after 11 to 25 of these factors for nearly all seeds, in the median after 18; single precision holds them all.",
      zh: "对几乎所有种子，半精度在 11 到 25 个因子后溢出，中位数为 18；单精度能容纳全部。",
    },
    expected: "median 18 ± 1; 11 to 25 for at least 98 % of 300 seeds; float32 finite",
    source: "P31; PyTorch 2.13",
  },
  linear: {
    items: ["P31"],
    claim: {
      en: "A linear net of width 256 with weights of N(0, 1) is infinite in single precision and then NaN within 50 layers.",
      zh: "宽 256、权重为 N(0, 1) 的线性网络在 50 层内于单精度下变为无穷，继而为 NaN。",
    },
    expected: "inf, then NaN, by layer 50 (all seeds)",
    source: "P31",
  },
  bounds: {
    items: [],
    claim: {
      en: "The largest eigenvalue of a product is at most its norm, and that at most the product of the norms.",
      zh: "矩阵积的最大特征值不超过其范数，而范数不超过各范数之积。",
    },
    expected: "in order for every seed; the last bound too large by a factor of 10^20 to 10^35 (median)",
    source: "d2l, numerical-stability-and-init, exercise 3",
  },
  rates: {
    items: ["F107"],
    claim: {
      en: "A learning rate that is too large ends in no number at all or above the first loss, in single and in half precision.",
      zh: "学习率过大时，单精度与半精度下损失都会变为非数或高于初始值。",
    },
    expected: "lr = 100: loss not finite or above the first (all seeds, both)",
    source: "notes 3.6.1.3",
  },
  window: {
    items: ["F107"],
    claim: {
      en: "In between both learn: the rate has to be adjusted.",
      zh: "居中的学习率在两种精度下都能学习：学习率需要调整。",
    },
    expected: "lr = 0.1 or 1: best loss < 0.5 (median, both)",
    source: "notes 3.6.1.3",
  },
  stalled: {
    items: ["F107"],
    claim: {
      en: "With a small one half precision leaves most parameters exactly as they were, where single precision moves them.",
      zh: "学习率很小时，半精度下大多数参数原封不动，而单精度下参数会变化。",
    },
    expected: "lr = 1e-5: moved < 20 % in float16, > 50 % in float32 (all seeds)",
    source: "notes 3.6.1.3",
  },
  sigmoidGradient: {
    items: ["F108"],
    claim: {
      en: "The sigmoid's gradient is at most 1/4, at 0, and 0.0025 at ±6.",
      zh: "sigmoid 的梯度最大为 0 处的 1/4，在 ±6 处为 0.0025。",
    },
    expected: "0.25; 0.00247 ± 1e-5 twice",
    source: "notes 3.6.1.4",
  },
  bottom: {
    items: ["F109"],
    claim: {
      en: "In a sigmoid network of 8 hidden layers the gradient at the bottom is less than a ten-thousandth of that at the top.",
      zh: "在含 8 个隐藏层的 sigmoid 网络中，底层梯度不到顶层的万分之一。",
    },
    expected: "bottom / top < 1e-4 (all seeds)",
    source: "notes 3.6.1.4",
  },
  bottomHalf: {
    items: ["F109", "F107"],
    claim: {
      en: "In half precision most of the bottom layer's gradient is exactly 0.",
      zh: "在半精度下底层梯度的大部分恰为 0。",
    },
    expected: "share of zeros: median > 0.5 in float16; 0 in float32",
    source: "notes 3.6.1.4",
  },
  topOnly: {
    items: ["F109"],
    claim: {
      en: "Training moves the top layer's weights more than a hundred times as far as the bottom layer's.",
      zh: "训练使顶层权重的变化达到底层的一百倍以上。",
    },
    expected: "relative change, top / bottom > 100 (median, lr 1)",
    source: "notes 3.6.1.4",
  },
  noRate: {
    items: ["F109"],
    claim: {
      en: "No learning rate makes it learn: the loss stays that of guessing among three classes.",
      zh: "任何学习率都无法使其学习：损失停留在三类随机猜测的水平。",
    },
    expected: "best of all rates > 1.05 (ln 3 = 1.0986; all seeds)",
    source: "notes 3.6.1.4",
  },
  depth: {
    items: ["F109"],
    claim: {
      en: "One hidden layer learns the same data: depth has brought nothing.",
      zh: "而单个隐藏层能学会同样的数据：深度没有带来好处。",
    },
    expected: "best of all rates < 0.3 (median)",
    source: "notes 3.6.1.4",
  },
};

/** What the parts of this experiment speak to. */
export type Context = ExperimentContext<keyof typeof claims>;
