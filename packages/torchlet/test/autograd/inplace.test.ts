// In-place changes and the graph: what is refused, what is noticed at the backward pass, how the graph goes on.
import { describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";
import { codeOf, errorOf } from "../support/errors.js";

const leaf = (values: torch.TensorData) => torch.tensor(values, { dtype: torch.float32, requiresGrad: true });
const gradOf = (x: torch.Tensor) => x.grad!.tolist();

describe("in-place changes", () => {
  it("refuses to change a leaf that requires a gradient, except under noGrad", () => {
    const x = leaf([1, 2]);
    for (const change of [() => x.add_(1), () => x.mul_(2), () => x.fill_(0), () => x.relu_(), () => x.zero_()]) {
      expect(codeOf(change)).toBe("in-place-leaf");
    }
    expect(x.tolist()).toEqual([1, 2]);
    torch.noGrad(() => x.sub_(1));
    expect(x.tolist()).toEqual([0, 1]);
  });

  it("notices that a value the gradient needs was changed, and says which versions", () => {
    const changes: ((x: torch.Tensor) => unknown)[] = [
      (x) => x.mul_(2),
      (x) => x.fill_(0),
      (x) => x.detach().add_(1),
      (x) => torch.noGrad(() => x.copy_(torch.zeros(2))),
      (x) => torch.noGrad(() => x.select(0, 0).add_(1)),
      (x) => torch.noGrad(() => x.normal_()),
      (x) => x.detach().indexPut_([0], 7),
      (x) => torch.nn.init.constant_(x, 3),
    ];
    for (const change of changes) {
      const x = leaf([1, 2]);
      const middle = x.mul(1);
      const y = middle.exp().add(middle.square()).sum();
      change(middle);
      const error = errorOf(() => y.backward());
      expect(error.code, String(change)).toBe("saved-tensor-changed");
      expect(error.message).toMatch(/is at version 1, expected version 0/);
    }
  });

  it("notices it for every operation that saves its input or its result", () => {
    const one = torch.ones(2);
    const inputs: ((x: torch.Tensor) => torch.Tensor)[] = [
      (x) => x.square(),
      (x) => x.log(),
      (x) => x.mul(one.requiresGrad_()),
      (x) => x.div(3).mul(x),
      (x) => x.pow(3),
      (x) => x.clamp(0, 1),
      (x) => x.maximum(one),
      (x) => torch.where(x.gt(5), x.mul(x), x),
      (x) => x.prod(),
      (x) => x.norm(),
      (x) => x.dot(x),
      (x) => x.max(),
    ];
    for (const f of inputs) {
      const middle = leaf([1, 2]).mul(1);
      const y = f(middle).sum();
      torch.noGrad(() => middle.add_(1));
      expect(
        codeOf(() => y.backward()),
        String(f),
      ).toBe("saved-tensor-changed");
    }
    const results: ((x: torch.Tensor) => torch.Tensor)[] = [
      (x) => x.exp(),
      (x) => x.sqrt(),
      (x) => x.tanh(),
      (x) => x.sigmoid(),
      (x) => x.relu(),
      (x) => x.softmax(0),
      (x) => x.logSoftmax(0),
    ];
    for (const f of results) {
      const result = f(leaf([1, 2]));
      const y = result.sum();
      torch.noGrad(() => result.add_(1));
      expect(
        codeOf(() => y.backward()),
        String(f),
      ).toBe("saved-tensor-changed");
    }
  });

  it("continues the graph from the changed tensor", () => {
    const x = leaf([1, -2, 3]);
    const y = x.mul(2);
    expect(y.add_(1)).toBe(y);
    y.mul_(x).sub_(x, { alpha: 2 }).div_(2).relu_();
    // relu(((2x + 1) x - 2x) / 2) = relu(x^2 - x / 2)
    expect(y.tolist()).toEqual([0.5, 5, 7.5]);
    y.sum().backward();
    expect(gradOf(x)).toEqual([1.5, -4.5, 5.5]);
  });

  it("cuts the graph where values are replaced, and follows the replacement", () => {
    const x = leaf([1, 2]);
    const source = leaf([5, 6]);
    const y = x.mul(2);
    y.copy_(source.mul(3));
    y.sum().backward();
    expect(gradOf(x)).toEqual([0, 0]);
    expect(gradOf(source)).toEqual([3, 3]);
    const z = x.mul(2);
    z.zero_();
    z.add_(x).sum().backward();
    expect(gradOf(x)).toEqual([1, 1]);
  });

  it("starts a graph at a tensor that had none", () => {
    const x = leaf([1, 2]);
    const sum = torch.zeros(2);
    sum.add_(x).add_(x, { alpha: 3 });
    sum.sum().backward();
    expect(gradOf(x)).toEqual([4, 4]);
  });

  it("does not let a view of a changed tensor give the gradient of before the change", () => {
    const x = leaf([1, 2]);
    const y = x.mul(2);
    const view = y.reshape(2, 1);
    let gradient: unknown;
    let refused = false;
    try {
      y.mul_(3);
      view.sum().backward();
      gradient = x.grad?.tolist();
    } catch (error) {
      refused = error instanceof torch.AutogradError;
    }
    expect(refused || JSON.stringify(gradient) === "[6,6]", `gradient ${JSON.stringify(gradient)}`).toBe(true);
  });
});
