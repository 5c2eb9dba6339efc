// Numbers in few digits, repetitions with seeds, and the measurement that is farthest off.
import * as torch from "torchlet";
import { describe, expect, it } from "vitest";
import { farthest } from "../../src/experiments/measured.js";
import { seedsFrom, withSeeds } from "../../src/experiments/seeds.js";
import { short } from "../../src/experiments/short.js";

describe("numbers of experiments", () => {
  it("are written in the digits that count", () => {
    const written = [0, 0.36, -13.64, 5.31e-5, 1e-30, 3e7, 46_000, Number.POSITIVE_INFINITY, Number.NaN];
    expect(written.map((x) => short(x))).toEqual([
      "0",
      "0.36",
      "-13.6",
      "5.31e-5",
      "1e-30",
      "3e7",
      "4.6e4",
      "inf",
      "NaN",
    ]);
    expect([short(65504, 5), short(0.0467, 2), short(-Infinity)]).toEqual(["65504", "0.047", "-inf"]);
  });

  it("are drawn anew with each seed, and the same with the same", () => {
    expect(seedsFrom(3, 2)).toEqual([3, 4]);
    const [a, b, again] = withSeeds([3, 4, 3], () => torch.rand(1).item());
    expect(a).toBe(again);
    expect(a).not.toBe(b);
  });

  it("do not hide NaN when the farthest one is asked for", () => {
    expect(farthest([1.01, 0.98, 1.005], 1)).toBe(0.98);
    expect(farthest([1.7], 1.6)).toBe(1.7);
    expect(farthest([1, Number.NaN], 1)).toBeNaN();
  });
});
