// What PyTorch's values cannot show: errors, in-place forms, memory order, constants of formulas.
import { describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";

const F = torch.nn.functional;
const floats = (values: number[]) => torch.tensor(values, { dtype: torch.float32 });

describe("losses at the end of the range", () => {
  it("binary cross entropy with logits is finite at +-1e4, and so is its gradient", () => {
    const x = floats([1e4, -1e4, 1e4, -1e4]).requiresGrad_();
    const loss = F.binaryCrossEntropyWithLogits(x, floats([1, 0, 0, 1]), { reduction: "none" });
    expect(loss.tolist()).toEqual([0, 0, 1e4, 1e4]);
    loss.sum().backward();
    expect(x.grad!.tolist()).toEqual([0, 0, 1, -1]);
  });

  it("softplus and its gradient do not overflow", () => {
    const x = floats([1e30, 89, -89, -1e30]).requiresGrad_();
    const y = F.softplus(x);
    y.sum().backward();
    expect([...y.toTypedArray()].every(Number.isFinite)).toBe(true);
    expect([...x.grad!.toTypedArray()].every(Number.isFinite)).toBe(true);
    expect(x.grad!.toTypedArray()[0]).toBe(1);
  });

  it("the soft margin loss is finite where e^x is not", () => {
    expect(F.softMarginLoss(floats([1e4]), floats([-1])).item()).toBe(1e4);
  });

  it("binary cross entropy refuses what is no probability", () => {
    expect(() => F.binaryCrossEntropy(floats([1.5]), floats([1]))).toThrow(torch.ValueError);
  });
});

describe("layouts", () => {
  const x = torch.arange(24, { dtype: torch.float32 }).reshape(2, 3, 4).sub(11.5);

  it.each([
    ["gelu", (t: torch.Tensor) => F.gelu(t)],
    ["elu", (t: torch.Tensor) => F.elu(t)],
    ["erf", torch.erf],
    ["cumsum", (t: torch.Tensor) => torch.cumsum(t, 1)],
    ["layerNorm", (t: torch.Tensor) => F.layerNorm(t, [t.shape[2]!])],
  ])("%s of a transposed, a stepped and an expanded tensor", (_, f) => {
    for (const view of [x.transpose(0, 2), x.index(torch.slice(null, null, 2)), x.narrow(0, 0, 1).expand(2, 3, 4)]) {
      expect(f(view).tolist()).toEqual(f(view.contiguous()).tolist());
    }
  });

  it("empty tensors stay empty", () => {
    const empty = torch.zeros(0, 3, { requiresGrad: true });
    for (const y of [F.gelu(empty), torch.erf(empty), torch.cumsum(empty, 0), F.layerNorm(empty, [3])]) {
      expect(y.shape).toEqual([0, 3]);
    }
    F.gelu(empty).sum().backward();
    expect(empty.grad!.shape).toEqual([0, 3]);
  });
});

describe("in-place forms", () => {
  it("write over the tensor, count as a change and keep the graph", () => {
    const x = floats([0.5, -1]).requiresGrad_();
    const y = x.mul(2);
    const before = y.version;
    expect(y.sigmoid_()).toBe(y);
    expect(y.version).toBeGreaterThan(before);
    y.sum().backward();
    const s = torch.sigmoid(floats([1, -2]));
    expect(torch.allclose(x.grad!, s.mul(s.neg().add(1)).mul(2))).toBe(true);
  });

  it("refuse a leaf, a larger result and a floating result among integers", () => {
    expect(() => floats([1]).requiresGrad_().exp_()).toThrow(torch.AutogradError);
    expect(() => floats([1]).atan2_(torch.ones(2, 1))).toThrow(torch.ShapeError);
    expect(() => torch.tensor([1, 2]).exp_()).toThrow(torch.DTypeError);
    expect(torch.tensor([1, 2]).pow_(2).tolist()).toEqual([1, 4]);
    expect(floats([-3, 3]).clamp_(-1, 1).tolist()).toEqual([-1, 1]);
  });
});

describe("where", () => {
  it("takes the method's order and refuses what is no condition", () => {
    const x = floats([1, -2]);
    expect(x.where(x.gt(0), 0).tolist()).toEqual([1, 0]);
    expect(torch.where(x, x.gt(0), floats([5, 6])).tolist()).toEqual([1, 6]);
    const bools = torch.tensor([true, true]);
    expect(bools.where(torch.tensor([true, false]), torch.tensor([false, false])).tolist()).toEqual([true, false]);
    expect(() => torch.where(x, x, x)).toThrow(torch.DTypeError);
  });

  it("gives each operand its own gradient where both are one tensor", () => {
    const x = floats([1, -2]).requiresGrad_();
    torch
      .where(torch.tensor([true, false]), x, x)
      .sum()
      .backward();
    expect(x.grad!.tolist()).toEqual([1, 1]);
  });
});
