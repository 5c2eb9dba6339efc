// Reductions against values recorded with PyTorch, and what a table cannot hold: long sums, every layout, errors.
import { describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";
import { type Case, check, expectEqual, fixture, title } from "../support/cases.js";
import { numbers } from "../support/compare.js";
import { codeOf } from "../support/errors.js";

describe("reductions as in PyTorch", () => {
  const tolerance = { float32: 3e-6, float64: 1e-13, absolute: 1e-6 };
  it.each(fixture("reductions").map((c): [string, Case] => [title(c), c]))("%s", (_, c) => {
    expectEqual(check(c, tolerance));
  });
});

describe("accuracy of sums", () => {
  const random = numbers(1);
  const values = Float32Array.from({ length: 1_000_003 }, () => random() - 0.3);
  const exact = values.reduce((s, v) => s + v, 0);
  const error = (sum: torch.Tensor) => Math.abs(sum.item() - exact) / exact;

  it("adds 10^6 float32 numbers to 1 part in 10^6, contiguous, strided and in columns", () => {
    const x = torch.tensor(values);
    expect(error(x.sum())).toBeLessThan(1e-6);
    const strided = torch.stack([x, torch.zerosLike(x)], 1).select(1, 0);
    expect(strided.isContiguous()).toBe(false);
    expect(error(strided.sum())).toBeLessThan(1e-6);
    const columns = x.unsqueeze(1).expand(-1, 8).contiguous().sum(0);
    for (let i = 0; i < 8; i++) expect(error(columns.select(0, i))).toBeLessThan(1e-6);
  });

  it("keeps ones exact up to 2^24", () => {
    for (const n of [127, 128, 129, 1000, 16385, 1_000_000, 2 ** 24]) expect(torch.ones(n).sum().item()).toBe(n);
  });

  it("gives the mean of equal numbers exactly, for every count", () => {
    for (const dtype of [torch.float32, torch.float64]) {
      for (let n = 1; n < 200; n++) {
        expect(torch.ones(n, { dtype }).mean().item(), `${n} ones in ${dtype}`).toBe(1);
        expect(torch.ones([n, 5], { dtype }).mul(3).mean(0).tolist(), `rows of ${n}`).toEqual([3, 3, 3, 3, 3]);
      }
    }
  });
});

describe("every layout and every set of dimensions", () => {
  /** Sums over dims, in float64. */
  function reference(x: torch.Tensor, dims: readonly number[]): number[] {
    const kept = x.shape.map((size, d) => (dims.includes(d) ? 1 : size));
    const out = new Array<number>(kept.reduce((n, s) => n * s, 1)).fill(0);
    x.toTypedArray().forEach((v, i) => {
      let rest = i;
      let to = 0;
      let stride = 1;
      for (let d = x.ndim - 1; d >= 0; d--) {
        if (!dims.includes(d)) to += (rest % x.shape[d]!) * stride;
        rest = Math.floor(rest / x.shape[d]!);
        stride *= kept[d]!;
      }
      out[to]! += v;
    });
    return out;
  }

  const random = numbers(2);
  const values = Float32Array.from({ length: 5 * 6 * 7 * 2 }, () => Math.floor(random() * 9) - 4);
  const base = torch.tensor(values).reshape(5, 6, 7, 2);
  const layouts: Record<string, torch.Tensor> = {
    contiguous: base,
    permuted: base.permute(3, 1, 0, 2),
    "permuted, last dimension in place": base.permute(1, 0, 2, 3),
    narrowed: base.narrow(1, 1, 4),
    "in steps": base.index(torch.slice(0, 5, 2), torch.slice(1, 6, 3)),
    expanded: base.select(0, 2).unsqueeze(1).expand(6, 3, 7, 2),
    "with a size of 1": base.narrow(2, 3, 1),
  };
  const subsets = Array.from({ length: 15 }, (_, s) => [0, 1, 2, 3].filter((d) => (s + 1) & (1 << d)));

  it.each(Object.keys(layouts))("sums small integers exactly: %s", (name) => {
    const x = layouts[name]!;
    for (const dims of subsets) {
      for (const dtype of [torch.float32, torch.float64, torch.int32]) {
        expect([...x.to(dtype).sum(dims).toTypedArray()], `${dtype} over [${dims}]`).toEqual(reference(x, dims));
      }
      const view = x.sum(dims, { keepdim: true });
      expect(view.shape).toEqual(x.shape.map((size, d) => (dims.includes(d) ? 1 : size)));
    }
  });

  it.each(Object.keys(layouts))("finds extremes and their places: %s", (name) => {
    const x = layouts[name]!;
    for (const d of [0, 1, 2, 3]) {
      const [values, places] = x.max(d);
      const rows = x.unbind(d).map((row) => [...row.toTypedArray()]);
      const expected = rows[0]!.map((_, i) => rows.map((row) => row[i]!));
      expect([...values.toTypedArray()]).toEqual(expected.map((column) => Math.max(...column)));
      expect([...places.toTypedArray()]).toEqual(expected.map((column) => column.indexOf(Math.max(...column))));
      expect([...x.argmin(d).toTypedArray()]).toEqual(expected.map((column) => column.indexOf(Math.min(...column))));
      expect([...x.amin(d).toTypedArray()]).toEqual(expected.map((column) => Math.min(...column)));
    }
    expect(x.argmax().item()).toBe([...x.toTypedArray()].indexOf(x.max().item()));
  });
});

describe("logsumexp", () => {
  it("of nothing but -Infinity is -Infinity, with gradients of 0", () => {
    const x = torch.tensor(
      [
        [-Infinity, -Infinity],
        [0, -Infinity],
      ],
      { requiresGrad: true },
    );
    const y = x.logsumexp(1);
    expect(y.tolist()).toEqual([-Infinity, 0]);
    y.sum().backward();
    expect(x.grad!.tolist()).toEqual([
      [0, 0],
      [1, 0],
    ]);
  });

  it("is exact at equal large numbers, gradients included", () => {
    const x = torch.tensor([1e4, 1e4], { dtype: torch.float32, requiresGrad: true });
    const y = x.logsumexp(0);
    y.backward();
    expect(y.item()).toBe(Math.fround(1e4 + Math.LN2));
    expect(x.grad!.tolist()).toEqual([0.5, 0.5]);
  });
});

describe("norm", () => {
  it("does not overflow where its result does not", () => {
    const x = torch.tensor([1e30, 1e30], { requiresGrad: true });
    const length = x.norm();
    length.backward();
    expect(length.item() / 1e30).toBeCloseTo(Math.SQRT2, 6);
    for (const g of x.grad!.toTypedArray()) expect(g).toBeCloseTo(Math.SQRT1_2, 6);
  });
});

describe("errors", () => {
  it("names what is wrong", () => {
    const x = torch.zeros(2, 3);
    expect(codeOf(() => x.sum(2))).toBe("dim-range");
    expect(codeOf(() => x.sum([0, -2]))).toBe("dim-twice");
    expect(codeOf(() => torch.tensor([1, 2]).mean())).toBe("mean-dtype");
  });

  it("refuses to choose from nothing", () => {
    const none = torch.zeros(2, 0);
    const choices = [
      () => none.amax(),
      () => none.amin(1),
      () => none.argmax(),
      () => none.argmin(1),
      () => none.max(),
      () => none.max(1),
      () => none.min(1),
    ];
    for (const choose of choices) expect(codeOf(choose)).toBe("reduce-empty");
    expect(none.amax(0).shape).toEqual([0]);
  });
});

describe("std of numbers whose squares single precision cannot hold", () => {
  it.each([1e-30, 1e25])("holds at %s, forward and backward", (scale) => {
    const x = torch.tensor([1, 3, 5, 7], { dtype: torch.float32 }).mul(scale).requiresGrad_();
    const s = x.std();
    s.backward();
    expect(s.dtype).toBe(torch.float32);
    expect(s.item() / scale).toBeCloseTo(2.5819889, 6);
    // (x - mean) / (3 std)
    const gradient = x.grad!.tolist() as number[];
    for (const [i, d] of [-3, -1, 1, 3].entries()) expect(gradient[i]).toBeCloseTo(d / (3 * 2.5819889), 6);
    expect(torch.stdMean(x)[0].item()).toBe(s.item());
  });
});
