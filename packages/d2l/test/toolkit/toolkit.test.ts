// The toolkit's functions, as the book's cells have them.
import * as torch from "torchlet";
import { afterEach, describe, expect, it } from "vitest";
import type { Figure } from "../../src/report/figure.js";
import * as d2l from "../../src/toolkit/index.js";

const { nn } = torch;

function capture(): { figures: Figure[]; warnings: string[]; metrics: Record<string, number>[] } {
  const seen = { figures: [] as Figure[], warnings: [] as string[], metrics: [] as Record<string, number>[] };
  d2l.setDisplay({
    figure: (f) => void seen.figures.push(f),
    warn: (t) => void seen.warnings.push(t.en),
    metrics: (m) => void seen.metrics.push({ ...m }),
    progress() {},
  });
  return seen;
}
afterEach(() => d2l.setDisplay(null));

describe("Accumulator", () => {
  it("adds, resets and stops at the shorter list", () => {
    const metric = new d2l.Accumulator(3);
    metric.add(1, 2);
    metric.add(10, 20, 30, 40);
    expect(metric.data).toEqual([11, 22, 30]);
    expect(metric[1]).toBe(22);
    metric.reset();
    expect([metric[0], metric.get(2)]).toEqual([0, 0]);
  });
});

describe("Timer", () => {
  it("keeps its stretches", () => {
    const timer = new d2l.Timer();
    const first = timer.stop();
    timer.start();
    const second = timer.stop();
    expect(timer.times).toEqual([first, second]);
    expect(timer.sum()).toBe(first + second);
    expect(timer.avg()).toBe((first + second) / 2);
    expect(timer.cumsum()).toEqual([first, first + second]);
  });
});

describe("accuracy", () => {
  it("counts right predictions of scores", () => {
    const yHat = torch.tensor([
      [0.1, 0.3, 0.6],
      [0.3, 0.2, 0.5],
    ]);
    expect(d2l.accuracy(yHat, torch.tensor([0, 2]))).toBe(1);
  });

  it("casts single columns to the labels' type instead of taking their largest", () => {
    expect(d2l.accuracy(torch.tensor([[1.9], [0.2]]), torch.tensor([[1], [0]]))).toBe(2);
    expect(d2l.accuracy(torch.tensor([2, 1]), torch.tensor([2, 0]))).toBe(1);
  });
});

describe("linear regression", () => {
  it("makes data of the stated model", () => {
    torch.manualSeed(0);
    const w = torch.tensor([2, -3.4]);
    const [X, y] = d2l.syntheticData(w, 4.2, 1000);
    expect([X.shape, y.shape]).toEqual([
      [1000, 2],
      [1000, 1],
    ]);
    const noise = y.reshape(-1).sub(d2l.linreg(X, w, 4.2));
    expect(Math.abs(noise.mean().item())).toBeLessThan(0.002);
    expect(noise.std().item()).toBeCloseTo(0.01, 2);
  });

  it("learns from scratch as the book prints it (F-list, 5.4)", () => {
    torch.manualSeed(1);
    const trueW = torch.tensor([2, -3.4]);
    const [features, labels] = d2l.syntheticData(trueW, 4.2, 1000);
    const w = torch.normal(0, 0.01, [2, 1], { requiresGrad: true });
    const b = torch.zeros(1, { requiresGrad: true });
    let last = Number.NaN;
    for (let epoch = 0; epoch < 3; epoch++) {
      for (const [X, y] of d2l.loadArray([features, labels], 10)) {
        d2l
          .squaredLoss(d2l.linreg(X!, w, b), y!)
          .sum()
          .backward();
        d2l.sgd([w, b], 0.03, 10);
      }
      last = torch.noGrad(() =>
        d2l
          .squaredLoss(d2l.linreg(features, w, b), labels)
          .mean()
          .item(),
      );
    }
    expect(last).toBeGreaterThan(4e-5);
    expect(last).toBeLessThan(6e-5);
    expect(w.reshape(-1).sub(trueW).abs().max().item()).toBeLessThan(0.01);
    expect(Math.abs(b.item() - 4.2)).toBeLessThan(0.01);
  });

  it("keeps the gradient's tensor when sgd sets it to zero", () => {
    const w = torch.ones(2, { requiresGrad: true });
    w.sum().backward();
    const grad = w.grad;
    d2l.sgd([w], 0.5, 2);
    expect(w.tolist()).toEqual([0.75, 0.75]);
    expect(w.grad).toBe(grad);
    expect(grad!.tolist()).toEqual([0, 0]);
  });

  it("reshapes labels instead of broadcasting them (P25)", () => {
    expect(d2l.squaredLoss(torch.ones(4, 1), torch.zeros(4)).shape).toEqual([4, 1]);
  });
});

