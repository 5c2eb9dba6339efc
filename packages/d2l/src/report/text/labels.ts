// Names of measurements and options as people read them, in both languages.
import { type Localized, localize } from "torchlet";

/** The names that the chapter's experiments use; any other name is taken apart at its capitals. */
const known: Readonly<Record<string, Localized>> = {
  alpha: { en: "alpha", zh: "alpha" },
  activation: { en: "activation", zh: "激活函数" },
  accuracy: { en: "accuracy", zh: "精度" },
  backwardRatio: { en: "backward, measured / n_out γ", zh: "反向：实测 / n_out γ" },
  benchmark: { en: "benchmark", zh: "计时" },
  bestDeep: { en: "best deep loss", zh: "深层最佳损失" },
  bestShallow: { en: "best shallow loss", zh: "浅层最佳损失" },
  beta: { en: "beta", zh: "beta" },
  best: { en: "best", zh: "最佳" },
  batchSize: { en: "batch size", zh: "批量大小" },
  batch: { en: "batch", zh: "批次" },
  clipValue: { en: "clipping by value", zh: "按值裁剪阈值" },
  data: { en: "data folder", zh: "数据目录" },
  dataset: { en: "data set", zh: "数据集" },
  deep: { en: "deep layers", zh: "深层网络层数" },
  degree: { en: "degree", zh: "次数" },
  depth: { en: "depth", zh: "深度" },
  dropout: { en: "dropout", zh: "丢弃率" },
  epoch: { en: "epoch", zh: "轮次" },
  epochs: { en: "epochs", zh: "轮数" },
  evaluate: { en: "evaluation", zh: "评估" },
  fold: { en: "fold", zh: "折" },
  exercise: { en: "exercise", zh: "练习" },
  exerciseEpochs: { en: "exercise epochs", zh: "练习轮数" },
  forwardRatio: { en: "forward, measured / n_in γ", zh: "前向：实测 / n_in γ" },
  fromScratch: { en: "from scratch", zh: "从零实现" },
  heLoss: { en: "loss with He", zh: "He 的损失" },
  hidden: { en: "hidden units", zh: "隐藏单元" },
  init: { en: "initial weights", zh: "初始权重" },
  larsLoss: { en: "loss with LARS", zh: "LARS 的损失" },
  layers: { en: "layers", zh: "层数" },
  load: { en: "loading", zh: "读取" },
  hiddenLayers: { en: "hidden layers", zh: "隐藏层数" },
  k: { en: "folds", zh: "折数" },
  log10Max: { en: "mean log10 max |M|", zh: "log10 max |M| 的均值" },
  loss: { en: "loss", zh: "损失" },
  lr: { en: "learning rate", zh: "学习率" },
  lstmGradient: { en: "LSTM gradient", zh: "LSTM 的梯度" },
  maxNorm: { en: "clipping by norm", zh: "按范数裁剪阈值" },
  meanSquaredError: { en: "mean squared error", zh: "均方误差" },
  momentum: { en: "momentum", zh: "动量" },
  optimizer: { en: "optimizer", zh: "优化器" },
  preTrainedLoss: { en: "loss, pre-trained", zh: "预训练的损失" },
  prunedAfter: { en: "pruned after", zh: "剪枝于第几轮" },
  pruned: { en: "pruned", zh: "剪枝" },
  pruner: { en: "pruner", zh: "剪枝器" },
  rnnGradient: { en: "RNN gradient", zh: "RNN 的梯度" },
  sampler: { en: "sampler", zh: "采样器" },
  samples: { en: "samples", zh: "样本数" },
  search: { en: "search", zh: "搜索" },
  seconds: { en: "seconds", zh: "秒数" },
  seeds: { en: "seeds", zh: "种子数" },
  seed: { en: "seed", zh: "随机种子" },
  standardDeviation: { en: "standard deviation", zh: "标准差" },
  standardError: { en: "standard error", zh: "标准误" },
  steps: { en: "steps", zh: "步数" },
  step: { en: "step", zh: "步" },
  sweepSteps: { en: "steps a rate", zh: "每个学习率的步数" },
  testAccuracy: { en: "test accuracy", zh: "测试精度" },
  testLoss: { en: "test loss", zh: "测试损失" },
  time: { en: "steps of time", zh: "时间步数" },
  trial: { en: "trial", zh: "试验" },
  trials: { en: "trials", zh: "试验数" },
  total: { en: "total", zh: "总计" },
  train: { en: "training", zh: "训练" },
  trainAccuracy: { en: "train accuracy", zh: "训练精度" },
  trainLoss: { en: "train loss", zh: "训练损失" },
  validationAccuracy: { en: "validation accuracy", zh: "验证精度" },
  validationLoss: { en: "validation loss", zh: "验证损失" },
  weightDecay: { en: "weight decay", zh: "权重衰减" },
  width: { en: "width", zh: "宽度" },
};

/** `trainLoss` as `train loss` or `训练损失`. */
export function labelOf(name: string): string {
  const label = Object.hasOwn(known, name) ? known[name] : undefined;
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
  return name;
}
