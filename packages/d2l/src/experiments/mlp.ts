// F18 to F20, F30, F36 to F46: the multilayer perceptron on Fashion-MNIST from scratch, line by line the book's cells.
import * as torch from "torchlet";
import { nn, type Tensor } from "torchlet";
import { makeLoaders } from "../toolkit/fashion-mnist.js";
import { trainCh3 } from "../toolkit/training.js";
import type { Net } from "../toolkit/types.js";
import type { Bound } from "./bounds.js";
import { defineExperiment } from "./experiment.js";
import { meanLoss, rangeText } from "./measured.js";
import { beforeTraining } from "./mlp/before-training.js";
import { bounds, claims, labels } from "./mlp/claims.js";
import { countRight, lastEpochs, metricsOf, summaryOf, type Trained, trainSeeds } from "./repeated.js";
import { seedOptions, trainingOptions } from "./training-options.js";

/** A model with what the optimizer and the weights file need of it. */
interface Model {
  readonly net: Net;
  readonly params: Tensor[];
  readonly state: nn.StateDict;
}

/** The book's cells: parameters by hand, relu as a maximum, a plain function as the net. */
export function fromScratch(numHiddens: number): Model {
  const [numInputs, numOutputs] = [784, 10];
  const W1 = new nn.Parameter(torch.randn(numInputs, numHiddens).mul(0.01));
  const b1 = new nn.Parameter(torch.zeros(numHiddens));
  const W2 = new nn.Parameter(torch.randn(numHiddens, numOutputs).mul(0.01));
  const b2 = new nn.Parameter(torch.zeros(numOutputs));
  const params = [W1, b1, W2, b2];
  const net = (X: Tensor) => {
    X = X.reshape(-1, numInputs);
    const H = relu(X.matmul(W1).add(b1));
    return H.matmul(W2).add(b2);
  };
  return { net, params, state: { W1, b1, W2, b2 } };
}

/** The book's activation function by hand. */
function relu(X: Tensor): Tensor {
  const a = torch.zerosLike(X);
  return torch.max(X, a);
}

/** The same with layers, as the book's next section has it. */
export function withLayers(numHiddens: number): Model {
  const net = new nn.Sequential(
    new nn.Flatten(),
    new nn.Linear(784, numHiddens),
    new nn.ReLU(),
    new nn.Linear(numHiddens, 10),
  );
  net.apply((m) => {
    if (m instanceof nn.Linear) nn.init.normal_(m.weight, { std: 0.01 });
  });
  return { net, params: net.parameters(), state: net.stateDict() };
}

/** `torchlet run mlp` */
export const mlp = defineExperiment({
  id: "mlp",
  section: "3.1.3",
  title: { en: "Multilayer perceptron on Fashion-MNIST", zh: "Fashion-MNIST 上的多层感知机" },
  summary: {
    en: "one hidden layer of 256 units, parameters and layers by hand, trained by minibatch SGD: the book's cells",
    zh: "含 256 个单元的单隐藏层，手写参数与各层，用小批量 SGD 训练：书中代码逐行对应",
  },
  explain: {
    shows: {
      en: "A network with one hidden layer learns to name pieces of clothing from 28 x 28 pixels: 203,530 parameters, ten passes over 60,000 pictures, and the same again with other seeds.",
      zh: "含一个隐藏层的网络学习从 28 x 28 像素识别衣物：203,530 个参数，遍历 60,000 张图片十轮，并用其他种子重复。",
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
  covers: ["F36", "F46"],
  claims,
  labels,
  corrections: ["P12", "P13", "P19", "P20", "P26"],
  quick: { epochs: 2, seeds: 1 },
  options: {
    ...trainingOptions,
    hidden: {
      type: "integer",
      default: 256,
      min: 1,
      max: 65_536,
      help: { en: "units of the hidden layer", zh: "隐藏层单元数" },
    },
    ...seedOptions,
    fromScratch: {
      type: "boolean",
      default: true,
      help: {
        en: "parameters and layers by hand, as in the book's first version",
        zh: "手写参数与各层，如书中第一个版本",
      },
    },
  },
  async run(context, options) {
    const { report, signal, fashionMnist, check } = context;
    const begun = performance.now();
    const dataset = await fashionMnist();
    const seconds = { load: (performance.now() - begun) / 1000, train: 0, evaluate: 0 };
    const { epochs, batchSize, lr, hidden, seeds } = options;
    const make = options.fromScratch ? fromScratch : withLayers;
    torch.manualSeed(options.seed);
    beforeTraining(context, dataset, { relu, ...fromScratch(256) });

    const trainOnce = async (seed: number, isFirst: boolean): Promise<Trained> => {
      torch.manualSeed(seed);
      const [trainIter, testIter] = makeLoaders(dataset, batchSize);
      const { net, params, state } = make(hidden);
      const loss = new nn.CrossEntropyLoss({ reduction: "none" });
      const updater = new torch.optim.SGD(params, { lr });
      const start = meanLoss(net, testIter, loss);
      const history = await trainCh3(net, trainIter, testIter, loss, epochs, updater, {
        signal,
        compile: true,
        onSeconds: ({ train, evaluate }) => {
          seconds.train += train;
          seconds.evaluate += evaluate;
        },
      });
      const right = await countRight(net, testIter);
      if (isFirst) report.attach("weights.safetensors", torch.safetensors.save(state));
      return { start, history, right };
    };

    const trained = await trainSeeds({ report, signal, seeds, seed: options.seed }, trainOnce);
    const [{ history }] = trained;
    if (!signal.aborted) {
      const names = trained.map((_, i) => String(options.seed + i));
      if (seeds > 1) report.table(lastEpochs(trained, names));
      const { starts, firsts, losses, trainAccuracies, testAccuracies, medianRight, rightText } = summaryOf(trained);
      const all = (claim: keyof typeof claims, values: readonly number[], { holds }: Bound) =>
        check(claim, rangeText(values), values.every(holds));
      all("start", starts, bounds.start);
      // The book's numbers hold for the book's settings on the real data; other runs have nothing to be held against.
      if (dataset.name === "fashion-mnist" && batchSize === 256 && lr === 0.1 && hidden === 256) {
        const firstLosses = firsts.map(({ trainLoss }) => trainLoss);
        const gains = firsts.map(({ trainAccuracy, testAccuracy }) => testAccuracy - trainAccuracy);
        all("firstEpoch", firstLosses, bounds.firstEpoch);
        all("measuredDuring", gains, bounds.measuredDuring);
        if (epochs === 10) {
          all("loss", losses, bounds.loss);
          all("trainAccuracy", trainAccuracies, bounds.trainAccuracy);
          all("testAccuracy", testAccuracies, bounds.testAccuracy);
          check("predictions", rightText, medianRight === 6);
        }
      }
    }
    const metrics = metricsOf(trained[0]);
    return { dataset: dataset.name, metrics, history: history.map((record) => ({ ...record })), seconds };
  },
});
