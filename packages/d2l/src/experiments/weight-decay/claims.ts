// What the notes and the book claim about weight decay, as far as numbers can tell.
import type { Labels } from "../../report/text/labels.js";
import { everySeed, inMedian, largestDifference } from "../expectations.js";
import type { Claim } from "../experiment.js";
import { book, bookInPytorch, notes, paper, sources } from "../sources.js";

const lagrange = sources(notes("3.4.1.2"), { en: "Lagrange multipliers", zh: "拉格朗日乘子" });

/** What the book's four trainings give in PyTorch, over 20 seeds: the median norm, and the range of the test loss. */
export const reference = {
  scratch0: { norm: 13.65, tolerance: 0.7, test: [70, 112] },
  scratch3: { norm: 0.359, tolerance: 0.016, test: [0.061, 0.119] },
  concise0: { norm: 13.37, tolerance: 0.85, test: [102, 248] },
  concise3: { norm: 0.427, tolerance: 0.08, test: [0.1, 3.1] },
} as const;

const nearReference = (id: keyof typeof reference) => {
  const { norm, tolerance, test } = reference[id];
  return inMedian(`${norm} ± ${tolerance}; ${test[0]} – ${test[1]}`);
};

/** What the English edition prints as the L2 norm of w, for λ = 0 and 3. */
export const printedInEnglish = [0.009948714636, 0.001727098366] as const;

