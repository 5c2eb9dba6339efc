// Shapes, places and order at the edges: values as PyTorch 2.13 gives them.
import { describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";
import { codeOf } from "../support/errors.js";

const t = torch.tensor;
const F = torch.nn.functional;
const nan = Number.NaN;
const shapes = (list: readonly torch.Tensor[]) => list.map((x) => x.shape);
const all = (list: unknown) => (list as readonly torch.Tensor[]).map((x) => x.tolist());

describe("values", () => {
  it.each<[string, () => unknown, unknown]>([
    ["flip of nothing", () => torch.flip(torch.zeros(0, 2), [0]).shape, [0, 2]],
    [
      "flip of a strided view",
      () =>
        torch
          .flip(
            t([
              [1, 2, 3],
              [4, 5, 6],
            ]).T,
            0,
          )
          .tolist(),
      [
        [3, 6],
        [2, 5],
        [1, 4],
      ],
    ],
    ["roll beyond the size", () => torch.roll(t([1, 2, 3]), 7).tolist(), [3, 1, 2]],
    [
      "repeat adds dimensions",
      () => t([1, 2]).repeat(2, 2).tolist(),
      [
        [1, 2, 1, 2],
        [1, 2, 1, 2],
      ],
    ],
    ["repeatInterleave by counts", () => torch.repeatInterleave(t([2, 0, 1])).tolist(), [0, 0, 2]],
    ["tensorSplit unevenly", () => shapes(torch.tensorSplit(torch.arange(7), 3)), [[3], [2], [2]]],
    ["tensorSplit beyond the end", () => shapes(torch.tensorSplit(torch.arange(3), [2, 9])), [[2], [1], [0]]],
    [
      "tril of bools",
      () => torch.tril(torch.ones(2, 2, { dtype: torch.bool })).tolist(),
      [
        [true, false],
        [true, true],
      ],
    ],
    [
      "trilIndices",
      () => torch.trilIndices(2, 3).tolist(),
      [
        [0, 1, 1],
        [0, 0, 1],
      ],
    ],
    [
      "diag of integers",
      () => torch.diag(t([1, 2]), -1).tolist(),
      [
        [0, 0, 0],
        [1, 0, 0],
        [0, 2, 0],
      ],
    ],
    ["hstack of scalars", () => torch.hstack([t(1), t(2)]).tolist(), [1, 2]],
    ["atleast2d", () => torch.atleast2d(t(3)).shape, [1, 1]],
    [
      "cartesianProd",
      () => torch.cartesianProd(t([1, 2]), t([3])).tolist(),
      [
        [1, 3],
        [2, 3],
      ],
    ],
    [
      "combinations, again",
      () => torch.combinations(t([1, 2]), 2, true).tolist(),
      [
        [1, 1],
        [1, 2],
        [2, 2],
      ],
    ],
    [
      "sort puts NaN last",
      () => all(torch.sort(t([2, nan, 1]))),
      [
        [1, 2, nan],
        [2, 0, 1],
      ],
    ],
    [
      "sort downwards keeps ties in order",
      () => all(torch.sort(t([1, 2, 1, 2]), 0, true)),
      [
        [2, 2, 1, 1],
        [1, 3, 0, 2],
      ],
    ],
    ["sort of a scalar", () => all(torch.sort(t(5))), [5, 0]],
    ["topk of bools", () => torch.topk(t([true, false, true]), 1, { largest: false })[0].tolist(), [false]],
    ["median of an even number", () => torch.median(t([4, 1, 3, 2])).item(), 2],
    ["median meets NaN", () => torch.median(t([1, nan, 3])).item(), nan],
    ["nanmedian", () => torch.nanmedian(t([1.5, nan, 3])).item(), 1.5],
    ["nanmedian of nothing else", () => torch.nanmedian(t([nan, nan])).item(), nan],
    ["mode", () => all(torch.mode(t([[3, 1, 3, 1]]))), [[1], [3]]],
    ["quantile, nearest", () => torch.quantile(t([1.5, 2, 4]), 0.4, { interpolation: "nearest" }).item(), 2],
    ["nanquantile", () => torch.nanquantile(t([1.5, nan, 2.5]), t([0, 0.5, 1])).tolist(), [1.5, 2, 2.5]],
    [
      "unique",
      () => all(torch.unique(t([3, 1, 3]), { returnInverse: true, returnCounts: true })),
      [
        [1, 3],
        [1, 0, 1],
        [1, 2],
      ],
    ],
    [
      "unique rows",
      () =>
        (
          torch.unique(
            t([
              [2, 1],
              [1, 9],
              [2, 1],
            ]),
            { dim: 0 } as never,
          ) as torch.Tensor
        ).shape,
      [2, 2],
    ],
    ["uniqueConsecutive", () => torch.uniqueConsecutive(t([1, 1, 2, 1])).tolist(), [1, 2, 1]],
    ["searchsorted, right", () => torch.searchsorted(t([1, 3, 3]), t([3, 0]), { right: true }).tolist(), [3, 0]],
    ["bucketize of NaN", () => torch.bucketize(t([nan, 2.5]), t([1, 2])).tolist(), [2, 2]],
    ["isin, inverted", () => torch.isin(t([1, 2]), t([2]), { invert: true }).tolist(), [true, false]],
    ["bincount", () => torch.bincount(t([1, 1, 3]), null, 5).tolist(), [0, 2, 0, 1, 0]],
    ["a mask of no dimensions", () => t([1, 2]).index(t(true)).tolist(), [[1, 2]]],
    ["maskedSelect of a scalar", () => torch.maskedSelect(t(7), t(true)).tolist(), [7]],
    [
      "nonzero as a tuple",
      () =>
        all(
          torch.nonzero(
            t([
              [0, 1],
              [2, 0],
            ]),
            { asTuple: true },
          ),
        ),
      [
        [0, 1],
        [1, 0],
      ],
    ],
    [
      "scatter that multiplies",
      () => torch.scatter(t([2, 3]), 0, t([0, 0]), t([5, 7]), { reduce: "multiply" }).tolist(),
      [70, 3],
    ],
    [
      "scatterReduce without itself",
      () => torch.scatterReduce(t([9, 1]), 0, t([0, 0]), t([2, 3]), "amax", { includeSelf: false }).tolist(),
      [3, 1],
    ],
    ["pad cuts off", () => F.pad(t([1, 2, 3]), [-1, 1]).tolist(), [2, 3, 0]],
    ["replicate what is cut off", () => F.pad(t([[1, 2, 3]]), [-3, 2], "replicate").tolist(), [[3, 3]]],
    ["circular", () => F.pad(t([[1, 2, 3]]), [1, 2], "circular").tolist(), [[3, 1, 2, 3, 1, 2]]],
    [
      "oneHot",
      () => F.oneHot(t([2, 0])).tolist(),
      [
        [0, 0, 1],
        [1, 0, 0],
      ],
    ],
    [
      "maxPool2d with indices",
      () => all(F.maxPool2d(torch.arange(16).reshape(1, 4, 4), 2, { returnIndices: true })),
      [
        [
          [
            [5, 7],
            [13, 15],
          ],
        ],
        [
          [
            [5, 7],
            [13, 15],
          ],
        ],
      ],
    ],
    ["linspace of integers", () => torch.linspace(0, 10, 4, { dtype: torch.int32 }).tolist(), [0, 3, 6, 10]],
    ["logspace to base 2", () => torch.logspace(0, 3, 4, 2, { dtype: torch.int32 }).tolist(), [1, 2, 4, 8]],
    ["arange by name", () => torch.arange({ start: 1, end: 4 }).tolist(), [1, 2, 3]],
    [
      "einsum with an ellipsis",
      () => torch.einsum("...ij,j->...i", torch.ones(2, 3, 4), torch.ones(4)).tolist(),
      [
        [4, 4, 4],
        [4, 4, 4],
      ],
    ],
    [
      "einsum of a diagonal",
      () =>
        torch
          .einsum(
            "ii",
            t([
              [1, 2],
              [3, 4],
            ]),
          )
          .item(),
      5,
    ],
    ["kron", () => torch.kron(t([1, 2]), t([1, 10])).tolist(), [1, 10, 2, 20]],
    ["cross", () => torch.cross(t([1, 0, 0]), t([0, 1, 0])).tolist(), [0, 0, 1]],
    [
      "tensordot",
      () => torch.tensordot(torch.ones(2, 3), torch.ones(3, 2), 1).tolist(),
      [
        [3, 3],
        [3, 3],
      ],
    ],
    [
      "addmv ignores NaN with beta 0",
      () => torch.addmv(t([nan]), torch.ones(1, 2), torch.ones(2), { beta: 0 }).tolist(),
      [2],
    ],
  ])("%s", (_, got, want) => {
    expect(got()).toEqual(want);
  });

  it("say what does not fit", () => {
    const x = torch.zeros(2, 3);
    expect(codeOf(() => x.repeat(2))).toBe("repeat-counts");
    expect(codeOf(() => torch.roll(x, [1, 2], 0))).toBe("roll-dims");
    expect(codeOf(() => torch.topk(x, 4))).toBe("k-range");
    expect(codeOf(() => torch.hsplit(x, 2))).toBe("split-uneven");
    expect(codeOf(() => x.unfold(1, 4, 1))).toBe("unfold-range");
    expect(codeOf(() => torch.quantile(x, 1.5))).toBe("quantile-arguments");
    expect(codeOf(() => F.pad(x, [3, 3], "reflect"))).toBe("pad-margin");
    expect(codeOf(() => torch.einsum("ij,jk->ik", x, x))).toBe("einsum-sizes");
    expect(codeOf(() => torch.einsum("ij->iz", x))).toBe("einsum-equation");
    expect(codeOf(() => F.conv2d(torch.zeros(1, 3, 4, 4), torch.zeros(2, 2, 2, 2)))).toBe("conv-shapes");
    expect(codeOf(() => F.oneHot(t([3]), 2))).toBe("one-hot-classes");
    expect(codeOf(() => torch.bincount(t([-1])))).toBe("bincount-values");
  });
});

describe("in-place forms", () => {
  it("write over the tensor and follow the graph, through views too", () => {
    const x = torch.zeros(2, 3);
    expect(x.scatter_(1, t([[0], [2]]), 5).tolist()).toEqual([
      [5, 0, 0],
      [0, 0, 5],
    ]);
    expect(x.indexAdd_(0, t([1, 1]), torch.ones(2, 3), { alpha: 2 }).tolist()).toEqual([
      [5, 0, 0],
      [4, 4, 9],
    ]);
    expect(x.triu_(1).tolist()).toEqual([
      [0, 0, 0],
      [0, 0, 9],
    ]);
    const w = torch.ones(3, { requiresGrad: true });
    const base = torch.zeros(2, 3);
    base.select(0, 1).indexCopy_(0, t([2, 0, 1]), w.mul(2));
    base.mul(torch.arange(6).reshape(2, 3)).sum().backward();
    expect(w.grad?.tolist()).toEqual([10, 6, 8]);
  });
});
