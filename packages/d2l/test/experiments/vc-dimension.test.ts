// Separability with its proofs, and the experiment on it.
import { describe, expect, it } from "vitest";
import { countSeparable, coverCount, labelings, separate } from "../../src/experiments/vc-dimension/separability.js";
import { vcDimension } from "../../src/experiments/vc-dimension.js";
import { runQuickly } from "./runs.js";

const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, v, i) => sum + v * b[i]!, 0);

describe("separate", () => {
  it("gives a plane that has the sign of every label, or a point that both classes surround", () => {
    const points = [
      [0, 0],
      [3, 1],
      [1, 4],
      [2, 2],
      [5, 0],
    ];
    let without = 0;
    for (const labels of labelings(5)) {
      const answer = separate(points, labels);
      if (answer.separable) {
        for (const [i, point] of points.entries())
          expect(labels[i]! * (dot(answer.w, point) + answer.b)).toBeGreaterThan(0);
      } else {
        without++;
        expect(answer.common.every(Number.isFinite)).toBe(true);
      }
    }
    expect(without).toBe(32 - countSeparable(points));
  });

  it("finds what coincides, and what lies between", () => {
    expect(separate([[1], [1]], [1, -1])).toEqual({ separable: false, common: [1] });
    expect(separate([[0], [1], [2]], [1, -1, 1])).toEqual({ separable: false, common: [1] });
  });

  it("counts as Cover does", () => {
    expect([coverCount(3, 2), coverCount(4, 2), coverCount(5, 2), coverCount(5, 3), coverCount(4, 1)]).toEqual([
      8, 14, 22, 30, 8,
    ]);
    expect(countSeparable([[0], [1], [3], [7]])).toBe(8);
  });
});

describe("vc-dimension", () => {
  it("holds all its claims", async () => {
    const { report, result } = await runQuickly(vcDimension);
    expect(result.checks.map(({ id, ok }) => [id, ok])).toEqual(
      // The rate needs more repeats than a quick run has.
      Object.keys(vcDimension.claims).flatMap((id) => (id === "rate" ? [] : [[id, true]])),
    );
    expect([...report.figures.keys()]).toEqual(["shattering", "xor", "bound"]);
    const bound = report.figures.get("bound")!;
    expect(bound.kind === "plot" && bound.panels[0]).toMatchObject({ xscale: "log", yscale: "log" });
  });
});
