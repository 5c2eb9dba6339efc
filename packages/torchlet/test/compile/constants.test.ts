// Tensors that a step makes: constants, fillings, sequences, random draws; generators seeded in between.
import { describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";
import { agree, batch, type Wrap } from "./support.js";

/** Twelve calls of a function of one batch; results are compared at the end, and what the generator gives then. */
const calls = (step: (x: torch.Tensor) => torch.Tensor | torch.Tensor[], between: (i: number) => void = () => {}) =>
  agree((wrap: Wrap) => {
    const compiled = wrap(step);
    const results: torch.Tensor[] = [];
    for (let i = 0; i < 12; i++) {
      between(i);
      results.push(...[compiled(batch(i)[0])].flat());
    }
    return [...results, torch.rand(5), torch.randn(3)];
  });

describe("constants", () => {
  it("from values, in every type", () => {
    const { replayed } = calls((x) => [
      x.mul(torch.tensor([[0.1, 0.2, 0.3]]).sum()),
      torch.tensor([1, 2, 3]),
      torch.tensor([true, false]),
      torch.tensor(Float64Array.of(1.5, 2.5)).add(1),
      torch.tensor(3),
      torch.tensor([]),
    ]);
    expect(replayed).toBe(11);
  });

  it("changed in place begin anew in every call", () => {
    const { replayed } = calls((x) => {
      const c = torch.tensor([1, 2, 3], { dtype: torch.float32 });
      c.mul_(x.sum()).add_(1);
      const z = torch.zeros(3);
      z.add_(c).select(0, 1).fill_(7);
      const o = torch.ones(2, 3);
      o.narrow(1, 1, 2).add_(z.narrow(0, 0, 2));
      const e = torch.eye(3).sub_(z);
      return [c, z, o, e];
    });
    expect(replayed).toBe(11);
  });

  it("filled, counted, and alike", () => {
    const { replayed } = calls((x) => [
      torch.full([3, 4], 0.7).mul(2),
      torch.arange(5).add(1),
      torch.arange(0, 1, 0.1).mul(x.sum()),
      torch.linspace(0, 1, 7),
      torch.zerosLike(x),
      torch.onesLike(x).mul(x),
      torch.fullLike(x, -0).mul(x),
      torch.full([2], Number.NaN).add(1),
      torch.full([2], 3.7, { dtype: torch.int32 }).mul(2),
      torch.full([4], 1e39, { dtype: torch.float32 }).sub(1),
    ]);
    expect(replayed).toBe(11);
  });

  it("filled under one name and read under another type", () => {
    const { replayed } = calls((x) => {
      const ones = torch.ones([3], { dtype: torch.int32 });
      const halves = torch.full([3], 0.5);
      return [ones.to(torch.float64).mul(0.5), halves.to(torch.int32), halves.double().add(x.sum()), ones.eq(1)];
    });
    expect(replayed).toBe(11);
  });
});

describe("random numbers", () => {
  it("are drawn anew in every replay, in the order of an uncompiled step", () => {
    const { replayed } = calls((x) => [
      torch.rand(x.shape).mul(x),
      torch.randn(3, 5),
      torch.randint(0, 100, [7]),
      torch.bernoulli(torch.full([9], 0.3)),
      torch.randperm(11),
      torch.normal(0, 1, [4]),
      torch.empty(6).uniform_(-1, 1),
      torch.empty(6).normal_(2, 3),
      torch.empty(6).exponential_(2),
      torch.empty(2, 6).t().uniform_(),
      torch.nn.functional.dropout(x, 0.5),
    ]);
    expect(replayed).toBe(11);
  });

  it("follow manualSeed between calls and inside", () => {
    const seeded = calls(
      () => torch.rand(5),
      (i) => i % 3 === 0 && torch.manualSeed(i),
    );
    const inside = calls((x) => {
      torch.manualSeed(3);
      return x.add(torch.rand(1));
    });
    const restored = calls(
      () => torch.rand(5),
      (i) => i === 6 && torch.setRngState(new torch.Generator().manualSeed(9).getState()),
    );
    for (const { replayed } of [seeded, inside, restored]) expect(replayed).toBe(11);
  });

  it("of a generator of one's own", () => {
    const { replayed } = agree((wrap) => {
      const generator = new torch.Generator().manualSeed(5);
      const step = wrap((x: torch.Tensor) => x.add(torch.randn(x.shape, { generator })));
      return [...Array.from({ length: 10 }, (_, i) => step(batch(i)[0])), torch.rand([5], { generator })];
    });
    expect(replayed).toBe(9);
  });
});
