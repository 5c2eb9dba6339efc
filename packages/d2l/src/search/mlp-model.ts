// F33 and F35: the multilayer perceptron as something to be searched: depth, widths, learning rate and the rest.
import { TrialPruned } from "@torchlet/search";
import * as torch from "torchlet";
import { nn, type optim, ValueError } from "torchlet";
import type { ImageDataset, ImageSplit } from "../datasets/image-dataset.js";
import { ImageTensorDataset } from "../toolkit/fashion-mnist.js";
import { trainStepOf } from "../toolkit/steps.js";
import { evaluateAccuracy } from "../toolkit/training.js";
import {
  type Evaluation,
  type FixedParameters,
  type ModelSetup,
  type PreparedModel,
  type SearchModel,
  type Suggest,
  suggestFrom,
} from "./search-model.js";

const activations = { relu: nn.ReLU, tanh: nn.Tanh, sigmoid: nn.Sigmoid } as const;

/** Samples of a validation batch: no effect but on time. */
const evaluationBatch = 1000;

const space: SearchModel["space"] = {
  hiddenLayers: {
    distribution: { kind: "int", low: 1, high: 3, log: false, step: 1 },
    help: { en: "number of hidden layers", zh: "隐藏层数" },
    grid: [1, 2],
    usual: 1,
  },
  width: {
    distribution: { kind: "int", low: 32, high: 512, log: true, step: 1 },
    help: { en: "units of the first hidden layer", zh: "第一个隐藏层的单元数" },
    grid: [64, 128, 256, 512],
    usual: 256,
  },
  shape: {
    distribution: { kind: "categorical", choices: ["equal", "halving"] },
    help: {
      en: "further layers: as wide, or half as wide each (2 or more layers)",
      zh: "其余各层：等宽，或逐层减半（两层以上）",
    },
    usual: "equal",
  },
  activation: {
    distribution: { kind: "categorical", choices: ["relu", "tanh", "sigmoid"] },
    help: { en: "activation function", zh: "激活函数" },
    usual: "relu",
  },
  dropout: {
    distribution: { kind: "float", low: 0, high: 0.5, log: false, step: null },
    help: { en: "probability of dropping a hidden unit", zh: "隐藏单元的丢弃概率" },
    usual: 0,
  },
  optimizer: {
    distribution: { kind: "categorical", choices: ["sgd", "adam"] },
    help: { en: "optimizer", zh: "优化器" },
    usual: "sgd",
  },
  lr: {
    distribution: { kind: "float", low: 1e-3, high: 1, log: true, step: null },
    help: { en: "learning rate of SGD; Adam takes a hundredth of it", zh: "SGD 的学习率；Adam 取其百分之一" },
    grid: [0.01, 0.03, 0.1, 0.3, 1],
    usual: 0.1,
  },
  momentum: {
    distribution: { kind: "float", low: 0, high: 0.95, log: false, step: null },
    help: { en: "momentum (SGD only)", zh: "动量（仅 SGD）" },
    usual: 0,
  },
  batchSize: {
    distribution: { kind: "categorical", choices: [64, 128, 256, 512] },
    help: { en: "samples a step", zh: "每步的样本数" },
    usual: 256,
  },
  weightDecay: {
    distribution: { kind: "float", low: 1e-6, high: 1e-2, log: true, step: null },
    help: { en: "weight decay", zh: "权重衰减" },
    usual: 1e-6,
  },
};

/** The parameters of one network and its training, as an objective asks for them: what does not apply is not asked. */
interface Choice {
  readonly widths: readonly number[];
  readonly activation: keyof typeof activations;
  readonly dropout: number;
  readonly optimizer: "sgd" | "adam";
  readonly lr: number;
  readonly momentum: number;
  readonly batchSize: number;
  readonly weightDecay: number;
}

function choose(suggest: Suggest): Choice {
  const layers = suggest("hiddenLayers") as number;
  const width = suggest("width") as number;
  const halving = layers > 1 && suggest("shape") === "halving";
  const optimizer = suggest("optimizer") as Choice["optimizer"];
  return {
    widths: Array.from({ length: layers }, (_, layer) => Math.max(1, halving ? Math.round(width / 2 ** layer) : width)),
    activation: suggest("activation") as Choice["activation"],
    dropout: suggest("dropout") as number,
    optimizer,
    lr: suggest("lr") as number,
    momentum: optimizer === "sgd" ? (suggest("momentum") as number) : 0,
    batchSize: suggest("batchSize") as number,
    weightDecay: suggest("weightDecay") as number,
  };
}

function makeNet({ widths, activation, dropout }: Choice, inputs: number): nn.Sequential {
  const layers: nn.Module[] = [new nn.Flatten()];
  let before = inputs;
  for (const width of widths) {
    layers.push(new nn.Linear(before, width), new activations[activation]());
    if (dropout > 0) layers.push(new nn.Dropout(dropout));
    before = width;
  }
  return new nn.Sequential(...layers, new nn.Linear(before, 10));
}

function makeOptimizer(net: nn.Module, { optimizer, lr, momentum, weightDecay }: Choice): optim.Optimizer {
  if (optimizer === "sgd") return new torch.optim.SGD(net.parameters(), { lr, momentum, weightDecay });
  // Both optimizers share one range: a good step of Adam is some hundred times shorter.
  return new torch.optim.Adam(net.parameters(), { lr: lr / 100, weightDecay });
}

