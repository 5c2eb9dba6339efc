// F37 to F46: the multilayer perceptron on Fashion-MNIST, from scratch and with layers.
import * as torch from "torchlet";
import { nn, type Tensor } from "torchlet";
import { getDisplay, setDisplay } from "../toolkit/display.js";
import { makeLoaders } from "../toolkit/fashion-mnist.js";
import { predictCh3 } from "../toolkit/prediction.js";
import { trainCh3 } from "../toolkit/training.js";
import type { Net } from "../toolkit/types.js";
import { defineExperiment } from "./experiment.js";

/** The book's cells: parameters by hand, relu as a maximum, a plain function as the net. */
function fromScratch(numHiddens: number): { net: Net; params: Tensor[]; state: nn.StateDict } {
  const [numInputs, numOutputs] = [784, 10];
  const W1 = new nn.Parameter(torch.randn(numInputs, numHiddens).mul(0.01));
  const b1 = new nn.Parameter(torch.zeros(numHiddens));
  const W2 = new nn.Parameter(torch.randn(numHiddens, numOutputs).mul(0.01));
  const b2 = new nn.Parameter(torch.zeros(numOutputs));
  const relu = (X: Tensor) => torch.max(X, torch.zerosLike(X));
  const net = (X: Tensor) => {
    const H = relu(X.reshape(-1, numInputs).matmul(W1).add(b1));
    return H.matmul(W2).add(b2);
  };
  return { net, params: [W1, b1, W2, b2], state: { W1, b1, W2, b2 } };
}

/** The same with layers. */
function withLayers(numHiddens: number): { net: Net; params: Tensor[]; state: nn.StateDict } {
  const net = new nn.Sequential(
    new nn.Flatten(),
    new nn.Linear(784, numHiddens),
    new nn.ReLU(),
    new nn.Linear(numHiddens, 10),
  );
  net.apply((module) => {
    if (module instanceof nn.Linear) nn.init.normal_(module.weight, { std: 0.01 });
  });
  return { net, params: net.parameters(), state: net.stateDict() };
}

const source = "d2l-zh, chapter_multilayer-perceptrons/mlp-scratch";
const within = (value: number, centre: number, tolerance: number) => Math.abs(value - centre) <= tolerance;

/** `torchlet run mlp` */
export const mlp = defineExperiment({
  id: "mlp",
  section: "3.1.3",
  title: { en: "Multilayer perceptron on Fashion-MNIST", zh: "Fashion-MNIST 上的多层感知机" },
  summary: {
    en: "one hidden layer of 256 units, trained by minibatch SGD, from scratch or with layers",
    zh: "含 256 个单元的单隐藏层，用小批量 SGD 训练，可从零实现或使用层",
  },
  explain: {
    shows: {
      en: "A network with one hidden layer learns to name pieces of clothing from 28 x 28 pixels: 203,530 parameters, ten passes over 60,000 pictures.",
      zh: "含一个隐藏层的网络学习从 28 x 28 像素识别衣物：203,530 个参数，遍历 60,000 张图片十轮。",
    },
    lookFor: [
      {
        en: "The training loss starts near ln 10 = 2.30 and falls fast in the first epoch; the curves show it below 0.9 only from the second on.",
        zh: "训练损失从 ln 10 = 2.30 附近开始，第一轮下降很快；曲线图从第二轮起才显示低于 0.9 的值。",
      },
      {
        en: "The test accuracy jumps up and down by some hundredths from epoch to epoch; the training accuracy does not.",
        zh: "测试精度在各轮之间上下波动百分之几，而训练精度不会。",
      },
    ],
  },
  covers: ["F36", "F37", "F38", "F39", "F41", "F42", "F43", "F46"],
  claims: {
    loss: {
      items: ["F44"],
      claim: { en: "After 10 epochs the training loss is the book's.", zh: "10 轮后训练损失与书中一致。" },
      expected: "0.3845 ± 0.02",
      source,
    },
    trainAccuracy: {
      items: ["F44"],
      claim: { en: "So is the training accuracy.", zh: "训练精度也与书中一致。" },
      expected: "0.863 ± 0.008",
      source,
    },
    testAccuracy: {
      items: ["F44"],
      claim: { en: "The test accuracy is at least 0.80.", zh: "测试精度至少为 0.80。" },
      expected: ">= 0.80",
      source,
    },
    predictions: {
      items: ["F45"],
      claim: { en: "The first six test images are named correctly.", zh: "前六张测试图像全部识别正确。" },
      expected: "6",
      source,
    },
  },
  quick: { epochs: 2 },
  options: {
    epochs: {
      type: "integer",
      default: 10,
      min: 1,
      max: 10_000,
      help: { en: "passes over the training data", zh: "遍历训练数据的轮数" },
    },
    batchSize: {
      type: "integer",
      default: 256,
      min: 1,
      max: 60_000,
      help: { en: "samples a step", zh: "每步的样本数" },
    },
    lr: { type: "number", default: 0.1, min: 0, help: { en: "learning rate", zh: "学习率" } },
    hidden: {
      type: "integer",
      default: 256,
      min: 1,
      max: 65_536,
      help: { en: "units of the hidden layer", zh: "隐藏层单元数" },
    },
    seed: { type: "integer", default: 0, help: { en: "seed of all random numbers", zh: "随机数种子" } },
    fromScratch: {
      type: "boolean",
      default: false,
      help: {
        en: "parameters and layers by hand, as in the book's first version",
        zh: "手写参数与各层，如书中第一个版本",
      },
    },
  },
  async run({ report, signal, fashionMnist, check }, options) {
    const begun = performance.now();
    const dataset = await fashionMnist();
    const seconds = { load: (performance.now() - begun) / 1000, train: 0, evaluate: 0 };
    const { epochs, batchSize, lr, hidden, seed } = options;

    torch.manualSeed(seed);
    const [trainIter, testIter] = makeLoaders(dataset, batchSize);
    const { net, params, state } = options.fromScratch ? fromScratch(hidden) : withLayers(hidden);
    const loss = new nn.CrossEntropyLoss({ reduction: "none" });
    const updater = new torch.optim.SGD(params, { lr });

    const before = getDisplay();
    setDisplay(report);
    try {
      const history = await trainCh3(net, trainIter, testIter, loss, epochs, updater, {
        signal,
        onSeconds: ({ train, evaluate }) => {
          seconds.train += train;
          seconds.evaluate += evaluate;
        },
      });
      const { labels, predictions } = await predictCh3(net, testIter);
      const right = labels.filter((label, i) => label === predictions[i]).length;
      report.attach("weights.safetensors", torch.safetensors.save(state));
      const last = history.at(-1);
      // The book's numbers hold for the book's settings on the real data; other runs have nothing to be held against.
      const bookish =
        dataset.name === "fashion-mnist" && epochs === 10 && batchSize === 256 && lr === 0.1 && hidden === 256;
      if (last !== undefined && bookish && !signal.aborted) {
        check("loss", last.trainLoss, within(last.trainLoss, 0.3845, 0.02));
        check("trainAccuracy", last.trainAccuracy, within(last.trainAccuracy, 0.863, 0.008));
        check("testAccuracy", last.testAccuracy, last.testAccuracy >= 0.8);
        check("predictions", right, right === 6);
      }
      const metrics: Record<string, number> =
        last === undefined
          ? {}
          : { trainLoss: last.trainLoss, trainAccuracy: last.trainAccuracy, testAccuracy: last.testAccuracy };
      return { dataset: dataset.name, metrics, history: history.map((record) => ({ ...record })), seconds };
    } finally {
      setDisplay(before);
    }
  },
});
