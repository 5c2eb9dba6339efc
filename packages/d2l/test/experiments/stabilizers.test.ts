// The experiment `stabilizers`: its figures, its checks, its parts against known values.
import * as torch from "torchlet";
import { describe, expect, it } from "vitest";
import { defaultOptions } from "../../src/experiments/experiment.js";
import { runExperiment } from "../../src/experiments/run-experiment.js";
import {
  cosine,
  joined,
  normalize_,
  trainRecurrent,
  withGradients,
} from "../../src/experiments/stabilizers/clipping.js";
import { normalized, passed, plain, residual } from "../../src/experiments/stabilizers/depth.js";
import { cellAgainstGates, lstm, throughTime } from "../../src/experiments/stabilizers/time.js";
import { stabilizers } from "../../src/experiments/stabilizers.js";
import type { Experiment } from "../../src/index.js";
import { MemoryReport } from "../../src/report/memory-report.js";

const experiment = stabilizers as unknown as Experiment;
const fashionMnist = () => Promise.reject(new Error("needs no data"));

describe("stabilizers", () => {
  it("draws its figures, and its claims hold in a small run", async () => {
    const report = new MemoryReport();
    const options = { ...defaultOptions(stabilizers), seeds: 1, steps: 100, depth: 50 };
    const { signal } = new AbortController();
    const result = await runExperiment(experiment, { report, signal, fashionMnist }, options);
    expect([...report.figures.keys()]).toEqual(["depth", "time", "clipping"]);
    for (const figure of report.figures.values()) {
      if (figure.kind !== "plot") throw new Error(figure.id);
      expect(figure.panels[0]!.yscale).toBe("log");
      expect(figure.panels[0]!.series.some(({ label }) => label !== undefined)).toBe(true);
    }
    expect(report.tables).toHaveLength(2);
    expect(result.checks.filter(({ ok }) => !ok)).toEqual([]);
    const made = result.checks.map(({ id }) => id);
    expect(made).toEqual(
      expect.arrayContaining(["plain", "normalized", "lstm", "gates", "clipNorm", "clippedTraining"]),
    );
    // 50 layers and 100 steps say nothing about these.
    for (const id of ["residual", "lars"]) expect(made).not.toContain(id);
  });

  it("passes on less through plain layers than through residual ones", () => {
    torch.manualSeed(1);
    expect(passed(plain("sigmoid"), 10, 16, 8)).toBeLessThan(1e-6);
    expect(passed(residual("sigmoid"), 10, 16, 8)).toBeCloseTo(1, 0);
    expect(passed(normalized("relu", 10), 10, 16, 8)).toBeGreaterThan(1e-2);
  });

  it("opens forget gates, and forget gates alone", () => {
    torch.manualSeed(0);
    const layer = lstm(2, 3, 0);
    torch.manualSeed(0);
    const open = lstm(2, 3, 4);
    const bias = (of: torch.nn.LSTM) => (of as unknown as { bias_hh_l0: torch.Tensor }).bias_hh_l0.data;
    const shift = bias(open).sub(bias(layer)).tolist() as number[];
    expect(shift.map(Math.round)).toEqual([0, 0, 0, 4, 4, 4, 0, 0, 0, 0, 0, 0]);
    expect(throughTime(open, 5).at(-1)).toBe(1);
    expect(cellAgainstGates(7)).toBeLessThan(1e-12);
  });

  it("scales gradients to length 1, which clipping by norm does to long ones", () => {
    torch.manualSeed(0);
    const params = withGradients(3);
    const before = joined(params);
    normalize_(params);
    expect(joined(params).norm().item()).toBeCloseTo(1, 6);
    expect(cosine(before, joined(params))).toBeCloseTo(1, 6);
    const losses = trainRecurrent(1, 0.1, 5);
    expect(losses).toHaveLength(5);
    expect(losses.every(Number.isFinite)).toBe(true);
  });
});
