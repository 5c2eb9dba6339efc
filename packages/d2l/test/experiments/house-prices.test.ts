// The experiment on house prices, on made-up houses: claims, figures, the submission; its functions against known values.
import * as torch from "torchlet";
import { describe, expect, it } from "vitest";
import { readTable } from "../../src/datasets/house-prices.js";
import { makeHouses } from "../../src/datasets/house-prices-stand-in.js";
import { defaultOptions } from "../../src/experiments/experiment.js";
import { meanImputation } from "../../src/experiments/house-prices/statistics.js";
import { getNet, kFold, logRmse, train } from "../../src/experiments/house-prices/train.js";
import { housePrices } from "../../src/experiments/house-prices.js";
import { runExperiment } from "../../src/experiments/run-experiment.js";
import { MemoryReport } from "../../src/report/memory-report.js";

const context = (report: MemoryReport, signal = new AbortController().signal) => ({
  report,
  signal,
  fashionMnist: () => Promise.reject(new Error("no data")),
});
const settings = {
  model: "linear",
  target: "price",
  numEpochs: 3,
  learningRate: 5,
  weightDecay: 0,
  batchSize: 2,
  signal: new AbortController().signal,
} as const;

describe("house-prices", () => {
  it("holds its claims about made-up houses, and writes a submission", async () => {
    const report = new MemoryReport();
    const options = { ...defaultOptions(housePrices), ...housePrices.quick };
    const result = await runExperiment(housePrices as never, context(report), options);
    const made = ["columns", "none", "standardized", "relative", "madeUp", "useful", "submission", "ensemble", "raw"];
    expect(result.checks.map(({ id, ok }) => [id, ok])).toEqual(made.map((id) => [id, true]));
    expect(result.dataset).toBe("house-prices-stand-in");
    expect(Object.values(result.metrics).every(Number.isFinite)).toBe(true);
    const fold = report.figures.get("fold-1")!;
    expect(fold.kind === "plot" && fold.panels[0]).toMatchObject({
      xlabel: "epoch",
      xlim: [1, 100],
      yscale: "log",
      series: [{ label: "train" }, { label: "valid" }],
    });
    expect([...report.figures.keys()]).toEqual(["fold-1", "predictions", "full", "exercises"]);
    const submission = readTable(new TextDecoder().decode(report.attachments.get("submission.csv")), "submission.csv");
    expect(submission.columns).toEqual(["Id", "SalePrice"]);
    expect(submission.rows.map(([id]) => id)).toEqual(Array.from({ length: 1459 }, (_, i) => String(1461 + i)));
  });

  it("uses the houses that it is given, and checks nothing about Kaggle's where they are others", async () => {
    const { train: all, test } = makeHouses(3);
    const few = (text: string, rows: number) =>
      `${text
        .split("\n")
        .slice(0, rows + 1)
        .join("\n")}\n`;
    const files = { name: "house-prices-other", train: few(all, 40), test: few(test, 7) } as const;
    const report = new MemoryReport();
    const options = { ...defaultOptions(housePrices), epochs: 3, k: 2, seeds: 1 };
    const given = { ...context(report), houses: () => Promise.resolve(files) };
    const result = await runExperiment(housePrices as never, given, options);
    expect(result.checks.map(({ id, ok }) => [id, ok])).toEqual([
      ["standardized", true],
      ["relative", true],
      ["submission", true],
    ]);
    expect(result.dataset).toBe("house-prices-other");
    expect(new TextDecoder().decode(report.attachments.get("submission.csv")).split("\n")).toHaveLength(9);
  });

  it("ends when it is stopped, and checks nothing that it did not finish", async () => {
    const stop = new AbortController();
    stop.abort();
    const report = new MemoryReport();
    const result = await runExperiment(housePrices as never, context(report, stop.signal), defaultOptions(housePrices));
    expect(result.interrupted).toBe(true);
    expect(result.checks.map(({ id }) => id)).toEqual(["columns", "none", "standardized", "relative"]);
    expect(report.attachments.size).toBe(0);
  });
});

describe("its functions", () => {
  const X = torch.tensor([[1], [2], [3], [4], [5]], { dtype: torch.float32 });
  const y = X.mul(100);

  it("log_rmse is the root of the mean squared difference of logarithms", () => {
    const price = torch.tensor([[Math.E], [1]]);
    expect(logRmse((X) => X, torch.tensor([[1], [1]]), price)).toBeCloseTo(Math.SQRT1_2, 6);
    expect(logRmse((X) => X, torch.tensor([[-5], [0]]), torch.tensor([[1], [1]]))).toBe(0);
  });

  it("train measures after each epoch, and gets better", async () => {
    torch.manualSeed(0);
    const long = { ...settings, numEpochs: 50 };
    const [trainLs, validLs] = await train(getNet(1), X, y, X, y, long);
    expect([trainLs.length, validLs]).toEqual([50, trainLs]);
    expect(trainLs.at(-1)).toBeLessThan(trainLs[0]!);
    const [, none] = await train(getNet(1), X, y, null, null, settings);
    expect(none).toEqual([]);
  });

  it("k_fold leaves out the remainder and returns means; an exponential is learned through its logarithm", async () => {
    torch.manualSeed(0);
    const prices = X.exp();
    const log = { ...settings, target: "log", numEpochs: 300, learningRate: 0.05 } as const;
    const { valid, train: trained, folds } = await kFold(2, X, prices, log);
    expect(folds).toHaveLength(2);
    expect(valid).toBeCloseTo((folds[0]!.validLs.at(-1)! + folds[1]!.validLs.at(-1)!) / 2, 12);
    expect(trained).toBeLessThan(0.2);
  });

  it("hidden layers have 64 units", () => {
    expect(torch.nn.utils.countParameters(getNet(331))).toBe(332);
    expect(torch.nn.utils.countParameters(getNet(331, "hidden"))).toBe(331 * 64 + 64 + 65);
  });

  it("the mean in place of what is missing shifts a line, and a column that says so repairs it", () => {
    // -2 and -1 are known, the others count as -1.5.
    const feature = torch.tensor([-2, -1, 1, 2], { dtype: torch.float32 });
    const logPrices = torch.tensor([[10], [11], [13], [14]], { dtype: torch.float32 });
    const { complete, above, indicated } = meanImputation(feature, logPrices.exp(), 0);
    expect(complete).toBeLessThan(1e-4);
    // The best line is 13.5 + x; with the column it is 12 + x + 3 where something is missing.
    expect(above).toBeCloseTo(Math.sqrt(2.375), 4);
    expect(indicated).toBeCloseTo(Math.sqrt(0.125), 4);
  });
});
