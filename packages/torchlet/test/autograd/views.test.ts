// Changes in place of views: the graph of the base and of its other views follows, as in PyTorch.
import { describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";
import { codeOf } from "../support/errors.js";
import { gradcheck, gradgradcheck, leaf } from "../support/gradcheck.js";

type Body = (x: torch.Tensor, w: torch.Tensor) => torch.Tensor | torch.Tensor[];

/** Each makes a base from x, changes views of it with the help of w, and returns what came of it. */
const changes: Record<string, Body> = {
  "a slice multiplied": (x) => {
    const y = x.mul(2);
    y.narrow(0, 1, 2).mul_(3);
    return y.square();
  },
  "a slice multiplied by a tensor that requires a gradient": (x, w) => {
    const y = x.mul(2);
    y.select(1, 0).mul_(w);
    return y.square();
  },
  "a row written over": (x, w) => {
    const y = x.mul(2);
    y.select(0, 1).copy_(w.sum().expand(4));
    return y.square();
  },
  "a base that requires no gradient before": (_x, w) => {
    const y = torch.zeros(3, 4, { dtype: torch.float64 });
    const row = y.select(0, 2);
    y.select(1, 1).add_(w);
    return [y.mul(y), row.exp()];
  },
  "a view taken before, used after": (x) => {
    const y = x.mul(2);
    const column = y.select(1, 2);
    const whole = y.t();
    y.narrow(1, 1, 3).mul_(x.narrow(1, 0, 3));
    return [column.square(), whole.exp()];
  },
  "a view taken before a change of the base": (x) => {
    const y = x.mul(2);
    const column = y.select(1, 2);
    y.mul_(x);
    return [column.square(), y.sum()];
  },
  "a view of a view": (x, w) => {
    const y = x.mul(2);
    const part = y.narrow(0, 0, 2);
    part.narrow(1, 1, 2).add_(w.narrow(0, 0, 2));
    part.mul_(2);
    return [part.square(), y.exp()];
  },
  "the same view twice": (x, w) => {
    const y = x.mul(2);
    const v = y.select(1, 3);
    v.mul_(w);
    v.add_(w.square());
    return [v.mul(3), y.square()];
  },
  "transposed, diagonal and strided views": (x, w) => {
    const y = x.mul(2);
    y.t().select(0, 1).mul_(w);
    y.diagonal().mul_(w);
    y.index(torch.slice(0, 3, 2), torch.slice(null, null, 3)).mul_(2);
    return y.square();
  },
  "a row filled with a number": (x) => {
    const y = x.mul(2);
    y.select(0, 0).fill_(5);
    y.select(1, 0).zero_();
    return y.square();
  },
  "relu of a view": (x) => {
    const y = x.mul(2);
    y.narrow(1, 0, 2).relu_();
    return y.square();
  },
  "written through numbers and slices": (x, w) => {
    const y = x.mul(2);
    y.indexPut_([torch.slice(), 1], w);
    y.indexPut_([0], 3);
    return y.square();
  },
  "written through indices": (x, w) => {
    const y = x.mul(2);
    y.indexPut_(
      [
        [0, 2],
        [1, 3],
      ],
      w.narrow(0, 0, 2),
    );
    y.indexPut_([torch.slice(1, 3), [0, 0]], w.narrow(0, 0, 2).unsqueeze(1), { accumulate: true });
    return y.square();
  },
  "written through a mask": (x, w) => {
    const y = x.mul(2);
    y.indexPut_([y.gt(0)], w.sum());
    return y.square();
  },
  "a copy written through indices": (x, w) => x.indexPut([[2, 0]], w.sum()).square(),
};

describe("a view changed in place", () => {
  it.each(Object.entries(changes))("%s: gradients", (_, f) => {
    expect(gradcheck(f, [leaf([3, 4]), leaf([3], 0.5, 1.5)], 1e-6)).toBeNull();
  });

  it.each(Object.entries(changes))("%s: second derivatives", (_, f) => {
    expect(gradgradcheck(f, [leaf([3, 4]), leaf([3], 0.5, 1.5)], 1e-5)).toBeNull();
  });

  it("has PyTorch's gradients", () => {
    // x = [1, 2, 3]; y = 2 x; y[1:] *= x[1:]; sum(y * y): recorded with PyTorch 2.13.
    const x = torch.tensor([1, 2, 3], { dtype: torch.float32, requiresGrad: true });
    const y = x.mul(2);
    y.narrow(0, 1, 2).mul_(x.narrow(0, 1, 2));
    y.mul(y).sum().backward();
    expect(x.grad?.tolist()).toEqual([8, 128, 432]);
  });

  it("makes the base part of the graph, and does nothing to detached tensors", () => {
    const base = torch.zeros(4);
    const view = base.narrow(0, 0, 2);
    const outside = base.detach();
    const w = torch.ones(2, { requiresGrad: true });
    view.add_(w);
    expect(base.requiresGrad).toBe(true);
    expect(view.requiresGrad).toBe(true);
    expect(outside.requiresGrad).toBe(false);
    expect(outside.tolist()).toEqual([1, 1, 0, 0]);
  });

  it("is noticed by what had saved the base", () => {
    const x = torch.ones(4, { requiresGrad: true });
    const y = x.mul(2);
    const z = y.exp();
    const s = y.square();
    y.narrow(0, 0, 2).mul_(2);
    z.sum().backward();
    expect(codeOf(() => s.sum().backward())).toBe("saved-tensor-changed");
  });

  it("is refused for leaves and expanded tensors", () => {
    const x = torch.ones(4, { requiresGrad: true });
    expect(codeOf(() => x.narrow(0, 0, 2).mul_(2))).toBe("in-place-leaf");
    torch.noGrad(() => x.narrow(0, 0, 2).mul_(2));
    expect(x.tolist()).toEqual([2, 2, 1, 1]);
    expect(codeOf(() => torch.ones(1).expand(4).mul_(2))).toBe("in-place-expanded");
  });
});
