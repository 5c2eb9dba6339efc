// Softmax, cross entropy and squared error against values recorded with PyTorch, at any logits; errors.
import { describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";
import { type Case, check, expectEqual, fixture, title } from "../support/cases.js";
import { codeOf, errorOf } from "../support/errors.js";

const F = torch.nn.functional;
// Probabilities below 1e-38 and gradients that cancel have no digits to compare.
const tolerance = {
  ...{ float32: 2e-6, float64: 1e-13, absolute: 3e-7 },
  gradients: { float32: 5e-6, float64: 1e-13, absolute: 1e-5 },
};

describe("softmax and logSoftmax", () => {
  it.each(fixture("softmax").map((c): [string, Case] => [title(c), c]))("%s", (_, c) => {
    expectEqual(check(c, tolerance));
  });

  it("rows sum to 1 at every length and scale", () => {
    for (let n = 1; n < 40; n++) {
      for (const scale of [1e-3, 1, 1e4]) {
        const x = torch.randn(3, n).mul(scale);
        for (const sum of x.softmax(1).sum(1).toTypedArray()) expect(sum).toBeCloseTo(1, 6);
        for (const sum of x.logSoftmax(1).exp().sum(1).toTypedArray()) expect(sum).toBeCloseTo(1, 5);
      }
    }
  });

  it("take their dimension by name and another type", () => {
    const x = torch.randn(3, 4);
    expect(x.softmax({ dim: 0 }).tolist()).toEqual(x.softmax(0).tolist());
    expect(F.logSoftmax(x, { dim: 1, dtype: torch.float64 }).dtype).toBe(torch.float64);
    expect(torch.tensor([1, 2]).softmax(0).dtype).toBe(torch.float32);
  });

  it("does not read what lies behind a row", () => {
    const x = torch.full([5, 8], Number.NaN);
    for (let n = 1; n <= 7; n++) {
      const rows = x.clone();
      rows.narrow(1, 0, n).fill_(0);
      const exact = rows.narrow(1, 0, n).contiguous();
      expect(
        exact
          .softmax(1)
          .sub(1 / n)
          .abs()
          .max()
          .item(),
      ).toBeLessThan(1e-7);
      expect(rows.narrow(1, 0, n).logSoftmax(1).isfinite().all().item()).toBe(1);
    }
  });
});

describe("losses", () => {
  it.each(fixture("losses").map((c): [string, Case] => [title(c), c]))("%s", (_, c) => {
    expectEqual(check(c, tolerance));
  });

  it("give the same whether fused or made of parts, and second derivatives", () => {
    const x = torch.randn(6, 5, { requiresGrad: true });
    const y = torch.tensor([0, 4, 2, 2, 1, 3]);
    const picked = (values: torch.Tensor) => values.gather(1, y.unsqueeze(1)).mean().neg();
    const [fused] = torch.autograd.grad(F.crossEntropy(x, y), x, { createGraph: true });
    const [parts] = torch.autograd.grad(picked(x.logSoftmax(1)), x, { createGraph: true });
    expect(torch.allclose(fused!, parts!, { atol: 1e-7 })).toBe(true);
    const [second] = torch.autograd.grad(fused!.square().sum(), x);
    const [wanted] = torch.autograd.grad(parts!.square().sum(), x);
    expect(torch.allclose(second!, wanted!, { atol: 1e-7 })).toBe(true);
  });

  it("take logits and targets in any layout", () => {
    const x = torch.randn(5, 7);
    const y = torch.randint(0, 5, [14]);
    const want = F.crossEntropy(x.t().contiguous(), y.index(torch.slice(0, 14, 2)).contiguous(), { reduction: "none" });
    const got = F.crossEntropy(x.t(), y.index(torch.slice(0, 14, 2)), { reduction: "none" });
    expect(got.tolist()).toEqual(want.tolist());
    const bytes = y.index(torch.slice(0, 14, 2)).to(torch.uint8);
    expect(F.crossEntropy(x.t(), bytes, { reduction: "none" }).tolist()).toEqual(want.tolist());
  });

  it("give a mean over nothing that is NaN, and sums that are 0", () => {
    const none = torch.zeros(0, 3, { requiresGrad: true });
    const target = torch.zeros(0, { dtype: torch.int32 });
    expect(F.crossEntropy(none, target).item()).toBeNaN();
    expect(F.crossEntropy(none, target, { reduction: "sum" }).item()).toBe(0);
    expect(F.crossEntropy(none, target, { reduction: "none" }).shape).toEqual([0]);
    expect(F.mseLoss(none, torch.zeros(0, 3)).item()).toBeNaN();
  });

  it("send a gradient to a sample that is confidently wrong", () => {
    const x = torch.tensor([[1e4, -1e4]], { dtype: torch.float32, requiresGrad: true });
    const loss = F.crossEntropy(x, torch.tensor([1]));
    loss.backward();
    expect(loss.item()).toBe(2e4);
    expect(x.grad!.tolist()).toEqual([[1, -1]]);
  });
});

describe("refusals", () => {
  const x = torch.zeros(3, 4);
  const y = torch.tensor([0, 1, 2]);
  const classes = (...values: number[]) => torch.tensor(values, { dtype: torch.int32 });

  it("names the class that is out of range", () => {
    for (const bad of [4, -1, 100]) {
      const error = errorOf(() => F.crossEntropy(x, classes(0, bad, 1)));
      expect(error).toBeInstanceOf(torch.IndexError);
      expect(error.code).toBe("class-range");
      expect(error.received).toBe(bad);
      expect(error.message).toContain(String(bad));
      expect(codeOf(() => F.crossEntropy(x, classes(0, bad, 1), { labelSmoothing: 0.1 }))).toBe("class-range");
      expect(codeOf(() => F.nllLoss(x, classes(0, bad, 1)))).toBe("class-range");
    }
    expect(
      F.crossEntropy(x, classes(0, -100, 1))
        .isfinite()
        .item(),
    ).toBe(1);
  });

  it.each<[string, () => unknown]>([
    ["cross-entropy-shapes", () => F.crossEntropy(x, classes(0, 1))],
    ["cross-entropy-shapes", () => F.crossEntropy(x, y.unsqueeze(1))],
    ["cross-entropy-shapes", () => F.crossEntropy(x, torch.zeros(3, 5))],
    ["cross-entropy-shapes", () => F.nllLoss(x, classes(0))],
    ["class-weights", () => F.crossEntropy(x, y, { weight: torch.ones(3) })],
    ["class-weights", () => F.crossEntropy(x, torch.zeros(3, 4), { weight: torch.ones(5) })],
    ["class-weights", () => F.nllLoss(x, y, { weight: torch.ones(1) })],
    ["loss-reduction", () => F.crossEntropy(x, y, { reduction: "avg" as never })],
    ["loss-reduction", () => new torch.nn.CrossEntropyLoss({ reduction: "avg" as never })],
    ["loss-reduction", () => F.mseLoss(x, x, { reduction: "avg" as never })],
    ["loss-shapes", () => F.mseLoss(torch.zeros(4), torch.zeros(4, 1))],
    ["loss-shapes", () => F.l1Loss(torch.zeros(4, 1), torch.zeros(4))],
    ["dim-range", () => x.softmax(2)],
  ])("%s: %s", (code, body) => {
    expect(codeOf(body)).toBe(code);
  });
});
