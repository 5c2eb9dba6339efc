// F55, F70, F71: what gradient descent walks towards: exact least squares, over many data sets.

import type { Tensor } from "torchlet";
import * as torch from "torchlet";
import { median } from "../measured.js";
import { exactReference } from "./claims.js";
import { exactErrors, makeData, trueW } from "./data.js";
import { capacityFigure } from "./figures.js";
import type { Part } from "./part.js";

/** w = (XᵀX)⁻¹Xᵀy */
const solveNormalEquations = (X: Tensor, y: Tensor) => torch.linalg.solve(X.t().matmul(X), X.t().matmul(y));

/** The best line where data are endless, and what the true weights err by. */
export const optimum: Part = async ({ check }) => {
  const big = makeData(400_000, torch.float64);
  const line = solveNormalEquations(big.polyFeatures.narrow(1, 0, 2), big.labels.reshape(-1, 1));
  const [intercept, slope] = line.reshape(-1).tolist() as [number, number];
  check(
    "optimum",
    `[${intercept.toFixed(3)}, ${slope.toFixed(3)}]`,
    Math.abs(intercept - 3.3) <= 0.1 && Math.abs(slope - 4) <= 0.1,
  );
};

/** Exercises 1 and 2: solved exactly; errors against the number of monomials. */
export const exact: Part = async ({ report, check, signal }, { exactSets }) => {
  const columns = [1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 17, 20];
  const runs: { train: number; test: number }[][] = [];
  for (let s = 0; s < exactSets && !signal.aborted; s++) {
    const data = makeData(200, torch.float64);
    runs.push(columns.map((count) => exactErrors(data, count)));
    if (s % 10 === 9) await torch.utils.data.breathe();
  }
  if (signal.aborted) return;
  const measured = columns.map((count, i) => ({
    columns: count,
    train: median(runs.map((run) => run[i]!.train)),
    test: median(runs.map((run) => run[i]!.test)),
  }));
  report.table({
    caption: {
      en: `Exact least squares: median errors of ${exactSets} data sets`,
      zh: `精确最小二乘：${exactSets} 个数据集的误差中位数`,
    },
    columns: [
      { en: "monomials", zh: "单项式数" },
      { en: "train", zh: "训练" },
      { en: "test", zh: "测试" },
    ],
    rows: measured.map(({ columns, train, test }) => [columns, train, test]),
  });
  capacityFigure(report, measured);
  // With more columns than 12 they nearly depend on each other, and what the solution leaves out as rounding decides.
  const exactly = columns.indexOf(12);
  const risesOf = (run: (typeof runs)[number]) =>
    run.filter(({ train }, i) => i > 0 && i <= exactly && train > run[i - 1]!.train * (1 + 1e-6)).length;
  const rises = runs.reduce((sum, run) => sum + risesOf(run), 0);
  check("nested", rises, rises === 0);
  const at = (count: number) => measured[columns.indexOf(count)]!;
  if (exactSets >= 200) {
    const agrees = exactReference.every(({ columns, train, share, test, factor }) => {
      const own = at(columns);
      return Math.abs(own.train / train - 1) <= share && own.test / test <= factor && test / own.test <= factor;
    });
    const texts = exactReference.map(({ columns }) => {
      const { train, test } = at(columns);
      return `${columns}: ${train.toPrecision(3)}, ${Number(test.toPrecision(3))}`;
    });
    check("exact", texts.join("; "), agrees);
  }
  const needed = measured.find(({ train }) => train < 0.02)!.columns - 1;
  const { polyFeatures, labels } = makeData(100_000, torch.float64);
  const truth = torch.tensor(trueW, { dtype: torch.float64 });
  const noise = polyFeatures.narrow(1, 0, 4).matmul(truth).sub(labels).square().mean().item();
  check(
    "degreeNeeded",
    { en: `degree ${needed}; ${noise.toFixed(4)}`, zh: `${needed} 阶；${noise.toFixed(4)}` },
    needed === 3 && Math.abs(noise - 0.01) <= 0.002,
  );
};

/** Exercise 1: the normal equations and QR. */
export const normalEquations: Part = async ({ check }) => {
  const { polyFeatures, labels } = makeData(200, torch.float64);
  const [X, y] = [polyFeatures.narrow(1, 0, 4), labels.reshape(-1, 1)];
  const difference = solveNormalEquations(X, y).sub(torch.linalg.lstsq(X, y)[0]).abs().max().item();
  check("normalEquations", difference, difference < 1e-9);
};
