// A seed gives the curve of the book's Python: weights, batches and numbers as in PyTorch 2.13.
import * as torch from "torchlet";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadFashionMnist } from "../../src/datasets/fashion-mnist-node.js";
import type { ImageDataset } from "../../src/datasets/image-dataset.js";
import { setDisplay } from "../../src/toolkit/display.js";
import { makeLoaders } from "../../src/toolkit/fashion-mnist.js";
import { accuracy, trainCh3 } from "../../src/toolkit/training.js";
import { realData, WITHOUT_DATA } from "./real-data.js";

const { nn } = torch;
const folder = realData();

/** Recorded from PyTorch 2.13 with the book's code: manual_seed(0), loaders, Sequential, normal_ weights, evaluation after each epoch. */
const BOOK = {
  trainLoss: [1.04899, 0.59904, 0.51888],
  trainAccuracy: [0.63845, 0.78943, 0.8183],
  testAccuracy: [0.6854, 0.7506, 0.8102],
};

/** The same for a loop in memory: manual_seed(0), default weights, a randperm an epoch, no loaders. */
const IN_MEMORY = { trainLoss: [0.86066, 0.55493], testAccuracy: [0.7593, 0.8099] };

describe.skipIf(folder === null)(`the same curve as PyTorch (${folder === null ? WITHOUT_DATA : "real data"})`, () => {
  let dataset: ImageDataset;

  beforeAll(async () => {
    dataset = await loadFashionMnist({ data: folder! });
    setDisplay({ figure() {}, metrics() {}, progress() {}, warn() {} });
  });
  afterAll(() => setDisplay(null));

  it("trains the book's MLP with loaders", async () => {
    torch.manualSeed(0);
    const [trainIter, testIter] = makeLoaders(dataset, 256);
    const net = new nn.Sequential(new nn.Flatten(), new nn.Linear(784, 256), new nn.ReLU(), new nn.Linear(256, 10));
    net.apply((m) => {
      if (m instanceof nn.Linear) nn.init.normal_(m.weight, { std: 0.01 });
    });
    const loss = new nn.CrossEntropyLoss({ reduction: "none" });
    const updater = new torch.optim.SGD(net.parameters(), { lr: 0.1 });
    const history = await trainCh3(net, trainIter, testIter, loss, 3, updater);
    expect(history).toHaveLength(3);
    history.forEach((record, i) => {
      expect(Math.abs(record.trainLoss - BOOK.trainLoss[i]!)).toBeLessThan(0.0005);
      expect(Math.abs(record.trainAccuracy - BOOK.trainAccuracy[i]!)).toBeLessThan(0.002);
      expect(Math.abs(record.testAccuracy - BOOK.testAccuracy[i]!)).toBeLessThan(0.002);
    });
  });

  it("trains the default initialization with permuted batches", () => {
    torch.manualSeed(0);
    const images = (bytes: Uint8Array) => torch.tensor(bytes).reshape(-1, 784).to(torch.float32).div(255);
    const X = images(dataset.train.images);
    const y = torch.tensor(dataset.train.labels).to(torch.int32);
    const Xt = images(dataset.test.images);
    const yt = torch.tensor(dataset.test.labels).to(torch.int32);
    const net = new nn.Sequential(new nn.Linear(784, 256), new nn.ReLU(), new nn.Linear(256, 10));
    const loss = new nn.CrossEntropyLoss({ reduction: "none" });
    const updater = new torch.optim.SGD(net.parameters(), { lr: 0.1 });
    for (let epoch = 0; epoch < IN_MEMORY.trainLoss.length; epoch++) {
      const order = torch.randperm(60_000);
      let total = 0;
      for (let i = 0; i < 60_000; i += 256) {
        const at = order.narrow(0, i, Math.min(256, 60_000 - i));
        const l = loss(net(X.indexSelect(0, at)), y.indexSelect(0, at));
        updater.zeroGrad();
        l.mean().backward();
        updater.step();
        total += l.sum().item();
      }
      let right = 0;
      torch.noGrad(() => {
        for (let i = 0; i < 10_000; i += 256) {
          const n = Math.min(256, 10_000 - i);
          right += accuracy(net(Xt.narrow(0, i, n)), yt.narrow(0, i, n));
        }
      });
      expect(Math.abs(total / 60_000 - IN_MEMORY.trainLoss[epoch]!)).toBeLessThan(0.0005);
      expect(Math.abs(right / 10_000 - IN_MEMORY.testAccuracy[epoch]!)).toBeLessThan(0.002);
    }
  });
});
