// How precise the functions are, where PyTorch's own values would not tell: float32 against float64, float64 against identities.
import { describe, expect, it } from "vitest";
import { numbers, ulp32 } from "../support/compare.js";
import { loadTorch, tiers } from "../support/tiers.js";

/** Numbers on [low, high] that are float32. */
function spread(low: number, high: number, count = 20_000): Float32Array {
  const random = numbers(count);
  return Float32Array.from({ length: count }, () => low + (high - low) * random());
}

for (const tier of tiers) {
  describe(`functions, ${tier}`, async () => {
    const torch = await loadTorch(tier);
    const F = torch.nn.functional;
    type Function = (x: import("../../src/index.js").Tensor) => import("../../src/index.js").Tensor;

    const rows: [string, Function, number, Float32Array][] = [
      ["log1p", torch.log1p, 1.5, spread(-1, 4)],
      ["log1p near 0", torch.log1p, 1.5, spread(-1e-3, 1e-3)],
      ["softplus", (x) => F.softplus(x), 2, spread(-86, 19)],
      ["logsigmoid", F.logsigmoid, 2, spread(-86, 86)],
      ["logaddexp", (x) => torch.logaddexp(x, x.mul(0)), 2, spread(-80, 80)],
      ["elu", (x) => F.elu(x), 2, spread(-20, 4)],
      ["selu", F.selu, 2.5, spread(-20, 4)],
      ["silu", F.silu, 3, spread(-80, 20)],
      ["mish", F.mish, 4, spread(-80, 20)],
      // Twice the error of the normal distribution function, whose exponential loses bits far out.
      ["gelu", (x) => F.gelu(x), 6, spread(-12, 6)],
      ["erf", torch.erf, 1, spread(-4, 4)],
      ["erfinv", torch.erfinv, 1, spread(-1, 1)],
      ["lgamma", torch.lgamma, 1, spread(0, 40)],
    ];
    it.each(rows)("%s in float32 against float64", (_, f, units, inputs) => {
      const x = torch.tensor(inputs);
      const got = f(x).toTypedArray();
      const exact = f(x.to(torch.float64)).toTypedArray();
      let worst = 0;
      for (let i = 0; i < got.length; i++) worst = Math.max(worst, Math.abs(got[i]! - exact[i]!) / ulp32(exact[i]!));
      expect(worst).toBeLessThan(units);
    });

    it("erfinv undoes erf, and erfc mirrors, in float64", () => {
      const x = torch.linspace(-5, 5, 501, { dtype: torch.float64 });
      const y = torch.erf(x.mul(0.5));
      expect(torch.allclose(torch.erfinv(y), x.mul(0.5), { rtol: 1e-12, atol: 1e-15 })).toBe(true);
      expect(torch.allclose(torch.erfc(x).add(torch.erf(x)), torch.onesLike(x), { rtol: 1e-15, atol: 0 })).toBe(true);
      expect(torch.erfc(torch.tensor([26], { dtype: torch.float64 })).item()).toBeCloseTo(5.663192408856143e-296, 307);
    });

    it("Gamma's functions satisfy their recurrences in float64", () => {
      const x = torch.linspace(0.1, 30, 300, { dtype: torch.float64 });
      const next = torch.lgamma(x.add(1));
      expect(torch.allclose(torch.lgamma(x).add(torch.log(x)), next, { rtol: 1e-14, atol: 1e-14 })).toBe(true);
      const psi = torch.digamma(x.add(1)).sub(torch.digamma(x));
      expect(torch.allclose(psi, x.reciprocal(), { rtol: 1e-11, atol: 0 })).toBe(true);
      const trigamma = torch.polygamma(1, x).sub(torch.polygamma(1, x.add(1)));
      expect(torch.allclose(trigamma, x.pow(-2), { rtol: 1e-11, atol: 0 })).toBe(true);
      expect(torch.polygamma(1, torch.ones(1, { dtype: torch.float64 })).item()).toBeCloseTo(Math.PI ** 2 / 6, 14);
    });
  });
}
