// Indexing against values recorded with PyTorch, writing through an index, and every index that must be refused.
import { describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";
import { type Case, check, expectEqual, fixture, title } from "../support/cases.js";
import { codeOf } from "../support/errors.js";

const grid = () => torch.arange(12, { dtype: torch.float32 }).reshape(3, 4);
const at = (...values: number[]) => torch.tensor(values, { dtype: torch.int32 });

describe("as in PyTorch", () => {
  it.each(fixture("indexing").map((c): [string, Case] => [title(c), c]))("%s", (_, c) => {
    expectEqual(check(c, { float32: 0, float64: 0 }));
  });

  it("reads through transposed, sliced and expanded tensors", () => {
    const x = grid();
    const layouts = [
      x.t(),
      x.index(torch.slice(0, 3, 2)),
      x.select(0, 1).expand(5, 4),
      x.unsqueeze(0).permute(2, 0, 1),
    ];
    for (const view of layouts) {
      const copy = view.clone();
      const last = view.shape[0]! - 1;
      for (const indices of [
        [at(0, last, 0)],
        [torch.slice(), at(0)],
        [view.gt(4)],
        [at(last), at(0)],
      ] as torch.Index[][]) {
        const got = view.index(...indices);
        expect(got.tolist()).toEqual(copy.index(...indices).tolist());
        expect(got.shape).toEqual(copy.index(...indices).shape);
      }
      const places = at(0, last).reshape(2, ...new Array<number>(view.ndim - 1).fill(1));
      expect(view.gather(0, places).tolist()).toEqual(copy.gather(0, places).tolist());
    }
  });

  it("gives views for numbers and slices, copies for tensors and masks", () => {
    const x = grid();
    x.index(torch.slice(1), 2).fill_(-1);
    expect(x.select(1, 2).tolist()).toEqual([2, -1, -1]);
    x.index(at(0)).fill_(9);
    x.index(x.lt(0)).fill_(9);
    expect(x.max().item()).toBe(11);
  });
});

describe("indexPut_", () => {
  it("writes numbers and broadcast tensors through every kind of index", () => {
    const x = grid();
    x.indexPut_([0], 1);
    x.indexPut_([torch.slice(1), -1], torch.tensor([70, 80]));
    x.indexPut_([at(1, 2), at(0, 0)], torch.tensor([5, 6], { dtype: torch.float64 }));
    x.indexPut_([x.eq(9)], -9);
    x.indexPut_([at(1), torch.slice(1, 3)], torch.tensor([[0.5, 0.25]]));
    expect(x.tolist()).toEqual([
      [1, 1, 1, 1],
      [5, 0.5, 0.25, 70],
      [6, -9, 10, 80],
    ]);
  });

  it("adds where it accumulates, twice for an element named twice", () => {
    const x = torch.zeros(3);
    x.indexPut_([at(0, 2, 0)], torch.tensor([1, 2, 4]), { accumulate: true });
    x.indexPut_([torch.slice(1)], 10, { accumulate: true });
    expect(x.tolist()).toEqual([5, 10, 12]);
  });

  it("writes into a view and leaves its neighbours alone", () => {
    const x = torch.zeros(4, 5);
    const inside = x.narrow(0, 1, 2).narrow(1, 1, 3);
    inside.indexPut_([at(1, 0), at(2, 0)], 3);
    inside.indexPut_([torch.slice(), 1], 4);
    expect(x.tolist()).toEqual([
      [0, 0, 0, 0, 0],
      [0, 3, 4, 0, 0],
      [0, 0, 4, 3, 0],
      [0, 0, 0, 0, 0],
    ]);
  });

  it("refuses to change a leaf that requires a gradient, and does it under noGrad", () => {
    const x = torch.zeros(3, { requiresGrad: true });
    expect(codeOf(() => x.indexPut_([0], 1))).toBe("in-place-leaf");
    torch.noGrad(() => x.indexPut_([0], 1));
    expect(x.tolist()).toEqual([1, 0, 0]);
  });
});

describe("refusals", () => {
  const x = grid();
  it.each<[string, () => unknown]>([
    ["index-range", () => x.index(3)],
    ["index-range", () => x.index(-4)],
    ["index-range", () => x.index(0.5)],
    ["index-range", () => x.index(at(0, 3))],
    ["index-range", () => x.index(torch.slice(), at(-5))],
    ["too-many-indices", () => x.index(0, 0, 0)],
    ["too-many-indices", () => x.index(torch.zeros(3, 4, 1).gt(0))],
    ["mask-shape", () => x.index(torch.zeros(4).gt(0))],
    ["mask-shape", () => x.index(torch.zeros(3, 3).gt(0))],
    ["slice-step", () => x.index(torch.slice(0, 3, 0))],
    ["slice-step", () => x.index(torch.slice(null, null, -1))],
    ["broadcast", () => x.index(at(0, 1), at(0, 1, 2))],
    ["too-many-indices", () => torch.tensor(1).index(0)],
    ["select-scalar", () => torch.tensor(1).select(0, 0)],
    ["index-range", () => x.gather(1, at(4).reshape(1, 1))],
    ["index-shape", () => x.gather(1, torch.zeros(4, 1, { dtype: torch.int32 }))],
    ["index-shape", () => x.gather(1, at(0))],
    ["index-shape", () => x.scatter(0, torch.zeros(1, 5, { dtype: torch.int32 }), torch.zeros(1, 5))],
    ["index-shape", () => x.scatter(0, torch.zeros(3, 4, { dtype: torch.int32 }), torch.zeros(2, 4))],
    ["index-range", () => x.scatterAdd(0, torch.full([1, 4], 3), torch.zeros(1, 4))],
    [
      "scatter-dtype",
      () => x.scatter(0, torch.zeros(1, 4, { dtype: torch.int32 }), torch.zeros(1, 4, { dtype: torch.float64 })),
    ],
    ["index-put-shape", () => x.indexAdd(0, at(0, 1), torch.zeros(3, 4))],
    ["index-put-shape", () => x.indexAdd(0, at(0), torch.zeros(1, 5))],
    ["index-range", () => x.indexAdd(0, at(3), torch.zeros(1, 4))],
    ["index-shape", () => x.scatterReduce(0, torch.zeros(3, 4, { dtype: torch.int32 }), torch.zeros(1, 4), "sum")],
    ["index-shape", () => x.scatterReduce(0, torch.zeros(1, 5, { dtype: torch.int32 }), torch.zeros(1, 5), "sum")],
    ["index-range", () => x.indexSelect(1, at(4))],
    ["index-range", () => x.take(at(12))],
    ["index-put-shape", () => x.clone().indexPut_([0], torch.zeros(3, 4))],
    ["index-put-shape", () => x.clone().indexPut_([at(0)], torch.zeros(2, 4))],
    ["broadcast", () => x.clone().indexPut_([at(0, 1)], torch.zeros(3))],
    ["broadcast", () => x.clone().indexPut_([0], torch.zeros(3))],
    ["narrow-range", () => x.narrow(0, 2, 2)],
    ["narrow-range", () => x.narrow(0, 0, -1)],
    ["dim-range", () => x.select(2, 0)],
    ["broadcast", () => x.maskedSelect(torch.zeros(3).gt(0))],
  ])("%s: %s", (code, body) => {
    expect(codeOf(body)).toBe(code);
  });
});
