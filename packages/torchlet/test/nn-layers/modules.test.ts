// Modules against PyTorch: printed forms, state dicts, initial values; what each computes is tested with its function.
import { describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";
import { fixture } from "../support/cases.js";

const { nn } = torch;

interface Recorded {
  /** A constructor's name and arguments, as here. */
  code: string;
  printed: string;
  state?: Record<string, number[]>;
}
const construct = (code: string) => new Function("nn", "torch", `return new nn.${code}`)(nn, torch) as torch.nn.Module;

describe("printed forms and state dicts", () => {
  it.each(fixture<Recorded>("modules").map((m): [string, Recorded] => [m.code, m]))("%s", (_, m) => {
    const module = construct(m.code);
    expect(String(module)).toBe(m.printed);
    if (m.state === undefined) return;
    const state = module.stateDict();
    expect(Object.fromEntries(Object.entries(state).map(([name, t]) => [name, [...t.shape]]))).toEqual(m.state);
    expect(Object.keys(state)).toEqual(Object.keys(m.state));
  });
});

/** PyTorch's values for seed 0, to four decimals. */
const rounded = (x: torch.Tensor) => Array.from(x.toTypedArray(), (v) => Math.round(v * 1e4) / 1e4);

describe("initial values of seed 0", () => {
  it("Bilinear: the weight, then the bias", () => {
    torch.manualSeed(0);
    const { weight, bias } = new nn.Bilinear(2, 3, 4);
    expect(rounded(weight).slice(0, 6)).toEqual([-0.0053, 0.3793, -0.582, -0.5204, -0.2723, 0.1896]);
    expect(rounded(bias!)).toEqual([-0.114, 0.0748, 0.6403, -0.656]);
  });

  it("Embedding: normal numbers, zeros for the padding row", () => {
    torch.manualSeed(0);
    const { weight } = new nn.Embedding(3, 2, { paddingIdx: 1 });
    expect(rounded(weight)).toEqual([1.541, -0.2934, 0, 0, -1.0845, -1.3986]);
  });

  it("LazyLinear: drawn in the first call, then a Linear that optimizers already hold", () => {
    torch.manualSeed(0);
    const layer = new nn.LazyLinear(2);
    const { weight } = layer;
    expect(layer(torch.zeros(1, 3)).shape).toEqual([1, 2]);
    expect(layer.weight).toBe(weight);
    expect(rounded(weight)).toEqual([-0.0043, 0.3097, -0.4752, -0.4249, -0.2224, 0.1548]);
    expect(rounded(layer.bias!)).toEqual([-0.0114, 0.4578]);
    expect(String(layer)).toBe("Linear(in_features=3, out_features=2, bias=True)");
    layer(torch.ones(4, 3)).sum().backward();
    expect(weight.grad!.tolist()).toEqual([
      [4, 4, 4],
      [4, 4, 4],
    ]);
  });
});

describe("BatchNorm1d", () => {
  const x = torch.tensor([
    [1.5, -2],
    [0.5, 4],
    [-1, 1],
  ]);

  it("keeps running statistics in training and uses them in evaluation", () => {
    const layer = new nn.BatchNorm1d(2);
    const y = layer(x);
    expect(torch.allclose(y.mean(0), torch.zeros(2), { atol: 1e-6 })).toBe(true);
    expect(rounded(layer.runningMean!)[0]).toBeCloseTo(0.1 * (1 / 3), 4);
    expect(rounded(layer.runningVar!)[1]).toBeCloseTo(0.9 + 0.1 * 9, 4);
    expect(layer.numBatchesTracked!.item()).toBe(1);
    layer.eval();
    const mean = layer.runningMean!;
    const want = x.sub(mean).div(layer.runningVar!.add(1e-5).sqrt());
    expect(torch.allclose(layer(x), want, { atol: 1e-6 })).toBe(true);
    expect(layer.numBatchesTracked!.item()).toBe(1);
    layer.resetRunningStats();
    expect(layer.runningVar!.tolist()).toEqual([1, 1]);
  });

  it("with momentum null takes the mean over all batches", () => {
    const layer = new nn.BatchNorm1d(2, { momentum: null });
    layer(x);
    layer(x.add(3));
    expect(torch.allclose(layer.runningMean!, x.mean(0).add(1.5), { atol: 1e-6 })).toBe(true);
  });

  it("refuses one value a feature, and another number of features", () => {
    const layer = new nn.BatchNorm1d(2);
    expect(() => layer(x.narrow(0, 0, 1))).toThrow(torch.ValueError);
    expect(() => layer(torch.ones(4, 3))).toThrow(torch.ShapeError);
    expect(() => layer(torch.ones(4))).toThrow(torch.ShapeError);
  });
});

describe("other layers", () => {
  it("work in place where they are told to", () => {
    const x = torch.tensor([-1.5, 2]);
    expect(new nn.ELU({ inplace: true })(x)).toBe(x);
    expect(rounded(x)).toEqual([-0.7769, 2]);
  });

  it("RReLU draws slopes in training and takes their mean in evaluation", () => {
    const layer = new nn.RReLU(0.25, 0.75);
    const y = layer(torch.ones(100).neg()).neg();
    expect(y.min().item()).toBeGreaterThanOrEqual(0.25);
    expect(y.max().item()).toBeLessThan(0.75);
    expect(y.std().item()).toBeGreaterThan(0);
    expect(layer.eval()(torch.ones(2).neg()).tolist()).toEqual([-0.5, -0.5]);
  });

  it("losses reduce, weigh and keep their weights in the state", () => {
    const loss = new nn.BCEWithLogitsLoss({ posWeight: torch.tensor([2.0, 0.5]), reduction: "sum" });
    expect(Object.keys(loss.stateDict())).toEqual(["pos_weight"]);
    expect(loss(torch.zeros(1, 2), torch.ones(1, 2)).item()).toBeCloseTo(2.5 * Math.LN2, 6);
    expect(() => new nn.HuberLoss({ reduction: "all" as "mean" })).toThrow(torch.ValueError);
  });

  it("Embedding scales long rows down where it has a largest norm", () => {
    const layer = new nn.Embedding(3, 2, { maxNorm: 1 });
    torch.noGrad(() => layer.weight.fill_(3));
    const row = layer(torch.tensor([1]));
    expect(row.norm().item()).toBeCloseTo(1, 5);
    expect(layer.weight.tolist()).toEqual([
      [3, 3],
      [expect.closeTo(Math.SQRT1_2, 4), expect.closeTo(Math.SQRT1_2, 4)],
      [3, 3],
    ]);
  });

  it("Embedding.fromPretrained takes a table, frozen unless told otherwise", () => {
    const table = torch.randn(4, 2);
    const layer = nn.Embedding.fromPretrained(table);
    expect(layer.weight.requiresGrad).toBe(false);
    expect(layer(torch.tensor([2])).tolist()).toEqual([table.tolist()[2 as never]]);
  });
});

describe("containers", () => {
  it("register what they hold", () => {
    class Net extends nn.Module {
      blocks = new nn.ModuleList([new nn.Linear(2, 2), new nn.Linear(2, 2)]);
      heads = new nn.ModuleDict({ a: new nn.Linear(2, 1) });
      scales = new nn.ParameterList([torch.ones(2)]);
      override forward(x: torch.Tensor) {
        let y = x;
        for (const block of this.blocks) y = block(y);
        return this.heads.get("a")(y.mul(this.scales.at(0)));
      }
    }
    const net = new Net();
    expect(Object.keys(net.stateDict())).toEqual([
      ...["blocks.0.weight", "blocks.0.bias", "blocks.1.weight", "blocks.1.bias"],
      ...["heads.a.weight", "heads.a.bias", "scales.0"],
    ]);
    expect(net(torch.ones(3, 2)).shape).toEqual([3, 1]);
    net.blocks.append(new nn.ReLU()).insert(0, new nn.Tanh());
    expect(net.blocks.length).toBe(4);
    expect(net.blocks.at(-1)).toBeInstanceOf(nn.ReLU);
    expect(net.blocks[0]).toBeInstanceOf(nn.Tanh);
    expect(() => net.blocks.at(4)).toThrow(torch.ValueError);
    expect(() => net.heads.get("b")).toThrow(torch.ValueError);
    expect(net.heads.pop("a")).toBeInstanceOf(nn.Linear);
    expect(net.heads.length).toBe(0);
  });
});
