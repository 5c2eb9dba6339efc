// F31, F40, F46: the multilayer perceptron with layers, deeper, wider, with other activations: the exercises of the book.
import * as torch from "torchlet";
import { nn, type Tensor } from "torchlet";
import type { ImageDataset } from "../datasets/image-dataset.js";
import { makeLoaders } from "../toolkit/fashion-mnist.js";
import { trainCh3 } from "../toolkit/training.js";
import type { Net } from "../toolkit/types.js";
import type { Bound } from "./bounds.js";
import { defineExperiment } from "./experiment.js";
import { maxDifference, meanLoss, rangeText } from "./measured.js";
import { fromScratch } from "./mlp.js";
import { activations, deepByHand, inits, mlpOf } from "./mlp-concise/builder.js";
import { bounds, claims, labels } from "./mlp-concise/claims.js";
import { exercises, type Recipe } from "./mlp-concise/exercises.js";
import { formsTable, widthsTable } from "./mlp-concise/timings.js";
import { hold, vary } from "./mlp-concise/vary.js";
import { onDisplay, progressOnly } from "./on-display.js";
import { countRight, lastEpochs, metricsOf, summaryOf, type Trained, trainSeeds } from "./repeated.js";
import { seedOptions, trainingOptions } from "./training-options.js";

interface Settings {
  readonly epochs: number;
  readonly batchSize: number;
  readonly seed: number;
  readonly signal: AbortSignal;
}

/** The book's cells, with the network of a recipe. */
async function train(
  dataset: ImageDataset,
  { widths, activation, init, lr }: Recipe,
  { epochs, batchSize, seed, signal }: Settings,
): Promise<Trained> {
  torch.manualSeed(seed);
  const [trainIter, testIter] = makeLoaders(dataset, batchSize);
  const net = mlpOf(widths, activation, init);
  const loss = new nn.CrossEntropyLoss({ reduction: "none" });
  const trainer = new torch.optim.SGD(net.parameters(), { lr });
  const start = meanLoss(net, testIter, loss);
  const history = await trainCh3(net, trainIter, testIter, loss, epochs, trainer, { signal });
  return { start, history, right: await countRight(net, testIter) };
}

/** What a first epoch from the same weights gives and takes. */
interface FirstEpoch {
  readonly loss: number;
  readonly seconds: number;
}

/** The first epoch from the same weights: from scratch, and with layers. */
async function bothForms(
  dataset: ImageDataset,
  hidden: number,
  lr: number,
  { seed, batchSize, signal }: Settings,
): Promise<readonly [byHand: FirstEpoch, withLayers: FirstEpoch]> {
  torch.manualSeed(seed);
  const byHand = fromScratch(hidden);
  const net = mlpOf([784, hidden, 10]);
  const { W1, b1, W2, b2 } = byHand.state;
  net.loadStateDict({ "1.weight": W1!.t(), "1.bias": b1!, "3.weight": W2!.t(), "3.bias": b2! });
  const firstEpochOf = async (net: Net, params: Iterable<Tensor>): Promise<FirstEpoch> => {
    torch.manualSeed(seed);
    const [trainIter, testIter] = makeLoaders(dataset, batchSize);
    const loss = new nn.CrossEntropyLoss({ reduction: "none" });
    const trainer = new torch.optim.SGD(params, { lr });
    let seconds = 0;
    const onSeconds = ({ train }: { train: number }) => {
      seconds = train;
    };
    const options = { signal, compile: true, onSeconds };
    const [first] = await trainCh3(net, trainIter, testIter, loss, 1, trainer, options);
    return { loss: first?.trainLoss ?? Number.NaN, seconds };
  };
  return [await firstEpochOf(byHand.net, byHand.params), await firstEpochOf(net, net.parameters())];
}

