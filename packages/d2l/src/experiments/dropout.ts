// F91 to F102: dropout, as a noise without bias, from scratch and with layers.

import * as torch from "torchlet";
import { localize, nn } from "torchlet";
import type { PlotFigure } from "../report/figure.js";
import { type Display, getDisplay, setDisplay } from "../toolkit/display.js";
import { type ImageLoader, makeLoaders } from "../toolkit/fashion-mnist.js";
import { type EpochMetrics, trainCh3 } from "../toolkit/training.js";
import { concise, Net } from "./dropout/book.js";
import { claims } from "./dropout/claims.js";
import { behaviour, inputNoise, moments, printed } from "./dropout/noise.js";
import type { Part } from "./dropout/part.js";
import { small } from "./dropout/small.js";
import { defineExperiment } from "./experiment.js";
import { within } from "./measured.js";

/** Mean loss and share of right predictions over a data set, in evaluation mode. */
function evaluate(net: nn.Module, data: ImageLoader): { loss: number; accuracy: number } {
  net.eval();
  const loss = new nn.CrossEntropyLoss({ reduction: "sum" });
  let [sum, right, count] = [0, 0, 0];
  torch.noGrad(() => {
    for (const [X, y] of data) {
      const scores = net(X!);
      sum += loss(scores, y!).item();
      right += scores.argmax(1).eq(y!).sum().item();
      count += y!.numel();
    }
  });
  return { loss: sum / count, accuracy: right / count };
}

const captions = {
  scratch: { en: "Dropout from scratch", zh: "从零实现的丢弃法" },
  concise: { en: "Dropout with layers", zh: "使用层的丢弃法" },
};

const fixed = (...values: number[]) => values.map((value) => value.toFixed(4)).join(", ");

