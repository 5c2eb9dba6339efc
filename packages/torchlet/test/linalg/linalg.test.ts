// Linear algebra: what factorizations have to satisfy, values, errors, gradients against finite differences.
import { describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";
import { codeOf } from "../support/errors.js";
import { type Differentiable, gradcheck, gradgradcheck, leaf } from "../support/gradcheck.js";

const { linalg } = torch;
const close = (a: torch.Tensor, b: torch.Tensor) => torch.allclose(a, b, { rtol: 1e-9, atol: 1e-9 });
const T = (x: torch.Tensor) => x.mT;
const eye = (n: number) => torch.eye(n, { dtype: torch.float64 });
const square = () => leaf([2, 3, 3]);
const tall = () => leaf([2, 4, 3], -1, 1, 2);
const wide = () => leaf([2, 3, 4], -1, 1, 3);
const symmetric = (x: torch.Tensor) => x.add(T(x));
/** Far from singular: finite differences of inverses stay exact. */
const regular = (x: torch.Tensor) => x.add(eye(3).mul(2));
const positive = (x: torch.Tensor) => x.matmul(T(x)).add(eye(3));

describe("factorizations", () => {
  it("solves least squares with many rows without a matrix of rows by rows", () => {
    torch.manualSeed(0);
    const A = torch.randn([200_000, 3], { dtype: torch.float64 });
    const w = torch.tensor([1, -2, 3], { dtype: torch.float64 });
    expect(linalg.lstsq(A, A.matmul(w))[0].sub(w).abs().max().item()).toBeLessThan(1e-12);
    const [Q, R] = linalg.qr(A);
    expect([Q.shape, R.shape]).toEqual([
      [200_000, 3],
      [3, 3],
    ]);
    expect(Q.matmul(R).sub(A).abs().max().item()).toBeLessThan(1e-12);
  });

  it.each([1e200, 1e-200])("qr of a matrix of numbers about %s, whose squares no float64 holds", (size) => {
    torch.manualSeed(0);
    const A = torch.randn([5, 3], { dtype: torch.float64 });
    const [Q, R] = linalg.qr(A);
    const [q, r] = linalg.qr(A.mul(size));
    expect(q.sub(Q).abs().max().item()).toBeLessThan(1e-14);
    expect(r.div(size).sub(R).abs().max().item()).toBeLessThan(1e-14);
  });

  it.each([square, tall, wide])("qr and svd of %s", (make) => {
    const a = make().detach();
    for (const mode of ["reduced", "complete"] as const) {
      const [q, r] = linalg.qr(a, mode);
      expect(close(q.matmul(r), a)).toBe(true);
      expect(close(T(q).matmul(q), eye(q.shape[2]!).expand(2, q.shape[2]!, q.shape[2]!))).toBe(true);
      expect(close(r.triu(), r)).toBe(true);
    }
    for (const full of [true, false]) {
      const [u, s, vh] = linalg.svd(a, full);
      const k = s.shape[1]!;
      const product = u
        .narrow(2, 0, k)
        .mul(s.unsqueeze(-2))
        .matmul(vh.narrow(1, 0, k));
      expect(close(product, a)).toBe(true);
      expect(close(T(u).matmul(u), eye(u.shape[2]!).expand(2, u.shape[2]!, u.shape[2]!))).toBe(true);
    }
  });

  it("svd of a singular matrix has orthonormal vectors", () => {
    const [u, s, vh] = linalg.svd(torch.ones(3, 3, { dtype: torch.float64 }));
    expect(close(s, torch.tensor([3, 0, 0], { dtype: torch.float64 }))).toBe(true);
    expect(close(T(u).matmul(u), eye(3))).toBe(true);
    expect(close(vh.matmul(T(vh)), eye(3))).toBe(true);
  });

  it("eigh, cholesky, solve, inv, lstsq, pinv", () => {
    const a = square().detach();
    const s = symmetric(a);
    const [values, vectors] = linalg.eigh(s);
    expect(close(vectors.mul(values.unsqueeze(-2)).matmul(T(vectors)), s)).toBe(true);
    const p = positive(a);
    const L = linalg.cholesky(p);
    expect(close(L.matmul(T(L)), p)).toBe(true);
    expect(close(linalg.cholesky(p, { upper: true }), T(L))).toBe(true);
    expect(close(a.matmul(linalg.inv(a)), eye(3).expand(2, 3, 3))).toBe(true);
    const b = leaf([2, 3, 2]).detach();
    expect(close(a.matmul(linalg.solve(a, b)), b)).toBe(true);
    expect(close(linalg.solve(a, T(b), { left: false }).matmul(a), T(b))).toBe(true);
    const m = tall().detach();
    const y = leaf([2, 4, 1]).detach();
    expect(close(linalg.lstsq(m, y)[0], linalg.pinv(m).matmul(y))).toBe(true);
    expect(linalg.matrixRank(torch.ones(3, 3)).item()).toBe(1);
  });

  it("determinants, of singular matrices too", () => {
    const a = torch.tensor(
      [
        [1, 2],
        [3, 4],
      ],
      { dtype: torch.float64 },
    );
    expect(linalg.det(a).item()).toBeCloseTo(-2, 12);
    const [sign, logarithm] = linalg.slogdet(a);
    expect([sign.item(), logarithm.item()]).toEqual([-1, expect.closeTo(Math.log(2), 12)]);
    expect(linalg.det(torch.zeros(0, 0)).item()).toBe(1);
    const s = torch.tensor(
      [
        [1, 2],
        [2, 4],
      ],
      { dtype: torch.float64, requiresGrad: true },
    );
    linalg.det(s).backward();
    expect(
      s
        .grad!.sub(
          torch.tensor([
            [4, -2],
            [-2, 1],
          ]),
        )
        .abs()
        .max()
        .item(),
    ).toBeLessThan(1e-9);
  });

  it("powers, exponentials, norms", () => {
    const a = torch.tensor(
      [
        [0, 1],
        [0, 0],
      ],
      { dtype: torch.float64 },
    );
    expect(linalg.matrixExp(a).tolist()).toEqual([
      [1, 1],
      [0, 1],
    ]);
    expect(linalg.matrixPower(a.add(eye(2)), -3).tolist()).toEqual([
      [1, -3],
      [0, 1],
    ]);
    const m = torch.tensor(
      [
        [3, 0],
        [-4, 0],
      ],
      { dtype: torch.float64 },
    );
    const norms = ["fro", "nuc", 2, -2, 1, -1, Infinity, -Infinity] as const;
    expect(norms.map((p) => linalg.matrixNorm(m, p).item())).toEqual([5, 5, 5, 0, 7, 0, 4, 3]);
    expect(linalg.norm(m, null).item()).toBe(5);
    expect(linalg.vectorNorm(m, 0).item()).toBe(2);
    expect(linalg.norm(m, 2, 0, true).tolist()).toEqual([[5, 0]]);
  });

  it("say what does not fit", () => {
    expect(codeOf(() => linalg.inv(torch.ones(2, 2)))).toBe("singular");
    expect(
      codeOf(() =>
        linalg.cholesky(
          torch.tensor(
            [
              [1, 2],
              [2, 1],
            ],
            { dtype: torch.float32 },
          ),
        ),
      ),
    ).toBe("not-positive-definite");
    expect(codeOf(() => linalg.det(torch.ones(2, 3)))).toBe("linalg-matrices");
    expect(codeOf(() => linalg.solve(eye(3), torch.ones(2, 1, { dtype: torch.float64 })))).toBe("solve-shapes");
  });
});

const functions: Record<string, [Differentiable, () => torch.Tensor[]]> = {
  solve: [(a, b) => linalg.solve(regular(a), b), () => [square(), leaf([2, 3, 2])]],
  inv: [(a) => linalg.inv(regular(a)), () => [square()]],
  det: [(a) => linalg.det(a), () => [square()]],
  slogdet: [(a) => linalg.slogdet(a)[1], () => [square()]],
  cholesky: [(a) => linalg.cholesky(positive(a)), () => [square()]],
  solveTriangular: [
    (a, b) => linalg.solveTriangular(a, b, { upper: false }),
    () => [leaf([3, 3], 0.5, 1.5), leaf([3, 2])],
  ],
  "qr, tall": [(a) => linalg.qr(a), () => [tall()]],
  "qr, wide": [(a) => linalg.qr(a), () => [wide()]],
  eigh: [(a) => linalg.eigh(symmetric(a)), () => [square()]],
  "svd, tall": [(a) => linalg.svd(a, false), () => [tall()]],
  "svd, wide": [(a) => linalg.svd(a, false), () => [wide()]],
  pinv: [(a) => linalg.pinv(a), () => [tall()]],
  lstsq: [(a, b) => linalg.lstsq(a, b)[0], () => [wide(), leaf([2, 3, 1])]],
  matrixPower: [(a) => [linalg.matrixPower(a, 3), linalg.matrixPower(regular(a), -2)], () => [square()]],
  matrixExp: [(a) => linalg.matrixExp(a), () => [square()]],
  "matrixNorm, nuclear": [(a) => linalg.matrixNorm(a, "nuc"), () => [tall()]],
  "matrixNorm, 2": [(a) => linalg.matrixNorm(a, 2), () => [tall()]],
  multiDot: [(a, b, c) => linalg.multiDot([a, b, c]), () => [leaf([2, 3]), leaf([3, 4]), leaf([4])]],
  einsum: [(a, b) => torch.einsum("bij,bjk->ik", a, b), () => [tall(), wide()]],
  cdist: [(a, b) => torch.cdist(a, b), () => [leaf([3, 2]), leaf([4, 2], -1, 1, 4)]],
  cross: [(a, b) => linalg.cross(a, b), () => [leaf([2, 3]), leaf([2, 3], -1, 1, 4)]],
};

describe("gradients", () => {
  it.each(Object.entries(functions))("%s", (_, [f, inputs]) => {
    expect(gradcheck(f, inputs(), 1e-5)).toBeNull();
  });
  it.each(Object.entries(functions))("%s: second derivatives", (_, [f, inputs]) => {
    expect(gradgradcheck(f, inputs(), 1e-4)).toBeNull();
  });
});
