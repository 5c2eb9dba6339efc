// Names of measurements and options as people read them, in both languages.
import { type Localized, localize } from "torchlet";

/** The names that the chapter's experiments use; any other name is taken apart at its capitals. */
const known: Readonly<Record<string, Localized>> = {
  accuracyInPairs: { en: "accuracy, two at a time", zh: "精度（每批两张）" },
  accuracyOneClass: { en: "accuracy, one class a batch", zh: "精度（每批一类）" },
  all: { en: "all second derivatives", zh: "全部二阶导数" },
  alpha: { en: "alpha", zh: "alpha" },
  activation: { en: "activation", zh: "激活函数" },
  accuracy: { en: "accuracy", zh: "精度" },
  benchmark: { en: "benchmark", zh: "计时" },
  beta: { en: "beta", zh: "beta" },
  best: { en: "best", zh: "最佳" },
  batchSize: { en: "batch size", zh: "批量大小" },
  batch: { en: "batch", zh: "批次" },
  byHand: { en: "by hand, difference", zh: "手工计算之差" },
  clip: { en: "largest weight", zh: "最大权重" },
  constant: { en: "mean price, log rmse", zh: "平均价格的对数误差" },
  covariateRisk: { en: "weighted risk", zh: "加权后的风险" },
  data: { en: "data folder", zh: "数据目录" },
  dataset: { en: "data set", zh: "数据集" },
  degree: { en: "degree", zh: "次数" },
  depth: { en: "hidden layers", zh: "隐藏层数" },
  detected: { en: "shifts detected", zh: "发现的偏移" },
  dropout: { en: "dropout", zh: "丢弃率" },
  epoch: { en: "epoch", zh: "轮次" },
  epochs: { en: "epochs", zh: "轮数" },
  evaluate: { en: "evaluation", zh: "评估" },
  exercises: { en: "exercises", zh: "练习" },
  explodedAtStep: { en: "explosion at step", zh: "爆炸于第几步" },
  falseAlarms: { en: "false alarms", zh: "误报率" },
  fold: { en: "fold", zh: "折" },
  exercise: { en: "exercise", zh: "练习" },
  exerciseEpochs: { en: "exercise epochs", zh: "练习轮数" },
  fromScratch: { en: "from scratch", zh: "从零实现" },
  fullTrainLogRmse: { en: "log rmse, all houses", zh: "对数误差（全部房屋）" },
  gradient: { en: "gradient", zh: "梯度" },
  hessian: { en: "second derivatives, difference", zh: "二阶导数之差" },
  hidden: { en: "hidden units", zh: "隐藏单元" },
  init: { en: "initial weights", zh: "初始权重" },
  inputs: { en: "inputs", zh: "输入个数" },
  labelGain: { en: "gain by label weights", zh: "按标签加权的提高" },
  lambd: { en: "lambda", zh: "lambda" },
  layers: { en: "layers", zh: "层数" },
  load: { en: "loading", zh: "读取" },
  hiddenLayers: { en: "hidden layers", zh: "隐藏层数" },
  k: { en: "folds", zh: "折数" },
  logOfZeroAtStep: { en: "log of 0 at step", zh: "对 0 取对数于第几步" },
  loss: { en: "loss", zh: "损失" },
  lr: { en: "learning rate", zh: "学习率" },
  meanSquaredError: { en: "mean squared error", zh: "均方误差" },
  model: { en: "model", zh: "模型" },
  momentum: { en: "momentum", zh: "动量" },
  optimizer: { en: "optimizer", zh: "优化器" },
  outputs: { en: "outputs", zh: "输出个数" },
  parameters: { en: "parameters", zh: "参数个数" },
  patient: { en: "patient", zh: "病例" },
  product: { en: "times a vector", zh: "与向量的乘积" },
  prunedAfter: { en: "pruned after", zh: "剪枝于第几轮" },
  pruned: { en: "pruned", zh: "剪枝" },
  pruner: { en: "pruner", zh: "剪枝器" },
  sampler: { en: "sampler", zh: "采样器" },
  samples: { en: "samples", zh: "样本数" },
  search: { en: "search", zh: "搜索" },
  seconds: { en: "seconds", zh: "秒数" },
  seeds: { en: "seeds", zh: "种子数" },
  seed: { en: "seed", zh: "随机种子" },
  shift: { en: "shift", zh: "偏移量" },
  standardDeviation: { en: "standard deviation", zh: "标准差" },
  standardError: { en: "standard error", zh: "标准误" },
  standardize: { en: "standardized", zh: "标准化" },
  steps: { en: "steps", zh: "步数" },
  step: { en: "step", zh: "步" },
  storedBytesOfGradient: { en: "bytes stored for the gradient", zh: "梯度的存储字节数" },
  target: { en: "target", zh: "预测目标" },
  testAccuracy: { en: "test accuracy", zh: "测试精度" },
  testLoss: { en: "test loss", zh: "测试损失" },
  tests: { en: "tests", zh: "检验次数" },
  trainLogRmse: { en: "log rmse, train", zh: "对数误差（训练）" },
  trial: { en: "trial", zh: "试验" },
  trials: { en: "trials", zh: "试验数" },
  total: { en: "total", zh: "总计" },
  train: { en: "training", zh: "训练" },
  trainAccuracy: { en: "train accuracy", zh: "训练精度" },
  trainLoss: { en: "train loss", zh: "训练损失" },
  unweightedRisk: { en: "unweighted risk", zh: "未加权的风险" },
  validLogRmse: { en: "log rmse, valid", zh: "对数误差（验证）" },
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
  if (name === "house-prices") return localize({ en: "Kaggle House Prices", zh: "Kaggle 房价" });
  if (name === "house-prices-other") {
    return localize({ en: "house prices (not the book's files)", zh: "房价（不是书中的文件）" });
  }
  if (name === "house-prices-stand-in") {
    return localize({ en: "made-up house prices (stand-in)", zh: "编造的房价（替代数据）" });
  }
  return name;
}
