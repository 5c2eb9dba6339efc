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

  it("gives the same numbers in one piece and in many, across its blocks of 624 words", () => {
    const g = new torch.Generator();
    const draws: ((n: number) => torch.Tensor)[] = [
      (n) => torch.rand(n, { generator: g }),
      (n) => torch.rand([n], { generator: g, dtype: torch.float64 }),
      (n) => torch.bernoulli(torch.full([n], 0.4), { generator: g }),
      (n) => torch.bernoulli(torch.full([n], 0.4, { dtype: torch.float64 }), { generator: g }),
      (n) => torch.empty(n).bernoulli_(0.4, { generator: g }),
      (n) => torch.empty([n], { dtype: torch.uint8 }).bernoulli_(0.4, { generator: g }),
    ];
    const pieces = [1, 3, 4, 5, 8, 300, 311, 312, 313, 620, 7, 623, 624, 625, 1249];
    const total = pieces.reduce((a, b) => a + b);
    for (const draw of draws) {
      g.manualSeed(11);
      const together = [...draw(total).toTypedArray()];
      g.manualSeed(11);
      const apart = pieces.flatMap((n) => [...draw(n).toTypedArray()]);
      expect(apart).toEqual(together);
      g.manualSeed(11);
      expect(Array.from({ length: 700 }, () => draw(1).item())).toEqual(together.slice(0, 700));
    }
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

describe("draws in place", () => {
  it("take their numbers by name too", () => {
    const draws: [(x: torch.Tensor) => torch.Tensor, (x: torch.Tensor) => torch.Tensor][] = [
      [(x) => x.uniform_(-1, 2), (x) => x.uniform_({ from: -1, to: 2 })],
      [(x) => x.normal_(0, 0.01), (x) => x.normal_({ std: 0.01 })],
      [(x) => x.bernoulli_(0.2), (x) => x.bernoulli_({ p: 0.2 })],
      [(x) => x.exponential_(3), (x) => x.exponential_({ lambd: 3 })],
    ];
    for (const [one, other] of draws) {
      torch.manualSeed(4);
      const want = one(torch.zeros(20)).tolist();
      torch.manualSeed(4);
      expect(other(torch.zeros(20)).tolist()).toEqual(want);
    }
  });

  it("end the gradients of what was there before", () => {
    const x = torch.ones(3, { requiresGrad: true });
    const y = x.mul(2);
    y.uniform_();
    y.sum().backward();
    expect(x.grad!.tolist()).toEqual([0, 0, 0]);
    for (const draw of ["uniform_", "normal_", "bernoulli_", "exponential_"] as const) {
      expect(codeOf(() => x[draw]())).toBe("in-place-leaf");
      expect(torch.noGrad(() => x[draw]())).toBe(x);
      expect(codeOf(() => torch.zeros(1).expand(3)[draw]())).toBe("in-place-expanded");
    }
  });

  it("write nothing where they are refused", () => {
    const types = [torch.int32, torch.uint8, torch.bool];
    for (const dtype of types) {
      // A double written for each element would reach far behind the tensor.
      const before = torch.full([64], 7, { dtype });
      const x = torch.zeros(64, { dtype });
      const after = torch.full([64], 7, { dtype });
      for (const draw of ["uniform_", "normal_", "exponential_"] as const) {
        expect(codeOf(() => x[draw]())).toBe("random-dtype");
      }
      expect(codeOf(() => torch.rand(64, { dtype }))).toBe("random-dtype");
      expect(codeOf(() => torch.randn([64], { dtype }))).toBe("random-dtype");
      expect(codeOf(() => torch.normal(0, 1, [64], { dtype }))).toBe("random-dtype");
      expect(codeOf(() => torch.bernoulli(x))).toBe("random-dtype");
      expect(x.ne(0).any().item()).toBe(0);
      expect([before, after].map((t) => t.eq(before).all().item())).toEqual([1, 1]);
      expect(x.bernoulli_(1).ne(0).all().item()).toBe(1);
    }
  });
});

describe("refusals", () => {
  it.each<[string, () => unknown]>([
    ["distribution", () => torch.empty(3).uniform_(1, 0)],
    ["distribution", () => torch.empty(3).bernoulli_(1.5)],
    ["distribution", () => torch.empty(3).exponential_(0)],
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
