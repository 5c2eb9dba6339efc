// The recorder of layers, the graph as data, projections.
import { describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";

const { nn } = torch;

describe("recordLayers", () => {
  it("records each layer's output and the gradient that comes back", () => {
    torch.manualSeed(0);
    const net = new nn.Sequential(new nn.Linear(3, 4), new nn.ReLU(), new nn.Linear(4, 1));
    const X = torch.randn(5, 3);
    const recorder = nn.utils.recordLayers(net);
    const hidden = net[1]!(net[0]!(X));
    recorder.clear();
    net(X).sum().backward();
    expect(recorder.records.map(({ layer, type, kind }) => `${kind} ${layer} ${type}`)).toEqual([
      "activation 0 Linear",
      "activation 1 ReLU",
      "activation 2 Linear",
      "gradient 2 Linear",
      "gradient 1 ReLU",
      "gradient 0 Linear",
    ]);
    const { statistics } = recorder.records[1]!;
    expect(statistics.mean).toBeCloseTo(hidden.mean().item(), 6);
    expect(statistics.std).toBeCloseTo(torch.std(hidden, { correction: 0 }).item(), 5);
    expect(statistics.zeros).toBe(hidden.eq(0).sum().item() / 20);
    expect(recorder.records[3]!.statistics).toMatchObject({ mean: 1, std: 0, maxAbs: 1 });
    recorder.remove();
    net(X);
    expect(recorder.records).toHaveLength(6);
  });

  it("counts what is not finite, and describes the rest", () => {
    const s = nn.utils.statisticsOf(torch.tensor([1, Number.NaN, 3, Number.NEGATIVE_INFINITY]));
    expect(s).toEqual({ mean: 2, std: 1, maxAbs: 3, zeros: 0, nonFinite: 2 });
  });

  it("sees spreads whose squares single precision cannot hold", () => {
    for (const scale of [1e-30, 1e25]) {
      const { std } = nn.utils.statisticsOf(torch.tensor([1, 3]).to(torch.float32).mul(scale));
      expect(std / scale).toBeCloseTo(1, 6);
    }
  });

  it("measures what has exploded or nearly vanished, whose squares float32 cannot hold", () => {
    for (const size of [1e30, 3e38, 1e-30]) {
      const { mean, std, maxAbs } = nn.utils.statisticsOf(
        torch.tensor([size, size, -size, -size, size, size, size, size]),
      );
      expect(maxAbs / size).toBeCloseTo(1, 6);
      expect(mean / size).toBeCloseTo(0.5, 6);
      expect(std / size).toBeCloseTo(Math.sqrt(0.75), 6);
    }
    expect(nn.utils.statisticsOf(torch.zeros(3))).toEqual({ mean: 0, std: 0, maxAbs: 0, zeros: 1, nonFinite: 0 });
  });
});

describe("graphOf", () => {
  it("gives variables and operations with what they read", () => {
    const W = torch.ones(2, 2, { requiresGrad: true });
    const x = torch.ones(2, 1);
    const loss = W.matmul(x).square().sum();
    const { vertices, edges } = torch.autograd.graphOf(loss, { W, x });
    const named = edges.map(([from, to]) => `${vertices[from]!.name} -> ${vertices[to]!.name}`);
    expect(
      vertices
        .filter(({ kind }) => kind === "variable")
        .map(({ name }) => name)
        .sort(),
    ).toEqual(["W", "x"]);
    expect(named.some((edge) => edge.startsWith("W -> "))).toBe(true);
    expect(named.some((edge) => edge.startsWith("x -> "))).toBe(true);
    expect(vertices[0]!.tensor).toBeNull();
    const last = edges.filter(([, to]) => to === 0);
    expect(last).toHaveLength(1);
  });

  it("has computed tensors that are named between what made and what reads them", () => {
    const W = torch.ones(2, 2, { requiresGrad: true });
    const z = W.matmul(torch.ones(2, 1));
    const J = z.mul(z).sum();
    const { vertices, edges } = torch.autograd.graphOf(J, { W, z, J });
    const named = edges.map(([from, to]) => `${vertices[from]!.name} -> ${vertices[to]!.name}`);
    expect(named.sort()).toEqual(
      [
        "W -> MmBackward0",
        "data -> MmBackward0",
        "MmBackward0 -> z",
        "z -> MulBackward0",
        "z -> MulBackward0",
        "MulBackward0 -> SumBackward0",
        "SumBackward0 -> J",
      ].sort(),
    );
    expect(vertices.find(({ name }) => name === "z")!.tensor).toBe(z);
  });

  it("tells what is kept for the backward pass, until that has run", () => {
    const W = torch.ones(2, 2, { requiresGrad: true });
    const x = torch.ones(2, 1);
    const h = torch.tanh(W.matmul(x));
    const loss = h.square().sum();
    const kept = torch.autograd.savedTensors(loss).map(({ storage }) => storage);
    expect(kept.length).toBe(new Set(kept).size);
    expect([h, x, W].map(({ storage }) => kept.includes(storage))).toEqual([true, true, false]);
    loss.backward();
    expect(torch.autograd.savedTensors(loss).length).toBe(0);
    expect(torch.autograd.savedTensors(x).length).toBe(0);
  });

  it("holds a shared tensor once, and a leaf alone", () => {
    const w = torch.ones(3, { requiresGrad: true });
    const { vertices } = torch.autograd.graphOf(w.mul(w).sum(), { w });
    expect(vertices.filter(({ name }) => name === "w")).toHaveLength(1);
    expect(torch.autograd.graphOf(w).vertices).toHaveLength(1);
  });
});

describe("projections", () => {
  it("move onto the ball, and leave what is inside", () => {
    const w = torch.tensor([3, 4], { dtype: torch.float32 });
    expect(torch.optim.projectL2_(w, 1)).toBe(5);
    expect(w.tolist()).toEqual([expect.closeTo(0.6, 6), expect.closeTo(0.8, 6)]);
    torch.optim.projectL2_([w], 2);
    expect(torch.norm(w).item()).toBeCloseTo(1, 6);
    expect(() => torch.optim.projectL2_(torch.tensor([3, 4]), 1)).toThrow(torch.DTypeError);
    expect(() => torch.optim.projectL2_(w, -1)).toThrow(/must not be negative/);
  });

  it("take the threshold from each weight, down to exact zeros", () => {
    const w = new nn.Parameter(torch.tensor([3, -0.5, 0.2, -2]));
    torch.optim.proximalL1_(w, 0.5);
    expect(w.tolist()).toEqual([2.5, 0, 0, -1.5].map((v) => expect.closeTo(v, 6)));
    expect(() => torch.optim.proximalL1_(w, Number.NaN)).toThrow(/must not be negative/);
  });
});
