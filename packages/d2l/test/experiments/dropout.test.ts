// Dropout: its parts, the book's module, other noises, and the experiment as a whole on small settings.
import * as torch from "torchlet";
import { describe, expect, it } from "vitest";
import { makeGarments } from "../../src/datasets/garments.js";
import { concise, Net } from "../../src/experiments/dropout/book.js";
import { DropConnect, GaussianDropout } from "../../src/experiments/dropout/layers.js";
import { dropout } from "../../src/experiments/dropout.js";
import { defaultOptions } from "../../src/experiments/experiment.js";
import { runExperiment } from "../../src/experiments/run-experiment.js";
import type { Experiment, ImageDataset, PlotFigure } from "../../src/index.js";
import { MemoryReport } from "../../src/report/memory-report.js";

const garments = makeGarments({ train: 500, test: 200 });
const experiment = dropout as unknown as Experiment;

async function run(options: Record<string, unknown>, dataset: ImageDataset, signal = new AbortController().signal) {
  const report = new MemoryReport({ keepProgress: false });
  const context = { report, signal, fashionMnist: async () => dataset };
  const result = await runExperiment(experiment, context, { ...defaultOptions(experiment), ...options });
  return { report, result, ids: result.checks.map(({ id }) => id) };
}

describe("the book's module", () => {
  it("has three layers, drops in training alone, and is switched by train() and eval()", () => {
    const net = new Net(6, 3, 40, 40, [0.2, 0.5]);
    expect(Array.from(net.namedParameters(), ([name]) => name)).toEqual(
      ["lin1", "lin2", "lin3"].flatMap((name) => [`${name}.weight`, `${name}.bias`]),
    );
    const X = torch.randn(4, 2, 3);
    expect(net.training).toBe(true);
    expect(net(X).shape).toEqual([4, 3]);
    expect(net(X).sub(net(X)).abs().max().item()).toBeGreaterThan(0);
    net.eval();
    expect(net(X).tolist()).toEqual(net(X).tolist());
    expect(new Net(6, 3, 4, 4, [0.2, 0.5], false).training).toBe(false);
  });

  it("begins with PyTorch's default weights, the one with layers with a standard deviation of 0.01", () => {
    torch.manualSeed(0);
    const net = new Net(784, 10, 256, 256, [0.2, 0.5]);
    expect(net.lin1.weight.abs().max().item()).toBeLessThanOrEqual(1 / 28);
    expect(net.lin1.weight.std().item()).toBeCloseTo(1 / 28 / Math.sqrt(3), 4);
    expect((concise(256, [0.2, 0.5])[1] as torch.nn.Linear).weight.std().item()).toBeCloseTo(0.01, 4);
  });
});

it("other noises keep the mean, and are gone in evaluation", () => {
  torch.manualSeed(0);
  const x = torch.ones(100_000);
  const gauss = new GaussianDropout(0.2);
  expect(gauss(x).mean().item()).toBeCloseTo(1, 2);
  expect(gauss(x).var().item()).toBeCloseTo(0.25, 2);
  gauss.eval();
  expect(gauss(x)).toBe(x);

  const connect = new DropConnect(10, 4, 0.5);
  const X = torch.randn(3, 10);
  expect(connect(X).sub(connect(X)).abs().max().item()).toBeGreaterThan(0);
  connect.eval();
  expect(connect(X).tolist()).toEqual(
    torch.nn.functional.linear(X, connect.linear.weight, connect.linear.bias).tolist(),
  );
});

it("runs on a small setting: every check it makes holds, every figure is there", async () => {
  const { report, result, ids } = await run({ epochs: 0, smallEpochs: 2 }, garments);
  expect(result.checks.filter(({ ok }) => !ok)).toEqual([]);
  expect(ids).toEqual([
    "printed",
    "mean",
    "variance",
    "undivided",
    "gaussian",
    "inputNoise",
    "gradients",
    "mask",
    "evaluation",
    "replaced",
    "dropConnect",
  ]);
  expect(report.texts[0]!.en).toContain(
    "tensor([[ 0.,  1.,  2.,  3.,  4.,  5.,  6.,  7.],\n        [ 8.,  9., 10., 11.,",
  );
  expect([...report.figures.keys()]).toEqual(["diagram", "small", "variances"]);
  const [train] = (report.figures.get("small") as PlotFigure).panels;
  expect(train).toMatchObject({ xlabel: "epoch", ylabel: "loss", yscale: "log" });
  expect(train!.series.map(({ label }) => label)).toEqual(["none", "dropout 0.2, 0.5", "weight decay 0.003", "both"]);
});

it.each([
  ["swap", ["none", "dropout 0.2, 0.5", "dropout 0.5, 0.2"]],
  ["noise", ["none", "dropout 0.2, 0.5", "Gaussian factor", "Gaussian term", "DropConnect"]],
])("compares what the exercise %s asks for", async (exercise, names) => {
  const report = new MemoryReport({ keepProgress: false });
  const { small } = await import("../../src/experiments/dropout/small.js");
  const context = {
    report,
    signal: new AbortController().signal,
    check() {},
    fashionMnist: async () => garments,
  };
  const options = { ...defaultOptions(dropout), exercise, smallEpochs: 1 };
  await small(context, options);
  expect(report.tables[0]!.rows.map(([name]) => (name as torch.Localized).en)).toEqual(names);
  const numbers = report.tables[0]!.rows.flatMap((row) => row.slice(1));
  expect(numbers.every((value) => Number.isFinite(value))).toBe(true);
});

it("trains both versions, each with curves of its own, and holds no other data against the book", async () => {
  const { report, result, ids } = await run({ epochs: 2, smallEpochs: 0 }, garments);
  expect(result.history).toEqual([]);
  expect(report.history.map(({ epoch }) => epoch)).toEqual([1, 2, 1, 2]);
  expect(ids).not.toContain("firstEpoch");
  for (const id of ["scratch", "concise"]) {
    const figure = report.figures.get(id) as PlotFigure;
    expect(figure.caption).toMatch(/Dropout/);
    expect(figure.panels[0]!.series.map(({ label }) => label)).toEqual(["train loss", "train acc", "test acc"]);
  }
  expect(Object.values(result.metrics).every(Number.isFinite)).toBe(true);
});

it("stops when it is told", async () => {
  const { ids } = await run({}, garments, AbortSignal.abort());
  expect(ids).toEqual([]);
});