describe("dropoutLayer", () => {
  const X = torch.arange(16, { dtype: torch.float32 }).reshape(2, 8);

  it("returns its input for 0, zeros for 1, and zero or twice the input for 1/2", () => {
    expect(d2l.dropoutLayer(X, 0)).toBe(X);
    expect(d2l.dropoutLayer(X, 1).tolist()).toEqual(torch.zeros(2, 8).tolist());
    torch.manualSeed(1);
    const kept = (d2l.dropoutLayer(X, 0.5).tolist() as number[][]).flat();
    for (const [i, value] of kept.entries()) expect([0, 2 * i]).toContain(value);
    expect(kept.filter((value) => value !== 0).length).toBeGreaterThan(0);
  });

  it("keeps the mean, and has the variance p / (1 - p) on ones", () => {
    torch.manualSeed(0);
    const y = d2l.dropoutLayer(torch.ones(1_000_000), 0.1);
    expect(Math.abs(y.mean().item() - 1)).toBeLessThan(0.003);
    expect(Math.abs(torch.var(y).item() - 1 / 9)).toBeLessThan(0.003);
  });

  it("passes gradients to what it keeps only", () => {
    torch.manualSeed(2);
    const x = torch.ones(100, { requiresGrad: true });
    const y = d2l.dropoutLayer(x, 0.5);
    y.sum().backward();
    expect(x.grad!.tolist()).toEqual(y.tolist());
  });

  it("refuses what is no probability", () => {
    expect(() => d2l.dropoutLayer(X, 1.5)).toThrow(/from 0 to 1, got 1.5/);
    expect(() => d2l.dropoutLayer(X, Number.NaN)).toThrow(torch.ValueError);
  });
});

describe("loadArray", () => {
  it("shuffles for training only", () => {
    const x = torch.arange(10);
    const inOrder = [...d2l.loadArray([x], 4, false)].map(([b]) => b!.tolist());
    expect(inOrder).toEqual([
      [0, 1, 2, 3],
      [4, 5, 6, 7],
      [8, 9],
    ]);
    torch.manualSeed(0);
    const shuffled = [...d2l.loadArray([x], 4)].flatMap(([b]) => b!.tolist() as number[]);
    expect(shuffled).not.toEqual([...shuffled].sort((a, b) => a - b));
    expect([...shuffled].sort((a, b) => a - b)).toEqual(x.tolist());
  });
});

describe("evaluateLoss and evaluateAccuracy", () => {
  it("are means over all elements, whatever the batches", () => {
    const X = torch.tensor([[1], [2], [3]], { dtype: torch.float32 });
    const y = torch.tensor([1, 2, 5], { dtype: torch.float32 });
    const loss = new nn.MSELoss({ reduction: "none" });
    expect(d2l.evaluateLoss((x) => x, d2l.loadArray([X, y], 2, false), loss)).toBeCloseTo(4 / 3, 6);
  });

  it("leave a module in evaluation mode and record nothing", () => {
    const net = new nn.Sequential(new nn.Linear(2, 3));
    const iter = d2l.loadArray([torch.rand(5, 2), torch.zeros(5, { dtype: torch.int32 })], 2, false);
    const share = d2l.evaluateAccuracy(net, iter);
    expect(net.training).toBe(false);
    expect(share).toBeGreaterThanOrEqual(0);
    expect(net[0].weight.grad).toBeNull();
  });
});

