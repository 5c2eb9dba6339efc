// Softmax regression on Fashion-MNIST, from scratch and with layers; F3 and F30 of the notes.
import * as torch from "torchlet";
import { localize, nn, type Tensor } from "torchlet";
import type { ImageDataset } from "../datasets/image-dataset.js";
import { makeLoaders } from "../toolkit/fashion-mnist.js";
import { getFashionMnistLabels, showImages } from "../toolkit/images.js";
import { sgd } from "../toolkit/linear-regression.js";
import { accuracy, trainCh3 } from "../toolkit/training.js";
import type { Bound } from "./bounds.js";
import { defineExperiment, type ExperimentContext } from "./experiment.js";
import { meanLoss, median, rangeText } from "./measured.js";
import { onDisplay, progressOnly } from "./on-display.js";
import { countRight, lastEpochs, metricsOf, summaryOf, type Trained, trainSeeds } from "./repeated.js";
import { answers } from "./softmax-regression/answers.js";
import { bounds, claims } from "./softmax-regression/claims.js";
import { lookAtOutputs } from "./softmax-regression/outputs.js";
import { seedOptions, trainingOptions } from "./training-options.js";

interface Settings {
  readonly epochs: number;
  readonly batchSize: number;
  readonly lr: number;
  readonly seed: number;
  readonly signal: AbortSignal;
}

/** The book's softmax: right in theory, and overflowing. */
export function softmax(X: Tensor): Tensor {
  const XExp = torch.exp(X);
  const partition = XExp.sum(1, { keepdim: true });
  return XExp.div(partition);
}

/** The book's cross entropy of probabilities: one value a sample. */
export function crossEntropy(yHat: Tensor, y: Tensor): Tensor {
  return torch.log(yHat.index(torch.arange(yHat.shape[0]!), y)).neg();
}

/** What a training by hand leaves beside its curves: the weights, and how many pictures were right by chance before it. */
interface ByHand extends Trained {
  readonly W: Tensor;
  readonly b: Tensor;
  readonly untrained: number;
}

