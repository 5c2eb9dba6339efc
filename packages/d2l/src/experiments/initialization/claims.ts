// What the notes say about where training begins.
import type { Labels } from "../../report/text/labels.js";
import { everySeed, inMedian } from "../expectations.js";
import type { ExperimentContext } from "../experiment.js";
import { book, notes, pytorch, sources } from "../sources.js";

const chapter = book("numerical-stability-and-init");

export const claims = {
  constant: {
    items: ["F34", "F120"],
    claim: {
      en: "Hidden units that begin with equal weights stay identical, bit for bit, after 200 steps of SGD, though they have all moved.",
      zh: "以相同权重开始的隐藏单元，经过 200 步 SGD 后仍逐位相同，尽管它们都已改变。",
    },
    expected: everySeed({
      en: "outputs, gradients and weights of the units differ by exactly 0; moved by more than 0.001 (tanh, all weights 0.5; sigmoid, all 0)",
      zh: "各单元的输出、梯度与权重之差恰为 0；变化大于 0.001（tanh，权重全为 0.5；sigmoid，全为 0）",
    }),
    source: sources(notes("3.1.2.6"), pytorch({ en: "differences 0", zh: "差为 0" }), chapter),
  },
  dropout: {
    items: ["F120"],
    claim: {
      en: "Dropout breaks the symmetry: after the same 200 steps the units differ.",
      zh: "丢弃法能打破对称：同样 200 步之后各单元互不相同。",
    },
    expected: everySeed({ en: "weights of the units differ by > 0.001", zh: "各单元的权重之差 > 0.001" }),
    source: chapter,
  },
  channels: {
    items: ["F120"],
    claim: {
      en: "Channels of a convolution are symmetric too: constant kernels stay identical.",
      zh: "卷积的各通道同样对称：常数卷积核始终相同。",
    },
    expected: everySeed({
      en: "kernels differ by exactly 0; moved by more than 1e-4",
      zh: "各卷积核之差恰为 0；变化大于 1e-4",
    }),
    source: book("numerical-stability-and-init", { exercise: 1 }),
  },
  permutation: {
    items: ["F120"],
    claim: {
      en: "Exchanging hidden units, with their weights on both sides, does not change what a network computes.",
      zh: "交换隐藏单元（连同两侧的权重）不改变网络的计算结果。",
    },
    expected: everySeed({
      en: "outputs differ by < 1e-5; by > 0.01 where only one side is exchanged",
      zh: "输出之差 < 1e-5；若只交换一侧则 > 0.01",
    }),
    source: chapter,
  },
  convex: {
    items: [],
    claim: {
      en: "For linear and softmax regression equal initial weights do no harm: the problem is convex, and every start ends at the same loss.",
      zh: "对线性回归与 softmax 回归，相同的初始权重无害：问题是凸的，任何起点都到达同样的损失。",
    },
    expected: everySeed({
      en: "from zeros, 0.5 and N(0, 1): losses differ by > 0.01 at the beginning, by < 1e-4 at the end",
      zh: "从零、0.5、N(0, 1) 出发：起点处损失之差 > 0.01，终点处 < 1e-4",
    }),
    source: book("numerical-stability-and-init", { exercise: 2 }),
  },
  flat: {
    items: ["F113"],
    claim: {
      en: "Far from the optimum the loss surface is steep, near it flatter: that is why the beginning needs care.",
      zh: "远离最优解处损失曲面陡峭，其附近较平坦：因此起点需要小心。",
    },
    expected: inMedian({
      en: "gradient over that at distance ‖w*‖: < 0.1 at the optimum, < 0.5 at a tenth of the distance",
      zh: "与距离 ‖w*‖ 处的梯度之比：最优解处 < 0.1，十分之一距离处 < 0.5",
    }),
    source: notes("3.6.2.3"),
  },
  zeros: {
    items: ["F34"],
    claim: {
      en: "With all weights 0 and ReLU the gradients of both weights are exactly 0: nothing but the output's bias can learn.",
      zh: "权重全为 0 且用 ReLU 时，两层权重的梯度恰为 0：除输出层偏置外什么也学不到。",
    },
    expected: {
      en: "largest |gradient| of W1, b1 and W2: 0; of b2: above 0",
      zh: "W1、b1、W2 的最大 |梯度| 为 0；b2 的大于 0",
    },
    source: sources(notes("3.1.2.6"), pytorch({ en: "exactly 0", zh: "恰为 0" })),
  },
  zerosTrained: {
    items: ["F34"],
    claim: {
      en: "Training does not help: the weights stay 0, the loss that of guessing.",
      zh: "训练也无济于事：权重仍为 0，损失停留在随机猜测的水平。",
    },
    expected: everySeed({
      en: "weights exactly 0; loss ln 10 = 2.3026 ± 0.02",
      zh: "权重恰为 0；损失 ln 10 = 2.3026 ± 0.02",
    }),
    source: notes("3.1.2.6"),
  },
  constantTrained: {
    items: ["F34", "F120"],
    claim: {
      en: "A network of 256 identical units learns no more than one unit could: far less than with random weights.",
      zh: "256 个相同单元的网络所能学到的不超过单个单元：远逊于随机权重。",
    },
    expected: everySeed({ en: "loss above that of Xavier by 0.5 or more", zh: "损失比 Xavier 高 0.5 以上" }),
    source: chapter,
  },
  ways: {
    items: ["F34"],
    claim: {
      en: "Random weights learn; Xavier's and He's begin faster than those of standard deviation 0.01.",
      zh: "随机权重能够学习；Xavier 与 He 的起步快于标准差 0.01。",
    },
    expected: everySeed({
      en: "last loss < 2 for all three; loss of the first epoch lower than with 0.01",
      zh: "三者最终损失均 < 2；第一轮损失低于 0.01 的",
    }),
    source: notes("3.1.2.6"),
  },
  pretraining: {
    items: ["F34"],
    claim: {
      en: "A first layer that an autoencoder has learned without labels begins better than a random one of standard deviation 0.01.",
      zh: "由自编码器无标签预训练得到的第一层，起步优于标准差 0.01 的随机初始化。",
    },
    expected: everySeed({
      en: "lower loss in the first epoch and in the last",
      zh: "第一轮与最后一轮的损失都更低",
    }),
    source: notes("3.1.2.6"),
  },
  reconstruction: {
    items: ["F34"],
    claim: {
      en: "The autoencoder has learned something: it reconstructs pictures that it has not seen.",
      zh: "自编码器确有所得：它能重建未见过的图片。",
    },
    expected: everySeed({
      en: "squared error < 0.5 of the pixels' variance about their means",
      zh: "平方误差 < 像素相对其均值的方差的 0.5 倍",
    }),
    source: { en: "1 is what the mean picture leaves", zh: "只用平均图像则为 1" },
  },
  small: {
    items: ["F113"],
    claim: {
      en: "A standard deviation of 0.01 is good enough for one hidden layer.",
      zh: "标准差 0.01 对单隐藏层足够好。",
    },
    expected: everySeed({ en: "last loss < 2", zh: "最终损失 < 2" }),
    source: notes("3.6.2.3"),
  },
  deep: {
    items: ["F113", "F119"],
    claim: {
      en: "It is not for a deep network, which learns nothing with it, and learns with He's weights.",
      zh: "对深层网络则不然：用它什么也学不到，而用 He 初始化能学习。",
    },
    expected: everySeed({
      en: "0.01: loss ln 10 = 2.3026 ± 0.02; He: < 1.7",
      zh: "0.01：损失 ln 10 = 2.3026 ± 0.02；He：< 1.7",
    }),
    source: notes("3.6.2.3"),
  },
};

/** What the parts of this experiment speak to. */
export type Context = ExperimentContext<keyof typeof claims>;

/** What people call its own measurements, options and parts. */
export const labels = {
  deep: { en: "deep layers", zh: "深层网络层数" },
  heLoss: { en: "loss with He", zh: "He 的损失" },
  preTrainedLoss: { en: "loss, pre-trained", zh: "预训练的损失" },
} satisfies Labels;
