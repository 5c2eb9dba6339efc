// nn.init against PyTorch: the same values, from as many draws.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";
import { dtypes } from "../support/cases.js";
import { firstFar } from "../support/compare.js";

const { init } = torch.nn;

interface Recorded {
  name: keyof typeof init;
  shape: number[];
  options: Record<string, unknown>;
  dtype: "float32" | "float64";
  values: number[];
  next: number;
}

const recorded = readFileSync(new URL("fixtures/init.jsonl", import.meta.url), "utf8")
  .trimEnd()
  .split("\n")
  .map((row) => JSON.parse(row) as Recorded);

type Initializer = (tensor: torch.Tensor, ...rest: unknown[]) => torch.Tensor;

describe("nn.init", () => {
  it.each(recorded)("$name $shape $options $dtype", ({ name, shape, options, dtype, values, next }) => {
    torch.manualSeed(7);
    const t = torch.empty(shape, { dtype: dtypes[dtype] });
    const rest = name === "constant_" ? options["val"] : options;
    expect((init[name] as Initializer)(t, rest)).toBe(t);
    // Orthogonal matrices come from another factorization, which in PyTorch is one of float32.
    const tolerance = dtype === "float64" ? 1e-12 : name === "orthogonal_" ? 1e-5 : 1e-6;
    expect(firstFar(t.toTypedArray(), values, tolerance, tolerance)).toBeNull();
    expect(torch.rand(1).item()).toBeCloseTo(next, 7);
  });

  it("takes arguments in PyTorch's order as well", () => {
    const draw = (body: (t: torch.Tensor) => void) => {
      torch.manualSeed(3);
      const t = torch.empty(4, 6);
      body(t);
      return t.tolist();
    };
    expect(draw((t) => init.uniform_(t, -1, 2))).toEqual(draw((t) => init.uniform_(t, { a: -1, b: 2 })));
    expect(draw((t) => init.kaimingUniform_(t, 2, { mode: "fan_out" }))).toEqual(
      draw((t) => init.kaimingUniform_(t, { a: 2, mode: "fan_out" })),
    );
    expect(draw((t) => init.truncNormal_(t, 1, 2, 0, 3))).toEqual(
      draw((t) => init.truncNormal_(t, { mean: 1, std: 2, a: 0, b: 3 })),
    );
    expect(draw((t) => init.sparse_(t, 0.5, 2))).toEqual(draw((t) => init.sparse_(t, { sparsity: 0.5, std: 2 })));
    expect(draw((t) => init.orthogonal_(t, 3))).toEqual(draw((t) => init.orthogonal_(t, { gain: 3 })));
  });

  it("draws from a generator of one's own, wherever it stands in the options", () => {
    const draw = (body: (t: torch.Tensor, generator: torch.Generator) => void) => {
      const t = torch.empty(4, 6);
      body(t, new torch.Generator().manualSeed(5));
      return t.tolist();
    };
    torch.manualSeed(0);
    const before = torch.getRngState();
    expect(draw((t, generator) => init.xavierNormal_(t, { generator }))).toEqual(
      draw((t, generator) => init.xavierNormal_(t, 1, { generator })),
    );
    expect(draw((t, generator) => init.normal_(t, { generator }))).toEqual(
      draw((t, generator) => init.normal_(t, 0, 1, { generator })),
    );
    draw((t, generator) => init.orthogonal_(t, { generator }));
    draw((t, generator) => init.truncNormal_(t, { generator }));
    expect(torch.getRngState()).toEqual(before);
  });

  it("changes parameters in place without recording, and what is not contiguous", () => {
    const p = new torch.nn.Parameter(torch.zeros(3, 4));
    init.truncNormal_(p);
    init.orthogonal_(p);
    expect(p.isLeaf).toBe(true);
    const base = torch.zeros(4, 3);
    init.eye_(base.t());
    expect(base.tolist()).toEqual(torch.eye(3, 4).t().contiguous().tolist());
  });

  it("gives orthonormal rows or columns, however many", () => {
    for (const shape of [
      [70, 100],
      [100, 70],
      [65, 65],
    ]) {
      const q = init.orthogonal_(torch.empty(shape, { dtype: torch.float64 }));
      const product = shape[0]! < shape[1]! ? q.matmul(q.t()) : q.t().matmul(q);
      const n = Math.min(...shape);
      expect(firstFar(product.toTypedArray(), torch.eye(n).toTypedArray(), 1e-13, 1e-13)).toBeNull();
    }
  });

  it("leaves empty tensors alone", () => {
    for (const name of [
      "kaimingUniform_",
      "kaimingNormal_",
      "orthogonal_",
      "truncNormal_",
      "xavierUniform_",
    ] as const) {
      expect(init[name](torch.empty(0, 3)).shape).toEqual([0, 3]);
    }
  });

  it("keeps truncated values within float32 bounds", () => {
    torch.manualSeed(1);
    const values = init.truncNormal_(torch.empty(2000), { std: 3, a: -0.1, b: 0.1 }).toTypedArray();
    const bound = Math.fround(0.1);
    expect(values.every((v) => v >= -bound && v <= bound)).toBe(true);
  });

  it("refuses shapes and settings without meaning", () => {
    expect(() => init.xavierUniform_(torch.empty(3))).toThrow(
      "xavierUniform_: a tensor of at least 2 dimensions is needed",
    );
    expect(() => init.eye_(torch.empty(3))).toThrow("eye_: a tensor of 2 dimensions is needed, got shape [3]");
    expect(() => init.dirac_(torch.empty(3, 3))).toThrow("dirac_: a tensor of 3 to 5 dimensions is needed");
    expect(() => init.dirac_(torch.empty(3, 3, 3), 2)).toThrow("2 groups do not divide 3 channels");
    expect(() => init.sparse_(torch.empty(3, 3), 2)).toThrow("sparsity must be between 0 and 1, got 2");
    expect(() => init.orthogonal_(torch.empty(3))).toThrow(torch.ShapeError);
    expect(() => init.truncNormal_(torch.empty(3), { std: 0 })).toThrow("std must be positive");
    expect(() => init.kaimingNormal_(torch.empty(3, 3), { mode: "fan_avg" as "fan_in" })).toThrow(
      'kaimingNormal_: mode must be "fan_in" or "fan_out", got "fan_avg"',
    );
    expect(() => init.calculateGain("gelu" as "relu")).toThrow('unknown nonlinearity "gelu"');
  });
});