/** `torchlet run mlp-concise` */
export const mlpConcise = defineExperiment({
  id: "mlp-concise",
  section: "book.mlp-concise",
  title: { en: "Multilayer perceptron with layers", zh: "多层感知机的简洁实现" },
  summary: {
    en: "nn.Sequential in place of parameters by hand; depth, widths, activation, initialization and rate as you like",
    zh: "用 nn.Sequential 代替手写参数；深度、宽度、激活函数、初始化与学习率随意更改",
  },
  explain: {
    shows: {
      en: "Layers give the numbers of the version from scratch, in fewer lines; then any number of layers is one list of widths. With --exercise one thing is varied and the rest stays.",
      zh: "用层实现与从零实现数值相同而代码更少；层数再多也只是一个宽度列表。用 --exercise 可只改变一个因素。",
    },
    lookFor: [
      {
        en: "The curves are those of the experiment mlp.",
        zh: "曲线与实验 mlp 的相同。",
      },
      {
        en: "In the table of matrix products a power of two is hardly faster than its neighbours: it is convenient, not necessary.",
        zh: "矩阵乘法表中，2 的幂与相邻的大小几乎一样快：取 2 的幂只是方便，并非必要。",
      },
    ],
  },
  covers: ["F36", "F37", "F40"],
  claims,
  labels,
  corrections: ["P12", "P19"],
  quick: { epochs: 1, seeds: 1, benchmark: false },
  options: {
    ...trainingOptions,
    layers: { type: "integer", default: 1, min: 0, max: 20, help: { en: "hidden layers", zh: "隐藏层数" } },
    hidden: {
      type: "integer",
      default: 256,
      min: 1,
      max: 65_536,
      help: { en: "units of each hidden layer", zh: "每个隐藏层的单元数" },
    },
    activation: {
      type: "choice",
      default: "relu",
      choices: Object.keys(activations),
      help: { en: "activation function", zh: "激活函数" },
    },
    init: {
      type: "choice",
      default: "book",
      choices: Object.keys(inits),
      help: { en: "initial weights; book: standard deviation 0.01", zh: "初始权重；book：标准差 0.01" },
    },
    exercise: {
      type: "choice",
      default: "none",
      choices: ["none", ...Object.keys(exercises)],
      help: { en: "an exercise of the book in place of the training", zh: "以书中的一个练习代替训练" },
    },
    exerciseEpochs: {
      type: "integer",
      default: 3,
      min: 1,
      max: 1000,
      help: { en: "epochs of each network of an exercise", zh: "练习中每个网络的轮数" },
    },
    benchmark: {
      type: "boolean",
      default: true,
      help: { en: "matrix products about powers of two", zh: "2 的幂附近的矩阵乘法计时" },
    },
    ...seedOptions,
  },
  async run({ report, signal, fashionMnist, check }, options) {
    const dataset = await fashionMnist();
    const isReal = dataset.name === "fashion-mnist";
    const { epochs, batchSize, lr, layers, hidden, activation, init, seeds, seed } = options;
    const settings = { epochs, batchSize, seed, signal };

    torch.manualSeed(seed);
    const deep = mlpOf([784, 128, 64, 32, 10], "relu", "default");
    const X = torch.rand(64, 784);
    const difference = maxDifference(deep(X), deepByHand(deep, X));
    const [depth, parameters] = [deep.parameters().length / 2, nn.utils.countParameters(deep)];
    const measured = `${difference.toExponential(1)}; ${depth}, ${parameters}`;
    check("deep", measured, bounds.deep.holds(difference) && depth === 4 && parameters === 111_146);

    const exercise = exercises[options.exercise];
    if (exercise !== undefined) {
      const own = { ...settings, epochs: options.exerciseEpochs };
      const trainOnce = (recipe: Recipe, each: number) => train(dataset, recipe, { ...own, seed: each });
      const lasts = await vary(exercise, trainOnce, { report, signal, seeds, seed });
      if (!signal.aborted && isReal && options.exerciseEpochs >= 3) hold(options.exercise, lasts, check);
      return { dataset: dataset.name };
    }

    const recipe: Recipe = {
      name: "own",
      widths: [784, ...new Array<number>(layers).fill(hidden), 10],
      activation,
      init,
      lr,
    };
    const trained = await trainSeeds({ report, signal, seeds, seed }, (each) =>
      train(dataset, recipe, { ...settings, seed: each }),
    );
    if (!signal.aborted) {
      const names = trained.map((_, i) => String(seed + i));
      if (seeds > 1) report.table(lastEpochs(trained, names));
      const { starts, firsts, losses, trainAccuracies, testAccuracies, medianRight, rightText } = summaryOf(trained);
      const all = (claim: keyof typeof claims, values: readonly number[], { holds }: Bound) =>
        check(claim, rangeText(values), values.every(holds));
      const usual = layers === 1 && hidden === 256 && activation === "relu" && init === "book" && batchSize === 256;
      if (usual) all("start", starts, bounds.start);
      if (usual && lr === 0.1) {
        const name = { en: "from scratch and with layers", zh: "从零实现与用层实现" };
        const both = await onDisplay(progressOnly(report, name), () => bothForms(dataset, hidden, lr, settings));
        const apart = Math.abs(both[0].loss - both[1].loss);
        if (!signal.aborted) {
          check("sameNumbers", apart, bounds.sameNumbers.holds(apart));
          if (options.benchmark) report.table(formsTable(both.map(({ seconds }) => seconds)));
        }
      }
      if (usual && lr === 0.1 && isReal) {
        const firstLosses = firsts.map(({ trainLoss }) => trainLoss);
        all("firstEpoch", firstLosses, bounds.firstEpoch);
        if (epochs === 10) {
          all("loss", losses, bounds.loss);
          all("trainAccuracy", trainAccuracies, bounds.trainAccuracy);
          all("testAccuracy", testAccuracies, bounds.testAccuracy);
          check("predictions", rightText, medianRight === 6);
        }
      }
      if (options.benchmark) report.table(widthsTable());
    }
    const [first] = trained;
    return {
      dataset: dataset.name,
      metrics: metricsOf(first),
      history: first.history.map((record) => ({ ...record })),
    };
  },
});
