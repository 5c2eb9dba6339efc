// What the notes and the book say about backpropagation.
import type { Labels } from "../../report/text/labels.js";
import { written } from "../bounds.js";
import { relativeDifference } from "../expectations.js";
import type { Claim } from "../experiment.js";
import { book, paper } from "../sources.js";

/** Limits of the checks, as the claims say them. */
export const limits = {
  byHand: 1e-5,
  /** How far from 8 times the stored bytes are with 8 times the layers, and with 8 times the batch. */
  layers: 0.1,
  batch: 0.01,
  hessian: 1e-6,
  product: 1e-10,
  parts: 1e-6,
} as const;

const section = book("backprop");
const exercise = (number: number) => book("backprop", { exercise: number });

/** What each computed variable of the book's graph is computed from. */
export const bookGraph = {
  z: ["W1", "x"],
  h: ["z"],
  o: ["W2", "h"],
  L: ["o", "y"],
  s: ["W1", "W2"],
  J: ["L", "s"],
} as const;

/** A graph as text: `"z(W1, x), h(z)"`. */
export function graphText(graph: Readonly<Record<string, readonly string[]>>): string {
  return Object.entries(graph)
    .map(([name, from]) => `${name}(${from.join(", ")})`)
    .join(", ");
}

/** Claims of the experiment `backprop`. */
export const claims = {
  byHand: {
    items: [],
    claim: {
      en: "The equations of the book give autograd's gradients of o, W2, h, z and W1, with every activation and every seed.",
      zh: "对每种激活函数和每个种子，书中的公式给出的 o、W2、h、z、W1 的梯度与自动求导一致。",
    },
    expected: relativeDifference(`<= ${written(limits.byHand)}`),
    source: section,
  },
  bias: {
    items: [],
    claim: {
      en: "With biases ∂J/∂b1 = ∂J/∂z and ∂J/∂b2 = ∂J/∂o (exercise 2).",
      zh: "有偏置时，∂J/∂b1 = ∂J/∂z，∂J/∂b2 = ∂J/∂o（练习 2）。",
    },
    expected: relativeDifference(`<= ${written(limits.byHand)}`),
    source: exercise(2),
  },
  shapes: {
    items: [],
    claim: {
      en: "The gradient of a scalar by an n x m matrix is n x m (exercise 1).",
      zh: "标量对 n x m 矩阵的梯度仍为 n x m（练习 1）。",
    },
    expected: { en: "all variables", zh: "全部变量" },
    source: exercise(1),
  },
  graph: {
    items: [],
    claim: {
      en: "The recorded graph is that of the book's figure: the same variables, each computed from the same others.",
      zh: "所记录的计算图就是书中的图：变量相同，每个变量由哪些变量算出也相同。",
    },
    expected: graphText(bookGraph),
    source: section,
  },
  layers: {
    items: [],
    claim: {
      en: "Stored activations are proportional to the number of layers.",
      zh: "存储的激活值与层数成正比。",
    },
    expected: {
      en: `8 times the bytes from 2 to 16 layers, ± ${100 * limits.layers} %`,
      zh: `从 2 层到 16 层，字节数为 8 倍，± ${100 * limits.layers} %`,
    },
    source: exercise(3),
  },
  batch: {
    items: [],
    claim: {
      en: "They are proportional to the batch size.",
      zh: "存储的激活值与批量大小成正比。",
    },
    expected: {
      en: `8 times the bytes from 32 to 256 samples, ± ${100 * limits.batch} %`,
      zh: `从 32 到 256 个样本，字节数为 8 倍，± ${100 * limits.batch} %`,
    },
    source: exercise(3),
  },
  prediction: {
    items: [],
    claim: {
      en: "Training needs more memory than prediction, which keeps none of them.",
      zh: "训练比预测需要更多内存；预测时不保留任何激活值。",
    },
    expected: { en: "training > 0, prediction 0", zh: "训练 > 0，预测 0" },
    source: section,
  },
  hessian: {
    items: [],
    claim: {
      en: "Second derivatives by differentiating the gradient are symmetric and agree with differences of gradients (exercise 4).",
      zh: "对梯度再求导得到的二阶导数是对称的，并与梯度的差分一致（练习 4）。",
    },
    expected: relativeDifference(`<= ${written(limits.hessian)}`),
    source: exercise(4),
  },
  product: {
    items: [],
    claim: {
      en: "Their product with a vector needs two passes, without computing them all.",
      zh: "二阶导数矩阵与向量的乘积只需两遍，无需求出全部二阶导数。",
    },
    expected: relativeDifference(`<= ${written(limits.product)}`),
    source: paper(1994, "Pearlmutter"),
  },
  cost: {
    items: [],
    claim: {
      en: "The gradient's graph keeps more than that of the objective, and all second derivatives take a pass for each parameter (exercise 4).",
      zh: "梯度的计算图比目标函数的计算图保存更多；求全部二阶导数时每个参数需要一遍（练习 4）。",
    },
    expected: { en: "more bytes; parameters + 1 passes", zh: "字节数更多；遍数为参数个数 + 1" },
    source: exercise(4),
  },
  devices: {
    items: [],
    claim: {
      en: "Cut at h, the graph fits on two devices that send each other h and ∂J/∂h: the gradients stay the same (exercise 5).",
      zh: "在 h 处切开的计算图可放在两台设备上，它们只需互传 h 与 ∂J/∂h：梯度不变（练习 5）。",
    },
    expected: relativeDifference(`<= ${written(limits.parts)}`),
    source: exercise(5),
  },
  minibatches: {
    items: [],
    claim: {
      en: "The alternative, minibatches one after the other, gives the same gradient too, and stores the activations of one of them only (exercise 5).",
      zh: "另一种办法是逐个处理更小的批量：梯度同样不变，而只需存储其中一个的激活值（练习 5）。",
    },
    expected: {
      en: `relative difference <= ${written(limits.parts)}; a quarter of the bytes`,
      zh: `相对差 <= ${written(limits.parts)}；字节数为四分之一`,
    },
    source: exercise(5),
  },
} as const satisfies Record<string, Claim>;

/** What people call its own measurements, options and parts. */
export const labels = {
  all: { en: "all second derivatives", zh: "全部二阶导数" },
  byHand: { en: "by hand, difference", zh: "手工计算之差" },
  gradient: { en: "gradient", zh: "梯度" },
  hessian: { en: "second derivatives, difference", zh: "二阶导数之差" },
  inputs: { en: "inputs", zh: "输入个数" },
  outputs: { en: "outputs", zh: "输出个数" },
  product: { en: "times a vector", zh: "与向量的乘积" },
  storedBytesOfGradient: { en: "bytes stored for the gradient", zh: "梯度的存储字节数" },
} satisfies Labels;
