// Layers: values against plain arithmetic, their options, Sequential as a list, refusals.
import { describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";
import { codeOf } from "../support/errors.js";

const { nn } = torch;
const F = nn.functional;

describe("Linear", () => {
  it("is x W^T + b over the last dimension, of any number of them", () => {
    const layer = new nn.Linear(3, 2);
    torch.noGrad(() => {
      layer.weight.copy_(
        torch.tensor([
          [1, 2, 3],
          [-1, 0, 1],
        ]),
      );
      layer.bias!.copy_(torch.tensor([10, 20]));
    });
    expect(layer(torch.tensor([1, 1, 2], { dtype: torch.float32 })).tolist()).toEqual([19, 21]);
    const x = torch.arange(24, { dtype: torch.float32 }).reshape(2, 4, 3);
    const y = layer(x);
    expect(y.shape).toEqual([2, 4, 2]);
    expect(y.select(0, 1).select(0, 2).tolist()).toEqual([18 + 38 + 60 + 10, 2 + 20]);
    expect(layer(x.transpose(0, 1)).tolist()).toEqual(y.transpose(0, 1).tolist());
    expect(layer(torch.zeros(0, 3)).shape).toEqual([0, 2]);
    expect(layer.inFeatures + layer.outFeatures).toBe(5);
  });

  it("gives the same fused with its ReLU as apart", () => {
    for (const [batch, width, out] of [
      [1, 1, 1],
      [3, 7, 5],
      [64, 100, 10],
    ] as const) {
      const layer = new nn.Linear(width, out);
      const fused = new nn.Sequential(layer, new nn.ReLU());
      const x = torch.randn(batch, width, { requiresGrad: true });
      const gradients = (y: torch.Tensor) => {
        layer.zeroGrad();
        x.grad = null;
        y.square().sum().backward();
        return [x.grad!, layer.weight.grad!, layer.bias!.grad!].map((g) => g.tolist());
      };
      const apart = layer(x).relu();
      const together = fused(x);
      expect(together.tolist()).toEqual(apart.tolist());
      expect(gradients(together)).toEqual(gradients(apart));
    }
  });

  it("carries NaN through the fused ReLU, and leaves no gradient at 0", () => {
    const fused = new nn.Sequential(new nn.Linear(1, 1), new nn.ReLU());
    torch.noGrad(() => {
      fused[0].weight.fill_(1);
      fused[0].bias!.fill_(0);
    });
    const x = torch.tensor([[Number.NaN], [0], [-1], [2]], { requiresGrad: true });
    const y = fused(x);
    expect(y.tolist()).toEqual([[Number.NaN], [0], [0], [2]]);
    y.sum().backward();
    expect([...x.grad!.toTypedArray()].slice(1)).toEqual([0, 0, 1]);
  });

  it("works in float64, without bias, and from setDefaultDtype", () => {
    const layer = new nn.Linear(2, 3, { bias: false, dtype: torch.float64 });
    expect(layer.bias).toBe(null);
    expect(layer(torch.ones(2, { dtype: torch.float64 })).dtype).toBe(torch.float64);
    torch.setDefaultDtype(torch.float64);
    try {
      expect(new nn.Linear(2, 2).weight.dtype).toBe(torch.float64);
    } finally {
      torch.setDefaultDtype(torch.float32);
    }
  });

  it.each<[string, () => unknown]>([
    ["linear-features", () => new nn.Linear(3, 2)(torch.ones(2))],
    ["linear-features", () => new nn.Linear(3, 2)(torch.tensor(1.5))],
    ["matmul-dtypes", () => new nn.Linear(3, 2)(torch.ones(3, { dtype: torch.float64 }))],
    ["matmul-dtypes", () => new nn.Linear(3, 2)(torch.tensor([1, 2, 3]))],
    ["matmul-dtypes", () => F.linear(torch.ones(3), torch.ones(2, 3), torch.ones(2, { dtype: torch.float64 }))],
    ["linear-bias", () => F.linear(torch.ones(3), torch.ones(2, 3), torch.ones(3))],
    ["linear-bias", () => F.linear(torch.ones(3), torch.ones(2, 3), torch.ones(1))],
  ])("%s: %s", (code, body) => {
    expect(codeOf(body)).toBe(code);
  });
});

describe("Sequential", () => {
  it("is a list: indices, length, iteration, append", () => {
    const [a, b] = [new nn.Linear(2, 3), new nn.ReLU()];
    const net = new nn.Sequential(a, b);
    expect(net[0]).toBe(a);
    expect(net[1]).toBe(b);
    expect(net[0].weight.shape).toEqual([3, 2]);
    expect(net.length).toBe(2);
    expect([...net]).toEqual([a, b]);
    const last = new nn.Linear(3, 1);
    expect(net.append(last)).toBe(net);
    expect(net.length).toBe(3);
    expect(net(torch.ones(2)).shape).toEqual([1]);
    expect(Object.keys(net.stateDict())).toEqual(["0.weight", "0.bias", "2.weight", "2.bias"]);
  });

  it("keeps its order beyond ten modules and lets one be replaced", () => {
    const layers = Array.from({ length: 12 }, (_, i) => new nn.Linear(i + 1, i + 2));
    const net = new nn.Sequential(...layers);
    expect(net(torch.ones(1)).shape).toEqual([13]);
    expect(
      Object.keys(net.stateDict())
        .filter((k) => k.endsWith("weight"))
        .at(-1),
    ).toBe("11.weight");
    const two = new nn.Sequential(new nn.Linear(1, 1), new nn.Identity());
    (two as torch.nn.Module)[1] = new nn.Linear(1, 5);
    expect(two(torch.ones(1)).shape).toEqual([5]);
  });

  it("passes its input on when it is empty", () => {
    const x = torch.ones(2);
    expect(new nn.Sequential()(x)).toBe(x);
  });
});

describe("layers without parameters", () => {
  it("flatten all but the batch", () => {
    const x = torch.arange(24).reshape(2, 3, 4);
    expect(new nn.Flatten()(x).shape).toEqual([2, 12]);
    expect(new nn.Flatten(0)(x).shape).toEqual([24]);
    expect(new nn.Flatten(0, 1)(x).tolist()).toEqual(x.reshape(6, 4).tolist());
    expect(codeOf(() => new nn.Flatten(2, 1)(x))).toBe("flatten-order");
  });

  it("activate", () => {
    const x = torch.tensor([-2, 0, 1.5]);
    expect(new nn.ReLU()(x).tolist()).toEqual([0, 0, 1.5]);
    expect(new nn.Sigmoid()(x).tolist()).toEqual(x.sigmoid().tolist());
    expect(new nn.Tanh()(x).tolist()).toEqual(x.tanh().tolist());
    expect(new nn.Identity()(x)).toBe(x);
    expect(new nn.ReLU({ inplace: true })(x)).toBe(x);
    expect(x.tolist()).toEqual([0, 0, 1.5]);
  });

  it("drop out in training only, and keep the mean", () => {
    torch.manualSeed(0);
    const x = torch.ones(100_000, { requiresGrad: true });
    const layer = new nn.Dropout(0.25);
    const y = layer(x);
    const kept = y.ne(0).float().mean().item();
    expect(kept).toBeCloseTo(0.75, 2);
    expect(y.max().item()).toBeCloseTo(4 / 3, 6);
    y.sum().backward();
    expect(x.grad!.tolist()).toEqual(y.tolist());
    expect(layer.eval()(x)).toBe(x);
    expect(F.dropout(x, 0)).toBe(x);
    const none = F.dropout(x, 1);
    // What is not a number stays so, with and without a graph.
    const strange = torch.tensor([Number.NaN, 2]);
    expect(F.dropout(strange, 1).tolist()).toEqual([Number.NaN, 0]);
    expect(F.dropout(strange.clone().requiresGrad_(), 1).tolist()).toEqual([Number.NaN, 0]);
    expect(none.abs().max().item()).toBe(0);
    x.grad = null;
    none.sum().backward();
    expect(x.grad!.abs().max().item()).toBe(0);
  });
});

describe("losses as modules", () => {
  it("are their functions", () => {
    const x = torch.randn(3, 4);
    const y = torch.tensor([0, 3, 1]);
    const weight = torch.tensor([1, 2, 0.5, 1]);
    for (const reduction of ["none", "mean", "sum"] as const) {
      const options = { reduction, weight, labelSmoothing: 0.1, ignoreIndex: 1 };
      expect(new nn.CrossEntropyLoss(options)(x, y).tolist()).toEqual(F.crossEntropy(x, y, options).tolist());
      expect(new nn.NLLLoss({ reduction, weight })(x, y).tolist()).toEqual(
        F.nllLoss(x, y, { reduction, weight }).tolist(),
      );
      expect(new nn.MSELoss({ reduction })(x, x.mul(2)).tolist()).toEqual(
        F.mseLoss(x, x.mul(2), { reduction }).tolist(),
      );
      expect(new nn.L1Loss({ reduction })(x, x.mul(2)).tolist()).toEqual(F.l1Loss(x, x.mul(2), { reduction }).tolist());
    }
    expect(Object.keys(new nn.CrossEntropyLoss({ weight }).stateDict())).toEqual(["weight"]);
    expect(new nn.CrossEntropyLoss().weight).toBe(null);
  });
});