/** The book's cells. */
async function fromScratch(dataset: ImageDataset, { epochs, batchSize, lr, seed, signal }: Settings): Promise<ByHand> {
  torch.manualSeed(seed);
  const [trainIter, testIter] = makeLoaders(dataset, batchSize);
  const numInputs = 784;
  const numOutputs = 10;
  const W = torch.normal(0, 0.01, [numInputs, numOutputs], { requiresGrad: true });
  const b = torch.zeros(numOutputs, { requiresGrad: true });
  const net = (X: Tensor) => softmax(torch.matmul(X.reshape(-1, W.shape[0]!), W).add(b));
  const updater = (batchSize: number) => sgd([W, b], lr, batchSize);
  const start = meanLoss(net, testIter, crossEntropy);
  const untrained = meanLoss(net, testIter, (yHat, y) => yHat.argmax(1).eq(y).to(torch.float32));
  const history = await trainCh3(net, trainIter, testIter, crossEntropy, epochs, updater, { signal, compile: true });
  return { start, untrained, history, right: await countRight(net, testIter), W, b };
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

    lookAtData(dataset, isReal, check);
    const trained = await trainSeeds({ report, signal, seeds, seed: options.seed }, (seed) =>
      fromScratch(dataset, { ...settings, seed }),
    );
    const [first] = trained;
    const onLayers = { en: "with layers", zh: "用层实现" };
    const concise = await onDisplay(progressOnly(report, onLayers), () => withLayers(dataset, settings));
    if (!signal.aborted) {
      const names = [...trained.map((_, i) => String(options.seed + i)), `${options.seed} (${localize(onLayers)})`];
      report.table(lastEpochs([...trained, concise], names));
      const { starts, firsts, losses, trainAccuracies, testAccuracies, medianRight, rightText } = summaryOf(trained);
      const all = (claim: keyof typeof claims, values: readonly number[], { holds }: Bound) =>
        check(claim, rangeText(values), values.every(holds));
      if (isReal && seeds >= 5) {
        const untrained = trained.map((one) => one.untrained);
        check(
          "untrained",
          `${median(untrained).toFixed(4)} (${rangeText(untrained)})`,
          bounds.untrained.holds(median(untrained)),
        );
      }
      if (isReal) all("start", starts, bounds.start);
      // The book's numbers hold for the book's settings on the real data; other runs have nothing to be held against.
      if (isReal && options.batchSize === 256 && options.lr === 0.1) {
        const firstLosses = firsts.map(({ trainLoss }) => trainLoss);
        all("firstEpoch", firstLosses, bounds.firstEpoch);
        if (options.epochs === 10) {
          all("loss", losses, bounds.loss);
          all("trainAccuracy", trainAccuracies, bounds.trainAccuracy);
          all("testAccuracy", testAccuracies, bounds.testAccuracy);
          check("predictions", rightText, medianRight === 6);
        }
      }
      // Larger steps lead to outputs that overflow by hand.
      if (options.lr <= 0.5) {
        const difference = Math.abs(concise.history.at(-1)!.trainLoss - losses[0]!);
        check("concise", difference, bounds.concise.holds(difference));
        lookAtOutputs(dataset, { ...first, softmax }, { report, check });
      }
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

/** The book's 18 pictures, its batch of 32 resized ones, and its small examples. */
function lookAtData(dataset: ImageDataset, isReal: boolean, check: Check): void {
  const { train, test, height, width } = dataset;
  const [X, y] = [torch.tensor(train.images.subarray(0, 18 * height * width)), [...train.labels.subarray(0, 18)]];
  showImages(X.reshape(18, height, width), 2, 9, {
    titles: getFashionMnistLabels(y),
    id: "data",
    caption: localize({ en: "The first 18 training pictures", zh: "前 18 张训练图片" }),
  });
  if (isReal) {
    const measured = `${train.count}, ${test.count}; ${y.join(" ")}`;
    check("labels", measured, measured === claims.labels.expected);
  }
  for (const [X, y] of makeLoaders(dataset, 32, 64)[0]) {
    const measured = [X!, y!].map(({ shape, dtype }) => `${shape.join(" x ")} ${dtype}`).join("; ");
    check("resized", measured, measured === bounds.resized);
    break;
  }
  const matrix = torch.tensor([
    [1, 2, 3],
    [4, 5, 6],
  ]);
  const sums = [0, 1].map((dim) => JSON.stringify(matrix.sum(dim, { keepdim: true }).tolist())).join("; ");
  check("sums", sums, sums === claims.sums.expected);

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

/** P28: where softmax and log written out fail. */
function stability(check: Check): void {
  const rows = torch
    .tensor([
      [100, 0],
      [-110, -111],
    ])
    .to(torch.float32);
  const nans = (p: Tensor) => p.isnan().any(1).sum().item();
  const [byHand, byTorch] = [nans(softmax(rows)), nans(torch.softmax(rows, 1))];
  const second = torch.tensor([1, 1]);
  const losses = nn.functional.crossEntropy(rows, second, { reduction: "none" }).tolist() as number[];
  const text = losses.map((loss) => loss.toFixed(4)).join(", ");
  check("overflow", `${byHand}; ${byTorch}; ${text}`, byHand === 2 && byTorch === 0 && text === "100.0000, 1.3133");

  // Logits (-60, 60) whose first class is true: the loss, and how many elements of its gradient are NaN.
  const y = torch.tensor([0]);
  const lossAndNans = (loss: (o: Tensor) => Tensor) => {
    const o = torch.tensor([[-60, 60]], { dtype: torch.float32, requiresGrad: true });
    const l = loss(o);
    l.sum().backward();
    return `${l.item()}, ${o.grad!.isnan().sum().item()}`;
  };
  const written = lossAndNans((o) => crossEntropy(softmax(o), y));
  const onLogits = lossAndNans((o) => nn.functional.crossEntropy(o, y, { reduction: "none" }));
  check("logZero", `${written}; ${onLogits}`, written === "Infinity, 2" && onLogits === "120, 0");
}
