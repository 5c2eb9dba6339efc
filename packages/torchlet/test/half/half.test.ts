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
