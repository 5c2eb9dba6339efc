// Views share memory and have PyTorch's strides; a view that only a copy could be is refused.
import { describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";
import { fixture } from "../support/cases.js";
import { codeOf } from "../support/errors.js";

type Step =
  | ["transpose", number, number]
  | ["narrow", number, number, number]
  | ["unsqueeze", number]
  | ["select", number, number]
  | ["expand", number[]]
  | ["step"];
type Row = [shape: number[], steps: Step[], target: number[], strides: number[] | null, values: number[]];

function take(x: torch.Tensor, [name, ...args]: Step): torch.Tensor {
  const [a, b, c] = args as number[];
  switch (name) {
    case "transpose":
      return x.transpose(a!, b!);
    case "narrow":
      return x.narrow(a!, b!, c!);
    case "unsqueeze":
      return x.unsqueeze(a!);
    case "select":
      return x.select(a!, b!);
    case "expand":
      return x.expand(args[0] as number[]);
    case "step":
      return x.index(torch.slice(null, null, 2));
  }
}

describe("chains of views", () => {
  it("show the same values and can be viewed in the same shapes as PyTorch's, 400 of them", () => {
    let refused = 0;
    for (const [shape, steps, target, strides, values] of fixture<Row>("layouts")) {
      const what = JSON.stringify([shape, steps, target]);
      const base = torch
        .arange(
          shape.reduce((n, s) => n * s, 1),
          { dtype: torch.float32 },
        )
        .reshape(shape);
      const x = steps.reduce(take, base);
      expect([...x.toTypedArray()].slice(0, 24), what).toEqual(values);
      expect(x.storage, what).toBe(base.storage);
      const reshaped = x.reshape(target);
      expect([...reshaped.toTypedArray()].slice(0, 24), what).toEqual(values);
      if (strides === null) {
        refused++;
        expect(
          codeOf(() => x.view(target)),
          what,
        ).toBe("view-strides");
        expect(reshaped.storage, what).not.toBe(base.storage);
      } else {
        const view = x.view(target);
        expect(view.storage, what).toBe(base.storage);
        expect([...view.toTypedArray()].slice(0, 24), what).toEqual(values);
        // Strides of dimensions of size 1 mean nothing.
        const meant = (s: readonly number[]) => s.map((stride, d) => (target[d] === 1 ? 0 : stride));
        expect(meant(view.stride()), what).toEqual(meant(strides));
      }
    }
    expect(refused).toBeGreaterThan(30);
  });
});

describe("views", () => {
  const grid = () => torch.arange(24).reshape(2, 3, 4);

  it("write through to what they show", () => {
    const x = grid();
    x.select(0, 1).t().narrow(0, 1, 2).fill_(-1);
    expect(x.select(0, 1).tolist()).toEqual([
      [12, -1, -1, 15],
      [16, -1, -1, 19],
      [20, -1, -1, 23],
    ]);
    expect(x.select(0, 0).tolist()).toEqual([
      [0, 1, 2, 3],
      [4, 5, 6, 7],
      [8, 9, 10, 11],
    ]);
    x.diagonal({ dim1: 1, dim2: 2 }).fill_(0);
    expect(x.diagonal({ dim1: 1, dim2: 2 }).abs().sum().item()).toBe(0);
    x.unsqueeze(0).squeeze().view(24).narrow(0, 23, 1).fill_(99);
    expect(x.max().item()).toBe(99);
  });

  it("keep the shapes of PyTorch", () => {
    const x = grid();
    const shapes: [torch.Tensor, number[]][] = [
      [x.flatten(), [24]],
      [x.flatten(1), [2, 12]],
      [x.flatten(0, 1), [6, 4]],
      [torch.tensor(1).flatten(), [1]],
      [x.reshape(-1, 8), [3, 8]],
      [x.unflatten(2, [2, -1]), [2, 3, 2, 2]],
      [x.permute(2, 0, 1), [4, 2, 3]],
      [x.permute([-1, 0, 1]), [4, 2, 3]],
      [x.squeeze(), [2, 3, 4]],
      [x.unsqueeze(-1).squeeze(-1), [2, 3, 4]],
      [x.narrow(0, 0, 1).squeeze(1), [1, 3, 4]],
      [x.narrow(0, 0, 1).squeeze([0, 1]), [3, 4]],
      [x.select(0, 0).expand(5, -1, -1), [5, 3, 4]],
      [x.diagonal({ offset: 1 }), [4, 2]],
      [x.diagonal({ offset: 9 }), [4, 0]],
      [torch.zeros(3).t(), [3]],
      [x.narrow(1, 3, 0), [2, 0, 4]],
    ];
    for (const [view, shape] of shapes) expect(view.shape).toEqual(shape);
    expect(x.split(2, 1).map((p) => p.shape[1])).toEqual([2, 1]);
    expect(x.split([1, 2], 1).map((p) => p.shape[1])).toEqual([1, 2]);
    expect(x.chunk(3, 2).map((p) => p.shape[2])).toEqual([2, 2]);
    expect(x.unbind(1).map((p) => p.shape)).toEqual([
      [2, 4],
      [2, 4],
      [2, 4],
    ]);
  });

  it("copy only where they must", () => {
    const x = grid();
    expect(x.contiguous()).toBe(x);
    expect(x.reshape(4, 6).storage).toBe(x.storage);
    expect(x.transpose(0, 1).contiguous().storage).not.toBe(x.storage);
    expect(x.clone().storage).not.toBe(x.storage);
    expect(x.detach().storage).toBe(x.storage);
    expect(x.to(torch.int32)).toBe(x);
    expect(x.float().storage).not.toBe(x.storage);
  });

  it.each<[string, () => unknown]>([
    ["reshape", () => grid().reshape(5, 5)],
    ["reshape", () => grid().reshape(-1, -1)],
    ["reshape", () => grid().reshape(-1, 5)],
    ["reshape", () => grid().reshape(2.5, -1)],
    ["reshape", () => torch.zeros(0).reshape(0, -1)],
    ["view-strides", () => grid().transpose(0, 2).view(24)],
    ["permute-dims", () => grid().permute(0, 1)],
    ["permute-dims", () => grid().permute(0, 1, 1)],
    ["dim-range", () => grid().transpose(0, 3)],
    ["t-dims", () => grid().t()],
    ["expand", () => grid().expand(2, 3, 5)],
    ["expand", () => grid().expand(3, 4)],
    ["flatten-order", () => grid().flatten(2, 1)],
    ["index-range", () => grid().select(0, 2)],
    ["split-sizes", () => grid().split([2, 2], 1)],
    ["split-sizes", () => grid().split([1, 1], 1)],
    ["split-sizes", () => grid().split(0)],
    ["split-sizes", () => grid().split(1.5)],
    ["chunk-count", () => grid().chunk(0)],
    ["diagonal-dims", () => grid().diagonal({ dim1: 1, dim2: 1 })],
    ["cat-shapes", () => torch.cat([torch.zeros(2, 3), torch.zeros(3, 2)])],
    ["cat-empty", () => torch.cat([])],
    ["stack-shapes", () => torch.stack([torch.zeros(2), torch.zeros(3)])],
    ["broadcast", () => grid().add(torch.zeros(3))],
  ])("%s: %s", (code, body) => {
    expect(codeOf(body)).toBe(code);
  });
});
