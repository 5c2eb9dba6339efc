// F78: squares spread weights, absolute values choose.

import * as torch from "torchlet";
import { localize } from "torchlet";
import * as visualize from "../../visualize/index.js";
import { median } from "../measured.js";
import type { Part } from "./part.js";
import { lasso, lossOf, meanLoss, ridge, samples } from "./ridge.js";

const zeros = (w: torch.Tensor) => w.eq(0).sum().item();

export const ridgeAndLasso: Part = async ({ report, check, signal }, { seed }) => {
  // Four of twenty features count.
  const trueW = [3, 0, 0, -2, 0, 0, 0, 1.5, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0];
  const [X, y] = samples(trueW, 0.5, 80, 0.5);
  const [testX, testY] = samples(trueW, 0.5, 2000, 0.5);
  const lambda = 0.15;
  const fits = [
    {
      name: { en: "least squares", zh: "最小二乘" },
      label: { en: "least squares", zh: "最小二乘" },
      ...ridge(X, y, 0),
    },
    {
      name: { en: "ridge, λ/2 ‖w‖²", zh: "岭回归，λ/2 ‖w‖²" },
      label: { en: "ridge", zh: "岭回归" },
      ...ridge(X, y, lambda),
    },
    {
      name: { en: "lasso, λ ‖w‖₁", zh: "套索回归，λ ‖w‖₁" },
      label: { en: "lasso", zh: "套索回归" },
      ...lasso(X, y, lambda),
    },
  ];
  report.table({
    caption: {
      en: `The same 80 samples, 4 of 20 true weights not 0, λ = ${lambda}`,
      zh: `同样的 80 个样本，20 个真实权重中 4 个非零，λ = ${lambda}`,
    },
    columns: [
      { en: "fit", zh: "拟合" },
      { en: "weights that are exactly 0", zh: "恰为 0 的权重数" },
      { en: "largest |w| where the truth is 0", zh: "真值为 0 处的最大 |w|" },
      { en: "‖w‖", zh: "‖w‖" },
      { en: "‖w‖₁", zh: "‖w‖₁" },
      { en: "test loss", zh: "测试损失" },
    ],
    rows: fits.map(({ name, w, b }) => {
      const idle = w.reshape(-1).abs().maskedFill_(torch.tensor(trueW).ne(0), 0).max().item();
      return [name, zeros(w), idle, w.norm().item(), w.abs().sum().item(), lossOf(testX, testY, { w, b })];
    }),
  });
  const at = trueW.map((_, i) => i + 1);
  const dots = fits.map(({ w, label }, k) => ({
    kind: "dots" as const,
    x: at.map((i) => i + (k - 1) * 0.2),
    y: w.reshape(-1).tolist() as number[],
    label: localize(label),
    color: `C${k}`,
    size: 2,
  }));
  const truth = {
    kind: "dots" as const,
    x: at,
    y: trueW,
    label: localize({ en: "truth", zh: "真值" }),
    color: "k",
    size: 4.5,
    hollow: true,
  };
  report.figure(
    visualize.figureOf(
      "ridge-lasso",
      [
        {
          xlabel: localize({ en: "feature", zh: "特征" }),
          ylabel: localize({ en: "weight", zh: "权重" }),
          xlim: [0, 21],
          ylim: [-2.5, 3.5],
          xticks: at.map((i) => ({ at: i, label: `${i}` })),
          series: [],
          marks: [truth, ...dots],
        },
      ],
      {
        caption: localize({
          en: "Ridge makes all weights smaller and none 0; the lasso makes most of the idle ones exactly 0.",
          zh: "岭回归让所有权重变小，但没有一个为 0；套索回归让大多数无用的权重恰为 0。",
        }),
        panelSize: [7, 2.75],
      },
    ),
  );
  const [, held, chosen] = fits as [(typeof fits)[0], (typeof fits)[0], (typeof fits)[0]];
  const kept = trueW.filter((w, i) => w !== 0 && chosen.w.index(i).item() === 0).length;
  check("zeros", `${zeros(held.w)}, ${zeros(chosen.w)}`, zeros(held.w) === 0 && zeros(chosen.w) >= 8 && kept === 0);

  // Where a weight is not 0, the slope of the loss balances that of its penalty; at 0, the absolute value balances any slope up to lambda.
  const slopeOf = ({ w, b }: (typeof fits)[0]) => {
    const leaf = w.clone().requiresGrad_(true);
    meanLoss(X, y, leaf, b).backward();
    return leaf.grad!;
  };
  const ridgeError = slopeOf(held).add(held.w.mul(lambda)).abs().max().item();
  const slope = slopeOf(chosen);
  const excess = torch.where(
    chosen.w.ne(0),
    slope.add(chosen.w.sign().mul(lambda)).abs(),
    slope.abs().sub(lambda).relu(),
  );
  const lassoError = excess.max().item();
  check(
    "balance",
    `${ridgeError.toExponential(1)}, ${lassoError.toExponential(1)}`,
    ridgeError < 1e-6 && lassoError < 1e-6,
  );

  // Five thermometers of one temperature: how wrong may the prediction be when one of them reads 1 too much?
  const worst: { ridge: number; lasso: number }[] = [];
  for (let s = 0; s < 5 && !signal.aborted; s++) {
    torch.manualSeed(seed + s);
    const temperature = torch.randn(60, 1, { dtype: torch.float64 });
    const readings = temperature.add(torch.randn(60, 5, { dtype: torch.float64 }).mul(0.1));
    worst.push({
      ridge: ridge(readings, temperature, 0.1).w.abs().max().item(),
      lasso: lasso(readings, temperature, 0.1, 800).w.abs().max().item(),
    });
  }
  if (worst.length < 5) return;
  const [even, uneven] = [median(worst.map((each) => each.ridge)), median(worst.map((each) => each.lasso))];
  const all = worst.every((each) => each.ridge < each.lasso);
  check("spread", `${even.toFixed(3)}, ${uneven.toFixed(3)}`, all && even < 0.25);
};
