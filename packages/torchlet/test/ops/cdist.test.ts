// Distances of rows to rows: in blocks as at once, with gradients that take no more memory.
import { describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";
import { codeOf } from "../support/errors.js";

const { float64 } = torch;
const draw = (...shape: number[]) => torch.randn(shape, { dtype: float64 });
const atOnce = (a: torch.Tensor, b: torch.Tensor, p = 2) =>
  torch.linalg.vectorNorm(a.unsqueeze(-2).sub(b.unsqueeze(-3)), p, -1);
const largest = (a: torch.Tensor, b: torch.Tensor) => a.sub(b).abs().max().item();

describe("cdist", () => {
  it.each([1, 2, 3, Number.POSITIVE_INFINITY])("of more rows than a block holds, order %s", (p) => {
    torch.manualSeed(0);
    const [a, b] = [draw(700, 5), draw(300, 5)];
    const out = torch.cdist(a, b, p);
    expect(out.shape).toEqual([700, 300]);
    expect(largest(out, atOnce(a, b, p))).toBeLessThan(1e-14);
  });

  it("broadcasts what lies before the rows", () => {
    torch.manualSeed(0);
    const [a, b] = [draw(3, 1, 90, 4), draw(2, 200, 4)];
    const out = torch.cdist(a, b);
    expect(out.shape).toEqual([3, 2, 90, 200]);
    expect(largest(out, atOnce(a, b))).toBeLessThan(1e-14);
  });

  it("is 0 from a row to itself, also far from the origin", () => {
    const x = torch.randn([100, 3]).add(1000);
    expect(torch.cdist(x, x).diagonal().max().item()).toBe(0);
  });

  it("has the gradients of the formula, and 0 where two rows are one", () => {
    torch.manualSeed(0);
    const offset = 1e6;
    const [a, b] = [draw(60, 4).add(offset).requiresGrad_(), draw(3, 50, 4).add(offset).requiresGrad_()];
    const g = draw(3, 60, 50);
    const [gA, gB] = torch.autograd.grad(torch.cdist(a, b), [a, b], { gradOutputs: g });
    const [wantA, wantB] = torch.autograd.grad(atOnce(a, b), [a, b], { gradOutputs: g });
    expect(largest(gA!, wantA!)).toBeLessThan(1e-9);
    expect(largest(gB!, wantB!)).toBeLessThan(1e-9);
    const x = draw(5, 2).requiresGrad_();
    torch.cdist(x, x).diagonal().sum().backward();
    expect(x.grad!.abs().max().item()).toBe(0);
  });

  it("refuses rows of different lengths, vectors and integers", () => {
    expect(codeOf(() => torch.cdist(torch.zeros(3, 2), torch.zeros(3, 1)))).toBe("cdist-rows");
    expect(codeOf(() => torch.cdist(torch.zeros(3), torch.zeros(3)))).toBe("cdist-rows");
    expect(codeOf(() => torch.cdist(torch.arange(4).reshape(2, 2), torch.zeros(2, 2)))).toBe("cdist-dtype");
  });

  it("of no rows, and of rows without elements", () => {
    expect(torch.cdist(torch.zeros(0, 3), torch.zeros(4, 3)).shape).toEqual([0, 4]);
    expect(torch.cdist(torch.zeros(4, 0), torch.zeros(5, 0)).tolist()).toEqual(Array(4).fill(Array(5).fill(0)));
  });
});
