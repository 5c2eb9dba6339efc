// Linear regression from scratch and with layers: the book's cells. What is drawn, and the exercises, are in linear-regression/.
import * as torch from "torchlet";
import { nn, type Tensor } from "torchlet";
import { formatNumber } from "../report/text/numbers.js";
import { linreg, loadArray, sgd, squaredLoss, syntheticData } from "../toolkit/linear-regression.js";
import { defineExperiment } from "./experiment.js";
import { conciseExercises, scratchExercises, theory } from "./linear-regression/answers.js";
import { claims, limits } from "./linear-regression/claims.js";
import { closedForm, fit } from "./linear-regression/exercises.js";
import { draw, tabulate } from "./linear-regression/figures.js";
import { numbersOf, type Settings, type Trained } from "./linear-regression/trained.js";
import { mean, rangeText, within } from "./measured.js";

/** The book's generator of minibatches: shuffled indices, the last batch as it comes. */
function* dataIter(batchSize: number, features: Tensor, labels: Tensor): Generator<[Tensor, Tensor]> {
  const numExamples = features.shape[0]!;
  // The examples are read at random, in no particular order.
  const indices = torch.randperm(numExamples);
  for (let i = 0; i < numExamples; i += batchSize) {
    const batchIndices = indices.narrow(0, i, Math.min(batchSize, numExamples - i));
    yield [features.indexSelect(0, batchIndices), labels.indexSelect(0, batchIndices)];
  }
}

/** The book's cells; `std` is that of the initial weights. */
function fromScratch(features: Tensor, labels: Tensor, { epochs, batchSize, lr }: Settings, std = 0.01): Trained {
  const w = torch.normal(0, std, [2, 1], { requiresGrad: true });
  const b = torch.zeros(1, { requiresGrad: true });
  const net = linreg;
  const loss = squaredLoss;
  const losses: number[] = [];
  const path = [numbersOf(w) as [number, number]];
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (const [X, y] of dataIter(batchSize, features, labels)) {
      const l = loss(net(X, w, b), y); // minibatch loss of X and y
      l.sum().backward();
      sgd([w, b], lr, X.shape[0]!); // a short last batch tells its own size
      path.push(numbersOf(w) as [number, number]);
    }
    const trainL = torch.noGrad(() => loss(net(features, w, b), labels));
    losses.push(trainL.mean().item());
  }
  return { losses, w: numbersOf(w), b: b.item(), path };
}

/** The same with layers; with the sum of squares the rate is that of a sample. */
function withLayers(
  features: Tensor,
  labels: Tensor,
  { epochs, batchSize, lr }: Settings,
  reduction: "mean" | "sum" = "mean",
): Trained {
  const dataIter = loadArray([features, labels], batchSize);
  const net = new nn.Sequential(new nn.Linear(2, 1));
  net[0].weight.data.normal_(0, 0.01);
  net[0].bias!.data.fill_(0);
  const loss = new nn.MSELoss({ reduction });
  const trainer = new torch.optim.SGD(net.parameters(), { lr: reduction === "mean" ? lr : lr / batchSize });
  const losses: number[] = [];
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (const [X, y] of dataIter) {
      const l = loss(net(X!), y!);
      trainer.zeroGrad();
      l.backward();
      trainer.step();
    }
    const l = torch.noGrad(() => loss(net(features), labels));
    losses.push(reduction === "mean" ? l.item() : l.item() / labels.numel());
  }
  return { losses, w: numbersOf(net[0].weight), b: net[0].bias!.item(), path: [] };
}