/** Three blobs that a small net separates. */
function blobs(n: number): [torch.Tensor, torch.Tensor] {
  const y = torch.randint(3, [n]);
  const centres = torch.tensor(
    [
      [4, 0],
      [-4, 0],
      [0, 5],
    ],
    { dtype: torch.float32 },
  );
  return [centres.indexSelect(0, y).add(torch.randn(n, 2)), y];
}

describe("trainCh3", () => {
  const loss = new nn.CrossEntropyLoss({ reduction: "none" });

  it("trains a module with an optimizer and draws the book's curves", async () => {
    torch.manualSeed(0);
    const seen = capture();
    const [X, y] = blobs(300);
    const net = new nn.Sequential(new nn.Linear(2, 16), new nn.ReLU(), new nn.Linear(16, 3));
    const updater = new torch.optim.SGD(net.parameters(), { lr: 0.5 });
    const history = await d2l.trainCh3(
      net,
      d2l.loadArray([X, y], 32),
      d2l.loadArray([X, y], 32, false),
      loss,
      4,
      updater,
    );
    expect(history.map((h) => h.epoch)).toEqual([1, 2, 3, 4]);
    expect(history[3]!.trainLoss).toBeLessThan(0.2);
    expect(history[3]!.testAccuracy).toBeGreaterThan(0.95);
    expect(seen.metrics).toHaveLength(4);
    const figure = seen.figures.at(-1)!;
    expect(figure.kind).toBe("plot");
    if (figure.kind !== "plot") return;
    expect(figure.panels[0]!.series.map((s) => s.label)).toEqual(["train loss", "train acc", "test acc"]);
    expect(figure.panels[0]).toMatchObject({ xlabel: "epoch", xlim: [1, 4], ylim: [0.3, 0.9] });
  });

  it("trains a plain function with a plain updater to the same numbers as an optimizer", async () => {
    capture();
    const run = async (plain: boolean) => {
      torch.manualSeed(3);
      const [X, y] = blobs(64);
      const W = torch.randn(2, 3, { requiresGrad: true });
      const b = torch.zeros(3, { requiresGrad: true });
      const net = (x: torch.Tensor) => d2l.linreg(x, W, b);
      const updater = plain ? (n: number) => d2l.sgd([W, b], 0.1, n) : new torch.optim.SGD([W, b], { lr: 0.1 });
      const data = d2l.loadArray([X, y], 16, false);
      return d2l.trainCh3(net, data, data, loss, 2, updater);
    };
    const [a, b] = [await run(true), await run(false)];
    for (const [i, record] of a.entries()) expect(record.trainLoss).toBeCloseTo(b[i]!.trainLoss, 5);
  });

  it("warns where the closing checks fail, and throws only when asked", async () => {
    const seen = capture();
    const W = torch.zeros(3, 3, { requiresGrad: true });
    const net = (x: torch.Tensor) => x.matmul(W);
    const data = d2l.loadArray([torch.rand(8, 3), torch.ones(8, { dtype: torch.int32 })], 4, false);
    await d2l.trainCh3(net, data, data, loss, 1, () => {});
    expect(seen.warnings.join()).toContain("train loss 1.0986 is not below 0.5");
    await expect(d2l.trainCh3(net, data, data, loss, 1, () => {}, { strict: true })).rejects.toMatchObject({
      code: "train-ch3-checks",
    });
  });

  it("stops at the next batch when asked to", async () => {
    capture();
    const controller = new AbortController();
    const W = torch.zeros(3, 2, { requiresGrad: true });
    let steps = 0;
    const updater = (n: number) => {
      if (++steps === 3) controller.abort();
      d2l.sgd([W], 0.1, n);
    };
    const data = d2l.loadArray([torch.rand(8, 3), torch.zeros(8, { dtype: torch.int32 })], 2, false);
    const history = await d2l.trainCh3((x) => x.matmul(W), data, data, loss, 5, updater, { signal: controller.signal });
    expect([steps, history.length]).toEqual([3, 0]);
  });
});

