// The experiment `vanishing-exploding`: its figures, its checks, its parts against known values.
import * as torch from "torchlet";
import { nn } from "torchlet";
import { describe, expect, it } from "vitest";
import { defaultOptions } from "../../src/experiments/experiment.js";
import { runExperiment } from "../../src/experiments/run-experiment.js";
import { deepMlp, weightGradients } from "../../src/experiments/vanishing-exploding/deep-sigmoid.js";
import {
  byHandAgainstAutograd,
  deepNet,
  reluProduct,
  transposedForm,
} from "../../src/experiments/vanishing-exploding/jacobians.js";
import { trainRounded } from "../../src/experiments/vanishing-exploding/learning-rates.js";
import { linearOverflow, matrixProducts, powers } from "../../src/experiments/vanishing-exploding/products.js";
import { spirals } from "../../src/experiments/vanishing-exploding/spirals.js";
import { vanishingExploding } from "../../src/experiments/vanishing-exploding.js";
import type { Experiment } from "../../src/index.js";
import { MemoryReport } from "../../src/report/memory-report.js";

const experiment = vanishingExploding as unknown as Experiment;
const fashionMnist = () => Promise.reject(new Error("needs no data"));

describe("vanishing-exploding", () => {
  it("draws its figures, and its claims hold in a small run", async () => {
    const report = new MemoryReport();
    const options = { ...defaultOptions(vanishingExploding), seeds: 1, trials: 20, steps: 100, sweepSteps: 50 };
    const { signal } = new AbortController();
    const result = await runExperiment(experiment, { report, signal, fashionMnist }, options);
    expect([...report.figures.keys()]).toEqual([
      "powers",
      "matrices",
      "matrix-ends",
      "relu-products",
      "rates",
      "blow-up",
      "sigmoid",
      "deep-sigmoid",
    ]);
    const panelsOf = (id: string) => {
      const found = report.figures.get(id)!;
      if (found.kind !== "plot") throw new Error(id);
      return found;
    };
    expect(panelsOf("sigmoid").figsize).toEqual([4.5, 2.5]);
    expect(panelsOf("sigmoid").panels[0]!.series.map(({ label }) => label)).toEqual(["sigmoid", "gradient"]);
    for (const panel of panelsOf("powers").panels) expect(panel).toMatchObject({ yscale: "log", xlabel: "n" });
    expect(panelsOf("rates").panels[0]).toMatchObject({ xscale: "log", yscale: "log", xlabel: "learning rate" });
    for (const { series } of panelsOf("deep-sigmoid").panels) {
      expect(series.flatMap(({ y }) => y).every((y) => y !== null && Number.isFinite(y))).toBe(true);
    }
    expect(result.checks.filter(({ ok }) => !ok)).toEqual([]);
    const made = result.checks.map(({ id }) => id);
    expect(made).toEqual(expect.arrayContaining(["jacobian", "half", "stuck", "sigmoidGradient", "stalled", "bottom"]));
    // 20 products and 100 steps say nothing about these.
    for (const id of ["matrices", "overflow", "noRate"]) expect(made).not.toContain(id);
  });

  it("multiplies Jacobians to what autograd finds", () => {
    torch.manualSeed(3);
    for (const name of ["sigmoid", "tanh", "relu"] as const) {
      expect(byHandAgainstAutograd(deepNet([2, 5, 3, 4], name), name)).toBeLessThan(1e-13);
    }
    expect(transposedForm(deepNet([2, 5, 3], "tanh"), "tanh")).toBeNull();
    expect(transposedForm(deepNet([3, 3, 3], "tanh"), "tanh")).toBeGreaterThan(0);
    expect(reluProduct(deepNet([2, 9, 3], "relu")).shape).toEqual([3, 2]);
  });

  it("rounds powers as PyTorch's float16 does", () => {
    const up = powers(1.5, 28, "float16");
    expect(up.slice(0, 2)).toEqual([1.5, 2.25]);
    expect(up[26]).toBeLessThanOrEqual(65504);
    expect(up[27]).toBe(Number.POSITIVE_INFINITY);
    expect(powers(0.8, 100, "float16")[99]).toBe(2 ** -23);
    expect(powers(1.5, 100, "float64")[99]! / 4.065611775e17).toBeCloseTo(1, 9);
  });

  it("keeps the book's order of factors, and its bounds in order", () => {
    const { logs, bounds } = matrixProducts(7, 3, 5);
    torch.manualSeed(7);
    let M: torch.Tensor = torch.normal(0, 1, [4, 4]);
    for (let i = 0; i < 5; i++) M = M.matmul(torch.normal(0, 1, [4, 4]));
    expect(logs).toHaveLength(6);
    expect(logs[5]![0]).toBeCloseTo(Math.log10(M.abs().max().item()), 5);
    for (const [, norm, norms] of bounds) expect(norm).toBeLessThanOrEqual(norms + 1e-9);
    torch.manualSeed(0);
    expect(linearOverflow(3, 16, 4).infinite).toBe(Number.POSITIVE_INFINITY);
  });

  it("says what training did", () => {
    torch.manualSeed(0);
    const { first, last, moved } = trainRounded((x) => x, 0.1, 50);
    expect(last).toBeLessThan(first);
    expect(moved).toBeGreaterThan(0.5);
    const [X, y] = spirals(30);
    expect(weightGradients(deepMlp(3, nn.Sigmoid), X, y).map(({ shape }) => shape)).toEqual([
      [16, 2],
      [16, 16],
      [16, 16],
      [3, 16],
    ]);
  });
});
