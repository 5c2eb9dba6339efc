// What the notes and the book say about activation functions.
import type { Labels } from "../../report/text/labels.js";
import { below } from "../bounds.js";
import { largestDifference, largestError } from "../expectations.js";
import type { Claim, ExperimentContext } from "../experiment.js";
import { book, notes, pytorch, sources } from "../sources.js";

const section = notes("3.1.2.3");

/** What the numbers may be away from what is expected. */
export const limits = {
  definitions: 2e-7,
  sigmoidForms: 1e-7,
  sigmoidEnds: 4e-4,
  tanhGradient: 1e-6,
  identity: 1e-6,
  linearNearZero: 0.25,
  accumulate: 1e-6,
  prelu: 1e-6,
  swish: 1e-12,
  sameClass: 1e-5,
  minibatch: 0.01,
} as const;

/** sigmoid(6), its derivatives at 6, -6 and -8, and sigmoid(-8), with the digits that the notes give. */
export const sigmoidNumbers = "0.9975, 0.00247, 0.00247, 3.3524e-4, 3.3535e-4";

/** Claims of the experiment `activations`. */
export const claims = {
  definitions: {
    items: ["F21", "F23", "F24"],
    claim: {
      en: "relu, sigmoid and tanh are max(x, 0), 1 / (1 + e^-x) and (1 - e^-2x) / (1 + e^-2x).",
      zh: "relu、sigmoid、tanh 分别为 max(x, 0)、1 / (1 + e^-x) 与 (1 - e^-2x) / (1 + e^-2x)。",
    },
    expected: largestDifference(below(limits.definitions).text),
    source: section,
  },
  points: {
    items: ["F27", "P27"],
    claim: {
      en: "arange(-8, 8, 0.1) has 160 points, and the one in the middle is exactly 0.",
      zh: "arange(-8, 8, 0.1) 有 160 个点，正中的点恰为 0。",
    },
    expected: "160; x[80] = 0",
    source: { en: "-8 + 80 * 0.1 in double precision", zh: "双精度下的 -8 + 80 * 0.1" },
  },
  relu: {
    items: ["F24", "P27"],
    claim: {
      en: "The derivative of ReLU is 0 left of 0, 1 right of it, and by convention 0 at 0.",
      zh: "ReLU 的导数在 0 左侧为 0，右侧为 1，在 0 处约定为 0。",
    },
    expected: { en: "0; 0; 1 (left, at 0, right)", zh: "0；0；1（左侧、0 处、右侧）" },
    source: section,
  },
  tie: {
    items: ["F24", "P4"],
    claim: {
      en: "max(x, 0) written with torch.max has the gradient 1/2 at 0.",
      zh: "用 torch.max 写的 max(x, 0) 在 0 处的梯度为 1/2。",
    },
    expected: "1/2",
    source: pytorch(),
  },
  sigmoidNumbers: {
    items: ["F21", "F22"],
    claim: {
      en: "sigmoid(6), its derivative at 6, -6 and -8, and sigmoid(-8) are as the notes say.",
      zh: "sigmoid(6)、其在 6、-6、-8 处的导数以及 sigmoid(-8) 与笔记一致。",
    },
    expected: sigmoidNumbers,
    source: section,
  },
  sigmoidForms: {
    items: ["F22"],
    claim: {
      en: "The derivative of sigmoid is e^-x / (1 + e^-x)^2 and s (1 - s): both forms agree with autograd.",
      zh: "sigmoid 的导数是 e^-x / (1 + e^-x)^2，也是 s (1 - s)：两种形式都与自动求导一致。",
    },
    expected: largestDifference(below(limits.sigmoidForms).text),
    source: section,
  },
  sigmoidMaximum: {
    items: ["F22"],
    claim: {
      en: "The derivative of sigmoid is largest at 0, where it is 1/4, and goes to 0 on both sides.",
      zh: "sigmoid 的导数在 0 处最大，为 1/4，向两侧趋于 0。",
    },
    expected: {
      en: `0.25 at 0; ${below(limits.sigmoidEnds).text} at the ends`,
      zh: `0 处 0.25；两端 ${below(limits.sigmoidEnds).text}`,
    },
    source: section,
  },
  softStep: {
    items: ["F21"],
    claim: {
      en: "sigmoid is a soft step: sigmoid(kx) comes near to the step function as k grows.",
      zh: "sigmoid 是软化的阶跃函数：k 增大时 sigmoid(kx) 趋近阶跃函数。",
    },
    expected: {
      en: "largest distance for |x| >= 0.1 falls with k = 1, 10, 100, 1000; < 1e-4 at 100",
      zh: "|x| >= 0.1 处的最大距离随 k = 1、10、100、1000 下降；k = 100 时 < 1e-4",
    },
    source: section,
  },
  tanhOdd: {
    items: ["F23", "F26"],
    claim: {
      en: "tanh is symmetric about the origin and stays between -1 and 1.",
      zh: "tanh 关于原点对称，取值在 -1 与 1 之间。",
    },
    expected: {
      en: "|tanh(-x) + tanh(x)| = 0; largest |tanh| < 1",
      zh: "|tanh(-x) + tanh(x)| = 0；|tanh| 的最大值 < 1",
    },
    source: section,
  },
  tanhGradient: {
    items: ["F23"],
    claim: {
      en: "The derivative of tanh is 1 - tanh^2: 1 at 0, and at -8 what is left of it in single precision.",
      zh: "tanh 的导数是 1 - tanh^2：在 0 处为 1，在 -8 处只剩单精度的舍入误差。",
    },
    expected: {
      en: `1 at 0; 4.77e-7 at -8; largest difference from 1 - tanh^2 ${below(limits.tanhGradient).text}`,
      zh: `0 处 1；-8 处 4.77e-7；与 1 - tanh^2 的最大差 ${below(limits.tanhGradient).text}`,
    },
    source: pytorch(),
  },
  identity: {
    items: ["F26"],
    claim: { en: "For every x, tanh(x) + 1 = 2 sigmoid(2x).", zh: "对任意 x，tanh(x) + 1 = 2 sigmoid(2x)。" },
    expected: largestDifference(below(limits.identity).text),
    source: book("mlp", { exercise: 3 }),
  },
  linearNearZero: {
    items: ["F26"],
    claim: {
      en: "Near 0 sigmoid is 1/2 + x/4 and tanh is x: halving x divides what is left by eight.",
      zh: "在 0 附近 sigmoid 约为 1/2 + x/4，tanh 约为 x：x 减半，余项缩小到八分之一。",
    },
    expected: { en: `8 ± ${limits.linearNearZero}, four times`, zh: `8 ± ${limits.linearNearZero}，四次` },
    source: sources(section, { en: "the next terms are x^3/48 and x^3/3", zh: "下一项为 x^3/48 与 x^3/3" }),
  },
  accumulate: {
    items: ["F28", "P24"],
    claim: {
      en: "Gradients add up: without zero_() the third is the sum of three, and far from that of tanh.",
      zh: "梯度会累加：若不调用 zero_()，第三个梯度是三者之和，与 tanh 的梯度相差甚远。",
    },
    expected: {
      en: `difference from the sum ${below(limits.accumulate).text}; from tanh's >= 1`,
      zh: `与三者之和的差 ${below(limits.accumulate).text}；与 tanh 的梯度之差 >= 1`,
    },
    source: section,
  },
  zero: {
    items: ["F28", "P24"],
    claim: {
      en: "zero_() leaves x.grad the same tensor, filled with 0.",
      zh: "zero_() 之后 x.grad 仍是同一个张量，只是全为 0。",
    },
    expected: { en: "0 in the same tensor", zh: "同一张量，全为 0" },
    source: section,
  },
  refusals: {
    items: ["F28"],
    claim: {
      en: "backward() of a vector needs a gradient, and a second backward() needs retainGraph.",
      zh: "向量的 backward() 需要给出梯度；第二次 backward() 需要 retainGraph。",
    },
    expected: { en: "errors grad-implicit and graph-freed", zh: "错误 grad-implicit 与 graph-freed" },
    source: pytorch(),
  },
  chain: {
    items: ["F29"],
    claim: {
      en: "Through k layers the derivatives of relu multiply to 1, those of sigmoid to at most 0.25^k.",
      zh: "经过 k 层，relu 的导数之积为 1，sigmoid 的不超过 0.25^k。",
    },
    expected: { en: "1 and <= 0.25^k, for every k", zh: "对每个 k 分别为 1 与 <= 0.25^k" },
    source: section,
  },
  prelu: {
    items: ["F25"],
    claim: {
      en: "pReLU is max(0, x) + alpha min(0, x); its derivatives are 1 or alpha, and min(0, x) with respect to alpha.",
      zh: "pReLU 为 max(0, x) + alpha min(0, x)；对 x 的导数为 1 或 alpha，对 alpha 的导数为 min(0, x)。",
    },
    expected: largestError(below(limits.prelu).text),
    source: book("mlp", { exercise: 1 }),
  },
  swish: {
    items: [],
    claim: {
      en: "Swish has the derivative s + beta x s (1 - s) with s = sigmoid(beta x), and GELU is x times the normal distribution function.",
      zh: "Swish 的导数为 s + beta x s (1 - s)，其中 s = sigmoid(beta x)；GELU 为 x 乘以正态分布函数。",
    },
    expected: largestError(below(limits.swish).text),
    source: book("mlp", { edition: "en", exercise: { en: "the derivative of Swish", zh: "激活函数 Swish 之导数" } }),
  },
  sameClass: {
    items: [],
    claim: {
      en: "For each network with sigmoids there is one with tanh that computes the same.",
      zh: "对每个使用 sigmoid 的网络，都有一个使用 tanh 的网络与之等价。",
    },
    expected: largestDifference(below(limits.sameClass).text),
    source: book("mlp", {
      edition: "en",
      exercise: { en: "networks with sigmoid and with tanh", zh: "两种激活函数的等价网络" },
    }),
  },
  minibatch: {
    items: [],
    claim: {
      en: "A non-linearity over the minibatch makes a sample's output depend on its company, and a batch of one is undefined.",
      zh: "若非线性作用于整个小批量，样本的输出就取决于同批的其他样本，而只有一个样本的批量无定义。",
    },
    expected: {
      en: `difference > ${limits.minibatch}; 4 of 4 outputs NaN`,
      zh: `差 > ${limits.minibatch}；4 个输出全为 NaN`,
    },
    source: book("mlp", { exercise: 4 }),
  },
} as const satisfies Record<string, Claim>;

/** What every part of the experiment is given. */
export type Context = ExperimentContext<keyof typeof claims>;

/** What people call its own measurements, options and parts. */
export const labels = {
  beta: { en: "beta", zh: "beta" },
  reluChain: { en: "relu, product of derivatives", zh: "relu 导数之积" },
  sigmoidChain: { en: "sigmoid, product of derivatives", zh: "sigmoid 导数之积" },
  sigmoidMaximum: { en: "largest derivative of sigmoid", zh: "sigmoid 导数的最大值" },
  tanhChain: { en: "tanh, product of derivatives", zh: "tanh 导数之积" },
} satisfies Labels;
