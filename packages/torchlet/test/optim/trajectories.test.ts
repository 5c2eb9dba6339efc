// 50 steps of every optimizer against PyTorch's: float32 within its rounding, float64 to the last digits.
import { describe, expect, it } from "vitest";
import { firstFar } from "../support/compare.js";
import { loadTorch, tiers } from "../support/tiers.js";
import { rows, run, type Trajectory } from "./problem.js";

const trajectories = rows<Trajectory>("trajectories");

for (const tier of tiers) {
  describe(`trajectories, ${tier}`, async () => {
    const torch = await loadTorch(tier);
    it.each(trajectories)("$name $options $dtype $skips", (row) => {
      const tolerance = row.dtype === "float32" ? 1e-6 : 1e-13;
      const got = run(torch, row);
      row.values.forEach((want, i) => {
        expect(firstFar(got[i]!, want, tolerance, tolerance), `step ${row.steps[i]}`).toBeNull();
      });
    });
  });
}

describe("Adam's bias correction", async () => {
  const torch = await loadTorch("relaxed");
  const [beta1, beta2] = [0.9, 0.999];

  /** Adam on one number with constant gradients, by the definition in the paper, in double precision. */
  function reference(gradients: readonly number[], lr: number, eps: number): number[] {
    let [p, m, v] = [1, 0, 0];
    return gradients.map((g, i) => {
      m = beta1 * m + (1 - beta1) * g;
      v = beta2 * v + (1 - beta2) * g * g;
      const mHat = m / (1 - beta1 ** (i + 1));
      const vHat = v / (1 - beta2 ** (i + 1));
      p -= (lr * mHat) / (Math.sqrt(vHat) + eps);
      return p;
    });
  }

  it.each([1, 1e-3, 1e-6, 1e-9])("is the paper's for gradients of the size of %f", (size) => {
    // eps is as large as the root of the second moment: where it is added makes the difference.
    const gradients = Array.from({ length: 40 }, (_, i) => size * (1 + 0.5 * Math.sin(i)));
    const p = new torch.nn.Parameter(torch.ones(1, { dtype: torch.float64 }));
    const optimizer = new torch.optim.Adam([p], { lr: 0.1, eps: 1e-6 });
    const want = reference(gradients, 0.1, 1e-6);
    gradients.forEach((g, i) => {
      p.grad = torch.tensor([g], { dtype: torch.float64 });
      optimizer.step();
      expect(Math.abs(p.item() - want[i]!)).toBeLessThan(1e-12);
    });
  });

  it("makes the first step lr long, whatever the gradient", () => {
    for (const g of [1e-4, 1, 1e4]) {
      const p = new torch.nn.Parameter(torch.zeros(1));
      p.grad = torch.tensor([g], { dtype: torch.float32 });
      new torch.optim.Adam([p], { lr: 0.125 }).step();
      expect(p.item()).toBeCloseTo(-0.125, 4);
    }
  });

  it("counts the steps of each parameter by itself", () => {
    const [p, q] = [new torch.nn.Parameter(torch.ones(1)), new torch.nn.Parameter(torch.ones(1))];
    const optimizer = new torch.optim.Adam([p, q], { lr: 0.1 });
    for (let t = 0; t < 3; t++) {
      p.grad = torch.ones(1);
      optimizer.step();
    }
    q.grad = torch.ones(1);
    p.grad = null;
    optimizer.step();
    expect(q.item()).toBeCloseTo(0.9, 6);
    expect(optimizer.state.get(p)!.step).toBe(3);
    expect(optimizer.state.get(q)!.step).toBe(1);
  });
});
