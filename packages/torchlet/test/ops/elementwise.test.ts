// Elementwise operations against values recorded with PyTorch: extreme inputs, all result types, gradients.
import { describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";
import { type Case, check, dtypes, expectEqual, fixture, title } from "../support/cases.js";

// float32 functions are within 2 ULP here and in PyTorch; float64 ones come from two different libraries.
const tolerance = {
  ...{ float32: 5e-7, float64: 1e-14, absolute: 1e-44 },
  // 1 - tanh^2 and the like cancel: a unit in the last place of the result weighs more there.
  gradients: { float32: 1e-4, float64: 1e-13, absolute: 1e-36 },
};

describe("functions of one tensor", () => {
  it.each(fixture("unary").map((c): [string, Case] => [title(c), c]))("%s", (_, c) => {
    expectEqual(check(c, tolerance));
  });
});

describe("functions of two tensors", () => {
  it.each(fixture("binary").map((c): [string, Case] => [title(c), c]))("%s", (_, c) => {
    expectEqual(check(c, tolerance));
  });
});

describe("result types", () => {
  const letters = { f: "float32", d: "float64", i: "int32", u: "uint8", b: "bool" } as const;
  const types = Object.values(dtypes);
  type Operation = (a: torch.Tensor, b: torch.Tensor | number | boolean) => torch.Tensor;

  it.each(fixture<[string, torch.DTypeName, number, string]>("types"))(
    "%s of %s with %i dimensions",
    (op, left, dims, row) => {
      const a = torch.ones(dims === 1 ? [2] : [], { dtype: dtypes[left] });
      const rights = [
        ...types.map((dtype) => torch.ones([2], { dtype })),
        ...types.map((dtype) => torch.ones([], { dtype })),
        ...(row.length === 13 ? [true, 2, 2.5] : []),
      ];
      const got = rights.map((b) => {
        try {
          return (torch as unknown as Record<string, Operation>)[op]!(a, b).dtype.name;
        } catch (error) {
          if (error instanceof torch.TorchletError) return "error";
          throw error;
        }
      });
      expect(got).toEqual([...row].map((letter) => letters[letter as keyof typeof letters] ?? "error"));
    },
  );
});
