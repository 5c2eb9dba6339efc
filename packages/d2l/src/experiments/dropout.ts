// F91 to F102: dropout, as a noise without bias, from scratch and with layers.

import * as torch from "torchlet";
import { localize, nn } from "torchlet";
import type { PlotFigure } from "../report/figure.js";
import type { Report } from "../report/report.js";
import { type Display, getDisplay } from "../toolkit/display.js";
import { makeLoaders } from "../toolkit/fashion-mnist.js";
import { type EpochMetrics, evaluateAccuracy, trainCh3 } from "../toolkit/training.js";
import { between } from "./bounds.js";
import { concise, Net } from "./dropout/book.js";
import { claims, evaluatedInPytorch, labels, printedByBook } from "./dropout/claims.js";
import { behaviour, inputNoise, moments, printed } from "./dropout/noise.js";
import type { Part } from "./dropout/part.js";
import { small } from "./dropout/small.js";
import { defineExperiment } from "./experiment.js";
import { meanLoss, median, rangeText, within } from "./measured.js";
import { onDisplay } from "./on-display.js";
import { trainSeeds } from "./repeated.js";
import { trainingOptions } from "./training-options.js";

const captions = {
  scratch: { en: "Dropout from scratch", zh: "从零实现的丢弃法" },
  concise: { en: "Dropout with layers", zh: "使用层的丢弃法" },
};

const ranges = (...values: (readonly number[])[]) => values.map((each) => rangeText(each)).join("; ");

/** The two forms with one seed. */
interface Trained {
  readonly scratch: readonly EpochMetrics[];
  readonly concise: readonly EpochMetrics[];
  /** The first form on its training data, with dropout off. */
  readonly evaluated: { readonly loss: number; readonly accuracy: number };
}

/** A report that draws the curves of one of the two forms in a figure of its own. */
function titled(report: Report, name: keyof typeof captions, epochs: number): Display {
  return {
    figure: (figure) => report.figure({ ...(figure as PlotFigure), id: name, caption: localize(captions[name]) }),
    metrics: (record) => report.metrics(record),
    progress: (progress) => report.progress(progress),
    warn: (text) => {
      // Short runs end above the book's bounds; that is no news.
      if (epochs >= 10) report.warn(text);
    },
  };
}

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
  labels,
  corrections: ["P6", "P7", "P20", "P22", "P23"],
  quick: { epochs: 1, smallEpochs: 0, seeds: 1 },
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
    lr: { ...trainingOptions.lr, default: 0.5 },
    batchSize: trainingOptions.batchSize,
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
        en: "what is compared on 500 pictures: dropout with weight decay, both probabilities swapped, p = 0.1, 0.5, 0.9, other noises (a Gaussian factor, a Gaussian term, DropConnect), or four times the epochs",
        zh: "在 500 张图片上比较什么：丢弃与权重衰减、交换两个概率、p = 0.1、0.5、0.9、其他噪声（高斯因子、高斯加项、DropConnect），或四倍轮数",
      },
    },
    smallEpochs: {
      type: "integer",
      default: 100,
      min: 0,
      max: 10_000,
      help: { en: "epochs on 500 pictures; 0 leaves them out", zh: "500 张图片上的轮数；0 表示略去" },
    },
    seeds: {
      type: "integer",
      default: 5,
      min: 1,
      max: 100,
      help: { en: "trainings of each form, with one seed after the other", zh: "每种形式的训练次数，种子依次递增" },
    },
    seed: { type: "integer", default: 0, help: { en: "the first seed", zh: "第一个种子" } },
  },
  async run(context, options) {
    const { report, signal, fashionMnist, check } = context;
    const { epochs, lr, batchSize, hidden, dropout1, dropout2, seeds, seed } = options;
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
    const train = (name: keyof typeof captions, net: nn.Module, isFirst: boolean): Promise<EpochMetrics[]> =>
      onDisplay(isFirst ? titled(report, name, epochs) : getDisplay(), () => {
        const loss = new nn.CrossEntropyLoss({ reduction: "none" });
        const trainer = new torch.optim.SGD(net.parameters(), { lr });
        // The module by hand runs no JavaScript that its compiled steps would miss.
        return trainCh3(net, trainIter, testIter, loss, epochs, trainer, { signal, compile: true });
      });
    const trainOnce = async (each: number, isFirst: boolean): Promise<Trained> => {
      torch.manualSeed(each);
      const [numInputs, numOutputs] = [784, 10];
      const net = new Net(numInputs, numOutputs, hidden, hidden, [dropout1, dropout2]);
      const byHand = await train("scratch", net, isFirst);
      net.eval();
      const evaluated = {
        loss: meanLoss(net, trainIter, new nn.CrossEntropyLoss({ reduction: "none" })),
        accuracy: evaluateAccuracy(net, trainIter),
      };
      torch.manualSeed(each);
      const layers = await train("concise", concise(hidden, [dropout1, dropout2]), isFirst);
      return { scratch: byHand, concise: layers, evaluated };
    };
    if (epochs > 0 && !signal.aborted) {
      const begun = performance.now();
      const trained = await trainSeeds({ report, signal, seeds, seed }, trainOnce);
      seconds["train"] = (performance.now() - begun) / 1000;
      const theBooks =
        dataset.name === "fashion-mnist" &&
        [lr, batchSize, hidden, dropout1, dropout2].join() === [0.5, 256, 256, 0.2, 0.5].join();
      if (theBooks && !signal.aborted) holdBook(trained, epochs, check);
      for (const name of ["scratch", "concise"] as const) {
        const last = trained[0][name].at(-1);
        if (last === undefined) continue;
        metrics[`${name}TrainLoss`] = last.trainLoss;
        metrics[`${name}TestAccuracy`] = last.testAccuracy;
      }
    }
    if (!signal.aborted) await runParts("fewPictures", [small]);
    return { dataset: dataset.name, metrics, seconds };
  },
});

