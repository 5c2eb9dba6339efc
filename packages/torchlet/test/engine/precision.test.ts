// exp, log, tanh, sigmoid and expm1 in float32: within 2 units in the last place over every exponent, against float64.
import { describe, expect, it } from "vitest";
import { ulp32 } from "../support/compare.js";
import { loadTorch, tiers } from "../support/tiers.js";

/** Reference functions in float64 that do not cancel where the float32 result is finite. */
const FUNCTIONS = {
  exp: Math.exp,
  log: Math.log,
  tanh: Math.tanh,
  expm1: Math.expm1,
  sigmoid: (x: number) => (x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x))),
} as const;

/** Every 4099th bit pattern: 2,046 numbers in each binade, both signs, subnormals, infinities and NaNs. */
function everyBinade(): Float32Array {
  const patterns = new Uint32Array(Math.floor(2 ** 32 / 4099));
  for (let i = 0; i < patterns.length; i++) patterns[i] = i * 4099;
  return new Float32Array(patterns.buffer);
}

/** Evenly spaced numbers, for the stretches where the reduction of the argument changes. */
function evenly(from: number, to: number, count: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => from + ((to - from) * i) / (count - 1));
}

const EXTREMES = Float32Array.of(
  ...[0, 1e-30, 1e-10, 1e-7, 0.5, 1, 2, 9, 10, 16.5, 17, 87, 88, 88.7228, 88.7229, 89, 100, 103.9, 104, 104.1, 1e4],
  ...[1e30, 3.4028235e38, 1.1754944e-38, 1.1754942e-38, 1e-45, Math.SQRT1_2, Math.SQRT2, Infinity, NaN],
);

const DENSE: Record<keyof typeof FUNCTIONS, Float32Array> = {
  exp: evenly(-104.5, 89.5, 250_000),
  log: evenly(0.25, 4, 250_000),
  tanh: evenly(-10, 10, 250_000),
  expm1: evenly(-18, 18, 250_000),
  sigmoid: evenly(-104.5, 20, 250_000),
};

/** The largest error in units of the last place, and where; NaN and infinities must agree exactly. */
function worst(inputs: Float32Array, outputs: Float32Array, reference: (x: number) => number) {
  let error = 0;
  let at = "";
  for (let i = 0; i < inputs.length; i++) {
    const exact = reference(inputs[i]!);
    const rounded = Math.fround(exact);
    const got = outputs[i]!;
    if (Object.is(got, rounded) || got === rounded) continue;
    const here =
      Number.isFinite(rounded) && Number.isFinite(got)
        ? Math.abs(got - exact) / ulp32(exact)
        : Number.POSITIVE_INFINITY;
    if (!(here <= error)) {
      error = here;
      at = `f(${inputs[i]}) = ${got}, exact ${exact}`;
    }
  }
  return { error, at };
}

for (const tier of tiers) {
  describe(`float32 functions, ${tier}`, async () => {
    const torch = await loadTorch(tier);
    const signed = Float32Array.of(...EXTREMES, ...EXTREMES.map((x) => -x));

    it.each(Object.keys(FUNCTIONS) as (keyof typeof FUNCTIONS)[])("%s", (name) => {
      const reference = FUNCTIONS[name];
      for (const inputs of [signed, everyBinade(), DENSE[name]]) {
        const outputs = torch[name](torch.tensor(inputs)).toTypedArray() as Float32Array;
        const { error, at } = worst(inputs, outputs, reference);
        expect(error, at).toBeLessThanOrEqual(2);
      }
    });

    it("keeps the sign of zero where the function does", () => {
      const zeros = torch.tensor(Float32Array.of(0, -0));
      for (const name of ["tanh", "expm1"] as const) {
        const [plus, minus] = torch[name](zeros).toTypedArray();
        expect(Object.is(plus, 0)).toBe(true);
        expect(Object.is(minus, -0)).toBe(true);
      }
    });

    it("gives the same element by element as in vectors: tails of 1 to 9", () => {
      const x = evenly(-3, 3, 9);
      for (const name of ["exp", "tanh", "sigmoid", "expm1"] as const) {
        const whole = torch[name](torch.tensor(x)).toTypedArray();
        for (let n = 1; n <= 9; n++) {
          expect([...torch[name](torch.tensor(x.slice(0, n))).toTypedArray()]).toEqual([...whole.slice(0, n)]);
        }
      }
    });
  });
}
