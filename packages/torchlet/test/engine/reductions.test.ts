// Reductions where their ways part: runs that are cut into pieces, narrow matrices, panels of columns; NaN and ties in each.
import { describe, expect, it } from "vitest";
import { firstDifference, numbers } from "../support/compare.js";
import { loadTorch, tiers } from "../support/tiers.js";

for (const tier of tiers) {
  describe(`reductions, ${tier}`, async () => {
    const torch = await loadTorch(tier);
    const types = [torch.float32, torch.float64, torch.int32];
    const random = numbers(3);
    /** Small integers: their sums are exact in every type and order. */
    const whole = Int32Array.from({ length: 200_000 }, () => Math.floor(random() * 19) - 9);

    it.each([1, 3, 4, 7, 8, 31, 32, 33, 127, 511, 512, 513, 1030, 16_384, 16_385, 32_768, 100_003, 200_000])(
      "runs of %i",
      (n) => {
        const values = Array.from(whole.subarray(0, n));
        const largest = values.reduce((a, b) => Math.max(a, b));
        for (const dtype of types) {
          const x = torch.tensor(whole).narrow(0, 0, n).to(dtype);
          expect(x.sum().item()).toBe(values.reduce((a, b) => a + b, 0));
          expect(x.max().item()).toBe(largest);
          expect(x.min().item()).toBe(values.reduce((a, b) => Math.min(a, b)));
          expect(x.argmax().item()).toBe(values.indexOf(largest));
          // Powers of two multiply exactly.
          const factors = torch.where(x.eq(9), 2, 1).to(dtype).narrow(0, 0, Math.min(n, 500));
          expect(factors.prod().item()).toBe(2 ** values.slice(0, 500).filter((v) => v === 9).length);
        }
      },
    );

    it.each([1, 2, 3, 5, 10, 16, 17, 63, 64, 100, 1025])("matrices of %i columns", (columns) => {
      for (const rows of [1, 2, 3, 5, 64, 67, 130, Math.floor(200_000 / columns)]) {
        const n = Math.min(rows, Math.floor(200_000 / columns));
        const sums = new Array<number>(columns).fill(0);
        const best = new Array<number>(columns).fill(-Infinity);
        const where = new Array<number>(columns).fill(0);
        for (let i = 0; i < n * columns; i++) {
          const j = i % columns;
          sums[j]! += whole[i]!;
          if (whole[i]! > best[j]!) {
            best[j] = whole[i]!;
            where[j] = Math.floor(i / columns);
          }
        }
        for (const dtype of types) {
          const x = torch
            .tensor(whole)
            .narrow(0, 0, n * columns)
            .to(dtype)
            .reshape(n, columns);
          expect([...x.sum(0).toTypedArray()], `${n} rows of ${dtype}`).toEqual(sums);
          expect([...x.amax(0).toTypedArray()]).toEqual(best);
          const [values, places] = x.max(0);
          expect([...values.toTypedArray()]).toEqual(best);
          expect([...places.toTypedArray()]).toEqual(where);
          expect(
            firstDifference(
              x.neg().amin(0).toTypedArray(),
              best.map((v) => -v),
            ),
          ).toBe(null);
        }
      }
    });

    it("lets a NaN win wherever it stands, and names the first", () => {
      for (const dtype of [torch.float32, torch.float64]) {
        for (const n of [1, 2, 3, 5, 16, 17, 40, 40_000]) {
          for (const at of [0, 1, n >> 1, n - 2, n - 1].filter((i) => i >= 0 && i < n)) {
            const values = torch.arange(n, { dtype }).toTypedArray();
            values[at] = NaN;
            if (at + 3 < n) values[at + 3] = NaN;
            const y = torch.tensor(values, { dtype });
            expect(y.max().item()).toBeNaN();
            expect(y.min().item()).toBeNaN();
            expect(y.argmax().item()).toBe(at);
            expect(y.argmin().item()).toBe(at);
            const column = torch.stack([y, torch.arange(n, { dtype })], 1);
            expect(column.amax(0).tolist()).toEqual([NaN, n - 1]);
            expect(column.amin(0).tolist()).toEqual([NaN, 0]);
            expect(column.max(0)[1].tolist()).toEqual([at, n - 1]);
          }
        }
      }
    });

    it("takes infinities as numbers", () => {
      const x = torch.tensor([1, -Infinity, Infinity, 3, Infinity, -Infinity, 2, 8, 9]);
      expect(x.max().item()).toBe(Infinity);
      expect(x.min().item()).toBe(-Infinity);
      expect([x.argmax().item(), x.argmin().item()]).toEqual([2, 1]);
      const low = torch.full([20], -Infinity);
      expect([low.max().item(), low.argmax().item()]).toEqual([-Infinity, 0]);
      expect(x.sum().item()).toBeNaN();
    });

    it("gives the mean of many equal numbers exactly", () => {
      for (const dtype of [torch.float32, torch.float64]) {
        expect(torch.full([100_003], 3, { dtype }).mean().item()).toBe(3);
        expect(torch.full([20_001, 5], 3, { dtype }).mean(0).tolist()).toEqual([3, 3, 3, 3, 3]);
      }
    });
  });
}
