// Weight decay: its parts against PyTorch and scikit-learn, and the experiment as a whole on quick settings.
import * as torch from "torchlet";
import { expect, it } from "vitest";
import { makeGarments } from "../../src/datasets/garments.js";
import { defaultOptions } from "../../src/experiments/experiment.js";
import { runExperiment } from "../../src/experiments/run-experiment.js";
import { makeSetting, train, trainConcise } from "../../src/experiments/weight-decay/book.js";
import { descend, lasso, ridge, samples, squaredNorm, withinBall } from "../../src/experiments/weight-decay/ridge.js";
import { weightDecay } from "../../src/experiments/weight-decay.js";
import type { Experiment, PlotFigure } from "../../src/index.js";
import { MemoryReport } from "../../src/report/memory-report.js";
import { setDisplay } from "../../src/toolkit/display.js";

const garments = makeGarments({ train: 500, test: 200 });
const column = (values: readonly number[]) => torch.tensor(values, { dtype: torch.float64 }).reshape(-1, 1);

it("trains as PyTorch does, seed for seed", () => {
  setDisplay(new MemoryReport());
  torch.manualSeed(0);
  const setting = makeSetting({ nTrain: 20, numInputs: 200, batchSize: 5, numEpochs: 100, lr: 0.003 });
  const trained = [
    train(0, setting, "a"),
    train(3, setting, "b"),
    trainConcise(0, setting, "c"),
    trainConcise(3, setting, "d"),
  ];
  setDisplay(null);
  // The book's code in PyTorch 2.13, torch.manual_seed(0), data first, then the four trainings.
  const expected = [
    [14.119074821472168, 5.89808869335684e-6, 96.24975021362305],
    [0.36185315251350403, 0.0004598237224854529, 0.0783711252361536],
    [14.112990379333496, 2.6389032799223332e-11, 178.1924607849121],
    [0.4226383864879608, 0.006221004435792566, 0.5978648316860199],
  ];
  for (const [i, { norm, trainLoss, testLoss }] of trained.entries()) {
    expect(norm).toBeCloseTo(expected[i]![0]!, 5);
    expect(testLoss / expected[i]![2]!).toBeCloseTo(1, 4);
    // Losses of 1e-11 are rounding alone.
    if (i !== 2) expect(trainLoss / expected[i]![1]!).toBeCloseTo(1, 2);
    else expect(trainLoss).toBeLessThan(1e-9);
  }
});

it("solves ridge and lasso as scikit-learn does", () => {
  const X = torch.tensor(
    [
      [1, 2, 0.5],
      [0, 1, -1],
      [2, -1, 0],
      [1, 1, 3],
      [-1, 0.5, 1],
    ],
    { dtype: torch.float64 },
  );
  const y = column([3, 1, 1, 2, -1]);
  // Ridge(alpha=2), that is lambda = 2 / 5, and Lasso(alpha=0.3) of scikit-learn 1.9.1.
  const soft = ridge(X, y, 0.4);
  expect(
    soft.w
      .sub(column([0.7559347936831381, 0.6587875700458483, 0.02832399388690777]))
      .abs()
      .max()
      .item(),
  ).toBeLessThan(1e-12);
  expect(soft.b).toBeCloseTo(0.2654610290371878, 12);
  const sparse = lasso(X, y, 0.3, 600);
  expect(
    sparse.w
      .sub(column([0.75, 0.625, 0.0]))
      .abs()
      .max()
      .item(),
  ).toBeLessThan(1e-6);
  expect(sparse.b).toBeCloseTo(0.3125, 6);
  expect(squaredNorm(withinBall(X, y, 0.5).w)).toBeCloseTo(0.5, 12);
});

it("finds nothing within a ball of radius 0, and stops where it is told", () => {
  torch.manualSeed(1);
  const [X, y] = samples([1, 2], 3, 30, 0.1);
  const at0 = withinBall(X, y, 0);
  expect(squaredNorm(at0.w)).toBe(0);
  expect(at0.b).toBeCloseTo(y.mean().item(), 8);
  expect(descend(X, y, 0, () => {}).b).toBe(0);
});

it("runs with quick settings: every check it makes holds, every figure is there", async () => {
  const report = new MemoryReport({ keepProgress: false });
  const context = { report, signal: new AbortController().signal, fashionMnist: async () => garments };
  const experiment = weightDecay as unknown as Experiment;
  const options = { ...defaultOptions(experiment), ...weightDecay.quick };
  const { checks, metrics } = await runExperiment(experiment, context, options);
  expect(checks.filter(({ ok }) => !ok)).toEqual([]);
  const made = new Set(checks.map(({ id }) => id));
  expect(Object.keys(weightDecay.claims).filter((id) => !made.has(id))).toEqual(["deep"]);
  expect(Object.values(metrics).every(Number.isFinite)).toBe(true);

  const figures = [...report.figures.values()] as PlotFigure[];
  const curves = ["scratch-0", "scratch-decay", "concise-0", "concise-decay"];
  expect(figures.map(({ id }) => id).sort()).toEqual(
    ["contours", "lambda", "limits", "ridge-lasso", "update", ...curves].sort(),
  );
  for (const { panels } of figures)
    for (const panel of panels) expect([panel.xlabel, panel.ylabel]).not.toContain(undefined);
  for (const id of curves) {
    const [panel] = (report.figures.get(id) as PlotFigure).panels;
    expect(panel).toMatchObject({ xlabel: "epochs", ylabel: "loss", yscale: "log", xlim: [5, 100] });
    expect(panel!.series.map(({ label, x }) => [label, x.length])).toEqual([
      ["train", 20],
      ["test", 20],
    ]);
  }
});

it("stops when it is told, and checks nothing that it did not finish", async () => {
  const report = new MemoryReport();
  const context = { report, signal: AbortSignal.abort(), fashionMnist: async () => garments };
  const experiment = weightDecay as unknown as Experiment;
  const { checks } = await runExperiment(experiment, context, { ...defaultOptions(experiment), part: "norms" });
  expect(checks).toEqual([]);
});
