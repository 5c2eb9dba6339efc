// Softmax regression on Fashion-MNIST, from scratch and with layers; F3 and F30 of the notes.
import * as torch from "torchlet";
import { localize, nn, type Tensor } from "torchlet";
import type { ImageDataset } from "../datasets/image-dataset.js";
import { makeLoaders } from "../toolkit/fashion-mnist.js";
import { getFashionMnistLabels, showImages } from "../toolkit/images.js";
import { linreg, sgd } from "../toolkit/linear-regression.js";
import { plot } from "../toolkit/plot.js";
import { accuracy, trainCh3 } from "../toolkit/training.js";
import { defineExperiment, type ExperimentContext } from "./experiment.js";
import { meanLoss, rangeText, within } from "./measured.js";
import { onDisplay, progressOnly } from "./on-display.js";
import { countRight, lastEpochs, metricsOf, summaryOf, type Trained, trainSeeds } from "./repeated.js";
import { claims } from "./softmax-regression/claims.js";
import * as exercises from "./softmax-regression/exercises.js";
import { crossEntropy, softmax } from "./softmax-regression/exercises.js";
import { seedOptions, trainingOptions } from "./training-options.js";

interface Settings {
  readonly epochs: number;
  readonly batchSize: number;
  readonly lr: number;
  readonly seed: number;
  readonly signal: AbortSignal;
}

/** The book's cells. */
async function fromScratch(
  dataset: ImageDataset,
  { epochs, batchSize, lr, seed, signal }: Settings,
): Promise<Trained & { W: Tensor; b: Tensor }> {
  torch.manualSeed(seed);
  const [trainIter, testIter] = makeLoaders(dataset, batchSize);
  const numInputs = 784;
  const numOutputs = 10;
  const W = torch.normal(0, 0.01, [numInputs, numOutputs], { requiresGrad: true });
  const b = torch.zeros(numOutputs, { requiresGrad: true });
  const net = (X: Tensor) => softmax(torch.matmul(X.reshape(-1, W.shape[0]!), W).add(b));
  const updater = (batchSize: number) => sgd([W, b], lr, batchSize);
  const start = meanLoss(net, testIter, crossEntropy);
  const history = await trainCh3(net, trainIter, testIter, crossEntropy, epochs, updater, { signal, compile: true });
  return { start, history, right: await countRight(net, testIter), W, b };
}

/** The same with layers, from the weights that the seed gives to the version by hand. */
async function withLayers(dataset: ImageDataset, { epochs, batchSize, lr, seed, signal }: Settings): Promise<Trained> {
  torch.manualSeed(seed);
  const W = torch.normal(0, 0.01, [784, 10]);
  const state = torch.getRngState();
  const net = new nn.Sequential(new nn.Flatten(), new nn.Linear(784, 10));
  net.loadStateDict({ "1.weight": W.t(), "1.bias": torch.zeros(10) });
  torch.setRngState(state);
  const [trainIter, testIter] = makeLoaders(dataset, batchSize);
  const loss = new nn.CrossEntropyLoss({ reduction: "none" });
  const updater = new torch.optim.SGD(net.parameters(), { lr });
  const start = meanLoss(net, testIter, loss);
  const history = await trainCh3(net, trainIter, testIter, loss, epochs, updater, { signal });
  return { start, history, right: await countRight(net, testIter) };
}

