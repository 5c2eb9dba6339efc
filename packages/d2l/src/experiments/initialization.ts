// F34, F113, F119, F120: where training begins. Zeros, constants, random numbers, Xavier, He, and a layer learned before.

import * as torch from "torchlet";
import { nn, type Tensor } from "torchlet";
import { defineExperiment } from "./experiment.js";
import { showBeginnings } from "./initialization/beginnings.js";
import { claims, labels } from "./initialization/claims.js";
import { showDepths } from "./initialization/depths.js";
import { firstImages } from "./initialization/images.js";
import { showSurfaces } from "./initialization/surfaces.js";
import { showSymmetry } from "./initialization/symmetry.js";
import { seedsFrom } from "./seeds.js";

/** The book's cells with zeros in place of random numbers: the largest gradient of each parameter. */
function gradientsFromZeros(X: Tensor, y: Tensor): Record<"W1" | "b1" | "W2" | "b2", number> {
  const [numInputs, numOutputs, numHiddens] = [X.shape[1]!, 10, 256];
  const W1 = new nn.Parameter(torch.zeros(numInputs, numHiddens));
  const b1 = new nn.Parameter(torch.zeros(numHiddens));
  const W2 = new nn.Parameter(torch.zeros(numHiddens, numOutputs));
  const b2 = new nn.Parameter(torch.zeros(numOutputs));
  const H = torch.relu(X.matmul(W1).add(b1));
  const loss = new nn.CrossEntropyLoss();
  loss(H.matmul(W2).add(b2), y).backward();
  const largest = (param: Tensor) => param.grad!.abs().max().item();
  return { W1: largest(W1), b1: largest(b1), W2: largest(W2), b2: largest(b2) };
}

/** `torchlet run initialization` */
export const initialization = defineExperiment({
  id: "initialization",
  section: "3.6.2.3",
  title: { en: "Where training begins", zh: "训练从何处开始" },
  summary: {
    en: "zeros, constants, random, Xavier, He, pre-training; symmetry and what breaks it",
    zh: "零、常数、随机、Xavier、He、预训练；对称性及其打破",
  },
  explain: {
    shows: {
      en: "The same network learns from six beginnings. From zeros nothing moves; from equal weights all hidden units stay the same one; random weights of the right size learn at once, of the wrong size late or, in deep networks, never.",
      zh: "同一网络从六种起点开始学习。从零开始什么也不动；从相同的权重开始，所有隐藏单元始终相同；大小合适的随机权重立刻开始学习，大小不合适则很晚，在深层网络中甚至永远学不会。",
    },
    lookFor: [
      {
        en: "The lines of zeros and of the constant lie flat; Xavier and He lie on each other, and 0.01 follows epochs later. The pre-trained layer is in between.",
        zh: "零与常数的曲线几乎是平的；Xavier 与 He 重合，而 0.01 迟了几轮，预训练的层介于其间。",
      },
      {
        en: "The pictures of W1: rows of the constant network are all one colour until dropout comes in.",
        zh: "W1 的图：常数初始化的网络每行只有一种颜色，直到引入丢弃法。",
      },
      {
        en: "The gradient grows with the distance from the optimum.",
        zh: "离最优解越远，梯度越大。",
      },
    ],
  },
  covers: ["F34", "F113"],
  claims,
  labels,
  options: {
    samples: {
      type: "integer",
      default: 2000,
      min: 100,
      max: 60_000,
      help: { en: "training images", zh: "训练图像数" },
    },
    epochs: { type: "integer", default: 10, min: 1, max: 1000, help: { en: "passes over them", zh: "遍历轮数" } },
    hidden: { type: "integer", default: 256, min: 1, max: 4096, help: { en: "hidden units", zh: "隐藏单元数" } },
    deep: {
      type: "integer",
      default: 4,
      min: 2,
      max: 20,
      help: { en: "hidden layers of the deep network", zh: "深层网络的隐藏层数" },
    },
    seeds: { type: "integer", default: 5, min: 1, max: 100, help: { en: "repetitions", zh: "重复次数" } },
    seed: { type: "integer", default: 0, help: { en: "first seed", zh: "第一个随机数种子" } },
  },
  quick: { seeds: 1, samples: 1000 },
  async run(context, { samples, epochs, hidden, deep, seeds, seed }) {
    const { signal, check } = context;
    const seedsOf = seedsFrom(seed, seeds);
    showSymmetry(context, seedsOf);
    await torch.utils.data.breathe();
    if (signal.aborted) return {};
    showSurfaces(context, seedsOf);
    await torch.utils.data.breathe();
    if (signal.aborted) return {};

    const dataset = await context.fashionMnist();
    const labelled = firstImages(dataset, dataset.train, samples);
    const test = firstImages(dataset, dataset.test, 2000);
    const largest = gradientsFromZeros(labelled.X.narrow(0, 0, 100), labelled.y.narrow(0, 0, 100));
    check(
      "zeros",
      `W1: ${largest.W1}, b1: ${largest.b1}, W2: ${largest.W2}, b2: ${largest.b2.toPrecision(2)}`,
      largest.W1 === 0 && largest.b1 === 0 && largest.W2 === 0 && largest.b2 > 0,
    );
    const isLong = epochs >= 5 && samples >= 1000 && hidden >= 64;
    const training = { dataset, labelled, test, epochs, seeds: seedsOf, isLong };
    const metrics = await showBeginnings(context, training, hidden);
    if (metrics === null) return { dataset: dataset.name };
    await showDepths(context, training, deep);
    return { dataset: dataset.name, metrics };
  },
});
