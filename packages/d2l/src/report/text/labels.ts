// Names of measurements and options as people read them, in both languages.
import { type Localized, localize } from "torchlet";

/** The names that the chapter's experiments use; any other name is taken apart at its capitals. */
const known: Readonly<Record<string, Localized>> = {
  accuracy: { en: "accuracy", zh: "精度" },
  activation: { en: "activation", zh: "激活函数" },
  alpha: { en: "alpha", zh: "alpha" },
  batch: { en: "batch", zh: "批次" },
  batchSize: { en: "batch size", zh: "批量大小" },
  benchmark: { en: "benchmark", zh: "计时" },
  best: { en: "best", zh: "最佳" },
  bestLine: { en: "best line", zh: "最好的直线" },
  beta: { en: "beta", zh: "beta" },
  boundAt1000: { en: "bound at 1000 samples", zh: "1000 个样本时的界" },
  breakpoints: { en: "breakpoints", zh: "折点数" },
  byActivation: { en: "spread by activation", zh: "激活函数极差" },
  byRate: { en: "spread by learning rate", zh: "学习率极差" },
  byShape: { en: "spread by shape", zh: "形状极差" },
  byWidth: { en: "spread by width", zh: "宽度极差" },
  chance: { en: "chance", zh: "概率" },
  chosen: { en: "chosen accuracy", zh: "选出者的精度" },
  conciseNorm: { en: "norm, concise, no decay", zh: "范数，简洁实现，无衰减" },
  conciseNormDecayed: { en: "norm, concise, with decay", zh: "范数，简洁实现，有衰减" },
  conciseTestAccuracy: { en: "test accuracy, with layers", zh: "测试精度，使用层" },
  conciseTrainLoss: { en: "train loss, with layers", zh: "训练损失，使用层" },
  data: { en: "data folder", zh: "数据目录" },
  dataset: { en: "data set", zh: "数据集" },
  dataSets: { en: "data sets", zh: "数据集个数" },
  deep: { en: "deep network", zh: "深层网络" },
  deepEpochs: { en: "epochs of the network", zh: "网络的轮数" },
  degree: { en: "degree", zh: "次数" },
  dropout: { en: "dropout", zh: "丢弃率" },
  dropout1: { en: "dropout after layer 1", zh: "第一层后的丢弃率" },
  dropout2: { en: "dropout after layer 2", zh: "第二层后的丢弃率" },
  epoch: { en: "epoch", zh: "轮次" },
  epochs: { en: "epochs", zh: "轮数" },
  estimate: { en: "estimated error", zh: "估计误差" },
  evaluate: { en: "evaluation", zh: "评估" },
  exactSets: { en: "data sets of exact fits", zh: "精确拟合的数据集个数" },
  exercise: { en: "exercise", zh: "练习" },
  exerciseEpochs: { en: "exercise epochs", zh: "练习轮数" },
  exercises: { en: "exercises", zh: "练习" },
  expectedChance: { en: "expected chance", zh: "理论概率" },
  expectedChosen: { en: "expected chosen accuracy", zh: "选出者的理论精度" },
  features: { en: "features", zh: "特征数" },
  fewPictures: { en: "500 pictures", zh: "500 张图片" },
  fold: { en: "fold", zh: "折" },
  fresh: { en: "error on fresh samples", zh: "新样本误差" },
  fromScratch: { en: "from scratch", zh: "从零实现" },
  gapAt1000: { en: "gap at 1000 samples", zh: "1000 个样本时的差距" },
  hidden: { en: "hidden units", zh: "隐藏单元" },
  hiddenLayers: { en: "hidden layers", zh: "隐藏层数" },
  init: { en: "initial weights", zh: "初始权重" },
  k: { en: "folds", zh: "折数" },
  lambd: { en: "lambda", zh: "λ" },
  largestBend: { en: "largest change of slope", zh: "斜率的最大变化" },
  largestShareOfBound: { en: "largest share of the bound", zh: "占上界的最大比例" },
  lasso: { en: "ridge and lasso", zh: "岭回归与套索回归" },
  layers: { en: "layers", zh: "层数" },
  limits: { en: "limits", zh: "限制" },
  load: { en: "loading", zh: "读取" },
  longEpochs: { en: "epochs of degree 19", zh: "19 阶的轮数" },
  loss: { en: "loss", zh: "损失" },
  lr: { en: "learning rate", zh: "学习率" },
  maxEpochs: { en: "most epochs", zh: "最大轮数" },
  meanSquaredError: { en: "mean squared error", zh: "均方误差" },
  mirrored: { en: "flipped left-right", zh: "左右翻转" },
  momentum: { en: "momentum", zh: "动量" },
  network: { en: "network", zh: "网络" },
  noise: { en: "noise", zh: "噪声" },
  norms: { en: "norms", zh: "范数" },
  nTrain: { en: "training samples", zh: "训练样本数" },
  numInputs: { en: "inputs", zh: "输入数" },
  optimizer: { en: "optimizer", zh: "优化器" },
  orders: { en: "orders", zh: "样本顺序数" },
  original: { en: "original", zh: "原图" },
  part: { en: "part", zh: "部分" },
  perceptron: { en: "perceptron", zh: "感知机" },
  points: { en: "points", zh: "样本点数" },
  pruned: { en: "pruned", zh: "剪枝" },
  prunedAfter: { en: "pruned after", zh: "剪枝于第几轮" },
  pruner: { en: "pruner", zh: "剪枝器" },
  regions: { en: "regions", zh: "区域数" },
  reluChain: { en: "relu, product of derivatives", zh: "relu 导数之积" },
  repeats: { en: "repeats", zh: "重复次数" },
  right: { en: "share right", zh: "正确比例" },
  sampler: { en: "sampler", zh: "采样器" },
  samples: { en: "samples", zh: "样本数" },
  scratchNorm: { en: "norm, from scratch, no decay", zh: "范数，从零实现，无衰减" },
  scratchNormDecayed: { en: "norm, from scratch, with decay", zh: "范数，从零实现，有衰减" },
  scratchTestAccuracy: { en: "test accuracy, from scratch", zh: "测试精度，从零实现" },
  scratchTrainLoss: { en: "train loss, from scratch", zh: "训练损失，从零实现" },
  search: { en: "search", zh: "搜索" },
  seconds: { en: "seconds", zh: "秒数" },
  seed: { en: "seed", zh: "随机种子" },
  seeds: { en: "seeds", zh: "种子数" },
  shifted4: { en: "shifted by 4", zh: "右移 4 像素" },
  sigmoidChain: { en: "sigmoid, product of derivatives", zh: "sigmoid 导数之积" },
  sigmoidMaximum: { en: "largest derivative of sigmoid", zh: "sigmoid 导数的最大值" },
  smallEpochs: { en: "epochs on 500 pictures", zh: "500 张图片上的轮数" },
  solved: { en: "solved", zh: "学会的个数" },
  standardDeviation: { en: "standard deviation", zh: "标准差" },
  standardError: { en: "standard error", zh: "标准误" },
  step: { en: "step", zh: "步" },
  steps: { en: "steps", zh: "步数" },
  tanhChain: { en: "tanh, product of derivatives", zh: "tanh 导数之积" },
  testAccuracy: { en: "test accuracy", zh: "测试精度" },
  testLoss: { en: "test loss", zh: "测试损失" },
  total: { en: "total", zh: "总计" },
  train: { en: "training", zh: "训练" },
  trainAccuracy: { en: "train accuracy", zh: "训练精度" },
  trainLoss: { en: "train loss", zh: "训练损失" },
  trial: { en: "trial", zh: "试验" },
  trials: { en: "trials", zh: "试验数" },
  update: { en: "update", zh: "更新" },
  upsideDown: { en: "upside down", zh: "上下颠倒" },
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
