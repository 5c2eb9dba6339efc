// Clipping against PyTorch, and parameters as vectors.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";
import { firstFar } from "../support/compare.js";

const { nn } = torch;

interface Recorded {
  gradients: (number | string)[][];
  normType: string;
  total: number | string;
  clipped: (number | string)[][];
}

const numberOf = (v: number | string) => (typeof v === "number" ? v : Number(v.replace("inf", "Infinity")));
const recorded = readFileSync(new URL("fixtures/clip.jsonl", import.meta.url), "utf8")
  .trimEnd()
  .split("\n")
  .map((row) => JSON.parse(row) as Recorded);
const SHAPES = [[2], [2, 1]];

function parametersOf(gradients: (number | string)[][]) {
  return gradients.map((values, i) => {
    const p = new nn.Parameter(torch.zeros(SHAPES[i]!));
    p.grad = torch.tensor(values.map(numberOf), { dtype: torch.float32 }).reshape(SHAPES[i]!);
    return p;
  });
}

/** Where PyTorch's own float32 sums overflow, ours do not. */
const overflows = ({ gradients, total }: Recorded) =>
  gradients.flat().every((v) => Number.isFinite(numberOf(v))) && !Number.isFinite(numberOf(total));

describe("clipGradNorm_", () => {
  it.each(recorded.filter((r) => !overflows(r)))(
    "$gradients, order $normType",
    ({ gradients, normType, total, clipped }) => {
      const parameters = parametersOf(gradients);
      const got = nn.utils.clipGradNorm_(parameters, 1.5, { normType: numberOf(normType) });
      expect(got.shape).toEqual([]);
      expect(firstFar([got.item()], [numberOf(total)], 1e-6)).toBeNull();
      parameters.forEach((p, i) => {
        expect(firstFar(p.grad!.toTypedArray(), clipped[i]!.map(numberOf), 1e-6)).toBeNull();
      });
    },
  );

  it("takes one tensor, no tensors and parameters without a gradient", () => {
    const [p] = parametersOf([[3, 4]]);
    expect(nn.utils.clipGradNorm_(p!, 1).item()).toBe(5);
    expect(p!.grad!.tolist()).toEqual([
      Math.fround(3 * Math.fround(1 / Math.fround(5 + 1e-6))),
      expect.closeTo(0.8, 6),
    ]);
    expect(nn.utils.clipGradNorm_([], 1).item()).toBe(0);
    expect(nn.utils.clipGradNorm_([new nn.Parameter(torch.zeros(2))], 1).item()).toBe(0);
  });

  it("sums many small and a few large squares without loss", () => {
    const p = new nn.Parameter(torch.zeros(1_000_003));
    p.grad = torch.full([1_000_003], 1e-3);
    const exact = Math.fround(1e-3) * Math.sqrt(1_000_003);
    expect(Math.abs(nn.utils.getTotalNorm([p.grad]).item() - exact)).toBeLessThan(1e-7);
    expect(nn.utils.getTotalNorm([torch.tensor([1e30, 1e-30])]).item()).toBe(Math.fround(1e30));
    const doubles = torch.full([1001], 0.5, { dtype: torch.float64 });
    expect(nn.utils.getTotalNorm([doubles]).item()).toBeCloseTo(0.5 * Math.sqrt(1001), 12);
  });

  it("counts what is not contiguous, and leaves gradients below the bound as they are", () => {
    const p = new nn.Parameter(torch.zeros(3, 2));
    const gradient = torch.tensor(
      [
        [1, 2, 2],
        [0, 4, 0],
      ],
      { dtype: torch.float32 },
    );
    p.grad = gradient.t();
    const { version } = gradient;
    expect(nn.utils.clipGradNorm_([p], 6).item()).toBe(5);
    expect(gradient.version).toBe(version);
    nn.utils.clipGradNorm_([p], 2.5);
    expect(firstFar(gradient.toTypedArray(), [0.5, 1, 1, 0, 2, 0], 1e-6)).toBeNull();
  });

  it("refuses a norm that is not finite where it shall", () => {
    const parameters = parametersOf([["inf", 1]]);
    expect(() => nn.utils.clipGradNorm_(parameters, 1, 2, true)).toThrow(
      "the norm of order 2 of the gradients is Infinity",
    );
    expect(() => nn.utils.clipGradNorm_(parameters, 1, { errorIfNonfinite: true })).toThrow(torch.ValueError);
    expect(parameters[0]!.grad!.tolist()).toEqual([Infinity, 1]);
  });
});

describe("clipGradValue_", () => {
  it("keeps every element between the bounds, and a NaN a NaN", () => {
    const [p, q] = parametersOf([
      [-3, 0.25],
      ["nan", "inf"],
    ]);
    nn.utils.clipGradValue_([p!, q!, new nn.Parameter(torch.zeros(1))], 0.5);
    expect(p!.grad!.tolist()).toEqual([-0.5, 0.25]);
    expect(q!.grad!.tolist()).toEqual([[Number.NaN], [0.5]]);
    expect(() => nn.utils.clipGradValue_([p!], -1)).toThrow("clipValue must not be negative, got -1");
  });
});

describe("parameters as a vector", () => {
  const net = () => new nn.Sequential(new nn.Linear(3, 2), new nn.Linear(2, 1));

  it("go back and forth", () => {
    const [a, b] = [net(), net()];
    const vector = nn.utils.parametersToVector(a.parameters());
    expect(vector.shape).toEqual([11]);
    nn.utils.vectorToParameters(vector, b.parameters());
    expect(b.parameters().map((p) => p.tolist())).toEqual(a.parameters().map((p) => p.tolist()));
    expect(b.parameters().every((p) => p.isLeaf && p.requiresGrad)).toBe(true);
  });

  it("let gradients through", () => {
    const a = net();
    nn.utils.parametersToVector(a.parameters()).mul(2).sum().backward();
    expect(a.parameters().every((p) => p.grad!.toTypedArray().every((v) => v === 2))).toBe(true);
  });

  it("must fit", () => {
    expect(() => nn.utils.vectorToParameters(torch.zeros(10), net().parameters())).toThrow(
      "vectorToParameters: a vector of 11 elements is needed, got shape [10]",
    );
    expect(nn.utils.countParameters(net())).toBe(11);
  });
});
