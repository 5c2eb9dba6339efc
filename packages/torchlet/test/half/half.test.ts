// Rounding to 16 bits, held against PyTorch's casts.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";

const recorded = JSON.parse(readFileSync(new URL("../fixtures/half.json", import.meta.url), "utf8")) as {
  readonly x: number[];
  readonly float16: number[];
  readonly bfloat16: number[];
};
const floats = (bits: readonly number[]) => Array.from(new Float32Array(Int32Array.from(bits).buffer));

describe("roundToHalf", () => {
  it.each(["float16", "bfloat16"] as const)("gives PyTorch's bits for %s", (format) => {
    const y = torch.roundToHalf(torch.tensor(floats(recorded.x)), format);
    const bits = Array.from(new Int32Array(Float32Array.from(y.tolist() as number[]).buffer));
    expect(bits).toEqual(recorded[format]);
  });

  it("keeps NaN and the infinities", () => {
    const x = torch.tensor([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]);
    expect(torch.roundToHalf(x).tolist()).toEqual([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]);
  });

  it.each(["float16", "bfloat16"] as const)("rounds all neighbours of %s, their middles to the even one", (format) => {
    const digits = format === "float16" ? 10 : 7;
    const exponents = format === "float16" ? 5 : 8;
    const bias = 2 ** (exponents - 1) - 1;
    const valueOf = (bits: number) => {
      const exponent = bits >> digits;
      const fraction = (bits & (2 ** digits - 1)) / 2 ** digits;
      return exponent === 0 ? fraction * 2 ** (1 - bias) : (1 + fraction) * 2 ** (exponent - bias);
    };
    // All finite numbers that are not negative, and the first that is too large.
    const count = (2 ** exponents - 1) * 2 ** digits;
    const values = Array.from({ length: count + 1 }, (_, bits) => valueOf(bits));
    const middles = values.slice(1).map((value, i) => (value + values[i]!) / 2);
    const even = middles.map((_, i) => (i % 2 === 0 ? values[i]! : values[i + 1]!));
    even[count - 1] = Number.POSITIVE_INFINITY;
    for (const dtype of [torch.float32, torch.float64]) {
      const round = (x: readonly number[]) => torch.roundToHalf(torch.tensor([...x], { dtype }), format).tolist();
      expect(round(values.slice(0, count))).toEqual(values.slice(0, count));
      expect(round(middles)).toEqual(even);
      expect(round(middles.map((x) => -x))).toEqual(even.map((x) => -x));
    }
    const round = (x: readonly number[]) =>
      torch.roundToHalf(torch.tensor([...x], { dtype: torch.float64 }), format).tolist();
    const last = [...values.slice(1, count), Number.POSITIVE_INFINITY];
    expect(round(middles.map((x) => x * (1 + 2 ** -50)))).toEqual(last);
    expect(round(middles.map((x) => x * (1 - 2 ** -50)))).toEqual(values.slice(0, count));
  });

  it("passes gradients as a cast does", () => {
    const x = torch.tensor([0.1, 1e6, 3], { requiresGrad: true });
    torch
      .roundToHalf(x)
      .mul(torch.tensor([1, 2, 3]))
      .sum()
      .backward();
    expect(x.grad!.tolist()).toEqual([1, 2, 3]);
  });

  it("rounds float64, and refuses integers", () => {
    const x = torch.tensor([1 / 3, 1e300], { dtype: torch.float64 });
    expect(torch.roundToHalf(x).tolist()).toEqual([0.333251953125, Number.POSITIVE_INFINITY]);
    expect(() => torch.roundToHalf(torch.tensor([1, 2], { dtype: torch.int32 }))).toThrow(/floating-point, got int/);
  });
});