/** The samples of these numbers, as a split of their own. */
function subset(split: ImageSplit, indices: readonly number[], size: number): ImageSplit {
  const { images: from, labels } = split;
  const images = new Uint8Array(indices.length * size);
  indices.forEach((index, at) => {
    images.set(from.subarray(index * size, (index + 1) * size), at * size);
  });
  return { images, labels: Uint8Array.from(indices, (index) => labels[index]!), count: indices.length };
}

/** Training and validation parts of the training set: no sample is in both, and none of the test set in either. */
export function splitForSearch(dataset: ImageDataset, samples: number, validation: number, seed: number) {
  const { train, height, width } = dataset;
  if (validation + Math.max(1, samples) > train.count) {
    throw new ValueError("search-samples", {
      path: "search",
      rule: {
        en: `samples and validation must be at most ${train.count} together, got ${samples} and ${validation}`,
        zh: `训练样本与验证样本之和不能超过 ${train.count}，得到 ${samples} 与 ${validation}`,
      },
      received: { samples, validation },
      hint: { en: "lower --samples or --validation", zh: "请减小 --samples 或 --validation" },
    });
  }
  const order = torch.randperm(train.count, { generator: new torch.Generator().manualSeed(seed) }).tolist() as number[];
  const count = samples === 0 ? train.count - validation : samples;
  return {
    train: subset(train, order.slice(validation, validation + count), height * width),
    validation: subset(train, order.slice(0, validation), height * width),
  };
}

function prepare({ options, fixed, splitSeed }: ModelSetup, dataset: ImageDataset): PreparedModel {
  const { height, width } = dataset;
  const { epochs, samples, validation } = options as { epochs: number; samples: number; validation: number };
  const parts = splitForSearch(dataset, samples, validation, splitSeed);
  const trainPart = new ImageTensorDataset(parts.train, height, width);
  const validationPart = new ImageTensorDataset(parts.validation, height, width);
  const { DataLoader } = torch.utils.data;
  const loaderOf = (part: ImageTensorDataset) => new DataLoader(part, { batchSize: evaluationBatch });

  /** Trains, and tells the validation accuracy after each epoch. */
  async function train(
    choice: Choice,
    seed: number,
    signal: AbortSignal,
    onEpoch: (value: number, epoch: number) => void,
  ) {
    torch.manualSeed(seed);
    const net = makeNet(choice, height * width);
    const step = trainStepOf(net, new nn.CrossEntropyLoss({ reduction: "none" }), makeOptimizer(net, choice));
    const loader = new DataLoader(trainPart, { batchSize: choice.batchSize, shuffle: true });
    let accuracy = 0;
    for (let epoch = 1; epoch <= epochs; epoch++) {
      let sum = 0;
      net.train();
      for (const [X, y] of loader) {
        sum += step(X!, y!)[0].item();
        await torch.utils.data.breathe();
        signal.throwIfAborted();
      }
      accuracy = evaluateAccuracy(net, loaderOf(validationPart));
      onEpoch(accuracy, epoch);
      // NaN stays NaN: more epochs would cost time and change nothing.
      if (!Number.isFinite(sum)) break;
    }
    return { net, accuracy };
  }

  return {
    async objective(trial) {
      const choice = choose(suggestFrom(space, fixed, trial));
      // For whoever trains it again.
      trial.setUserAttr("seed", trial.seed);
      const { accuracy } = await train(choice, trial.seed, trial.signal, (value, epoch) => {
        trial.report(value, epoch);
        if (epoch < epochs && trial.shouldPrune()) throw new TrialPruned();
      });
      return accuracy;
    },
    async evaluate(params: FixedParameters, seed: number, signal: AbortSignal): Promise<Evaluation> {
      const choice = choose((name) => params[name] ?? fixed[name] ?? space[name]!.usual);
      const { net, accuracy } = await train(choice, seed, signal, () => {});
      const test = new ImageTensorDataset(dataset.test, height, width);
      return { validation: accuracy, test: evaluateAccuracy(net, loaderOf(test)) };
    },
  };
}

/** `torchlet search mlp` */
export const mlpModel: SearchModel = {
  id: "mlp",
  title: { en: "Search: multilayer perceptron on Fashion-MNIST", zh: "搜索：Fashion-MNIST 上的多层感知机" },
  summary: {
    en: "depth, width, activation, dropout, optimizer and its numbers, by validation accuracy",
    zh: "按验证精度搜索深度、宽度、激活函数、丢弃率、优化器及其参数",
  },
  direction: "maximize",
  objective: "validationAccuracy",
  objectiveName: { en: "validation accuracy", zh: "验证精度" },
  options: {
    epochs: {
      type: "integer",
      default: 9,
      min: 1,
      max: 10_000,
      help: { en: "passes over the training part in each trial", zh: "每次试验遍历训练部分的轮数" },
    },
    samples: {
      type: "integer",
      default: 20_000,
      min: 0,
      max: 60_000,
      help: {
        en: "training samples of a trial; 0: all but the validation part",
        zh: "每次试验的训练样本数；0 表示除验证部分外的全部",
      },
    },
    validation: {
      type: "integer",
      default: 10_000,
      min: 10,
      max: 59_999,
      help: { en: "samples of the training set that validate", zh: "训练集中用于验证的样本数" },
    },
  },
  space,
  garments: ({ samples, validation }) => ({
    train: samples === 0 ? 60_000 : Math.min(60_000, Number(samples) + Number(validation)),
    test: 2000,
  }),
  prepare,
};
