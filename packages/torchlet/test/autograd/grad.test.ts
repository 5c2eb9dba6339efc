// autograd.grad and createGraph: gradients as values, second derivatives, unused inputs.
import { describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";
import { codeOf, errorOf } from "../support/errors.js";

const { grad } = torch.autograd;
const leaf = (values: torch.TensorData, dtype = torch.float32) => torch.tensor(values, { dtype, requiresGrad: true });

describe("autograd.grad", () => {
  it("returns gradients and leaves .grad alone", () => {
    const x = leaf([2, 3]);
    const y = leaf([5, 7]);
    const [gx, gy] = grad(x.mul(y).sum(), [x, y]);
    expect(gx!.tolist()).toEqual([5, 7]);
    expect(gy!.tolist()).toEqual([2, 3]);
    expect([x.grad, y.grad]).toEqual([null, null]);
    expect(gx!.requiresGrad).toBe(false);
  });

  it("takes several outputs with their gradients", () => {
    const x = leaf([2, 3]);
    const weights = [torch.tensor([1, 10], { dtype: torch.float32 }), torch.tensor(100, { dtype: torch.float32 })];
    const [g] = grad([x.square(), x.sum()], x, { gradOutputs: weights });
    expect(g!.tolist()).toEqual([104, 160]);
  });

  it("differentiates with respect to computed tensors, and to an output itself", () => {
    const x = leaf([2]);
    const middle = x.mul(3);
    const y = middle.square().sum();
    const [gm, gx, gy] = grad(y, [middle, x, y]);
    expect([gm!.item(), gx!.item(), gy!.item()]).toEqual([12, 36, 1]);
  });

  it("leaves what lies below its inputs for another pass, as in PyTorch", () => {
    const x = leaf([2]);
    const middle = x.square();
    const y = middle.exp().sum();
    const [gm] = grad(y, middle);
    const [gx] = grad(middle, x, { gradOutputs: gm! });
    expect(gx!.item()).toBeCloseTo(4 * Math.exp(4), 3);
  });

  it("says which input is unused, or gives null for it", () => {
    const x = leaf([2]);
    const unused = leaf([3]);
    const y = x.square().sum();
    const error = errorOf(() => grad(y, [x, unused], { retainGraph: true }));
    expect(error.code).toBe("unused-input");
    expect(error.message).toContain("do not depend on input 1");
    const [gx, gu] = grad(y, [x, unused], { allowUnused: true });
    expect(gx!.item()).toBe(4);
    expect(gu).toBe(null);
  });

  it("frees the graph unless told to keep it", () => {
    const x = leaf([2]);
    const y = x.square().sum();
    grad(y, x, { retainGraph: true });
    grad(y, x);
    expect(codeOf(() => grad(y, x))).toBe("graph-freed");
  });
});

describe("createGraph", () => {
  it("gives second and third derivatives", () => {
    const x = leaf([1, 2], torch.float64);
    const [first] = grad(x.pow(4).sum(), x, { createGraph: true });
    const [second] = grad(first!.sum(), x, { createGraph: true });
    const [third] = grad(second!.sum(), x);
    expect(first!.tolist()).toEqual([4, 32]);
    expect(second!.tolist()).toEqual([12, 48]);
    expect(third!.tolist()).toEqual([24, 48]);
  });

  it("lets a penalty on the gradient be minimized", () => {
    const w = leaf([0.5, -1.5]);
    const x = torch.tensor(
      [
        [1, 2],
        [3, 4],
      ],
      { dtype: torch.float32 },
    );
    const loss = x.matmul(w).tanh().square().sum();
    const [g] = grad(loss, w, { createGraph: true });
    const penalty = g!.square().sum();
    penalty.backward();
    // From PyTorch: w.grad of the same computation.
    const want = [0.06292779743671417, 0.12110710889101028];
    for (const [i, v] of w.grad!.toTypedArray().entries()) expect(v).toBeCloseTo(want[i]!, 5);
  });

  it("goes through operands of different types", () => {
    const a = leaf([3]);
    const b = leaf([5], torch.float64);
    const [ga] = grad(a.mul(b).sum(), a, { createGraph: true });
    expect(ga!.dtype).toBe(torch.float32);
    const [gb] = grad(ga!.sum(), b);
    expect(gb!.dtype).toBe(torch.float64);
    expect(gb!.item()).toBe(1);
  });

  it("accumulates gradients that are in the graph, one tensor for each leaf", () => {
    const a = leaf([2]);
    const b = leaf([3]);
    a.add(b).square().sum().backward({ createGraph: true });
    expect(a.grad!.requiresGrad).toBe(true);
    const held = a.grad!;
    torch.noGrad(() => b.grad!.fill_(-1));
    expect(held.item()).toBe(10);
    const [second] = grad(held.sum(), a);
    expect(second!.item()).toBe(2);
  });

  it("does not free a gradient that was never looked at when another one holds its values", () => {
    const a = leaf([2]);
    const b = leaf([3]);
    a.add(b).square().sum().backward({ createGraph: true });
    const held = a.grad!;
    new torch.optim.SGD([a, b], { lr: 0.1 }).zeroGrad();
    for (let i = 0; i < 100; i++) torch.full([1], i);
    expect(held.item()).toBe(10);
  });

  it("keeps the graph by default", () => {
    const x = leaf([2]);
    const y = x.pow(3).sum();
    y.backward({ createGraph: true });
    y.backward();
    expect(x.grad!.item()).toBe(24);
  });
});

describe("the type of a gradient", () => {
  it("is that of its tensor, whatever the pass began with", () => {
    for (const f of [
      (x: torch.Tensor) => x.neg(),
      (x: torch.Tensor) => x.reshape(2, 1).t(),
      (x: torch.Tensor) => x.relu(),
    ]) {
      const x = leaf([1, 2]);
      const y = f(x);
      y.backward(torch.ones(y.shape, { dtype: torch.int32 }));
      expect(x.grad!.dtype, String(f)).toBe(torch.float32);
    }
  });

  it("is checked when a gradient is set by hand", () => {
    const x = leaf([1, 2]);
    expect(codeOf(() => (x.grad = torch.tensor([1, 2])))).toBe("grad-assign");
    expect(codeOf(() => (x.grad = torch.ones(3)))).toBe("grad-assign");
    x.grad = torch.ones(2);
    expect(x.grad!.tolist()).toEqual([1, 1]);
  });
});
