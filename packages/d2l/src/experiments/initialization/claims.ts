// What the notes say about where training begins.
export const claims = {
  zeros: {
    items: ["F34"],
    claim: {
      en: "With all weights 0 and ReLU the gradients of both weights are exactly 0: nothing but the output's bias can learn.",
      zh: "权重全为 0 且用 ReLU 时，两层权重的梯度恰为 0：除输出层偏置外什么也学不到。",
    },
    expected: "largest |gradient| of W1, b1 and W2: 0; of b2: above 0",
    source: "notes 3.1.2.6; PyTorch 2.13",
  },
  zerosTrained: {
    items: ["F34"],
    claim: {
      en: "Training does not help: the weights stay 0, the loss that of guessing.",
      zh: "训练也无济于事：权重仍为 0，损失停留在随机猜测的水平。",
    },
    expected: "weights 0; loss ln 10 = 2.3026 ± 0.02 (all seeds)",
    source: "notes 3.1.2.6",
  },
  constant: {
    items: ["F34", "F120"],
    claim: {
      en: "With all weights 0.5 the hidden units stay identical, bit for bit, after 200 steps of SGD, though they have all moved.",
      zh: "权重全为 0.5 时，经过 200 步 SGD 后各隐藏单元仍逐位相同，尽管它们都已改变。",
    },
    expected: "spread over the units exactly 0; moved by more than 0.001 (all seeds)",
    source: "PyTorch 2.13; d2l, numerical-stability-and-init",
  },
  dropout: {
    items: ["F120"],
    claim: {
      en: "Dropout breaks the symmetry: after the same 200 steps the units differ.",
      zh: "丢弃法能打破对称：同样 200 步之后各单元互不相同。",
    },
    expected: "spread > 0.001 (all seeds)",
    source: "d2l, numerical-stability-and-init",
  },
  constantTrained: {
    items: ["F34", "F120"],
    claim: {
      en: "A network of 256 identical units learns no more than one unit could: far less than with random weights.",
      zh: "256 个相同单元的网络所能学到的不超过单个单元：远逊于随机权重。",
    },
    expected: "loss above that of Xavier by 0.5 or more (all seeds)",
    source: "d2l, numerical-stability-and-init",
  },
  ways: {
    items: ["F34"],
    claim: {
      en: "Random weights learn; Xavier's and He's begin faster than those of standard deviation 0.01.",
      zh: "随机权重能够学习；Xavier 与 He 的起步快于标准差 0.01。",
    },
    expected: "last loss below 2; loss of the first epoch lower (all seeds)",
    source: "notes 3.1.2.6",
  },
  pretraining: {
    items: ["F34"],
    claim: {
      en: "A first layer that an autoencoder has learned without labels begins better than a random one of standard deviation 0.01.",
      zh: "由自编码器无标签预训练得到的第一层，起步优于标准差 0.01 的随机初始化。",
    },
    expected: "lower loss in the first epoch and in the last (all seeds)",
    source: "notes 3.1.2.6",
  },
  reconstruction: {
    items: ["F34"],
    claim: {
      en: "The autoencoder has learned something: it reconstructs pictures that it has not seen.",
      zh: "自编码器确有所得：它能重建未见过的图片。",
    },
    expected: "error below half the variance of the pixels about their means (all seeds)",
    source: "notes 3.1.2.6",
  },
  small: {
    items: ["F113"],
    claim: {
      en: "A standard deviation of 0.01 is good enough for one hidden layer.",
      zh: "标准差 0.01 对单隐藏层足够好。",
    },
    expected: "last loss below 2 (all seeds)",
    source: "notes 3.6.2.3",
  },
  deep: {
    items: ["F113", "F119"],
    claim: {
      en: "It is not for a deep network, which learns nothing with it, and learns with He's weights.",
      zh: "对深层网络则不然：用它什么也学不到，而用 He 初始化能学习。",
    },
    expected: "0.01: loss ln 10 = 2.3026 ± 0.02; He: below 1.7 (all seeds)",
    source: "notes 3.6.2.3",
  },
  flat: {
    items: ["F113"],
    claim: {
      en: "Far from the optimum the loss surface is steep, near it flatter: that is why the beginning needs care.",
      zh: "远离最优解处损失曲面陡峭，其附近较平坦：因此起点需要小心。",
    },
    expected:
      "gradient over that at distance ‖w*‖: below 0.1 at the optimum, below 0.5 at a tenth of the distance (medians)",
    source: "notes 3.6.2.3",
  },
  convex: {
    items: [],
    claim: {
      en: "For linear and softmax regression equal initial weights do no harm: the problem is convex, and every start ends at the same loss.",
      zh: "对线性回归与 softmax 回归，相同的初始权重无害：问题是凸的，任何起点都到达同样的损失。",
    },
    expected: "losses from zeros, 0.5 and N(0, 1) differ by less than 1e-4 (all seeds)",
    source: "d2l, numerical-stability-and-init, exercise 2",
  },
  channels: {
    items: ["F120"],
    claim: {
      en: "Channels of a convolution are symmetric too: constant kernels stay identical.",
      zh: "卷积的各通道同样对称：常数卷积核始终相同。",
    },
    expected: "spread over channels exactly 0, moved by more than 1e-4",
    source: "d2l, numerical-stability-and-init, exercise 1",
  },
  permutation: {
    items: ["F120"],
    claim: {
      en: "Exchanging hidden units, with their weights on both sides, does not change what a network computes.",
      zh: "交换隐藏单元（连同两侧的权重）不改变网络的计算结果。",
    },
    expected: "largest difference < 1e-5",
    source: "d2l, numerical-stability-and-init",
  },
};
