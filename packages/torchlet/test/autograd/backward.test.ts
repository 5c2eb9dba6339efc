// What backward does with a graph: accumulation, freeing, errors, shapes of graphs, ties.
import { describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";
import { codeOf, errorOf } from "../support/errors.js";

const leaf = (values: torch.TensorData) => torch.tensor(values, { dtype: torch.float32, requiresGrad: true });
const gradOf = (x: torch.Tensor) => x.grad!.tolist();

describe("accumulation", () => {
  it("adds to what is there until it is set to null", () => {
    const x = leaf([1, 2]);
    x.square().sum().backward();
    expect(gradOf(x)).toEqual([2, 4]);
    x.square().sum().backward();
    expect(gradOf(x)).toEqual([4, 8]);
    x.grad = null;
    x.square().sum().backward();
    expect(gradOf(x)).toEqual([2, 4]);
  });

  it("accumulates in place, so that a held gradient sees it, as in PyTorch", () => {
    const x = leaf([1, 2]);
    x.sum().backward();
    const held = x.grad!;
    x.sum().backward();
    expect(held.tolist()).toEqual([2, 2]);
    expect(x.grad).toBe(held);
  });

  it("takes the gradient of the result, weighs by it and does not keep it", () => {
    const x = leaf([1, 2]);
    const gradient = torch.tensor([10, 100], { dtype: torch.float32 });
    x.mul(3).backward(gradient);
    expect(gradOf(x)).toEqual([30, 300]);
    x.mul(1).backward({ gradient });
    expect(gradOf(x)).toEqual([40, 400]);
    expect(gradient.tolist()).toEqual([10, 100]);
    const y = leaf([1, 2]);
    y.backward(gradient);
    gradient.fill_(0);
    expect(gradOf(y)).toEqual([10, 100]);
  });

  it("gives no gradient to tensors that do not require one", () => {
    const x = leaf([1]);
    const constant = torch.ones(1);
    x.mul(constant).sum().backward();
    expect(constant.grad).toBe(null);
    expect(x.detach().grad).toBe(null);
  });

  it("keeps the gradient of a computed tensor only where asked to", () => {
    const x = leaf([3]);
    const kept = x.mul(2);
    kept.retainGrad();
    const dropped = kept.square();
    dropped.add(kept).sum().backward();
    expect(gradOf(kept)).toEqual([13]);
    expect(dropped.grad).toBe(null);
    expect(gradOf(x)).toEqual([26]);
  });
});

describe("a second pass", () => {
  it("is refused with PyTorch's words, and allowed with retainGraph, twice if need be", () => {
    const x = leaf([1, 2]);
    const y = x.square().sum();
    y.backward({ retainGraph: true });
    y.backward({ retainGraph: true });
    expect(gradOf(x)).toEqual([4, 8]);
    y.backward();
    expect(gradOf(x)).toEqual([6, 12]);
    const error = errorOf(() => y.backward());
    expect(error).toBeInstanceOf(torch.AutogradError);
    expect(error.code).toBe("graph-freed");
    expect(error.message).toMatch(/^PowBackward0/);
    expect(error.message).toMatch(/Trying to backward through the graph a second time/);
    expect(error.message).toMatch(/retainGraph: true/);
    expect(gradOf(x)).toEqual([6, 12]);
  });

  it("works without retainGraph where nothing had been saved, as in PyTorch", () => {
    const x = leaf([1, 2]);
    const shared = x.add(1).reshape(2, 1);
    const total = shared.sum();
    total.backward();
    total.backward();
    shared.mean().backward();
    expect(gradOf(x)).toEqual([2.5, 2.5]);
  });

  it("gives a loss that shares a part with another one its own gradients", () => {
    const x = leaf([2]);
    const shared = x.square();
    const a = shared.mul(3).sum();
    const b = shared.exp().sum();
    a.backward({ retainGraph: true });
    b.backward();
    expect(gradOf(x)[0 as never]).toBeCloseTo(12 + 4 * Math.exp(4), 3);
  });
});

describe("errors", () => {
  it("names what is missing", () => {
    const implicit = errorOf(() => leaf([1, 2]).mul(2).backward());
    expect(implicit.code).toBe("grad-implicit");
    expect(implicit.message).toContain("grad can be implicitly created only for scalar outputs");
    expect(implicit.received).toEqual([2]);
    expect(codeOf(() => torch.ones(1).backward())).toBe("no-grad-fn");
    expect(codeOf(() => torch.noGrad(() => leaf([1]).mul(2)).backward())).toBe("no-grad-fn");
    expect(codeOf(() => leaf([1, 2]).mul(2).backward(torch.ones(3)))).toBe("grad-shape");
    expect(codeOf(() => torch.tensor([1, 2]).requiresGrad_())).toBe("requires-grad-dtype");
    expect(codeOf(() => leaf([1]).mul(2).requiresGrad_(false))).toBe("requires-grad-non-leaf");
  });

  it("leaves a graph usable when a pass fails on the way", () => {
    const x = leaf([1, 2]);
    const middle = x.mul(1);
    const other = middle.mul(5).sum();
    const bad = middle.square().sum();
    torch.noGrad(() => middle.mul_(1));
    expect(codeOf(() => bad.backward())).toBe("saved-tensor-changed");
    other.backward();
    expect(gradOf(x)).toEqual([5, 5]);
  });
});

describe("shapes of graphs", () => {
  it("uses one tensor many times", () => {
    const x = leaf([2]);
    let y = x;
    for (let i = 0; i < 10; i++) y = y.add(y);
    y.backward(torch.ones(1));
    expect(gradOf(x)).toEqual([1024]);
    const z = leaf([3]);
    z.mul(z).mul(z).add(z.mul(z)).add(z).backward(torch.ones(1));
    expect(gradOf(z)).toEqual([27 + 6 + 1]);
    const parts = Array.from({ length: 1000 }, (_, i) => z.detach().requiresGrad_().mul(i));
    expect(torch.cat(parts).sum().item()).toBe((3 * 999 * 1000) / 2);
  });

  it("goes through 20,000 operations in a row", () => {
    const x = leaf([1]);
    let y: torch.Tensor = x;
    for (let i = 0; i < 20_000; i++) y = i % 2 === 0 ? y.mul(1) : y.add(0);
    y.sum().backward();
    expect(gradOf(x)).toEqual([1]);
  });

  it("goes through a fan of 5,000 operations", () => {
    const x = leaf([1]);
    const branches = Array.from({ length: 5000 }, (_, i) => x.mul(i % 3));
    torch.stack(branches).sum().backward();
    expect(gradOf(x)).toEqual([1666 * 3 + 1]);
  });

  it("brings one gradient to each of several results", () => {
    const x = leaf([
      [1, 5],
      [7, 2],
    ]);
    const [values, places] = x.max(1);
    expect(places.requiresGrad).toBe(false);
    values
      .mul(torch.tensor([10, 100]))
      .sum()
      .backward();
    expect(gradOf(x)).toEqual([
      [0, 10],
      [100, 0],
    ]);
  });

  it("ends where a tensor was detached", () => {
    const x = leaf([2]);
    x.square().detach().mul(x).sum().backward();
    expect(gradOf(x)).toEqual([4]);
    const y = x.square();
    const cut = y.detach();
    expect(cut.requiresGrad).toBe(false);
    expect(cut.isLeaf).toBe(true);
    cut.fill_(9);
    expect(y.tolist()).toEqual([9]);
  });
});

describe("ties and edges", () => {
  it.each<[string, (x: torch.Tensor) => torch.Tensor, number[], number[]]>([
    ["relu at 0", (x) => x.relu(), [-1, 0, 2], [0, 0, 1]],
    ["abs at 0", (x) => x.abs(), [-1, 0, 2], [-1, 0, 1]],
    ["max shares a tie", (x) => x.max(), [3, 1, 3], [0.5, 0, 0.5]],
    ["amax shares a tie", (x) => x.amax(0), [3, 3, 3, 3], [0.25, 0.25, 0.25, 0.25]],
    ["max over a dimension takes the first", (x) => x.max(0)[0], [3, 1, 3], [1, 0, 0]],
    ["maximum shares a tie", (x) => x.maximum(torch.tensor([1, 2, 3])), [2, 2, 2], [1, 0.5, 0]],
    ["clamp keeps the gradient at its bounds", (x) => x.clamp(0, 1), [-1, 0, 0.5, 1, 2], [0, 1, 1, 1, 0]],
    ["norm of zeros", (x) => x.norm(), [0, 0], [0, 0]],
    ["std of equal numbers", (x) => x.std(), [2, 2, 2], [0, 0, 0]],
    ["sqrt at 0", (x) => x.sqrt(), [0, 4], [Infinity, 0.25]],
    ["pow 2 at 0", (x) => x.pow(2), [0], [0]],
    ["pow 0", (x) => x.pow(0), [0, 2], [0, 0]],
  ])("%s", (_, f, values, want) => {
    const x = leaf(values);
    f(x).sum().backward();
    expect(gradOf(x)).toEqual(want);
  });
});
