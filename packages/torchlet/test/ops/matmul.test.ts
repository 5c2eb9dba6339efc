// Matrix products of tensors: PyTorch's rules for shapes, every layout, accuracy in float32, refusals.
import { describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";
import { numbers } from "../support/compare.js";
import { codeOf, errorOf } from "../support/errors.js";

const random = numbers(9);
/** Small integers, whose products every order of additions gives exactly. */
function integers(shape: readonly number[], dtype = torch.float32): torch.Tensor {
  const count = shape.reduce((n, s) => n * s, 1);
  return torch
    .tensor(Float64Array.from({ length: count }, () => Math.floor(random() * 9) - 4))
    .to(dtype)
    .reshape(shape);
}

/** The product by the definition: rows on the left, columns on the right, leading dimensions broadcast. */
function reference(a: torch.Tensor, b: torch.Tensor): number[] {
  const left = a.ndim === 1 ? a.unsqueeze(0) : a;
  const right = b.ndim === 1 ? b.unsqueeze(1) : b;
  const [m, k] = left.shape.slice(-2) as [number, number];
  const n = right.shape.at(-1)!;
  const lead = torch.zeros(left.shape.slice(0, -2)).add(torch.zeros(right.shape.slice(0, -2))).shape;
  const x = left.expand([...lead, m, k]).toTypedArray();
  const y = right.expand([...lead, k, n]).toTypedArray();
  const out: number[] = [];
  for (let batch = 0; batch < lead.reduce((c, s) => c * s, 1); batch++)
    for (let i = 0; i < m; i++)
      for (let j = 0; j < n; j++) {
        let sum = 0;
        for (let s = 0; s < k; s++) sum += x[batch * m * k + i * k + s]! * y[batch * k * n + s * n + j]!;
        out.push(sum);
      }
  return out;
}

describe("matmul", () => {
  it.each([
    [[3], [3], []],
    [[3], [3, 4], [4]],
    [[2, 3], [3], [2]],
    [
      [2, 3],
      [3, 4],
      [2, 4],
    ],
    [[5, 2, 3], [3], [5, 2]],
    [
      [5, 2, 3],
      [3, 4],
      [5, 2, 4],
    ],
    [[3], [5, 3, 4], [5, 4]],
    [
      [2, 3],
      [5, 3, 4],
      [5, 2, 4],
    ],
    [
      [5, 2, 3],
      [5, 3, 4],
      [5, 2, 4],
    ],
    [
      [6, 1, 2, 3],
      [5, 3, 4],
      [6, 5, 2, 4],
    ],
    [
      [1, 5, 2, 3],
      [6, 1, 3, 4],
      [6, 5, 2, 4],
    ],
    [
      [0, 3],
      [3, 4],
      [0, 4],
    ],
    [
      [2, 0],
      [0, 4],
      [2, 4],
    ],
    [
      [2, 3],
      [3, 0],
      [2, 0],
    ],
    [
      [0, 2, 3],
      [0, 3, 4],
      [0, 2, 4],
    ],
    [
      [17, 129],
      [129, 10],
      [17, 10],
    ],
  ])("of [%s] and [%s] is [%s]", (left, right, shape) => {
    for (const dtype of [torch.float32, torch.float64, torch.int32]) {
      const a = integers(left, dtype);
      const b = integers(right, dtype);
      const product = a.matmul(b);
      expect(product.shape).toEqual(shape);
      expect(product.dtype).toBe(dtype);
      expect([...product.toTypedArray()]).toEqual(reference(a, b));
    }
  });

  it("takes operands in any layout", () => {
    const base = integers([6, 7, 8]);
    const layouts = [
      base.select(0, 1),
      base.select(1, 2),
      base.select(2, 3),
      base.select(2, 3).t(),
      base.select(0, 0).narrow(0, 2, 3).narrow(1, 1, 5),
      base.select(0, 0).index(torch.slice(0, 7, 2), torch.slice(1, 8, 3)),
      base.narrow(0, 0, 1).narrow(1, 0, 1).reshape(1, 8).expand(5, 8),
      base.select(0, 0).select(1, 1).unsqueeze(1).expand(7, 4),
      base.transpose(0, 1).select(1, 2),
    ];
    for (const a of layouts) {
      for (const b of layouts) {
        const right = b.narrow(0, 0, Math.min(a.shape[1]!, b.shape[0]!));
        const left = a.narrow(1, 0, right.shape[0]!);
        expect([...left.matmul(right).toTypedArray()]).toEqual(reference(left, right));
        expect([...left.t().contiguous().t().mm(right).toTypedArray()]).toEqual(reference(left, right));
      }
    }
    const batches = base.permute(1, 0, 2);
    expect([...batches.bmm(batches.transpose(1, 2)).toTypedArray()]).toEqual(
      reference(batches, batches.transpose(1, 2)),
    );
  });

  it("sums 4,096 float32 products to a few units in the last place", () => {
    const k = 4096;
    const a = Float32Array.from({ length: 8 * k }, () => random() - 0.5);
    const b = Float32Array.from({ length: k * 8 }, () => random() - 0.5);
    const product = torch.tensor(a).reshape(8, k).mm(torch.tensor(b).reshape(k, 8)).toTypedArray();
    for (let i = 0; i < 8; i++) {
      for (let j = 0; j < 8; j++) {
        let sum = 0;
        let size = 0;
        for (let s = 0; s < k; s++) {
          const term = a[i * k + s]! * b[s * 8 + j]!;
          sum += term;
          size += Math.abs(term);
        }
        expect(Math.abs(product[i * 8 + j]! - sum)).toBeLessThan(size * 2 ** -24 * 20);
      }
    }
  });

  it("lets NaN and infinities through", () => {
    const a = torch.tensor([
      [1, Number.NaN],
      [Infinity, 1],
      [0, 0],
    ]);
    expect(a.mm(torch.tensor([[1], [0]]).float()).tolist()).toEqual([[Number.NaN], [Infinity], [0]]);
    expect(a.mm(torch.tensor([[0], [1]]).float()).tolist()).toEqual([[Number.NaN], [Number.NaN], [0]]);
  });
});

describe("relatives", () => {
  it("agree with matmul", () => {
    const [a, b, v, c] = [integers([3, 4]), integers([4, 2]), integers([4]), integers([2])];
    expect(a.mv(v).tolist()).toEqual(a.matmul(v).tolist());
    expect(v.dot(v).item()).toBe(v.square().sum().item());
    expect(
      v
        .outer(c)
        .sub(v.unsqueeze(1).matmul(c.unsqueeze(0)))
        .abs()
        .max()
        .item(),
    ).toBe(0);
    expect(c.addmm(a, b, { alpha: 2, beta: -1 }).tolist()).toEqual(a.matmul(b).mul(2).sub(c).tolist());
    expect(torch.mm(a, b).tolist()).toEqual(a.matmul(b).tolist());
  });
});

describe("refusals", () => {
  it("say what does not fit", () => {
    const error = errorOf(() => torch.zeros(2, 3).matmul(torch.zeros(4, 5) as torch.Tensor));
    expect(error).toBeInstanceOf(torch.ShapeError);
    expect(error.code).toBe("matmul-shapes");
    expect(error.message).toContain("[2, 3] and [4, 5]");
    expect([error.expected, error.received]).toEqual([
      [2, 3],
      [4, 5],
    ]);
  });

  const of = (...shape: number[]): torch.Tensor => torch.zeros(shape);
  it.each<[string, () => unknown]>([
    ["matmul-shapes", () => of(2, 3).mm(of(3))],
    ["matmul-shapes", () => of(2).matmul(of(3))],
    ["matmul-shapes", () => torch.tensor(1).float().matmul(of(1))],
    ["matmul-shapes", () => of(2, 3, 4).bmm(of(3, 4, 5))],
    ["matmul-shapes", () => of(2, 3, 4).bmm(of(2, 3, 4))],
    ["matmul-shapes", () => of(2, 3).mv(of(2))],
    ["matmul-shapes", () => of(2).dot(of(2, 2))],
    ["broadcast", () => of(2, 3, 4).matmul(of(3, 4, 5))],
    ["matmul-dtypes", () => of(2, 3).mm(torch.zeros([3, 2], { dtype: torch.float64 }))],
    ["matmul-dtypes", () => of(2, 3).matmul(torch.zeros([3, 2], { dtype: torch.int32 }))],
  ])("%s: %s", (code, body) => {
    expect(codeOf(body)).toBe(code);
  });
});
