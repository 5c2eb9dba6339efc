// What the notes say keeps gradients within a range that numbers and learning rates can deal with.
import type { Labels } from "../../report/text/labels.js";
import { everySeed, inMedian, relativeDifference } from "../expectations.js";
import type { ExperimentContext } from "../experiment.js";
import { book, notes, paper, sources } from "../sources.js";

export const claims = {
  plain: {
    items: ["F111"],
    claim: {
      en: "Through 50 plain layers, as PyTorch initializes them, the gradient leaves the range, with the sigmoid, tanh and ReLU alike.",
      zh: "通过 50 个按 PyTorch 默认初始化的普通层后，无论 sigmoid、tanh 还是 ReLU，梯度都超出该范围。",
    },
    expected: everySeed("< 1e-6"),
    source: sources(notes("3.6.2.1"), { en: "a gradient in, say, [1e-6, 1e3]", zh: "梯度在如 [1e-6, 1e3] 的范围内" }),
  },
  residual: {
    items: ["F111"],
    claim: {
      en: "With h + f(h) in place of f(h) a product has become a sum: the gradient stays in the range at every depth up to 100.",
      zh: "用 h + f(h) 代替 f(h)，乘积变成了求和：深度直到 100，梯度都在该范围内。",
    },
    expected: everySeed({
      en: "within [1e-6, 1e3] for sigmoid and tanh at every depth",
      zh: "sigmoid 与 tanh 在各深度均在 [1e-6, 1e3] 内",
    }),
    source: sources(notes("3.6.2.1"), paper(2016, "He", "Zhang", "Ren", "Sun")),
  },
  normalized: {
    items: ["F111"],
    claim: {
      en: "With layer normalization it stays in the range whatever the size of the initial weights.",
      zh: "使用层归一化时，无论初始权重大小，梯度都在该范围内。",
    },
    expected: everySeed({
      en: "within [1e-6, 1e3] after 50 ReLU layers for standard deviations 0.01, 0.1, 1, 10",
      zh: "标准差为 0.01、0.1、1、10 时，50 个 ReLU 层后均在 [1e-6, 1e3] 内",
    }),
    source: sources(notes("3.6.2.1"), paper(2016, "Ba", "Kiros", "Hinton")),
  },
  initialized: {
    items: ["F111"],
    claim: {
      en: "A fitting initialization keeps it there too: Xavier for tanh, He for ReLU.",
      zh: "合适的初始化也能做到：tanh 用 Xavier，ReLU 用 He。",
    },
    expected: everySeed({ en: "within [1e-6, 1e3] at every depth", zh: "在各深度均在 [1e-6, 1e3] 内" }),
    source: notes("3.6.2.1"),
  },
  rnn: {
    items: ["F111"],
    claim: {
      en: "Through 100 steps of time the gradient of a plain recurrent network vanishes.",
      zh: "经过 100 个时间步，普通循环网络的梯度消失。",
    },
    expected: everySeed("< 1e-15"),
    source: notes("3.6.2.1"),
  },
  lstm: {
    items: ["F111"],
    claim: {
      en: "Through an LSTM whose forget gates begin open (bias 3) it arrives.",
      zh: "通过遗忘门一开始打开（偏置 3）的 LSTM，梯度能够到达。",
    },
    expected: everySeed({ en: "within [1e-6, 1e3]", zh: "在 [1e-6, 1e3] 内" }),
    source: sources(notes("3.6.2.1"), paper(2000, "Gers", "Schmidhuber", "Cummins")),
  },
  lstmDefault: {
    items: ["F111"],
    claim: {
      en: "With half-open gates, PyTorch's default, the LSTM loses most of it as well, though far less than the plain network.",
      zh: "若遗忘门半开（PyTorch 默认），LSTM 也会损失大部分梯度，但远少于普通网络。",
    },
    expected: inMedian({
      en: "more than 1000 times the plain network's, and < 1e-6",
      zh: "大于普通网络的 1000 倍，且 < 1e-6",
    }),
    source: { en: "0.5^100 = 8e-31 along each cell's own path", zh: "沿每个记忆元自身的路径为 0.5^100 = 8e-31" },
  },
  gates: {
    items: ["F111"],
    claim: {
      en: "Along the cell the gradient is the product of the forget gates, no weight among them.",
      zh: "沿着记忆元，梯度是各遗忘门之积，其中没有权重。",
    },
    expected: everySeed(relativeDifference("< 1e-12")),
    source: sources(
      { en: "c_t = f_t c_(t-1) + i_t g_t", zh: "c_t = f_t c_(t-1) + i_t g_t" },
      { en: "recurrent weights 0, float64", zh: "循环权重为 0，float64" },
    ),
  },
  clipNorm: {
    items: ["F111"],
    claim: {
      en: "Clipping by norm makes the norm of all gradients together the threshold, and keeps their direction.",
      zh: "按范数裁剪使全部梯度合起来的范数等于阈值，且方向不变。",
    },
    expected: everySeed({
      en: "norm / threshold = 1 ± 1e-5; cosine > 1 - 1e-6; shorter gradients unchanged",
      zh: "范数 / 阈值 = 1 ± 1e-5；余弦 > 1 - 1e-6；较短的梯度不变",
    }),
    source: sources(notes("3.6.2.1"), "min(1, θ / ‖g‖) g"),
  },
  clipValue: {
    items: ["F111"],
    claim: {
      en: "Clipping by value cuts each element to ±threshold, which changes the direction.",
      zh: "按值裁剪把每个元素限制在正负阈值之间，方向会改变。",
    },
    expected: everySeed({
      en: "exactly min(max(g, -θ), θ); cosine < 0.999",
      zh: "恰为 min(max(g, -θ), θ)；余弦 < 0.999",
    }),
    source: notes("3.6.2.1"),
  },
  normalizedGradient: {
    items: ["F111"],
    claim: {
      en: "A gradient divided by its norm has length 1, whether it had vanished or exploded.",
      zh: "梯度除以其范数后长度为 1，无论此前是消失还是爆炸。",
    },
    expected: everySeed({
      en: "1 ± 1e-5 for elements of the order of 1e-20 and of 1e20",
      zh: "元素量级为 1e-20 与 1e20 时均为 1 ± 1e-5",
    }),
    source: notes("3.6.2.1"),
  },
  clippedTraining: {
    items: ["F111"],
    claim: {
      en: "A recurrent network whose gradients explode ends in NaN within a few steps; with its gradients clipped it learns.",
      zh: "梯度爆炸的循环网络几步之内就变为 NaN；裁剪梯度后它能学习。",
    },
    expected: everySeed({
      en: "not finite within 10 steps; with clipping below half of the first loss after 200",
      zh: "10 步之内变为非有限数；裁剪后，200 步时低于初始损失的一半",
    }),
    source: paper(2013, "Pascanu", "Mikolov", "Bengio"),
  },
  lars: {
    items: [],
    claim: {
      en: "After the fact: steps scaled layer by layer to the length of the weights (LARS) train the deep sigmoid network that no learning rate trains.",
      zh: "事后补救：按各层权重的长度缩放步长（LARS），可以训练任何学习率都无法训练的深层 sigmoid 网络。",
    },
    expected: inMedian({
      en: "loss at the best of the rates: gradient descent > 1.05 (guessing has ln 3 = 1.0986), LARS < 0.6",
      zh: "最佳学习率下的损失：梯度下降 > 1.05（随机猜测为 ln 3 = 1.0986），LARS < 0.6",
    }),
    source: sources(book("numerical-stability-and-init", { exercise: 4 }), paper(2017, "You", "Gitman", "Ginsburg")),
  },
};

/** What the parts of this experiment speak to. */
export type Context = ExperimentContext<keyof typeof claims>;

/** What people call its own measurements, options and parts. */
export const labels = {
  clipValue: { en: "clipping by value", zh: "按值裁剪阈值" },
  larsLoss: { en: "loss with LARS", zh: "LARS 的损失" },
  lstmGradient: { en: "LSTM gradient", zh: "LSTM 的梯度" },
  maxNorm: { en: "clipping by norm", zh: "按范数裁剪阈值" },
  rnnGradient: { en: "RNN gradient", zh: "RNN 的梯度" },
  time: { en: "steps of time", zh: "时间步数" },
} satisfies Labels;
