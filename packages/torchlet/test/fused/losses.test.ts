// Softmax and cross entropy, four rows at a time and reduced at once: against PyTorch and float64; labels and how many are right.
import { describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";
import { countCorrect } from "../../src/ops/accuracy.js";
import { checkLabelRange } from "../../src/ops/label-range.js";
import { type Case, check, expectEqual, fixture, title } from "../support/cases.js";
import { firstFar } from "../support/compare.js";
import { codeOf, errorOf } from "../support/errors.js";

const F = torch.nn.functional;
const tolerance = {
  ...{ float32: 2e-6, float64: 1e-13, absolute: 3e-7 },
  gradients: { float32: 5e-6, float64: 1e-13, absolute: 1e-5 },
};

describe("PyTorch's values", () => {
  const cases = fixture("fused-losses");
  it.each(cases.map((c, i): [string, Case] => [`${i}: ${title(c)}`, c]))("%s", (_, c) => {
    expectEqual(check(c, tolerance));
  });
});

const generator = new torch.Generator();
const draw = (...shape: number[]) =>
  torch.randn(shape, { generator: generator.manualSeed(shape[0]! * 31 + shape[1]!) });

describe("float32 rows are what they are in float64", () => {
  const widths = [1, 2, 3, 4, 5, 7, 8, 9, 10, 15, 16, 17, 33, 127, 1023, 1025, 3001];

  // x - m is rounded to float32: with a difference of 40 its exponential is off by 40 half units.
  it.each(widths)("softmax and logSoftmax of rows of %i", (n) => {
    for (let rows = 1; rows <= 9; rows++) {
      const values = draw(rows, n).mul(5);
      for (const f of [torch.softmax, torch.logSoftmax]) {
        const [single, double] = [values, values.double()].map((v) => {
          const x = v.requiresGrad_();
          const y = f(x, 1);
          const [dx] = torch.autograd.grad(y, x, { gradOutputs: draw(rows, n).to(v.dtype) });
          return [y.detach().toTypedArray(), dx!.toTypedArray()] as const;
        });
        // The sum is 1 and something: float32 keeps 24 bits of it, and less of what many small terms add.
        const absolute = f === torch.softmax ? 1e-30 : n > 1000 ? 1e-6 : 3e-7;
        expect(firstFar(single![0], double![0], 8e-6, absolute), "result").toBe(null);
        expect(firstFar(single![1], double![1], 1e-5, 2e-5), "gradient").toBe(null);
      }
    }
  });

  it.each(widths)("cross entropy of rows of %i", (n) => {
    for (const rows of [1, 2, 3, 4, 5, 8, 70]) {
      const labels = torch.randint(n, [rows], { generator });
      if (rows > 4) labels.index(torch.slice(0, rows, 3)).fill_(-100);
      for (const reduction of ["none", "mean", "sum"] as const) {
        const [single, double] = [torch.float32, torch.float64].map((dtype) => {
          const x = draw(rows, n).mul(8).to(dtype).requiresGrad_();
          const loss = F.crossEntropy(x, labels, { reduction });
          const [dx] = torch.autograd.grad(loss, x, { gradOutputs: torch.full(loss.shape, 1.5, { dtype }) });
          return [loss.detach().toTypedArray(), dx!.toTypedArray()] as const;
        });
        expect(firstFar(single![0], double![0], 2e-6, 2e-6), `loss, ${reduction}`).toBe(null);
        expect(firstFar(single![1], double![1], 5e-6, 1e-6), `gradient, ${reduction}`).toBe(null);
      }
    }
  });
});

describe("cross entropy", () => {
  it("has second derivatives in every reduction, with ignored labels", () => {
    const labels = torch.tensor([1, -100, 0, 2, 2]);
    for (const reduction of ["none", "mean", "sum"] as const) {
      const [fused, parts] = [torch.float32, torch.float64].map((dtype) => {
        const x = draw(5, 3).to(dtype).requiresGrad_();
        const loss = F.crossEntropy(x, labels, { reduction }).square().sum();
        const [g] = torch.autograd.grad(loss, x, { createGraph: true });
        const [second] = torch.autograd.grad(g!.square().sum(), x);
        return second!.toTypedArray();
      });
      expect(firstFar(fused!, parts!, 1e-5, 1e-5)).toBe(null);
    }
  });

  it("takes labels of any integer type and layout", () => {
    const x = draw(6, 4);
    const labels = torch.tensor([0, 3, 1, 2, 2, 0]);
    const want = F.crossEntropy(x, labels).item();
    expect(F.crossEntropy(x, labels.to(torch.uint8)).item()).toBe(want);
    expect(F.crossEntropy(x, labels.float()).item()).toBe(want);
    expect(F.crossEntropy(x, torch.stack([labels, labels], 1).select(1, 1)).item()).toBe(want);
    const two = F.crossEntropy(x.narrow(1, 0, 2), labels.gt(1));
    expect(two.item()).toBe(F.crossEntropy(x.narrow(1, 0, 2), labels.gt(1).to(torch.int32)).item());
  });

  it("ignores nothing where the ignored index is no int32", () => {
    const x = draw(3, 4);
    const labels = torch.tensor([0, 3, 1]);
    expect(F.crossEntropy(x, labels, { ignoreIndex: 2 ** 40 }).item()).toBeCloseTo(F.crossEntropy(x, labels).item(), 6);
  });

  it("under anomaly mode names what is not finite", () => {
    const x = torch.full([2, 3], Number.NaN).requiresGrad_();
    const run = () => torch.autograd.detectAnomaly(() => F.crossEntropy(x, torch.tensor([0, 1])));
    expect(codeOf(run)).toBe("anomaly");
  });

  it("a label out of range changes nothing and names itself", () => {
    const x = draw(4, 3).requiresGrad_();
    for (const [bad, dtype] of [
      [3, torch.int32],
      [-1, torch.int32],
      [200, torch.uint8],
    ] as const) {
      const labels = torch.tensor([0, 1, bad, 2], { dtype });
      const error = errorOf(() => F.crossEntropy(x, labels));
      expect([error.code, error.received]).toEqual(["class-range", bad]);
    }
    expect(x.grad).toBe(null);
  });
});

describe("checkLabelRange", () => {
  it("looks at every label", () => {
    for (const n of [1, 2, 3, 4, 5, 8, 13]) {
      for (let at = 0; at < n; at++) {
        for (const [bad, fine] of [
          [4, false],
          [-1, false],
          [-100, true],
          [3, true],
        ] as const) {
          const values = Array.from({ length: n }, (_, i) => (i === at ? bad : i % 4));
          expect(checkLabelRange(torch.tensor(values, { dtype: torch.int32 }), 4), `${values}`).toBe(fine);
        }
      }
    }
    const bytes = torch.tensor([0, 9, 255], { dtype: torch.uint8 });
    expect(checkLabelRange(bytes, 10)).toBe(false);
    expect(checkLabelRange(bytes, 10, 255)).toBe(true);
    expect(checkLabelRange(torch.zeros(0, { dtype: torch.int32 }), 1)).toBe(true);
  });
});

describe("countCorrect", () => {
  it("is argmax compared with labels", () => {
    for (const [rows, n] of [
      [1, 1],
      [7, 2],
      [64, 10],
      [33, 101],
      [0, 3],
    ] as const) {
      // Few different values: many ties.
      const scores = torch.randint(-3, 4, [rows, n], { generator, dtype: torch.float32 });
      const labels = torch.randint(n, [rows], { generator });
      const want = scores.argmax(1).eq(labels).sum().item();
      for (const x of [scores, scores.double(), scores.to(torch.int32), scores.t().contiguous().t()]) {
        expect(countCorrect(x, labels).item()).toBe(want);
        expect(countCorrect(x, labels.to(torch.uint8)).item()).toBe(want);
      }
      expect(countCorrect(scores, labels).dtype).toBe(torch.int32);
    }
  });

  it("takes the first largest, and the first NaN before everything", () => {
    const { NaN: nan, POSITIVE_INFINITY: inf } = Number;
    const scores = torch.tensor(
      [
        [1, 1, 0],
        [nan, 2, nan],
        [inf, nan, 0],
        [-inf, -inf, -inf],
        [0, -0, 0],
      ],
      { dtype: torch.float32 },
    );
    expect(scores.argmax(1).tolist()).toEqual([0, 0, 1, 0, 0]);
    expect(countCorrect(scores, torch.tensor([0, 0, 1, 0, 0])).item()).toBe(5);
    expect(countCorrect(scores, torch.tensor([1, 2, 0, 1, 2])).item()).toBe(0);
  });

  it("refuses what does not fit", () => {
    for (const [scores, labels] of [
      [[3, 4], [2]],
      [[3], [3]],
      [[3, 0], [3]],
      [
        [3, 4],
        [3, 1],
      ],
    ] as const) {
      const run = () => countCorrect(torch.zeros(scores), torch.zeros(labels, { dtype: torch.int32 }));
      expect(codeOf(run)).toBe("count-correct-shapes");
    }
  });
});
