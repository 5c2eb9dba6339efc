// Making tensors: from values of every kind, by rule, between types; what must be refused.
import { afterEach, describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";
import { type Case, check, expectEqual, fixture, title } from "../support/cases.js";
import { codeOf } from "../support/errors.js";

describe("as in PyTorch", () => {
  it.each(fixture("creation").map((c): [string, Case] => [title(c), c]))("%s", (_, c) => {
    expectEqual(check(c, { float32: 1e-6, float64: 1e-14, absolute: 1e-7 }));
  });
});

describe("torch.tensor", () => {
  it.each<[string, torch.TensorData, torch.DTypeName, readonly number[]]>([
    ["a number", 5, "int32", []],
    ["a fraction", 0.5, "float32", []],
    ["a boolean", true, "bool", []],
    ["integers", [1, 2, 3], "int32", [3]],
    [
      "integers and a fraction",
      [
        [1, 2],
        [3, 4.5],
      ],
      "float32",
      [2, 2],
    ],
    ["booleans", [true, false], "bool", [2]],
    ["booleans and integers", [true, 2], "int32", [2]],
    ["nothing", [], "float32", [0]],
    ["rows of nothing", [[], []], "float32", [2, 0]],
    ["NaN and infinities", [Number.NaN, Infinity], "float32", [2]],
    ["what int32 does not hold", [3_000_000_000, 1], "float32", [2]],
    ["a Float64Array", new Float64Array([1, 2]), "float64", [2]],
    ["a Float32Array", new Float32Array(3), "float32", [3]],
    ["an Int32Array", new Int32Array(3), "int32", [3]],
    ["a Uint8Array", new Uint8Array(3), "uint8", [3]],
    ["typed arrays in an array", [new Float32Array(3), new Float32Array(3)], "float32", [2, 3]],
  ])("of %s", (_, data, dtype, shape) => {
    const x = torch.tensor(data);
    expect(x.dtype.name).toBe(dtype);
    expect(x.shape).toEqual(shape);
    expect(x.requiresGrad).toBe(false);
  });

  it("copies", () => {
    const values = new Float32Array([1, 2]);
    const x = torch.tensor(values);
    values[0] = 9;
    const y = torch.tensor(x);
    x.fill_(0);
    expect(x.tolist()).toEqual([0, 0]);
    expect(y.tolist()).toEqual([1, 2]);
    expect(torch.tensor([x, y]).tolist()).toEqual([
      [0, 0],
      [1, 2],
    ]);
  });

  it("takes a type and a flag", () => {
    const x = torch.tensor([1, 0], { dtype: torch.float64, requiresGrad: true });
    expect([x.dtype, x.requiresGrad, x.isLeaf]).toEqual([torch.float64, true, true]);
    expect(torch.tensor([0.5, 0], { dtype: torch.bool }).tolist()).toEqual([true, false]);
    expect(torch.tensor([1.9, -1.9], { dtype: torch.int32 }).tolist()).toEqual([1, -1]);
    expect(torch.tensor(new Float32Array([1.9, -1.9]), { dtype: torch.int32 }).tolist()).toEqual([1, -1]);
    expect(torch.tensor([[1, 2]], { dtype: torch.uint8 }).toTypedArray()).toEqual(new Uint8Array([1, 2]));
  });

  it.each<[string, () => unknown]>([
    ["ragged", () => torch.tensor([[1, 2], [3]])],
    ["ragged", () => torch.tensor([[1], 2])],
    ["ragged", () => torch.tensor([1, [2]])],
    ["ragged", () => torch.tensor([new Float32Array(2), new Float32Array(3)])],
    ["tensor-data", () => torch.tensor(["1"] as never)],
    ["tensor-data", () => torch.tensor([null] as never)],
    ["tensor-data", () => torch.tensor(undefined as never)],
    ["typed-array", () => torch.tensor(new BigInt64Array(2))],
    ["requires-grad-dtype", () => torch.tensor([1], { requiresGrad: true })],
    ["size", () => torch.zeros(-1)],
    ["size", () => torch.ones([2, 1.5])],
    ["size", () => torch.empty(Number.NaN)],
    ["size", () => torch.eye(-1)],
    ["arange-range", () => torch.arange(0, 5, 0)],
    ["arange-range", () => torch.arange(5, 0)],
    ["arange-range", () => torch.arange(0, Infinity)],
    ["item-size", () => torch.zeros(2).item()],
    ["item-size", () => torch.zeros(0).item()],
  ])("%s: %s", (code, body) => {
    expect(codeOf(body)).toBe(code);
  });
});

describe("by rule", () => {
  it("takes sizes one by one or as one array", () => {
    expect(torch.zeros(2, 3).shape).toEqual([2, 3]);
    expect(torch.zeros([2, 3], { dtype: torch.uint8 }).dtype).toBe(torch.uint8);
    expect(torch.ones(2, { requiresGrad: true }).requiresGrad).toBe(true);
    expect(torch.zeros([]).item()).toBe(0);
    expect(torch.empty(0, 5).numel()).toBe(0);
  });

  it("follows another tensor", () => {
    const x = torch.tensor([[1, 2]], { dtype: torch.float64 });
    for (const like of [torch.zerosLike(x), torch.onesLike(x), torch.fullLike(x, 3), torch.emptyLike(x)]) {
      expect([like.shape, like.dtype]).toEqual([[1, 2], torch.float64]);
    }
    expect(torch.randLike(x).dtype).toBe(torch.float64);
    expect(torch.onesLike(x, { dtype: torch.int32 }).tolist()).toEqual([[1, 1]]);
  });

  it("ends linspace exactly at its end, and goes the same way from both sides", () => {
    for (const n of [2, 3, 7, 50, 101]) {
      const x = torch.linspace(0, 0.7, n);
      expect(x.narrow(0, n - 1, 1).item()).toBe(Math.fround(0.7));
      expect(x.narrow(0, 0, 1).item()).toBe(0);
    }
  });

  it("makes grids", () => {
    const [a, b] = torch.meshgrid(torch.arange(2), torch.arange(3));
    expect(a!.tolist()).toEqual([
      [0, 0, 0],
      [1, 1, 1],
    ]);
    expect(b!.tolist()).toEqual([
      [0, 1, 2],
      [0, 1, 2],
    ]);
    const [c] = torch.meshgrid(torch.arange(2), torch.arange(3), { indexing: "xy" });
    expect(c!.tolist()).toEqual([
      [0, 1],
      [0, 1],
      [0, 1],
    ]);
  });
});

describe("the default type", () => {
  afterEach(() => torch.setDefaultDtype(torch.float32));

  it("is what new floating-point tensors have", () => {
    torch.setDefaultDtype(torch.float64);
    expect(torch.getDefaultDtype()).toBe(torch.float64);
    for (const x of [torch.zeros(1), torch.tensor([0.5]), torch.rand(1), torch.linspace(0, 1, 3), torch.eye(2)]) {
      expect(x.dtype).toBe(torch.float64);
    }
    expect(torch.tensor([1, 2]).div(2).dtype).toBe(torch.float64);
    expect(String(torch.tensor([0.5]))).toBe("tensor([0.5000])");
    expect(codeOf(() => torch.setDefaultDtype(torch.int32))).toBe("default-dtype");
  });
});

describe("reading", () => {
  it("gives copies in row-major order, whatever the layout", () => {
    const x = torch.arange(6).reshape(2, 3);
    const array = x.toTypedArray();
    array[0] = 99;
    expect(x.tolist()).toEqual([
      [0, 1, 2],
      [3, 4, 5],
    ]);
    expect([...x.t().toTypedArray()]).toEqual([0, 3, 1, 4, 2, 5]);
    expect([...x.select(0, 1).expand(2, 3).toTypedArray()]).toEqual([3, 4, 5, 3, 4, 5]);
    expect(x.gt(2).tolist()).toEqual([
      [false, false, false],
      [true, true, true],
    ]);
    expect([...x].map((row) => row.tolist())).toEqual([
      [0, 1, 2],
      [3, 4, 5],
    ]);
    expect(torch.tensor([true]).item()).toBe(1);
  });

  it("describes", () => {
    const x = torch.zeros(2, 3, 4).transpose(0, 2);
    expect([x.ndim, x.dim(), x.numel(), x.size(-1), x.stride(0), x.elementSize()]).toEqual([3, 3, 24, 2, 1, 4]);
    expect([x.size(), x.stride(), x.isContiguous()]).toEqual([[4, 3, 2], [1, 4, 12], false]);
    expect(codeOf(() => x.size(3))).toBe("dim-range");
    expect(String(x.dtype)).toBe("torch.float32");
    expect(torch.isTensor(x)).toBe(true);
    expect(torch.isTensor([1])).toBe(false);
  });
});
