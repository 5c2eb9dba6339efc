// The experiment on capacity: its parts against known values, its claims, its figures.
import * as torch from "torchlet";
import { describe, expect, it } from "vitest";
import { makeGarments } from "../../src/datasets/garments.js";
import { stopAt } from "../../src/experiments/capacity/label-noise.js";
import { nearest } from "../../src/experiments/capacity/nearest-neighbour.js";
import * as pictures from "../../src/experiments/capacity/pictures.js";
import * as polynomials from "../../src/experiments/capacity/polynomials.js";
import { capacity } from "../../src/experiments/capacity.js";
import { defaultOptions } from "../../src/experiments/experiment.js";
import { runExperiment } from "../../src/experiments/run-experiment.js";
import { MemoryReport } from "../../src/report/memory-report.js";

const run = async (options: Record<string, unknown>, signal = new AbortController().signal) => {
  const report = new MemoryReport();
  const garments = makeGarments({ train: 8000, test: 2000 });
  const result = await runExperiment(
    capacity as never,
    { report, signal, fashionMnist: () => Promise.resolve(garments) },
    { ...defaultOptions(capacity), ...capacity.quick, ...options },
  );
  return { report, result };
};

describe("polynomials", () => {
  it("fit what numpy.linalg.lstsq fits", () => {
    const x = torch.tensor([-1, -0.5, 0, 0.5, 2], { dtype: torch.float64 }).reshape(-1, 1);
    const y = torch.tensor([1, 0, 2, -1, 3], { dtype: torch.float64 }).reshape(-1, 1);
    const X = polynomials.monomials(x, 3);
    // numpy 2: lstsq(np.stack([x**0, x, x**2 / 2], 1), y)
    const w = polynomials.leastSquares(X, y).reshape(-1).tolist() as number[];
    for (const [i, value] of [0.21507064364207207, -0.16797488226059754, 1.488226059654632].entries())
      expect(w[i]).toBeCloseTo(value, 10);
    // (X'X + 5 * 0.1 I) w = X'y
    const limited = polynomials.ridge(X, y, 0.1).reshape(-1).tolist() as number[];
    for (const [i, value] of [0.35477941176470595, 0.05606617647058823, 1.088235294117647].entries())
      expect(limited[i]).toBeCloseTo(value, 10);
  });

  it("find more labelings of the sine as its parameter may grow", () => {
    const counts = [10, 1000, 1e6].map(polynomials.labelingsOfSine);
    expect(counts).toEqual([1, 4, 32]);
  });
});

describe("pictures", () => {
  it("keep their pixels when they are permuted and scrambled, and their labels in classes", () => {
    torch.manualSeed(0);
    const source = pictures.pictureSource(makeGarments({ train: 200, test: 10 }));
    const taken = source.train(50);
    const sums = ({ X }: pictures.Pictures) => X.sum(1).tolist() as number[];
    for (const changed of [pictures.permuted(taken, torch.randperm(784)), pictures.scrambled(taken)]) {
      for (const [i, sum] of sums(changed).entries()) expect(sum).toBeCloseTo(sums(taken)[i]!, 2);
      expect(torch.equal(changed.X, taken.X)).toBe(false);
    }
    const two = pictures.ofClasses(source.train(200), 2, 10);
    expect(two.X.shape).toEqual([10, 784]);
    expect(Math.max(...(two.y.tolist() as number[]))).toBeLessThan(2);
    expect(pictures.withClutter(taken, 16).X.shape).toEqual([50, 800]);
  });
});

describe("capacity", () => {
  it("holds the claims of a quick run", async () => {
    const { report, result } = await run({});
    expect(result.checks.filter(({ ok }) => !ok)).toEqual([]);
    // Of many runs, and of the real pictures.
    const others = ["atTruth", "overfitted", "gap", "memorizeTest", "order", "earlyStopping", "cleanFirst"];
    expect(result.checks.map(({ id }) => id).sort()).toEqual(
      Object.keys(capacity.claims)
        .filter((id) => !others.includes(id))
        .sort(),
    );
    expect([...report.figures.keys()]).toEqual([
      "fields",
      "fits",
      "error-curve",
      "control",
      "factors",
      "complexity",
      "neighbour",
      "double-descent",
      "label-noise",
    ]);
    const curve = report.figures.get("error-curve")!;
    expect(curve.kind === "plot" && curve.panels[0]).toMatchObject({
      xlabel: "columns (degree + 1)",
      ylabel: "mean squared error",
      yscale: "log",
    });
    for (const figure of report.figures.values()) {
      if (figure.kind !== "plot") continue;
      for (const panel of figure.panels) {
        expect(panel.series.every(({ y }) => y.every((value) => value === null || Number.isFinite(value)))).toBe(true);
      }
    }
  });

  it("stops early where the error has not fallen for some epochs, or takes the best of all", () => {
    expect(stopAt([5, 4, 3, 3.1, 3.2, 1], 2, 0)).toBe(2);
    expect(stopAt([5, 4, 3, 3.1, 2, 1], 2, 0)).toBe(5);
    expect(stopAt([5, 4.9, 4.8], 2, 0.5)).toBe(0);
  });

  it("names a picture as its nearest neighbour is named", () => {
    const samples = {
      X: torch.tensor([
        [0, 0],
        [3, 3],
        [9, 0],
      ]),
      y: torch.tensor([4, 7, 1], { dtype: torch.int32 }),
    };
    expect(
      nearest(
        samples,
        torch.tensor([
          [1, 1],
          [8, 1],
          [3, 4],
        ]),
      ).tolist(),
    ).toEqual([4, 1, 7]);
  });

  it("checks nothing of a part that was stopped", async () => {
    const { result } = await run({ part: "curve" }, AbortSignal.abort());
    expect(result.checks).toEqual([]);
    expect(result.interrupted).toBe(true);
  });
});
