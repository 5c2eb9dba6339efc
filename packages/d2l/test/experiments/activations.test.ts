// The experiment on activation functions, and its functions against known values.
import * as torch from "torchlet";
import { expect, it } from "vitest";
import { chainedGradients, gelu, swishDerivative } from "../../src/experiments/activations/functions.js";
import { activations } from "../../src/experiments/activations.js";
import { failures, plotOf, runQuickly } from "./runs.js";

it("draws the book's six plots, and every claim holds", async () => {
  const { report, result } = await runQuickly(activations);
  expect(failures(result)).toEqual([]);
  expect(result.checks.map(({ id }) => id).sort()).toEqual(Object.keys(activations.claims).sort());
  const six = ["relu", "grad-of-relu", "sigmoid", "grad-of-sigmoid", "tanh", "grad-of-tanh"];
  expect([...report.figures.keys()].slice(0, 6)).toEqual(six);
  const ylabels = ["relu(x)", "grad of relu", "sigmoid(x)", "grad of sigmoid", "tanh(x)", "grad of tanh"];
  six.forEach((id, i) => {
    const { figsize, panels } = plotOf(report, id);
    expect(figsize).toEqual([5, 2.5]);
    expect([panels[0]!.xlabel, panels[0]!.ylabel]).toEqual(["x", ylabels[i]]);
    expect(panels[0]!.series[0]!.x).toHaveLength(160);
  });
  expect(plotOf(report, "chain").panels[0]!.yscale).toBe("log");
  expect(result.metrics.sigmoidMaximum).toBe(0.25);
});

it("takes other slopes and depths", async () => {
  const { report, result } = await runQuickly(activations, { alpha: 0.1, beta: 2, layers: 3 });
  expect(failures(result)).toEqual([]);
  expect(plotOf(report, "chain").panels[0]!.series[0]!.x).toEqual([1, 2, 3]);
});

it("knows GELU, Swish and chains", () => {
  // scipy: x * norm.cdf(x)
  expect(gelu(torch.tensor([-1, 0, 2])).tolist()).toEqual([-0.15865526, 0, 1.9544997].map((v) => expect.closeTo(v, 6)));
  expect(swishDerivative(torch.zeros([]), 3).item()).toBe(0.5);
  const [one, two] = chainedGradients(torch.sigmoid, 0, 2);
  expect(one).toBe(0.25);
  expect(two).toBeCloseTo(0.25 * 0.235004, 6);
});
