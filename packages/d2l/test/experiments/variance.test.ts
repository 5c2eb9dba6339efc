// The experiment `variance`: its figures, its checks, its parts against known values.
import * as torch from "torchlet";
import { describe, expect, it } from "vitest";
import { defaultOptions } from "../../src/experiments/experiment.js";
import { runExperiment } from "../../src/experiments/run-experiment.js";
import { drawnWeights, oneLayer } from "../../src/experiments/variance/conditions.js";
import { activations, deepNet, recorded, throughLayers } from "../../src/experiments/variance/layers.js";
import { adjustedSigmoid, at, order, remainders } from "../../src/experiments/variance/near-zero.js";
import { variance } from "../../src/experiments/variance.js";
import type { Experiment } from "../../src/index.js";
import { MemoryReport } from "../../src/report/memory-report.js";

const fashionMnist = () => Promise.reject(new Error("variance needs no data"));

describe("variance", () => {
  it("draws its figures, and its claims hold in a small run", async () => {
    const report = new MemoryReport();
    const options = { ...defaultOptions(variance), seeds: 1, depth: 10, width: 64, batch: 64 };
    const experiment = variance as unknown as Experiment;
    const result = await runExperiment(
      experiment,
      { report, signal: new AbortController().signal, fashionMnist },
      options,
    );
    expect([...report.figures.keys()]).toEqual(["near-zero", "remainders", "layers", "histograms"]);
    const figure = (id: string) => {
      const found = report.figures.get(id)!;
      if (found.kind !== "plot") throw new Error(id);
      return found.panels;
    };
    expect(figure("near-zero")[0]!.series.map(({ label }) => label)).toEqual([
      "sigmoid",
      "4 sigmoid - 2",
      "tanh",
      "relu",
    ]);
    expect(figure("remainders")[0]).toMatchObject({ xscale: "log", yscale: "log", xlabel: "x", ylabel: "remainder" });
    for (const panel of figure("layers")) {
      expect(panel).toMatchObject({ yscale: "log", xlabel: "layer" });
      expect(panel.series).toHaveLength(5);
      expect(panel.series.flatMap(({ y }) => y).every((y) => y !== null && Number.isFinite(y))).toBe(true);
    }
    expect(report.tables).toHaveLength(2);
    expect(result.checks.filter(({ ok }) => !ok)).toEqual([]);
    expect(result.checks.map(({ id }) => id)).toContain("xavierShape");
    // Those of the table say nothing about ten layers.
    expect(result.checks.map(({ id }) => id)).not.toContain("rowHe");
  });

  it("stops when it is told to", async () => {
    const report = new MemoryReport();
    const stop = new AbortController();
    stop.abort();
    const experiment = variance as unknown as Experiment;
    const options = { ...defaultOptions(variance), depth: 2, width: 8 };
    const result = await runExperiment(experiment, { report, signal: stop.signal, fashionMnist }, options);
    expect(result.checks.map(({ id }) => id)).not.toContain("constant");
  });

  it("measures spreads that single precision cannot square", () => {
    torch.manualSeed(0);
    const tiny = Array.from({ length: 4 }, () => torch.eye(8).mul(1e-9));
    const [forward, backward] = throughLayers(torch.randn(8, 8), tiny, activations.linear);
    expect(Math.log10(forward)).toBeCloseTo(-36, 0);
    expect(Math.log10(backward)).toBeCloseTo(-36, 0);
  });

  it("knows the factors of a layer", () => {
    torch.manualSeed(0);
    const { forward, backward } = oneLayer(300, 150, 0.02, 1000);
    expect(forward / 6).toBeCloseTo(1, 1);
    expect(backward / 3).toBeCloseTo(1, 1);
    for (const { variance, expected } of drawnWeights([[300, 500]])) expect(variance / expected).toBeCloseTo(1, 1);
  });

  it("records one number a layer, the gradients in the order of the layers", () => {
    torch.manualSeed(0);
    const { mean, std, gradient } = recorded(deepNet(6, 32, "Xavier", "sigmoid"), torch.randn(16, 32));
    for (const list of [mean, std, gradient]) expect(list).toHaveLength(6);
    expect(gradient[0]).toBeLessThan(gradient[5]!);
    expect(gradient[5]).toBeCloseTo(1, 0);
  });

  it("has the Taylor series right", () => {
    expect(at(remainders.sigmoid, 0.5)).toBeCloseTo(6.3498e-5, 8);
    expect(at(remainders.tanh, 0.5)).toBeCloseTo(3.7838e-3, 6);
    expect(order(remainders.tanh, 0.01, 0.02)).toBeCloseTo(5, 2);
    const { difference, value, slope } = adjustedSigmoid();
    expect(value).toBe(0);
    expect(difference).toBeLessThan(1e-12);
    expect(slope).toBe(1);
  });
});
