// Constant variance and batch normalization: all claims on the embedded pictures, and the parts by known values.
import * as torch from "torchlet";
import { nn } from "torchlet";
import { describe, expect, it } from "vitest";
import { makeGarments } from "../../src/datasets/garments.js";
import { accuracyOf, answers, evaluated, influences } from "../../src/experiments/batch-norm/exercise.js";
import { deviations, network, scaleOf } from "../../src/experiments/batch-norm/networks.js";
import { batchNorm } from "../../src/experiments/batch-norm.js";
import { defaultOptions } from "../../src/experiments/experiment.js";
import { runExperiment } from "../../src/experiments/run-experiment.js";
import { MemoryReport } from "../../src/report/memory-report.js";

describe("batch-norm", () => {
  it("holds all its claims, with all its figures", async () => {
    const report = new MemoryReport();
    const result = await runExperiment(
      batchNorm as never,
      {
        report,
        signal: new AbortController().signal,
        fashionMnist: async () => makeGarments({ train: 2560, test: 1000 }),
      },
      { ...defaultOptions(batchNorm), ...batchNorm.quick, seeds: 1 },
    );
    expect(result.checks.map(({ id, ok, actual }) => [id, ok, ok ? "" : actual])).toEqual(
      Object.keys(batchNorm.claims).map((id) => [id, true, ""]),
    );
    expect([...report.figures.keys()]).toEqual(["start", "training", "affine"]);
    const start = report.figures.get("start")!;
    expect(start.kind === "plot" && start.panels.map(({ yscale }) => yscale)).toEqual(["log", "log"]);
    expect(Object.values(result.metrics).every(Number.isFinite)).toBe(true);
  });

  it("stops when it is told to", async () => {
    const result = await runExperiment(
      batchNorm as never,
      {
        report: new MemoryReport(),
        signal: AbortSignal.abort(),
        fashionMnist: async () => makeGarments({ train: 128, test: 10 }),
      },
      { ...defaultOptions(batchNorm), seeds: 1 },
    );
    expect(result.interrupted).toBe(true);
    expect(result.checks.map(({ id }) => id)).toEqual(["initOnly", "anyInit"]);
  });
});

describe("its parts", () => {
  it("watch what ReLU is given", () => {
    torch.manualSeed(0);
    const sizes = { inputs: 4, width: 8, depth: 2, outputs: 3 };
    const { net, watched } = network(sizes, "affine", (weight) => nn.init.normal_(weight));
    expect(String(net)).toMatch(/Flatten.*Linear.*BatchNorm1d.*ReLU.*Linear.*BatchNorm1d.*ReLU.*Linear/s);
    torch.noGrad(() => (watched[0] as nn.BatchNorm1d).weight!.fill_(3));
    const [first, second] = deviations(net, watched, () => net(torch.randn(64, 4)));
    expect(first).toBeCloseTo(3, 3);
    expect(second).toBeCloseTo(1, 3);
  });

  it("know the scale that gamma and beta give", () => {
    const layer = new nn.BatchNorm1d(2);
    torch.noGrad(() => {
      layer.weight!.copy_(torch.tensor([1, 2]));
      layer.bias!.copy_(torch.tensor([-1, 3]));
    });
    expect(scaleOf(layer)).toBeCloseTo(Math.sqrt(2.5 + 4), 6);
  });

  it("leave running statistics and mode as they were", () => {
    torch.manualSeed(0);
    const { net } = network({ inputs: 4, width: 8, depth: 1, outputs: 3 }, "affine", (w) => nn.init.normal_(w));
    const X = torch.randn(12, 4);
    const before = net.buffers().map((buffer) => buffer.tolist());
    expect(answers(net, X, 5).shape).toEqual([10]);
    expect(net.buffers().map((buffer) => buffer.tolist())).toEqual(before);
    expect(net.training).toBe(false);
    expect(evaluated(net, X).shape).toEqual([12]);
    expect(accuracyOf(torch.tensor([1, 2, 3]), torch.tensor([1, 0, 3, 3]))).toBeCloseTo(2 / 3, 6);
  });

  it("give the gradient of the first of a normalized batch", () => {
    torch.manualSeed(0);
    const gradient = influences(5);
    torch.manualSeed(0);
    const x = torch.randn(5, 1).reshape(-1).tolist() as number[];
    const mean = x.reduce((a, b) => a + b) / 5;
    const std = Math.sqrt(x.reduce((a, v) => a + (v - mean) ** 2, 0) / 5 + 1e-5);
    const z = x.map((v) => (v - mean) / std);
    for (const [j, g] of gradient.entries())
      expect(g).toBeCloseTo(((j === 0 ? 1 : 0) - 1 / 5 - (z[0]! * z[j]!) / 5) / std, 5);
  });
});
