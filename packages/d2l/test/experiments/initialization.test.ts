// The experiment `initialization`: its figures, its checks, its parts against known values.
import * as torch from "torchlet";
import { nn } from "torchlet";
import { describe, expect, it } from "vitest";
import { makeGarments } from "../../src/datasets/garments.js";
import { defaultOptions } from "../../src/experiments/experiment.js";
import { firstImages, initialized, mlp } from "../../src/experiments/initialization/images.js";
import { convexDescents } from "../../src/experiments/initialization/surfaces.js";
import { permuted, spread, trainConstant } from "../../src/experiments/initialization/symmetry.js";
import { initialization } from "../../src/experiments/initialization.js";
import { runExperiment } from "../../src/experiments/run-experiment.js";
import type { Experiment } from "../../src/index.js";
import { MemoryReport } from "../../src/report/memory-report.js";

const experiment = initialization as unknown as Experiment;
const garments = makeGarments({ train: 400, test: 100 });
const fashionMnist = async () => garments;

describe("initialization", () => {
  it("draws its figures, and its claims hold in a small run", async () => {
    const report = new MemoryReport();
    const options = { ...defaultOptions(initialization), seeds: 1, samples: 300, epochs: 2, hidden: 32 };
    const { signal } = new AbortController();
    const result = await runExperiment(experiment, { report, signal, fashionMnist }, options);
    expect([...report.figures.keys()]).toEqual(["symmetry", "surface", "autoencoder", "ways"]);
    const ways = report.figures.get("ways")!;
    if (ways.kind !== "plot") throw new Error("ways");
    const [panel] = ways.panels;
    expect(panel).toMatchObject({ xlabel: "epoch", ylabel: "training loss" });
    expect(panel!.series.map(({ label }) => label)).toEqual([
      "zeros",
      "constant 0.01",
      "std 0.01",
      "Xavier",
      "He",
      "pre-trained",
    ]);
    expect(panel!.series.flatMap(({ y }) => y).every((y) => y !== null && Number.isFinite(y))).toBe(true);
    expect(report.tables).toHaveLength(2);
    expect(result.checks.filter(({ ok }) => !ok)).toEqual([]);
    const made = result.checks.map(({ id }) => id);
    expect(made).toEqual(
      expect.arrayContaining([
        "constant",
        "dropout",
        "channels",
        "permutation",
        "convex",
        "flat",
        "zeros",
        "zerosTrained",
      ]),
    );
    // Two epochs on 300 drawn images say nothing about these.
    for (const id of ["ways", "deep", "pretraining"]) expect(made).not.toContain(id);
  });

  it("keeps equal units equal, whatever their number", () => {
    for (const numHiddens of [3, 8, 17, 100]) {
      torch.manualSeed(numHiddens);
      expect(trainConstant({ numHiddens, steps: 20 }).spread).toBe(0);
    }
    torch.manualSeed(0);
    expect(trainConstant({ dropout: 0.5, steps: 20 }).spread).toBeGreaterThan(0);
    expect(spread(torch.tensor([[1, 2, 4]]), 1)).toBe(3);
    const { bothSides, oneSide } = permuted();
    expect(bothSides).toBeLessThan(1e-5);
    expect(oneSide).toBeGreaterThan(0.01);
  });

  it("ends convex problems at one loss", () => {
    torch.manualSeed(0);
    const { linear, softmax } = convexDescents();
    for (const descents of [linear, softmax]) {
      const losses = descents.map(({ last }) => last);
      expect(Math.max(...losses) - Math.min(...losses)).toBeLessThan(1e-4);
    }
    // The noise's variance, less what three parameters take of it.
    expect(linear[0]!.last).toBeGreaterThan(0.005);
    expect(linear[0]!.last).toBeLessThan(0.015);
  });

  it("makes networks by widths, and rows of images", () => {
    const net = initialized(mlp([6, 5, 4, 3]), (W) => nn.init.ones_(W));
    expect(net.parameters().map(({ shape }) => shape)).toEqual([[5, 6], [5], [4, 5], [4], [3, 4], [3]]);
    expect(net(torch.ones(1, 6)).tolist()).toEqual([[120, 120, 120]]);
    const { X, y } = firstImages(garments, garments.test, 7);
    expect([X.shape, y.shape]).toEqual([[7, 784], [7]]);
    expect(X.max().item()).toBeLessThanOrEqual(1);
  });
});
