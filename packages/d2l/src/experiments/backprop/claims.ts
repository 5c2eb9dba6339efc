// What the notes and the book say about backpropagation.
import type { Claim } from "../experiment.js";

const source = "d2l-zh, chapter_multilayer-perceptrons/backprop";

/** Claims of the experiment `backprop`. */
export const claims = {
  byHand: {
    items: [],
    claim: {
      en: "The equations of the book give autograd's gradients of o, W2, h, z and W1, with every activation and every seed.",
      zh: "对每种激活函数和每个种子，书中的公式给出的 o、W2、h、z、W1 的梯度与自动求导一致。",
    },
    expected: "relative difference <= 1e-5",
    source,
  },
  bias: {
    items: [],
    claim: {
      en: "With biases ∂J/∂b1 = ∂J/∂z and ∂J/∂b2 = ∂J/∂o (exercise 2).",
      zh: "有偏置时，∂J/∂b1 = ∂J/∂z，∂J/∂b2 = ∂J/∂o（练习 2）。",
    },
    expected: "relative difference <= 1e-5",
    source: `${source}, exercise 2`,
  },
  shapes: {
    items: [],
    claim: {
      en: "The gradient of a scalar by an n x m matrix is n x m (exercise 1).",
      zh: "标量对 n x m 矩阵的梯度仍为 n x m（练习 1）。",
    },
    expected: "all variables",
    source: `${source}, exercise 1`,
  },
  graph: {
    items: [],
    claim: {
      en: "The recorded graph has the variables of the book's figure, and J comes last.",
      zh: "所记录的计算图含有书中图里的变量，且 J 在最后。",
    },
    expected: "x, y, W1, W2, z, h, o, L, s, J",
    source,
  },
  layers: {
    items: [],
    claim: {
      en: "Stored activations are proportional to the number of layers.",
      zh: "存储的激活值与层数成正比。",
    },
    expected: "8 times the bytes from 2 to 16 layers, ± 10 %",
    source: `${source}, exercise 3`,
  },
  batch: {
    items: [],
    claim: {
      en: "They are proportional to the batch size.",
      zh: "存储的激活值与批量大小成正比。",
    },
    expected: "8 times the bytes from 32 to 256 samples, ± 1 %",
    source: `${source}, exercise 3`,
  },
  prediction: {
    items: [],
    claim: {
      en: "Training needs more memory than prediction, which keeps none of them.",
      zh: "训练比预测需要更多内存；预测时不保留任何激活值。",
    },
    expected: "training > 0, prediction 0",
    source,
  },
  hessian: {
    items: [],
    claim: {
      en: "Second derivatives by differentiating the gradient are symmetric and agree with differences of gradients (exercise 4).",
      zh: "对梯度再求导得到的二阶导数是对称的，并与梯度的差分一致（练习 4）。",
    },
    expected: "relative difference <= 1e-6",
    source: `${source}, exercise 4`,
  },
  product: {
    items: [],
    claim: {
      en: "Their product with a vector needs two passes, without computing them all.",
      zh: "二阶导数矩阵与向量的乘积只需两遍，无需求出全部二阶导数。",
    },
    expected: "relative difference <= 1e-10",
    source: "Pearlmutter 1994",
  },
  cost: {
    items: [],
    claim: {
      en: "The gradient's graph keeps more than that of the objective, and all second derivatives take a pass for each parameter (exercise 4).",
      zh: "梯度的计算图比目标函数的计算图保存更多；求全部二阶导数时每个参数需要一遍（练习 4）。",
    },
    expected: "more bytes; parameters + 1 passes",
    source: `${source}, exercise 4`,
  },
} as const satisfies Record<string, Claim>;
