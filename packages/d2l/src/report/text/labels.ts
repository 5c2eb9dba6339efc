// Names of measurements and options as people read them, in both languages.
import { type Localized, localize } from "torchlet";

/** Names of measurements, options and parts of a run, with what people call them. */
export type Labels = Readonly<Record<string, Localized>>;

/** The names that many runs use; any other name is taken apart at its capitals. */
const known: Labels = {
  accuracy: { en: "accuracy", zh: "精度" },
  activation: { en: "activation", zh: "激活函数" },
  alpha: { en: "alpha", zh: "alpha" },
  batchSize: { en: "batch size", zh: "批量大小" },
  best: { en: "best", zh: "最佳" },
  data: { en: "data folder", zh: "数据目录" },
  dataset: { en: "data set", zh: "数据集" },
  degree: { en: "degree", zh: "次数" },
  depth: { en: "depth", zh: "深度" },
  dropout: { en: "dropout", zh: "丢弃率" },
  epoch: { en: "epoch", zh: "轮次" },
  epochs: { en: "epochs", zh: "轮数" },
  evaluate: { en: "evaluation", zh: "评估" },
  exercise: { en: "exercise", zh: "练习" },
  exercises: { en: "exercises", zh: "练习" },
  fold: { en: "fold", zh: "折" },
  hidden: { en: "hidden units", zh: "隐藏单元" },
  hiddenLayers: { en: "hidden layers", zh: "隐藏层数" },
  k: { en: "folds", zh: "折数" },
  lambd: { en: "lambda", zh: "lambda" },
  layers: { en: "layers", zh: "层数" },
  load: { en: "loading", zh: "读取" },
  loss: { en: "loss", zh: "损失" },
  lr: { en: "learning rate", zh: "学习率" },
  meanSquaredError: { en: "mean squared error", zh: "均方误差" },
  momentum: { en: "momentum", zh: "动量" },
  optimizer: { en: "optimizer", zh: "优化器" },
  parameters: { en: "parameters", zh: "参数个数" },
  part: { en: "part", zh: "部分" },
  pruned: { en: "pruned", zh: "剪枝" },
  prunedAfter: { en: "pruned after", zh: "剪枝于第几轮" },
  pruner: { en: "pruner", zh: "剪枝器" },
  repeats: { en: "repeats", zh: "重复次数" },
  sampler: { en: "sampler", zh: "采样器" },
  samples: { en: "samples", zh: "样本数" },
  search: { en: "search", zh: "搜索" },
  seconds: { en: "seconds", zh: "秒数" },
  seed: { en: "seed", zh: "随机种子" },
  seeds: { en: "seeds", zh: "种子数" },
  standardDeviation: { en: "standard deviation", zh: "标准差" },
  standardError: { en: "standard error", zh: "标准误" },
  step: { en: "step", zh: "步" },
  steps: { en: "steps", zh: "步数" },
  testAccuracy: { en: "test accuracy", zh: "测试精度" },
  testLoss: { en: "test loss", zh: "测试损失" },
  total: { en: "total", zh: "总计" },
  train: { en: "training", zh: "训练" },
  trainAccuracy: { en: "train accuracy", zh: "训练精度" },
  trainLoss: { en: "train loss", zh: "训练损失" },
  trial: { en: "trial", zh: "试验" },
  trials: { en: "trials", zh: "试验数" },
  validationAccuracy: { en: "validation accuracy", zh: "验证精度" },
  validationLoss: { en: "validation loss", zh: "验证损失" },
  weightDecay: { en: "weight decay", zh: "权重衰减" },
  width: { en: "width", zh: "宽度" },
};

/**
 * `trainLoss` as `train loss` or `训练损失`.
 *
 * @param own names that the run itself explains; they go before those that all runs share
 */
export function labelOf(name: string, own: Labels = {}): string {
  const label = Object.hasOwn(own, name) ? own[name] : Object.hasOwn(known, name) ? known[name] : undefined;
  if (label !== undefined) return localize(label);
  return name.replace(/([a-z0-9])([A-Z])/g, "$1 $2").toLowerCase();
}

/** An option's value: `yes` or `no` for a flag, the rest as written. */
export function valueLabel(value: unknown): string {
  if (value === true) return localize({ en: "yes", zh: "是" });
  if (value === false) return localize({ en: "no", zh: "否" });
  if (value === undefined || value === null) return "–";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** The name of a data set as its makers write it; the stand-in is always named as such. */
export function datasetLabel(name: string): string {
  if (name === "fashion-mnist") return "Fashion-MNIST";
  if (name === "garments") {
    return localize({
      en: "garments (embedded stand-in, not Fashion-MNIST)",
      zh: "garments（内置替代数据，不是 Fashion-MNIST）",
    });
  }
  if (name === "house-prices") return localize({ en: "Kaggle House Prices", zh: "Kaggle 房价" });
  if (name === "house-prices-other") {
    return localize({ en: "house prices (not the book's files)", zh: "房价（不是书中的文件）" });
  }
  if (name === "house-prices-stand-in") {
    return localize({ en: "made-up house prices (stand-in)", zh: "编造的房价（替代数据）" });
  }
  return name;
}