describe("predictCh3, images and plots", () => {
  it("titles the first images with truth and prediction", async () => {
    const seen = capture();
    const X = torch.rand(8, 1, 28, 28);
    const y = torch.tensor([9, 2, 1, 1, 6, 1, 4, 6]);
    const net = (x: torch.Tensor) => torch.eye(10).indexSelect(0, y.narrow(0, 0, x.shape[0]!));
    const { labels, predictions, figure } = await d2l.predictCh3(net, d2l.loadArray([X, y], 8, false));
    expect(labels).toEqual(["ankle boot", "pullover", "trouser", "trouser", "shirt", "trouser"]);
    expect(predictions).toEqual(labels);
    expect(figure.pictures.map((p) => p.title)).toEqual(labels.map((l) => `${l}\n${l}`));
    expect(seen.figures).toContain(figure);
  });

  it("plots against the index, one line for several, and at most four lines", () => {
    capture();
    const byIndex = d2l.plot(torch.tensor([3, 1, 2]));
    expect(byIndex.panels[0]!.series[0]).toMatchObject({ x: [0, 1, 2], y: [3, 1, 2], format: "-" });
    const x = torch.arange(-8, 8, 0.1, { requiresGrad: true });
    expect(x.shape).toEqual([160]);
    const y = torch.relu(x);
    y.backward(torch.onesLike(x), { retainGraph: true });
    const two = d2l.plot(x.detach(), [y.detach(), x.grad!], "x", "relu", {
      figsize: [5, 2.5],
      legend: ["relu", "grad"],
    });
    expect(two.panels[0]!.series.map((s) => [s.label, s.format])).toEqual([
      ["relu", "-"],
      ["grad", "m--"],
    ]);
    expect(two.figsize).toEqual([5, 2.5]);
    expect(
      d2l.plot(
        [1, 2],
        [
          [1, 2],
          [1, 2],
          [1, 2],
          [1, 2],
          [1, 2],
        ],
      ).panels[0]!.series,
    ).toHaveLength(4);
  });

  it("grows curves point by point and skips missing points", () => {
    const seen = capture();
    const animator = new d2l.Animator({ xlabel: "epoch", yscale: "log", legend: ["train", "test"] });
    animator.add(1, [0.5, null]);
    animator.add(2, [0.4, 0.6]);
    const figure = seen.figures.at(-1)!;
    if (figure.kind !== "plot") expect.fail("a plot was expected");
    expect(figure.panels[0]!.series).toMatchObject([
      { x: [1, 2], y: [0.5, 0.4], label: "train" },
      { x: [2], y: [0.6], label: "test" },
    ]);
    expect(new Set(seen.figures.map((f) => f.id)).size).toBe(1);
  });
});

describe("Fashion-MNIST loaders", () => {
  const bytes = Uint8Array.from({ length: 6 * 4 }, (_, i) => i * 10);
  const split = { images: bytes, labels: Uint8Array.from([0, 1, 2, 3, 4, 5]), count: 6 };
  const dataset = { name: "garments" as const, height: 2, width: 2, train: split, test: split, source: "test" };

  it("give floats in 0..1 and int32 labels, the test part in order", () => {
    const [, testIter] = d2l.makeLoaders(dataset, 4);
    const [[X, y], [X2]] = [...testIter] as [torch.Tensor[], torch.Tensor[]];
    expect([X!.shape, X!.dtype, y!.dtype]).toEqual([[4, 1, 2, 2], torch.float32, torch.int32]);
    expect(X!.reshape(-1).narrow(0, 0, 3).tolist()).toEqual([0, Math.fround(10 / 255), Math.fround(20 / 255)]);
    expect([y!.tolist(), X2!.shape]).toEqual([
      [0, 1, 2, 3],
      [2, 1, 2, 2],
    ]);
  });

  it("resize", () => {
    const [trainIter] = d2l.makeLoaders(dataset, 6, 4);
    const [X] = [...trainIter][0] as torch.Tensor[];
    expect(X!.shape).toEqual([6, 1, 4, 4]);
    expect(X!.max().item()).toBeLessThanOrEqual(1);
  });

  it("are read from the data set's own bytes", () => {
    expect(d2l.getFashionMnistLabels(torch.tensor([9, 0, 0]))).toEqual(["ankle boot", "t-shirt", "t-shirt"]);
    expect(d2l.getDataloaderWorkers()).toBe(4);
    expect(String(d2l.tryGpu())).toBe("cpu");
  });
});