/** `torchlet run softmax-regression` */
export const softmaxRegression = defineExperiment({
  id: "softmax-regression",
  section: "book.2",
  title: { en: "Softmax regression on Fashion-MNIST", zh: "Fashion-MNIST 上的 softmax 回归" },
  summary: {
    en: "a linear model with ten outputs made probabilities, from scratch and with layers; where softmax overflows",
    zh: "线性模型的十个输出化为概率，从零实现与用层实现；softmax 何时溢出",
  },
  explain: {
    shows: {
      en: "The linear classifier that the multilayer perceptron is measured against: 7,850 parameters, the book's cells line by line, and the numbers behind its exercises.",
      zh: "多层感知机的参照：线性分类器，7,850 个参数，逐行对应书中代码，并给出其练习的数值答案。",
    },
    lookFor: [
      {
        en: "The loss ends at 0.447 where the multilayer perceptron comes to 0.384: one hidden layer is worth that much.",
        zh: "损失最终约为 0.447，而多层感知机可达 0.384：这就是一个隐藏层的价值。",
      },
      {
        en: "The weights of each class, seen as a picture, are a blurred template of its garment.",
        zh: "把每一类的权重看作图片，就是该类服装的模糊模板。",
      },
    ],
  },
  covers: [],
  claims,
  corrections: ["P28"],
  quick: { epochs: 1, seeds: 1 },
  options: {
    ...trainingOptions,
    ...seedOptions,
  },
  async run({ report, signal, fashionMnist, check }, { seeds, ...options }) {
    const dataset = await fashionMnist();
    const isReal = dataset.name === "fashion-mnist";
    const settings = { ...options, signal };
    const bookish = isReal && options.batchSize === 256 && options.lr === 0.1;

    lookAtData(dataset, isReal, check);
    const trained = await trainSeeds({ report, signal, seeds, seed: options.seed }, (seed) =>
      fromScratch(dataset, { ...settings, seed }),
    );
    const [first] = trained;
    if (!signal.aborted) {
      const onLayers = { en: "with layers", zh: "用层实现" };
      const concise = await onDisplay(progressOnly(report, onLayers), () => withLayers(dataset, settings));
      const names = [...trained.map((_, i) => String(options.seed + i)), `${options.seed} (${localize(onLayers)})`];
      report.table(lastEpochs([...trained, concise], names));
      const { starts, firsts, losses, trainAccuracies, testAccuracies, medianRight, rightText } = summaryOf(trained);
      const all = (claim: keyof typeof claims, values: readonly number[], ok: (value: number) => boolean) =>
        check(claim, rangeText(values), values.every(ok));
      if (isReal) all("start", starts, (v) => within(v, Math.LN10, 0.1));
      if (bookish)
        all(
          "firstEpoch",
          firsts.map(({ trainLoss }) => trainLoss),
          (v) => within(v, 0.7866, 0.02),
        );
      if (bookish && options.epochs === 10) {
        all("loss", losses, (v) => within(v, 0.4475, 0.02));
        all("trainAccuracy", trainAccuracies, (v) => within(v, 0.8476, 0.008));
        all("testAccuracy", testAccuracies, (v) => v >= 0.79);
        check("predictions", rightText, medianRight === 6);
      }
      const difference = Math.abs(concise.history.at(-1)!.trainLoss - losses[0]!);
      check("concise", difference, difference < 1e-3);
      lookAtOutputs(dataset, first, report, check);
      stability(check);
      answers(check);
    }
    return {
      dataset: dataset.name,
      metrics: metricsOf(first),
      history: first.history.map((record) => ({ ...record })),
    };
  },
});

type Check = ExperimentContext<keyof typeof claims>["check"];

/** The book's 18 pictures, and its example of two samples. */
function lookAtData(dataset: ImageDataset, isReal: boolean, check: Check): void {
  const { train, test, height, width } = dataset;
  const [X, y] = [torch.tensor(train.images.subarray(0, 18 * height * width)), [...train.labels.subarray(0, 18)]];
  showImages(X.reshape(18, height, width), 2, 9, {
    titles: getFashionMnistLabels(y),
    id: "data",
    caption: localize({ en: "The first 18 training pictures.", zh: "前 18 张训练图片。" }),
  });
  if (isReal) {
    const measured = `${train.count}, ${test.count}; ${y.join(" ")}`;
    check("labels", measured, measured === claims.labels.expected);
  }
  const yHat = torch.tensor([
    [0.1, 0.3, 0.6],
    [0.3, 0.2, 0.5],
  ]);
  const labels = torch.tensor([0, 2]);
  const chosen = yHat.index([0, 1], labels).tolist() as number[];
  const losses = crossEntropy(yHat, labels).tolist() as number[];
  const share = accuracy(yHat, labels) / labels.numel();
  const text = (values: readonly number[], digits: number) => values.map((v) => v.toFixed(digits)).join(", ");
  const measured = `${text(chosen, 1)}; ${text(losses, 4)}; ${share}`;
  check("cells", measured, measured === claims.cells.expected);
}

/** Three kinds of output on the same pictures, and the weights as pictures. */
function lookAtOutputs(
  dataset: ImageDataset,
  { W, b }: { W: Tensor; b: Tensor },
  report: ExperimentContext["report"],
  check: Check,
): void {
  torch.noGrad(() => {
    const [, testIter] = makeLoaders(dataset, 1000);
    let [smallest, sums, different] = [1, 0, 0];
    const kinds = new Set<number>();
    for (const [X] of testIter) {
      const o = linreg(X!.reshape(-1, 784), W, b);
      const p = softmax(o);
      smallest = Math.min(smallest, p.min().item());
      sums = Math.max(sums, p.sum(1).sub(1).abs().max().item());
      different += p.argmax(1).ne(o.argmax(1)).sum().item();
      for (const kind of o.index(torch.slice(), 1).gt(0).to(torch.int32).tolist() as number[]) kinds.add(kind);
    }
    const hard = [...kinds].sort().join(" and ");
    check(
      "kinds",
      `${hard}; ${smallest.toExponential(1)}; ${sums.toExponential(1)}`,
      hard === "0 and 1" && smallest >= 0 && sums < 1e-6,
    );
    check("order", different, different === 0);
    for (const [X, y] of testIter) {
      const o = linreg(X!.narrow(0, 0, 6).reshape(-1, 784), W, b);
      const p = softmax(o);
      const names = getFashionMnistLabels(y!.narrow(0, 0, 6));
      const trouser = o.index(torch.slice(), 1).tolist() as number[];
      report.table({
        caption: { en: "Three kinds of answers to: is it a trouser?", zh: "对“是否为裤子”的三种回答" },
        columns: [
          { en: "picture", zh: "图片" },
          { en: "perceptron", zh: "感知机" },
          { en: "linear regression", zh: "线性回归" },
          { en: "softmax regression", zh: "softmax 回归" },
        ],
        rows: names.map((name, i) => [
          name,
          String(trouser[i]! > 0 ? 1 : 0),
          trouser[i]!.toFixed(2),
          p.index(i, 1).item().toFixed(4),
        ]),
      });
      break;
    }
    const pictures = W.detach().t().reshape(10, dataset.height, dataset.width);
    showImages(pictures, 2, 5, {
      titles: getFashionMnistLabels([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]),
      id: "weights",
      caption: localize({ en: "The weights of each class: a blurred template.", zh: "每一类的权重：一个模糊的模板。" }),
    });
  });
}

