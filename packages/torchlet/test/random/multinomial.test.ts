// torch.multinomial against PyTorch: the same draws, from as many random numbers.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";
import { dtypes } from "../support/cases.js";

interface Recorded {
  probabilities: number[] | number[][];
  count: number;
  replacement: boolean;
  dtype: "float32" | "float64";
  out: number[] | number[][];
  next: number;
}

const recorded = readFileSync(new URL("../nn-utils/fixtures/multinomial.jsonl", import.meta.url), "utf8")
  .trimEnd()
  .split("\n")
  .map((row) => JSON.parse(row) as Recorded);
const floats = (values: number[] | number[][]) => torch.tensor(values, { dtype: torch.float32 });

describe("multinomial", () => {
  it.each(recorded)("$count of $probabilities, replacement $replacement, $dtype", (row) => {
    torch.manualSeed(11);
    const probabilities = torch.tensor(row.probabilities, { dtype: dtypes[row.dtype] });
    const out = torch.multinomial(probabilities, row.count, { replacement: row.replacement });
    expect(out.tolist()).toEqual(row.out);
    expect(out.dtype).toBe(torch.int32);
    torch.manualSeed(11);
    expect(probabilities.multinomial(row.count, row.replacement).tolist()).toEqual(row.out);
    expect(torch.rand(1).item()).toBeCloseTo(row.next, 7);
  });

  it("draws from a transposed tensor and from a generator of one's own", () => {
    const rows = floats([
      [1, 0],
      [0, 3],
      [0, 0.5],
    ]);
    const generator = new torch.Generator().manualSeed(1);
    const before = torch.getRngState();
    const out = torch.multinomial(rows.t(), 5, { replacement: true, generator });
    expect(out.select(0, 0).tolist()).toEqual([0, 0, 0, 0, 0]);
    torch.multinomial(rows.t().add(1), 2, { generator });
    expect(torch.getRngState()).toEqual(before);
  });

  it("never draws what has no probability, and what has in proportion", () => {
    torch.manualSeed(0);
    const out = torch.multinomial(floats([0.25, 0, 0.75, 0]), 20_000, true).toTypedArray();
    const counts = [0, 0, 0, 0];
    for (const k of out) counts[k]!++;
    expect(counts[1]! + counts[3]!).toBe(0);
    expect(Math.abs(counts[0]! / 20_000 - 0.25)).toBeLessThan(0.01);
  });

  it("refuses what is no distribution", () => {
    expect(() => torch.multinomial(floats([1, -1]), 1)).toThrow("a probability is negative, infinite or NaN");
    expect(() => torch.multinomial(floats([1, Number.NaN]), 2, true)).toThrow(torch.ValueError);
    expect(() => torch.multinomial(floats([1, Infinity]), 2, true)).toThrow(torch.ValueError);
    expect(() => torch.multinomial(floats([0, 0]), 2, true)).toThrow("a row of probabilities has only zeros");
    expect(() => torch.multinomial(floats([1, 1]), 3)).toThrow("at most 2, the number of categories");
    expect(() => torch.multinomial(floats([1, 1]), 0)).toThrow(torch.ValueError);
    expect(() => torch.multinomial(torch.tensor([1, 1]), 1)).toThrow(torch.DTypeError);
    expect(() => torch.multinomial(floats([1, 1]).sum(), 1)).toThrow(torch.ShapeError);
    expect(torch.multinomial(torch.zeros(0, 3), 2).shape).toEqual([0, 2]);
  });
});
