// What the notes and the book say about house prices.
import type { Labels } from "../../report/text/labels.js";
import { written } from "../bounds.js";
import { inMedian } from "../expectations.js";
import type { Claim } from "../experiment.js";
import { book, pytorch } from "../sources.js";

/** Expected numbers and limits of the checks, as the claims say them. */
export const limits = {
  features: 331,
  withoutNone: 330,
  standardized: 1e-5,
  relative: 1e-4,
  /** Mean log rmse of five folds, train and valid, of Kaggle's houses and of the made-up ones. */
  folds: [0.165458, 0.170293],
  foldsBy: 0.02,
  madeUp: [0.1669, 0.1711],
  madeUpBy: 0.003,
  full: 0.162354,
  fullBy: 0.02,
  useful: 0.5,
  raw: 1.25,
  log: 0.95,
  ensemble: 0.05,
} as const;

const section = book("kaggle-house-price");
const exercise = (en: string, zh: string) => book("kaggle-house-price", { exercise: { en, zh } });

/** Claims of the experiment `house-prices`. */
export const claims = {
  columns: {
    items: ["P33"],
    claim: { en: "79 columns become 331 features.", zh: "79 列变成 331 个特征。" },
    expected: `(1460, 81), (1459, 80), (2919, ${limits.features})`,
    source: section,
  },
  none: {
    items: ["P33"],
    claim: {
      en: "Whoever takes the category None for a missing value gets one feature less.",
      zh: "若把类别 None 当作缺失值，则少一个特征。",
    },
    expected: `${limits.withoutNone}`,
    source: { en: "pandas 2, issue 52493", zh: "pandas 2，问题 52493" },
  },
  standardized: {
    items: ["P34"],
    claim: {
      en: "Over what is known, of both files together, each numeric column has mean 0 and standard deviation 1 (n - 1); what is missing is 0.",
      zh: "对两个文件合并后的已知值，每个数值列的均值为 0、标准差为 1（n - 1）；缺失值为 0。",
    },
    expected: {
      en: `differences < ${written(limits.standardized)}; 0`,
      zh: `偏差 < ${written(limits.standardized)}；0`,
    },
    source: section,
  },
  relative: {
    items: [],
    claim: {
      en: "10 % too much is the same error for houses of 50 000 and of 5 000 000, and a negative prediction counts as 1.",
      zh: "对 5 万与 500 万的房屋，高估 10 % 的误差相同；负的预测按 1 计算。",
    },
    expected: `0.09531, 0.09531 = ln 1.1; 10.81978 = ln 50000; ± ${written(limits.relative)}`,
    source: section,
  },
  folds: {
    items: [],
    claim: {
      en: "Five folds of the real prices give the book's mean errors.",
      zh: "在真实房价上，五折平均误差与书中一致。",
    },
    expected: inMedian(`${limits.folds.join(", ")}, ± ${limits.foldsBy}`),
    source: section,
  },
  madeUp: {
    items: [],
    claim: {
      en: "Five folds of the made-up prices give what the book's program gives for them.",
      zh: "在编造的房价上，五折平均误差与书中程序所得一致。",
    },
    expected: inMedian(`${limits.madeUp.join(", ")}, ± ${limits.madeUpBy}`),
    source: pytorch({ en: "the book's code on these houses", zh: "书中代码用于这些房屋" }),
  },
  full: {
    items: [],
    claim: {
      en: "Trained on all real prices, its training error is the book's.",
      zh: "用全部真实房价训练，训练误差与书中一致。",
    },
    expected: `${limits.full} ± ${limits.fullBy}`,
    source: section,
  },
  useful: {
    items: [],
    claim: {
      en: "The validation error is at most half of what the mean price gives as the prediction of every house.",
      zh: "验证误差至多是把平均价格当作每套房屋的预测时的一半。",
    },
    expected: inMedian({ en: `ratio <= ${limits.useful}`, zh: `比值 <= ${limits.useful}` }),
    source: { en: "the simplest prediction of all", zh: "最简单的预测" },
  },
  raw: {
    items: [],
    claim: {
      en: "Without standardization the same training is far worse.",
      zh: "不做标准化，同样的训练差得多。",
    },
    expected: inMedian({ en: `validation error > ${limits.raw} times`, zh: `验证误差 > ${limits.raw} 倍` }),
    source: exercise("standardization", "标准化"),
  },
  log: {
    items: [],
    claim: {
      en: "The made-up prices are exponentials of sums: a model of their logarithm is better.",
      zh: "编造的价格是若干项之和的指数：对其对数建模效果更好。",
    },
    expected: inMedian({ en: `validation error < ${limits.log} times`, zh: `验证误差 < ${limits.log} 倍` }),
    source: exercise("the logarithm of prices", "价格对数"),
  },
  ensemble: {
    items: [],
    claim: {
      en: "The mean of the folds' models predicts nearly what the model trained on all houses does.",
      zh: "各折模型预测的平均，与用全部房屋训练的模型的预测相近。",
    },
    expected: {
      en: `median relative difference <= ${limits.ensemble}`,
      zh: `相对差的中位数 <= ${limits.ensemble}`,
    },
    source: book("kaggle-house-price", { edition: "en" }),
  },
  imputation: {
    items: [],
    claim: {
      en: "The mean in place of missing values does more harm where the large ones are missing than where as many are missing at random; a column that says which are missing repairs it.",
      zh: "用均值填补缺失值：若缺失的是较大的值，比同样多的值随机缺失危害更大；加一列指明哪些缺失即可补救。",
    },
    expected: {
      en: "error: at random (median of 5) < the large ones; with the column < at random",
      zh: "误差：随机缺失（5 次的中位数）< 缺失较大者；加一列 < 随机缺失",
    },
    source: exercise("missing values", "缺失值"),
  },
  submission: {
    items: [],
    claim: {
      en: "The submission has a price for every house of test.csv, in its order.",
      zh: "提交文件按 test.csv 的顺序给出每套房屋的价格。",
    },
    expected: {
      en: "Id,SalePrice; as many rows as test.csv (1459), in order",
      zh: "Id,SalePrice；行数与 test.csv 相同（1459），顺序一致",
    },
    source: exercise("the submission", "提交预测"),
  },
} as const satisfies Record<string, Claim>;

/** What people call its own measurements, options and parts. */
export const labels = {
  constant: { en: "mean price, log rmse", zh: "平均价格的对数误差" },
  fullTrainLogRmse: { en: "log rmse, all houses", zh: "对数误差（全部房屋）" },
  model: { en: "model", zh: "模型" },
  standardize: { en: "standardized", zh: "标准化" },
  target: { en: "target", zh: "预测目标" },
  trainLogRmse: { en: "log rmse, train", zh: "对数误差（训练）" },
  validLogRmse: { en: "log rmse, valid", zh: "对数误差（验证）" },
} satisfies Labels;
