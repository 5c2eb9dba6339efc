// What the notes and the book say about activation functions.
import type { Claim } from "../experiment.js";

const notes = "notes, 3.1.2.3";
const book = "d2l, chapter_multilayer-perceptrons/mlp";

/** Claims of the experiment `activations`. */
export const claims = {
  points: {
    items: ["F27", "P27"],
    claim: {
      en: "arange(-8, 8, 0.1) has 160 points, and the one in the middle is exactly 0.",
      zh: "arange(-8, 8, 0.1) 有 160 个点，正中的点恰为 0。",
    },
    expected: "160; x[80] = 0",
    source: "-8 + 80 * 0.1 in double precision",
  },
  relu: {
    items: ["F24", "P27"],
    claim: {
      en: "The derivative of ReLU is 0 left of 0, 1 right of it, and by convention 0 at 0.",
      zh: "ReLU 的导数在 0 左侧为 0，右侧为 1，在 0 处约定为 0。",
    },
    expected: "0; 0; 1 (left, at 0, right)",
    source: notes,
  },
  tie: {
    items: ["F24", "P4"],
    claim: {
      en: "max(x, 0) written with torch.max has the gradient 1/2 at 0.",
      zh: "用 torch.max 写的 max(x, 0) 在 0 处的梯度为 1/2。",
    },
    expected: "0.5",
    source: "PyTorch 2.13",
  },
  sigmoidNumbers: {
    items: ["F21", "F22"],
    claim: {
      en: "sigmoid(6), its derivative at 6, -6 and -8, and sigmoid(-8) are as the notes say.",
      zh: "sigmoid(6)、其在 6、-6、-8 处的导数以及 sigmoid(-8) 与笔记一致。",
    },
    expected: "0.9975, 0.00247, 0.00247, 3.3524e-4, 3.3535e-4",
    source: notes,
  },
  sigmoidForms: {
    items: ["F22"],
    claim: {
      en: "The derivative of sigmoid is e^-x / (1 + e^-x)^2 and s (1 - s): both forms agree with autograd.",
      zh: "sigmoid 的导数是 e^-x / (1 + e^-x)^2，也是 s (1 - s)：两种形式都与自动求导一致。",
    },
    expected: "largest difference < 1e-7",
    source: notes,
  },
  sigmoidMaximum: {
    items: ["F22"],
    claim: {
      en: "The derivative of sigmoid is largest at 0, where it is 1/4, and goes to 0 on both sides.",
      zh: "sigmoid 的导数在 0 处最大，为 1/4，向两侧趋于 0。",
    },
    expected: "0.25 at 0; < 4e-4 at the ends",
    source: notes,
  },
  softStep: {
    items: ["F21"],
    claim: {
      en: "sigmoid is a soft step: sigmoid(kx) comes near to the step function as k grows.",
      zh: "sigmoid 是软化的阶跃函数：k 增大时 sigmoid(kx) 趋近阶跃函数。",
    },
    expected: "largest distance for |x| >= 0.1 falls with k = 1, 10, 100, 1000; < 1e-4 at 100",
    source: notes,
  },
  tanhOdd: {
    items: ["F23", "F26"],
    claim: {
      en: "tanh is symmetric about the origin and stays between -1 and 1.",
      zh: "tanh 关于原点对称，取值在 -1 与 1 之间。",
    },
    expected: "|tanh(-x) + tanh(x)| = 0; largest |tanh| < 1",
    source: notes,
  },
  tanhGradient: {
    items: ["F23"],
    claim: {
      en: "The derivative of tanh is 1 - tanh^2: 1 at 0, and at -8 what is left of it in single precision.",
      zh: "tanh 的导数是 1 - tanh^2：在 0 处为 1，在 -8 处为单精度所余之值。",
    },
    expected: "1; 4.77e-7 ± 0.01e-7; difference < 1e-6",
    source: "PyTorch 2.13",
  },
  identity: {
    items: ["F26"],
    claim: { en: "For every x, tanh(x) + 1 = 2 sigmoid(2x).", zh: "对任意 x，tanh(x) + 1 = 2 sigmoid(2x)。" },
    expected: "largest difference < 1e-6",
    source: `${book}, exercise 3`,
  },
  linearNearZero: {
    items: ["F26"],
    claim: {
      en: "Near 0 sigmoid is 1/2 + x/4 and tanh is x: halving x divides what is left by eight.",
      zh: "在 0 附近 sigmoid 约为 1/2 + x/4，tanh 约为 x：x 减半，余项缩小到八分之一。",
    },
    expected: "8 ± 0.25, four times",
    source: `${notes}; the next terms are x^3/48 and x^3/3`,
  },
  accumulate: {
    items: ["F28", "P24"],
    claim: {
      en: "Gradients add up: without zero_() the third is the sum of three, and far from that of tanh.",
      zh: "梯度会累加：若不调用 zero_()，第三个梯度是三者之和，与 tanh 的梯度相差甚远。",
    },
    expected: "difference from the sum < 1e-6; from tanh's >= 1",
    source: notes,
  },
  zero: {
    items: ["F28", "P24"],
    claim: {
      en: "zero_() leaves x.grad the same tensor, filled with 0.",
      zh: "zero_() 之后 x.grad 仍是同一个张量，只是全为 0。",
    },
    expected: "0 in the same tensor",
    source: notes,
  },
  refusals: {
    items: ["F28"],
    claim: {
      en: "backward() of a vector needs a gradient, and a second backward() needs retainGraph.",
      zh: "向量的 backward() 需要给出梯度；第二次 backward() 需要 retainGraph。",
    },
    expected: "grad-implicit, graph-freed",
    source: "PyTorch 2.13",
  },
  chain: {
    items: ["F29"],
    claim: {
      en: "Through k layers the derivatives of relu multiply to 1, those of sigmoid to at most 0.25^k.",
      zh: "经过 k 层，relu 的导数之积为 1，sigmoid 的不超过 0.25^k。",
    },
    expected: "1 for every k; <= 0.25^k for every k (shown: relu, tanh, sigmoid at the last)",
    source: notes,
  },
  prelu: {
    items: ["F25"],
    claim: {
      en: "pReLU is max(0, x) + alpha min(0, x); its derivatives are 1 or alpha, and min(0, x) with respect to alpha.",
      zh: "pReLU 为 max(0, x) + alpha min(0, x)；对 x 的导数为 1 或 alpha，对 alpha 的导数为 min(0, x)。",
    },
    expected: "largest error < 1e-6",
    source: `${book}, exercise 1`,
  },
  swish: {
    items: [],
    claim: {
      en: "Swish has the derivative s + beta x s (1 - s) with s = sigmoid(beta x), and GELU is x times the normal distribution function.",
      zh: "Swish 的导数为 s + beta x s (1 - s)，其中 s = sigmoid(beta x)；GELU 为 x 乘以正态分布函数。",
    },
    expected: "largest error < 1e-12",
    source: `${book}, exercises of the English edition`,
  },
  sameClass: {
    items: [],
    claim: {
      en: "For each network with sigmoids there is one with tanh that computes the same.",
      zh: "对每个使用 sigmoid 的网络，都有一个使用 tanh 的网络与之等价。",
    },
    expected: "largest difference < 1e-5",
    source: `${book}, exercises of the English edition`,
  },
  minibatch: {
    items: [],
    claim: {
      en: "A non-linearity over the minibatch makes a sample's output depend on its company, and a batch of one is undefined.",
      zh: "若非线性作用于整个小批量，样本的输出就取决于同批的其他样本，而只有一个样本的批量无定义。",
    },
    expected: "difference > 0.01; 4 of 4 NaN",
    source: `${book}, exercise 4`,
  },
} as const satisfies Record<string, Claim>;