/** By name, in the order in which they are checked. */
export const claims = {
  sameOptimum: {
    items: ["F74", "F76"],
    claim: {
      en: "For every λ the limit θ = ‖w*(λ)‖² has the same optimum: projected gradient descent ends where ridge regression does (largest difference).",
      zh: "对每个 λ，限制 θ = ‖w*(λ)‖² 的最优解相同：投影梯度下降的终点就是岭回归的解（最大差异）。",
    },
    expected: "< 1e-6",
    source: lagrange,
  },
  multiplier: {
    items: ["F76"],
    claim: {
      en: "And for every θ there is a λ: at the edge of the ball it is -w·∇ℓ / ‖w‖² (largest error).",
      zh: "反之，每个 θ 都有一个 λ：在球面上它等于 -w·∇ℓ / ‖w‖²（最大误差）。",
    },
    expected: "< 1e-4",
    source: lagrange,
  },
  monotone: {
    items: ["F76"],
    claim: {
      en: "‖w*(λ)‖ falls from every λ to the next of 50 (exceptions).",
      zh: "在 50 个递增的 λ 上 ‖w*(λ)‖ 逐一下降（例外数）。",
    },
    expected: "0",
    source: notes("3.4.1.2"),
  },
  ends: {
    items: ["F76"],
    claim: {
      en: "λ = 0 changes nothing (difference to least squares), and with λ = 1e9 nothing is left of the weights (‖w‖).",
      zh: "λ = 0 不起作用（与最小二乘的差），而 λ = 1e9 时权重几乎为 0（‖w‖）。",
    },
    expected: "< 1e-6, < 1e-6",
    source: notes("3.4.1.2"),
  },
  smallerTheta: {
    items: ["F74"],
    claim: {
      en: "A smaller θ is a stronger limit: the training loss rises whenever θ falls (exceptions).",
      zh: "更小的 θ 是更强的限制：θ 每次减小，训练损失都上升（例外数）。",
    },
    expected: "0",
    source: notes("3.4.1.1"),
  },
  components: {
    items: ["F74"],
    claim: {
      en: "Under one θ the largest weight gets smaller the more weights there are (5, 20, 80).",
      zh: "θ 相同时，权重越多（5、20、80），其中最大的越小。",
    },
    expected: "a > b > c",
    source: notes("3.4.1.1"),
  },
  bias: {
    items: ["F75"],
    claim: {
      en: "On the book's data it makes little difference whether the bias is limited too (change of the test loss).",
      zh: "在书中的数据上，是否同时限制偏置差别不大（测试损失的变化）。",
    },
    expected: "< 20 %",
    source: notes("3.4.1.1"),
  },
  contours: {
    items: ["F77"],
    claim: {
      en: "At w* a contour of the loss touches the circle, nearer to 0 than w̃*: the cosine between gradient and w* is -1.",
      zh: "在 w* 处损失的等高线与圆相切，且比 w̃* 更靠近 0：梯度与 w* 夹角的余弦为 -1。",
    },
    expected: "-1 ± 1e-9",
    source: notes("3.4.1.2"),
  },
  zeros: {
    items: ["F78"],
    claim: {
      en: "Ridge makes no weight exactly 0, the lasso at least 8 of the 16 idle ones, and drops none that counts.",
      zh: "岭回归没有权重恰为 0；套索回归使 16 个无用权重中至少 8 个恰为 0，且不丢掉有用的。",
    },
    expected: "0, >= 8",
    source: notes("3.4.1.2"),
  },
  balance: {
    items: ["F78"],
    claim: {
      en: "Why: under the square the slope of the loss is -λw, which goes to 0 with w; under the absolute value it is -λ sign(w) for each weight that stays, and at most λ for one that is 0 (largest errors).",
      zh: "原因：平方惩罚下损失的斜率为 -λw，随 w 趋于 0；绝对值惩罚下，留下的权重处斜率为 -λ sign(w)，为 0 的权重处不超过 λ（最大误差）。",
    },
    expected: "< 1e-6, < 1e-6",
    source: sources(notes("3.4.1.2"), { en: "subgradients", zh: "次梯度" }),
  },
  spread: {
    items: ["F78"],
    claim: {
      en: "Of five readings of one quantity, ridge trusts all alike and the lasso a few: an error of 1 in the worst of them moves the prediction less under ridge (medians over 5 seeds, ridge and lasso).",
      zh: "对同一个量的五个读数，岭回归均匀信任，套索只信任少数：其中最坏的一个误差为 1 时，岭回归的预测变化更小（5 个种子的中位数，岭与套索）。",
    },
    expected: { en: "a < b with every seed; a < 0.25", zh: "每个种子 a < b；a < 0.25" },
    source: notes("3.4.1.2"),
  },
  update: {
    items: ["F79"],
    claim: {
      en: "SGD with weightDecay, w ← (1 - ηλ) w - η∇ℓ, and the penalty in the loss walk the same way for 100 steps (largest difference).",
      zh: "带 weightDecay 的 SGD、w ← (1 - ηλ) w - η∇ℓ 与损失中的惩罚项在 100 步内走出同样的轨迹（最大差异）。",
    },
    expected: largestDifference("< 4e-9"),
    source: notes("3.4.2"),
  },
  adam: {
    items: ["F79", "P17"],
    claim: {
      en: "Adam's weightDecay is the penalty's gradient (difference after 100 steps), AdamW's is not.",
      zh: "Adam 的 weightDecay 就是惩罚项的梯度（100 步后的差异），AdamW 的则不是。",
    },
    expected: "< 1e-4, > 0.1",
    source: paper(2019, "Loshchilov", "Hutter"),
  },
  diverges: {
    items: ["F79"],
    claim: {
      en: "With ηλ = 1.9 the weights still shrink, with ηλ = 2.1 they explode (‖w‖ after 50 steps against the start).",
      zh: "ηλ = 1.9 时权重仍会收缩，ηλ = 2.1 时爆炸（50 步后的 ‖w‖ 与起点之比）。",
    },
    expected: "< 0.1, > 10",
    source: sources(notes("3.4.2"), "|1 - ηλ| < 1"),
  },
  scratch0: {
    items: ["F83", "F84", "F88"],
    claim: {
      en: "From scratch without decay: ‖w‖ and test loss.",
      zh: "从零实现，无衰减：‖w‖ 与测试损失。",
    },
    expected: nearReference("scratch0"),
    source: bookInPytorch(),
  },
  scratch3: {
    items: ["F83", "F85", "F88"],
    claim: {
      en: "From scratch with λ = 3: ‖w‖ and test loss.",
      zh: "从零实现，λ = 3：‖w‖ 与测试损失。",
    },
    expected: nearReference("scratch3"),
    source: bookInPytorch(),
  },
  concise0: {
    items: ["F86"],
    claim: {
      en: "Concise without decay: ‖w‖ and test loss.",
      zh: "简洁实现，无衰减：‖w‖ 与测试损失。",
    },
    expected: nearReference("concise0"),
    source: bookInPytorch(),
  },
  concise3: {
    items: ["F86"],
    claim: {
      en: "Concise with λ = 3: ‖w‖ and test loss.",
      zh: "简洁实现，λ = 3：‖w‖ 与测试损失。",
    },
    expected: nearReference("concise3"),
    source: bookInPytorch(),
  },
  biasFree: {
    items: ["F86"],
    claim: {
      en: "Concise: the weights decay and the bias does not. On samples without inputs, (1 - ηλ)^n is left of the weights and (1 - 2η)^n of the bias's error (relative errors).",
      zh: "简洁实现：权重衰减而偏置不衰减。对没有输入的样本，权重剩下 (1 - ηλ)^n，偏置的误差剩下 (1 - 2η)^n（相对误差）。",
    },
    expected: "< 1e-4, < 1e-4",
    source: book("weight-decay"),
  },
  overfit: {
    items: ["F84", "F90"],
    claim: {
      en: "Without decay the training loss vanishes and the test loss does not: training / test, the largest of all seeds.",
      zh: "无衰减时训练损失趋于 0 而测试损失不降：训练与测试之比在所有种子中的最大值。",
    },
    expected: "< 1e-5",
    source: book("weight-decay"),
  },
  decayed: {
    items: ["F85", "F90"],
    claim: {
      en: "With λ = 3 the training loss is higher and the test loss less than a hundredth (number of seeds).",
      zh: "λ = 3 时训练损失更高，测试损失不到百分之一（种子数）。",
    },
    expected: everySeed({ en: "both", zh: "两者都成立" }),
    source: book("weight-decay"),
  },
  analytic: {
    items: ["F88"],
    claim: {
      en: "The part of w that no sample reaches (180 of 200 dimensions, √180 = 13.42) stays as it began without decay, and shrinks by (1 - ηλ)^400 = 0.02688 with λ = 3 (to 0.3607): relative errors over all seeds.",
      zh: "任何样本都触及不到的那部分 w（200 维中的 180 维，√180 = 13.42）无衰减时保持初值，λ = 3 时按 (1 - ηλ)^400 = 0.02688 收缩（到 0.3607）：所有种子的相对误差。",
    },
    expected: "< 1e-4, < 1e-3",
    source: sources(notes("3.4.2"), { en: "row space of 20 samples", zh: "20 个样本的行空间" }),
  },
  twice: {
    items: ["F86", "P15"],
    claim: {
      en: "The concise version's loss has no ½: its test loss without decay is about twice the other's.",
      zh: "简洁实现的损失没有 ½：无衰减时其测试损失约为另一版本的两倍。",
    },
    expected: "1.6 – 2.4",
    source: book("weight-decay"),
  },
  english: {
    items: ["F82", "P18"],
    claim: {
      en: "What the English book prints as the L2 norm is ½‖w‖²: for λ = 0 and 3 in its setting its numbers lie between the smallest and the largest of ours.",
      zh: "英文版打印的 L2 范数其实是 ½‖w‖²：在其设置下 λ = 0 与 3 时，书中的数值落在我们各种子的最小与最大值之间。",
    },
    expected: printedInEnglish.map((value) => `a < ${value.toPrecision(3)} < b`).join("; "),
    source: book("weight-decay", { edition: "en", prints: printedInEnglish.join(", ") }),
  },
  deep: {
    items: ["F89"],
    claim: {
      en: "Decay in all layers of a network on 300 pictures: smaller weights, a smaller gap, a lower test loss (number of seeds).",
      zh: "在 300 张图片上对网络所有层做衰减：权重更小、差距更小、测试损失更低（种子数）。",
    },
    expected: "5 / 5",
    source: notes("3.4.4"),
  },
  lambdaCurve: {
    items: [],
    claim: {
      en: "Where noise is strong the exact training loss rises with λ and the test loss has its minimum in between, near σ² / (n τ²) = 0.37 (λ of the lowest median over 20 seeds).",
      zh: "噪声较强时，精确解的训练损失随 λ 上升，而测试损失在中间最低，接近 σ² / (n τ²) = 0.37（20 个种子中位数最低处的 λ）。",
    },
    expected: "0.1 – 1.4",
    source: sources(book("weight-decay", { exercise: 1 }), book("weight-decay", { exercise: 6 })),
  },
  bookCurve: {
    items: ["F85", "F88"],
    claim: {
      en: "On the book's data the exact minimum hardly depends on λ (largest / smallest test loss); after 100 epochs the test loss falls by orders of magnitude (λ = 0.001 against 10): what the decay removes are the initial weights.",
      zh: "在书中的数据上，精确解的测试损失几乎与 λ 无关（最大 / 最小），而训练 100 轮后测试损失相差几个数量级（λ = 0.001 与 10 之比）：衰减去掉的是初始权重。",
    },
    expected: "< 1.5, > 1000",
    source: book("weight-decay", { exercise: 1 }),
  },
  validation: {
    items: [],
    claim: {
      en: "Five folds of 30 samples choose a good λ: test loss against the best of all λ, median over 20 seeds.",
      zh: "30 个样本的 5 折验证能选出好的 λ：测试损失与所有 λ 中的最小值之比，20 个种子的中位数。",
    },
    expected: "< 1.3",
    source: book("weight-decay", { exercise: 2 }),
  },
  l1Update: {
    items: [],
    claim: {
      en: "With the L1 penalty the update is w ← w - ηλ sign(w) - η∇ℓ (largest difference).",
      zh: "用 L1 惩罚时更新为 w ← w - ηλ sign(w) - η∇ℓ（最大差异）。",
    },
    expected: "< 1e-6",
    source: book("weight-decay", { exercise: 3 }),
  },
  frobenius: {
    items: [],
    claim: {
      en: "The Frobenius norm obeys ‖W‖²_F = tr(WᵀW) (relative difference).",
      zh: "弗罗贝尼乌斯范数满足 ‖W‖²_F = tr(WᵀW)（相对差异）。",
    },
    expected: "< 1e-12",
    source: book("weight-decay", { exercise: 4 }),
  },
  prior: {
    items: [],
    claim: {
      en: "Minus the log posterior is the penalized loss times n / σ² plus a constant: Gaussian prior and L2, Laplace prior and L1 (relative variation over 6 places).",
      zh: "负对数后验等于带惩罚的损失乘 n / σ² 再加常数：高斯先验对应 L2，拉普拉斯先验对应 L1（6 处的相对变化）。",
    },
    expected: "< 1e-9, < 1e-9",
    source: book("weight-decay", { exercise: 6 }),
  },
} as const satisfies Record<string, Claim>;

/** What people call its own measurements, options and parts. */
export const labels = {
  conciseNorm: { en: "norm, concise, no decay", zh: "范数，简洁实现，无衰减" },
  conciseNormDecayed: { en: "norm, concise, with decay", zh: "范数，简洁实现，有衰减" },
  deep: { en: "deep network", zh: "深层网络" },
  deepEpochs: { en: "epochs of the network", zh: "网络的轮数" },
  lasso: { en: "ridge and lasso", zh: "岭回归与套索回归" },
  limits: { en: "limits", zh: "限制" },
  norms: { en: "norms", zh: "范数" },
  nTrain: { en: "training samples", zh: "训练样本数" },
  numInputs: { en: "inputs", zh: "输入数" },
  scratchNorm: { en: "norm, from scratch, no decay", zh: "范数，从零实现，无衰减" },
  scratchNormDecayed: { en: "norm, from scratch, with decay", zh: "范数，从零实现，有衰减" },
  update: { en: "update", zh: "更新" },
} satisfies Labels;
