// What the notes answer when they are asked whether constant variance is batch normalization, and what follows from it.
import type { Claim } from "../experiment.js";

const qa = "notes 3.6.3, questions and answers";
const paper = "Ioffe and Szegedy 2015";
const exercise = "d2l-zh, chapter_multilayer-perceptrons/mlp, exercise 4";

export const claims = {
  initOnly: {
    items: ["F123"],
    claim: {
      en: "Without normalization the variance depends on the initialization: He's keeps it, 0.01 and 1 do not.",
      zh: "不做归一化时方差取决于初始化：He 初始化能保持，标准差 0.01 与 1 则不能。",
    },
    expected: "std of layer 20 / layer 1: He 0.25 to 4; 0.01 < 1e-9; 1 > 1e9, every seed",
    source: qa,
  },
  anyInit: {
    items: ["F123"],
    claim: {
      en: "With batch normalization every layer has a standard deviation of 1, whatever the initialization.",
      zh: "使用批量归一化时，无论如何初始化，每层的标准差都为 1。",
    },
    expected: "1 ± 0.01, every layer, every seed",
    source: paper,
  },
  drift: {
    items: ["F123"],
    claim: {
      en: "A variance that was right in the beginning does not stay so in training.",
      zh: "一开始合适的方差在训练中并不会保持。",
    },
    expected: "some layer changes by more than 1.5 times, every seed",
    source: qa,
  },
  stays: {
    items: ["F123"],
    claim: {
      en: "Batch normalization without gamma and beta holds it at 1 in every step.",
      zh: "不带 γ 与 β 的批量归一化在每一步都使其保持为 1。",
    },
    expected: "|std - 1| < 0.01, every layer, every step, every seed",
    source: qa,
  },
  free: {
    items: ["F123"],
    claim: {
      en: "With gamma and beta the layers are free again, and these alone say their scale: sqrt(mean(γ²) + var(β)).",
      zh: "有了 γ 与 β，各层重获自由，且尺度仅由二者决定：sqrt(mean(γ²) + var(β))。",
    },
    expected: "agree within 1 %, and some |γ - 1| > 0.05, every seed",
    source: qa,
  },
  identity: {
    items: ["F123"],
    claim: {
      en: "With gamma the standard deviation and beta the mean of its input, batch normalization is the identity.",
      zh: "取 γ 为输入的标准差、β 为输入的均值，批量归一化就是恒等映射。",
    },
    expected: "largest difference < 1e-4",
    source: paper,
  },
  restores: {
    items: ["F123"],
    claim: {
      en: "Outputs of mean 5 and standard deviation 3 cannot be learned without gamma and beta: the loss ends at 5² + 2²; with them it ends at 0.",
      zh: "没有 γ 与 β 就学不到均值 5、标准差 3 的输出：损失停在 5² + 2²；有了它们则降为 0。",
    },
    expected: "29 ± 0.1; < 0.001; γ 3 ± 0.02, β 5 ± 0.02",
    source: qa,
  },
  invariant: {
    items: ["F123"],
    claim: {
      en: "Normalization takes away the scale and the shift of the layer before it: ten times the weights give the same output, and its bias has no gradient.",
      zh: "归一化消去了前一层的尺度与平移：权重乘以十输出不变，其偏置的梯度为零。",
    },
    expected: "output changes < 1e-3; bias gradient < 1e-4 of the weights'",
    source: paper,
  },
  running: {
    items: ["F123"],
    claim: {
      en: "Running statistics are the exponential mean of the batches', with n - 1 in the variance.",
      zh: "移动统计量是各批统计量的指数平均，其中方差以 n - 1 为分母。",
    },
    expected: "largest relative difference < 1e-4",
    source: "PyTorch 2.13, BatchNorm1d",
  },
  smallBatches: {
    items: ["F123"],
    claim: {
      en: "Statistics of small batches are poor: tested two at a time in training mode, the accuracy is lower than with running statistics.",
      zh: "小批量的统计量不可靠：在训练模式下每次测试两张图片，精度低于使用移动统计量时。",
    },
    expected: "lower by more than 0.1, every seed",
    source: exercise,
  },
  oneClass: {
    items: ["F123"],
    claim: {
      en: "Exercise: a batch of one class is normalized as if it had all: the accuracy collapses.",
      zh: "练习：只含一个类别的批次也被当作含全部类别来归一化：精度骤降。",
    },
    expected: "lower by more than 0.2, every seed",
    source: exercise,
  },
  mates: {
    items: ["F123"],
    claim: {
      en: "Exercise: where a non-linearity looks at the whole minibatch, a picture's answer depends on the pictures beside it; in evaluation it does not.",
      zh: "练习：若非线性作用于整个小批量，一张图片的预测取决于同批的其他图片；评估模式下则不会。",
    },
    expected: "training mode > 1 % of answers change; evaluation 0",
    source: exercise,
  },
  alone: {
    items: ["F123"],
    claim: {
      en: "Exercise: a batch of a single sample has no variance; training mode refuses it, evaluation mode takes it.",
      zh: "练习：单个样本的批次没有方差；训练模式会拒绝，评估模式可以接受。",
    },
    expected: "refused, taken",
    source: "PyTorch 2.13, BatchNorm1d",
  },
  coupled: {
    items: ["F123"],
    claim: {
      en: "Exercise: the gradients of a sample reach all the others of its batch, and sum up to 0: what they share cannot be learned.",
      zh: "练习：一个样本的梯度会传到同批的所有样本，且总和为 0：它们共有的部分无法学习。",
    },
    expected: "all others reached; |sum| < 1e-4 of the largest",
    source: exercise,
  },
} as const satisfies Record<string, Claim>;
