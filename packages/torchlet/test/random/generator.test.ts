// Generators: independent streams, states that can be kept, where draws go, and refusals.
import { describe, expect, it } from "vitest";
import { moveAllOut } from "../../src/engine/storage.js";
import * as torch from "../../src/index.js";
import { codeOf } from "../support/errors.js";

describe("a generator", () => {
  it("gives the same numbers for the same seed, whatever was drawn elsewhere", () => {
    const g = new torch.Generator().manualSeed(5);
    const first = torch.rand(20, { generator: g }).tolist();
    torch.rand(100);
    const second = torch.rand(20, { generator: g }).tolist();
    g.manualSeed(5);
    torch.manualSeed(77);
    expect(torch.rand(20, { generator: g }).tolist()).toEqual(first);
    expect(torch.rand(20, { generator: g }).tolist()).toEqual(second);
    expect(second).not.toEqual(first);
  });

  it("does not move the default stream", () => {
    torch.manualSeed(3);
    const want = torch.rand(4).tolist();
    torch.manualSeed(3);
    const g = new torch.Generator().manualSeed(9);
    torch.randn(20, { generator: g });
    torch.randperm(10, { generator: g });
    torch.randint(5, [4], { generator: g });
    torch.bernoulli(torch.full([4], 0.5), { generator: g });
    torch.empty(3).uniform_(0, 1, { generator: g });
    torch.nn.init.normal_(torch.empty(3), 0, 1, { generator: g });
    expect(torch.rand(4).tolist()).toEqual(want);
  });

  it("takes 0 as a seed like any other", () => {
    torch.manualSeed(0);
    const zero = torch.rand(3).tolist();
    torch.manualSeed(1);
    expect(torch.rand(3).tolist()).not.toEqual(zero);
    torch.manualSeed(0);
    expect(torch.rand(3).tolist()).toEqual(zero);
    expect(torch.initialSeed()).toBe(0);
  });

  it("continues from a state, kept normal deviates included", () => {
    torch.manualSeed(11);
    torch.randn(3);
    torch.rand(700);
    const state = torch.getRngState();
    const draw = () => [torch.randn(1).item(), torch.rand(1).item(), ...(torch.randn(17).tolist() as number[])];
    const want = draw();
    expect(draw()).not.toEqual(want);
    torch.setRngState(state);
    expect(draw()).toEqual(want);
    const g = new torch.Generator().setState(state);
    moveAllOut();
    expect(torch.randn(1, { generator: g }).item()).toBe(want[0]);
    state.fill(0);
    expect(torch.randn(1, { generator: g }).item()).not.toBe(0);
  });

  it("starts at PyTorch's default seed", () => {
    // torch.Generator() without a seed.
    expect(new torch.Generator().initialSeed()).toBe(67280421310721);
  });

  it("puts its state back after forkRng, also where the body throws", () => {
    torch.manualSeed(1);
    const want = torch.rand(3).tolist();
    torch.manualSeed(1);
    torch.forkRng(() => torch.rand(50));
    expect(() =>
      torch.forkRng(() => {
        torch.rand(5);
        throw new Error("inside");
      }),
    ).toThrow("inside");
    expect(torch.rand(3).tolist()).toEqual(want);
  });
});

describe("draws", () => {
  it("into a view go there in order and nowhere else", () => {
    torch.manualSeed(2);
    const want = torch.empty(6).uniform_().reshape(3, 2);
    const base = torch.zeros(3, 5);
    torch.manualSeed(2);
    base.narrow(1, 1, 2).uniform_();
    expect(base.narrow(1, 1, 2).tolist()).toEqual(want.tolist());
    expect(base.select(1, 0).abs().sum().item() + base.narrow(1, 3, 2).abs().sum().item()).toBe(0);
  });

  it("have the moments of their distributions", () => {
    torch.manualSeed(0);
    const n = 200_000;
    const check = (x: torch.Tensor, mean: number, std: number) => {
      expect(Math.abs(x.mean().item() - mean)).toBeLessThan((5 * std) / Math.sqrt(n));
      expect(Math.abs(x.std().item() / std - 1)).toBeLessThan(0.01);
    };
    check(torch.rand(n), 0.5, Math.sqrt(1 / 12));
    check(torch.randn(n, { dtype: torch.float64 }), 0, 1);
    check(torch.empty(n).exponential_(2), 0.5, 0.5);
    check(torch.randint(0, 10, [n]).float(), 4.5, Math.sqrt(99 / 12));
    check(torch.bernoulli(torch.full([n], 0.2)), 0.2, 0.4);
    expect(torch.rand(n).max().item()).toBeLessThan(1);
    expect(torch.randperm(1000).float().std().item()).toBeCloseTo(torch.arange(1000).float().std().item(), 3);
  });

  it("count as changes", () => {
    const x = torch.zeros(4);
    const before = x.version;
    x.uniform_();
    x.normal_();
    expect(x.version).toBe(before + 2);
  });
});

describe("refusals", () => {
  it.each<[string, () => unknown]>([
    ["seed", () => torch.manualSeed(1.5)],
    ["seed", () => torch.manualSeed(Number.NaN)],
    ["std", () => torch.normal(0, -1, [3])],
    ["std", () => torch.empty(3).normal_(0, -1)],
    ["randint-range", () => torch.randint(5, 5, [2])],
    ["randint-range", () => torch.randint(0, [2])],
    ["size", () => torch.rand(-1)],
    ["size", () => torch.randperm(2.5)],
    ["generator-state", () => new torch.Generator().setState(new Uint8Array(3))],
    ["dropout-probability", () => torch.nn.functional.dropout(torch.ones(2), 1.5)],
    ["dropout-probability", () => new torch.nn.Dropout(-0.1)],
  ])("%s: %s", (code, body) => {
    expect(codeOf(body)).toBe(code);
  });
});
