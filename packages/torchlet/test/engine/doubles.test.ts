// Functions that are computed on pairs of doubles: float64 against the runtime's own, float32 against float64 rounded.
import { describe, expect, it } from "vitest";
import { numbers, ulp32 } from "../support/compare.js";
import { loadTorch, tiers } from "../support/tiers.js";

/** The distance of a double to its neighbour. */
function ulp64(value: number): number {
  const x = Math.abs(value);
  return x < 2 ** -1022 ? 2 ** -1074 : 2 ** (Math.floor(Math.log2(x)) - 52);
}

function spread(low: number, high: number, count = 20_000): Float64Array {
  const random = numbers(count);
  return Float64Array.from({ length: count }, () => low + (high - low) * random());
}

const EXTREMES = [
  ...[
    0, 1e-320, 1e-300, 1e-30, 1e-17, 1e-8, 0.25, 0.5, 1, 1.5, 2, 6, 27, 88, 89, 350, 709.7, 709.8, 745, 746, 1e4, 1e5,
  ],
  ...[1e6, 1e15, 1e300, Infinity, NaN],
];
const SIGNED = [...EXTREMES, ...EXTREMES.map((x) => -x)];

const sigmoid = (x: number) => (x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x)));

/** Names, references, where to look, and how many units in the last place float64 may be off. */
const FUNCTIONS: [string, (x: number) => number, Float64Array, number][] = [
  ["exp", Math.exp, spread(-745, 709), 1.5],
  ["log", Math.log, spread(0, 4), 1.5],
  ["log", Math.log, spread(0, 1e6), 1.5],
  ["tanh", Math.tanh, spread(-20, 20), 4],
  ["sigmoid", sigmoid, spread(-700, 40), 3],
  ["expm1", Math.expm1, spread(-40, 40), 3],
  ["log1p", Math.log1p, spread(-1, 4), 2.5],
  ["log1p", Math.log1p, spread(-1e-4, 1e-4), 2.5],
  ["exp2", (x) => 2 ** x, spread(-1074, 1023), 1.5],
  ["sin", Math.sin, spread(-7, 7), 1.5],
  ["sin", Math.sin, spread(-1e6, 1e6), 1.5],
  ["cos", Math.cos, spread(-7, 7), 1.5],
  ["cos", Math.cos, spread(-1e6, 1e6), 1.5],
  ["tan", Math.tan, spread(-7, 7), 4],
];

for (const tier of tiers) {
  describe(`pairs of doubles, ${tier}`, async () => {
    const torch = await loadTorch(tier);
    type Named = (x: import("../../src/index.js").Tensor) => import("../../src/index.js").Tensor;
    const functions = torch as unknown as Record<string, Named>;

    it.each(FUNCTIONS)("%s in float64", (name, reference, inputs, units) => {
      const all = Float64Array.of(...SIGNED, ...inputs);
      const got = functions[name]!(torch.tensor(all)).toTypedArray();
      let worst = 0;
      let at = "";
      all.forEach((x, i) => {
        const want = reference(x);
        if (Object.is(got[i], want) || got[i] === want) return;
        const error = Math.abs(got[i]! - want) / ulp64(want);
        if (!(error <= worst)) {
          worst = error;
          at = `${name}(${x}) = ${got[i]}, want ${want}`;
        }
      });
      expect(worst, at).toBeLessThanOrEqual(units);
    });

    const rounded: [string, (x: number) => number, Float64Array][] = [
      ["sin", Math.sin, spread(-100, 100)],
      ["cos", Math.cos, spread(-100, 100)],
      ["tan", Math.tan, spread(-100, 100)],
      ["exp2", (x) => 2 ** x, spread(-149, 128)],
      ["log2", Math.log2, spread(0, 10)],
      ["log10", Math.log10, spread(0, 1e4)],
    ];
    it.each(rounded)("%s in float32 is the nearest number but for ties", (name, reference, inputs) => {
      const all = Float32Array.of(...SIGNED, ...inputs);
      const got = functions[name]!(torch.tensor(all)).toTypedArray();
      all.forEach((x, i) => {
        const want = Math.fround(reference(x));
        if (Object.is(got[i], want) || got[i] === want) return;
        expect(Math.abs(got[i]! - reference(x)) / ulp32(reference(x)), `${name}(${x}) = ${got[i]}`).toBeLessThan(0.501);
      });
    });

    it("powers and lengths in float32 are the nearest numbers but for ties", () => {
      const random = numbers(11);
      const bases = [...SIGNED, ...Array.from({ length: 3000 }, () => random() * 8)];
      const exponents = [0, -0, 0.5, 1, -1, 2, 3, 2.5, -3.25, 40, -45, 1e10, Infinity, -Infinity, NaN];
      const pairs = bases.flatMap((x) => exponents.map((y): [number, number] => [Math.fround(x), Math.fround(y)]));
      const [a, b] = [0, 1].map((k) => torch.tensor(Float32Array.from(pairs, (p) => p[k]!)));
      const powers = torch.pow(a!, b!).toTypedArray();
      const lengths = torch.hypot(a!, b!).toTypedArray();
      pairs.forEach(([x, y], i) => {
        // C's rules: 1 to any power, and -1 to an infinite one, are 1.
        const power = x === 1 || (x === -1 && Math.abs(y) === Infinity) ? 1 : x ** y;
        for (const [got, want] of [
          [powers[i]!, power],
          [lengths[i]!, Math.hypot(x, y)],
        ] as const) {
          if (Object.is(got, Math.fround(want)) || got === Math.fround(want)) continue;
          expect(Math.abs(got - want) / ulp32(want), `of ${x} and ${y}: ${got}, want ${want}`).toBeLessThan(0.501);
        }
      });
    });

    it("give the same element by element as in vectors: tails of 1 to 9, arguments beyond the vectors among them", () => {
      const values = [0.3, -0.7, 1.2, 5.5, 3e7, -2.25, 0.01, 4, 1e-3];
      for (const dtype of [torch.float32, torch.float64]) {
        const x = torch.tensor(values, { dtype });
        for (const name of ["exp", "log", "tanh", "sin", "cos", "tan", "erf", "erfc", "exp2", "log2", "log1p"]) {
          const whole = [...functions[name]!(x).toTypedArray()];
          for (let n = 1; n <= 9; n++) {
            expect([...functions[name]!(x.narrow(0, 0, n).clone()).toTypedArray()], name).toEqual(whole.slice(0, n));
            expect(functions[name]!(x.narrow(0, n - 1, 1).clone()).item(), name).toBe(whole[n - 1]);
          }
        }
        const y = torch.tensor([2, 0.5, -1, 3, 1, 2, 0.5, 7, -2], { dtype });
        const whole = [...torch.pow(x, y).toTypedArray()];
        for (let i = 0; i < 9; i++) {
          expect([...torch.pow(x.narrow(0, i, 1).clone(), y.narrow(0, i, 1).clone()).toTypedArray()]).toEqual([
            whole[i],
          ]);
        }
      }
    });
  });
}
