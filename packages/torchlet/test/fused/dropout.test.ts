// Dropout as one instruction: the generator's stream bit by bit, gradients, what is not finite.
import { describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";
import { fixture } from "../support/cases.js";
import { firstDifference } from "../support/compare.js";

const F = torch.nn.functional;

interface Row {
  count: number;
  p: number;
  before: number;
  kept: string;
  next: number[];
}
const bits = (x: torch.Tensor) => Array.from(x.toTypedArray(), (v) => (v === 0 ? "0" : "1")).join("");

describe("the mask", () => {
  it.each(fixture<Row>("fused-dropout").map((r): [string, Row] => [`${r.count}, ${r.p}, ${r.before}`, r]))(
    "is PyTorch's at %s",
    (_, r) => {
      for (const dtype of [torch.float32, torch.float64]) {
        torch.manualSeed(3);
        torch.rand(r.before);
        expect(bits(F.dropout(torch.ones([r.count], { dtype }), r.p))).toBe(r.kept);
        expect(firstDifference(torch.rand(2).toTypedArray(), Float32Array.from(r.next))).toBe(null);
      }
    },
  );

  it("is that of bernoulli_, also where the lower bits of a draw decide", () => {
    // The upper 21 bits are those of the probability twice in this many draws.
    const count = 1 << 22;
    for (const keep of [0.7123, 0.5]) {
      torch.manualSeed(11);
      const want = torch.empty([count], { dtype: torch.uint8 }).bernoulli_(keep);
      torch.manualSeed(11);
      const got = F.dropout(torch.ones(count), 1 - keep)
        .ne(0)
        .to(torch.uint8);
      // 1 - (1 - keep) is keep for these.
      expect(1 - (1 - keep)).toBe(keep);
      expect(got.ne(want).any().item()).toBe(0);
    }
  });
});

describe("values and gradients", () => {
  it("are x / (1 - p) or x * 0, so that what is not finite shows", () => {
    const values = [1, -2, 0, -0, 1e-30, -1e4, Number.NaN, Number.POSITIVE_INFINITY, 3e38];
    for (const dtype of [torch.float32, torch.float64]) {
      const x = torch.tensor(values, { dtype }).repeat(20);
      torch.manualSeed(4);
      const factor = F.dropout(torch.ones([x.numel()], { dtype }), 0.4);
      torch.manualSeed(4);
      const y = F.dropout(x, 0.4);
      expect(firstDifference(y.toTypedArray(), x.mul(factor).toTypedArray())).toBe(null);
    }
  });

  it("go through the same mask, backward and twice backward, in any layout", () => {
    for (const dtype of [torch.float32, torch.float64]) {
      const x = torch.randn([13, 37], { dtype }).requiresGrad_();
      const y = F.dropout(x.t(), 0.3);
      const factor = y.detach().div(x.detach().t());
      const g = torch.randn([13, 37], { dtype }).t().requiresGrad_();
      const [dx] = torch.autograd.grad(y, x, { gradOutputs: g, createGraph: true });
      const want = g.mul(factor).t();
      expect(torch.allclose(dx!, want.detach(), { rtol: 1e-6 })).toBe(true);
      const [dg] = torch.autograd.grad(dx!.square().sum(), g);
      expect(torch.allclose(dg!, g.detach().mul(factor).mul(factor).mul(2), { rtol: 1e-6 })).toBe(true);
    }
  });

  it("keep their mask as long as the graph is kept", () => {
    const x = torch.ones(100, { requiresGrad: true });
    const y = F.dropout(x, 0.5);
    y.sum().backward({ retainGraph: true });
    torch.randn(1000).exp();
    y.sum().backward();
    expect(x.grad!.tolist()).toEqual(y.mul(2).tolist());
    expect(() => y.sum().backward()).toThrow(torch.AutogradError);
  });

  it("of nothing are nothing, of integers those of floats", () => {
    const none = torch.zeros(0, 3);
    expect(F.dropout(none, 0.5)).toBe(none);
    torch.manualSeed(1);
    const y = F.dropout(torch.ones(50, { dtype: torch.int32 }), 0.5);
    torch.manualSeed(1);
    expect(y.tolist()).toEqual(F.dropout(torch.ones(50), 0.5).tolist());
  });
});
