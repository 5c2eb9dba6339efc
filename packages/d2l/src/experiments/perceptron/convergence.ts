// F7, P1: the number of mistakes against the bound, and the two points that refute the bound as it is printed.

import * as torch from "torchlet";
import { localize } from "torchlet";
import { median } from "../measured.js";
import type { Context } from "./claims.js";
import { bestMargin, radius2, separable } from "./data.js";
import { trainPerceptron } from "./train.js";

/** Exact examples, visited in this order: a sample of +1, a sample of -1. */
const examples = [
  {
    id: "counterExample",
    points: [
      [-1, -1],
      [-1, 0],
    ],
    mistakes: 7,
    printed: 6.5,
    correct: 13.5,
  },
  {
    id: "largerExample",
    points: [
      [-8, -1],
      [-8, 0],
    ],
    mistakes: 133,
    printed: 69,
    correct: 265,
  },
] as const;

/** Runs on data with a planted margin: the mistakes, and what the theorem allows with the best margin there is. */
export function mistakesAt(rho: number, points: number, side = 1) {
  const data = separable(points, rho, side);
  const { mistakes, converged } = trainPerceptron(data.X, data.y);
  const best = Math.max(rho, bestMargin(data));
  return { rho: best, mistakes, converged, bound: radius2(data) / best ** 2 };
}

export async function convergence(
  { report, signal, check }: Context,
  { points, side, seeds, seed }: { points: number; side: number; seeds: number; seed: number },
) {
  const margins = [0.3, 0.1, 0.03, 0.01];
  const perSeed = 10;
  const runs: (ReturnType<typeof mistakesAt> & { readonly planted: number })[] = [];
  for (const planted of margins) {
    for (let s = 0; s < seeds; s++) {
      torch.manualSeed(seed + s);
      for (let i = 0; i < perSeed; i++) runs.push({ planted, ...mistakesAt(planted, points, side) });
      await torch.utils.data.breathe();
      if (signal.aborted) return {};
    }
  }
  const ofMargin = margins.map((planted) => runs.filter((run) => run.planted === planted));
  const most = ofMargin.map((some) => Math.max(...some.map(({ mistakes }) => mistakes)));
  const bounds = ofMargin.map((some) => median(some.map(({ bound }) => bound)));
  const share = Math.max(...runs.map(({ mistakes, bound }) => mistakes / bound));
  const sorted = [...runs].sort((a, b) => a.rho - b.rho);
  const [r2, square] = [Number((2 * side ** 2).toPrecision(3)), `[${-side}, ${side}]²`];
  report.figure({
    kind: "plot",
    id: "bound",
    caption: localize({
      en: `Mistakes until a pass has none, against the margin: ${points} points of ${square}, ${runs.length} data sets`,
      zh: `一遍不犯错之前的犯错次数与间隔的关系：${square} 中 ${points} 个点，${runs.length} 个数据集`,
    }),
    figsize: [4.8, 3.2],
    rows: 1,
    columns: 1,
    panels: [
      {
        xlabel: localize({ en: "margin ρ", zh: "间隔 ρ" }),
        ylabel: localize({ en: "updates", zh: "更新次数" }),
        xscale: "log",
        yscale: "log",
        series: [
          {
            x: sorted.map((run) => run.rho),
            y: sorted.map((run) => (r2 + 1) / run.rho ** 2),
            label: localize({
              en: `${r2 + 1} / ρ²: the bound with r² = ${r2}`,
              zh: `${r2 + 1} / ρ²：r² = ${r2} 时的上界`,
            }),
            format: "m--",
          },
          {
            x: sorted.map((run) => run.rho),
            y: sorted.map((run) => run.bound),
            label: localize({ en: "bound (r² + 1) / ρ²", zh: "上界 (r² + 1) / ρ²" }),
            format: "C1o",
          },
          {
            x: sorted.map((run) => run.rho),
            y: sorted.map((run) => Math.max(1, run.mistakes)),
            label: localize({ en: "updates", zh: "更新次数" }),
            format: "C0o",
          },
        ],
      },
    ],
  });
  report.table({
    caption: { en: "Mistakes and the bound", zh: "犯错次数与上界" },
    columns: [
      { en: "planted margin", zh: "预设间隔" },
      { en: "median mistakes", zh: "犯错次数中位数" },
      { en: "most mistakes", zh: "最多犯错次数" },
      { en: "median bound", zh: "上界中位数" },
    ],
    rows: margins.map((rho, i) => [
      String(rho),
      String(median(ofMargin[i]!.map(({ mistakes }) => mistakes))),
      String(most[i]),
      bounds[i]!.toFixed(0),
    ]),
  });
  const ended = runs.filter(({ converged }) => converged).length;
  check(
    "converges",
    { en: `${ended} of ${runs.length}`, zh: `${runs.length} 个中 ${ended} 个` },
    ended === runs.length,
  );
  check("bound", share, share <= 1);
  if (points === 100 && side === 1 && seeds >= 5) {
    // The most of ten data sets, in the middle of the seeds: the most of all would grow with their number.
    const typical = ofMargin.slice(0, 3).map((some) => {
      const tens = Array.from({ length: seeds }, (_, k) => some.slice(perSeed * k, perSeed * (k + 1)));
      return median(tens.map((ten) => Math.max(...ten.map(({ mistakes }) => mistakes))));
    });
    const reference = [5, 17, 73];
    const allowed = [28, 191, 1099];
    const found = bounds
      .slice(0, 3)
      .map((b) => b.toFixed(0))
      .join(", ");
    check(
      "reference",
      { en: `${typical.join(", ")}; bounds ${found}`, zh: `${typical.join(", ")}；上界 ${found}` },
      reference.every((m, k) => typical[k]! <= 2 * m && typical[k]! >= m / 2) &&
        allowed.every((b, k) => Math.abs(bounds[k]! / b - 1) <= 0.2),
    );
  }
  for (const example of examples) {
    const X = torch.tensor(example.points).to(torch.float64);
    const y = torch.tensor([1, -1]).to(torch.float64);
    const { mistakes } = trainPerceptron(X, y);
    const [rho, r2] = [bestMargin({ X, y }), radius2({ X, y }) - 1];
    const [printed, correct] = [r2 + 1 / rho ** 2, (r2 + 1) / rho ** 2];
    check(
      example.id,
      {
        en: `${mistakes} mistakes; printed ${printed.toFixed(1)}, correct ${correct.toFixed(1)}`,
        zh: `犯错 ${mistakes} 次；印出的上界 ${printed.toFixed(1)}，正确的 ${correct.toFixed(1)}`,
      },
      mistakes === example.mistakes &&
        Math.abs(printed - example.printed) < 0.05 &&
        Math.abs(correct - example.correct) < 0.05 &&
        mistakes > printed &&
        mistakes <= correct,
    );
  }
  return { largestShareOfBound: share };
}
