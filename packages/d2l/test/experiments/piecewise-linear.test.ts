// The experiment on piecewise linear networks, and its search for breakpoints against known ones.
import * as torch from "torchlet";
import { expect, it } from "vitest";
import {
  breakpoints,
  countPieces,
  makeNet,
  regions,
  sawtooth,
  valuesAt,
} from "../../src/experiments/piecewise-linear/pieces.js";
import { piecewiseLinear } from "../../src/experiments/piecewise-linear.js";
import { failures, plotOf, runQuickly } from "./runs.js";

it("finds straight pieces, and every claim holds", async () => {
  const { report, result } = await runQuickly(piecewiseLinear, { steps: 100, hidden: 8 });
  expect(failures(result)).toEqual([]);
  expect(result.checks.map(({ id }) => id).sort()).toEqual(Object.keys(piecewiseLinear.claims).sort());
  const { panels } = plotOf(report, "line");
  expect(panels).toHaveLength(4);
  expect(panels[0]).toMatchObject({ xlabel: "x", ylabel: "net(x)" });
  expect(plotOf(report, "plane").panels).toHaveLength(2);
  expect(report.figures.has("sawtooth")).toBe(true);
});

it("finds every breakpoint, also two within one cell", () => {
  const pieces = makeNet(1, [3], "relu", 0);
  const at = [-1, 0.5, 0.50001];
  torch.noGrad(() => {
    const [W1, b1] = pieces.net.parameters();
    W1!.fill_(1);
    b1!.copy_(
      torch.tensor(
        at.map((x) => -x),
        { dtype: torch.float64 },
      ),
    );
  });
  expect(breakpoints(pieces, -2, 2, 10)).toEqual(at.map((x) => expect.closeTo(x, 9)));
});

it("makes the tent map", () => {
  expect(valuesAt(sawtooth(1), [0, 0.25, 0.5, 0.75, 1])).toEqual([0, 0.5, 1, 0.5, 0]);
  expect(valuesAt(sawtooth(2), [0.25, 0.5, 0.75])).toEqual([1, 0, 1]);
  expect(countPieces(sawtooth(3), 0, 1)).toBe(8);
});

it("counts regions of the plane: two lines through the middle make four", () => {
  const pieces = makeNet(2, [2], "relu", 0);
  torch.noGrad(() => {
    const [W1, b1] = pieces.net.parameters();
    W1!.copy_(torch.eye(2, { dtype: torch.float64 }));
    b1!.zero_();
  });
  const { count, spread } = regions(pieces, 1, 10);
  expect(count).toBe(4);
  expect(spread).toBe(0);
});