/** The claims about the two trainings of the book. */
function holdBook(
  trained: readonly Trained[],
  epochs: number,
  check: (id: keyof typeof claims, actual: number | string, ok: boolean) => void,
): void {
  const last = (form: "scratch" | "concise") => {
    const lasts = trained.map((each) => each[form].at(-1)!);
    return {
      losses: lasts.map(({ trainLoss }) => trainLoss),
      train: lasts.map(({ trainAccuracy }) => trainAccuracy),
      // It jumps from epoch to epoch: the best of the last three.
      test: trained.map((each) => Math.max(...each[form].slice(-3).map(({ testAccuracy }) => testAccuracy))),
    };
  };
  const near = (values: readonly number[], centre: number, tolerance: number) =>
    values.every((value) => within(value, centre, tolerance));
  if (epochs === 10) {
    const { scratch, concise, tolerance } = printedByBook;
    const [a, b] = [last("scratch"), last("concise")];
    const good = (values: readonly number[]) => values.every((value) => value >= printedByBook.testAccuracy);
    check("scratchLoss", ranges(a.losses), near(a.losses, scratch.loss, tolerance.loss));
    check(
      "scratchAccuracy",
      ranges(a.train, a.test),
      near(a.train, scratch.accuracy, tolerance.accuracy) && good(a.test),
    );
    const loss = median(trained.map(({ evaluated }) => evaluated.loss));
    const accuracy = median(trained.map(({ evaluated }) => evaluated.accuracy));
    check(
      "scratchEvaluated",
      `${loss.toFixed(4)}; ${accuracy.toFixed(4)}`,
      between(...evaluatedInPytorch.loss).holds(loss) && between(...evaluatedInPytorch.accuracy).holds(accuracy),
    );
    check("conciseLoss", ranges(b.losses), near(b.losses, concise.loss, tolerance.loss));
    check(
      "conciseAccuracy",
      ranges(b.train, b.test),
      near(b.train, concise.accuracy, tolerance.accuracy) && good(b.test),
    );
  }
  const firsts = trained.map((each) => [each.scratch[0]!, each.concise[0]!] as const);
  const [byHand, layers] = [0, 1].map((form) => firsts.map((each) => each[form]!.trainLoss));
  check(
    "firstEpoch",
    ranges(byHand!, layers!),
    layers!.every((loss, i) => loss - byHand![i]! > 0.15),
  );
  const ahead = firsts.flat().map(({ testAccuracy, trainAccuracy }) => testAccuracy - trainAccuracy);
  check(
    "testAbove",
    rangeText(ahead),
    ahead.every((difference) => difference > 0),
  );
}
