// F9: the order of the samples decides on the line that comes out.
import * as torch from "torchlet";
import { localize } from "torchlet";
import type { Dots } from "../../report/figure.js";
import { figureOf, histogram } from "../../visualize/index.js";
import type { Context } from "./claims.js";
import { bestMargin, radius2, separable } from "./data.js";
import { lineOf } from "./learning.js";
import { trainPerceptron } from "./train.js";

export async function order({ report, signal, check }: Context, points: number, orders: number): Promise<void> {
  // A line that leaves most points on one side: one through 0 would hide that the lines differ in their bias too.
  let { X, y } = separable(points, 0.1);
  while (Math.abs(y.sum().item()) < 0.3 * points) ({ X, y } = separable(points, 0.1));
  const bound = radius2({ X, y }) / bestMargin({ X, y }) ** 2;
  const trained = [];
  for (let i = 0; i < orders; i++) {
    const shuffled = torch.randperm(points);
    trained.push(trainPerceptron(X.indexSelect(0, shuffled), y.indexSelect(0, shuffled)));
    if (i % 20 === 0) await torch.utils.data.breathe();
    if (signal.aborted) return;
  }
  const counts = trained.map(({ mistakes }) => mistakes);
  const planes = new Set(trained.map(({ w, b }) => [...(w.tolist() as number[]), b].join(" ")));
  const rows = X.tolist() as number[][];
  const labels = y.tolist() as number[];
  const dots = (label: number, color: string): Dots => {
    const some = rows.filter((_, i) => labels[i] === label);
    return {
      kind: "dots",
      x: some.map((p) => p[0]!),
      y: some.map((p) => p[1]!),
      color,
      label: label > 0 ? "+1" : "-1",
    };
  };
  report.figure(
    figureOf(
      "order",
      [
        {
          title: localize({
            en: `the lines of ${Math.min(30, orders)} orders`,
            zh: `${Math.min(30, orders)} 种顺序所得的直线`,
          }),
          xlabel: "x1",
          ylabel: "x2",
          xlim: [-1.1, 1.1],
          ylim: [-1.1, 1.1],
          series: [],
          marks: [
            { kind: "lines", lines: trained.slice(0, 30).map((plane) => lineOf(plane)), color: "C7", width: 0.7 },
            dots(-1, "C0"),
            dots(1, "C1"),
          ],
        },
        histogram(counts, {
          bins: Math.max(...counts),
          range: [0.5, Math.max(...counts) + 0.5],
          title: localize({ en: `bound: ${bound.toFixed(0)}`, zh: `上界：${bound.toFixed(0)}` }),
          xlabel: localize({ en: "updates", zh: "更新次数" }),
          ylabel: localize({ en: "orders", zh: "顺序数" }),
        }),
      ],
      {
        caption: localize({
          en: "The same data in other orders: other lines, other numbers of updates",
          zh: "同样的数据以不同顺序训练：直线不同，更新次数也不同",
        }),
      },
    ),
  );
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  check(
    "order",
    {
      en: `${planes.size} planes, ${least} to ${most} mistakes, bound ${bound.toFixed(0)}`,
      zh: `${planes.size} 个平面，犯错 ${least} 至 ${most} 次，上界 ${bound.toFixed(0)}`,
    },
    planes.size > 1 && least < most && most <= bound,
  );
}
