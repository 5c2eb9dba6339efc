// Shapes, places and order: gradients and second derivatives against finite differences.
import { describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";
import { type Differentiable, gradcheck, gradgradcheck, leaf } from "../support/gradcheck.js";

const { nn } = torch;
const F = nn.functional;
const at = (...values: number[]) => torch.tensor(values);
const a = () => leaf([3, 4]);
const b = () => leaf([2, 3, 4], -1, 1, 2);
const image = () => leaf([2, 2, 5, 4], -1, 1, 3);

const functions: Record<string, [Differentiable, () => torch.Tensor[]]> = {
  flip: [(x) => torch.flip(x, [0, -1]), () => [b()]],
  roll: [(x) => torch.roll(x, [1, -2], [0, 1]), () => [a()]],
  "roll, flattened": [(x) => torch.roll(x, 5), () => [a()]],
  rot90: [(x) => torch.rot90(x, 3, [0, 2]), () => [b()]],
  movedim: [(x) => torch.movedim(x, [0, 1], [-1, 0]), () => [b()]],
  "T, mT": [(x) => [x.T, x.mT], () => [b()]],
  repeat: [(x) => x.repeat(2, 1, 3), () => [a()]],
  tile: [(x) => torch.tile(x, [2]), () => [a()]],
  repeatInterleave: [(x) => torch.repeatInterleave(x, at(2, 0, 3), 0), () => [a()]],
  "tril, triu": [(x) => [torch.tril(x, -1), torch.triu(x)], () => [b()]],
  diag: [(x) => torch.diag(x, 1), () => [a()]],
  diagEmbed: [(x) => torch.diagEmbed(x, { offset: -1, dim1: 0, dim2: 2 }), () => [a()]],
  "overlapping windows": [(x) => x.unfold(1, 3, 1), () => [a()]],
  asStrided: [(x) => torch.asStrided(x, [3, 3], [1, 2], 1), () => [a()]],
  tensorSplit: [(x) => torch.tensorSplit(x, 3, 1), () => [a()]],
  columnStack: [(x, y) => torch.columnStack([x, y.select(1, 0)]), () => [a(), a()]],
  blockDiag: [(x, y) => torch.blockDiag(x, y), () => [a(), leaf([2])]],
  cartesianProd: [(x, y) => torch.cartesianProd(x, y), () => [leaf([2]), leaf([3])]],
  combinations: [(x) => torch.combinations(x, 3), () => [leaf([5])]],
  takeAlongDim: [(x) => torch.takeAlongDim(x, torch.tensor([[0], [3], [3]]), 1), () => [a()]],
  indexCopy: [(x, y) => torch.indexCopy(x, 1, at(3, 0), y), () => [a(), leaf([3, 2], -1, 1, 5)]],
  indexFill: [(x, y) => torch.indexFill(x, 0, at(0, 2), y), () => [a(), leaf([])]],
  selectScatter: [(x, y) => torch.selectScatter(x, y, 1, 2), () => [a(), leaf([3], -1, 1, 5)]],
  sliceScatter: [(x, y) => torch.sliceScatter(x, y, 1, 0, 4, 2), () => [a(), leaf([3, 2], -1, 1, 5)]],
  diagonalScatter: [(x, y) => torch.diagonalScatter(x, y, 1), () => [a(), leaf([3], -1, 1, 5)]],
  maskedScatter: [(x, y) => torch.maskedScatter(x, x.gt(0), y), () => [a(), leaf([12], -1, 1, 5)]],
  "scatterReduce, sum": [
    (x, y) => torch.scatterReduce(x, 0, torch.tensor([[0, 0, 1, 2]]), y, "sum", { includeSelf: false }),
    () => [a(), leaf([1, 4], -1, 1, 5)],
  ],
  "scatterReduce, mean": [
    (x, y) => torch.scatterReduce(x, 0, torch.tensor([[0, 0, 1, 2]]), y, "mean"),
    () => [a(), leaf([1, 4], -1, 1, 5)],
  ],
  "scatterReduce, prod": [
    (x, y) => torch.scatterReduce(x, 1, torch.tensor([[0, 0, 1]]), y, "prod"),
    () => [a(), leaf([1, 3], 0.5, 1, 5)],
  ],
  "scatterReduce, amax": [
    (x, y) => torch.scatterReduce(x, 1, torch.tensor([[0, 0, 1]]), y, "amax"),
    () => [a(), leaf([1, 3], -1, 1, 5)],
  ],
  put: [(x, y) => torch.put(x, at(0, 5, 0), y, true), () => [a(), leaf([3], -1, 1, 5)]],
  maskedSelect: [(x) => torch.maskedSelect(x, x.gt(0)), () => [a()]],
  sort: [(x) => torch.sort(x, 0, true)[0], () => [a()]],
  topk: [(x) => torch.topk(x, 2, 1)[0], () => [a()]],
  kthvalue: [(x) => torch.kthvalue(x, 2, 0)[0], () => [a()]],
  median: [(x) => [torch.median(x), torch.median(x, 1)[0]], () => [a()]],
  quantile: [(x, q) => torch.quantile(x, q, 1), () => [a(), leaf([3], 0.1, 0.9, 9)]],
  "pad, constant": [(x) => F.pad(x, [1, -1, 2, 0], "constant", 3), () => [a()]],
  "pad, reflect": [(x) => F.pad(x, [2, 1], "reflect"), () => [b()]],
  "pad, replicate": [(x) => F.pad(x, [2, 1], "replicate"), () => [b()]],
  "pad, circular": [(x) => F.pad(x, [2, 1], "circular"), () => [b()]],
  conv1d: [
    (x, w, c) => F.conv1d(x, w, c, { stride: 2, padding: 1, dilation: 2 }),
    () => [leaf([2, 2, 7]), leaf([3, 2, 2]), leaf([3])],
  ],
  "conv2d in groups": [
    (x, w) => F.conv2d(x, w, { padding: "same", groups: 2 }),
    () => [image(), leaf([4, 1, 3, 2], -1, 1, 7)],
  ],
  maxPool2d: [(x) => F.maxPool2d(x, 3, 2, 1), () => [image()]],
  avgPool2d: [(x) => F.avgPool2d(x, 2, { padding: 1, ceilMode: true, countIncludePad: false }), () => [image()]],
  "unfold and fold": [(x) => F.fold(F.unfold(x, [2, 2]).square(), [5, 4], [2, 2]), () => [image()]],
};

describe("gradients", () => {
  it.each(Object.entries(functions))("%s", (_, [f, inputs]) => {
    expect(gradcheck(f, inputs(), 1e-6)).toBeNull();
  });
  it.each(Object.entries(functions))("%s: second derivatives", (_, [f, inputs]) => {
    // Squared, so that linear operations have second derivatives too.
    const squared: Differentiable = (...xs) => [f(...xs)].flat().map((r) => (r as torch.Tensor).square());
    expect(gradgradcheck(squared, inputs(), 1e-5)).toBeNull();
  });
});