/** `torchlet run dropout` */
export const dropout = defineExperiment({
  id: "dropout",
  section: "3.5",
  title: { en: "Dropout", zh: "丢弃法" },
  summary: {
    en: "units dropped at random keep the mean; two hidden layers on Fashion-MNIST, from scratch and with layers",
    zh: "随机丢弃单元而保持均值；Fashion-MNIST 上的两个隐藏层，从零实现与使用层",
  },
  explain: {
    shows: {
      en: "While a network trains, each hidden unit is set to 0 with probability p and the others are divided by 1 - p. No unit can rely on any other, which works against overfitting; when the network predicts, nothing is dropped.",
      zh: "训练时每个隐藏单元以概率 p 置零，其余除以 1 - p。任何单元都不能依赖别的单元，从而抑制过拟合；预测时不丢弃任何单元。",
    },
    lookFor: [
      {
        en: "The table of noises: the mean stays 1 for every p, the variance is p / (1 - p).",
        zh: "噪声表：对每个 p 均值都保持为 1，方差为 p / (1 - p)。",
      },
      {
        en: "The two training curves: they begin differently, since the initial weights differ, and end alike; the test accuracy is above the training accuracy at first.",
        zh: "两条训练曲线：初始权重不同故开头不同，结尾相近；开始时测试精度高于训练精度。",
      },
      {
        en: "The curves on 500 pictures: dropout and weight decay both keep the test loss from rising.",
        zh: "500 张图片上的曲线：丢弃法与权重衰减都能抑制测试损失上升。",
      },
    ],
  },
  covers: ["F98", "F99"],
  claims,
  corrections: ["P6", "P7", "P20", "P22", "P23"],
  quick: { epochs: 1, smallEpochs: 0 },
  options: {
    epochs: {
      type: "integer",
      default: 10,
      min: 0,
      max: 1000,
      help: {
        en: "passes over the training data; 0 leaves the two trainings out",
        zh: "遍历训练数据的轮数；0 表示略去这两次训练",
      },
    },
    lr: { type: "number", default: 0.5, min: 0, help: { en: "learning rate", zh: "学习率" } },
    batchSize: {
      type: "integer",
      default: 256,
      min: 1,
      max: 60_000,
      help: { en: "samples a step", zh: "每步的样本数" },
    },
    hidden: {
      type: "integer",
      default: 256,
      min: 1,
      max: 8192,
      help: { en: "units of each hidden layer", zh: "每个隐藏层的单元数" },
    },
    dropout1: {
      type: "number",
      default: 0.2,
      min: 0,
      max: 1,
      help: { en: "probability after the first hidden layer", zh: "第一个隐藏层之后的丢弃概率" },
    },
    dropout2: {
      type: "number",
      default: 0.5,
      min: 0,
      max: 1,
      help: { en: "probability after the second hidden layer", zh: "第二个隐藏层之后的丢弃概率" },
    },
    exercise: {
      type: "choice",
      default: "decay",
      choices: ["decay", "swap", "p", "noise", "epochs"],
      help: {
        en: "what is compared on 500 pictures: dropout with weight decay, both probabilities swapped, p = 0.1, 0.5, 0.9, other noises (a Gaussian factor, DropConnect), or four times the epochs",
        zh: "在 500 张图片上比较什么：丢弃与权重衰减、交换两个概率、p = 0.1、0.5、0.9、其他噪声（高斯因子、DropConnect），或四倍轮数",
      },
    },
    smallEpochs: {
      type: "integer",
      default: 100,
      min: 0,
      max: 10_000,
      help: { en: "epochs on 500 pictures; 0 leaves them out", zh: "500 张图片上的轮数；0 表示略去" },
    },
    seed: { type: "integer", default: 0, help: { en: "the first seed", zh: "第一个种子" } },
  },
  async run(context, options) {
    const { report, signal, fashionMnist, check } = context;
    const { epochs, lr, batchSize, hidden, dropout1, dropout2, seed } = options;
    const seconds: Record<string, number> = {};
    const metrics: Record<string, number> = {};
    const runParts = async (name: string, parts: readonly Part[]) => {
      const begun = performance.now();
      for (const part of parts) {
        torch.manualSeed(seed);
        if (!signal.aborted) await part(context, options);
      }
      seconds[name] = (performance.now() - begun) / 1000;
    };
    await runParts("noise", [printed, moments, inputNoise, behaviour]);

    const dataset = await fashionMnist();
    const [trainIter, testIter] = makeLoaders(dataset, batchSize);
    const train = async (name: keyof typeof captions, net: nn.Module): Promise<EpochMetrics[]> => {
      // Each training draws its curves into a figure of its own.
      const figure = (given: Parameters<Display["figure"]>[0]) => {
        report.figure({ ...(given as PlotFigure), id: name, caption: localize(captions[name]) });
      };
      setDisplay({
        figure,
        metrics: (record) => report.metrics(record),
        progress: (progress) => report.progress(progress),
        warn: (text) => {
          // Short runs end above the book's bounds; that is no news.
          if (epochs >= 10) report.warn(text);
        },
      });
      const begun = performance.now();
      const loss = new nn.CrossEntropyLoss({ reduction: "none" });
      const trainer = new torch.optim.SGD(net.parameters(), { lr });
      const history = await trainCh3(net, trainIter, testIter, loss, epochs, trainer, { signal });
      seconds[name] = (performance.now() - begun) / 1000;
      return history;
    };
    const before = getDisplay();
    try {
      if (epochs > 0 && !signal.aborted) {
        torch.manualSeed(seed);
        const [numInputs, numOutputs] = [784, 10];
        const net = new Net(numInputs, numOutputs, hidden, hidden, [dropout1, dropout2]);
        const scratch = await train("scratch", net);
        const evaluated = signal.aborted ? undefined : evaluate(net, trainIter);
        torch.manualSeed(seed);
        const layers = await train("concise", concise(hidden, [dropout1, dropout2]));

        const theBooks =
          dataset.name === "fashion-mnist" &&
          [lr, batchSize, hidden, dropout1, dropout2].join() === [0.5, 256, 256, 0.2, 0.5].join();
        if (theBooks && !signal.aborted && evaluated !== undefined) {
          const [first, other] = [scratch[0]!, layers[0]!];
          if (epochs === 10) {
            const [a, b] = [scratch.at(-1)!, layers.at(-1)!];
            const bestTest = (history: EpochMetrics[]) =>
              Math.max(...history.slice(-3).map((each) => each.testAccuracy));
            const accuracies = [scratch, layers].map((history) => [history.at(-1)!.trainAccuracy, bestTest(history)]);
            const [[trainA, testA], [trainB, testB]] = accuracies as [[number, number], [number, number]];
            check("scratchLoss", a.trainLoss, within(a.trainLoss, 0.3303, 0.02));
            check("scratchAccuracy", fixed(trainA, testA), within(trainA, 0.8774, 0.008) && testA >= 0.8);
            const { loss, accuracy } = evaluated;
            const inRange = loss >= 0.299 && loss <= 0.351 && accuracy >= 0.865 && accuracy <= 0.888;
            check("scratchEvaluated", fixed(loss, accuracy), inRange);
            check("conciseLoss", b.trainLoss, within(b.trainLoss, 0.3435, 0.02));
            check("conciseAccuracy", fixed(trainB, testB), within(trainB, 0.8747, 0.008) && testB >= 0.8);
          }
          check("firstEpoch", fixed(first.trainLoss, other.trainLoss), other.trainLoss - first.trainLoss > 0.15);
          const above = [first, other].every((epoch) => epoch.testAccuracy > epoch.trainAccuracy);
          const pairs = [first, other].map(
            (epoch) => `${epoch.testAccuracy.toFixed(3)} > ${epoch.trainAccuracy.toFixed(3)}`,
          );
          check("testAbove", pairs.join(", "), above);
        }
        for (const [name, history] of Object.entries({ scratch, concise: layers })) {
          const last = history.at(-1);
          if (last === undefined) continue;
          metrics[`${name} train loss`] = last.trainLoss;
          metrics[`${name} test accuracy`] = last.testAccuracy;
        }
      }
      if (!signal.aborted) await runParts("500 pictures", [small]);
      return { dataset: dataset.name, metrics, seconds };
    } finally {
      setDisplay(before);
    }
  },
});
