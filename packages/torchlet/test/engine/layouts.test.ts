// Elementwise kernels where their ways part: short and long rows, rows and columns that repeat, transposed copies, conversions.
import { describe, expect, it } from "vitest";
import { firstDifference, numbers } from "../support/compare.js";
import { loadTorch, tiers } from "../support/tiers.js";

/** Row lengths around whole vectors, several rows a block, one block a row, and parts of a row. */
const WIDTHS = [1, 3, 10, 64, 255, 256, 511, 513, 1023, 1024, 1025, 3000];
const HEIGHTS = [2, 5, 37];

for (const tier of tiers) {
  describe(`layouts, ${tier}`, async () => {
    const torch = await loadTorch(tier);
    const random = numbers(5);
    const floats = (...shape: number[]) =>
      torch
        .tensor(
          Float32Array.from({ length: shape.reduce((n, s) => n * s, 1) }, () => Math.floor(random() * 2000) / 8 - 125),
        )
        .reshape(shape);

    it.each(WIDTHS)("a row, a column and a number against rows of %i", (width) => {
      for (const height of HEIGHTS) {
        const x = floats(height, width);
        const [row, column] = [floats(width), floats(height, 1)];
        const [xs, rows, columns] = [x.toTypedArray(), row.toTypedArray(), column.toTypedArray()];
        const want = Float32Array.from(xs, (v, i) => v + rows[i % width]! - columns[Math.floor(i / width)]!);
        for (const dtype of [torch.float32, torch.float64, torch.int32]) {
          const scaled = [x, row, column].map((t) => t.mul(8).to(dtype));
          const got = scaled[0]!.add(scaled[1]!).sub(scaled[2]!);
          const expected = want.map((v) => v * 8);
          expect(firstDifference(got.toTypedArray(), expected), `${height} rows, ${dtype}`).toBe(null);
        }
        expect(
          firstDifference(
            x.ge(row).toTypedArray(),
            want.map((_, i) => Number(xs[i]! >= rows[i % width]!)),
          ),
        ).toBe(null);
        expect(
          firstDifference(
            torch.where(x.gt(column), x, row).toTypedArray(),
            xs.map((v, i) => (v > columns[Math.floor(i / width)]! ? v : rows[i % width]!)),
          ),
        ).toBe(null);
      }
    });

    it.each(WIDTHS)("transposed copies and steps of %i columns", (width) => {
      for (const height of [1, 2, 4, 7, 16, 19, 100]) {
        const x = floats(height, width);
        const values = x.toTypedArray();
        const want = new Float32Array(values.length);
        values.forEach((v, i) => {
          want[(i % width) * height + Math.floor(i / width)] = v;
        });
        expect(firstDifference(x.t().contiguous().toTypedArray(), want), `${height} rows`).toBe(null);
        expect(
          firstDifference(
            x.t().add(1).toTypedArray(),
            want.map((v) => v + 1),
          ),
        ).toBe(null);
        const cube = floats(3, height, width);
        const turned = cube.permute(0, 2, 1).contiguous();
        for (let i = 0; i < 3; i++) {
          expect(
            firstDifference(turned.select(0, i).toTypedArray(), cube.select(0, i).t().contiguous().toTypedArray()),
          ).toBe(null);
        }
      }
    });

    it("converts between all types, whole vectors and tails", () => {
      const types = [torch.float32, torch.float64, torch.int32, torch.uint8, torch.bool];
      for (const n of [1, 3, 4, 5, 15, 16, 17, 33, 1000]) {
        const whole = Int32Array.from({ length: n }, (_, i) => (i * 37) % 256);
        for (const from of types) {
          const x = torch.tensor(whole).to(from);
          const values = Array.from(x.toTypedArray());
          for (const to of types) {
            const want = to === torch.bool ? values.map((v) => Number(v !== 0)) : values;
            expect(firstDifference(x.to(to).toTypedArray(), want), `${n} of ${from} as ${to}`).toBe(null);
          }
        }
      }
    });

    it("converts what is out of range alike in vectors and in tails", () => {
      const odd = [NaN, Infinity, -Infinity, 3e9, -3e9, -0.5, 255.9, 256.2, -1.5, 1e-30, -0, 0.99];
      const all = torch.tensor(Float32Array.from({ length: 48 }, (_, i) => odd[i % odd.length]!));
      for (const to of [torch.int32, torch.uint8, torch.bool]) {
        const together = all.to(to).toTypedArray();
        odd.forEach((v, i) => {
          expect(together[i + 12], `${v} as ${to}`).toBe(torch.tensor([v]).to(to).item() as never);
        });
      }
      expect([...all.narrow(0, 0, 12).to(torch.bool).toTypedArray()]).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 1]);
    });

    it("keeps NaN in relu and its gradient, and gives 0 for -0", () => {
      for (const dtype of [torch.float32, torch.float64]) {
        const x = torch.tensor(
          new Array(21).fill(NaN).map((v, i) => (i % 3 === 0 ? v : i % 3 === 1 ? -0 : -3)),
          {
            dtype,
            requiresGrad: true,
          },
        );
        const y = x.relu();
        y.sum().backward();
        y.toTypedArray().forEach((v, i) => {
          expect(Object.is(v, i % 3 === 0 ? NaN : 0)).toBe(true);
        });
        x.grad!.toTypedArray().forEach((v, i) => {
          expect(v).toBe(i % 3 === 0 ? 1 : 0);
        });
      }
    });
  });
}
