// Backpropagation by hand, stored activations, second derivatives, and the experiment.
import * as torch from "torchlet";
import { describe, expect, it } from "vitest";
import { backward, forward } from "../../src/experiments/backprop/by-hand.js";
import { activationBytes } from "../../src/experiments/backprop/measure.js";
import { hessian, hessianVector } from "../../src/experiments/backprop/second.js";
import { backprop } from "../../src/experiments/backprop.js";
import { runQuickly } from "./runs.js";

describe("backward", () => {
  it("gives what PyTorch gives", () => {
    const f64 = (values: number[][]) => torch.tensor(values, { dtype: torch.float64 });
    const inputs = {
      x: f64([[1], [-2]]),
      y: f64([[0], [1]]),
      W1: f64([
        [0.1, 0.2],
        [0.3, -0.4],
      ]).requiresGrad_(),
      W2: f64([
        [0.5, -0.6],
        [0.7, 0.8],
      ]).requiresGrad_(),
    };
    const model = { activation: "tanh", lambd: 0.1 } as const;
    const variables = forward(inputs, model);
    expect(variables.J.item()).toBeCloseTo(0.45668745741517136, 12);
    const { W1, W2 } = backward(inputs, variables, model);
    const close = (values: number[]) => values.map((v) => expect.closeTo(v, 12));
    expect(W1!.reshape(-1).tolist()).toEqual(
      close([-0.6374059451061835, 1.314811890212367, 0.0029728820834689085, 0.014054235833062173]),
    );
    expect(W2!.reshape(-1).tolist()).toEqual(
      close([0.23234879586310464, -0.5610769409508511, 0.2341603701377249, -0.37109689759467196]),
    );
  });
});

describe("memory", () => {
  it("is one number a unit, a sample and a layer", () => {
    expect(activationBytes(3, 10, 7)).toEqual({ training: 3 * 10 * 7 * 4, prediction: 0 });
  });
});

describe("second derivatives", () => {
  it("of a cubic are known", () => {
    const w = torch.tensor([1, 2]).to(torch.float64).requiresGrad_();
    // J = w1³ + w1 w2²: the Hessian is [[6 w1, 2 w2], [2 w2, 2 w1]].
    const J = () => {
      const [a, b] = w.unbind() as [torch.Tensor, torch.Tensor];
      return a.pow(3).add(a.mul(b.square()));
    };
    const { H, passes } = hessian(J(), w);
    expect(H.tolist()).toEqual([
      [6, 4],
      [4, 2],
    ]);
    expect(passes).toBe(3);
    expect(hessianVector(J(), w, torch.tensor([1, -1]).to(torch.float64)).tolist()).toEqual([2, 2]);
  });
});

describe("backprop", () => {
  it.each(["tanh", "relu"])("holds all its claims with %s", async (activation) => {
    const { report, result } = await runQuickly(backprop, { activation });
    expect(result.checks.map(({ id, ok }) => [id, ok])).toEqual(Object.keys(backprop.claims).map((id) => [id, true]));
    expect([...report.figures.keys()]).toEqual(["graph", "graph-bias", "memory", "second-derivatives"]);
    const times = report.figures.get("second-derivatives")!;
    expect(times.kind === "plot" && times.panels[1]).toMatchObject({ xscale: "log", yscale: "log" });
  });
});