/** P28: where softmax and log written out fail. */
function stability(check: Check): void {
  const rows = torch
    .tensor([
      [100, 0],
      [-110, -111],
    ])
    .to(torch.float32);
  const nans = (p: Tensor) => p.isnan().any(1).sum().item();
  const losses = nn.functional.crossEntropy(rows, torch.tensor([1, 1]), { reduction: "none" }).tolist() as number[];
  const [byHand, byTorch] = [nans(softmax(rows)), nans(torch.softmax(rows, 1))];
  const ok = byHand === 2 && byTorch === 0 && losses[0] === 100 && within(losses[1]!, 1.3133, 1e-3);
  check("overflow", `${byHand}; ${byTorch}; ${losses.map((v) => v.toFixed(4)).join(", ")}`, ok);
  const of = (loss: (o: Tensor) => Tensor) => {
    const o = torch.tensor([[-60, 60]], { dtype: torch.float32, requiresGrad: true });
    const l = loss(o);
    l.sum().backward();
    return [l.item(), o.grad!.isnan().sum().item()];
  };
  const y = torch.tensor([0]);
  const naive = of((o) => crossEntropy(softmax(o), y));
  const stable = of((o) => nn.functional.crossEntropy(o, y, { reduction: "none" }));
  check(
    "logZero",
    `${naive.join(", ")} NaN; ${stable.join(", ")} NaN`,
    naive[0] === Infinity && naive[1] === 2 && stable[0] === 120 && stable[1] === 0,
  );
}

/** The exercises. */
function answers(check: Check): void {
  const { gradient, hessian } = exercises.derivativeErrors(5);
  check("derivatives", Math.max(gradient, hessian), Math.max(gradient, hessian) < 1e-12);
  const { smallestGap, ownGap } = exercises.entropies(100, 6);
  check("entropy", `${smallestGap.toPrecision(3)}; ${ownGap.toExponential(0)}`, smallestGap > 0 && ownGap < 1e-12);
  const lambdas = [1, 2, 10, 100];
  const gaps = exercises.realSoftMaxGaps(1, 1.2, lambdas);
  const falling = gaps.every((gap, i) => gap > 0 && gap <= Math.LN2 / lambdas[i]! && (i === 0 || gap < gaps[i - 1]!));
  check("realSoftMax", gaps.map((gap) => gap.toPrecision(3)).join(", "), falling);
  const temperatures = Array.from({ length: 41 }, (_, i) => 10 ** (i / 10 - 2));
  const spread = exercises.temperatureEntropies([0, 1, 2, 3], temperatures);
  plot(temperatures, spread, "temperature", "entropy of softmax(o / T)", {
    xscale: "log",
    id: "temperature",
    figsize: [5, 2.5],
    legend: ["o = (0, 1, 2, 3)"],
  });
  const rising = spread.every((h, i) => i === 0 || h >= spread[i - 1]!);
  check(
    "temperature",
    `${spread[0]!.toFixed(4)} to ${spread.at(-1)!.toFixed(4)}`,
    rising && spread[0]! < 0.01 && within(spread.at(-1)!, Math.log(4), 0.01),
  );
  const limits = (["float16", "float32", "float64"] as const).map(exercises.largestExponent);
  check(
    "exponents",
    limits.map((v) => v.toFixed(2)).join(", "),
    [11.09, 88.72, 709.78].every((v, i) => within(limits[i]!, v, 0.01)),
  );
  const { mostLikely, leastCost } = exercises.decisionCosts(10_000, 20);
  check("costs", `${leastCost.toFixed(3)} < ${mostLikely.toFixed(3)}`, leastCost < mostLikely / 2);
}
