// The multilayer perceptron from scratch and with layers: on the embedded pictures, and with real data where there are some.
import * as torch from "torchlet";
import { expect, it } from "vitest";
import { loadFashionMnist } from "../../src/datasets/fashion-mnist-node.js";
import { makeGarments } from "../../src/datasets/garments.js";
import { byHandAndWithLayers, collapse, ranks } from "../../src/experiments/mlp/forward.js";
import { mlp } from "../../src/experiments/mlp.js";
import { mlpOf } from "../../src/experiments/mlp-concise/builder.js";
import { widthsTable } from "../../src/experiments/mlp-concise/timings.js";
import { mlpConcise } from "../../src/experiments/mlp-concise.js";
import { realData, WITHOUT_DATA } from "../toolkit/real-data.js";
import { failures, plotOf, runQuickly } from "./runs.js";

const garments = () => makeGarments({ train: 1500, test: 500 });
const folder = realData();

it.each([true, false])("trains with other seeds (from scratch: %s)", async (fromScratch) => {
  const { report, result } = await runQuickly(mlp, { epochs: 1, seeds: 2, hidden: 32, fromScratch }, garments());
  expect(failures(result)).toEqual([]);
  const ids = result.checks.map(({ id }) => id);
  expect(ids).toEqual(expect.arrayContaining(["forward", "collapse", "counts", "relu", "shapes", "start"]));
  expect(ids).not.toContain("firstEpoch");
  expect([...report.figures.keys()]).toEqual(["network", "training", "predictions"]);
  expect(plotOf(report, "network").panels).toHaveLength(2);
  const training = plotOf(report, "training").panels[0]!;
  expect(training).toMatchObject({ xlabel: "epoch", ylim: [0.3, 0.9] });
  expect(training.series.map(({ label }) => label)).toEqual(["train loss", "train acc", "test acc"]);
  expect(report.tables[0]!.rows).toHaveLength(2);
  expect(report.attachments.has("weights.safetensors")).toBe(true);
});

it.skipIf(folder === null)(`begins as PyTorch does (${folder === null ? WITHOUT_DATA : "real data"})`, async () => {
  const dataset = await loadFashionMnist({ data: folder! });
  const { result } = await runQuickly(mlp, { epochs: 1 }, dataset);
  expect(failures(result)).toEqual([]);
  expect(result.checks.map(({ id }) => id)).toEqual(
    expect.arrayContaining(["batches", "firstEpoch", "measuredDuring"]),
  );
});

it("gives the same numbers with layers", async () => {
  const { report, result } = await runQuickly(mlpConcise, { seeds: 2 }, garments());
  expect(failures(result)).toEqual([]);
  expect(result.checks.map(({ id }) => id)).toEqual(["deep", "start", "sameNumbers"]);
  expect([...report.figures.keys()]).toEqual(["training", "predictions"]);
});

it.each(["hidden", "lr", "layers", "activation", "init", "bottleneck"])("varies one thing: %s", async (exercise) => {
  const dataset = makeGarments({ train: 300, test: 100 });
  const { report, result } = await runQuickly(mlpConcise, { exercise, exerciseEpochs: 2 }, dataset);
  expect(failures(result)).toEqual([]);
  const { series } = plotOf(report, "exercise").panels[0]!;
  expect(series.length).toBeGreaterThan(3);
  expect(report.tables[0]!.rows.map(([name]) => name)).toEqual(series.map(({ label }) => label));
});

it("builds networks from widths", () => {
  const net = mlpOf([784, 20, 30, 10], "tanh", "xavier");
  expect(net.parameters().map(({ shape }) => [...shape])).toEqual([[20, 784], [20], [30, 20], [30], [10, 30], [10]]);
  expect(net(torch.zeros(2, 1, 28, 28)).shape).toEqual([2, 10]);
  expect(
    mlpOf([784, 10], "relu", "zeros")
      .parameters()
      .every((p) => p.abs().sum().item() === 0),
  ).toBe(true);
});

it("collapses layers without an activation", () => {
  torch.manualSeed(0);
  const [o, layers] = byHandAndWithLayers(4, 5, 3, 10);
  expect(o.sub(layers).abs().max().item()).toBeLessThan(1e-5);
  const { affine, relu } = collapse([6, 4, 3], 20);
  expect(affine).toBeLessThan(1e-5);
  expect(relu).toBeGreaterThan(0.1);
  expect(ranks(30, 2, 10)).toEqual([2, 10]);
});

it("tabulates products about powers of two", () => {
  const { rows } = widthsTable(1);
  expect(rows.map(([name]) => name)).toContain("256 x 784 x 257");
  expect(rows.every(([, ms]) => Number(ms) > 0)).toBe(true);
});