/** `torchlet run linear-regression` */
export const linearRegression = defineExperiment({
  id: "linear-regression",
  section: "book.2",
  title: { en: "Linear regression", zh: "线性回归" },
  summary: {
    en: "a line through noisy points by minibatch SGD, from scratch, with layers, and in closed form",
    zh: "用小批量 SGD 拟合带噪声的直线：从零实现、用层实现以及解析解",
  },
  explain: {
    shows: {
      en: "The smallest whole training: data, model, loss, update, loop. The truth is known (w = 2 and -3.4, b = 4.2), so each number can be held against it.",
      zh: "最小的完整训练流程：数据、模型、损失、更新、循环。真实参数已知（w = 2 与 -3.4，b = 4.2），因此每个数值都可检验。",
    },
    lookFor: [
      {
        en: "The loss falls to half the variance of the noise, 5e-5, and no further.",
        zh: "损失降到噪声方差的一半 5e-5 后不再下降。",
      },
      {
        en: "On the contours SGD runs to the minimum, each step from ten samples; a thousand times larger one sees it tremble there.",
        zh: "等高线图上，SGD 走向最小点，每步只看十个样本；放大一千倍，可见它在那里抖动。",
      },
    ],
  },
  covers: [],
  claims,
  corrections: ["P16", "P25"],
  quick: {},
  options: {
    epochs: {
      type: "integer",
      default: 3,
      min: 1,
      max: 1000,
      help: { en: "passes over the data", zh: "遍历数据的轮数" },
    },
    batchSize: { type: "integer", default: 10, min: 1, max: 1000, help: { en: "samples a step", zh: "每步的样本数" } },
    lr: { type: "number", default: 0.03, min: 0, help: { en: "learning rate", zh: "学习率" } },
    seeds: {
      type: "integer",
      default: 5,
      min: 1,
      max: 100,
      help: { en: "trainings of each form", zh: "每种形式的训练次数" },
    },
    seed: { type: "integer", default: 0, help: { en: "the first seed", zh: "第一个种子" } },
  },
  async run(context, { seeds, seed, ...settings }) {
    const { report, signal, check } = context;
    const trueW = torch.tensor([2, -3.4]);
    const trueB = 4.2;
    const truth = [2, -3.4, trueB];
    const runs: {
      scratch: Trained;
      concise: Trained;
      zero: Trained;
      noise: number;
      exact: number[];
      descent: number[];
    }[] = [];
    for (let i = 0; i < seeds; i++) {
      report.progress({ label: { en: `seed ${seed + i}`, zh: `种子 ${seed + i}` }, done: i, total: seeds });
      torch.manualSeed(seed + i);
      const [features, labels] = syntheticData(trueW, trueB, 1000);
      const scratch = fromScratch(features, labels, settings);
      const concise = withLayers(features, labels, settings);
      const zero = fromScratch(features, labels, settings, 0);
      const noise = squaredLoss(linreg(features, trueW.reshape(2, 1), trueB), labels)
        .mean()
        .item();
      const exact = closedForm(features, labels);
      const descent = fit(features, labels, (yHat, y) => squaredLoss(yHat, y).mean(), 0.5, 100);
      runs.push({ scratch, concise, zero, noise, exact, descent });
      if (i === 0) draw(report, features, labels, scratch, concise);
      await torch.utils.data.breathe();
      if (signal.aborted) return {};
    }
    tabulate(
      report,
      runs.map(({ scratch }, i) => ({ name: String(seed + i), ...scratch })),
    );

    const gaps = (a: readonly number[], b: readonly number[]) => a.map((value, i) => Math.abs(value - b[i]!));
    const found = ({ w, b }: Trained) => [...w, b];
    const last = ({ losses }: Trained) => losses.at(-1)!;
    if (settings.epochs === 3 && settings.batchSize === 10 && settings.lr === 0.03) {
      const [scratch, concise] = [runs.map((run) => last(run.scratch)), runs.map((run) => last(run.concise))];
      // With 1000 samples the variance of the noise itself is only known to 4.5 %: the mean of five is closer.
      if (seeds >= 5) {
        const text = (losses: readonly number[]) =>
          [mean(losses), Math.min(...losses), Math.max(...losses)].map((l) => l.toExponential(2)).join(", ");
        check("lossScratch", text(scratch), within(mean(scratch), 5e-5, 5e-5 * limits.loss));
        check("lossConcise", text(concise), within(mean(concise), 1e-4, 1e-4 * limits.loss));
      }
      const nearNoise = (id: "noiseFloor" | "zeroInit", ratios: readonly number[]) =>
        check(
          id,
          rangeText(ratios),
          ratios.every((ratio) => within(ratio, 1, limits.noiseFloor)),
        );
      nearNoise(
        "noiseFloor",
        runs.flatMap(({ noise }, i) => [scratch[i]! / noise, concise[i]! / (2 * noise)]),
      );
      nearNoise(
        "zeroInit",
        runs.map(({ zero, noise }) => last(zero) / noise),
      );
      const errors = runs.flatMap((run) => [run.scratch, run.concise].flatMap((one) => gaps(found(one), truth)));
      check("weights", Math.max(...errors), Math.max(...errors) < limits.weights);
    }
    const fromExact = runs.map(({ descent, exact }) => Math.max(...gaps(descent, exact)));
    const fromTruth = runs.map(({ descent }) => Math.max(...gaps(descent, truth)));
    check(
      "closedForm",
      {
        en: `${formatNumber(Math.max(...fromExact))}; from the truth ${formatNumber(Math.min(...fromTruth))} and more`,
        zh: `${formatNumber(Math.max(...fromExact))}；与真实值相差至少 ${formatNumber(Math.min(...fromTruth))}`,
      },
      fromExact.every((gap, i) => gap < limits.closedForm && gap < fromTruth[i]!),
    );

    await theory(context, seeds, seed);
    if (signal.aborted) return {};
    await scratchExercises(context, seeds, seed, fromScratch);
    if (signal.aborted) return {};
    conciseExercises(context, seed, withLayers);
    const first = runs[0]!.scratch;
    return { metrics: { loss: last(first), w1: first.w[0]!, w2: first.w[1]!, b: first.b } };
  },
});
