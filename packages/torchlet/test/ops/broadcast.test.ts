// Elementwise programs over random shapes, layouts and types against plain arithmetic, across the kernels' blocks.
import { describe, expect, it } from "vitest";
import { firstDifference, numbers } from "../support/compare.js";
import { loadTorch, type Tier, type Torch, tiers } from "../support/tiers.js";

type Tensor = import("../../src/index.js").Tensor;
type DType = import("../../src/index.js").DType;

/** The values of a tensor seen in a larger shape, in row-major order. */
function spread(x: Tensor, shape: readonly number[]): number[] {
  const values = x.toTypedArray();
  const lead = shape.length - x.ndim;
  const out: number[] = [];
  const index = new Array<number>(shape.length).fill(0);
  const count = shape.reduce((n, s) => n * s, 1);
  for (let i = 0; i < count; i++) {
    let at = 0;
    for (let d = 0; d < x.ndim; d++) at = at * x.shape[d]! + (x.shape[d] === 1 ? 0 : index[d + lead]!);
    out.push(values[at]!);
    for (let d = shape.length - 1; d >= 0; d--) {
      if (++index[d]! < shape[d]!) break;
      index[d] = 0;
    }
  }
  return out;
}

/** Draws tensors of small integers whose layout is anything but contiguous, as often as not. */
function makers(torch: Torch, random: () => number) {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const below = (n: number) => Math.floor(random() * n);
  const types = [torch.float32, torch.float64, torch.int32, torch.uint8, torch.bool];

  /** A tensor of this shape: a view of something larger, in another order, in steps, or expanded. */
  const tensorOf = (shape: readonly number[], dtype: DType, expanded = true): Tensor => {
    const repeated = shape.map((size) => expanded && size > 1 && random() < 0.15);
    const own = shape.map((size, d) => (repeated[d] ? 1 : size));
    const order = shape.map((_, d) => d).sort(() => random() - 0.5);
    const inner = random() < 0.5 ? shape.map((_, d) => d) : order;
    const steps = own.map(() => (random() < 0.2 ? 2 : 1));
    const margins = own.map(() => (random() < 0.2 ? 1 : 0));
    const sizes = inner.map((d) => own[d]! * steps[d]! + margins[d]!);
    const count = sizes.reduce((n, s) => n * s, 1);
    const values = Float64Array.from({ length: count }, () => (dtype === torch.bool ? below(2) : below(7) + 1));
    let x = torch.tensor(values).to(dtype).reshape(sizes);
    inner.forEach((d, at) => {
      x = x.narrow(at, margins[d]!, own[d]! * steps[d]!);
      if (steps[d] === 2) x = x.index(...inner.slice(0, at).map(() => torch.slice()), torch.slice(null, null, 2));
    });
    const back = inner.map((_, d) => inner.indexOf(d));
    return x.permute(back).expand(shape);
  };

  /** A shape, and one that broadcasts to it. */
  const shapes = (): [number[], number[]] => {
    const ndim = below(5);
    const full = Array.from({ length: ndim }, () => pick([1, 2, 3, 5, 8, 13, 40]));
    const smaller = full.slice(random() < 0.4 ? below(ndim + 1) : 0).map((s) => (random() < 0.25 ? 1 : s));
    return [full, smaller];
  };
  return { tensorOf, shapes, pick, types };
}

const OPERATIONS = {
  add: (a: number, b: number) => a + b,
  mul: (a: number, b: number) => a * b,
  maximum: Math.max,
  minimum: Math.min,
  lt: (a: number, b: number) => Number(a < b),
  eq: (a: number, b: number) => Number(a === b),
  logicalAnd: (a: number, b: number) => Number(a !== 0 && b !== 0),
} as const;

describe.each(tiers)("%s", async (tier: Tier) => {
  const torch = await loadTorch(tier);
  const random = numbers(tier === "plain" ? 11 : 12);
  const { tensorOf, shapes, pick, types } = makers(torch, random);
  /** What a value becomes in a type. */
  const stored = (v: number, dtype: DType) =>
    dtype === torch.uint8 ? v & 255 : dtype === torch.bool ? Number(v !== 0) : v;

  it("computes 600 pairs of operands as plain arithmetic does", () => {
    let large = 0;
    for (let round = 0; round < 600; round++) {
      const [full, smaller] = shapes();
      const [left, right] = random() < 0.5 ? [full, smaller] : [smaller, full];
      const [a, b] = [tensorOf(left, pick(types)), tensorOf(right, pick(types))];
      const name = pick(Object.keys(OPERATIONS) as (keyof typeof OPERATIONS)[]);
      const got = a[name](b);
      expect(got.shape).toEqual(full);
      const [x, y] = [spread(a, full), spread(b, full)];
      const want = x.map((v, i) => stored(OPERATIONS[name](v, y[i]!), got.dtype));
      const what = `${name} of ${a.dtype} [${a.shape}] (${a.stride()}) and ${b.dtype} [${b.shape}] (${b.stride()})`;
      const wrong = firstDifference(got.toTypedArray(), want);
      expect(wrong, `${what}: ${wrong}`).toBe(null);
      if (x.length > 512) large++;
    }
    expect(large).toBeGreaterThan(60);
  });

  it("chooses, converts and writes into views", () => {
    for (let round = 0; round < 300; round++) {
      const [full, smaller] = shapes();
      const [a, b] = [tensorOf(full, pick(types)), tensorOf(smaller, pick(types))];
      const condition = tensorOf(smaller, torch.bool);
      const chosen = torch.where(condition, a, b);
      const [c, x, y] = [spread(condition, full), spread(a, full), spread(b, full)];
      const want = x.map((v, i) => stored(c[i] !== 0 ? v : y[i]!, chosen.dtype));
      expect(firstDifference(chosen.toTypedArray(), want), `where of ${a.dtype} and ${b.dtype}`).toBe(null);

      const target = pick(types);
      const converted = a.to(target);
      expect(
        firstDifference(
          converted.toTypedArray(),
          x.map((v) => stored(v, target)),
        ),
        `${a.dtype} to ${target}`,
      ).toBe(null);

      const into = tensorOf(full, target, false);
      into.copy_(b);
      expect(
        firstDifference(
          into.toTypedArray(),
          y.map((v) => stored(v, target)),
        ),
        `copy into ${into.stride()}`,
      ).toBe(null);
      if (target.isFloatingPoint) {
        into.mul_(a).add_(b, { alpha: 3 });
        const changed = y.map((v, i) => v * x[i]! + 3 * y[i]!);
        expect(firstDifference(into.toTypedArray(), changed), `in place, ${into.stride()}`).toBe(null);
      }
    }
  });
});
