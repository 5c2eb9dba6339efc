// The perceptron: its parts against known values, and the experiment.
import * as torch from "torchlet";
import { describe, expect, it } from "vitest";
import { makeGarments } from "../../src/datasets/garments.js";
import { defaultOptions } from "../../src/experiments/experiment.js";
import { mistakesAt } from "../../src/experiments/perceptron/convergence.js";
import { absorbBias, bestMargin, radius2, separable } from "../../src/experiments/perceptron/data.js";
import { descend, distance } from "../../src/experiments/perceptron/descent.js";
import { fit } from "../../src/experiments/perceptron/features.js";
import { lineOf } from "../../src/experiments/perceptron/learning.js";
import { perceptron as answers, toBits, toSigns, trainPerceptron } from "../../src/experiments/perceptron/train.js";
import { perceptron } from "../../src/experiments/perceptron.js";
import { runExperiment } from "../../src/experiments/run-experiment.js";
import { MemoryReport } from "../../src/report/memory-report.js";

const f64 = (values: number[] | number[][]) => torch.tensor(values).to(torch.float64);

describe("trainPerceptron", () => {
  it("follows the rule, sample by sample", () => {
    const X = f64([
      [1, 0],
      [0, 1],
    ]);
    const steps: number[][] = [];
    const trained = trainPerceptron(X, f64([1, -1]), {
      onUpdate: ({ w, b }) => steps.push([...(w.tolist() as number[]), b]),
    });
    // By hand: (1, 0) is a tie at 0; then (0, 1) has <w, x> + b = 1, on the wrong side; then both are right.
    expect(steps).toEqual([
      [1, 0, 1],
      [1, -1, 0],
    ]);
    expect(trained).toMatchObject({ mistakes: 2, epochs: 2, converged: true });
    expect(answers(X, trained).tolist()).toEqual([1, 0]);
  });

  it("gives up where nothing separates", () => {
    const X = f64([[0], [0]]);
    expect(trainPerceptron(X, f64([1, -1]), { maxEpochs: 7 })).toMatchObject({ epochs: 7, converged: false });
  });

  it("has labels for both conventions", () => {
    expect(toSigns(torch.tensor([0, 1, 1])).tolist()).toEqual([-1, 1, 1]);
    expect(toBits(torch.tensor([-1, 1, 1])).tolist()).toEqual([0, 1, 1]);
  });

  it("walks where gradient descent walks", () => {
    torch.manualSeed(3);
    const data = separable(40, 0.1);
    const within = { X: absorbBias(data.X), y: data.y };
    const path: number[][] = [];
    const { epochs } = trainPerceptron(within.X, within.y, {
      bias: false,
      onUpdate: ({ w }) => path.push(w.tolist() as number[]),
    });
    expect(distance(descend(within, epochs), path)).toBe(0);
    expect(distance(path, path.slice(1))).toBe(Number.POSITIVE_INFINITY);
  });
});

describe("margins", () => {
  it("are those of the two points that refute the printed bound", () => {
    const data = {
      X: f64([
        [-1, -1],
        [-1, 0],
      ]),
      y: f64([1, -1]),
    };
    expect(bestMargin(data)).toBeCloseTo(Math.SQRT2 / 3, 10);
    expect(radius2(data)).toBe(3);
  });

  it("are at least what was planted", () => {
    torch.manualSeed(0);
    for (const rho of [0.3, 0.05]) {
      const data = separable(60, rho);
      expect(bestMargin(data)).toBeGreaterThanOrEqual(rho * (1 - 1e-4));
      expect(mistakesAt(rho, 60).converged).toBe(true);
    }
  });

  it("are not positive where nothing separates", () => {
    const data = {
      X: f64([
        [0, 0],
        [1, 1],
        [0, 1],
        [1, 0],
      ]),
      y: f64([1, 1, -1, -1]),
    };
    expect(bestMargin(data)).toBeLessThanOrEqual(1e-6);
  });
});

describe("lines", () => {
  it("end at the sides of the square", () => {
    const { x, y } = lineOf({ w: f64([1, 1]), b: -1 }, 1);
    for (const [i, v] of [1, 0, 0, 1].entries()) expect([...x, ...y][i]).toBeCloseTo(v, 12);
    expect(lineOf({ w: f64([0, 1]), b: 0 }, 1).x).toEqual([1, -1]);
    expect(lineOf({ w: f64([0, 1]), b: -2 }, 1)).toEqual({ x: [], y: [] });
  });

  it("are fitted by least squares", () => {
    const x = f64([0, 1, 2, 3]);
    const { predict, r2 } = fit((v) => v.square(), x, f64([1, 3, 9, 19]));
    expect(r2).toBeCloseTo(1, 12);
    expect(predict(f64([4])).item()).toBeCloseTo(33, 10);
  });
});

describe("perceptron", () => {
  it("holds its claims, but for flips, which the embedded pictures do not show, and for what takes five seeds", async () => {
    const report = new MemoryReport();
    const result = await runExperiment(
      perceptron as never,
      {
        report,
        signal: new AbortController().signal,
        fashionMnist: async () => makeGarments({ train: 6000, test: 1000 }),
      },
      { ...defaultOptions(perceptron), ...perceptron.quick, epochs: 1, orders: 20 },
    );
    const made = Object.keys(perceptron.claims).filter((id) => !["flipped", "shifted", "reference"].includes(id));
    expect(result.checks.filter(({ ok }) => !ok)).toEqual([]);
    expect(result.checks.map(({ id }) => id).sort()).toEqual(made.sort());
    expect([...report.figures.keys()]).toEqual([
      "learning",
      "outputs",
      "bound",
      "order",
      "features",
      "pictures",
      "positions",
    ]);
    const bound = report.figures.get("bound")!;
    expect(bound.kind === "plot" && bound.panels[0]).toMatchObject({
      xlabel: "margin ρ",
      ylabel: "updates",
      xscale: "log",
      yscale: "log",
    });
  });

  it("stops when it is told to", async () => {
    const stopped = new AbortController();
    stopped.abort();
    const result = await runExperiment(
      perceptron as never,
      { report: new MemoryReport(), signal: stopped.signal, fashionMnist: () => Promise.reject(new Error("no data")) },
      defaultOptions(perceptron),
    );
    expect(result.interrupted).toBe(true);
    expect(result.checks.length).toBeLessThan(10);
  });
});
