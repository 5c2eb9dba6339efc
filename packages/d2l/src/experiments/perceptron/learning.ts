// F1, F2, F4, F10: what a perceptron answers, and its line while it learns.
import * as torch from "torchlet";
import { localize } from "torchlet";
import type { Series } from "../../report/figure.js";
import { decisionRegions, figureOf } from "../../visualize/index.js";
import type { Context } from "./claims.js";
import { separable } from "./data.js";
import { type Plane, perceptron, toBits, toSigns, trainPerceptron } from "./train.js";

/** The part of the line <w, x> + b = 0 within a square around 0; empty where the line does not meet it. */
export function lineOf({ w, b }: Plane, side = 1.1): { x: number[]; y: number[] } {
  const [w1, w2] = w.tolist() as [number, number];
  const norm = Math.hypot(w1, w2);
  // From the point nearest to 0 along the line, in both directions, as far as both coordinates allow.
  const start = [(-b * w1) / norm ** 2, (-b * w2) / norm ** 2] as const;
  const way = [-w2 / norm, w1 / norm] as const;
  let [from, to] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (const axis of [0, 1] as const) {
    if (way[axis] === 0) {
      if (Math.abs(start[axis]) > side) return { x: [], y: [] };
      continue;
    }
    const ends = [-side, side].map((end) => (end - start[axis]) / way[axis]);
    from = Math.max(from, Math.min(...ends));
    to = Math.min(to, Math.max(...ends));
  }
  const reached = from < to ? [from, to] : [];
  return { x: reached.map((t) => start[0] + t * way[0]), y: reached.map((t) => start[1] + t * way[1]) };
}

/** How many samples stand on the wrong side. */
const wrong = (plane: Plane, X: torch.Tensor, y: torch.Tensor) => perceptron(X, plane).ne(toBits(y)).sum().item();

export function learning({ report, check }: Context, points: number): void {
  const unit = { w: torch.ones(1), b: 0 };
  const inputs = torch.tensor([[-1], [0], [1]]).to(torch.float32);
  const batch = perceptron(inputs, unit).tolist() as number[];
  const single = inputs.unbind().map((x) => perceptron(x, unit).item());
  check("answers", single.join(", "), batch.join() === "0,0,1" && single.join() === "0,0,1");

  // Data that need some updates: those that one line separates by chance show nothing.
  let data = separable(points, 0.08);
  let planes: Plane[] = [];
  for (let attempt = 0; attempt < 100; attempt++) {
    planes = [];
    trainPerceptron(data.X, data.y, { onUpdate: (plane) => planes.push(plane) });
    if (planes.length >= 8) break;
    data = separable(points, 0.08);
  }
  const { X, y } = data;
  const updates = [1, Math.ceil(planes.length / 3), Math.ceil((2 * planes.length) / 3), planes.length];
  const panels = updates.map((n) => {
    const plane = planes[n - 1]!;
    const line: Series = { ...lineOf(plane), format: "k-" };
    const panel = decisionRegions((P: torch.Tensor) => P.to(torch.float64).matmul(plane.w).add(plane.b), {
      points: X,
      labels: toBits(y),
      names: ["-1", "+1"],
      xlim: [-1.1, 1.1],
      ylim: [-1.1, 1.1],
      title: localize({
        en: `update ${n}: ${wrong(plane, X, y)} wrong`,
        zh: `第 ${n} 次更新：${wrong(plane, X, y)} 个分错`,
      }),
    });
    return { ...panel, series: [line] };
  });
  report.figure(
    figureOf("learning", panels, {
      columns: 2,
      panelSize: [3.4, 2.7],
      caption: localize({
        en: `The line as the perceptron learns: its two half-planes after some of ${planes.length} updates`,
        zh: `感知机学习过程中的直线：${planes.length} 次更新中若干次之后的两个半平面`,
      }),
    }),
  );

  const right = trainPerceptron(X, y, { maxEpochs: 200 }).converged;
  const mixed = trainPerceptron(X, toBits(y).to(torch.float64), { maxEpochs: 200 }).converged;
  const back = toSigns(toBits(y)).to(torch.float64).eq(y).all().item() === 1;
  check(
    "labels",
    {
      en: `-1, +1: ${right ? "converges" : "does not"}; 0, 1: ${mixed ? "converges" : "does not"}`,
      zh: `-1、+1：${right ? "收敛" : "不收敛"}；0、1：${mixed ? "收敛" : "不收敛"}`,
    },
    right && !mixed && back,
  );

  // Half-planes are convex, and nothing but half-planes is on both sides of a cut.
  const plane = planes.at(-1)!;
  const [A, B] = [0, 1].map(() => torch.rand(5000, 2, { dtype: torch.float64 }).mul(4).sub(2)) as [
    torch.Tensor,
    torch.Tensor,
  ];
  const [ofA, ofB, ofMiddle] = [A, B, A.add(B).div(2)].map((P) => perceptron(P, plane)) as [
    torch.Tensor,
    torch.Tensor,
    torch.Tensor,
  ];
  const exceptions = ofA.eq(ofB).logicalAnd(ofMiddle.ne(ofA)).sum().item();
  check("plane", exceptions, exceptions === 0);
}
